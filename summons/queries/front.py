"""The front page: what state things are in, and what must be handled today (APP-03, APP-04)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, Count, Min, Q, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from admin_module.models import Counsellor, CounsellorTeam
from booking.availability.calendar import CounsellorDay, counsellor_days
from booking.availability.counting import free_times
from booking.models import AppointmentCounsellor, Summons
from booking.queries.attendance import LOOKS, not_registered, reminded_from, rest_of_day
from booking.queries.calendar_entries import not_notified
from booking.queries.differences import unsettled
from booking.queries.facts import Picture, picture
from booking.queries.hits import Why
from booking.queries.offer_weeks import free_until_end
from booking.queries.offers import ending
from booking.services.reporting import KIND
from booking.states import Attendance, SummonsStatus
from planner.accounts.models import Settings
from planner.outbox import queries as outbox
from planner.outbox.models import Message, Receiver
from planner.timeline.clock import place_of
from planner.timeline.holidays import working_days_after
from planner.ui.formatting import day, long_day, moment, number
from summons.models import Run
from summons.queries.choices import my_teams, team_tree
from summons.queries.due import due_without_time, last_near_day
from summons.queries.follow_up import NOT_REGISTERED
from summons.queries.front_hits import hit_lines
from summons.queries.letters import unprinted
from summons.queries.pending import about_to_be_released
from summons.states import RunState

DRAFTS_SHOWN = 10
TEAMS_SHOWN = 2
OFFERS_SHOWN = 5
DURATION, REPORTING_TIME = 45, 15
ICONS = {
    Why.ABSENCE: "person-remove",
    Why.CLOSING_DAY: "lock",
    Why.BUSY: "calendar-month",
    Why.OUTSIDE_HOURS: "time",
    Why.IN_BREAK: "time",
}
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Status:
    """«Status over indkaldelser»: two numbers, and what was last sent."""

    not_sent: int
    not_notified: int
    last_sent_at: datetime | None
    last_sent: int


def status() -> Status:
    last = Summons.objects.filter(sent_at__isnull=False).order_by("-sent_at").values_list("sent_at", flat=True).first()
    return Status(
        not_sent=outbox.unsent(KIND, Receiver.DFDG),
        not_notified=not_notified(),
        last_sent_at=last,
        last_sent=Summons.objects.filter(sent_at=last).count() if last else 0,
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A run that is not finished."""

    pk: object
    name: str
    step: int
    citizens: int
    saved_at: datetime
    saved_by: str
    is_own: bool
    deleted_on: date

    @property
    def url(self) -> str:
        """Where one left it."""
        return reverse(f"summons:{('frame', 'citizens', 'plan')[self.step - 1]}", args=[self.pk])


def drafts(user_id: int, *, kept_days: int, most: int = DRAFTS_SHOWN) -> list[Draft]:
    """One's own first, the newest first; one statement."""
    runs = (
        Run.objects.exclude(state=RunState.FINISHED)
        .select_related("saved_by")
        .annotate(citizens=Count("lines"))
        .order_by(Case(When(author=user_id, then=0), default=1), "-saved_at")[:most]
    )
    return [
        Draft(
            pk=run.pk,
            name=run.name or _("Kladde uden navn"),
            step=min(max(run.step, 1), 3),
            citizens=run.citizens,
            saved_at=run.saved_at,
            saved_by=run.saved_by.full_name if run.saved_by else "",
            is_own=run.author_id == user_id,
            deleted_on=timezone.localdate(run.saved_at + timedelta(days=kept_days)),
        )
        for run in runs
    ]


@dataclass(frozen=True, slots=True)
class DayLoad:
    day: date
    booked: int
    free: int

    @property
    def total(self) -> int:
        return self.booked + self.free


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """«Ugen i team …»: conversations held and free times (TIME-10) from Monday to Friday."""

    name: str
    days: list[DayLoad]

    @property
    def booked(self) -> int:
        return sum(load.booked for load in self.days)

    @property
    def free(self) -> int:
        return sum(load.free for load in self.days)


def team_weeks(user_id: int, settings: Settings, *, today: date, now: datetime) -> list[TeamWeek]:
    """For one's own teams; for the whole job centre where none are chosen."""
    tree = team_tree()
    chosen = my_teams(user_id) or _teams_of(user_id)
    inside = frozenset[int]().union(*(team.below for team in tree if team.pk in chosen))
    shown = [team for team in tree if team.pk in chosen and team.pk not in inside][:TEAMS_SHOWN] or tree[:1]
    return [
        _team_week(
            team.pk,
            team.below | {team.pk},
            _("team %(name)s") % {"name": team.name} if team.depth else team.name,
            settings,
            today=today,
            now=now,
        )
        for team in shown
    ]


def _teams_of(user_id: int) -> tuple[int, ...]:
    found = CounsellorTeam.objects.filter(counsellor__user_id=user_id, counsellor__retired_at=None)
    return tuple(found.values_list("team_id", flat=True))


def _team_week(
    team_id: int, teams: Collection[int], name: str, settings: Settings, *, today: date, now: datetime
) -> TeamWeek:
    monday = (
        today - timedelta(days=today.weekday()) if today.weekday() < 5 else today + timedelta(days=7 - today.weekday())
    )
    friday = monday + timedelta(days=4)
    counsellors = CounsellorTeam.objects.filter(team_id__in=teams, counsellor__retired_at=None)
    facts = picture(
        settings=settings,
        team_id=team_id,
        first=monday,
        last=friday,
        now=now,
        counsellors=counsellors.values_list("counsellor_id", flat=True).distinct(),
    )
    booked = Counter(taken.day for counsellor in facts.counsellors.values() for taken in counsellor.taken)
    free = _free(facts, now=now)
    days = [DayLoad(date.fromordinal(one), booked[one], free[one]) for one in range(facts.first, facts.last + 1)]
    return TeamWeek(name, days)


def _free(facts: Picture, *, now: datetime) -> Counter[int]:
    """Free times a day, those that are still to come."""
    here, minute = place_of(now)
    free: Counter[int] = Counter()
    for counsellor in facts.counsellors.values():
        days = counsellor_days(counsellor, facts.first, facts.last, facts.closures)
        for one, there in enumerate(days, start=facts.first):
            if one >= here:
                free[one] += _free_on(there, minute // 5 + 1 if one == here else 0)
    return free


def _free_on(there: CounsellorDay, not_before: int) -> int:
    return len(free_times(there, DURATION, REPORTING_TIME, not_before=not_before))


class Kind(Enum):
    """What «Skal håndteres i dag» lists (APP-04), in the order in which it stands there."""

    RECEIVER_STOPPED = "receiver_stopped"
    SYNC_NEEDS_HELP = "sync_needs_help"
    DIFFERENCES = "differences"
    ABSENCE = Why.ABSENCE.value
    CLOSING_DAY = Why.CLOSING_DAY.value
    COUNSELLOR_GONE = Why.COUNSELLOR_GONE.value
    ROOM_GONE = Why.ROOM_GONE.value
    CITIZEN_GONE = Why.CITIZEN_GONE.value
    COLLISION = Why.COLLISION.value
    BUSY = Why.BUSY.value
    OUTSIDE_HOURS = Why.OUTSIDE_HOURS.value
    IN_BREAK = Why.IN_BREAK.value
    DEADLINE_NEAR = "deadline_near"
    LETTERS_UNPRINTED = "letters_unprinted"
    RELEASED_SOON = "released_soon"
    OFFER_ENDING = "offer_ending"
    ATTENDANCE_MISSING = "attendance_missing"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to be handled, with its one way out."""

    kind: Kind
    look: str
    icon: str
    words: str
    about: str
    button: Words
    url: str


def tasks(user_id: int, settings: Settings, *, today: date, now: datetime) -> list[Task]:
    """«Skal håndteres i dag», the gravest first."""
    kinds: tuple[Callable[[], Iterator[Task]], ...] = (
        _stopped,
        lambda: _needing_help(now),
        _differences,
        lambda: _hit(settings, now),
        lambda: _near_deadlines(settings, today),
        lambda: _unprinted(now),
        lambda: _released_soon(user_id, today, settings),
        lambda: _ending_offers(settings, today=today, now=now),
        lambda: _not_registered(user_id, settings, today=today, now=now),
    )
    return [task for kind in kinds for task in kind()]


def _stopped() -> Iterator[Task]:
    for stop in outbox.stops():
        about = _("%(text)s Siden %(when)s. Alt venter, og Planner fortsætter af sig selv.")
        yield Task(
            Kind.RECEIVER_STOPPED,
            "bad",
            "warning",
            stop.heading,
            about % {"text": stop.text, "when": moment(stop.stopped_at)},
            _("Vis"),
            _follow_up(sync="unsent"),
        )


def _needing_help(now: datetime) -> Iterator[Task]:
    failed = Message.objects.filter(outbox.needing_help(now), kind=KIND, receiver=Receiver.DFDG)
    found = failed.aggregate(count=Count("subject_id", distinct=True))["count"]
    if found:
        texts = Counter(failed.values_list("error_text", flat=True)[:500])
        words = ngettext(
            "%(count)s indkaldelse kunne ikke sendes til Jobnet",
            "%(count)s indkaldelser kunne ikke sendes til Jobnet",
            found,
        )
        about = " · ".join(f"{count} × {text}" if count > 1 else text for text, count in texts.most_common(2))
        said = words % {"count": number(found)}
        yield Task(Kind.SYNC_NEEDS_HELP, "bad", "sync", said, about, _("Vis"), _follow_up(sync="failed"))


def _differences() -> Iterator[Task]:
    """What other systems held otherwise, until somebody has seen it (SYNC-08)."""
    found = unsettled()
    if not found.all:
        return
    words = ngettext(
        "%(count)s afvigelse fra Jobnet eller kalendere", "%(count)s afvigelser fra Jobnet eller kalendere", found.all
    ) % {"count": number(found.all)}
    about = []
    if found.listed:
        left = ngettext("%(count)s skal I se på.", "%(count)s skal I se på.", found.listed)
        about.append(left % {"count": number(found.listed)})
    if found.listed < found.all:
        about.append(_("Planner har selv rettet resten.") if about else _("Planner har selv rettet dem."))
    look, url = "warn" if found.listed else "ok", f"{reverse('booking:differences')}?open=1"
    yield Task(Kind.DIFFERENCES, look, "sync", words, " ".join(about), _("Vis"), url)


def _hit(settings: Settings, now: datetime) -> Iterator[Task]:
    """Appointments that cannot be held as things are, each with the page that proposes what to do."""
    for line in hit_lines(settings, now=now):
        yield Task(
            Kind(line.why.value), "bad", ICONS.get(line.why, "warning"), line.words, line.about, _("Håndtér"), line.url
        )


def _near_deadlines(settings: Settings, today: date) -> Iterator[Task]:
    """Due within the setting's working days, and no conversation to come."""
    due = due_without_time(settings, today)
    kinds = Counter(kind for _citizen, kind in {(one.citizen_id, one.kind) for one in due}).most_common(3)
    found = len({one.citizen_id for one in due})
    if found:
        words = ngettext(
            "%(count)s borger har frist senest %(day)s og ingen tid",
            "%(count)s borgere har frist senest %(day)s og ingen tid",
            found,
        )
        about = " · ".join(f"{kind} {number(citizens)}" for kind, citizens in kinds)
        start = {"count": number(found), "day": long_day(last_near_day(settings, today))}
        yield Task(
            Kind.DEADLINE_NEAR,
            "bad",
            "warning",
            words % start,
            about,
            _("Indkald"),
            f"{reverse('summons:start')}?near=1",
        )


def _unprinted(now: datetime) -> Iterator[Task]:
    """LET-03: the link leads to exactly those."""
    found = unprinted(now=now).aggregate(count=Count("pk"), first=Min("appointment__start_at"))
    if found["count"]:
        words = _("Breve, der ikke er udskrevet (%(count)s)") % {"count": number(found["count"])}
        about = _("Den første samtale er %(day)s") % {"day": day(found["first"])}
        url = _follow_up(letter="unprinted")
        yield Task(Kind.LETTERS_UNPRINTED, "warn", "print", words, about, _("Udskriv"), url)


def _released_soon(user_id: int, today: date, settings: Settings) -> Iterator[Task]:
    """PEND-03: told the day before, to whoever prepared them first."""
    tomorrow = working_days_after(today, 1, tuple(settings.also_closed))
    soon = about_to_be_released(tomorrow)
    found = soon.aggregate(count=Count("pk"), own=Count("pk", filter=Q(prepared_by_id=user_id)))
    if found["count"]:
        words = ngettext(
            "%(count)s afventende indkaldelse slipper snart sin tid",
            "%(count)s afventende indkaldelser slipper snart deres tid",
            found["count"],
        )
        about = _("Senest %(day)s, hvis de ikke sendes · %(own)s er dine")
        said = about % {"day": day(tomorrow), "own": number(found["own"])}
        yield Task(
            Kind.RELEASED_SOON,
            "warn",
            "time",
            words % {"count": number(found["count"])},
            said,
            _("Vis"),
            reverse("summons:pending"),
        )


def _ending_offers(settings: Settings, *, today: date, now: datetime) -> Iterator[Task]:
    """Online offers that end within a week, the soonest first, each with the times that can still be booked."""
    offers = list(ending(today)[: OFFERS_SHOWN + 1])
    free = free_until_end(offers[:OFFERS_SHOWN], settings=settings, now=now) if offers else {}
    for offer in offers[:OFFERS_SHOWN]:
        words = _("«%(title)s» slutter %(day)s") % {"title": offer.title, "day": long_day(offer.ends_on or today)}
        left = ngettext("%(count)s ledig tid endnu", "%(count)s ledige tider endnu", free[offer.pk])
        about = left % {"count": number(free[offer.pk])}
        about = f"{offer.team.name} · {about}" if offer.team else about
        url = reverse("booking:offer", args=[offer.pk])
        yield Task(Kind.OFFER_ENDING, "warn", "calendar-month", words, about, _("Åbn"), url)
    if len(offers) > OFFERS_SHOWN:
        url = f"{reverse('booking:offers')}?show=ending"
        yield Task(
            Kind.OFFER_ENDING, "warn", "calendar-month", _("Flere online tilbud slutter snart"), "", _("Vis"), url
        )


def _not_registered(user_id: int, settings: Settings, *, today: date, now: datetime) -> Iterator[Task]:
    """ATT-02: of one's own teams, or of everybody where none are chosen; the link leads to exactly those."""
    if not settings.attendance_here:
        return
    teams = my_teams(user_id)
    missing = not_registered(now)
    if teams:
        missing = missing.filter(appointment__team__in=teams)
    found, first = missing.order_by().aggregate(count=Count("pk"), first=Min("appointment__day")).values()
    if found:
        words = ngettext(
            "%(count)s samtale mangler registrering af fremmøde",
            "%(count)s samtaler mangler registrering af fremmøde",
            found,
        )
        about = _("Den ældste er fra %(day)s") % {"day": day(first)}
        url = _follow_up(attendance=NOT_REGISTERED, first=reminded_from(today).isoformat(), team=list(map(str, teams)))
        said = words % {"count": number(found)}
        yield Task(Kind.ATTENDANCE_MISSING, "warn", "time", said, about, _("Registrér"), url)


def _follow_up(**filters: str | list[str]) -> str:
    return f"{reverse('summons:follow_up')}?{urlencode({'opened': 1, **filters}, doseq=True)}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One of the counsellor's conversations today."""

    pk: object
    citizen_ids: tuple[UUID, ...]
    start_at: datetime
    end_at: datetime
    citizens: str
    type: str
    room: str
    waits: bool
    attendance: tuple[str, Words] | None = None


@dataclass(frozen=True, slots=True)
class Unregistered:
    """ATT-02: the counsellor's conversations that nobody has registered, the oldest first.

    `counsellor_id`: of whom «Mødt» for the rest of today, `today` of them, is one press.
    """

    counsellor_id: int
    shown: list[Conversation]
    more: int
    today: int


UNREGISTERED_SHOWN = 8


def own_unregistered(user_id: int, settings: Settings, *, today: date, now: datetime) -> Unregistered | None:
    """None for who is no counsellor, or where attendance is registered elsewhere."""
    mine = Counsellor.objects.filter(user_id=user_id, retired_at=None).values_list("pk", flat=True).first()
    if mine is None or not settings.attendance_here:
        return None
    missing = not_registered(now, counsellors=[mine])
    meetings = list(missing.order_by("appointment__start_at").values_list("appointment_id", flat=True))
    in_order = list(dict.fromkeys(meetings))
    shown = _conversations(Summons.objects.filter(appointment__in=in_order[:UNREGISTERED_SHOWN]))
    more = max(0, len(in_order) - UNREGISTERED_SHOWN)
    return Unregistered(mine, shown, more, rest_of_day(mine, today, now).count())


def own_day(user_id: int, *, today: date) -> list[Conversation] | None:
    """The conversations of the counsellor who is this user; None for who is no counsellor."""
    mine = Counsellor.objects.filter(user_id=user_id, retired_at=None).values_list("pk", flat=True)
    if not mine:
        return None
    own = AppointmentCounsellor.objects.filter(counsellor__in=list(mine), appointment__day=today)
    return _conversations(Summons.objects.filter(appointment__in=list(own.values_list("appointment_id", flat=True))))


def _conversations(found: QuerySet[Summons]) -> list[Conversation]:
    coming = found.exclude(status=SummonsStatus.CANCELLED).order_by("appointment__start_at", "citizen__sort_key")
    by_meeting: dict[object, list[Summons]] = {}
    for summons in coming.select_related("citizen", "appointment__type", "appointment__room"):
        by_meeting.setdefault(summons.appointment_id, []).append(summons)
    return [_conversation(seats) for seats in by_meeting.values()]


def _conversation(seats: list[Summons]) -> Conversation:
    meeting, name = seats[0].appointment, seats[0].citizen.full_name
    many = _("%(count)s borgere") % {"count": number(len(seats))}
    return Conversation(
        pk=meeting.pk,
        citizen_ids=tuple(summons.citizen_id for summons in seats),
        start_at=meeting.start_at,
        end_at=meeting.end_at,
        citizens=name if len(seats) == 1 else many,
        type=meeting.type.name if meeting.type else "",
        room=meeting.room.name if meeting.room else "",
        waits=any(summons.status == SummonsStatus.PENDING for summons in seats),
        attendance=_attendance(seats),
    )


def _attendance(seats: list[Summons]) -> tuple[str, Words] | None:
    """Of a joint meeting how many came, once anybody is registered."""
    registered = [summons.attendance for summons in seats if summons.attendance]
    if not registered:
        return None
    if len(seats) == 1:
        return LOOKS[registered[0]], Attendance(registered[0]).label
    came = {"met": number(registered.count(Attendance.MET)), "all": number(len(seats))}
    return "ok", _("%(met)s af %(all)s mødt") % came
