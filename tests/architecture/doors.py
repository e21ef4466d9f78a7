"""Every address of Planner and who may come in: a URL that is not here fails test_doors.py (GUARD-01).

`staff(permission, pk=Run)`: one of these permissions is needed, and the address's `pk` is the id of a Run.
`values` fills what else stands in the address. Keep the lines in the order of the houses.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import models

from admin_module import models as organisation
from booking import models as book
from planner.accounts.models import Membership
from planner.accounts.permissions import Permission
from summons import models as calling

P = Permission


@dataclass(frozen=True)
class Door:
    """`permissions` empty = open to everybody. `reason`: why so, or why one's own row may be answered by 404."""

    permissions: frozenset[P] = frozenset()
    rows: dict[str, type[models.Model]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    reason: str = ""


def open_door(reason: str) -> Door:
    """Anybody may come, for this reason."""
    return Door(reason=reason)


def staff(*permissions: P, values: dict[str, str] | None = None, reason: str = "", **rows: type[models.Model]) -> Door:
    return Door(frozenset(permissions), rows, values or {}, reason)


BEFORE_SIGN_IN = "before one is signed in"
JOBNET = "DFDG by its certificate, «Min side» by its token (tests/booking/jobnet/test_callers.py)"
CITIZENS = "for citizens, by a session of their own (tests/minside/test_guard.py)"
NOBODYS = "00000000-0000-4000-8000-000000000000"
UNCONNECTED = "404 where the counsellor's calendar is not connected"
STYLEGUIDE = "shows components with invented content, in the embedded demo only"

DOORS: dict[str, Door] = {
    # the roof and the ground
    "healthz": open_door("asked by the balancer"),
    "readyz": open_door("asked by the balancer"),
    "metrics": open_door("asked by Prometheus with its own token; 404 without"),
    "accounts:sign_in": open_door(BEFORE_SIGN_IN),
    "accounts:resume": open_door(BEFORE_SIGN_IN),
    "accounts:sign_out": open_door(BEFORE_SIGN_IN),
    "accounts:choose": open_door("for those who are signed in, whatever their role; shows nothing of a job centre"),
    "accounts:language": open_door(BEFORE_SIGN_IN),
    "ui:components": open_door(STYLEGUIDE),
    "ui:calendar": open_door(STYLEGUIDE),
    "ui:form": open_door(STYLEGUIDE),
    "ui:confirm": open_door(STYLEGUIDE),
    "ui:options": open_door(STYLEGUIDE),
    "ui:progress": open_door(STYLEGUIDE),
    "ui:act": open_door(STYLEGUIDE),
    "ui:refused": open_door(STYLEGUIDE),
    "audit:log": staff(P.AUDIT_SEE),
    "audit:changes": staff(P.AUDIT_SEE),
    "audit:find": staff(P.AUDIT_SEE),
    "audit:citizen": staff(P.AUDIT_SEE, pk=book.Citizen),
    "outbox:log": staff(P.CONNECTIONS_SEE),
    "outbox:try_now": staff(P.CONNECTIONS_CHANGE, values={"receiver": "dfdg"}),
    # administration
    "admin_module:city": staff(P.ORGANISATION_CHANGE),
    "admin_module:teams": staff(P.ORGANISATION_SEE),
    "admin_module:team_add": staff(P.ORGANISATION_CHANGE),
    "admin_module:team": staff(P.ORGANISATION_SEE, pk=organisation.Team),
    "admin_module:team_counsellors": staff(P.ORGANISATION_SEE, pk=organisation.Team),
    "admin_module:team_rooms": staff(P.ORGANISATION_SEE, pk=organisation.Team),
    "admin_module:team_move": staff(P.ORGANISATION_CHANGE, pk=organisation.Team),
    "admin_module:team_delete": staff(P.ORGANISATION_CHANGE, pk=organisation.Team),
    "admin_module:start": staff(
        P.ORGANISATION_SEE, P.ORGANISATION_CHANGE, P.CONNECTIONS_SEE, P.CONNECTIONS_CHANGE, P.AUDIT_SEE
    ),
    "admin_module:fetch_reference": staff(P.ORGANISATION_CHANGE),
    "admin_module:jobcentre": staff(P.ORGANISATION_SEE),
    "admin_module:jobcentre_save": staff(P.ORGANISATION_CHANGE),
    "admin_module:closing_days": staff(P.ORGANISATION_SEE),
    "admin_module:closing_day_add": staff(P.ORGANISATION_CHANGE),
    "admin_module:closing_day": staff(P.ORGANISATION_CHANGE, pk=organisation.ClosingDay),
    "admin_module:closing_day_delete": staff(P.ORGANISATION_CHANGE, pk=organisation.ClosingDay),
    "admin_module:users": staff(P.ORGANISATION_SEE),
    "admin_module:user_add": staff(P.ORGANISATION_CHANGE),
    "admin_module:user": staff(P.ORGANISATION_CHANGE, pk=Membership),
    "admin_module:user_remove": staff(P.ORGANISATION_CHANGE, pk=Membership),
    "admin_module:counsellors": staff(P.ORGANISATION_SEE),
    "admin_module:counsellor_find": staff(P.ORGANISATION_CHANGE),
    "admin_module:counsellor_enrol": staff(P.ORGANISATION_CHANGE),
    "admin_module:counsellor_add": staff(P.ORGANISATION_CHANGE),
    "admin_module:counsellor": staff(P.ORGANISATION_SEE, pk=organisation.Counsellor),
    "admin_module:counsellor_copy": staff(P.ORGANISATION_CHANGE, pk=organisation.Counsellor),
    "admin_module:counsellor_calendar": staff(P.CONNECTIONS_CHANGE, pk=organisation.Counsellor),
    "admin_module:calendar_test": staff(P.CONNECTIONS_CHANGE, pk=organisation.Counsellor, reason=UNCONNECTED),
    "admin_module:calendar_remove": staff(P.CONNECTIONS_CHANGE, pk=organisation.Counsellor, reason=UNCONNECTED),
    "admin_module:counsellor_delete": staff(P.ORGANISATION_CHANGE, pk=organisation.Counsellor),
    "admin_module:schedule_delete": staff(P.ORGANISATION_CHANGE, pk=organisation.Schedule),
    "admin_module:rooms": staff(P.ORGANISATION_SEE),
    "admin_module:room_add": staff(P.ORGANISATION_CHANGE),
    "admin_module:room": staff(P.ORGANISATION_SEE, pk=organisation.Room),
    "admin_module:room_delete": staff(P.ORGANISATION_CHANGE, pk=organisation.Room),
    "admin_module:competences": staff(P.ORGANISATION_SEE),
    "admin_module:competence_add": staff(P.ORGANISATION_CHANGE),
    "admin_module:competence": staff(P.ORGANISATION_CHANGE, pk=organisation.Competence),
    "admin_module:competence_delete": staff(P.ORGANISATION_CHANGE, pk=organisation.Competence),
    "admin_module:types": staff(P.ORGANISATION_SEE),
    "admin_module:variants": staff(P.ORGANISATION_SEE),
    "admin_module:variant_add": staff(P.ORGANISATION_CHANGE),
    "admin_module:variant": staff(P.ORGANISATION_SEE, pk=organisation.ConversationVariant),
    "admin_module:variant_delete": staff(P.ORGANISATION_CHANGE, pk=organisation.ConversationVariant),
    "admin_module:templates": staff(P.ORGANISATION_SEE),
    "admin_module:template_add": staff(P.ORGANISATION_CHANGE),
    "admin_module:template": staff(P.ORGANISATION_SEE, pk=organisation.SummonsTemplate),
    "admin_module:template_delete": staff(P.ORGANISATION_CHANGE, pk=organisation.SummonsTemplate),
    "admin_module:texts": staff(P.ORGANISATION_SEE),
    "admin_module:text": staff(P.ORGANISATION_SEE, values={"code": "7"}),
    "admin_module:letters": staff(P.ORGANISATION_SEE, values={"code": "7"}),
    "admin_module:letters_preview": staff(P.ORGANISATION_CHANGE, values={"code": "7"}),
    # booking
    "booking:webhook": open_door("DFDG by its certificate (tests/inbox/test_webhook.py)"),
    "booking:calendar": staff(P.CALENDAR_ALL, P.CALENDAR_OWN, P.CALENDAR_FREE_BUSY),
    "booking:changes": staff(P.CALENDAR_ALL, P.CALENDAR_OWN, P.CALENDAR_FREE_BUSY),
    "booking:reserved": staff(P.ABSENCE_CHANGE, P.ABSENCE_OWN),
    "booking:reserve": staff(P.ABSENCE_CHANGE, P.ABSENCE_OWN),
    "booking:reserved_end": staff(P.ABSENCE_CHANGE, P.ABSENCE_OWN, pk=organisation.ReservedTime),
    "booking:reserved_undo": staff(P.ABSENCE_CHANGE, P.ABSENCE_OWN, pk=organisation.ReservedTime),
    "booking:appointment": staff(P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, pk=book.Appointment),
    "booking:cancel": staff(P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, pk=book.Appointment),
    "booking:cancel_one": staff(P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, pk=book.Summons),
    "booking:move": staff(P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, pk=book.Appointment),
    "booking:restore": staff(
        P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, pk=book.Appointment, reason="nothing of it is cancelled"
    ),
    "booking:attendance": staff(P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, pk=book.Appointment),
    "booking:attendance_of_chosen": staff(P.APPOINTMENTS_CHANGE),
    "booking:attendance_rest": staff(P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, pk=organisation.Counsellor),
    "booking:attendance_undo": staff(P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, values={"instant": "1764000000000000"}),
    "booking:cancel_chosen": staff(P.APPOINTMENTS_CHANGE),
    "booking:restore_chosen": staff(P.APPOINTMENTS_CHANGE, values={"instant": "1764000000000000"}),
    "booking:citizen": staff(P.CITIZEN_SEE, P.CITIZEN_SEE_OWN, pk=book.Citizen),
    "booking:reveal": staff(P.CITIZEN_SEE, P.CITIZEN_SEE_OWN, pk=book.Citizen),
    "booking:case_owner": staff(P.SUMMON, pk=book.Citizen),
    "booking:caseload": staff(P.CITIZEN_SEE, P.CITIZEN_SEE_OWN, pk=organisation.Counsellor),
    "booking:hand_over": staff(P.SUMMON, pk=organisation.Counsellor),
    "booking:case_owner_undo": staff(P.SUMMON, values={"instant": "1764000000000000"}),
    "booking:offers": staff(P.OFFERS_SEE, P.OFFERS_CHANGE),
    "booking:offers_statistics": staff(P.OFFERS_SEE, P.OFFERS_CHANGE),
    "booking:offer": staff(P.OFFERS_SEE, P.OFFERS_CHANGE, pk=book.OnlineOffer),
    "booking:offer_enrolled": staff(P.CITIZEN_SEE, pk=book.OnlineOffer),
    "booking:offer_find": staff(P.CITIZEN_SEE, pk=book.OnlineOffer),
    "booking:offer_not_booked": staff(P.CITIZEN_SEE, pk=book.OnlineOffer),
    "booking:offer_sample": staff(P.CITIZEN_SEE, pk=book.OnlineOffer),
    "booking:offer_preview": staff(P.CITIZEN_SEE, pk=book.OnlineOffer),
    "booking:offer_statistics": staff(P.OFFERS_SEE, P.OFFERS_CHANGE, pk=book.OnlineOffer),
    "booking:offer_history": staff(P.OFFERS_SEE, P.OFFERS_CHANGE, pk=book.OnlineOffer),
    "booking:offer_create": staff(P.OFFERS_CHANGE),
    "booking:offer_edit": staff(P.OFFERS_CHANGE, pk=book.OnlineOffer),
    "booking:offer_online": staff(P.OFFERS_CHANGE, pk=book.OnlineOffer),
    "booking:offer_receipt": staff(P.OFFERS_SEE, P.OFFERS_CHANGE, pk=book.OnlineOffer),
    "booking:offer_stop": staff(P.OFFERS_CHANGE, pk=book.OnlineOffer),
    "booking:offer_resume": staff(P.OFFERS_CHANGE, pk=book.OnlineOffer),
    "booking:offer_delete": staff(P.OFFERS_CHANGE, pk=book.OnlineOffer),
    "booking:offer_tell": staff(P.OFFERS_CHANGE, pk=book.OnlineOffer),
    "booking:search": staff(P.CITIZEN_SEE, P.CITIZEN_SEE_OWN),
    "booking:faults": staff(P.CONNECTIONS_SEE),
    "booking:fault_handle": staff(P.CONNECTIONS_CHANGE, pk=book.ReportedFault),
    "booking:fault_reopen": staff(
        P.CONNECTIONS_CHANGE, pk=book.ReportedFault, values={"instant": "1764000000000000"}, reason="never marked"
    ),
    "booking:differences": staff(P.SUMMON, P.CONNECTIONS_SEE),
    "booking:differences_settle": staff(P.SUMMON, P.CONNECTIONS_CHANGE, P.CALENDAR_OWN),
    "booking:differences_reopen": staff(
        P.SUMMON, P.CONNECTIONS_CHANGE, P.CALENDAR_OWN, values={"instant": "1764000000000000"}
    ),
    "booking:difference_send": staff(P.SUMMON, pk=book.Difference),
    "booking:jobnet_offers": open_door(JOBNET),
    "booking:jobnet_times": open_door(JOBNET),
    "booking:jobnet_details": open_door(JOBNET),
    "booking:jobnet_reserve": open_door(JOBNET),
    "booking:jobnet_book": open_door(JOBNET),
    "booking:jobnet_accept": open_door(JOBNET),
    "booking:jobnet_cancel": open_door(JOBNET),
    "booking:jobnet_fault": open_door(JOBNET),
    "booking:jobnet_bookings": open_door(JOBNET),
    "booking:jobnet_unknown": open_door(JOBNET),
    "booking:jobnet_openapi": open_door("the description of an interface; nothing of a job centre"),
    "booking:jobnet_ping": open_door("answers that it answers"),
    "booking:book_for": staff(P.APPOINTMENTS_CHANGE, pk=book.Citizen),
    # «Min side»
    **{
        f"minside:{name}": Door(values=values, reason=CITIZENS)
        for name, values in {
            "start": {},
            "sign_in": {},
            "sign_out": {},
            "appointments": {},
            "appointment": {"pk": NOBODYS},
            "calendar": {"pk": NOBODYS},
            "cancel": {"pk": NOBODYS},
            "rebook": {"pk": NOBODYS},
            "offers": {},
            "times": {"offer_id": NOBODYS},
            "confirm": {},
            "receipt": {},
        }.items()
    },
    # summons
    "summons:front": staff(P.FRONT_PAGE),
    "summons:start": staff(P.SUMMON),
    "summons:one": staff(P.SUMMON),
    "summons:from_offer": staff(P.SUMMON, pk=book.OnlineOffer),
    "summons:add_to_meeting": staff(P.SUMMON, pk=book.Appointment),
    "summons:runs": staff(P.SUMMON),
    "summons:frame": staff(P.SUMMON, run_id=calling.Run),
    "summons:delete_run": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_add": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_paste": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_file": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_fetch": staff(P.SUMMON, run_id=calling.Run, list_id=calling.HandedList),
    "summons:citizens_progress": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_retry": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_problems": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_forget_problems": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_deadlines": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_earliest": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_past_absence": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_select": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_remove": staff(P.SUMMON, run_id=calling.Run),
    "summons:citizens_line": staff(P.SUMMON, run_id=calling.Run, line_id=calling.RunCitizen),
    "summons:citizens_replace": staff(P.SUMMON, run_id=calling.Run, line_id=calling.RunCitizen),
    "summons:plan": staff(P.SUMMON, run_id=calling.Run),
    "summons:plan_progress": staff(P.SUMMON, run_id=calling.Run),
    "summons:plan_tick": staff(P.SUMMON, run_id=calling.Run),
    "summons:plan_send": staff(P.SUMMON, run_id=calling.Run),
    "summons:plan_undo": staff(P.SUMMON, run_id=calling.Run, values={"instant": "1764000000000000"}),
    "summons:plan_keep": staff(P.SUMMON, run_id=calling.Run),
    "summons:plan_take_back": staff(P.SUMMON, run_id=calling.Run),
    "summons:plan_scenario": staff(P.SUMMON, run_id=calling.Run),
    "summons:plan_line": staff(P.SUMMON, run_id=calling.Run, line_id=calling.RunCitizen),
    "summons:plan_delete": staff(P.SUMMON, run_id=calling.Run, line_id=calling.RunCitizen),
    "summons:rebook": staff(P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, pk=book.Summons),
    "summons:rebook_to": staff(P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, pk=book.Summons),
    "summons:rebook_into": staff(
        P.APPOINTMENTS_CHANGE,
        P.APPOINTMENTS_OWN,
        pk=book.Summons,
        meeting_id=book.Appointment,
        reason="an individual conversation goes to no joint meeting",
    ),
    "summons:absences": staff(P.ABSENCE_CHANGE, P.ABSENCE_OWN),
    "summons:absence_new": staff(P.ABSENCE_CHANGE, P.ABSENCE_OWN),
    "summons:absence_change": staff(P.ABSENCE_CHANGE, P.ABSENCE_OWN, pk=organisation.Absence),
    "summons:absence_remove": staff(P.ABSENCE_CHANGE, P.ABSENCE_OWN, pk=organisation.Absence),
    "summons:absence": staff(P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, P.APPOINTMENTS_COUNT),
    "summons:absence_undo": staff(P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN, values={"instant": "1764000000000000"}),
    "summons:case_systems": staff(P.CONNECTIONS_SEE),
    "summons:case_system_add": staff(P.CONNECTIONS_CHANGE),
    "summons:case_system_renew": staff(P.CONNECTIONS_CHANGE, pk=calling.CaseSystem),
    "summons:case_system_stop": staff(P.CONNECTIONS_CHANGE, pk=calling.CaseSystem),
    "summons:handed_list": staff(P.SUMMON, list_id=calling.HandedList),
    "summons:handover": open_door("case systems, by their token (tests/summons/test_handover.py)"),
    "summons:pending": staff(P.SUMMON),
    "summons:pending_send": staff(P.SUMMON),
    "summons:pending_undo": staff(P.SUMMON, values={"instant": "1764000000000000"}),
    "summons:pending_delete": staff(P.SUMMON),
    "summons:follow_up": staff(P.SUMMON),
    "summons:sync": staff(P.SUMMON),
    "summons:export": staff(P.SUMMON),
    "summons:printings": staff(P.SUMMON),
    "summons:print_letters": staff(P.SUMMON),
    "summons:printing": staff(P.SUMMON, pk=book.Printing),
    "summons:printing_progress": staff(P.SUMMON, pk=book.Printing),
    "summons:printing_paper": staff(P.SUMMON, pk=book.Printing),
    "summons:printing_undo": staff(P.SUMMON, pk=book.Printing),
    "summons:again": staff(P.SUMMON),
    "summons:my_teams": staff(P.SUMMON),
    "summons:summons": staff(P.SUMMON, pk=book.Summons),
    "summons:sync_one": staff(P.SUMMON, pk=book.Summons),
    "summons:give_up": staff(P.SUMMON, pk=book.Summons),
}

OWN_ONLY = frozenset(
    {P.APPOINTMENTS_OWN, P.CALENDAR_OWN, P.CITIZEN_SEE_OWN, P.ABSENCE_OWN, P.STATISTICS_OWN, P.ORGANISATION_SEE_OWN}
)
"""Permissions that open only some rows of one's own job centre."""
