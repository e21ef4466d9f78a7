from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from admin_module.models import CounsellorTeam, MyTeam
from booking.models import DueDate, Summons
from booking.states import SummonsStatus
from planner.outbox import services
from planner.outbox.models import Message, Receiver, Stop
from planner.outbox.services import Subject
from planner.outbox.states import State
from summons.views.front import greeting
from tests.conftest import signed_in
from tests.factories import COPENHAGEN, MONDAY, World, add_line, make_citizen, make_run, make_summons, make_team


def sent(nord: World, state: State = State.READY, **particulars: object) -> Summons:
    """A summons by Bo with a message to DFDG in that state."""
    summons = make_summons(
        make_citizen(nord.jobcentre),
        nord.anna,
        nord.team,
        by=nord.bo,
        now=timezone.now(),
        **particulars,  # type: ignore[arg-type]
    )
    (message,) = services.enqueue(
        jobcentre_id=nord.jobcentre.pk,
        receiver=Receiver.DFDG,
        kind="summons",
        subjects=[Subject(summons.pk, summons.citizen_id)],
        not_before=timezone.now() + timedelta(minutes=1),
        now=timezone.now(),
    )
    done = timezone.now() if state == State.DONE else None
    Message.objects.filter(pk=message.pk).update(state=state, done_at=done, error_text="Borgeren er død. (4405)")
    return summons


@pytest.mark.requirement("APP-03")
@pytest.mark.parametrize(
    ("hour", "words"),
    [(7, "God morgen, Bo"), (10, "God formiddag, Bo"), (14, "God eftermiddag, Bo"), (20, "God aften, Bo")],
)
def test_it_greets_by_the_clock_on_the_wall(hour: int, words: str) -> None:
    assert greeting(datetime(2026, 11, 23, hour, tzinfo=COPENHAGEN), "Bo") == words


@pytest.mark.requirement("APP-03")
def test_a_number_that_is_not_nought_leads_to_exactly_those_summonses(as_bo: Client, nord: World) -> None:
    waiting = {sent(nord, state) for state in (State.READY, State.WAITING, State.NEEDS_HELP)}
    sent(nord, State.DONE)
    sent(nord, State.GIVEN_UP)
    text = as_bo.get("/").content.decode()
    assert '<a href="/summons/follow-up/?opened=1&amp;sync=unsent">ikke sendt til Jobnet (DFDG)</a>' in text
    assert as_bo.get("/").context["status"].not_sent == 3
    listed = as_bo.get("/summons/follow-up/?opened=1&sync=unsent").context["page"].rows
    assert {row.pk for row in listed} == {summons.pk for summons in waiting}


@pytest.mark.requirement("APP-03")
def test_nought_is_no_link(as_bo: Client, nord: World) -> None:
    sent(nord, State.DONE)
    assert "sync=unsent" not in as_bo.get("/").content.decode()


@pytest.mark.requirement("APP-03")
def test_it_says_what_was_last_sent(as_bo: Client, nord: World) -> None:
    at = timezone.now()
    for _ in range(2):
        make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, by=nord.bo, now=at)
    assert "Senest sendt: 2 indkaldelser" in as_bo.get("/").content.decode()


@pytest.mark.requirement("APP-04", "SYNC-05")
def test_what_dfdg_refused_and_a_receiver_that_is_stopped_must_be_handled(as_bo: Client, nord: World) -> None:
    sent(nord, State.NEEDS_HELP)
    Stop.objects.create(
        jobcentre=nord.jobcentre,
        receiver=Receiver.DFDG,
        kind="summons",
        text="DFDG lukker ikke Planner ind (401).",
        stopped_at=timezone.now(),
        probe_at=timezone.now(),
    )
    tasks = as_bo.get("/").context["tasks"]
    assert [(task.words, task.url) for task in tasks] == [
        ("Jobnet (DFDG) lukker ikke Planner ind", "/summons/follow-up/?opened=1&sync=unsent"),
        ("1 indkaldelse kunne ikke sendes til Jobnet", "/summons/follow-up/?opened=1&sync=failed"),
    ]


@pytest.mark.requirement("APP-04", "PEND-03")
def test_the_author_is_told_the_day_before_pending_summonses_lose_their_time(as_bo: Client, nord: World) -> None:
    for release_in, by in ((1, nord.bo), (1, nord.ada), (20, nord.bo)):
        make_summons(
            make_citizen(nord.jobcentre),
            nord.anna,
            nord.team,
            by=by,
            status=SummonsStatus.PENDING,
            release_on=timezone.localdate() + timedelta(days=release_in),
        )
    (task,) = as_bo.get("/").context["tasks"]
    assert task.words == "2 afventende indkaldelser slipper snart deres tid"
    assert task.about.endswith("1 er dine")
    assert task.url == "/summons/pending/"


@pytest.mark.requirement("APP-04")
def test_near_deadlines_without_a_coming_conversation_are_counted(as_bo: Client, nord: World) -> None:
    today = timezone.localdate()
    for days, called in ((2, False), (3, False), (3, True), (30, False), (-1, False)):
        citizen = make_citizen(nord.jobcentre)
        DueDate.objects.create(
            jobcentre=nord.jobcentre,
            citizen=citizen,
            kind="Falduge jobsamtale",
            due_on=today + timedelta(days=days),
            fetched_at=timezone.now(),
        )
        if called:
            make_summons(citizen, nord.anna, nord.team, day=today + timedelta(days=1))
    (task,) = as_bo.get("/").context["tasks"]
    assert task.words.startswith("2 borgere har frist senest")
    assert task.about == "Falduge jobsamtale 2"


@pytest.mark.requirement("APP-03")
def test_drafts_stand_with_ones_own_first_and_lead_back_to_their_step(as_bo: Client, nord: World) -> None:
    run = make_run(nord.ada, nord.team, name="Adas kladde", now=timezone.now())
    add_line(run, make_citizen(nord.jobcentre))
    own = make_run(nord.bo, nord.team, name="Bos kladde", now=timezone.now() - timedelta(days=1))
    make_run(nord.bo, nord.team, name="Sendt", now=timezone.now(), state="finished")
    response = as_bo.get("/")
    assert [(draft.name, draft.citizens) for draft in response.context["drafts"]] == [
        ("Bos kladde", 0),
        ("Adas kladde", 1),
    ]
    assert f"/summons/runs/{own.pk}/citizens/" in response.content.decode()
    assert "gemt af Ada Krog" in response.content.decode()


@pytest.mark.requirement("APP-03", "TIME-10")
def test_the_week_of_ones_own_team_shows_booked_and_free(nord: World) -> None:
    CounsellorTeam.objects.filter(counsellor=nord.birk).update(team=make_team(nord.jobcentre, "Syd"))
    MyTeam.objects.create(jobcentre=nord.jobcentre, user=nord.bo, team=nord.team)
    with time_machine.travel(datetime(2026, 11, 30, 7, 0, tzinfo=COPENHAGEN), tick=False):
        (week,) = signed_in(nord.bo).get("/").context["weeks"]
    assert (week.name, week.days[0].day) == ("team Nord", MONDAY)
    assert [(load.booked, load.free) for load in week.days] == [(0, 8)] * 5


@pytest.mark.requirement("APP-03")
def test_a_counsellor_sees_their_own_day_and_nothing_of_the_lists(as_anna: Client, nord: World) -> None:
    today = timezone.localdate()
    make_summons(make_citizen(nord.jobcentre, "Annas Borger"), nord.anna, nord.team, day=today)
    make_summons(make_citizen(nord.jobcentre, "Birks Borger"), nord.birk, nord.team, day=today)
    response = as_anna.get("/")
    assert [talk.citizens for talk in response.context["own_day"]] == ["Annas Borger"]
    text = response.content.decode()
    assert [words for words in ("Birks Borger", "Kladder", "Skal håndteres i dag") if words in text] == []


@pytest.mark.requirement("SEC-01")
def test_a_stranger_sees_nothing_of_it(as_carla: Client, nord: World) -> None:
    sent(nord, State.NEEDS_HELP)
    make_run(nord.bo, nord.team, name="Bos kladde", now=timezone.now())
    context = as_carla.get("/").context
    assert (context["status"].not_sent, context["tasks"], context["drafts"]) == (0, [], [])


@pytest.mark.requirement("SPEED-12")
def test_the_number_of_statements_does_not_grow_with_the_rows(
    as_bo: Client, nord: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sent(nord, State.NEEDS_HELP)
    make_run(nord.bo, nord.team, now=timezone.now())
    with django_assert_max_num_queries(60) as one:
        as_bo.get("/")
    for _ in range(2):
        sent(nord, State.NEEDS_HELP)
        make_run(nord.bo, nord.team, now=timezone.now())
    with django_assert_max_num_queries(len(one)):
        as_bo.get("/")
