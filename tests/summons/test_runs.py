"""«Kladder»: runs that are not sent, their life and their end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.models import Claim, Summons
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from summons.models import RejectedRow, Run, RunCitizen
from summons.queries.front import drafts
from summons.services.runs import delete_forgotten
from summons.states import RunState
from summons.tasks import forget_drafts
from tests.factories import World, add_line, at, make_citizen, make_run, make_summons

LIST = "/summons/runs/"


def draft(nord: World, name: str, **details: Any) -> Run:
    return make_run(nord.bo, nord.team, name=name, **({"now": timezone.now()} | details))


def planned(nord: World, name: str, status: SummonsStatus = SummonsStatus.PENDING) -> tuple[Run, Summons]:
    """A run with one citizen whose time is held, or sent."""
    run = draft(nord, name, state=RunState.PLANNED, step=3)
    day = timezone.localdate() + timedelta(days=14)
    citizen = make_citizen(nord.jobcentre)
    summons = make_summons(citizen, nord.anna, nord.team, by=nord.bo, day=day, status=status)
    RunCitizen.objects.filter(pk=add_line(run, citizen).pk).update(summons=summons)
    Claim.objects.create(
        jobcentre=nord.jobcentre,
        appointment=summons.appointment,
        counsellor=nord.anna,
        during=(at(day, "09:00"), at(day, "10:00")),
        day=day,
        start_tick=108,
        ticks=12,
    )
    return run, summons


@pytest.mark.requirement("SUM-01")
def test_it_lists_ones_own_drafts_first_then_those_of_others(as_bo: Client, nord: World) -> None:
    now = timezone.now()
    draft(nord, "Egen, gammel", now=now - timedelta(days=2))
    draft(nord, "Egen, ny", now=now - timedelta(hours=1))
    make_run(nord.ada, nord.team, name="Adas", now=now)
    draft(nord, "Sendt", state=RunState.FINISHED)
    assert [one.name for one in as_bo.get(LIST).context["drafts"]] == ["Egen, ny", "Egen, gammel", "Adas"]


@pytest.mark.requirement("SUM-01")
def test_an_own_draft_is_shown_first_however_many_others_are_newer(nord: World) -> None:
    draft(nord, "Egen", now=timezone.now() - timedelta(days=2))
    for number in range(8):
        make_run(nord.ada, nord.team, name=f"Adas {number}", now=timezone.now())
    assert [one.name for one in drafts(nord.bo.pk, kept_days=14, most=1)] == ["Egen"]


@pytest.mark.requirement("SUM-01")
def test_a_draft_says_step_citizens_who_when_and_until_when_and_leads_on(as_bo: Client, nord: World) -> None:
    run = make_run(nord.ada, nord.team, name="Jobsamtaler, uge 49", now=timezone.now())
    for _ in range(2):
        add_line(run, make_citizen(nord.jobcentre))
    (shown,) = as_bo.get(LIST).context["drafts"]
    assert (shown.step, shown.citizens, shown.saved_by, shown.is_own) == (2, 2, "Ada Krog", False)
    assert shown.deleted_on == timezone.localdate() + timedelta(days=14)
    text = as_bo.get(LIST).content.decode()
    assert [words for words in ("Ada Krog", "i dag kl.", "Fortsæt", "Slet", shown.url) if words not in text] == []
    assert as_bo.get(shown.url).status_code == 200


@pytest.mark.requirement("SUM-01")
def test_without_drafts_it_says_what_one_would_find_and_where_to_begin(as_bo: Client, nord: World) -> None:
    text = as_bo.get(LIST).content.decode()
    assert "Ingen kladder. En kørsel ligger her, fra trin 1 forlades, til den er sendt." in text
    assert 'href="/summons/"' in text


@pytest.mark.requirement("APP-08", "SUM-01")
def test_deleting_asks_first_says_what_is_lost_and_frees_the_times(as_bo: Client, nord: World) -> None:
    run, _ = planned(nord, "Uge 49")
    address = f"{LIST}{run.pk}/delete/"
    asked = as_bo.get(address).content.decode()
    said = (
        "Kladden «Uge 49» slettes for alle. Indkaldelser, der er sendt, bliver.",
        "Listen med 1 borger",
        "1 tid, der er holdt",
        "Slet kladden",
    )
    assert [words for words in said if words not in asked] == []
    assert Run.objects.filter(pk=run.pk).exists()
    response = as_bo.post(address, follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert "Kladden er slettet. 1 tid er fri igen." in response.content.decode()
    assert (Run.objects.count(), Summons.objects.count(), Claim.objects.count()) == (0, 0, 0)


@pytest.mark.requirement("SUM-01", "SUM-20")
def test_deleting_a_draft_leaves_what_was_sent(as_bo: Client, nord: World) -> None:
    run, summons = planned(nord, "Delvist sendt", SummonsStatus.SENT)
    assert "tid, der er holdt" not in as_bo.get(f"{LIST}{run.pk}/delete/").content.decode()
    as_bo.post(f"{LIST}{run.pk}/delete/")
    assert not Run.objects.exists()
    assert Summons.objects.get() == summons
    assert Claim.objects.exists()


@pytest.mark.requirement("SUM-01")
@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (RunState.LOOKING_UP, "Kørslen er i gang. Vent, til den er færdig."),
        (RunState.PLANNING, "Kørslen er i gang. Vent, til den er færdig."),
        (RunState.FINISHED, "Indkaldelserne er sendt, så kørslen er ikke længere en kladde."),
    ],
)
def test_what_is_under_way_or_sent_is_not_deleted_and_says_why(
    as_bo: Client, nord: World, state: RunState, sentence: str
) -> None:
    run = draft(nord, "Kørsel", state=state)
    asked = as_bo.get(f"{LIST}{run.pk}/delete/").content.decode()
    assert (sentence in asked, "Slet kladden" in asked) == (True, False)
    refused = as_bo.post(f"{LIST}{run.pk}/delete/")
    assert (refused.status_code, sentence in refused.content.decode()) == (422, True)
    assert Run.objects.filter(pk=run.pk).exists()


@pytest.mark.requirement("SEC-01", "GUARD-01")
def test_a_stranger_sees_and_deletes_nothing(as_carla: Client, nord: World) -> None:
    run = draft(nord, "Nordbys kørsel")
    assert "Nordbys kørsel" not in as_carla.get(LIST).content.decode()
    assert as_carla.get(f"{LIST}{run.pk}/delete/").status_code == 404
    assert as_carla.post(f"{LIST}{run.pk}/delete/").status_code == 404
    assert Run.objects.filter(pk=run.pk).exists()


@pytest.mark.requirement("SEC-02")
def test_a_counsellor_and_an_administrator_have_no_drafts(as_anna: Client, as_ada: Client) -> None:
    assert (as_anna.get(LIST).status_code, as_ada.get(LIST).status_code) == (403, 403)


@pytest.mark.requirement("SUM-01")
def test_forgotten_drafts_are_deleted_and_those_with_held_times_or_under_way_are_not(nord: World) -> None:
    now = timezone.now()
    old = now - timedelta(days=15)
    for name, when in (("Glemt", old), ("Ny", now - timedelta(days=13))):
        add_line(draft(nord, name, now=when), make_citizen(nord.jobcentre))
    draft(nord, "I gang", now=old, state=RunState.PLANNING)
    held, _ = planned(nord, "Holdt")
    Run.objects.filter(pk=held.pk).update(saved_at=old)
    assert delete_forgotten(kept_days=14, now=now) == 1
    assert sorted(Run.objects.values_list("name", flat=True)) == ["Holdt", "I gang", "Ny"]
    assert sorted(RunCitizen.objects.values_list("run__name", flat=True)) == ["Holdt", "Ny"]


@pytest.mark.requirement("SUM-01", "SET-01")
def test_the_nightly_task_keeps_drafts_as_long_as_each_job_centre_says(nord: World) -> None:
    assert "summons.tasks.forget_drafts" in {job["task"] for job in project.CELERY_BEAT_SCHEDULE.values()}
    draft(nord, "Tyve dage", now=timezone.now() - timedelta(days=20))
    Settings.objects.update(lists_days=30)
    forget_drafts()
    assert Run.objects.count() == 1
    Settings.objects.update(lists_days=14)
    forget_drafts()
    assert Run.objects.count() == 0


@pytest.mark.requirement("SUM-01")
def test_the_number_of_statements_is_the_same_for_one_and_for_three(as_bo: Client, nord: World) -> None:
    counts = []
    for names in (("En",), ("To", "Tre")):
        for name in names:
            add_line(draft(nord, name), make_citizen(nord.jobcentre))
        with CaptureQueriesContext(connection) as asked:
            as_bo.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.requirement("GUARD-11", "GUARD-14", "SET-01")
def test_of_a_list_that_was_sent_long_ago_only_the_summoned_are_left(nord: World) -> None:
    long_ago = timezone.now() - timedelta(days=15)
    for name, sent_at in (("Gammel", long_ago), ("Ny", timezone.now() - timedelta(days=13))):
        run, summoned = draft(nord, name, step=3), make_citizen(nord.jobcentre)
        summons = make_summons(summoned, nord.anna, nord.team, by=nord.bo)
        RunCitizen.objects.filter(pk=add_line(run, summoned).pk).update(summons=summons)
        add_line(run, make_citizen(nord.jobcentre), selected=False)
        RejectedRow.objects.create(jobcentre=nord.jobcentre, run=run, line=9, encrypted=b"x", reason="Ingen borger")
        run.lines.update(extra=b"x")
        Run.objects.filter(pk=run.pk).update(state=RunState.FINISHED, sent_at=sent_at)
    empty = draft(nord, "Tom", state=RunState.FINISHED)
    Run.objects.filter(pk=empty.pk).update(sent_at=long_ago)
    forget_drafts()
    left = RunCitizen.objects.values_list("run__name", "extra", "summons")
    assert sorted((name, bool(extra), summons is None) for name, extra, summons in left) == [
        ("Gammel", False, False),
        ("Ny", True, False),
        ("Ny", True, True),
    ]
    assert list(RejectedRow.objects.values_list("run__name", flat=True)) == ["Ny"]
    assert not Run.objects.filter(name="Tom").exists()
