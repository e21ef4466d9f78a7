"""[Flyt] in the appointment's dialog, and the same view as a drag posts to it (CAL-04, TIME-09)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from admin_module.models import Break, ClosingDay, Competence, CounsellorCompetence
from booking.models import Appointment, Origin, Summons
from planner.accounts.models import Settings
from planner.accounts.roles import Role
from planner.audit.models import Access
from planner.outbox.models import Message
from tests import factories
from tests.booking.stories import keep, meeting, pending, sent
from tests.conftest import signed_in
from tests.factories import MONDAY, NOW, World, make_citizen

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def a_week_before() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def dialog(summons: Summons) -> str:
    return reverse("booking:move", args=[summons.appointment_id])


def place(
    counsellor: Any, *, on: date = TUESDAY, at: str = "10.00", room: Any = "none", **more: object
) -> dict[str, Any]:
    return {"on": on.isoformat(), "at": at, "counsellor": counsellor.pk, "room": getattr(room, "pk", room), **more}


def stands(summons: Summons) -> tuple[date, int, list[str]]:
    now_there = Appointment.objects.get(pk=summons.appointment_id)
    return now_there.day, now_there.start_tick, [one.full_name for one in now_there.counsellors.all()]


@pytest.mark.requirement("CAL-04", "CAL-05", "APP-14")
def test_a_conversation_is_moved_tells_where_it_is_and_can_go_back(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    before = stands(summons)
    asked = as_bo.get(dialog(summons)).content.decode()
    assert 'value="man. 30. nov. 2026"' in asked
    assert 'value="9.00"' in asked
    page = as_bo.post(dialog(summons), place(nord.birk, room=nord.room), follow=True).content.decode()
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    assert stands(summons) == (TUESDAY, 120, ["Birk Bisgaard"])
    assert "Samtalen er flyttet til tir. 1. dec. kl. 10.00 hos Birk Bisgaard. Borgeren får besked" in page
    undo = re.search(r'action="([^"]*back=1)"', page)
    assert undo
    back = as_bo.post(undo[1].replace("&amp;", "&"), follow=True).content.decode()
    assert stands(summons) == before
    assert "Fortryd" not in back
    assert Message.objects.filter(subject_id=summons.pk, state="ready").count() == 1


@pytest.mark.requirement("CAL-04", "TIME-09")
def test_while_choosing_one_is_told_what_warns_and_moving_asks_before_it_passes(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    Break.objects.create(
        jobcentre=nord.jobcentre, schedule=nord.anna.schedules.get(), weekday=1, start="12:00", end="12:30"
    )
    at_noon = place(nord.anna, at="12.00")
    choosing = as_bo.get(dialog(summons), at_noon, headers={"HX-Request": "true", "HX-Target": "verdict"})
    assert "Tidspunktet ligger i vejlederens pause." in choosing.content.decode()
    assert "<html" not in choosing.content.decode()
    assert 'value="in_break"' in choosing.content.decode()
    first = as_bo.post(dialog(summons), at_noon)
    assert first.status_code == 422
    assert "Flyt alligevel" in first.content.decode()
    assert stands(summons)[0] == MONDAY
    assert as_bo.post(dialog(summons), at_noon | {"seen": "in_break"}).status_code == 302
    assert stands(summons) == (TUESDAY, 144, ["Anna Agger"])
    assert Summons.objects.get(pk=summons.pk).placement["passed"] == ["in_break"]


@pytest.mark.requirement("COMP-02", "CAL-04", "TIME-09")
def test_moving_to_who_lacks_the_competence_required_warns_first(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    arabic = Competence.objects.create(jobcentre=nord.jobcentre, name="Arabisk")
    Appointment.objects.update(competence=arabic)
    assert as_bo.post(dialog(summons), place(nord.anna)).status_code == 302, "who holds it already is not asked about"
    asked = as_bo.post(dialog(summons), place(nord.birk, at="11.00"))
    assert asked.status_code == 422
    assert "Vejlederen har ikke den kompetence, som samtalen kræver." in asked.content.decode()
    CounsellorCompetence.objects.create(jobcentre=nord.jobcentre, counsellor=nord.birk, competence=arabic)
    assert as_bo.post(dialog(summons), place(nord.birk, at="11.00")).status_code == 302
    assert stands(summons) == (TUESDAY, 132, ["Birk Bisgaard"])


@pytest.mark.requirement("CAL-04", "TIME-09", "CONC-01")
def test_what_began_to_warn_meanwhile_is_asked_for_again(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    Break.objects.create(
        jobcentre=nord.jobcentre, schedule=nord.anna.schedules.get(), weekday=1, start="17:00", end="17:30"
    )
    answer = as_bo.post(dialog(summons), place(nord.anna, at="17.00", seen="in_break"))
    assert answer.status_code == 422
    assert stands(summons)[0] == MONDAY


@pytest.mark.requirement("CAL-04", "TIME-09")
def test_where_it_cannot_go_the_reason_is_said_in_words(nord: World, as_bo: Client) -> None:
    summons, other = sent(nord), sent(nord, clock="13:00")
    ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Lukket", first_on=TUESDAY, last_on=TUESDAY)
    for target, words in (
        (place(nord.anna), "Det er lokal lukkedag."),
        (place(nord.anna, on=MONDAY, at="13.15"), "Vejlederen er optaget på det tidspunkt."),
        (place(nord.anna, on=NOW.date() - timedelta(days=1)), "Tidspunktet er passeret."),
        (place(nord.anna, at="10.02"), "Skriv et klokkeslæt på hele fem minutter."),
        (place(nord.anna, at="ti"), "Skriv et klokkeslæt"),
        (place(nord.ada), "Vejlederen er ikke i samtalens team."),
    ):
        answer = as_bo.post(dialog(summons), target)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), words
    assert stands(summons)[:2] == (MONDAY, 108)
    assert stands(other)[0] == MONDAY


@pytest.mark.requirement("CAL-04", "CAL-03")
def test_a_drag_names_only_what_it_changes(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    dropped = {"on": TUESDAY.isoformat(), "at": "10:30", "counsellor": nord.birk.pk, "instead_of": nord.anna.pk}
    answer = as_bo.post(
        dialog(summons),
        dropped,
        headers={"HX-Request": "true", "HX-Target": "dialog", "HX-Current-URL": "/calendar/?on=x"},
    )
    assert answer["HX-Redirect"] == "/calendar/?on=x"
    assert stands(summons) == (TUESDAY, 126, ["Birk Bisgaard"])


@pytest.mark.requirement("CAL-04")
def test_dragging_one_of_two_counsellors_leaves_the_other_in_a_joint_meeting(nord: World, as_bo: Client) -> None:
    extra = factories.make_counsellor(nord.team, "Cecilie Colding")
    citizens = [make_citizen(nord.jobcentre) for _ in range(3)]
    details = factories.make_run(nord.bo, nord.team, nord.anna, nord.birk, form="joint", type_id=9, seats_calling=5)
    kept = keep(nord, meeting(citizens, nord.anna, nord.birk, room=nord.rooms[1]), details=details).summonses
    dropped = {"on": TUESDAY.isoformat(), "at": "10:30", "counsellor": extra.pk, "instead_of": nord.birk.pk}
    assert "3 borgere flyttes med" in as_bo.get(dialog(kept[0])).content.decode()
    assert as_bo.post(dialog(kept[0]), dropped).status_code == 302
    assert stands(kept[0]) == (TUESDAY, 126, ["Anna Agger", "Cecilie Colding"])


@pytest.mark.requirement("CAL-04", "CONC-04")
def test_a_stale_drag_is_refused(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    Appointment.objects.filter(pk=summons.appointment_id).update(version=7)
    answer = as_bo.post(dialog(summons), place(nord.birk, version=6))
    assert "ændret af en anden imens" in answer.content.decode()
    assert 'name="version" value="7"' in answer.content.decode(), "what is shown now is seen by who posts again"
    assert stands(summons)[0] == MONDAY


@pytest.mark.requirement("CAL-04", "KSS-02")
def test_what_is_kept_elsewhere_or_over_says_so_and_offers_no_choice(nord: World, as_bo: Client) -> None:
    summons = pending(nord)
    Appointment.objects.update(origin=Origin.CASE_SYSTEM)
    page = as_bo.get(dialog(summons)).content.decode()
    assert "ændres dér" in page
    assert 'id="move"' not in page


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_who_may_move_what(nord: World, as_anna: Client, as_carla: Client) -> None:
    """A counsellor moves what is theirs, and to nobody else."""
    summons = sent(nord)
    theirs = keep(nord, meeting(make_citizen(nord.jobcentre), nord.birk, clock="11:00")).summonses[0]
    assert as_anna.post(dialog(summons), place(nord.birk)).status_code == 422
    assert as_anna.post(dialog(summons), place(nord.anna)).status_code == 302
    assert as_anna.get(dialog(theirs)).status_code == 403
    assert as_carla.get(dialog(summons)).status_code == 404
    auditor = factories.make_user(nord.jobcentre, "rita", Role.AUDITOR)
    assert signed_in(auditor).get(dialog(summons)).status_code == 403


@pytest.mark.requirement("CAL-04", "LOG-01")
def test_the_dialog_costs_as_many_statements_for_three_as_for_one_and_is_written_down(
    nord: World, as_bo: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    citizens = [make_citizen(nord.jobcentre) for _ in range(3)]
    details = factories.make_run(nord.bo, nord.team, nord.anna, form="joint", type_id=9, seats_calling=5)
    joint = keep(nord, meeting(citizens, nord.anna, room=nord.rooms[1]), details=details).summonses[0]
    alone = pending(nord, clock="13:00")
    with CaptureQueriesContext(connection) as of_one:
        as_bo.get(dialog(alone), place(nord.anna))
    with django_assert_max_num_queries(len(of_one)):
        as_bo.get(dialog(joint), place(nord.anna))
    assert len(of_one) <= 40
    assert Access.objects.filter(citizen_id__in=[one.pk for one in citizens]).count() == 3


@pytest.mark.requirement("CAL-05")
def test_the_case_opens_in_the_case_system_by_the_id_both_know(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    Settings.objects.update(case_link="https://sag.example/samtale/{summons}")
    page = as_bo.get(reverse("booking:appointment", args=[summons.appointment_id])).content.decode()
    assert f'href="https://sag.example/samtale/{summons.pk}"' in page
    Settings.objects.update(case_link="javascript:alert(1)")
    assert (
        "javascript:" not in as_bo.get(reverse("booking:appointment", args=[summons.appointment_id])).content.decode()
    )
