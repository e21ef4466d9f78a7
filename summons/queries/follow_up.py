"""The follow-up list: which summonses (FOLL-01), and their rows (FOLL-02), fast whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admin_module.models import MeetingForm
from booking.models import AppointmentCounsellor, Origin, PlacedBy, Summons
from booking.queries.attendance import LOOKS, is_unregistered, unregistered
from booking.queries.calendar_entries import all_deliveries, of_entries
from booking.queries.facts import among
from booking.services.reporting import KIND
from booking.states import Attendance, SummonsStatus
from planner.outbox.models import Receiver
from planner.outbox.queries import Delivery, needing_help, subjects
from planner.outbox.states import OPEN, State
from planner.timeline.clock import midnight
from planner.ui.listing import ListState
from summons.models import RunCitizen
from summons.queries.letters import LetterState, letter_states, printed, unprinted

COUNTED_AHEAD = 500
RECENT = timedelta(days=7)

DATE_KINDS = (
    ("held", _("Indkaldelsesdato")),
    ("sent", _("Sendt")),
    ("deadline", _("Frist")),
)
MINE = (("week", _("af dig de seneste 7 dage")), ("all", _("af dig")))
SYNC_STATES = (
    ("unsent", _("Ikke sendt til Jobnet")),
    ("failed", _("Kræver hjælp")),
    ("calendar", _("Vejleder ikke notificeret")),
    ("done", _("Sendt til Jobnet")),
    ("given_up", _("Opgivet")),
)
STATUSES = (
    ("sent", _("Sendt")),
    ("rebooked", _("Ombooket")),
    ("self_booked", _("Selvbooket")),
    ("cancelled", _("Aflyst")),
)
LETTERS = (("unprinted", _("Ikke udskrevet")), ("printed", _("Udskrevet")))
NOT_REGISTERED = "missing"
ATTENDANCE = ((NOT_REGISTERED, _("Ikke registreret")), *Attendance.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the filters ask for; empty asks for everything that was ever sent."""

    user_id: int
    now: datetime
    mine: str = ""
    dated: str = "held"
    first: date | None = None
    last: date | None = None
    teams: frozenset[int] = frozenset()
    counsellors: tuple[int, ...] = ()
    type_id: int | None = None
    run: str = ""
    offer: str = ""
    sync: str = ""
    status: str = ""
    letter: str = ""
    attendance: str = ""


def sent_summonses(wanted: Wanted) -> QuerySet[Summons]:
    """The summonses that were sent and fit, in no order."""
    found = Summons.objects.exclude(status=SummonsStatus.PENDING).filter(_dates(wanted))
    if wanted.mine:
        found = found.filter(sent_by_id=wanted.user_id)
    if wanted.mine == "week":
        found = found.filter(_sent_since(wanted.now - RECENT))
    if wanted.teams:
        found = found.filter(appointment__team_id__in=wanted.teams)
    if wanted.counsellors:
        holding = AppointmentCounsellor.objects.filter(counsellor_id__in=wanted.counsellors)
        found = found.filter(appointment_id__in=holding.values("appointment_id"))
    if wanted.type_id:
        found = found.filter(appointment__type_id=wanted.type_id)
    if wanted.run:
        found = found.filter(
            pk__in=RunCitizen.objects.filter(run_id=wanted.run, summons__isnull=False).values("summons")
        )
    if wanted.offer:
        found = found.filter(offer=UUID(wanted.offer))
    if wanted.letter:
        found = found.filter(pk__in=_with_letter(wanted))
    if wanted.attendance:
        missing = wanted.attendance == NOT_REGISTERED
        found = found.filter(unregistered(wanted.now) if missing else Q(attendance=wanted.attendance))
    return found.filter(_sync(wanted)).filter(_status(wanted.status))


def _with_letter(wanted: Wanted) -> RawSQL:
    """They are found once and named: as a subquery they may be found anew for each row."""
    with_letter = printed() if wanted.letter == "printed" else unprinted(now=wanted.now)
    return among(with_letter.values_list("pk", flat=True))


def _dates(wanted: Wanted) -> Q:
    if wanted.dated == "deadline":
        after = Q(deadline__gte=wanted.first) if wanted.first else Q()
        return after & (Q(deadline__lte=wanted.last) if wanted.last else Q())
    since = midnight(wanted.first.toordinal()) if wanted.first else None
    until = midnight(wanted.last.toordinal() + 1) if wanted.last else None
    if wanted.dated == "sent":
        return (_sent_since(since) if since else Q()) & (Q(sent_at__lt=until) if until else Q())
    after = Q(appointment__start_at__gte=since) if since else Q()
    return after & (Q(appointment__start_at__lt=until) if until else Q())


def _sent_since(moment: datetime) -> Q:
    """Nothing is sent after it was held: said aloud, so that the list in order of days begins there (SPEED-06)."""
    return Q(sent_at__gte=moment, appointment__start_at__gte=moment)


def _sync(wanted: Wanted) -> Q:
    """The same conditions as the numbers of the front page, so that a number leads to exactly those summonses."""
    to_dfdg = {
        "unsent": Q(state__in=OPEN),
        "failed": needing_help(wanted.now),
        "given_up": Q(state=State.GIVEN_UP),
    }
    if wanted.sync in to_dfdg:
        return Q(pk__in=subjects(KIND, Receiver.DFDG, to_dfdg[wanted.sync]))
    if wanted.sync == "calendar":
        return Q(pk__in=of_entries(Q(state__in=OPEN)))
    if wanted.sync == "done":
        other = Q(state__in=(*OPEN, State.GIVEN_UP), subject_id=OuterRef("pk"))
        return Q(~Exists(subjects(KIND, Receiver.DFDG, other)))
    return Q()


def _status(status: str) -> Q:
    if status == "cancelled":
        return Q(status=SummonsStatus.CANCELLED)
    if status == "self_booked":
        return Q(status=SummonsStatus.SENT, origin__in=(Origin.JOBNET, Origin.OWN))
    if status == "rebooked":
        return Q(status=SummonsStatus.SENT, origin=Origin.PLANNER, appointment__placed_by=PlacedBy.CITIZEN)
    return Q(status=SummonsStatus.SENT) if status else Q()


def counted(found: QuerySet[Summons], *, until: int) -> int:
    """How many there are, never looking further than 500 beyond the asked row (SPEED-06)."""
    return found.order_by()[: until + COUNTED_AHEAD].count()


class Listed(NamedTuple):
    """A summons of the list by its id, with its start."""

    pk: UUID
    start_at: datetime


def listed(found: QuerySet[Summons], order: Sequence[str], *, page: slice) -> list[Listed]:
    """Those of the page, in order."""
    return [Listed(*one) for one in found.order_by(*order).values_list("pk", "appointment__start_at")[page]]


def in_turn(found: QuerySet[Summons], page: Sequence[Listed]) -> list[UUID]:
    """The page of a list that is ordered by time: within one start by counsellor, then by name; two statements.

    Only the starts at the ends of the page may have more summonses than stand on it.
    """
    (first, first_start), (_last, last_start) = page[0], page[-1]
    backwards = first_start > last_start
    ends = found.filter(appointment__start_at__in={first_start, last_start})
    shown = Summons.objects.filter(pk__in=[one.pk for one in page])
    together = sorted({*_with_turns(ends), *_with_turns(shown)})
    together.sort(key=itemgetter(1), reverse=backwards)
    place = next(place for place, one in enumerate(together) if one[0] == first)
    together.sort(key=lambda one: (one[2] or "", one[3]))
    together.sort(key=itemgetter(1), reverse=backwards)
    return [pk for pk, *_rest in together[place : place + len(page)]]


def every(found: QuerySet[Summons], state: ListState, *, among: Sequence[UUID] = ()) -> list[UUID]:
    """All of the list in its order, or those of it that are `among` these."""
    chosen = found.filter(pk__in=among) if among else found
    whole = listed(chosen, state.order_by, page=slice(None))
    return in_turn(chosen, whole) if whole and state.sort.key == "time" else [one.pk for one in whole]


def _with_turns(found: QuerySet[Summons]) -> QuerySet[Summons, tuple[UUID, datetime, str | None, str]]:
    """Id, start, counsellor and name."""
    holders = AppointmentCounsellor.objects.filter(appointment=OuterRef("appointment")).order_by("counsellor__sort_key")
    return found.annotate(holder=Subquery(holders.values("counsellor__sort_key")[:1])).values_list(
        "pk", "appointment__start_at", "holder", "citizen__sort_key"
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    pk: UUID
    number: int | None
    appointment_id: UUID
    start_at: datetime
    end_at: datetime
    citizen: str
    citizen_id: UUID
    type: str
    variant: str
    team: str
    counsellors: str
    counsellor_names: str
    room: str
    status: tuple[str, str | Promise]
    self_booked: bool
    joint: bool
    deliveries: tuple[Delivery, ...]
    letter: LetterState | None
    unregistered: bool
    no_show: bool

    @property
    def under_way(self) -> bool:
        return any(delivery.under_way for delivery in self.deliveries)

    @property
    def failed(self) -> bool:
        return any(delivery.look == "bad" for delivery in self.deliveries)


def rows(pks: Sequence[UUID], *, now: datetime) -> list[Row]:
    """The lines of these summonses in the given order; six statements."""
    loaded = (
        Summons.objects.filter(pk__in=pks)
        .select_related(
            "citizen", "appointment__type", "appointment__variant", "appointment__team", "appointment__room"
        )
        .prefetch_related("appointment__holders__counsellor")
    )
    found = {summons.pk: summons for summons in loaded}
    sent = all_deliveries({pk: summons.appointment_id for pk, summons in found.items()}, now=now)
    letters = letter_states(pks, now=now)
    return [_row(found[pk], sent.get(pk, ()), letters.get(pk), now) for pk in pks if pk in found]


def _row(summons: Summons, sent: tuple[Delivery, ...], letter: LetterState | None, now: datetime) -> Row:
    meeting = summons.appointment
    holders = sorted((holder.counsellor for holder in meeting.holders.all()), key=lambda one: (one.sort_key, one.pk))
    return Row(
        pk=summons.pk,
        number=summons.number,
        appointment_id=meeting.pk,
        start_at=meeting.start_at,
        end_at=meeting.end_at,
        citizen=summons.citizen.full_name,
        citizen_id=summons.citizen_id,
        type=meeting.type.name if meeting.type else "",
        variant=meeting.variant.name if meeting.variant else "",
        team=meeting.team.name if meeting.team else "",
        counsellors=", ".join(one.short for one in holders),
        counsellor_names=", ".join(one.full_name for one in holders),
        room=meeting.room.name if meeting.room else "",
        status=status_of(summons, sent),
        self_booked=summons.origin in (Origin.JOBNET, Origin.OWN),
        joint=meeting.form == MeetingForm.JOINT,
        deliveries=sent,
        letter=letter,
        unregistered=is_unregistered(summons, now),
        no_show=summons.attendance == Attendance.NO_SHOW,
    )


def status_of(summons: Summons, sent: tuple[Delivery, ...]) -> tuple[str, str | Promise]:
    """The look and the word of the state: attendance once it is known, «Venter» until DFDG has first heard of it."""
    if summons.attendance:
        return LOOKS[summons.attendance], Attendance(summons.attendance).label
    if summons.status == SummonsStatus.CANCELLED:
        return "off", _("Aflyst")
    if summons.status == SummonsStatus.PENDING:
        return "wait", _("Afventer")
    if any(delivery.receiver == Receiver.DFDG and delivery.look == "wait" for delivery in sent):
        return "wait", _("Venter")
    if summons.origin == Origin.PLANNER and summons.appointment.placed_by == PlacedBy.CITIZEN:
        return "ok", _("Ombooket")
    return "ok", _("Sendt")


def has_sent_recently(user_id: int, now: datetime) -> bool:
    """Whether the user has sent anything in the last seven days (what the list opens on)."""
    return Summons.objects.filter(sent_by_id=user_id, sent_at__gte=now - RECENT).exists()
