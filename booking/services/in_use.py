"""What the appointment book answers the administration: what is in use (APP-15), and what a change hits (COUN-12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from admin_module.models import ClosingDay, Competence, ConversationVariant, Counsellor, Room, Team
from admin_module.services.asking import Booked, Listing
from booking.models import Appointment, AppointmentCounsellor, Citizen, Origin, Summons
from booking.queries.appointment import seats_of
from booking.queries.hits import Scope, Why, hits
from booking.queries.offers import bookable
from booking.services import locks
from planner.accounts.models import Settings
from planner.ui.formatting import moment_year, number
from planner.ui.refusal import Link

Wanted = Callable[[Any], Q]

OF: dict[type[Model], Wanted] = {
    Team: lambda team: Q(team=team),
    Counsellor: lambda counsellor: Q(
        pk__in=AppointmentCounsellor.objects.filter(counsellor=counsellor).values("appointment")
    ),
    Room: lambda room: Q(room=room),
    ConversationVariant: lambda variant: Q(variant=variant),
}

SETTLED_BY: dict[type[Model], tuple[str, str | Promise]] = {
    Counsellor: ("counsellor", gettext_lazy("Flyt eller aflys dem")),
    Room: ("room", gettext_lazy("Flyt eller aflys dem")),
    Team: ("team", gettext_lazy("Vis dem")),
    ConversationVariant: ("variant", gettext_lazy("Vis dem")),
}
"""How «Ramte aftaler» names what is to go, and what can be done about it there."""
OFFERED: dict[type[Model], Wanted] = {
    Team: lambda team: Q(team=team),
    Counsellor: lambda counsellor: Q(counsellors=counsellor),
    Room: lambda room: Q(room=room),
    ConversationVariant: lambda variant: Q(variant=variant),
    Competence: lambda competence: Q(competence=competence),
}
APPOINTMENTS_LISTED = 10
OFFERS_NAMED = 5
HOURS = (Why.OUTSIDE_HOURS, Why.IN_BREAK)


def active_appointments(subject: Model, *, now: datetime, hold: bool) -> list[Link]:
    """How many that are not over and not cancelled, and when the next one is; nothing for other kinds of rows."""
    wanted = OF.get(type(subject))
    if wanted is None:
        return []
    if hold:
        _hold(subject)
    found = _active(wanted(subject), now).aggregate(count=Count("pk"), first_at=Min("start_at"))
    if not found["count"]:
        return []
    words = ngettext(
        "%(count)d aktiv samtale, %(moment)s.", "%(count)d aktive samtaler, den første %(moment)s.", found["count"]
    )
    about = words % {"count": found["count"], "moment": moment_year(found["first_at"])}
    return [Link(SETTLED_BY[type(subject)][1], _settled_at(subject), about=about)]


def _active(wanted: Q, now: datetime) -> QuerySet[Appointment]:
    return Appointment.objects.filter(wanted, cancelled_at=None, end_at__gt=now)


def _settled_at(subject: Model) -> str:
    return f"{reverse('summons:absence')}?{SETTLED_BY[type(subject)][0]}={subject.pk}"


def listed_appointments(subject: Model, *, now: datetime, named: bool) -> Listing | None:
    """The soonest of them, one by one; persons are read only where they are `named`. Five statements at most."""
    wanted = OF.get(type(subject))
    if wanted is None:
        return None
    active = _active(wanted(subject), now)
    rows = active.order_by("start_at", "pk").select_related("type", "room").prefetch_related("counsellors")
    shown = list(rows[:APPOINTMENTS_LISTED])
    seats = seats_of(shown) if named else {}
    lines = tuple(_booked(one, seats.get(one.pk, ()), named) for one in shown)
    return Listing(lines, active.count() - len(shown), _settled_at(subject)) if shown else None


def _booked(one: Appointment, seats: Sequence[Summons], named: bool) -> Booked:
    theirs = _("ændres i sagsbehandlingssystemet") if one.origin == Origin.CASE_SYSTEM else ""
    about = (one.type.name if one.type else one.title, one.held_by, one.room.name if one.room else "", theirs)
    said = " · ".join(filter(None, about))
    if not named:
        return Booked(one.start_at, one.end_at, said)
    many = _("%(count)s borgere") % {"count": number(len(seats))}
    return Booked(
        one.start_at,
        one.end_at,
        said,
        citizens=seats[0].citizen.full_name if len(seats) == 1 else many,
        citizen_ids=tuple(seat.citizen_id for seat in seats),
        url=reverse("booking:appointment", args=[one.pk]),
    )


def active_offers(subject: Model, *, now: datetime, hold: bool) -> list[Link]:
    """The online offers that citizens can book on, now or later, and that use it: a line each, the first by title."""
    wanted = OFFERED.get(type(subject))
    if wanted is None:
        return []
    if hold and type(subject) not in OF:
        _hold(subject)
    offers = bookable(timezone.localdate(now)).filter(wanted(subject)).order_by("title", "number")
    found = list(offers[: OFFERS_NAMED + 1])
    links = [
        Link(_("Åbn tilbuddet"), reverse("booking:offer", args=[one.pk]), about=_("Online tilbud: %s") % one.title)
        for one in found[:OFFERS_NAMED]
    ]
    if len(found) > OFFERS_NAMED:
        links.append(Link(_("Vis alle tilbud"), reverse("booking:offers"), about=_("Og flere aktive online tilbud.")))
    return links


def lost_case_owner(subject: Model) -> list[str]:
    """How many citizens of the caseload are left without (COUN-13)."""
    count = Citizen.objects.filter(case_owner=subject).count() if isinstance(subject, Counsellor) else 0
    words = ngettext(
        "%(count)s borger mister sin faste vejleder. Overdrag borgeren først, hvis en anden skal tage over",
        "%(count)s borgere mister deres faste vejleder. Overdrag dem først, hvis andre skal tage over",
        count,
    )
    return [words % {"count": number(count)}] if count else []


def hit_appointments(subjects: Sequence[Model], *, now: datetime) -> Link | None:
    """The coming appointments that a closing day, or the hours of these counsellors, hit, and where they are settled.

    Whoever books is waited for and then waits, so that nothing slips between the change and this list (CONC-08).
    """
    first = subjects[0]
    closing = first if isinstance(first, ClosingDay) else None
    people = tuple(subject.pk for subject in subjects)
    jobcentre_id = first.jobcentre_id  # type: ignore[attr-defined]
    locks.lock(jobcentre_id=jobcentre_id, exclusive=closing is not None, counsellors=() if closing else people)
    scope = Scope(closing.first_on, closing.last_on) if closing else Scope(counsellors=people)
    found = hits(scope, settings=Settings.objects.get(), now=now)
    if closing:
        hit = {one.appointment_id for one in found if one.why is Why.CLOSING_DAY and one.subject == closing.pk}
        query = f"closing_day={closing.pk}"
    else:
        hit = {one.appointment_id for one in found if one.why in HOURS and one.counsellor_id in people}
        query = f"hours={people[0]}" if len(people) == 1 else f"why={Why.OUTSIDE_HOURS.value}"
    words = ngettext("%(count)d aftale er ramt.", "%(count)d aftaler er ramt.", len(hit)) % {"count": len(hit)}
    return Link(_("Vis dem"), f"{reverse('summons:absence')}?{query}", about=words) if hit else None


def _hold(subject: Any) -> None:
    """Whoever books looks at counsellor and room after the same lock; teams and variants hold the whole job centre."""
    counsellors = [subject.pk] if isinstance(subject, Counsellor) else []
    rooms = [subject.pk] if isinstance(subject, Room) else []
    locks.lock(
        jobcentre_id=subject.jobcentre_id, exclusive=not (counsellors or rooms), counsellors=counsellors, rooms=rooms
    )
