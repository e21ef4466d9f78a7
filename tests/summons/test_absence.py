"""«Meld vejleder fraværende»: reported, listed, changed and removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from admin_module.models import Absence
from booking.models import Origin, Summons
from planner.accounts.roles import Role
from tests.booking.stories import sent
from tests.conftest import signed_in
from tests.factories import MONDAY, NOW, World, at, make_appointment, make_user

NEW = "/absences/new/"


@pytest.fixture(autouse=True)
def a_week_before() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def typed(world: World, **changed: object) -> dict[str, object]:
    return {"counsellor": world.anna.pk, "first_on": "30.11.2026", "kind": "illness"} | changed


def absence(world: World, kind: str = "illness") -> Absence:
    return Absence.objects.create(
        jobcentre=world.jobcentre,
        counsellor=world.anna,
        kind=kind,
        start_at=at(MONDAY, "00:00"),
        end_at=at(date(2026, 12, 1), "00:00"),
    )


@pytest.mark.requirement("ABS-01")
def test_the_calendar_fills_it_in(as_bo: Client, nord: World) -> None:
    answer = as_bo.get(f"{NEW}?counsellor={nord.anna.pk}&day=2026-12-01&from=09:00&to=11:30")
    form = answer.context["form"]
    assert form["counsellor"].value() == nord.anna.pk
    assert [form[name].value() for name in ("first_on", "last_on")] == [date(2026, 12, 1)] * 2
    assert [form[name].value() for name in ("start", "end")] == [time(9), time(11, 30)]
    assert Absence.objects.count() == 0


@pytest.mark.requirement("ABS-01")
@pytest.mark.parametrize(
    ("changed", "start", "end"),
    [
        ({}, at(MONDAY, "00:00"), at(date(2026, 12, 1), "00:00")),
        ({"last_on": "4.12.2026"}, at(MONDAY, "00:00"), at(date(2026, 12, 5), "00:00")),
        ({"start": "9.30", "end": "12"}, at(MONDAY, "09:30"), at(MONDAY, "12:00")),
        ({"start": "13", "last_on": "2.12"}, at(MONDAY, "13:00"), at(date(2026, 12, 3), "00:00")),
    ],
)
def test_days_or_times(as_bo: Client, nord: World, changed: dict[str, str], start: object, end: object) -> None:
    answer = as_bo.post(NEW, typed(nord, **changed))
    kept = Absence.objects.get()
    assert (kept.start_at, kept.end_at, kept.kind) == (start, end, "illness")
    assert answer["Location"] == f"/absences/?counsellor={nord.anna.pk}"
    assert "Ingen aftaler er ramt" in as_bo.get(answer["Location"]).content.decode()


@pytest.mark.requirement("ABS-03", "APP-14")
def test_what_is_hit_is_settled_next_and_the_report_can_be_undone(as_bo: Client, nord: World) -> None:
    sent(nord)
    answer = as_bo.post(NEW, typed(nord))
    kept = Absence.objects.get()
    assert answer["Location"] == f"/affected/?absence={kept.pk}"
    page = as_bo.get(answer["Location"]).content.decode()
    assert "1 aftale er ramt." in page
    assert f'action="/absences/{kept.pk}/remove/"' in page
    as_bo.post(f"/absences/{kept.pk}/remove/")
    assert (Absence.objects.count(), Summons.objects.get().status) == (0, "sent")


@pytest.mark.requirement("ABS-03", "KSS-02")
def test_where_only_a_case_systems_conversation_lies_in_it_the_next_page_says_so(as_bo: Client, nord: World) -> None:
    make_appointment(nord.anna, nord.team, origin=Origin.CASE_SYSTEM)
    page = as_bo.post(NEW, typed(nord), follow=True).content.decode()
    assert "1 samtale ligger i et sagsbehandlingssystem og ændres dér" in page
    assert "Ingen aftaler er ramt" not in page


@pytest.mark.requirement("ABS-01", "APP-07")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": ""}, "skal udfyldes"),
        ({"start": "9.32"}, "hele fem minutter"),
        ({"start": "12", "end": "9"}, "slutte, efter at det begynder"),
        ({"last_on": "29.11.2026"}, "slutte, efter at det begynder"),
        ({"last_on": "29.11.2030"}, "højst vare to år"),
        ({"first_on": "28.3.2027", "start": "2.30"}, "uret stilles frem"),
        ({"counsellor": 10**9}, "gyldig"),
    ],
)
def test_what_cannot_be_is_refused_in_words(as_bo: Client, nord: World, changed: dict[str, object], words: str) -> None:
    answer = as_bo.post(NEW, typed(nord, **changed))
    assert (answer.status_code, Absence.objects.count()) == (422, 0)
    assert words in answer.content.decode()


@pytest.mark.requirement("ABS-01")
def test_the_same_absence_twice_is_refused_in_words(as_bo: Client, nord: World) -> None:
    absence(nord)
    answer = as_bo.post(NEW, typed(nord, start="9", end="10"))
    assert (answer.status_code, Absence.objects.count()) == (422, 1)
    assert "allerede meldt fraværende" in answer.content.decode()


@pytest.mark.requirement("ABS-01", "SEC-02")
def test_a_counsellor_reports_for_themself_alone(as_anna: Client, nord: World) -> None:
    choices = as_anna.get(NEW).context["form"]["counsellor"].field.choices
    assert [pk for pk, _name in choices if pk] == [nord.anna.pk]
    assert as_anna.get(NEW).context["form"]["counsellor"].value() == nord.anna.pk
    assert as_anna.post(NEW, typed(nord, counsellor=nord.birk.pk)).status_code == 422
    as_anna.post(NEW, typed(nord))
    assert Absence.objects.get().counsellor == nord.anna


@pytest.mark.requirement("ABS-01", "SEC-02")
def test_the_kind_is_seen_by_administrators_and_the_counsellor_alone(
    as_bo: Client, as_ada: Client, as_anna: Client, nord: World
) -> None:
    kept = absence(nord)
    seen = {
        name: [line.kind for line in client.get("/absences/").context["lines"]]
        for name, client in (("bo", as_bo), ("ada", as_ada), ("anna", as_anna))
    }
    assert seen == {"bo": ["Fravær"], "ada": ["Sygdom"], "anna": ["Sygdom"]}
    assert "kind" not in as_bo.get(f"/absences/{kept.pk}/").context["form"].fields
    assert "Sygdom" not in as_bo.get(f"/absences/{kept.pk}/").content.decode()
    as_bo.post(f"/absences/{kept.pk}/", {"first_on": "30.11.2026", "end": "12", "version": 1})
    kept.refresh_from_db()
    assert (kept.kind, kept.end_at) == ("illness", at(MONDAY, "12:00"))


@pytest.mark.requirement("ABS-04")
def test_it_is_shortened_and_removed_after_being_asked(as_bo: Client, nord: World) -> None:
    kept = absence(nord)
    form = as_bo.get(f"/absences/{kept.pk}/").context["form"]
    assert (form["last_on"].value(), form["end"].value()) == (MONDAY, None)
    stale = {"first_on": "30.11.2026", "version": 7}
    assert "ændret af en anden" in as_bo.post(f"/absences/{kept.pk}/", stale).content.decode()
    assert "Fjern fraværet for Anna Agger?" in as_bo.get(f"/absences/{kept.pk}/remove/").content.decode()
    assert Absence.objects.count() == 1
    answer = as_bo.post(f"/absences/{kept.pk}/remove/")
    assert "Tiden er ledig igen" in as_bo.get(answer["Location"]).content.decode()
    assert Absence.objects.count() == 0


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_others_do_not_come_in(as_carla: Client, nord: World) -> None:
    kept = absence(nord)
    assert as_carla.get(f"/absences/{kept.pk}/").status_code == 404
    assert as_carla.get("/absences/").context["lines"] == []
    assert as_carla.get(f"/absences/?counsellor={nord.anna.pk}").status_code == 404
    auditor = signed_in(make_user(nord.jobcentre, "vera", Role.AUDITOR))
    assert auditor.get(NEW).status_code == 403
    birk = signed_in(make_user(nord.jobcentre, "birk", Role.COUNSELLOR))
    assert birk.post(f"/absences/{kept.pk}/remove/").status_code == 403
    assert Absence.objects.count() == 1


@pytest.mark.requirement("SPEED-12")
def test_the_list_takes_as_many_statements_however_many_there_are(
    as_bo: Client,
    nord: World,
    django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    absence(nord)
    as_bo.get("/absences/")
    with django_assert_max_num_queries(40) as one:
        as_bo.get("/absences/")
    for _ in range(2):
        absence(nord)
    with django_assert_num_queries(len(one)):
        as_bo.get("/absences/")
