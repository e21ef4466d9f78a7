"""The course's exercise (slide 86): an empty job centre is set up by the pages alone, and then calls its first list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from planner.dfdg.messages import Employee, PersonFacts
from planner.dfdg.wire import Field
from tests.browsing import redrawn
from tests.factories import make_cpr
from tests.journeys.conftest import RunningPlanner, sign_in
from tests.journeys.test_summon_a_list import PATIENCE, send, wait_until_sent

pytestmark = pytest.mark.journey

NAME, CODE = "Jobcenter Vestby", "10601"
TEAM, ROOM, VARIANT, TEMPLATE = "Dagpenge", "Mølleværelset", "Under 30 år", "Jobsamtale, under 30"
ADMINISTRATOR = "vera"
TITLE = "Jobsamtale om din vej til arbejde"
DURATION, REPORTING = timedelta(minutes=45), timedelta(minutes=15)
BEGINS, ENDS, FRIDAY_ENDS = time(9), time(15), time(12)
PAUSES = ((time(10, 30), time(10, 45)), (time(12), time(12, 30)))
AUTOMATIC = timedelta(minutes=(360 - 45) * 80 // 100 // 2)
"""Six hours without the pauses, 80 % of them for conversations, half of those for Planner to place."""
COUNSELLORS = ("Alma Østby", "Bertil Kronborg", "Cilla Vang")


@dataclass(frozen=True)
class Call:
    """A summons as DFDG holds it."""

    cpr: str
    start: datetime
    counsellor: str
    body: dict[str, Any]

    @property
    def end(self) -> datetime:
        return self.start + DURATION


def first_monday() -> date:
    """Far enough ahead for any notice, and not in the days around Christmas and New Year."""
    monday = timezone.localdate() + timedelta(days=28)
    monday += timedelta(days=-monday.weekday() % 7)
    while (monday.month, monday.day) > (12, 8) or (monday.month, monday.day) < (1, 3):
        monday += timedelta(days=7)
    return monday


def deadlines() -> dict[str, date]:
    """Twenty citizens: the first ten are due on the first Friday, the others a week later."""
    friday = first_monday() + timedelta(days=4)
    return {make_cpr(number): friday + timedelta(days=7 * (number >= 10)) for number in range(20)}


def make_known_to_dfdg(planner: RunningPlanner) -> None:
    """The town's employees, one of them without a certificate, and its citizens."""
    for name in (*COUNSELLORS, "Dagny Uden"):
        given, family = name.split()
        planner.add_employee(
            Employee(
                identifier=f"RID:{given.lower()}",
                id_kind="RID",
                given_name=given,
                family_name=family,
                email=f"{given.lower()}@vestby.example",
                jobcentre_code=CODE,
                has_certificate=family != "Uden",
            )
        )
    for number, cpr in enumerate(deadlines()):
        planner.add_person(
            PersonFacts(
                cpr=cpr,
                given_name="Borger",
                family_name=f"Nummer{number:02}",
                address="Engvej 7",
                postal_code="7400",
                city="Herning",
                cpr_status_name="Aktiv",
                jobcentre_code=CODE,
            )
        )


def found_job_centre(planner: RunningPlanner) -> str:
    """By the operator's command; the administrator's password."""
    told = planner.manage(
        *("jobcentre", NAME, CODE, "--administrator", ADMINISTRATOR, "--administrator-name", "Vera Lund")
    )
    return told.strip().rpartition(": ")[2]


def box(page: Page, label: str) -> Locator:
    """The field whose label begins so; a mandatory one says that after it."""
    return page.get_by_role("main").get_by_label(re.compile(f"^{re.escape(label)}")).first


def save(page: Page, receipt: str) -> None:
    page.get_by_role("button", name="Gem", exact=True).click()
    expect(page.get_by_text(receipt)).to_be_visible()


def step(page: Page, planner: RunningPlanner, name: str, button: str) -> None:
    """From the four steps to the page of one, and to its empty form."""
    page.goto(f"{planner.url}/administration/")
    page.locator(".pl-setup").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name=button).first.click()


def set_up_team(page: Page, planner: RunningPlanner) -> None:
    step(page, planner, "Teams", "Opret nyt team")
    box(page, "Navn").fill(TEAM)
    box(page, "Adresse").fill("Kirkegade 1")
    box(page, "Postnr.").fill("7400")
    expect(page.locator("#id_city")).to_have_value("Herning")
    box(page, "Telefon for borgere").fill("70101016")
    save(page, f"Teamet «{TEAM}» er oprettet.")


def find(page: Page, planner: RunningPlanner, name: str) -> None:
    step(page, planner, "Vejledere", "Opret vejleder")
    box(page, "Navn").fill(name)
    page.get_by_role("button", name="Hent data").click()


def set_up_counsellors(page: Page, planner: RunningPlanner) -> None:
    find(page, planner, "Dagny")
    expect(page.get_by_role("row", name="Dagny Uden")).to_contain_text("medarbejdercertifikat")
    expect(page.get_by_role("button", name="Åbn medarbejderkort")).to_have_count(0)
    for place, name in enumerate(COUNSELLORS):
        find(page, planner, name)
        page.get_by_role("button", name=re.compile(f"Åbn medarbejderkort.*{name}")).click()
        fill_card(page, initials="".join(word[0] for word in name.split()), like=COUNSELLORS[0] if place else "")
        save(page, f"{name} er gemt.")


def fill_card(page: Page, *, initials: str, like: str) -> None:
    """Contact, team, hours copied from Monday with a shorter Friday, shares, pauses by hand or from a colleague."""
    box(page, "Initialer").fill(initials)
    page.get_by_label("Kan tilknyttes indkaldelser").check()
    page.get_by_role("link", name="Team", exact=True).click()
    page.get_by_label(TEAM, exact=True).check()
    page.get_by_role("link", name="Arbejdstid", exact=True).click()
    type_times(page, "Mandag", BEGINS, ENDS)
    page.get_by_role("button", name="mandags tider til tirsdag-fredag").click()
    expect(page.get_by_label("Fredag, til")).to_have_value("15.00")
    page.get_by_label("Fredag, til").fill(f"{FRIDAY_ENDS:%H.%M}")
    page.get_by_label("Maksimal samtaletid (andel af rådighedstid)").fill("80")
    page.get_by_label("Andel af samtaletid der kan bookes ved automatisk booking").fill("50")
    page.get_by_role("link", name="Pauser", exact=True).click()
    if like:
        page.get_by_role("combobox", name="Kopier fra vejleder").fill(like)
        page.get_by_role("option", name=like).click()
        page.get_by_role("button", name="Kopier pauser", exact=True).click()
    else:
        for number, pause in enumerate(PAUSES, start=1):
            page.get_by_role("button", name="Tilføj pause").click()
            type_times(page, f"Mandag, pause {number}", *pause)
        page.get_by_role("button", name="kopier pauserne fra mandag til alle dage").click()
    expect(page.get_by_label("Fredag, pause 2, til")).to_have_value("12.30")


def type_times(page: Page, label: str, start: time, end: time) -> None:
    page.get_by_label(f"{label}, fra").fill(f"{start:%H.%M}")
    page.get_by_label(f"{label}, til").fill(f"{end:%H.%M}")


def set_up_room(page: Page, planner: RunningPlanner) -> None:
    step(page, planner, "Mødelokaler", "Opret nyt lokale")
    box(page, "Navn").fill(ROOM)
    box(page, "Maks. kapacitet").fill("4")
    box(page, "Adresse").fill("Møllegade 3")
    box(page, "Postnr.").fill("7400")
    expect(page.locator("#id_city")).to_have_value("Herning")
    page.get_by_role("link", name="Team", exact=True).click()
    page.get_by_label(TEAM, exact=True).check()
    save(page, f"Mødelokalet «{ROOM}» er gemt.")


def set_up_variant(page: Page, planner: RunningPlanner) -> None:
    step(page, planner, "Samtaletypevarianter", "Opret ny variant")
    box(page, "Navn på samtaletypevariant").fill(VARIANT)
    page.get_by_label("Jobsamtale", exact=True).check()
    page.get_by_role("link", name="Tilknyttede teams").click()
    page.get_by_label(TEAM, exact=True).check()
    save(page, f"Samtaletypevarianten «{VARIANT}» er gemt.")


def menu(page: Page, planner: RunningPlanner, name: str, button: str) -> None:
    """A page of the left menu, and its empty form."""
    page.goto(f"{planner.url}/administration/users/")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name=button).first.click()


def set_up_closing_day(page: Page, planner: RunningPlanner) -> None:
    menu(page, planner, "Lokale lukkedage", "Opret lukkedag")
    box(page, "Navn").fill("Fælles mødedag")
    page.locator("#id_first_on").fill(f"{first_monday():%d.%m.%Y}")
    save(page, "Lukkedagen er oprettet.")


def drawn_anew(page: Page, label: str, choice: str) -> None:
    """Choose by the last words of an option; what follows from it is drawn again."""
    field = box(page, label)
    option = field.locator("option").filter(has_text=re.compile(rf"{choice}$")).first
    with redrawn(page):
        field.select_option(value=option.get_attribute("value"))


def set_up_template(page: Page, planner: RunningPlanner) -> None:
    menu(page, planner, "Indkaldelsesskabeloner", "Opret ny skabelon")
    box(page, "Navn").fill(TEMPLATE)
    drawn_anew(page, "Samtaletype", "^Jobsamtale")
    drawn_anew(page, "Mødeform", "Individuelt møde")
    drawn_anew(page, "Afholdelsesform", "Personligt fremmøde")
    drawn_anew(page, "Team", TEAM)
    page.get_by_label("Samtaletypevariant").select_option(label=VARIANT)
    page.get_by_label("Mødelokale").select_option(label=f"{ROOM} (4)")
    box(page, "Titel").fill(TITLE)
    box(page, "Beskrivelse").fill("Vi taler om, hvilke job du søger.")
    box(page, "Varighed").fill("45")
    box(page, "Afrapportering").fill("15")
    save(page, f"Skabelonen «{TEMPLATE}» er gemt.")


def let_carina_in(page: Page, planner: RunningPlanner) -> None:
    menu(page, planner, "Brugere", "Tilføj bruger")
    box(page, "Brugernavn").fill("carina")
    page.get_by_label("Sagsbehandler", exact=True).check()
    page.get_by_role("button", name="Tilføj", exact=True).click()
    expect(page.get_by_role("row", name="Carina")).to_contain_text("Sagsbehandler")


def call_the_list(page: Page, planner: RunningPlanner) -> None:
    """Carina, who works in two places, with a pasted list and the template."""
    sign_in(page, planner, "carina", planner.passwords["carina"])
    page.get_by_role("button", name=NAME).click()
    page.get_by_role("link", name="Indkald borgere", exact=True).first.click()
    with redrawn(page):
        page.get_by_label("Skabelon").select_option(label=TEMPLATE)
    expect(page.get_by_label("Titel")).to_have_value(TITLE)
    page.locator("#id_earliest_on").fill(f"{first_monday():%d.%m.%Y}")
    page.get_by_role("button", name="Videre til trin 2").click()
    rows = (f"{cpr}\t{due:%d.%m.%Y}" for cpr, due in deadlines().items())
    page.locator("#id_table").fill("\n".join(("Personnr.\tFalduge jobsamtale", *rows)))
    page.get_by_role("button", name="Generer tabel").click()
    expect(page.get_by_text(re.compile("20 af 20 valgt"))).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Videre til trin 3 (20)").click()
    expect(page.get_by_role("button", name=re.compile("Indkald nu"))).to_be_visible(timeout=PATIENCE)
    assert send(page) == 20
    wait_until_sent(planner, page, 20)


def calls(planner: RunningPlanner) -> list[Call]:
    """What DFDG holds, in the order of time."""
    found = []
    for one in planner.sent():
        body = one["body"]
        start = timezone.localtime(datetime.fromisoformat(body[Field.STARTS_AT]))
        assert datetime.fromisoformat(body[Field.ENDS_AT]) == start + DURATION
        employee = body[Field.EMPLOYEE]
        found.append(Call(one["cpr"], start, f"{employee[Field.GIVEN_NAME]} {employee[Field.FAMILY_NAME]}", body))
    return sorted(found, key=lambda call: call.start)


def assert_times_respected(found: list[Call]) -> None:
    """Hours, pauses, closing day, deadline; the room for one conversation at a time; the share of each day."""
    due = deadlines()
    assert {call.cpr for call in found} == set(due)
    for call in found:
        starts, taken_to = call.start.time(), (call.end + REPORTING).time()
        assert first_monday() < call.start.date() <= due[call.cpr]
        assert starts >= BEGINS
        assert taken_to <= (FRIDAY_ENDS if call.start.weekday() == 4 else ENDS)
        assert all(taken_to <= begins or starts >= ends for begins, ends in PAUSES)
    assert all(earlier.end <= later.start for earlier, later in pairwise(found))
    counted = Counter((call.counsellor, call.start.date()) for call in found)
    assert {name for name, _day in counted} <= set(COUNSELLORS)
    assert max(counted.values()) == AUTOMATIC // DURATION == 2


def assert_words_respected(found: list[Call]) -> None:
    """The template's title, the room and its address, the team's telephone."""
    for call in found:
        place = call.body[Field.PLACE]
        assert call.body[Field.TITLE] == TITLE
        assert (place[Field.PLACE_DESCRIPTION], place[Field.STREET], place[Field.HOUSE_NUMBER]) == (
            ROOM,
            "Møllegade",
            "3",
        )
        assert call.body[Field.CONTACT][Field.CONTACT_PHONE] == "70101016"


def assert_calendar_respected(page: Page, planner: RunningPlanner, found: list[Call]) -> None:
    """The room's calendar holds all twenty, each of the variant, and the closing day none."""
    opened = set(appointments(page, planner))
    assert len(opened) == len(found)
    for address in opened:
        shown = " ".join(page.request.get(f"{planner.url}{address}").text().split())
        assert f"Jobsamtale, {VARIANT}" in shown
        assert f"<dd>{TEAM}</dd>" in shown


def appointments(page: Page, planner: RunningPlanner) -> Iterator[str]:
    """Where each leads in the two weeks of the three counsellors' calendars."""
    page.goto(f"{planner.url}/calendar/")
    for week in (0, 7):
        page.goto(f"{planner.url}/calendar/?view=week&on={first_monday() + timedelta(days=week)}")
        if not week:
            expect(page.get_by_text("Fælles mødedag").first).to_be_visible()
        for link in page.locator("main a[href*='/appointments/']").all():
            yield str(link.get_attribute("href")).partition("?")[0]


@pytest.mark.requirement(
    *("TEAM-02", "TEAM-04", "TEAM-07", "COUN-02", "COUN-05", "COUN-06", "COUN-07", "COUN-08", "COUN-09", "COUN-10"),
    *("ROOM-02", "ROOM-03", "ROOM-04", "VARI-01", "VARI-03", "CLOS-01", "TMPL-01", "TMPL-03", "APP-13", "SYNC-14"),
    *("TIME-03", "TIME-05", "TIME-06", "TIME-07"),
)
def test_an_empty_job_centre_is_set_up_and_calls_twenty_citizens(page: Page, planner: RunningPlanner) -> None:
    make_known_to_dfdg(planner)
    sign_in(page, planner, ADMINISTRATOR, found_job_centre(planner))
    page.goto(f"{planner.url}/administration/")
    expect(page.get_by_role("heading", name="Kom i gang")).to_be_visible()
    set_up_team(page, planner)
    set_up_counsellors(page, planner)
    set_up_room(page, planner)
    set_up_variant(page, planner)
    page.goto(f"{planner.url}/administration/")
    expect(page.get_by_role("heading", name="Vejledere", level=1)).to_be_visible()
    set_up_closing_day(page, planner)
    set_up_template(page, planner)
    let_carina_in(page, planner)
    page.context.clear_cookies()
    planner.forget()
    call_the_list(page, planner)
    found = calls(planner)
    assert_times_respected(found)
    assert_words_respected(found)
    assert_calendar_respected(page, planner, found)
