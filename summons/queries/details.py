"""Everything about one summons, as the details beside the follow-up list show it (FOLL-03)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from admin_module.models import ContactMode, MeetingForm
from booking.models import OnlineOffer, Origin, Summons
from booking.states import SummonsStatus
from planner.outbox.queries import Delivery
from planner.ui.formatting import day, number
from summons.models import RunCitizen
from summons.queries.choices import run_label
from summons.queries.follow_up import Row, rows
from summons.queries.history import Event, history


@dataclass(frozen=True, slots=True)
class Deadline:
    """Whether the conversation is held in time, in shape and words."""

    look: str
    words: str


@dataclass(frozen=True, slots=True)
class SummonsDetails:
    """One summons with its deliveries and its history, newest first."""

    row: Row
    cpr: str
    contact_group: str
    place: str
    form: str
    mode: str
    title: str
    channel: str
    deadline: Deadline | None
    rebooking: str
    run: str
    cancelled_reason: str
    booked_by: str
    offer: OnlineOffer | None
    participants: int
    appointment_id: object
    history: list[Event]

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        return self.row.deliveries

    @property
    def under_way(self) -> bool:
        return self.row.under_way


def summons_details(summons: Summons, *, now: datetime) -> SummonsDetails:
    """A fixed number of statements."""
    (row,) = rows([summons.pk], now=now)
    meeting, citizen = summons.appointment, summons.citizen
    line = RunCitizen.objects.filter(summons=summons).select_related("run").first()
    joint = meeting.form == MeetingForm.JOINT
    return SummonsDetails(
        row=row,
        cpr=f"{citizen.born_on:%d%m%y}-••••",
        contact_group=citizen.contact_group.name if citizen.contact_group else "",
        place=_place(summons),
        form=str(MeetingForm(meeting.form).label) if meeting.form else "",
        mode=str(ContactMode(meeting.mode).label) if meeting.mode else "",
        title=meeting.title,
        channel=f"{summons.get_channel_display()}, {row.letter.words}" if row.letter else summons.get_channel_display(),
        deadline=_deadline(summons.deadline, meeting.day) if summons.deadline else None,
        rebooking=_rebooking(summons),
        run=run_label(line.run.name, line.run.sent_at.date() if line.run.sent_at else None) if line else "",
        cancelled_reason=summons.cancelled_reason,
        booked_by=_booked_by(summons),
        offer=summons.offer,
        participants=_participants(summons) if joint else 1,
        appointment_id=meeting.pk,
        history=history(summons, now=now),
    )


def _booked_by(summons: Summons) -> str:
    """«borgeren på Jobnet»; empty where the citizen was summoned."""
    if summons.origin in (Origin.JOBNET, Origin.OWN):
        return _("borgeren på %s") % Origin(summons.origin).label
    return _("en medarbejder for borgeren") if summons.offer_id else ""


def _participants(summons: Summons) -> int:
    return Summons.objects.filter(appointment_id=summons.appointment_id, status=SummonsStatus.SENT).count()


def _place(summons: Summons) -> str:
    meeting = summons.appointment
    parts = [meeting.whole_address, meeting.room.name if meeting.room else ""]
    if meeting.mode == ContactMode.TELEPHONE:
        parts = [_("Ringes op"), meeting.phone or summons.citizen.phone]
    if meeting.mode == ContactMode.DIGITAL:
        parts = [meeting.digital_link]
    return ", ".join(part for part in parts if part)


def _deadline(deadline: date, held_on: date) -> Deadline:
    late = (held_on - deadline).days
    if late <= 0:
        return Deadline("ok", _("%(day)s, inden frist") % {"day": day(deadline)})
    days = _("%(count)s dag") % {"count": 1} if late == 1 else _("%(count)s dage") % {"count": number(late)}
    return Deadline("bad", _("%(day)s, efter frist %(days)s") % {"day": day(deadline), "days": days})


def _rebooking(summons: Summons) -> str:
    if not summons.appointment.rebooking_allowed or summons.rebook_until is None:
        return _("ikke muligt for borgeren")
    return _("til og med %(day)s") % {"day": day(summons.rebook_until)}
