from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from admin_module.models import Absence, ClosingDay, Competence, Counsellor, CounsellorTeam, MyTeam, Room, WorkingHours
from booking.models import Appointment, BookingDeadline, Citizen, DueDate, Origin, Summons
from booking.queries.offer_weeks import free_until_end, offer_weeks
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.outbox import services
from planner.outbox.models import Message, Receiver, Stop
from planner.outbox.services import Subject
from planner.outbox.states import State
from planner.timeline.clock import midnight
from summons.models import Run
from summons.queries.due import citizens_without_time
from summons.queries.front import Kind
from summons.services.import_list import add_known
from summons.views.front import greeting
from tests.booking.offering import make_offer
from tests.conftest import signed_in
from tests.factories import (
    COPENHAGEN,
    MONDAY,
    NOW,
    World,
    add_line,
    make_appointment,
    make_citizen,
    make_counsellor,
    make_run,
    make_summons,
    make_team,
)
from tests.summons.step_1 import filled


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
@time_machine.travel(NOW, tick=False)
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
    (task,) = [one for one in as_bo.get("/").context["tasks"] if one.kind is Kind.DEADLINE_NEAR]
    assert task.words.startswith("2 borgere har frist senest")
    assert task.about == "Falduge jobsamtale 2"


@pytest.mark.requirement("APP-04", "SYNC-17")
def test_an_active_deadline_of_dfdg_counts_as_near_like_a_due_date(as_bo: Client, nord: World) -> None:
    today = timezone.localdate()
    for status, days in ((1, 2), (2, 2), (1, 30), (1, -1)):
        citizen = make_citizen(nord.jobcentre)
        told = {"book_by": today, "hold_by": today + timedelta(days=days), "fetched_at": timezone.now()}
        BookingDeadline.objects.create(jobcentre=nord.jobcentre, citizen=citizen, type_id=7, status=status, **told)
        if (status, days) == (1, 2):
            DueDate.objects.create(
                jobcentre=nord.jobcentre, citizen=citizen, kind="Falduge", due_on=today, fetched_at=timezone.now()
            )
            near = citizen
    (task,) = [one for one in as_bo.get("/").context["tasks"] if one.kind is Kind.DEADLINE_NEAR]
    assert task.words.startswith("1 borger har frist senest")
    assert sorted(task.about.split(" · ")) == ["Falduge 1", "Frist for jobsamtale 1"]
    assert citizens_without_time(Settings.objects.get(), today) == [near.pk]


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


def due_soon(nord: World, count: int) -> list[Citizen]:
    """Citizens with a due date in two working days at the latest, the last made due first."""
    today = timezone.localdate()
    found = [make_citizen(nord.jobcentre) for _ in range(count)]
    for place, citizen in enumerate(found):
        DueDate.objects.create(
            jobcentre=nord.jobcentre,
            citizen=citizen,
            kind="Falduge jobsamtale",
            due_on=today + timedelta(days=int(place == 0)),
            fetched_at=timezone.now(),
        )
    return found


@pytest.mark.requirement("APP-04", "SUM-01")
def test_the_way_out_of_near_deadlines_is_a_run_with_those_citizens_on_its_list(as_bo: Client, nord: World) -> None:
    later, *first = due_soon(nord, 3)
    called = due_soon(nord, 1)[0]
    make_summons(called, nord.anna, nord.team, day=timezone.localdate() + timedelta(days=1))
    Citizen.objects.filter(pk=first[0].pk).update(digital_exempt=True)
    (task,) = [one for one in as_bo.get("/").context["tasks"] if one.kind is Kind.DEADLINE_NEAR]
    assert task.url == "/summons/?near=1"
    step_1 = as_bo.get(task.url)
    assert (Run.objects.count(), step_1.context["form"].citizens) == (0, 3)
    assert 'name="near" value="True"' in step_1.content.decode()
    answer = as_bo.post("/summons/", filled(nord, near="True", next=""))
    run = Run.objects.get()
    assert answer["Location"] == f"/summons/runs/{run.pk}/citizens/"
    lines = list(run.lines.order_by("line"))
    assert [line.digest for line in lines] == [
        citizen.numbers.get().digest for citizen in (*sorted(first, key=lambda one: one.sort_key), later)
    ]
    assert {line.channel for line in lines} == {"letter", "jobnet"}


@pytest.mark.requirement("APP-04", "SPEED-12")
@pytest.mark.parametrize("count", [1, 40])
def test_bringing_them_takes_as_many_statements_however_many_they_are(
    nord: World, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    due_soon(nord, count)
    run, settings = make_run(nord.bo, nord.team, now=timezone.now()), Settings.objects.get()
    with django_assert_num_queries(7):
        citizens = citizens_without_time(settings, timezone.localdate())
        assert add_known(run_id=run.pk, citizens=citizens, now=timezone.now()) == count
    assert add_known(run_id=run.pk, citizens=citizens, now=timezone.now()) == 0


@pytest.mark.requirement("ATT-02", "APP-04")
def test_what_is_not_registered_is_counted_and_leads_to_exactly_those(as_bo: Client, nord: World) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    missing = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, by=nord.bo, day=yesterday)
    long_ago = yesterday - timedelta(days=15)
    make_summons(make_citizen(nord.jobcentre), nord.birk, nord.team, by=nord.bo, day=long_ago)
    (task,) = as_bo.get("/").context["tasks"]
    assert task.words == "1 samtale mangler registrering af fremmøde"
    assert [row.pk for row in as_bo.get(task.url).context["page"].rows] == [missing.pk]
    Settings.objects.update(attendance_here=False)
    assert as_bo.get("/").context["tasks"] == []


@pytest.mark.requirement("ATT-02")
def test_a_counsellor_sees_their_own_past_conversations_that_nobody_has_registered(
    as_anna: Client, nord: World
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    mine = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, by=nord.bo, day=yesterday)
    theirs = make_summons(make_citizen(nord.jobcentre), nord.birk, nord.team, by=nord.bo, day=yesterday)
    page = as_anna.get("/").content.decode()
    assert f"/appointments/{mine.appointment_id}/attendance/" in page
    assert f"/appointments/{theirs.appointment_id}/attendance/" not in page
    Settings.objects.update(attendance_here=False)
    assert "/attendance/" not in as_anna.get("/").content.decode()


def hit(nord: World, *, clock: str = "09:00", days: int = 2) -> Summons:
    """A coming conversation of Anna's."""
    day = timezone.localdate() + timedelta(days=days)
    citizen = make_citizen(nord.jobcentre)
    return make_summons(citizen, nord.anna, nord.team, day=day, clock=clock, now=timezone.now())


def away(nord: World, days: int = 2) -> Absence:
    start_at = midnight((timezone.localdate() + timedelta(days=days)).toordinal())
    return Absence.objects.create(
        jobcentre=nord.jobcentre,
        counsellor=nord.anna,
        kind="illness",
        start_at=start_at,
        end_at=start_at + timedelta(days=1),
    )


@pytest.mark.requirement("APP-04", "ABS-03")
def test_an_absence_with_appointments_left_in_it_has_one_line_that_leads_to_its_proposals(
    as_bo: Client, nord: World
) -> None:
    for clock in ("09:00", "10:00"):
        hit(nord, clock=clock)
    absence = away(nord)
    ClosingDay.objects.create(
        jobcentre=nord.jobcentre, name="Kursus", first_on=timezone.localdate(), last_on=timezone.localdate()
    )
    (task,) = [one for one in as_bo.get("/").context["tasks"] if one.kind is Kind.ABSENCE]
    assert task.words == "Anna Agger er fraværende · 2 aftaler står endnu"
    assert task.url == f"/affected/?absence={absence.pk}"
    assert len(as_bo.get(task.url).context["lines"]) == 2
    absence.delete()
    assert [one for one in as_bo.get("/").context["tasks"] if one.kind is Kind.ABSENCE] == []


def theirs(nord: World, *, clock: str = "09:00", days: int = 2) -> Appointment:
    """A coming conversation of Anna's that a case system keeps."""
    day = timezone.localdate() + timedelta(days=days)
    return make_appointment(nord.anna, nord.team, day=day, clock=clock, origin=Origin.CASE_SYSTEM)


@pytest.mark.requirement("APP-04", "ABS-03", "CLOS-02", "KSS-02")
def test_what_a_case_system_keeps_in_an_absence_or_on_a_closing_day_is_said_to_be_changed_there(
    as_bo: Client, nord: World
) -> None:
    kept = theirs(nord)
    assert as_bo.get("/").context["tasks"] == []
    absence = away(nord)
    (task,) = as_bo.get("/").context["tasks"]
    assert (task.kind, task.words) == (Kind.ABSENCE, "Anna Agger er fraværende · 1 aftale står endnu")
    assert task.about.endswith(" · 1 samtale ligger i et sagsbehandlingssystem og ændres dér")
    assert as_bo.get(task.url).context["found"].elsewhere == (kept,)
    hit(nord, clock="08:00")
    (task,) = as_bo.get("/").context["tasks"]
    assert task.words == "Anna Agger er fraværende · 2 aftaler står endnu"
    assert task.about.endswith("kl.\xa08.00 · 1 samtale ligger i et sagsbehandlingssystem og ændres dér")
    absence.delete()
    Summons.objects.all().delete()
    ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Kursus", first_on=kept.day, last_on=kept.day)
    (task,) = as_bo.get("/").context["tasks"]
    assert task.kind is Kind.CLOSING_DAY
    assert as_bo.get(task.url).context["found"].elsewhere == (kept,)


@pytest.mark.requirement("APP-04", "CIT-04", "CLOS-02", "COUN-12")
def test_each_kind_has_its_way_out_and_an_appointment_stands_once(as_bo: Client, nord: World) -> None:
    today = timezone.localdate()
    summons = hit(nord)
    WorkingHours.objects.all().delete()
    paths = []
    for kind in (Kind.OUTSIDE_HOURS, Kind.CITIZEN_GONE, Kind.ROOM_GONE, Kind.COUNSELLOR_GONE, Kind.CLOSING_DAY):
        if kind is Kind.CITIZEN_GONE:
            Citizen.objects.update(cpr_status="dead")
        if kind is Kind.ROOM_GONE:
            Room.objects.update(retired_at=timezone.now())
            summons.appointment.room = nord.room
            summons.appointment.save()
        if kind is Kind.COUNSELLOR_GONE:
            Counsellor.objects.filter(pk=nord.anna.pk).update(retired_at=timezone.now())
        if kind is Kind.CLOSING_DAY:
            last = today + timedelta(days=7)
            ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Kursus", first_on=today, last_on=last)
        (task,) = as_bo.get("/").context["tasks"]
        assert task.kind is kind
        paths.append(task.url.split("?")[1].split("=")[0])
        assert len(as_bo.get(task.url).context["lines"]) == 1
    assert paths == ["why", "why", "room", "counsellor", "closing_day"]


@pytest.mark.requirement("APP-04", "COUN-11", "ROOM-05")
def test_who_or_what_is_to_go_is_named(as_bo: Client, nord: World) -> None:
    summons = hit(nord)
    Counsellor.objects.filter(pk=nord.anna.pk).update(leaving_at=timezone.now())
    (task,) = as_bo.get("/").context["tasks"]
    assert task.words == "Anna Agger skal slettes · 1 aftale står endnu"
    assert task.url == f"/affected/?counsellor={nord.anna.pk}"
    Counsellor.objects.update(leaving_at=None)
    Room.objects.filter(pk=nord.room.pk).update(retired_at=timezone.now())
    Appointment.objects.filter(pk=summons.appointment_id).update(room=nord.room)
    (task,) = as_bo.get("/").context["tasks"]
    assert task.words == "Lokale 1 er slettet · 1 aftale står endnu"


@pytest.mark.requirement("APP-04", "SPEED-12")
def test_hits_take_as_many_statements_however_many_they_are(
    as_bo: Client, nord: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    hit(nord)
    away(nord)
    theirs(nord, clock="11:00")
    as_bo.get("/")
    with django_assert_max_num_queries(60) as one:
        as_bo.get("/")
    for place in range(6):
        hit(nord, days=3 + place)
        theirs(nord, clock="11:00", days=3 + place)
        away(nord, 3 + place)
    with django_assert_max_num_queries(len(one)):
        tasks = as_bo.get("/").context["tasks"]
    assert tasks[5].words == "4 aftaler i andet fravær"
    assert len(as_bo.get(tasks[5].url).context["found"].elsewhere) == 7


@pytest.mark.requirement("APP-04", "TIME-10")
def test_an_online_offer_that_ends_within_a_week_stands_with_its_free_times(as_bo: Client, nord: World) -> None:
    with time_machine.travel(NOW, tick=False):
        today = NOW.date()
        soon = make_offer(nord.team, nord.anna, title="Jobsamtale over 50", ends_on=today + timedelta(days=4))
        make_offer(nord.team, nord.anna, title="Senere", ends_on=today + timedelta(days=8))
        make_offer(nord.team, nord.anna, title="Stoppet", ends_on=today + timedelta(days=1), is_active=False)
        (task,) = as_bo.get("/").context["tasks"]
        assert (task.kind, task.url) == (Kind.OFFER_ENDING, f"/offers/{soon.pk}/")
        assert task.words == "«Jobsamtale over 50» slutter fredag 27. november"
        weeks = offer_weeks(soon, first=today, settings=Settings.objects.get(), now=NOW)
        assert weeks.whole.total.free == 31
        assert task.about == "Nord · 31 ledige tider endnu"


@pytest.mark.requirement("APP-04", "CLOS-01")
def test_free_times_of_several_offers_know_each_ones_team_room_and_competence(nord: World) -> None:
    today, south = NOW.date(), make_team(nord.jobcentre, "Syd")
    clara = make_counsellor(south, "Clara Carlsen")
    ends: dict[str, Any] = {"ends_on": today + timedelta(days=4)}
    closing = ClosingDay.objects.create(
        jobcentre=nord.jobcentre, name="Kursus", first_on=today + timedelta(days=3), last_on=today + timedelta(days=3)
    )
    closing.closingdayteam_set.create(jobcentre=nord.jobcentre, team=south)
    polish = Competence.objects.create(jobcentre=nord.jobcentre, name="Polsk")
    offers = [
        make_offer(nord.team, nord.anna, clara, **ends),
        make_offer(south, clara, **ends),
        make_offer(nord.team, nord.anna, nord.birk, competence=polish, **ends),
        make_offer(nord.team, nord.anna, room=nord.room, room_choice="one", **ends),
    ]
    nord.birk.competences.add(polish, through_defaults={"jobcentre": nord.jobcentre})
    Room.objects.filter(pk=nord.room.pk).update(can_be_used=False)
    settings = Settings.objects.get()
    free = free_until_end(offers, settings=settings, now=NOW)
    assert [free[offer.pk] for offer in offers] == [31, 23, 31, 0]
    for offer in offers:
        assert offer_weeks(offer, first=today, settings=settings, now=NOW).whole.total.free == free[offer.pk]


@pytest.mark.requirement("SPEED-12")
def test_ending_offers_take_the_same_number_of_statements_whatever_their_number(
    nord: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ends, settings = NOW.date() + timedelta(days=4), Settings.objects.get()
    one = [make_offer(nord.team, nord.anna, ends_on=ends)]
    teams = [make_team(nord.jobcentre, f"Team {number}") for number in range(3)]
    three = [make_offer(team, make_counsellor(team, f"V {team.name}"), ends_on=ends) for team in teams]
    with CaptureQueriesContext(connection) as found:
        free_until_end(one, settings=settings, now=NOW)
    with django_assert_num_queries(len(found)):
        free_until_end(three, settings=settings, now=NOW)
