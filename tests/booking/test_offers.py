"""«Online tilbud»: the list, the chosen offer and its tabs (OFFER-01, OFFER-07)."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from booking.models import BookingDeadline, Citizen, DueDate, OfferRule, OnlineOffer, Origin, Summons, Visit
from booking.queries.offer_citizens import target_counts
from booking.queries.offer_statistics import offer_use, offers_use, period
from booking.queries.offer_weeks import Cell, offer_weeks
from booking.queries.offers import counts, offer_facts, offer_lines, offers
from booking.queries.own_offers import offers_for
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.audit.models import Access
from planner.audit.purposes import Purpose
from summons.models import Run
from tests.booking.offering import make_offer
from tests.factories import MONDAY, NOW, World, make_citizen, make_counsellor, make_cpr, make_summons, make_team

LISTS = ("offer", "offer_enrolled", "offer_not_booked", "offer_statistics", "offer_history", "offer_sample")
TABS = (*LISTS, "offer_preview")
OPEN_TABS = ("offer", "offer_statistics", "offer_history")


def page_of(offer: OnlineOffer, name: str = "offer") -> str:
    return reverse(f"booking:{name}", args=[offer.pk])


def shown(client: Client, url: str, **query: str | int) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


def booked(citizen: Citizen, world: World, offer: OnlineOffer, **particulars: Any) -> Summons:
    values: dict[str, Any] = {"origin": Origin.OWN, "day": timezone.localdate() + timedelta(days=7)}
    return make_summons(citizen, world.anna, world.team, offer=offer, **(values | particulars))


# The list


@pytest.mark.requirement("OFFER-01")
def test_each_stands_with_its_stage_in_words_and_those_that_are_over_come_last(nord: World) -> None:
    today = NOW.date()
    make_offer(nord.team, title="E", ends_on=today - timedelta(days=24))
    make_offer(nord.team, title="F", is_active=False)
    make_offer(nord.team, title="D", published_at=None, is_active=False)
    make_offer(nord.team, title="C", opens_on=today + timedelta(days=8))
    make_offer(nord.team, title="b", ends_on=today + timedelta(days=4))
    offer = make_offer(nord.team, title="A", ends_on=today + timedelta(days=8))
    make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, offer=offer)
    make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, offer=offer, status=SummonsStatus.CANCELLED)
    rows: Any = offers(today=today)
    lines = offer_lines(list(rows.order_by("rank", "by_title")), today=today)
    assert [(line.title, str(line.stage), line.when, line.booked) for line in lines[:4]] == [
        ("A", "Aktiv", "slutter 1. dec.", 1),
        ("b", "Slutter snart", "slutter 27. nov.", 0),
        ("C", "Ikke begyndt", "fra 1. december", 0),
        ("D", "Kladde", lines[3].when, 0),
    ]
    assert [(line.title, str(line.stage), line.when) for line in lines[4:]] == [
        ("E", "Stoppet", "sluttede 30. okt."),
        ("F", "Stoppet", "stoppet"),
    ]
    assert (counts(today).total, counts(today).active) == (6, 2)


@pytest.mark.requirement("OFFER-01", "APP-10")
def test_it_is_searched_by_words_or_number_and_narrowed_by_stage(nord: World, as_bo: Client) -> None:
    young = make_offer(nord.team, title="Ungesamtale med Ærlig Mentor")
    make_offer(nord.team, title="Jobsamtale over 30", is_active=False)
    for query, titles in (
        ({"find": "mentor unge"}, [young.title]),
        ({"find": "ærlig"}, [young.title]),
        ({"find": young.number}, [young.title]),
        ({"show": "stopped"}, ["Jobsamtale over 30"]),
        ({"show": "drafts"}, []),
    ):
        lines: Any = as_bo.get(page_of(young), query).context["lines"]
        assert [line.title for line in lines] == titles
    assert "Ingen tilbud passer." in shown(as_bo, page_of(young), find="findes ikke")
    assert as_bo.get(page_of(young), {"find": "1205881234"}).context["offers_state"].value("find") == ""


@pytest.mark.requirement("OFFER-01", "APP-10")
def test_two_hundred_are_paged_and_the_page_follows_the_chosen_offer(nord: World, as_bo: Client) -> None:
    for number in range(51):
        make_offer(nord.team, title=f"Tilbud {number:02}", rules=())
    first = OnlineOffer.objects.earliest("title")
    text = shown(as_bo, page_of(first), at=2, q="ras", page=3)
    assert "51–51 af 51" in text
    assert re.search(r'href="\?q=ras&amp;page=3" rel="prev"', text)
    assert re.search(r'href="/offers/[^"]+/\?at=2"[^>]* data-open', text)
    text = shown(as_bo, page_of(first), at=2, q="1205881234")
    assert not re.search(r'href="[^"]*q=1205', text)


@pytest.mark.requirement("OFFER-01")
def test_the_first_offer_opens_and_where_there_is_none_it_says_what_an_offer_is(
    nord: World, as_bo: Client, as_ada: Client
) -> None:
    assert "viser ledige tider til en målgruppe" in shown(as_bo, "/offers/")
    make_offer(nord.team, title="B")
    first = make_offer(nord.team, title="A")
    answer = as_ada.get("/offers/", {"show": "active"})
    assert answer.headers["Location"] == f"/offers/{first.pk}/?show=active"


# The details


@pytest.mark.requirement("OFFER-07", "OFFER-01")
def test_the_details_stand_as_on_the_slide(nord: World, as_bo: Client) -> None:
    offer = make_offer(nord.team, nord.anna, model="trust", opens_on=NOW.date() - timedelta(days=21), author=nord.bo)
    text = shown(as_bo, page_of(offer))
    for words in (
        f"<dt>Tilbudsnummer</dt><dd>{offer.number}</dd>",
        "<dt>Navn</dt><dd>Jobsamtale over 30",
        "<dt>Periode</dt><dd>fra 2. nov. 2026</dd>",
        "<dt>Minutter</dt><dd>45 + 15</dd>",
        "<dt>Team</dt><dd>Nord</dd>",
        "<dt>Aktiv</dt><dd>ja</dd>",
        "<dt>Model</dt><dd>Tillidsmodellen</dd>",
        "<dt>Afbud og ombooking</dt><dd>til 1 dag før</dd>",
        "Borgere, hvor <b>alle</b> gælder: <b>alder ≥ 18</b>",
        "alle dage, hele dagen",
    ):
        assert words in text


@pytest.mark.requirement("OFFER-07")
@pytest.mark.parametrize(
    ("rights", "words"),
    [
        ({"rebooking_days": 2, "cancellation_days": 2}, "til 2 dage før"),
        ({"rebooking_days": 2, "cancellation_days": 0}, "afbud til og med dagen, ombooking til 2 dage før"),
        ({"cancellation_allowed": False}, "kun ombooking, til 1 dag før"),
        ({"rebooking_allowed": False}, "kun afbud, til 1 dag før"),
        ({"rebooking_allowed": False, "cancellation_allowed": False}, "nej"),
    ],
)
def test_rights_are_said_in_words(nord: World, rights: dict[str, Any], words: str) -> None:
    offer: Any = make_offer(nord.team, **rights)
    offer.stage = "active"
    assert offer_facts(offer, Settings.objects.get()).rights == words


@pytest.mark.requirement("OFFER-07", "OFFER-05")
def test_the_target_group_is_counted_with_those_who_also_see_another_offer(nord: World) -> None:
    today = NOW.date()
    offer = make_offer(nord.team, nord.anna)
    make_offer(nord.team, nord.anna, title="Over 50", rules=(("age", "at_least", "50"),))
    make_offer(nord.team, nord.anna, title="Stoppet", is_active=False)
    make_offer(nord.team, nord.anna, title="Senere", opens_on=today + timedelta(days=1))
    old, young, engaged = (make_citizen(nord.jobcentre) for _ in range(3))
    Citizen.objects.filter(pk=old.pk).update(born_on="1960-01-01")
    Citizen.objects.filter(pk__in=[young.pk, engaged.pk]).update(born_on="1990-01-01")
    Citizen.objects.filter(pk=make_citizen(nord.jobcentre).pk).update(born_on="2020-01-01")
    make_summons(engaged, nord.anna, nord.team)
    for citizen, days in ((old, 3), (young, 30)):
        DueDate.objects.create(
            jobcentre=nord.jobcentre, citizen=citizen, kind="F", due_on=today + timedelta(days=days), fetched_at=NOW
        )
    found = target_counts(offer, near=today + timedelta(days=7), today=today, now=NOW)
    assert (found.citizens, found.others, found.not_booked, found.near) == (3, 1, 2, 1)


# Free times and bookings


def weeks_of(offer: OnlineOffer) -> dict[str, list[Cell]]:
    table = offer_weeks(offer, first=MONDAY, settings=Settings.objects.get(), now=NOW, weeks=2)
    assert [sum(row.cells[place].free for row in table.rows) for place in range(2)] == [
        cell.free for cell in table.whole.cells
    ]
    return {row.name: list(row.cells) for row in table.rows}


@pytest.mark.requirement("OFFER-07", "TIME-10")
def test_free_times_are_those_that_still_fit_one_after_another_and_booked_those_on_the_offer(nord: World) -> None:
    offer = make_offer(nord.team, nord.anna, nord.birk)
    assert weeks_of(offer)["Anna Agger"] == [Cell(40, 0), Cell(40, 0)]
    citizens = [make_citizen(nord.jobcentre) for _ in range(3)]
    make_summons(citizens[0], nord.anna, nord.team, offer=offer, day=MONDAY)
    make_summons(citizens[1], nord.anna, nord.team, offer=offer, day=MONDAY + timedelta(days=8))
    make_summons(citizens[2], nord.anna, nord.team, offer=offer, day=MONDAY, status=SummonsStatus.CANCELLED)
    make_summons(citizens[2], nord.birk, nord.team, day=MONDAY)
    rows = weeks_of(offer)
    assert [cell.booked for cell in rows["Anna Agger"]] == [1, 1]
    assert [cell.booked for cell in rows["Birk Bisgaard"]] == [0, 0]


@pytest.mark.requirement("OFFER-07", "OFFER-10", "OFFER-11")
def test_the_offers_own_grid_days_times_and_dates_bound_what_is_free(nord: World) -> None:
    afternoon: dict[str, Any] = {"from_time": time(12), "to_time": time(15)}
    offer = make_offer(nord.team, nord.anna, weekdays=[1], interval=60, **afternoon)
    assert weeks_of(offer)["Anna Agger"] == [Cell(3, 0), Cell(3, 0)]
    late = make_offer(nord.team, nord.anna, earliest_meeting_on=MONDAY + timedelta(days=3), ends_on=MONDAY)
    assert weeks_of(late)["Anna Agger"] == [Cell(0, 0), Cell(0, 0)]
    last = make_offer(nord.team, nord.anna, ends_on=MONDAY + timedelta(days=1))
    assert weeks_of(last)["Anna Agger"] == [Cell(16, 0), Cell(0, 0)]


@pytest.mark.requirement("OFFER-07", "OFFER-03")
def test_a_stopped_offer_has_no_free_times_and_says_so(nord: World, as_bo: Client) -> None:
    offer = make_offer(nord.team, nord.anna, is_active=False)
    assert weeks_of(offer)["Anna Agger"] == [Cell(0, 0), Cell(0, 0)]
    text = shown(as_bo, page_of(offer))
    assert "Tilbuddet er stoppet eller slut" in text
    assert "ledige tider i" not in text


@pytest.mark.requirement("OFFER-07")
def test_who_holds_a_booking_is_in_the_table_also_after_leaving_the_offer(nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    make_summons(make_citizen(nord.jobcentre), nord.birk, nord.team, offer=offer, day=MONDAY)
    assert weeks_of(offer)["Birk Bisgaard"] == [Cell(0, 1), Cell(0, 0)]


@pytest.mark.requirement("OFFER-07")
def test_one_leafs_through_the_weeks(nord: World, as_bo: Client) -> None:
    offer = make_offer(nord.team, nord.anna)
    answer = as_bo.get(page_of(offer), {"from": "2027-01-06"})
    assert answer.context["weeks"].mondays[0].isoformat() == "2027-01-04"
    assert answer.context["later"] == "?from=2027-02-15"
    assert as_bo.get(page_of(offer), {"from": "9999-01-01"}).context["this_week"]


# Who has booked, and who has not


@pytest.mark.requirement("OFFER-07", "GUARD-12")
def test_who_has_booked_is_listed_searched_and_written_down(nord: World, as_bo: Client) -> None:
    offer, other = make_offer(nord.team, nord.anna), make_offer(nord.team, nord.anna, title="Et andet")
    karen, inger, bent, ole = (
        make_citizen(nord.jobcentre, name) for name in ("Karen Holst", "Inger Holm", "Bent Bo", "Ole Dam")
    )
    booked(karen, nord, offer)
    booked(inger, nord, offer, day=timezone.localdate() - timedelta(days=3), attendance="no_show", attendance_at=NOW)
    booked(bent, nord, offer, status=SummonsStatus.CANCELLED)
    booked(ole, nord, other)
    listed: Any = as_bo.get(page_of(offer, "offer_enrolled")).context["rows"]
    assert [(row.summons.citizen.full_name, str(row.state)) for row in listed] == [
        ("Karen Holst", "Kommende"),
        ("Inger Holm", "Udeblevet"),
    ]
    seen = Access.objects.filter(purpose=Purpose.OFFER).values_list("citizen_id", flat=True)
    assert set(seen) == {karen.pk, inger.pk}
    for query, names in (
        ({"q": "hols kar"}, ["Karen Holst"]),
        ({"state": "cancelled"}, ["Bent Bo"]),
        ({"state": "coming"}, ["Karen Holst"]),
        ({"state": "no_show"}, ["Inger Holm"]),
        ({"state": "held"}, []),
        ({"citizen": str(bent.pk)}, ["Bent Bo"]),
        ({"citizen": str(ole.pk)}, ["Karen Holst", "Inger Holm"]),
    ):
        found: Any = as_bo.get(page_of(offer, "offer_enrolled"), query).context["rows"]
        assert [row.summons.citizen.full_name for row in found] == names
    assert "Tilmeldte borgere (2)" in shown(as_bo, page_of(offer))


@pytest.mark.requirement("OFFER-07", "APP-10", "GUARD-12")
def test_a_cpr_number_is_searched_by_post_and_leads_to_the_citizens_own_id(nord: World, as_bo: Client) -> None:
    offer, numbers = make_offer(nord.team, nord.anna), [make_cpr(number) for number in range(3)]
    karen, bent = (
        make_citizen(nord.jobcentre, name, cpr) for name, cpr in zip(("Karen Holst", "Bent Bo"), numbers, strict=False)
    )
    booked(karen, nord, offer)
    find, page = page_of(offer, "offer_find"), page_of(offer, "offer_enrolled")
    assert as_bo.post(find, {"q": numbers[0]}).headers["Location"] == f"{page}?citizen={karen.pk}"
    assert as_bo.post(find, {"q": "karen h"}).headers["Location"] == f"{page}?q=karen+h"
    answer = as_bo.post(find, {"q": numbers[1]}, follow=True)
    assert "Bent Bo har ikke booket, men er i målgruppen." in answer.content.decode()
    assert numbers[1] not in answer.request["QUERY_STRING"]
    assert Access.objects.filter(purpose=Purpose.OFFER, citizen_id=bent.pk).exists()
    OfferRule.objects.update(criterion="90")
    assert "er ikke i målgruppen" in as_bo.post(find, {"q": numbers[1]}, follow=True).content.decode()
    unknown = as_bo.post(find, {"q": numbers[2]}, follow=True).content.decode()
    assert "Planner kender ingen borger med det CPR-nummer." in unknown


@pytest.mark.requirement("OFFER-07", "GUARD-12")
def test_who_has_not_booked_stands_by_the_nearest_deadline(nord: World, as_bo: Client) -> None:
    today = timezone.localdate()
    offer = make_offer(nord.team, nord.anna)
    none, late, soon, engaged = (make_citizen(nord.jobcentre, f"{name} Dam") for name in ("Ane", "Bo", "Carl", "Dora"))
    booked(engaged, nord, offer)
    BookingDeadline.objects.create(
        jobcentre=nord.jobcentre,
        citizen=late,
        external_id=late.pk,
        type_id=7,
        book_by=today,
        hold_by=today - timedelta(days=1),
        fetched_at=NOW,
    )
    DueDate.objects.create(
        jobcentre=nord.jobcentre, citizen=soon, kind="F", due_on=today + timedelta(days=20), fetched_at=NOW
    )
    text = shown(as_bo, page_of(offer, "offer_not_booked"))
    assert [text.index(f"{name} Dam</a>") for name in ("Bo", "Carl", "Ane")] == sorted(
        text.index(f"{name} Dam</a>") for name in ("Bo", "Carl", "Ane")
    )
    assert "Dora Dam" not in text
    assert "Ikke booket (3)" in text
    assert set(Access.objects.filter(purpose=Purpose.OFFER).values_list("citizen_id", flat=True)) == {
        none.pk,
        late.pk,
        soon.pk,
    }
    near: Any = as_bo.get(page_of(offer, "offer_not_booked"), {"near": 1}).context["page"].rows
    assert [citizen.pk for citizen in near] == [late.pk]


@pytest.mark.requirement("OFFER-07")
def test_summon_them_takes_the_list_into_step_2_with_the_offers_details(nord: World, as_bo: Client) -> None:
    offer = make_offer(nord.team, nord.anna, duration=30, rebooking_days=3, room=nord.room, room_choice="one")
    first, second, engaged = (make_citizen(nord.jobcentre, f"{name} Dam") for name in ("Ane", "Bo", "Carl"))
    booked(engaged, nord, offer)
    summon = reverse("summons:from_offer", args=[offer.pk])
    answer = as_bo.post(summon, {"everybody": 1})
    run = Run.objects.get()
    assert answer.headers["Location"] == reverse("summons:citizens", args=[run.pk])
    assert (run.type_id, run.team, run.duration, run.rebooking_days, run.room) == (7, nord.team, 30, 3, nord.room)
    assert (run.step, run.cancellation_allowed, run.contact_phone) == (2, False, "70101010")
    assert list(run.counsellors.all()) == [nord.anna]
    assert run.name == "Ikke booket: Jobsamtale over 30"
    digests = [bytes(digest) for digest in run.lines.order_by("line").values_list("digest", flat=True)]
    assert digests == [bytes(one.numbers.get().digest) for one in (first, second)]
    as_bo.post(summon, {"selected": [second.pk, engaged.pk]})
    chosen = Run.objects.exclude(pk=run.pk).get()
    assert [bytes(line.digest) for line in chosen.lines.all()] == [bytes(second.numbers.get().digest)]
    refused = as_bo.post(summon, {})
    assert refused.status_code == 422
    assert "Vælg mindst én borger på listen." in refused.content.decode()


@pytest.mark.requirement("OFFER-05", "GUARD-12")
def test_a_sample_of_the_target_group_is_shown_and_written_down(nord: World, as_bo: Client) -> None:
    offer = make_offer(nord.team, nord.anna)
    for _ in range(21):
        make_citizen(nord.jobcentre)
    assert "20 af 21 borgere" in shown(as_bo, page_of(offer, "offer_sample"))
    assert Access.objects.filter(purpose=Purpose.OFFER).count() == 20


# As the citizen sees it


@pytest.mark.requirement("OFFER-12", "GUARD-12")
def test_the_preview_shows_what_min_side_shows_the_chosen_citizen(nord: World, as_bo: Client) -> None:
    offer = make_offer(nord.team, nord.anna, model="trust", interval=60)
    other = make_offer(nord.team, nord.birk, title="Også for dig")
    karen, inger = make_citizen(nord.jobcentre, "Karen Holst"), make_citizen(nord.jobcentre, "Inger Holm")
    settings, url = Settings.objects.get(), page_of(offer, "offer_preview")
    answer = as_bo.get(url, {"citizen": str(karen.pk)})
    on_show = offers_for(karen, settings=settings, now=timezone.now())
    assert [(card.title, card.on_show.free_times) for card in answer.context["cards"]] == [
        (one.offer.title, one.free_times) for one in on_show
    ]
    assert [card.title for card in answer.context["cards"]] == ["Jobsamtale over 30", other.title]
    text = answer.content.decode().replace("\xa0", " ")
    assert "Det, som Karen Holst ser på «Min side» lige nu." in text
    assert "Formiddag" in text
    assert "Borgeren kan vælge mellem: Anna Agger" in text
    assert set(Access.objects.filter(purpose=Purpose.OFFER).values_list("citizen_id", flat=True)) == {
        karen.pk,
        inger.pk,
    }
    assert not Visit.objects.exists()
    assert "Ingen i målgruppen hedder sådan." in shown(as_bo, url, q="findes ikke")
    assert as_bo.get(url, {"q": "holm"}).context["citizen"] == inger


@pytest.mark.requirement("OFFER-12")
def test_the_preview_says_why_the_citizen_does_not_see_the_offer(nord: World, as_bo: Client) -> None:
    offer = make_offer(nord.team, nord.anna)
    assert "Ingen borger, som Planner kender, er i målgruppen." in shown(as_bo, page_of(offer, "offer_preview"))
    karen = make_citizen(nord.jobcentre, "Karen Holst")
    booked(karen, nord, offer)
    text = shown(as_bo, page_of(offer, "offer_preview"))
    assert "Borgeren ser ikke tilbuddet" in text
    assert "har allerede" in text
    Summons.objects.all().update(status=SummonsStatus.CANCELLED, cancelled_at=NOW)
    OnlineOffer.objects.update(is_active=False)
    text = shown(as_bo, page_of(offer, "offer_preview"))
    assert "Borgeren ser ikke tilbuddet" in text


# History and statistics


@pytest.mark.requirement("OFFER-08", "LOG-01")
def test_the_history_says_who_changed_what(nord: World, as_ada: Client) -> None:
    offer = make_offer(nord.team, nord.anna, published_at=None, is_active=False)
    OnlineOffer.objects.filter(pk=offer.pk).update(published_at=NOW, is_active=True)
    text = shown(as_ada, page_of(offer, "offer_history"))
    for words in ("Oprettet", "Vejledere tilføjet: Anna Agger", "Kladden er gjort færdig", "Sat til aktiv", "Bo Dam"):
        assert words in text
    ends = NOW.date() + timedelta(days=30)
    OnlineOffer.objects.filter(pk=offer.pk).update(ends_on=ends, duration=30, description="Ny tekst", model="control")
    OfferRule.objects.update(criterion="30")
    offer.offercounsellor_set.all().delete()
    OnlineOffer.objects.filter(pk=offer.pk).update(is_active=False)
    text = shown(as_ada, page_of(offer, "offer_history"))
    for words in (
        "Slutdato fra intet til 23. dec. 2026",
        "Varighed (minutter) fra 45 til 30",
        "Model fra «Teammodellen» til «Kontrolmodellen»",
        "Beskrivelse",
        "Regler ændret",
        "Vejledere fjernet: Anna Agger",
        "Stoppet",
    ):
        assert words in text
    assert "Ny tekst" not in text[text.index("Hvem har ændret hvad") :]


@pytest.mark.requirement("OFFER-01", "STAT-01")
def test_statistics_are_those_counted_from_the_rows(nord: World, as_ada: Client) -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    offer, other = make_offer(nord.team, nord.anna, nord.birk), make_offer(nord.team, nord.birk, title="Andet")
    citizens = [make_citizen(nord.jobcentre) for _ in range(9)]
    for number, citizen in enumerate(citizens[:6]):
        make_summons(
            citizen,
            (nord.anna, nord.birk)[number % 2],
            nord.team,
            now=now - timedelta(weeks=number),
            offer=offer,
            origin=(Origin.OWN, Origin.JOBNET, Origin.PLANNER)[number % 3],
            status=SummonsStatus.CANCELLED if number == 1 else SummonsStatus.SENT,
        )
    Summons.objects.filter(citizen=citizens[0]).update(attendance="no_show", attendance_at=now)
    make_summons(citizens[6], nord.birk, nord.team, now=now, offer=other, origin=Origin.OWN)
    make_summons(citizens[7], nord.birk, nord.team, now=now)
    make_summons(citizens[8], make_counsellor(nord.team, "Cecilie Carlsen"), nord.team, now=now)
    since = period(4, today)
    rows = Summons.objects.filter(offer=offer, sent_at__date__gte=since)
    use = offer_use(offer, since=since, today=today)
    assert use.total.use.booked == rows.count() == 4
    assert use.total.use.by_citizen == rows.filter(origin__in=["own", "jobnet"]).count() == 3
    assert (use.total.use.by_us, use.total.use.cancelled, use.total.use.no_shows, use.total.summoned) == (1, 1, 1, 1)
    assert [row.use.booked for row in use.weeks] == [1, 1, 1, 1]
    assert {row.of: (row.use.booked, row.summoned) for row in use.counsellors} == {
        "Anna Agger": (2, 0),
        "Birk Bisgaard": (2, 1),
    }
    by_offer, whole = offers_use(since=since)
    assert [(row.of.title, row.use.booked) for row in by_offer] == [("Jobsamtale over 30", 4), ("Andet", 1)]
    assert whole.use.booked == 5
    assert "5 samtaler er booket på online tilbud, 4 af borgerne selv. 2 er indkaldt" in shown(
        as_ada, "/offers/statistics/", weeks=4
    )
    assert "uge 48" in shown(as_ada, page_of(offer, "offer_statistics"), weeks=26)


# Who may come, and how fast it is


@pytest.mark.requirement("SEC-02", "GUARD-01")
def test_who_sees_no_citizens_sees_numbers_and_no_names(nord: World, as_ada: Client, as_anna: Client) -> None:
    offer = make_offer(nord.team, nord.anna)
    booked(make_citizen(nord.jobcentre, "Karen Holst"), nord, offer)
    for client in (as_ada, as_anna):
        for name in OPEN_TABS:
            text = shown(client, page_of(offer, name))
            assert "Karen" not in text
            assert "Ikke booket (" not in text
        for name in set(TABS) - set(OPEN_TABS):
            assert client.get(page_of(offer, name)).status_code == 403
    assert as_ada.post(reverse("summons:from_offer", args=[offer.pk]), {"everybody": 1}).status_code == 403


@pytest.mark.requirement("GUARD-01")
def test_another_job_centre_sees_nothing(nord: World, as_carla: Client) -> None:
    offer = make_offer(nord.team, nord.anna)
    for name in TABS:
        assert as_carla.get(page_of(offer, name)).status_code == 404
    assert as_carla.post(reverse("summons:from_offer", args=[offer.pk]), {"everybody": 1}).status_code == 404
    assert "Jobsamtale over 30" not in as_carla.get("/offers/").content.decode()


@pytest.mark.requirement("SPEED-12")
@pytest.mark.parametrize("name", LISTS)
def test_a_tab_takes_the_same_number_of_statements_whatever_is_on_it(nord: World, as_bo: Client, name: str) -> None:
    offer = make_offer(nord.team, nord.anna)

    def statements() -> int:
        with CaptureQueriesContext(connection) as found:
            assert as_bo.get(page_of(offer, name)).status_code == 200
        return len(found)

    def fill(count: int) -> None:
        team = make_team(nord.jobcentre, f"Team {count}")
        for number in range(count):
            counsellor = make_counsellor(nord.team, f"Vejleder {count}{number}")
            make_offer(team, counsellor, title=f"Andet {count}{number}")
            offer.offercounsellor_set.create(jobcentre=nord.jobcentre, counsellor=counsellor)
            make_citizen(nord.jobcentre)
            make_summons(make_citizen(nord.jobcentre), counsellor, team, offer=offer, day=timezone.localdate())

    fill(1)
    statements()
    one = statements()
    fill(3)
    assert statements() == one
