"""«Min side» page by page, over HTTP all the way: booking, rebooking, cancelling, and why it cannot be done."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar
from pytest_django import Settings

from booking.models import OfferCounsellor, OnlineOffer, Origin, Summons, Visit
from planner.audit.models import Access
from planner.outbox.models import Message, Receiver
from tests.booking.stories import sent
from tests.conftest import signed_in
from tests.factories import MONDAY, NOW, at, make_skovby
from tests.minside.scene import CPR, OTHER_CPR, Scene

NINE = at(MONDAY, "09:00")
TEN = at(MONDAY, "10:00")


def words(answer: Any) -> str:
    """What the page says, without its marks."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    main = re.sub(r"</?b>", "", main)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).replace("\N{NO-BREAK SPACE}", " ").split())


def choose(browser: Client, address: str, start: Any = NINE, **more: str) -> Any:
    return browser.post(address, {"at": f"{start.isoformat()}/1", **more})


def hold(browser: Client, scene: Scene, start: Any = NINE) -> None:
    answer = choose(browser, f"/minside/book/{scene.offer.pk}/", start)
    assert answer["Location"] == "/minside/confirm/", answer["Location"]


def book(browser: Client, scene: Scene, start: Any = NINE) -> Summons:
    """All the way; the new summons."""
    hold(browser, scene, start)
    assert browser.post("/minside/confirm/", {"accepted": "on"})["Location"] == "/minside/receipt/"
    return scene.summonses(scene.jens)[-1]


@pytest.mark.requirement("SELF-01", "SELF-10")
def test_the_offers_that_fit_are_shown_with_title_description_and_first_time(scene: Scene) -> None:
    page = scene.browser().get("/minside/book/")
    assert "Jobsamtale Vi taler om din jobsøgning. 45 minutter. Første ledige tid er tirsdag 24. november" in words(
        page
    )
    assert f"/minside/book/{scene.offer.pk}/" in page.content.decode()
    with scene.acting():
        [visit] = Visit.objects.all()
        assert (visit.citizen_id, visit.origin, visit.free_times > 0) == (scene.jens.pk, Origin.OWN, True)


@pytest.mark.requirement("SELF-01")
def test_times_stand_by_day_and_part_of_day_a_week_at_a_time(scene: Scene) -> None:
    browser = scene.browser()
    first = words(browser.get(f"/minside/book/{scene.offer.pk}/"))
    assert "Første ledige tid Tirsdag 24. november kl. 9.00" in first
    assert "Uge 48" in first
    assert "Tirsdag 24. november Formiddag" in first
    later = words(browser.get(f"/minside/book/{scene.offer.pk}/?week=2026-11-30"))
    assert "Uge 49 30. november–4. december" in later
    assert "Mandag 30. november Formiddag" in later


@pytest.mark.requirement("SELF-02", "SELF-03", "SELF-08", "SYNC-18")
def test_nothing_is_booked_before_rights_and_duties_are_accepted(scene: Scene) -> None:
    browser = scene.browser()
    hold(browser, scene)
    page = browser.get("/minside/confirm/")
    assert "Mandag 30. november kl. 9.00–9.45" in words(page)
    assert "Du har ret til at tage en bisidder med." in words(page)
    assert re.search(r"Vi holder tiden for dig til kl\. 9\.1\d\.", words(page))
    refused = browser.post("/minside/confirm/")
    assert refused.status_code == 422
    assert "Læs dine rettigheder og pligter, og sæt kryds, før du booker." in words(refused)
    assert scene.summonses(scene.jens) == []
    browser.post("/minside/confirm/", {"accepted": "on"})
    [summons] = scene.summonses(scene.jens)
    assert (summons.status, summons.origin, summons.accepted_text, summons.language) == (
        "sent",
        Origin.OWN,
        scene.text,
        "da",
    )
    assert summons.accepted_at is not None
    with scene.acting():
        assert Message.objects.filter(receiver=Receiver.DFDG, subject_id=summons.pk).count() == 1
    receipt = words(browser.get("/minside/receipt/"))
    assert "Din tid er booket" in receipt
    assert "Du kan vælge en ny tid eller melde afbud til og med søndag 29. november." in receipt


@pytest.mark.requirement("SELF-06")
def test_the_one_who_is_late_is_told_at_once_and_sees_fresh_times(scene: Scene) -> None:
    with scene.acting():
        OfferCounsellor.objects.filter(counsellor=scene.world.birk).delete()
    first, second = scene.browser(), scene.browser(OTHER_CPR)
    hold(first, scene)
    answer = choose(second, f"/minside/book/{scene.offer.pk}/")
    assert answer["Location"] == f"/minside/book/{scene.offer.pk}/?lost"
    page = second.get(answer["Location"])
    assert "Tiden er desværre lige blevet taget Intet er booket. Her er de tider, der er ledige nu." in words(page)
    assert f"{NINE.isoformat()}/1" not in page.content.decode()
    assert f"{TEN.isoformat()}/1" in second.get(f"/minside/book/{scene.offer.pk}/?week={MONDAY}").content.decode()


@pytest.mark.requirement("SELF-06", "SELF-08")
def test_a_reservation_that_ran_out_and_was_taken_is_told_when_confirming(scene: Scene) -> None:
    with scene.acting():
        OfferCounsellor.objects.filter(counsellor=scene.world.birk).delete()
    slow, quick = scene.browser(), scene.browser(OTHER_CPR)
    hold(slow, scene)
    with time_machine.travel(NOW + timedelta(minutes=11), tick=True):
        hold(quick, scene)
        quick.post("/minside/confirm/", {"accepted": "on"})
        answer = slow.post("/minside/confirm/", {"accepted": "on"})
    assert answer["Location"] == f"/minside/book/{scene.offer.pk}/?lost"
    assert scene.summonses(scene.jens) == []
    assert len(scene.summonses(scene.lone)) == 1


@pytest.mark.requirement("SELF-01", "OFFER-09")
def test_where_names_are_shown_the_citizen_chooses_a_counsellor_before_or_after(scene: Scene) -> None:
    with scene.acting():
        OnlineOffer.objects.update(shows_counsellor=True, model="trust")
    browser, address = scene.browser(), f"/minside/book/{scene.offer.pk}/"
    after = choose(browser, address)
    assert "Hvem vil du tale med? Mandag 30. november kl. 9.00 Det er lige meget Anna Agger" in words(after)
    before = browser.get(f"{address}?choose").content.decode()
    found = re.search(r'\?with=(\w+)"><span><b>Birk', before)
    assert found
    assert "Tider hos Birk Bisgaard" in words(browser.get(f"{address}?with={found[1]}"))
    assert choose(browser, address, who=found[1])["Location"] == "/minside/confirm/"
    assert "Jobsamtale med Birk Bisgaard" in words(browser.get("/minside/confirm/"))


@pytest.mark.requirement("SELF-04")
def test_my_appointments_show_the_next_one_large_and_its_calendar_file(scene: Scene) -> None:
    browser = scene.browser()
    assert "Du har ingen kommende aftaler." in words(browser.get("/minside/appointments/"))
    summons = book(browser, scene)
    page = words(browser.get("/minside/appointments/"))
    for said in (
        "Din næste aftale",
        "Mandag 30. november kl. 9.00–9.45",
        "Havnegade 4, 9990 Nordby",
        "Tag dit CV med.",
    ):
        assert said in page
    file = browser.get(f"/minside/appointments/{summons.pk}/calendar.ics")
    assert file["Content-Type"].startswith("text/calendar")
    [event] = Calendar.from_ical(file.content).walk("VEVENT")
    assert (str(event["summary"]), event["dtstart"].dt) == ("Jobsamtale", NINE)  # type: ignore[union-attr]


@pytest.mark.requirement("SELF-05", "SELF-03")
def test_rebooking_goes_the_same_way_and_keeps_the_old_time_until_the_new_is_had(scene: Scene) -> None:
    browser = scene.browser()
    summons = book(browser, scene)
    address = f"/minside/appointments/{summons.pk}/times/"
    assert "Nu har du tid mandag 30. november kl. 9.00; den beholder du" in words(browser.get(address))
    assert choose(browser, address, TEN)["Location"] == "/minside/confirm/"
    assert scene.summonses(scene.jens)[0].appointment.start_at == NINE
    assert "Skift til den nye tid" in words(browser.get("/minside/confirm/"))
    browser.post("/minside/confirm/")
    [moved] = scene.summonses(scene.jens)
    assert (moved.pk, moved.appointment.start_at) == (summons.pk, TEN)
    assert "Du har fået en ny tid" in words(browser.get("/minside/receipt/"))


@pytest.mark.requirement("SELF-05", "SELF-03", "SEC-04")
def test_cancelling_is_asked_once_more_and_keeps_a_reason_without_a_number(scene: Scene) -> None:
    browser = scene.browser()
    summons = book(browser, scene)
    address = f"/minside/appointments/{summons.pk}/cancel/"
    assert "Vil du melde afbud?" in words(browser.get(address))
    assert browser.post(address, {"reason": "Job. 120588-1234"})["Location"] == "/minside/receipt/"
    [gone] = scene.summonses(scene.jens)
    assert (gone.status, gone.cancelled_reason) == ("cancelled", "Job. 120588-••••")
    assert "Du har meldt afbud" in words(browser.get("/minside/receipt/"))


@pytest.mark.requirement("SELF-05")
def test_where_it_is_not_possible_the_page_says_which_condition_fails(scene: Scene) -> None:
    with scene.acting():
        OnlineOffer.objects.update(rebooking_allowed=False, cancellation_allowed=False)
    browser = scene.browser()
    summons = book(browser, scene)
    page = words(browser.get(f"/minside/appointments/{summons.pk}/"))
    assert "Vælg en ny tid" not in page
    assert "Meld afbud" not in page
    refused = browser.get(f"/minside/appointments/{summons.pk}/times/")
    assert refused.status_code == 409
    assert "Du kan ikke vælge en ny tid her" in words(refused)
    why = browser.get("/minside/appointments/").context["next"]
    assert why.why_not_rebook in words(refused)
    assert why.why_not_cancel in words(browser.get(f"/minside/appointments/{summons.pk}/cancel/"))


@pytest.mark.requirement("SELF-05", "SELF-04")
def test_a_summons_from_the_job_centre_can_be_rebooked_here_and_not_cancelled(scene: Scene) -> None:
    with scene.acting():
        summons = sent(scene.world, now=NOW)
        summons.appointment.summonses.update(citizen=scene.jens)
    browser = scene.browser()
    page = words(browser.get("/minside/appointments/"))
    assert "Indkaldelse" in page
    assert choose(browser, f"/minside/appointments/{summons.pk}/times/", TEN)["Location"] == "/minside/confirm/"
    browser.post("/minside/confirm/")
    [moved] = scene.summonses(scene.jens)
    assert (moved.pk, moved.appointment.start_at) == (summons.pk, TEN)
    assert "Du kan ikke melde afbud her" in words(browser.get(f"/minside/appointments/{summons.pk}/cancel/"))


@pytest.mark.requirement("SELF-01", "SELF-10")
def test_where_there_is_nothing_the_page_says_why_and_what_happens_now(scene: Scene) -> None:
    browser = scene.browser()
    book(browser, scene)
    page = words(browser.get("/minside/book/"))
    assert "Du har allerede en aftale." in page
    with scene.acting():
        OnlineOffer.objects.update(ends_on=NOW.date())
    other = scene.browser(OTHER_CPR)
    assert "Der er ingen ledige tider lige nu." in words(other.get("/minside/book/"))
    page = words(other.get(f"/minside/book/{scene.offer.pk}/"))
    assert "Nye tider kommer, når andre melder afbud: kig igen senere." in page
    with scene.acting():
        OnlineOffer.objects.update(is_active=False)
    assert "Skal du til en samtale, bliver du indkaldt." in words(other.get("/minside/book/"))


@pytest.mark.requirement("SELF-09")
def test_texts_and_receipt_are_english_for_whom_chose_it(scene: Scene) -> None:
    browser = scene.browser()
    browser.post("/language/", {"language": "en", "next": "/minside/"})
    assert "Job conversation We talk about your job search." in words(browser.get("/minside/book/"))
    hold(browser, scene)
    page = words(browser.get("/minside/confirm/"))
    assert "Monday 30 November at 9:00–9:45" in page
    assert "You must come." in page
    browser.post("/minside/confirm/", {"accepted": "on"})
    assert scene.summonses(scene.jens)[0].language == "en"


@pytest.mark.requirement("CIT-01", "LOG-01")
def test_staff_book_for_a_citizen_by_the_citizens_rules_and_it_is_logged_as_theirs(scene: Scene) -> None:
    browser = signed_in(scene.world.bo)
    page = browser.get(f"/citizens/{scene.jens.pk}/").content.decode()
    assert f"/citizens/{scene.jens.pk}/book/" in page
    assert browser.post(f"/citizens/{scene.jens.pk}/book/")["Location"] == "/minside/book/"
    shown = browser.get("/minside/book/").content.decode()
    assert "Du booker for <b>Jens Holm</b>" in shown
    assert "Du er logget ind som" not in shown
    summons = book(browser, scene)
    assert (summons.origin, summons.sent_by) == (Origin.OWN, scene.world.bo)
    with scene.acting():
        assert Access.objects.filter(citizen_id=scene.jens.pk, user=scene.world.bo).count() == 2
    assert browser.post("/minside/sign-out/")["Location"] == f"/citizens/{scene.jens.pk}/"
    assert browser.get("/minside/appointments/")["Location"].startswith("/minside/sign-in/")


@pytest.mark.requirement("CIT-01", "SEC-01")
def test_the_session_of_staff_ends_with_their_own(scene: Scene) -> None:
    browser = signed_in(scene.world.bo)
    browser.post(f"/citizens/{scene.jens.pk}/book/")
    browser.post("/sign-out/")
    assert browser.get("/minside/appointments/")["Location"].startswith("/minside/sign-in/")
    carla = signed_in(make_skovby()[1])
    assert carla.post(f"/citizens/{scene.jens.pk}/book/").status_code == 404


@pytest.mark.requirement("SYNC-18")
def test_it_is_closed_where_no_setting_opens_it(scene: Scene, settings: Settings) -> None:
    settings.MINSIDE_TEST_SIGN_IN = False
    client = Client()
    assert "Min side er ikke åben endnu" in words(client.get("/minside/sign-in/"))
    assert "Min side er ikke åben endnu" in words(client.post("/minside/sign-in/", {"cpr": CPR}))
    assert client.get("/minside/appointments/")["Location"] == "/minside/sign-in/"


@pytest.mark.requirement("SYNC-18")
@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "Skriv dit CPR-nummer."), ("12", "Skriv de ti cifre"), ("0101901111", "Vi kender ikke det nummer.")],
)
def test_a_number_that_cannot_come_in_is_told_why(scene: Scene, typed: str, told: str) -> None:
    answer = Client().post("/minside/sign-in/", {"cpr": typed})
    assert answer.status_code == 422
    assert told in words(answer)
