"""The times that a citizen is shown: every rule of the citizen's column, and every bound of the offer."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from admin_module.models import (
    Absence,
    ClosingDay,
    Competence,
    CounsellorCompetence,
    CounsellorTeam,
    OfferModel,
    RoomChoice,
    WithoutOwn,
)
from booking.models import BookingDeadline, Citizen, CitizenAbsence, Claim, PlacedBy
from booking.queries.own_offers import coming_of, offers_for
from planner.accounts.models import Settings
from tests.booking.offers import FRIDAY, book, choice, clocks, days, times
from tests.booking.stories import keep, meeting
from tests.factories import (
    MONDAY,
    NOW,
    World,
    at,
    make_citizen,
    make_counsellor,
    make_offer,
    make_reserved_time,
    make_room,
    make_team,
)

HOURS = ["08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00"]


@pytest.fixture
def karen(nord: World) -> Citizen:
    return make_citizen(nord.jobcentre, "Karen Holst")


@pytest.mark.requirement("OFFER-04")
def test_times_are_shown_on_the_end_date_itself_and_not_on_the_day_after(nord: World, karen: Citizen) -> None:
    """The known fault of slide 95: who wants Friday must not have to write Saturday."""
    offer = make_offer(nord.team, nord.anna, ends_on=FRIDAY)
    assert days(times(offer, karen, last=FRIDAY + timedelta(days=14)))[-1] == FRIDAY
    at_the_end = at(FRIDAY, "07:00")
    offer.least_notice_days = 0
    offer.save()
    assert clocks(times(offer, karen, now=at_the_end), FRIDAY) == HOURS
    assert book(offer, karen, choice("15:00", day=FRIDAY), now=at_the_end).appointment.day == FRIDAY
    assert times(offer, make_citizen(nord.jobcentre), now=at(FRIDAY + timedelta(days=1), "07:00")).starts == ()


@pytest.mark.requirement("OFFER-10")
@pytest.mark.parametrize(("interval", "count"), [(60, 8), (30, 15), (15, 29), (None, 29)])
def test_starts_lie_on_the_offers_interval_or_else_the_job_centres(
    nord: World, karen: Citizen, interval: int | None, count: int
) -> None:
    offer = make_offer(nord.team, nord.anna, interval=interval)
    assert len(clocks(times(offer, karen))) == count


@pytest.mark.requirement("OFFER-10")
def test_the_interval_is_that_of_the_clock_whatever_the_length(nord: World, karen: Citizen) -> None:
    book(make_offer(nord.team, nord.anna, interval=15), make_citizen(nord.jobcentre), choice("08:15"))
    assert clocks(times(make_offer(nord.team, nord.anna, interval=30, duration=20, reporting_time=0), karen))[:2] == [
        "09:30",
        "10:00",
    ]


@pytest.mark.requirement("OFFER-11")
def test_the_whole_conversation_lies_within_the_offers_weekdays_and_times(nord: World, karen: Citizen) -> None:
    offer = make_offer(nord.team, nord.anna, interval=15, weekdays=[1, 3], from_time=time(9), to_time=time(10, 30))
    found = times(offer, karen)
    assert days(found) == [MONDAY + timedelta(days=1), MONDAY + timedelta(days=3)]
    assert clocks(found, MONDAY + timedelta(days=1)) == ["09:00", "09:15", "09:30", "09:45"]


@pytest.mark.requirement("OFFER-03", "SET-01")
def test_the_offer_bounds_the_days_by_notice_first_meeting_and_weeks_ahead(nord: World, karen: Citizen) -> None:
    tuesday = NOW.date() + timedelta(days=1)
    offer = make_offer(nord.team, nord.anna, shown_weeks=1)
    found = times(offer, karen, first=date.min, last=date.max)
    assert (found.starts[0].start_at, found.least) == (at(tuesday, "09:00"), tuesday)
    assert found.last == days(found)[-1] == NOW.date() + timedelta(days=7)
    offer.earliest_meeting_on, offer.least_notice_days = MONDAY, 3
    offer.save()
    assert days(times(offer, karen, first=date.min, last=date.max))[0] == MONDAY


@pytest.mark.requirement("TIME-09", "SELF-05")
def test_nothing_is_shown_after_the_citizens_deadline(nord: World, karen: Citizen) -> None:
    wednesday = MONDAY + timedelta(days=2)
    offer = make_offer(nord.team, nord.anna)
    BookingDeadline.objects.create(
        jobcentre=nord.jobcentre,
        citizen=karen,
        external_id=karen.pk,
        type_id=7,
        book_by=MONDAY,
        hold_by=wednesday,
        fetched_at=NOW,
    )
    assert days(times(offer, karen))[-1] == wednesday
    assert book(offer, karen, choice(day=wednesday)).deadline == wednesday


@pytest.mark.requirement("TIME-09")
def test_absence_closing_days_holidays_and_what_is_taken_give_no_times(nord: World, karen: Citizen) -> None:
    offer = make_offer(nord.team, nord.anna)
    of = {"jobcentre": nord.jobcentre}
    Absence.objects.create(
        counsellor=nord.anna, kind="illness", start_at=at(MONDAY, "08:00"), end_at=at(MONDAY, "12:00"), **of
    )
    ClosingDay.objects.create(
        name="Kursus", first_on=MONDAY + timedelta(days=1), last_on=MONDAY + timedelta(days=1), **of
    )
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock="13:00"))
    keep(nord, meeting(karen, nord.birk, clock="14:00"))
    Claim.objects.create(
        counsellor=nord.anna,
        during=(at(MONDAY, "15:30"), at(MONDAY, "16:00")),
        day=MONDAY,
        start_tick=186,
        ticks=6,
        firm=False,
        **of,
    )
    found = times(offer, karen)
    assert clocks(found) == ["12:00"]
    assert MONDAY + timedelta(days=1) not in days(found)
    christmas = date(2026, 12, 24)
    assert christmas not in days(times(offer, karen, first=christmas, last=christmas + timedelta(days=4)))


@pytest.mark.requirement("TIME-09")
def test_a_citizens_own_absence_does_not_hold_them_back_from_booking(nord: World, karen: Citizen) -> None:
    CitizenAbsence.objects.create(
        jobcentre=nord.jobcentre, citizen=karen, kind="Ferie", first_on=MONDAY, fetched_at=NOW
    )
    assert clocks(times(make_offer(nord.team, nord.anna), karen)) == HOURS


@pytest.mark.requirement("TIME-07", "TIME-06")
def test_the_conversation_budget_is_kept_and_the_automatic_one_is_not_asked(nord: World, karen: Citizen) -> None:
    """Half of 8 hours is 240 minutes: five conversations of 45, and the sixth would go beyond."""
    vera = make_counsellor(nord.team, "Vera Dam", max_share=50, automatic_share=10)
    offer = make_offer(nord.team, vera)
    for clock in HOURS[:5]:
        book(offer, make_citizen(nord.jobcentre), choice(clock))
    assert clocks(times(offer, karen)) == []
    assert clocks(times(offer, karen), MONDAY + timedelta(days=1)) == HOURS


@pytest.mark.requirement("CAL-09")
def test_time_reserved_for_self_booking_is_shown_and_that_for_summoning_is_not(nord: World, karen: Citizen) -> None:
    make_reserved_time(nord.anna, "10:00", "11:00", "self_booking")
    make_reserved_time(nord.team, "13:00", "14:00", "summoning")
    assert clocks(times(make_offer(nord.team, nord.anna), karen)) == [one for one in HOURS if one != "13:00"]


@pytest.mark.requirement("COUN-15", "COMP-02", "OFFER-02")
def test_who_left_the_team_is_leaving_or_lacks_the_competence_gives_no_times(nord: World, karen: Citizen) -> None:
    offer = make_offer(nord.team, nord.anna, nord.birk)
    nord.anna.can_be_summoned = False
    nord.anna.save()
    assert {pk for one in times(offer, karen).starts for pk in one.counsellor_ids} == {nord.anna.pk, nord.birk.pk}
    CounsellorTeam.objects.filter(counsellor=nord.anna).delete()
    assert [one.full_name for one in times(offer, karen).counsellors] == ["Birk Bisgaard"]
    offer.competence = Competence.objects.create(jobcentre=nord.jobcentre, name="Arabisk")
    offer.save()
    assert times(offer, karen).starts == ()
    CounsellorCompetence.objects.create(jobcentre=nord.jobcentre, counsellor=nord.birk, competence=offer.competence)
    assert clocks(times(offer, karen)) == HOURS


@pytest.mark.requirement("OFFER-02", "TIME-05")
def test_a_room_must_be_free_and_the_first_by_name_is_taken(nord: World, karen: Citizen) -> None:
    make_room(nord.team, "Atriet")
    offer = make_offer(nord.team, nord.anna, nord.birk, room_choice=RoomChoice.ANY)
    rooms = [
        book(offer, make_citizen(nord.jobcentre), choice("09:00")).appointment.room,
        book(offer, make_citizen(nord.jobcentre), choice("09:00")).appointment.room,
    ]
    assert [room.name for room in rooms if room] == ["Atriet", "Lokale 1"]
    one = make_offer(nord.team, make_counsellor(nord.team, "Vera Dam"), room_choice=RoomChoice.ONE, room=rooms[0])
    assert clocks(times(one, karen)) == [clock for clock in HOURS if clock != "09:00"]


@pytest.mark.requirement("OFFER-09")
def test_who_has_a_coming_conversation_of_the_type_sees_no_offer_of_it(nord: World, karen: Citizen) -> None:
    make_offer(nord.team, nord.anna, title="Job")
    make_offer(nord.team, nord.anna, title="Opfølgning", type_id=4)
    make_offer(nord.team, nord.anna, title="Møde", type_id=9)
    settings = Settings.objects.get()
    shown = offers_for(karen, settings=settings, now=NOW)
    assert [one.offer.title for one in shown] == ["Job", "Møde", "Opfølgning"]
    assert shown[0].first
    keep(nord, meeting(karen, nord.birk))
    assert [one.offer.title for one in offers_for(karen, settings=settings, now=NOW)] == ["Møde"]
    assert coming_of(karen, now=NOW) == []


@pytest.mark.requirement("OFFER-03", "SELF-10")
@pytest.mark.parametrize(
    "closed",
    [
        {"is_active": False},
        {"published_at": None},
        {"retired_at": NOW},
        {"opens_on": NOW.date() + timedelta(days=1)},
        {"ends_on": NOW.date() - timedelta(days=1)},
    ],
)
def test_an_offer_that_is_not_open_shows_nothing(nord: World, karen: Citizen, closed: dict[str, Any]) -> None:
    offer = make_offer(nord.team, nord.anna, **closed)
    assert times(offer, karen).starts == ()
    assert offers_for(karen, settings=Settings.objects.get(), now=NOW) == []


@pytest.mark.requirement("SELF-10", "OFFER-03")
def test_an_offer_without_a_free_time_is_shown_as_such(nord: World, karen: Citizen) -> None:
    make_offer(nord.team)
    [shown] = offers_for(karen, settings=Settings.objects.get(), now=NOW)
    assert (shown.free_times, shown.first) == (0, None)


@pytest.mark.requirement("SPEED-12", "OFFER-09")
def test_several_offers_are_counted_by_as_many_statements_as_one_and_each_by_its_own_rules(
    nord: World, karen: Citizen
) -> None:
    karen.case_owner = nord.birk
    karen.save()
    settings, south = Settings.objects.get(), make_team(nord.jobcentre, "Syd")
    closing = ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Kursus", first_on=MONDAY, last_on=MONDAY)
    closing.closingdayteam_set.create(jobcentre=nord.jobcentre, team=south)
    own: dict[str, Any] = {"model": OfferModel.CONTROL, "without_own": WithoutOwn.TEAM}
    place: dict[str, Any] = {"room_choice": RoomChoice.ONE, "room": nord.room}
    offers = [make_offer(nord.team, nord.anna, nord.birk, title="A", **own, **place)]
    begins, ends = at(NOW.date(), "00:00"), at(FRIDAY, "23:00")
    Absence.objects.create(jobcentre=nord.jobcentre, counsellor=nord.birk, kind="illness", start_at=begins, end_at=ends)
    with CaptureQueriesContext(connection) as one:
        offers_for(karen, settings=settings, now=NOW)
    offers += [
        make_offer(south, make_counsellor(south, "Clara Carlsen"), title="B"),
        make_offer(nord.team, nord.anna, title="C", **place),
        make_offer(nord.team, nord.anna, title="D", ends_on=FRIDAY, **own),
    ]
    with CaptureQueriesContext(connection) as several:
        shown = offers_for(karen, settings=settings, now=NOW)
    assert len(several) == len(one)
    for offer, card in zip(offers, shown, strict=True):
        found = times(offer, karen, first=NOW.date(), last=NOW.date() + timedelta(weeks=52)).starts
        assert (card.offer, card.free_times, card.first) == (offer, len(found), found[0])
    assert shown[0].first
    assert shown[0].first.counsellor_ids == (nord.birk.pk,)
    assert shown[3].first
    assert shown[3].first.counsellor_ids == (nord.anna.pk,)


@pytest.mark.requirement("OFFER-09")
def test_in_the_control_model_only_the_case_owner_gives_times(nord: World, karen: Citizen) -> None:
    offer = make_offer(nord.team, nord.anna, nord.birk, model=OfferModel.CONTROL)
    assert times(offer, karen).starts == ()
    karen.case_owner = nord.birk
    karen.save()
    assert {one.counsellor_ids for one in times(offer, karen).starts} == {(nord.birk.pk,)}


@pytest.mark.requirement("OFFER-09")
def test_whose_own_counsellor_has_no_time_sees_the_teams_where_the_offer_says_so(nord: World, karen: Citizen) -> None:
    """On the one day looked at the own is free; before the deadline they must have no time at all."""
    karen.case_owner = nord.birk
    karen.save()
    offer = make_offer(nord.team, nord.anna, nord.birk, model=OfferModel.CONTROL, without_own=WithoutOwn.TEAM)
    Absence.objects.create(
        jobcentre=nord.jobcentre,
        counsellor=nord.birk,
        kind="illness",
        start_at=at(NOW.date(), "00:00"),
        end_at=at(FRIDAY, "00:00"),
    )
    assert {one.counsellor_ids for one in times(offer, karen).starts} == {(nord.birk.pk,)}
    offer.ends_on = FRIDAY - timedelta(days=1)
    offer.save()
    assert {one.counsellor_ids for one in times(offer, karen).starts} == {(nord.anna.pk,)}
    offer.without_own = WithoutOwn.NONE
    offer.save()
    assert times(offer, karen).starts == ()


@pytest.mark.requirement("OFFER-09")
def test_names_are_shown_in_the_trust_model_and_where_the_offer_says_so(nord: World, karen: Citizen) -> None:
    team, trust = (
        make_offer(nord.team, nord.anna, nord.birk),
        make_offer(nord.team, nord.anna, nord.birk, model=OfferModel.TRUST),
    )
    assert (times(team, karen).names_shown, times(trust, karen).names_shown) == (False, True)
    team.shows_counsellor = True
    assert times(team, karen).names_shown
    only = times(trust, karen, counsellor_id=nord.birk.pk)
    assert {one.counsellor_ids for one in only.starts} == {(nord.birk.pk,)}


@pytest.mark.requirement("OFFER-09")
def test_any_counsellor_is_the_case_owner_else_the_least_booked_else_the_first_by_the_alphabet(
    nord: World, karen: Citizen
) -> None:
    aase = make_counsellor(nord.team, "Åse Aa")
    offer = make_offer(nord.team, aase, nord.birk, nord.anna)

    def who(citizen: Citizen, clock: str) -> str:
        return str(book(offer, citizen, choice(clock)).appointment.counsellors.get().full_name)

    first = [who(make_citizen(nord.jobcentre), "09:00") for _ in range(2)]
    assert first == ["Anna Agger", "Birk Bisgaard"]
    assert who(make_citizen(nord.jobcentre), "10:00") == "Åse Aa"
    karen.case_owner = nord.birk
    karen.save()
    assert who(karen, "11:00") == "Birk Bisgaard"


@pytest.mark.requirement("OFFER-09", "TIME-06")
def test_the_least_booked_is_by_share_of_the_days_budget_and_not_by_minutes(nord: World, karen: Citizen) -> None:
    short = make_counsellor(nord.team, "Aksel Abe", hours=("08:00", "10:00"))
    offer = make_offer(nord.team, short, nord.anna)
    keep(nord, meeting(make_citizen(nord.jobcentre), short, clock="09:00"), placed_by=PlacedBy.STAFF)
    for clock in ("13:00", "14:00"):
        keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock=clock), placed_by=PlacedBy.STAFF)
    assert book(offer, karen, choice("08:00")).appointment.counsellors.get() == nord.anna


@pytest.mark.requirement("SPEED-03")
def test_the_number_of_statements_does_not_grow_with_counsellors_and_weeks(nord: World, karen: Citizen) -> None:
    few = make_offer(nord.team, nord.anna)
    many = make_offer(nord.team, *(make_counsellor(nord.team, f"Vera {letter}a") for letter in "abcdefgh"))
    counts = []
    for offer, last in ((few, FRIDAY), (many, MONDAY + timedelta(weeks=8))):
        with CaptureQueriesContext(connection) as statements:
            times(offer, karen, last=last)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
