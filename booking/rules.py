"""Whether something may be done in the appointment book, and if not, why not: one function answers both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.models import ConversationType
from booking.availability.obstacles import Obstacle
from booking.models import Appointment, Citizen, CprStatus, OnlineOffer, Origin, Summons
from booking.states import Attendance, SummonsStatus, allowed
from planner.accounts.models import Settings
from planner.dfdg.particulars import Particular
from planner.ui.formatting import date_year
from planner.ui.refusal import Refusal

OBSTACLES: dict[Obstacle, str | Promise] = {
    Obstacle.NO_SUCH_TIME: gettext_lazy("Tidspunktet findes ikke den dag."),
    Obstacle.COUNSELLOR_TAKEN: gettext_lazy("Vejlederen er optaget på det tidspunkt."),
    Obstacle.ROOM_TAKEN: gettext_lazy("Mødelokalet er optaget på det tidspunkt."),
    Obstacle.CITIZEN_TAKEN: gettext_lazy("Borgeren har allerede en aftale på det tidspunkt."),
    Obstacle.COUNSELLOR_ABSENT: gettext_lazy("Vejlederen er fraværende på det tidspunkt."),
    Obstacle.CLOSING_DAY: gettext_lazy("Det er lokal lukkedag."),
    Obstacle.PUBLIC_HOLIDAY: gettext_lazy("Det er helligdag."),
    Obstacle.OUTSIDE_HOURS: gettext_lazy("Tidspunktet ligger uden for vejlederens arbejdstid."),
    Obstacle.IN_BREAK: gettext_lazy("Tidspunktet ligger i vejlederens pause."),
    Obstacle.BUSY: gettext_lazy("Vejlederen er optaget i sin egen kalender."),
    Obstacle.COLLISION: gettext_lazy("Der er allerede en samtale fra et sagsbehandlingssystem på det tidspunkt."),
    Obstacle.RESERVED: gettext_lazy("Tiden er reserveret til et andet formål."),
    Obstacle.CONVERSATION_BUDGET: gettext_lazy("Vejlederens samtaletid den dag er brugt."),
    Obstacle.AUTOMATIC_BUDGET: gettext_lazy("Vejlederens tid til automatisk booking den dag er brugt."),
    Obstacle.BEFORE_EARLIEST: gettext_lazy("Datoen ligger før borgerens tidligste dato."),
    Obstacle.LEAST_NOTICE: gettext_lazy("Varslet er for kort."),
    Obstacle.AFTER_DEADLINE: gettext_lazy("Datoen ligger efter borgerens frist."),
    Obstacle.CITIZEN_ABSENT: gettext_lazy("Borgeren har fravær den dag."),
    Obstacle.SEATS_TAKEN: gettext_lazy("Alle pladser på mødet er taget."),
    Obstacle.OTHER_OFFER: gettext_lazy("Mødet hører til et andet team, en anden type eller en anden variant."),
    Obstacle.LACKS_COMPETENCE: gettext_lazy("Vejlederen har ikke den kompetence, som samtalen kræver."),
}

ONE_CONVERSATION = frozenset({ConversationType.JOB_CONVERSATION, ConversationType.FOLLOW_UP})
"""DFDG refuses a second coming conversation of either (`dfdg.md` 2.11)."""


def conversations_like(type_id: int | None) -> frozenset[int | None]:
    """The types of which a citizen has at most one coming conversation, of one or the other."""
    return ONE_CONVERSATION if type_id in ONE_CONVERSATION else frozenset({type_id})


def obstacle_refusal(obstacles: Iterable[Obstacle]) -> Refusal | None:
    """All that stands in the way in one refusal, named by the first."""
    found = tuple(obstacles)
    if not found:
        return None
    return Refusal(" ".join(str(OBSTACLES[obstacle]) for obstacle in found), code=found[0].value)


def has_conversation() -> Refusal:
    """The citizen has a coming conversation of the type, and it is not to be replaced (SUM-23)."""
    return Refusal(_("Borgeren har allerede en kommende samtale af samme type."), code="has_conversation")


def rebooking_rights(summons: Summons, *, settings: Settings, today: date) -> tuple[date | None, date | None]:
    """Until when the citizen may rebook, and to what date at the latest (SUM-07, SELF-05); none where that has passed.

    The latest date is the deadline, or where it was booked on an offer that ends, the offer's present end (slide 105);
    without either it is counted from the first date sent, so that it is not for ever.
    """
    meeting = summons.appointment
    if not meeting.rebooking_allowed:
        return None, None
    to = _last_date(summons) or summons.rebook_to or meeting.day + timedelta(weeks=settings.rebooking_weeks)
    until = min(meeting.day - timedelta(days=meeting.rebooking_days), to)
    return (until if until >= today else None), to


def _last_date(summons: Summons) -> date | None:
    """The deadline or the end of the offer, whichever comes first."""
    ends_on = summons.offer.ends_on if summons.offer else None
    return min((day for day in (summons.deadline, ends_on) if day), default=None)


def cancelling_right(summons: Summons, *, today: date) -> date | None:
    """Until when the citizen may cancel what they booked; a summons is not cancelled by the citizen (SELF-05)."""
    meeting = summons.appointment
    if summons.offer_id is None or not meeting.cancellation_allowed:
        return None
    until = meeting.day - timedelta(days=meeting.cancellation_days)
    return until if until >= today else None


def why_not_book(offer: OnlineOffer, *, now: datetime) -> Refusal | None:
    """Whether the offer takes new bookings at all (OFFER-03); its end date is included (OFFER-04)."""
    today = timezone.localdate(now)
    if offer.retired_at or offer.published_at is None or not offer.is_active:
        return Refusal(_("Tilbuddet kan ikke bookes længere."), code="no_offer")
    if offer.opens_on and today < offer.opens_on:
        return Refusal(_("Tilbuddet kan bookes fra %(day)s.") % {"day": date_year(offer.opens_on)}, code="no_offer")
    if offer.ends_on and offer.ends_on < today:
        return Refusal(_("Tilbuddet sluttede %(day)s.") % {"day": date_year(offer.ends_on)}, code="no_offer")
    return None


def last_to_rebook_to(summons: Summons) -> date | None:
    """The last date that the citizen may rebook to, by the deadline and the offer's end as they are now."""
    bounds = (summons.rebook_to, _last_date(summons))
    return min((day for day in bounds if day), default=None)


def why_not_rebook_self(summons: Summons, *, settings: Settings, now: datetime) -> Refusal | None:
    """SELF-05: whether the citizen may move it; the refusal names the condition that fails."""
    if refusal := _why_not_change_self(summons, now=now):
        return refusal
    if not summons.appointment.rebooking_allowed:
        return Refusal(_("Aftalen kan ikke ombookes."), code="not_allowed")
    today = timezone.localdate(now)
    last = last_to_rebook_to(summons)
    if last and last < today:
        return Refusal(
            _("Aftalen kan ikke ombookes, for den sidste dato, den kan flyttes til, var %(day)s.")
            % {"day": date_year(last)},
            code="too_late",
        )
    if rebooking_rights(summons, settings=settings, today=today)[0] is None:
        until = summons.appointment.day - timedelta(days=summons.appointment.rebooking_days)
        return Refusal(_("Aftalen kunne ombookes til og med %(day)s.") % {"day": date_year(until)}, code="too_late")
    return None


def why_not_cancel_self(summons: Summons, *, now: datetime) -> Refusal | None:
    """SELF-05: whether the citizen may cancel it; the refusal names the condition that fails."""
    if refusal := _why_not_change_self(summons, now=now):
        return refusal
    if summons.offer_id is None:
        return Refusal(
            _("En indkaldelse kan ikke aflyses her. Kontakt os, hvis du ikke kan komme."), code="not_allowed"
        )
    if not summons.appointment.cancellation_allowed:
        return Refusal(_("Aftalen kan ikke aflyses her. Kontakt os, hvis du ikke kan komme."), code="not_allowed")
    if cancelling_right(summons, today=timezone.localdate(now)) is None:
        until = summons.appointment.day - timedelta(days=summons.appointment.cancellation_days)
        return Refusal(_("Aftalen kunne aflyses til og med %(day)s.") % {"day": date_year(until)}, code="too_late")
    return None


def _why_not_change_self(summons: Summons, *, now: datetime) -> Refusal | None:
    if summons.status != SummonsStatus.SENT:
        return Refusal(_("Aftalen er aflyst."), code="gone")
    if summons.origin == Origin.CASE_SYSTEM:
        return Refusal(_("Aftalen kan ikke ændres her. Kontakt os, hvis du ikke kan komme."), code="not_allowed")
    if summons.appointment.start_at <= now:
        return Refusal(_("Aftalen er begyndt eller holdt."), code="too_late")
    if summons.attendance:
        return Refusal(_("Aftalen er afsluttet og kan ikke ændres."), code="not_allowed")
    return None


def why_not_send(summons: Summons, *, now: datetime, missing: Iterable[Particular]) -> Refusal | None:
    """PEND-02, SUM-11 and SUM-21. `missing`: the particulars of the law that the summons lacks."""
    lacks = tuple(missing)
    if summons.status == SummonsStatus.CANCELLED:
        return Refusal(_("Samtalen er allerede aflyst."), code="cancelled")
    if not allowed(SummonsStatus(summons.status), SummonsStatus.SENT):
        return Refusal(_("Indkaldelsen er allerede sendt."), code="not_pending")
    if summons.appointment.start_at <= now:
        return Refusal(_("Samtalens dato er passeret."), code="date_passed")
    if refusal := _why_not_summon(summons.citizen):
        return refusal
    if lacks:
        names = ", ".join(particular.label for particular in lacks)
        return Refusal(_("Indkaldelsen mangler: %(names)s.") % {"names": names}, code="particulars_missing")
    return None


def _why_not_summon(citizen: Citizen) -> Refusal | None:
    """«Udrejst» may be summoned (SUM-11)."""
    if citizen.cpr_status == CprStatus.DEAD:
        return Refusal(_("Borgeren er død og kan ikke indkaldes."), code="dead")
    if citizen.cpr_status == CprStatus.INACTIVE:
        return Refusal(_("Borgeren er inaktiv i CPR og kan ikke indkaldes."), code="inactive")
    if citizen.cpr_status == CprStatus.ELSEWHERE:
        return Refusal(_("Borgeren hører til et andet sted og kan ikke indkaldes herfra."), code="elsewhere")
    if citizen.fetched_at is None:
        return Refusal(_("Borgeren er ikke slået op i DFDG endnu."), code="not_looked_up")
    return None


def why_not_take_back(summons: Summons, *, under_way: bool) -> Refusal | None:
    """«Fortryd» after sending. `under_way`: something of it has left, or is just leaving."""
    if summons.status != SummonsStatus.SENT:
        return Refusal(_("Indkaldelsen er ikke sendt."), code="not_sent")
    if summons.attendance:
        return attendance_registered()
    if under_way:
        return Refusal(_("Indkaldelsen er allerede sendt og kan kun aflyses."), code="under_way")
    return None


def why_not_delete(summons: Summons) -> Refusal | None:
    """Only what waits is deleted; what was sent is cancelled."""
    if summons.status != SummonsStatus.PENDING:
        return Refusal(_("Indkaldelsen er sendt og kan kun aflyses."), code="not_pending")
    return None


def why_not_cancel(summons: Summons, *, now: datetime) -> Refusal | None:
    """KSS-02: what was made in a case system is changed there."""
    if summons.status == SummonsStatus.CANCELLED:
        return Refusal(_("Samtalen er allerede aflyst."), code="cancelled")
    if summons.status == SummonsStatus.PENDING:
        return Refusal(_("Indkaldelsen er ikke sendt. Slet den i stedet."), code="pending")
    if summons.origin == Origin.CASE_SYSTEM:
        return _made_elsewhere()
    if summons.attendance:
        return attendance_registered()
    if summons.appointment.start_at <= now:
        return Refusal(_("Samtalen er begyndt eller holdt og kan ikke aflyses."), code="date_passed")
    return None


def why_not_restore(summons: Summons, *, now: datetime, under_way: bool) -> Refusal | None:
    """«Fortryd» after cancelling; that the time is still free is seen apart from this."""
    if summons.status != SummonsStatus.CANCELLED:
        return Refusal(_("Samtalen er ikke aflyst."), code="not_cancelled")
    if under_way:
        return Refusal(_("Aflysningen er allerede sendt. Indkald borgeren igen i stedet."), code="under_way")
    if summons.appointment.start_at <= now:
        return Refusal(_("Samtalens dato er passeret."), code="date_passed")
    return None


def why_not_move(appointment: Appointment, *, now: datetime) -> Refusal | None:
    """Whether it may be moved at all; where to is judged by TIME-09."""
    if appointment.cancelled_at is not None:
        return Refusal(_("Samtalen er aflyst."), code="cancelled")
    if appointment.origin == Origin.CASE_SYSTEM:
        return _made_elsewhere()
    if appointment.start_at <= now:
        return Refusal(_("Samtalen er begyndt eller holdt og kan ikke flyttes."), code="date_passed")
    return None


def why_not_register(summons: Summons, *, attendance: str = "", now: datetime) -> Refusal | None:
    """Attendance is registered from the day itself, so that a check-in list can be ready; a no-show from the start."""
    if summons.origin == Origin.CASE_SYSTEM:
        return Refusal(
            _("Samtalen er oprettet i et sagsbehandlingssystem. Fremmøde registreres dér."), code="case_system"
        )
    if summons.status == SummonsStatus.CANCELLED:
        return Refusal(_("Samtalen er aflyst."), code="cancelled")
    if summons.status == SummonsStatus.PENDING:
        return Refusal(_("Indkaldelsen er ikke sendt."), code="pending")
    if summons.appointment.day > timezone.localdate(now):
        return Refusal(_("Fremmøde kan registreres fra samtalens dag."), code="not_yet")
    if attendance == Attendance.NO_SHOW and summons.appointment.start_at > now:
        return Refusal(_("Samtalen er ikke begyndt endnu, så borgeren er ikke udeblevet."), code="not_begun")
    return None


def why_not_here(settings: Settings) -> Refusal | None:
    """Whether the job centre registers attendance in Planner at all (SET-01)."""
    if settings.attendance_here:
        return None
    return Refusal(_("Fremmøde registreres ikke her, men i sagsbehandlingssystemet."), code="attendance_elsewhere")


def attendance_registered() -> Refusal:
    """What somebody came to, or not, is no longer moved, cancelled or taken back."""
    return Refusal(_("Fremmødet er registreret. Fjern registreringen først."), code="attendance")


def _made_elsewhere() -> Refusal:
    return Refusal(_("Samtalen er oprettet i et sagsbehandlingssystem og ændres dér."), code="case_system")
