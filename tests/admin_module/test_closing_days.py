"""«Lokale lukkedage»: a year at a time, with the public holidays beside it (CLOS-01)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from admin_module.models import ClosingDay, Team
from booking.queries.facts import closures
from planner.accounts.models import Settings
from planner.audit.models import Change
from tests.factories import NOW, World, make_appointment, make_team

LIST = "/administration/closing-days/"
NEW = f"{LIST}new/"
FRIDAY = date(2026, 12, 4)

pytestmark = pytest.mark.requirement("CLOS-01")


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def posted(*teams: Team, **values: object) -> dict[str, object]:
    return (
        {"name": "Fælles mødedag", "first_on": "4.12.2026", "last_on": ""}
        | values
        | {"teams": [team.pk for team in teams]}
    )


def root() -> Team:
    found: Team = Team.objects.get(parent=None)
    return found


def made(nord: World, name: str = "Fælles mødedag", *teams: Team, on: date = FRIDAY) -> ClosingDay:
    closing_day = ClosingDay.objects.create(jobcentre=nord.jobcentre, name=name, first_on=on, last_on=on)
    closing_day.teams.set(teams, through_defaults={"jobcentre_id": nord.jobcentre.pk})
    return closing_day


def text(client: Client, path: str = LIST) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_a_day_for_everybody_is_made_and_closes_every_team(as_ada: Client, nord: World) -> None:
    answer = as_ada.post(NEW, posted(root()), follow=True)
    closing_day = ClosingDay.objects.get()
    assert (closing_day.first_on, closing_day.last_on, closing_day.teams.count()) == (FRIDAY, FRIDAY, 0)
    assert "Lukkedagen er oprettet." in answer.content.decode()
    assert "Alle teams" in answer.content.decode()
    later = make_team(nord.jobcentre, "Kommer senere")
    settings = Settings.objects.get()
    for team in (nord.team, later):
        closed = closures(settings=settings, team_id=team.pk, first=FRIDAY, last=FRIDAY)
        assert closed.closing_days == {FRIDAY.toordinal()}


def test_ticking_a_team_ticks_those_below_it_also_without_javascript(as_ada: Client, nord: World) -> None:
    below = make_team(nord.jobcentre, "Under Nord", parent=nord.team)
    beside = make_team(nord.jobcentre, "Syd")
    as_ada.post(NEW, posted(nord.team))
    assert set(ClosingDay.objects.get().teams.all()) == {nord.team, below}
    page = text(as_ada)
    assert "Nord, Under Nord" in page
    assert {row.name for row in as_ada.get(f"{LIST}?team={below.pk}").context["page"].rows} == {"Fælles mødedag"}
    assert as_ada.get(f"{LIST}?team={beside.pk}").context["page"].rows == []


def test_many_teams_are_told_by_the_first_four(as_ada: Client, nord: World) -> None:
    made(nord, "Kursus", *(make_team(nord.jobcentre, f"Team {number}") for number in range(1, 7)))
    assert "<td>Team 1, Team 2, Team 3, Team 4 og 2 til</td>" in text(as_ada)


def test_a_range_is_changed_and_the_audit_has_before_and_after(as_ada: Client, nord: World) -> None:
    closing_day = made(nord)
    page = text(as_ada, f"{LIST}{closing_day.pk}/")
    assert 'value="fre. 4. dec. 2026"' in page
    as_ada.post(f"{LIST}{closing_day.pk}/", posted(root(), name="Juleferie", last_on="8.12.2026", version=1))
    closing_day.refresh_from_db()
    assert (closing_day.name, closing_day.last_on, closing_day.version) == ("Juleferie", date(2026, 12, 8), 2)
    change = Change.objects.filter(table="admin_module_closingday").latest("pk")
    assert change.before
    assert change.after
    assert (change.before["name"], change.after["name"], change.actor) == ("Fælles mødedag", "Juleferie", nord.ada.pk)
    assert "4.–8. dec." in text(as_ada)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Dette felt er påkrævet."),
        ({"first_on": "i morgen"}, "Skriv en dato, for eksempel 1.12.2026."),
        ({"last_on": "3.12.2026"}, "Den sidste dag kan ikke ligge før den første."),
    ],
)
@pytest.mark.requirement("APP-07")
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    as_ada: Client, nord: World, wrong: dict[str, str], sentence: str
) -> None:
    answer = as_ada.post(NEW, posted(nord.team, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert f'value="{nord.team.pk}" data-path="{root().pk} {nord.team.pk}" checked' in page
    assert not ClosingDay.objects.exists()


def test_at_least_one_team_is_ticked(as_ada: Client, nord: World) -> None:
    answer = as_ada.post(NEW, posted())
    assert answer.status_code == 422
    assert "Sæt kryds ved mindst ét team." in answer.content.decode()


@pytest.mark.requirement("GUARD-02")
def test_a_team_of_another_job_centre_cannot_be_ticked(as_ada: Client, nord: World) -> None:
    answer = as_ada.post(NEW, {**posted(nord.team), "teams": [nord.team.pk, 10**9]})
    assert answer.status_code == 422
    assert not ClosingDay.objects.exists()


@pytest.mark.requirement("APP-15")
def test_the_later_of_two_is_told_sees_both_and_may_save_again(as_ada: Client, nord: World) -> None:
    closing_day = made(nord)
    path = f"{LIST}{closing_day.pk}/"
    as_ada.post(path, posted(root(), name="Adas navn", version=1))
    late = as_ada.post(path, posted(nord.team, name="Mit navn", version=1))
    page = late.content.decode()
    assert late.status_code == 422
    assert "Ada Krog har gemt i mellemtiden." in page
    assert next((one.label, one.saved, one.typed) for one in late.context["form"].differences) == (
        "Navn",
        "Adas navn",
        "Mit navn",
    )
    assert 'name="version" value="2"' in page
    closing_day.refresh_from_db()
    assert closing_day.name == "Adas navn"
    as_ada.post(path, posted(nord.team, name="Mit navn", version=2))
    closing_day.refresh_from_db()
    assert (closing_day.name, closing_day.version, closing_day.teams.get()) == ("Mit navn", 3, nord.team)


@pytest.mark.requirement("APP-08")
def test_deleting_asks_first_and_says_what_is_lost(as_ada: Client, nord: World) -> None:
    closing_day = made(nord)
    path = f"{LIST}{closing_day.pk}/delete/"
    page = text(as_ada, path)
    assert "«Fælles mødedag» slettes. Der kan igen indkaldes og bookes på de dage." in page
    assert "1 lukket dag: 4. dec. 2026" in page
    assert ClosingDay.objects.exists()
    assert "Lukkedagen er slettet." in as_ada.post(path, follow=True).content.decode()
    assert not ClosingDay.objects.exists()


@pytest.mark.requirement("SET-01")
def test_the_public_holidays_of_the_year_stand_beside(as_ada: Client, nord: World) -> None:
    page = text(as_ada)
    assert "Helligdage 2026" in page
    assert "<dt>fre. 25. dec.</dt><dd>Juledag</dd>" in page
    assert "<dt>tor. 24. dec.</dt><dd>Lukket efter indstilling</dd>" in page
    assert "1. maj</dt>" not in page
    assert "<dt>tor. 6. maj</dt><dd>Kristi himmelfartsdag</dd>" in text(as_ada, f"{LIST}?year=2027")


def test_one_year_is_shown_and_a_range_over_new_year_stands_in_both(as_ada: Client, nord: World) -> None:
    closing_day = made(nord, "Jul")
    ClosingDay.objects.filter(pk=closing_day.pk).update(last_on=date(2027, 1, 4))
    shown = {year: len(as_ada.get(f"{LIST}?year={year}").context["page"].rows) for year in (2025, 2026, 2027, 2028)}
    assert shown == {2025: 0, 2026: 1, 2027: 1, 2028: 0}
    assert "Ingen lokale lukkedage i 2028." in text(as_ada, f"{LIST}?year=2028")
    for odd in ("0000", "abc", "99999", ""):
        assert as_ada.get(f"{LIST}?year={odd}").status_code == 200


@pytest.mark.requirement("APP-10")
def test_it_is_sorted_and_searched_and_keeps_the_year(as_ada: Client, nord: World) -> None:
    made(nord, "B-dag", on=date(2027, 2, 1))
    made(nord, "A-dag", on=date(2027, 3, 1))
    names = {
        query: [row.name for row in as_ada.get(f"{LIST}?year=2027{query}").context["page"].rows]
        for query in ("", "&sort=name", "&q=b-d")
    }
    assert names == {"": ["B-dag", "A-dag"], "&sort=name": ["A-dag", "B-dag"], "&q=b-d": ["B-dag"]}
    assert "?year=2027&amp;sort=name" in text(as_ada, f"{LIST}?year=2027")


@pytest.mark.requirement("SEC-02")
def test_a_caseworker_sees_it_and_cannot_change_it(as_bo: Client, nord: World) -> None:
    closing_day = made(nord)
    page = text(as_bo)
    assert "Fælles mødedag" in page
    assert "Opret lukkedag" not in page
    assert f"{LIST}{closing_day.pk}/" not in page
    for path in (NEW, f"{LIST}{closing_day.pk}/", f"{LIST}{closing_day.pk}/delete/"):
        assert (as_bo.get(path).status_code, as_bo.post(path, posted(root())).status_code) == (403, 403)


@pytest.mark.requirement("SEC-01")
def test_another_job_centre_sees_nothing_of_it(as_carla: Client, nord: World) -> None:
    made(nord)
    assert as_carla.get(LIST).context["page"].rows == []


@pytest.mark.requirement("SPEED-12")
def test_the_number_of_statements_does_not_grow_with_the_rows(
    as_ada: Client, nord: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    made(nord, "En", nord.team)
    with django_assert_max_num_queries(30) as one:
        as_ada.get(LIST)
    made(nord, "To", nord.team, root())
    made(nord, "Tre")
    with django_assert_max_num_queries(len(one)):
        as_ada.get(LIST)


@pytest.mark.requirement("CLOS-02")
def test_a_closing_day_that_hits_appointments_leads_to_the_list_of_them(as_ada: Client, nord: World) -> None:
    make_appointment(nord.anna, nord.team, day=FRIDAY)
    answer = as_ada.post(NEW, posted(root()))
    closing = ClosingDay.objects.get()
    assert answer["Location"] == f"/affected/?closing_day={closing.pk}"
    page = as_ada.get(answer["Location"]).content.decode()
    assert "1 aftale er ramt." in page
    assert "Der er lukket den dag" in page
