"""The demo's online offers, and what citizens have booked on them: the kinds of slides 32-34 and 106-112."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from admin_module.models import Counsellor, OfferModel, RoomChoice, StandardText, Team
from booking.models import (
    Channel,
    Citizen,
    Condition,
    CprStatus,
    OfferCounsellor,
    OfferRule,
    OnlineOffer,
    Operator,
    Origin,
    RuleGroup,
    RuleKind,
    Summons,
)
from planner.accounts.models import Jobcentre, User
from planner.dfdg.codes import ConversationTypeCode as Code
from planner.dfdg.simulator.population import FJORDBY, PLACES, SICK, SKOVBY, UNEMPLOYED, YOUNG, planning_monday
from summons.demo.book import Meeting, fixed_id, make_appointments, numbers
from summons.demo.diary import open_days, starts
from summons.demo.organisation import COUNSELLORS

Rule = tuple[RuleKind, Condition, object]
AGE_30: Rule = (RuleKind.AGE, Condition.AT_LEAST, 30)
INSURED: Rule = (RuleKind.CONTACT_GROUP, Condition.IS, UNEMPLOYED.code)
WEEKS_AHEAD = (18, 39)
"""Self-booked conversations begin after what the diary has, in days from the planning Monday."""


@dataclass(frozen=True)
class OfferPlan:
    """`begins`, `ends`: days from today. `booked`: how many have booked it."""

    title: str
    team: str
    groups: tuple[tuple[Operator, tuple[Rule, ...]], ...]
    booked: int = 0
    begins: int | None = -21
    ends: int | None = None
    is_active: bool = True
    details: dict[str, Any] = field(default_factory=dict)


ALL, ANY = Operator.ALL, Operator.ANY
OFFERS = {
    FJORDBY: (
        OfferPlan(
            "Jobsamtale over 30",
            "Dagpenge",
            (
                (ALL, (AGE_30, INSURED)),
                (
                    ANY,
                    (
                        (RuleKind.UNEMPLOYED_WEEKS, Condition.AT_LEAST, 6),
                        (RuleKind.DUE_WITHIN_DAYS, Condition.AT_MOST, 28),
                    ),
                ),
            ),
            booked=12,
            details={"model": OfferModel.TRUST, "shows_counsellor": True, "interval": 60},
        ),
        OfferPlan(
            "Jobsamtale over 50",
            "Dagpenge",
            ((ALL, ((RuleKind.AGE, Condition.AT_LEAST, 50), INSURED)),),
            booked=8,
            ends=4,
        ),
        OfferPlan(
            "Jobsamtale under 30",
            "Dagpenge",
            ((ALL, ((RuleKind.AGE, Condition.AT_MOST, 29), INSURED)),),
            booked=9,
            details={"weekdays": [1, 3]},
        ),
        OfferPlan(
            "Første jobsamtale, nyledige",
            "Dagpenge",
            ((ALL, (INSURED, (RuleKind.UNEMPLOYED_WEEKS, Condition.AT_MOST, 6))),),
            booked=5,
            details={"shown_weeks": 4},
        ),
        OfferPlan(
            "Ungesamtale med mentor",
            "Ungeindsatsen",
            ((ALL, ((RuleKind.PERSON_GROUP, Condition.HAS, YOUNG.group_id),)),),
            begins=7,
        ),
        OfferPlan(
            "Jobsamtale på engelsk",
            "Integration",
            ((ALL, (INSURED, AGE_30)),),
            booked=2,
            details={
                "title_en": "Job conversation in English",
                "description_en": "For you who would rather speak English. We talk about your search for a job.",
            },
        ),
        OfferPlan(
            "Samtale, sygedagpenge",
            "Sygedagpenge",
            ((ALL, ((RuleKind.CONTACT_GROUP, Condition.IS, SICK.code),)),),
            booked=3,
            begins=-90,
            is_active=False,
            details={"model": OfferModel.CONTROL},
        ),
    ),
    SKOVBY: (OfferPlan("Jobsamtale", "Job og ledighed", ((ALL, (INSURED,)),), booked=4),),
}
DESCRIPTION = "Vi taler om din jobsøgning, dit CV og de næste skridt. Vælg den tid, der passer dig bedst."


@dataclass(frozen=True)
class Place:
    """The job centre that the offers are made for."""

    jobcentre: Jobcentre
    code: str
    teams: dict[str, Team]
    counsellors: dict[str, Counsellor]

    def of_team(self, team: str) -> list[Counsellor]:
        return [one for name, one in self.counsellors.items() if team in COUNSELLORS[name].teams]


def make_offers(
    place: Place, citizens: Sequence[Citizen], taken: set[uuid.UUID], *, today: date, by: User, now: datetime
) -> None:
    """The offers with their rules, and what is booked. `taken`: who has a coming conversation already."""
    plans = OFFERS[place.code]
    offers = OnlineOffer.objects.bulk_create(
        _offer(place, index, plan, number, today=today, by=by, now=now)
        for index, (plan, number) in enumerate(zip(plans, numbers(len(plans)), strict=True))
    )
    pairs = list(zip(offers, plans, strict=True))
    OfferCounsellor.objects.bulk_create(
        OfferCounsellor(jobcentre=place.jobcentre, offer=offer, counsellor=one)
        for offer, plan in pairs
        for one in place.of_team(plan.team)
    )
    _make_rules(place.jobcentre, pairs)
    _book(place, pairs, citizens, set(taken), today=today, by=by, now=now)


def _offer(
    place: Place, index: int, plan: OfferPlan, number: int, *, today: date, by: User, now: datetime
) -> OnlineOffer:
    contact = PLACES[place.code]
    made_at = now - timedelta(days=21 if plan.begins is None else max(-plan.begins, 3))
    values: dict[str, Any] = {
        "description": DESCRIPTION,
        "room_choice": RoomChoice.NONE,
        "rebooking_allowed": True,
        "cancellation_allowed": True,
        "contact_phone": contact.phone,
        "contact_email": contact.email,
        "opens_on": None if plan.begins is None else today + timedelta(days=plan.begins),
        "ends_on": None if plan.ends is None else today + timedelta(days=plan.ends),
    }
    return OnlineOffer(
        id=fixed_id(place.jobcentre, "offer", index),
        jobcentre=place.jobcentre,
        number=number,
        title=plan.title,
        type_id=Code.JOB,
        team=place.teams[plan.team],
        duration=45,
        reporting_time=15,
        is_active=plan.is_active,
        author=by,
        created_at=made_at,
        published_at=made_at,
        **(values | plan.details),
    )


def _make_rules(jobcentre: Jobcentre, pairs: Sequence[tuple[OnlineOffer, OfferPlan]]) -> None:
    groups = [
        (RuleGroup(jobcentre=jobcentre, offer=offer, operator=operator, position=position), rules)
        for offer, plan in pairs
        for position, (operator, rules) in enumerate(plan.groups)
    ]
    RuleGroup.objects.bulk_create(group for group, _rules in groups)
    OfferRule.objects.bulk_create(
        OfferRule(
            jobcentre=jobcentre, group=group, kind=kind, condition=condition, criterion=str(criterion), position=place
        )
        for group, rules in groups
        for place, (kind, condition, criterion) in enumerate(rules)
    )


# What is booked


def _book(
    place: Place,
    pairs: Sequence[tuple[OnlineOffer, OfferPlan]],
    citizens: Sequence[Citizen],
    taken: set[uuid.UUID],
    *,
    today: date,
    by: User,
    now: datetime,
) -> None:
    """Each by somebody whom the offer is for, in turn with the offer's counsellors; half of them at Jobnet."""
    monday = planning_monday(today)
    days = open_days(*(monday + timedelta(days=ahead) for ahead in WEEKS_AHEAD))
    free = starts(list(place.counsellors.values()), days)
    meetings: list[Meeting] = []
    booked_on: list[OnlineOffer] = []
    for offer, plan in pairs:
        people = (one for one in citizens if one.pk not in taken and _sees(one, plan, today))
        for counsellor, citizen in zip(cycle(place.of_team(plan.team)), islice(people, plan.booked), strict=False):
            start = _next(free[counsellor.pk], offer)
            if start is None:
                continue
            taken.add(citizen.pk)
            origin = Origin.OWN if len(meetings) % 2 else Origin.JOBNET
            meetings.append(Meeting(*start, counsellor, [citizen], offer, place.teams[plan.team], origin=origin))
            booked_on.append(offer)
    summonses = make_appointments(place.jobcentre, meetings, by=by, now=now, first=10_000)
    _make_rights(place.jobcentre, summonses, booked_on, now)


def _next(free: Iterator[tuple[date, str]], offer: OnlineOffer) -> tuple[date, str] | None:
    """The next start that the offer could have had, before an end long past."""
    return next((start for start in free if not offer.weekdays or start[0].weekday() in offer.weekdays), None)


def _sees(citizen: Citizen, plan: OfferPlan, today: date) -> bool:
    """Roughly whom the plan's rules find, a year from any birthday that would decide it."""
    found = ([_fits(citizen, rule, today) for rule in rules] for _operator, rules in plan.groups)
    joined = (
        all(each) if operator == ALL else any(each) for (operator, _rules), each in zip(plan.groups, found, strict=True)
    )
    return citizen.cpr_status == CprStatus.ACTIVE and all(joined)


def _fits(citizen: Citizen, rule: Rule, today: date) -> bool:
    kind, condition, criterion = rule
    if kind == RuleKind.AGE:
        age, years = today.year - citizen.born_on.year, int(str(criterion))
        return age > years + 1 if condition == Condition.AT_LEAST else age < years - 1
    if kind == RuleKind.CONTACT_GROUP:
        return citizen.contact_group_id == criterion
    if kind == RuleKind.UNEMPLOYED_WEEKS:
        days = (today - citizen.unemployed_from).days if citizen.unemployed_from else 0
        week = 7 * int(str(criterion))
        return days > week + 7 if condition == Condition.AT_LEAST else 0 < days < week - 7
    return kind == RuleKind.PERSON_GROUP and criterion in citizen.person_groups


def _make_rights(
    jobcentre: Jobcentre, summonses: Sequence[Summons], offers: Sequence[OnlineOffer], now: datetime
) -> None:
    text = StandardText.objects.filter(jobcentre=jobcentre, type=Code.JOB).latest("edition")
    for number, (summons, offer) in enumerate(zip(summonses, offers, strict=True)):
        booked_at = now - timedelta(days=1 + number % 9, minutes=17 * number % 600)
        meeting = summons.appointment
        summons.offer, summons.placement, summons.channel = offer, {"by_citizen": True}, Channel.JOBNET
        summons.prepared_at = summons.sent_at = summons.accepted_at = booked_at
        summons.accepted_text, summons.prepared_by, summons.sent_by, summons.deadline = text, None, None, None
        summons.rebook_until = summons.cancel_until = meeting.day - timedelta(days=1)
        summons.rebook_to = offer.ends_on or meeting.day + timedelta(weeks=4)
    Summons.objects.bulk_update(
        summonses,
        (
            *("offer", "placement", "channel", "prepared_at", "sent_at", "accepted_at", "accepted_text"),
            *("prepared_by", "sent_by", "deadline", "rebook_until", "cancel_until", "rebook_to"),
        ),
    )
