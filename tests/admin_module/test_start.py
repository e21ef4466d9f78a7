"""The administration's first page: the four steps, until all is there (APP-13, slide 44)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django import Settings as ProjectSettings

from admin_module.models import ConversationType, ConversationVariant, Counsellor, Room, Team, WorkingHours
from admin_module.queries.setup import setup
from admin_module.services import connection
from planner.accounts.models import Jobcentre, Membership, Settings, User
from planner.accounts.roles import Role
from planner.accounts.tenancy import acting_for
from planner.ui import navigation
from tests import factories
from tests.conftest import signed_in
from tests.dfdg.simulator import RunningSimulator, simulator  # noqa: F401
from tests.factories import World, make_counsellor, make_jobcentre, make_user

START = "/administration/"

pytestmark = pytest.mark.requirement("APP-13")


def words(client: Client, path: str = START) -> str:
    return " ".join(client.get(path, follow=True).content.decode().split())


def complete(nord: World) -> None:
    ConversationVariant.objects.create(jobcentre=nord.jobcentre, name="Unge")


def test_the_four_steps_stand_in_their_order_with_what_is_there(as_ada: Client, nord: World) -> None:
    page = words(as_ada)
    titles = [step.title for step in as_ada.get(START).context["steps"]]
    assert titles == [
        "Oprettelse af team",
        "Oprettelse af vejledere",
        "Oprettelse af mødelokale",
        "Oprettelse af samtaletypevariant",
    ]
    for there in ("1 team<", "2 vejledere<", "2 mødelokaler<", "2 vejledere kan tilknyttes indkaldelser"):
        assert there in page
    assert "0 varianter" not in page


def test_it_disappears_when_all_is_there_and_leads_to_the_counsellors(as_ada: Client, nord: World) -> None:
    complete(nord)
    answer = as_ada.get(START)
    assert answer.status_code == 302
    assert answer["Location"].startswith(START)
    assert answer["Location"] != START


@pytest.mark.requirement("COUN-06")
def test_it_says_what_is_missing_before_anybody_can_be_summoned(as_ada: Client, nord: World) -> None:
    complete(nord)
    WorkingHours.objects.filter(schedule__counsellor=nord.birk).delete()
    assert as_ada.get(START).status_code == 302
    assert setup().without_hours == ("Birk Bisgaard",)
    WorkingHours.objects.all().delete()
    Settings.objects.update(contact_phone="", contact_email="")
    ConversationType.objects.update(expired_at=factories.NOW)
    page = words(as_ada)
    for missing in (
        "Ingen vejleder har arbejdstid, så der er ingen ledige tider.",
        "Uden arbejdstid: Anna Agger, Birk Bisgaard.",
        "Borgerne kan ikke se, hvor de skal ringe eller skrive hen.",
        "Samtaletyperne er ikke hentet fra DFDG endnu.",
    ):
        assert missing in page
    Counsellor.objects.update(can_be_summoned=False)
    assert "Ingen vejleder kan tilknyttes indkaldelser." in words(as_ada)


def test_a_teams_own_contact_is_enough(nord: World) -> None:
    Settings.objects.update(contact_phone="", contact_email="")
    assert not setup().has_contact
    Team.objects.filter(pk=nord.team.pk).update(contact_email="nord@nordby.dk")
    assert setup().has_contact


@pytest.mark.requirement("APP-15")
def test_what_is_retired_does_not_count(nord: World) -> None:
    complete(nord)
    assert setup().is_complete
    for model in (ConversationVariant, Room, Counsellor):
        model.objects.update(retired_at=factories.NOW)
        assert not setup().is_complete
    found = setup()
    assert (found.variants, found.rooms, found.counsellors) == (0, 0, 0)


@pytest.fixture
def empty(db: None) -> Iterator[tuple[Jobcentre, User]]:
    """A job centre as the command leaves it, and its administrator."""
    ConversationType.objects.all().delete()
    jobcentre = make_jobcentre("Jobcenter Vestby", "10600")
    ada = make_user(jobcentre, "ada", Role.ADMINISTRATOR, name="Ada Krog")
    with acting_for(jobcentre.pk, source="test"):
        yield jobcentre, ada


def test_an_empty_job_centre_begins_with_nothing_done(empty: tuple[Jobcentre, User]) -> None:
    found = setup()
    assert (found.teams, found.counsellors, found.rooms, found.variants, found.types) == (0, 0, 0, 0, 0)
    page = words(signed_in(empty[1]))
    assert "Kom i gang" in page
    assert "Hent nu" in page
    assert "is-done" not in page


@pytest.mark.requirement("SYNC-12")
def test_the_national_lists_can_be_fetched_at_once(
    empty: tuple[Jobcentre, User],
    simulator: RunningSimulator,  # noqa: F811
    settings: ProjectSettings,
) -> None:
    settings.DFDG_URL = simulator.url
    page = signed_in(empty[1]).post(f"{START}reference/", follow=True).content.decode()
    connection.client().close()
    connection._client.cache_clear()
    assert "Samtaletyper og de øvrige nationale lister er hentet." in page
    assert "Samtaletyperne er hentet fra DFDG" in page
    assert ConversationType.objects.get(code=7).name == "Jobsamtale"


@pytest.mark.requirement("SYNC-12")
def test_a_silent_dfdg_is_told_and_nothing_is_changed(empty: tuple[Jobcentre, User], settings: ProjectSettings) -> None:
    settings.DFDG_URL = "http://127.0.0.1:9"
    answer = signed_in(empty[1]).post(f"{START}reference/")
    assert answer.status_code == 422
    assert "Der er ingen forbindelse til DFDG." in answer.content.decode()
    assert not ConversationType.objects.exists()


@pytest.mark.requirement("SEC-02")
def test_who_may_not_change_it_is_led_to_what_they_may_see(as_bo: Client, as_anna: Client, nord: World) -> None:
    assert as_bo.get(START).status_code == 302
    assert as_anna.get(START).status_code == 403
    auditor = signed_in(make_user(nord.jobcentre, "rie", Role.AUDITOR))
    assert auditor.get(START)["Location"] == "/case-systems/"
    assert as_bo.post(f"{START}reference/").status_code == 403


def menu(page: str) -> dict[str, bool]:
    """The addresses of the menu at the left, and whether each is marked as the one shown."""
    start = page.index('<nav class="pl-side"')
    links = re.findall(r'<a href="([^"]+)"( aria-current="page")?>', page[start : page.index("</nav>", start)])
    return {address: bool(marked) for address, marked in links}


PAGES = [tab.url_name for section in navigation.SECTIONS for tab in section.tabs if navigation.address(tab.url_name)]


@pytest.mark.requirement("APP-02")
@pytest.mark.parametrize("name", PAGES)
def test_the_menu_marks_the_page_that_is_shown(nord: World, name: str) -> None:
    everybody = make_user(nord.jobcentre, "alle", Role.ADMINISTRATOR, Role.AUDITOR)
    shown = menu(words(signed_in(everybody), navigation.address(name)))
    assert [address for address, marked in shown.items() if marked] == [navigation.address(name)]
    assert set(shown) == {navigation.address(page) for page in PAGES}


@pytest.mark.requirement("APP-02")
def test_pages_below_one_mark_it_too_and_keep_the_menu_without_javascript(as_ada: Client, nord: World) -> None:
    bo = Membership.objects.get(user=nord.bo).pk
    for path in ("closing-days/new/", "users/new/", f"users/{bo}/", f"users/{bo}/remove/"):
        marked = [address for address, is_current in menu(words(as_ada, START + path)).items() if is_current]
        assert marked == [f"{START}{path.split('/')[0]}/"], path


@pytest.mark.requirement("SEC-02")
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CASEWORKER, Role.AUDITOR])
def test_the_menu_holds_what_a_role_may_open_and_nothing_else(nord: World, role: Role) -> None:
    client = signed_in(make_user(nord.jobcentre, "rie", role))
    answers = {address: client.get(address) for address in map(navigation.address, PAGES)}
    opened = {address for address, answer in answers.items() if answer.status_code == 200}
    assert {answer.status_code for answer in answers.values()} <= {200, 403}
    for address in opened:
        assert set(menu(answers[address].content.decode())) == opened


@pytest.mark.requirement("SPEED-12")
def test_the_number_of_statements_does_not_grow(
    as_ada: Client, nord: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(30) as two:
        as_ada.get(START)
    make_counsellor(nord.team, "Cilla Carlsen", hours=None)
    make_counsellor(nord.team, "Dan Dal")
    with django_assert_max_num_queries(len(two)):
        as_ada.get(START)
