"""A competence that step 1 requires: whom it leaves, where it is kept, and who is refused (COMP-02)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admin_module.models import Competence, Counsellor, CounsellorCompetence, SummonsTemplate
from admin_module.services.competences import retire
from booking.models import Appointment
from planner.accounts.models import Jobcentre, User
from planner.accounts.tenancy import acting_for
from planner.ui.refusal import Refusal
from summons.models import Run
from summons.queries.again import to_summon_again
from summons.queries.problem import counsellors_of
from summons.queries.rebook import choosable
from summons.services import planning
from summons.services.again import summon_again
from tests.factories import (
    MONDAY,
    NOW,
    World,
    add_line,
    at,
    make_citizen,
    make_counsellor,
    make_run,
    make_summons,
    make_team,
)
from tests.summons.step_1 import filled

START = "/summons/"
HTMX = {"HX-Request": "true"}
pytestmark = pytest.mark.requirement("COMP-02")


def make_competence(world: World, name: str, *holders: Counsellor) -> Competence:
    made = Competence.objects.create(jobcentre=world.jobcentre, name=name)
    for counsellor in holders:
        CounsellorCompetence.objects.create(jobcentre=world.jobcentre, counsellor=counsellor, competence=made)
    return made


@pytest.fixture
def arabic(nord: World) -> Competence:
    """Arabic, which only Birk speaks."""
    return make_competence(nord, "Arabisk", nord.birk)


def redrawn(client: Client, values: dict[str, Any]) -> Any:
    return client.post(START, values | {"changed": "competence"}, headers=HTMX)


def test_the_field_is_there_only_where_the_job_centre_has_competences(as_bo: Client, nord: World) -> None:
    assert "Kræver kompetence" not in as_bo.get(START).content.decode()
    make_competence(nord, "Arabisk")
    text = as_bo.get(START).content.decode()
    assert "Kræver kompetence" in text
    assert "Ingen krav" in text


def test_a_competence_narrows_the_counsellors_at_once_and_says_so(
    as_bo: Client, nord: World, arabic: Competence
) -> None:
    before = redrawn(as_bo, filled(nord))
    assert [one.full_name for one in before.context["form"].available] == ["Anna Agger", "Birk Bisgaard"]
    after = redrawn(as_bo, filled(nord, competence=arabic.pk, counsellors=[nord.anna.pk]))
    text = after.content.decode()
    assert "Birk Bisgaard" in text
    assert "Anna Agger" not in text
    assert "alle i teamet med kompetencen Arabisk" in text
    who = "Birk Bisgaard, med kompetencen Arabisk, én borger ad gangen, 45 + 15 minutter"
    assert after.context["meaning"].who == who
    assert after.context["meaning"].count < before.context["meaning"].count


def test_a_team_where_nobody_has_it_is_refused_in_words(as_bo: Client, nord: World, arabic: Competence) -> None:
    polish = make_competence(nord, "Polsk", make_counsellor(make_team(nord.jobcentre, "Syd"), "Cecilie Carlsen"))
    said = "Ingen i teamet med kompetencen «Polsk» kan tilknyttes indkaldelser. Vælg et andet team eller krav."
    answer = as_bo.post(START, filled(nord, competence=polish.pk) | {"next": ""})
    assert answer.status_code == 422
    assert answer.context["form"].errors["competence"] == [said]
    assert redrawn(as_bo, filled(nord, competence=polish.pk)).context["meaning"].warnings == (said,)
    assert not Run.objects.exists()


def test_one_who_has_it_not_cannot_be_chosen(as_bo: Client, nord: World, arabic: Competence) -> None:
    answer = as_bo.post(START, filled(nord, competence=arabic.pk, counsellors=[nord.anna.pk]) | {"next": ""})
    assert answer.status_code == 422
    assert "counsellors" in answer.context["form"].errors


def test_a_run_keeps_it_and_plans_with_those_who_have_it(as_bo: Client, nord: World, arabic: Competence) -> None:
    as_bo.post(START, filled(nord, competence=arabic.pk) | {"next": ""})
    run = Run.objects.get()
    assert run.competence == arabic
    assert counsellors_of(run) == [nord.birk.pk]
    again_shown = as_bo.get(f"/summons/runs/{run.pk}/frame/").context["form"]
    assert again_shown["competence"].value() == arabic.pk
    assert [one.pk for one in again_shown.available] == [nord.birk.pk]


def test_a_plan_and_its_appointment_keep_to_it(nord: World, arabic: Competence) -> None:
    run = make_run(nord.bo, nord.team, competence=arabic)
    add_line(run, make_citizen(nord.jobcentre), deadline=MONDAY)
    job = planning.start(run_id=run.pk, by=nord.bo.pk, now=timezone.now())
    assert job
    planning.work(run.jobcentre_id, run.pk, job, clock=timezone.now)
    run.refresh_from_db()
    appointment = run.lines.get().summons.appointment
    assert (appointment.competence, list(appointment.counsellors.all())) == (arabic, [nord.birk])


def test_a_chosen_counsellor_who_lost_it_meanwhile_gets_nothing(nord: World, arabic: Competence) -> None:
    run = make_run(nord.bo, nord.team, nord.birk, competence=arabic)
    add_line(run, make_citizen(nord.jobcentre), deadline=MONDAY)
    CounsellorCompetence.objects.all().delete()
    with pytest.raises(Refusal) as refused:
        planning.start(run_id=run.pk, by=nord.bo.pk, now=NOW)
    assert "kompetencen «Arabisk»" in str(refused.value.sentence)


def test_rebooking_offers_those_who_have_it_and_whoever_holds_the_conversation(nord: World, arabic: Competence) -> None:
    make_counsellor(nord.team, "Cecilie Carlsen")
    summons = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team)
    summons.appointment.competence = arabic
    assert choosable(summons) == [nord.anna, nord.birk]
    retire(competence=arabic, now=NOW)
    summons.appointment.competence = Competence.objects.get()
    assert [one.given_name for one in choosable(summons)] == ["Anna", "Birk", "Cecilie"]


@pytest.mark.requirement("TMPL-01")
def test_a_template_carries_it_into_step_1(as_ada: Client, as_bo: Client, nord: World, arabic: Competence) -> None:
    page = "/administration/templates/new/"
    asked = {"name": "Samtale på arabisk", "team": nord.team.pk, "place": "none", "competence": arabic.pk}
    narrowed = as_ada.post(page, asked | {"refresh": "1"}, headers=HTMX).context["form"]
    assert list(narrowed.fields["counsellors"].queryset) == [nord.birk]
    assert as_ada.post(page, asked).status_code == 302
    template = SummonsTemplate.objects.get()
    assert template.competence == arabic
    posted = filled(nord, template=template.pk) | {"changed": "template"}
    form = as_bo.post(START, posted, headers=HTMX).context["form"]
    assert str(form["competence"].value()) == str(arabic.pk)
    assert form.available == [nord.birk]


@pytest.mark.requirement("COMP-01")
def test_deleting_it_says_which_templates_require_it_and_takes_it_from_them(
    as_ada: Client, nord: World, arabic: Competence
) -> None:
    template = SummonsTemplate.objects.create(jobcentre=nord.jobcentre, name="På arabisk", competence=arabic)
    page = f"/administration/competences/{arabic.pk}/delete/"
    assert "1 skabelon kræver den ikke længere" in as_ada.get(page).content.decode()
    as_ada.post(page)
    template.refresh_from_db()
    assert template.competence is None


def test_a_run_whose_competence_was_deleted_is_refused_and_a_fresh_one_is_not_held_to_it(
    nord: World, arabic: Competence
) -> None:
    retire(competence=arabic, now=NOW)
    refusal = planning.why_not_plan(make_run(nord.bo, nord.team, competence=arabic))
    assert refusal is not None
    assert "«Arabisk»" in str(refusal.sentence)
    missed = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team)
    Appointment.objects.update(competence=arabic)
    lines = to_summon_again([missed.pk], now=at(MONDAY, "15:00"))
    run, _job = summon_again(lines=lines, earliest_on=MONDAY, by=nord.bo, now=at(MONDAY, "15:00"))
    assert run.competence is None


@pytest.mark.requirement("SEC-01")
def test_a_competence_of_another_job_centre_cannot_be_required(
    as_bo: Client, nord: World, skovby: tuple[Jobcentre, User], arabic: Competence
) -> None:
    with acting_for(skovby[0].pk):
        theirs = Competence.objects.create(jobcentre=skovby[0], name="Somali")
    answer = as_bo.post(START, filled(nord, competence=theirs.pk) | {"next": ""})
    assert answer.status_code == 422
    assert "competence" in answer.context["form"].errors
    assert "Somali" not in answer.content.decode()


@pytest.mark.requirement("SPEED-12")
def test_the_frame_takes_the_same_number_of_statements_however_many_competences(as_bo: Client, nord: World) -> None:
    counts = []
    for number in range(2):
        for one in range(1 + 3 * number):
            make_competence(nord, f"Sprog {number}{one}", nord.anna)
        with CaptureQueriesContext(connection) as asked:
            as_bo.get(START)
        counts.append(len(asked))
    assert counts[0] == counts[1]
