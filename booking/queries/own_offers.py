"""What a citizen meets on «Min side» and Jobnet: the offers that are for them, what is coming (SELF-01, SELF-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, When
from django.utils import timezone

from booking.models import Citizen, OnlineOffer, Summons
from booking.queries.offers import open_offers
from booking.queries.openings import Opening, free_times_of
from booking.queries.target_group import living, matching
from booking.rules import conversations_like
from booking.states import ACTIVE, SummonsStatus
from planner.accounts.models import Settings
from planner.accounts.set_up import kept


@dataclass(frozen=True, slots=True)
class OfferOnShow:
    """`free_times`: how many starts the citizen can choose among; `first`: the first of them."""

    offer: OnlineOffer
    free_times: int
    first: Opening | None


def offers_for(citizen: Citizen, *, settings: Settings, now: datetime) -> list[OfferOnShow]:
    """The offers that are for this citizen and may be booked now, by title; also those without a free time.

    A fixed number of statements, however many they are.
    """
    engaged = types_coming(citizen, now=now)
    fitting = fitting_offers(citizen, now=now)
    offers = [one for one in fitting if engaged.isdisjoint(conversations_like(one.type_id))]
    counted = free_times_of(offers, citizen, settings=settings, now=now)
    return [OfferOnShow(offer, *found) for offer, found in zip(offers, counted, strict=True)]


def fitting_offers(citizen: Citizen, *, now: datetime) -> list[OnlineOffer]:
    """The open offers whose rules fit the citizen."""
    today = timezone.localdate(now)
    offers = list(open_offers(today).select_related("type", "team", "room").order_by("title", "number"))
    asked = [Case(When(matching(offer, today=today), then=True), default=False) for offer in offers]
    answers = living(citizen.jobcentre_id).filter(pk=citizen.pk).values_list(*asked) if offers else ()
    return [offer for row in answers for offer, answer in zip(offers, row, strict=True) if answer]


def fits(offer: OnlineOffer, citizen: Citizen, *, now: datetime) -> bool:
    """Whether the offer's rules fit this citizen, as they are now."""
    target, values = target_of(offer, timezone.localdate(now))
    if not target:
        return False
    with connection.cursor() as cursor:
        asked = f"SELECT EXISTS (SELECT FROM ({target}) target WHERE id = %s)"  # noqa: S608 - made by Django
        cursor.execute(asked, [*values, citizen.pk])
        return bool(cursor.fetchone()[0])


@kept
def target_of(offer: OnlineOffer, today: date) -> tuple[str, tuple[Any, ...]]:
    """The statement that finds the citizens whom the offer is for; empty where its rules fit nobody."""
    found = living(offer.jobcentre_id).filter(matching(offer, today=today)).order_by().values("id")
    try:
        statement, values = found.query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return statement, tuple(values)


@kept
def offer_with_rules(offer_id: UUID) -> OnlineOffer | None:
    """The offer with its rules, team and room."""
    found = OnlineOffer.objects.select_related("team", "room").prefetch_related("groups__rules")
    return found.filter(pk=offer_id).first()


def types_coming(citizen: Citizen, *, now: datetime) -> set[int | None]:
    """The types of which the citizen has a coming conversation, from whatever source."""
    coming = Summons.objects.filter(citizen=citizen, status__in=ACTIVE, appointment__start_at__gt=now)
    return set(coming.values_list("appointment__type", flat=True))


def coming_of(citizen: Citizen, *, now: datetime) -> list[Summons]:
    """«Mine aftaler»: what the citizen has been told of, until it is held, with all that the pages say of it."""
    meeting = ("appointment__type", "appointment__room", "appointment__team")
    coming = Summons.objects.filter(citizen=citizen, status=SummonsStatus.SENT, appointment__end_at__gt=now)
    loaded = coming.select_related("citizen", "offer", "accepted_text", *meeting)
    return list(loaded.prefetch_related("appointment__counsellors").order_by("appointment__start_at", "pk"))
