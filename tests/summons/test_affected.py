"""«Ramte aftaler»: proposals, choices, one transaction, «Fortryd»."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from admin_module.models import (
    Absence,
    ClosingDay,
    Competence,
    ConversationVariant,
    Counsellor,
    CounsellorCompetence,
    CounsellorTeam,
    MeetingForm,
    Room,
    WorkingHours,
)
from booking.models import Appointment, Citizen, CprStatus, Origin, Summons
from booking.services import sending
from planner.audit.models import Access
from planner.outbox.models import Message
from summons.queries.proposals import Line
from tests.booking.stories import keep, meeting, tick
from tests.factories import (
    MONDAY,
    NOW,
    World,
    at,
    make_appointment,
    make_citizen,
    make_counsellor,
    make_room,
    make_run,
    make_team,
)

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def the_friday_before() -> Iterator[None]:
    with time_machine.travel(at(MONDAY - timedelta(days=3), "12:00"), tick=False):
        yield


def away(world: World, *, days: int = 1, counsellor: Counsellor | None = None) -> Absence:
    return Absence.objects.create(
        jobcentre=world.jobcentre,
        counsellor=counsellor or world.anna,
        kind="illness",
        start_at=at(MONDAY, "00:00"),
        end_at=at(MONDAY + timedelta(days=days), "00:00"),
    )


def booked(
    world: World, clock: str = "09:00", *, room: Room | None = None, deadline: date | None = None, day: date = MONDAY
) -> Summons:
    citizen = make_citizen(world.jobcentre)
    details = make_run(world.bo, world.team, world.anna)
    kept = keep(
        world, meeting(citizen, world.anna, clock=clock, room=room, deadline=deadline, day=day), details=details
    )
    [summons] = sending.send(summonses=kept.summonses, by=world.bo, now=NOW).summonses
    return summons


def lines(client: Client, query: str) -> list[Line]:
    return list(client.get(f"/affected/?{query}").context["lines"])


def words(line: Line) -> str:
    """What is chosen at first, as the page says it."""
    return next(
        (way.words.replace("\xa0", " ") for way in (*line.same, *line.later) if way.value == line.chosen), line.chosen
    )


def done(client: Client, query: str, found: list[Line], **posted: str) -> str:
    """Press «Gør det valgte» and read the next page."""
    ways = {f"way-{line.appointment.pk}": line.chosen for line in found}
    versions = {f"version-{line.appointment.pk}": line.appointment.version for line in found}
    answer = client.post(f"/affected/?{query}", {**ways, **versions, "reason": "Vejlederen er fraværende.", **posted})
    return client.get(answer["Location"]).content.decode() if answer.status_code == 302 else answer.content.decode()


def place(summons: Summons) -> tuple[date, int, list[str]]:
    found = Appointment.objects.get(pk=summons.appointment_id)
    return found.day, found.start_tick, [one.full_name for one in found.counsellors.all()]


@pytest.mark.requirement("ABS-03", "DIST-19")
def test_another_counsellor_at_the_same_time_is_proposed_first_then_a_new_time(as_bo: Client, nord: World) -> None:
    first, second = booked(nord, "09:00"), booked(nord, "10:00")
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.birk, clock="10:00"))
    absence = away(nord)
    one, two = lines(as_bo, f"absence={absence.pk}")
    assert (one.seats[0].pk, words(one)) == (first.pk, "Birk Bisgaard")
    assert (two.seats[0].pk, words(two)) == (second.pk, "man. 30. nov. kl. 8.00 · Birk Bisgaard")
    page = done(as_bo, f"absence={absence.pk}", [one, two])
    assert "2 flyttet." in page
    assert place(first) == (MONDAY, tick("09:00"), ["Birk Bisgaard"])
    assert place(second) == (MONDAY, tick("08:00"), ["Birk Bisgaard"])
    assert "Ingen aftaler er ramt" in page


@pytest.mark.requirement("COMP-02", "DIST-19")
def test_only_who_has_the_competence_required_is_proposed(as_bo: Client, nord: World) -> None:
    summons = booked(nord)
    arabic = Competence.objects.create(jobcentre=nord.jobcentre, name="Arabisk")
    Appointment.objects.update(competence=arabic)
    cecilie = make_counsellor(nord.team, "Cecilie Carlsen")
    CounsellorCompetence.objects.create(jobcentre=nord.jobcentre, counsellor=cecilie, competence=arabic)
    [line] = lines(as_bo, f"absence={away(nord).pk}")
    assert words(line) == "Cecilie Carlsen"
    assert [way.words for way in line.same] == ["Cecilie Carlsen"]
    assert not any("Birk" in way.words for way in line.later)
    done(as_bo, f"absence={Absence.objects.get().pk}", [line])
    assert place(summons) == (MONDAY, tick("09:00"), ["Cecilie Carlsen"])


@pytest.mark.requirement("DIST-19", "DIST-03")
def test_a_new_time_keeps_the_deadline_and_the_old_counsellors_team(as_bo: Client, nord: World) -> None:
    nearest, later = (
        booked(nord, "10:00", deadline=TUESDAY),
        booked(nord, "09:00", deadline=TUESDAY + timedelta(days=7)),
    )
    make_counsellor(make_team(nord.jobcentre, "Syd"), "Solveig Syd")
    Citizen.objects.filter(pk=later.citizen_id).update(case_owner=nord.anna)
    for day in (MONDAY, TUESDAY):
        away(nord, counsellor=nord.birk, days=2) if day == MONDAY else None
    absence = away(nord)
    by_summons = {line.seats[0].pk: line for line in lines(as_bo, f"absence={absence.pk}")}
    assert words(by_summons[nearest.pk]) == "tir. 1. dec. kl. 8.00 · Anna Agger"
    assert words(by_summons[later.pk]) == "tir. 1. dec. kl. 9.00 · Anna Agger"


@pytest.mark.requirement("ABS-03", "DIST-07")
def test_where_nothing_fits_in_time_it_says_what_is_in_the_way_and_leaves_it(as_bo: Client, nord: World) -> None:
    booked(nord, deadline=MONDAY)
    away(nord, counsellor=nord.birk, days=2)
    absence = away(nord, days=2)
    [line] = lines(as_bo, f"absence={absence.pk}")
    assert (line.chosen, line.later[0].late) == ("leave", True)
    assert "vejlederne har ingen arbejdstid, der passer, til og med" in line.in_the_way.replace("\xa0", " ").lower()
    assert "datoen ligger efter borgerens frist" in line.later[0].words
    page = done(as_bo, f"absence={absence.pk}", [line])
    assert "1 står endnu." in page
    assert "1 aftale" in page


@pytest.mark.requirement("CLOS-02")
def test_a_closing_day_gives_each_another_day(as_bo: Client, nord: World) -> None:
    booked(nord)
    closing = ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Kursus", first_on=MONDAY, last_on=MONDAY)
    [line] = lines(as_bo, f"closing_day={closing.pk}")
    assert line.same == []
    assert words(line) == "tir. 1. dec. kl. 8.00 · Anna Agger"


@pytest.mark.requirement("ROOM-05")
def test_a_room_that_is_to_go_gives_each_another_room_of_the_team(as_bo: Client, nord: World) -> None:
    summons = booked(nord, room=nord.room)
    [line] = lines(as_bo, f"room={nord.room.pk}")
    assert words(line) == "Anna Agger · Salen"
    assert "1 flyttet." in done(as_bo, f"room={nord.room.pk}", [line])
    moved = Appointment.objects.get(pk=summons.appointment_id)
    assert (moved.room, moved.start_tick) == (nord.rooms[1], tick("09:00"))


@pytest.mark.requirement("COUN-11")
def test_a_counsellor_who_is_to_go_gives_all_to_the_others_of_the_team(as_bo: Client, nord: World) -> None:
    summonses = [booked(nord, clock) for clock in ("09:00", "10:00", "11:00")]
    found = lines(as_bo, f"counsellor={nord.anna.pk}")
    assert [words(line) for line in found] == ["Birk Bisgaard"] * 3
    assert all("Anna Agger" not in way.words for line in found for way in line.later)
    done(as_bo, f"counsellor={nord.anna.pk}", found)
    assert {place(one)[2][0] for one in summonses} == {"Birk Bisgaard"}


@pytest.mark.requirement("COUN-11")
def test_what_is_kept_in_a_case_system_is_counted_and_left_to_it(as_bo: Client, nord: World) -> None:
    make_appointment(nord.anna, nord.team, origin=Origin.CASE_SYSTEM)
    answer = as_bo.get(f"/affected/?counsellor={nord.anna.pk}")
    assert answer.context["found"].appointments == ()
    assert "1 samtale ligger i et sagsbehandlingssystem og ændres dér" in answer.content.decode()


@pytest.mark.requirement("ABS-03", "CLOS-02", "KSS-02")
def test_what_a_case_system_keeps_in_an_absence_or_on_a_closing_day_is_named_and_not_said_to_be_held(
    as_bo: Client, as_ada: Client, nord: World
) -> None:
    make_appointment(nord.anna, nord.team, origin=Origin.CASE_SYSTEM)
    make_appointment(nord.birk, nord.team, origin=Origin.CASE_SYSTEM, day=TUESDAY)
    closing = ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Kursus", first_on=MONDAY, last_on=MONDAY)
    for query in (f"absence={away(nord).pk}", f"closing_day={closing.pk}"):
        page = as_bo.get(f"/affected/?{query}").content.decode()
        assert "1 samtale ligger i et sagsbehandlingssystem og ændres dér" in page
        assert "man. 30. nov. kl. 9.00" in page.replace("\xa0", " ")
        assert "Alt kan holdes" not in page
    closing.teams.add(make_team(nord.jobcentre, "Unge"), through_defaults={"jobcentre": nord.jobcentre})
    assert "Alt kan holdes" in as_bo.get(f"/affected/?closing_day={closing.pk}").content.decode()


@pytest.mark.requirement("ABS-03", "SEC-02")
def test_a_counsellor_is_told_of_the_own_conversations_of_a_case_system_only(
    as_anna: Client, as_bo: Client, nord: World
) -> None:
    own = make_appointment(nord.anna, nord.team, origin=Origin.CASE_SYSTEM)
    make_appointment(nord.birk, nord.team, clock="10:00", origin=Origin.CASE_SYSTEM)
    for counsellor in (nord.anna, nord.birk):
        away(nord, counsellor=counsellor)
    for query in ("", "?why=absence"):
        assert len(as_bo.get(f"/affected/{query}").context["found"].elsewhere) == 2
        assert as_anna.get(f"/affected/{query}").context["found"].elsewhere == (own,)


@pytest.mark.requirement("COUN-12")
def test_changed_hours_list_what_falls_outside(as_bo: Client, nord: World) -> None:
    booked(nord, "14:00")
    booked(nord, "09:00")
    WorkingHours.objects.filter(schedule__counsellor=nord.anna).update(end="12:00")
    [line] = lines(as_bo, f"hours={nord.anna.pk}")
    assert (line.why, words(line)) == ("Uden for vejlederens arbejdstid", "Birk Bisgaard")


@pytest.mark.requirement("COUN-15")
def test_who_left_the_team_is_not_proposed_and_keeps_what_is_booked(as_bo: Client, nord: World) -> None:
    booked(nord)
    cleo = make_counsellor(nord.team, "Cleo Carlsen")
    CounsellorTeam.objects.filter(counsellor=nord.birk).delete()
    absence = away(nord)
    [line] = lines(as_bo, f"absence={absence.pk}")
    assert [way.words for way in line.same] == ["Cleo Carlsen"]
    assert all("Birk" not in way.words for way in line.later)
    assert cleo.pk == line.same[0].target.counsellor_ids[0]


@pytest.mark.requirement("CIT-04")
@pytest.mark.parametrize(
    ("status", "word"),
    [
        (CprStatus.DEAD, "Død"),
        (CprStatus.MOVED_AWAY, "Udrejst"),
        (CprStatus.ELSEWHERE, "Hører til et andet sted"),
    ],
)
def test_who_is_dead_or_moved_away_is_proposed_to_be_cancelled_and_nothing_happens_by_itself(
    as_bo: Client, nord: World, status: str, word: str
) -> None:
    summons = booked(nord)
    Citizen.objects.update(cpr_status=status)
    [line] = lines(as_bo, "why=citizen_gone")
    assert (line.chosen, line.why) == ("cancel", f"Borgeren er: {word}")
    summons.refresh_from_db()
    assert summons.status == "sent"
    assert "1 aflyst." in done(as_bo, "why=citizen_gone", [line])


@pytest.mark.requirement("ABS-03")
def test_a_joint_meeting_gets_another_counsellor_or_a_time_when_all_can_come(as_bo: Client, nord: World) -> None:
    details = make_run(
        nord.bo, nord.team, nord.anna, form=MeetingForm.JOINT, seats_by="number", seats_calling=4, seats_rebooking=0
    )
    citizens = [make_citizen(nord.jobcentre) for _ in range(3)]
    kept = keep(nord, meeting(citizens, nord.anna), details=details)
    assert len(kept.summonses) == 3
    absence = away(nord)
    [line] = lines(as_bo, f"absence={absence.pk}")
    assert (line.citizens, words(line)) == ("3 borgere", "Birk Bisgaard")
    [later] = lines(as_bo, f"absence={absence.pk}&all=later")
    assert words(later) == "tir. 1. dec. kl. 8.00 · Anna Agger"
    assert "1 flyttet." in done(as_bo, f"absence={absence.pk}", [later])
    assert Appointment.objects.get().day == TUESDAY


@pytest.mark.requirement("ABS-03")
@pytest.mark.parametrize(("mode", "chosen"), [("cancel", "cancel"), ("leave", "leave"), ("nonsense", "Birk Bisgaard")])
def test_one_choice_for_all_together(as_bo: Client, nord: World, mode: str, chosen: str) -> None:
    booked(nord)
    absence = away(nord)
    [line] = lines(as_bo, f"absence={absence.pk}&all={mode}")
    assert words(line) == chosen


@pytest.mark.requirement("ABS-03")
def test_proposals_do_not_take_the_same_time_twice(as_bo: Client, nord: World) -> None:
    cleo = make_counsellor(nord.team, "Cleo Carlsen")
    for clock in ("09:00", "09:30"):
        keep(
            nord,
            meeting(make_citizen(nord.jobcentre), nord.anna if clock == "09:00" else cleo, clock=clock),
            details=make_run(nord.bo, nord.team, duration=60, reporting_time=0),
        )
    away(nord)
    away(nord, counsellor=cleo)
    found = lines(as_bo, "why=absence")
    assert [words(line) for line in found] == ["Birk Bisgaard", "man. 30. nov. kl. 8.00 · Birk Bisgaard"]


@pytest.mark.requirement("ABS-03")
def test_what_was_taken_meanwhile_comes_back_in_words_and_the_rest_is_done(as_bo: Client, nord: World) -> None:
    taken, free = booked(nord, "09:00"), booked(nord, "10:00")
    absence = away(nord)
    found = lines(as_bo, f"absence={absence.pk}")
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.birk, clock="09:00"))
    page = done(as_bo, f"absence={absence.pk}", found)
    assert "1 flyttet, 1 står endnu." in page
    assert f"{taken.citizen.full_name}: Vejlederen er optaget på det tidspunkt." in page
    assert place(free)[2] == ["Birk Bisgaard"]


@pytest.mark.requirement("ABS-03", "APP-14")
def test_undo_puts_everything_back_while_nothing_has_left(as_bo: Client, nord: World) -> None:
    first, second = booked(nord, "09:00"), booked(nord, "10:00")
    absence = away(nord)
    one, two = lines(as_bo, f"absence={absence.pk}")
    two.chosen = "cancel"
    page = done(as_bo, f"absence={absence.pk}", [one, two])
    assert "1 flyttet, 1 aflyst." in page
    undo = page.split('action="/affected/undo/')[1].split('"')[0]
    page = as_bo.post(f"/affected/undo/{undo}", follow=True).content.decode()
    assert "2 aftaler står igen, hvor de stod." in page
    assert "Anna Agger er fraværende" in page, "back where it was done"
    assert place(first) == (MONDAY, tick("09:00"), ["Anna Agger"])
    assert Summons.objects.filter(status="sent").count() == 2
    assert place(second) == (MONDAY, tick("10:00"), ["Anna Agger"])
    assert Message.objects.exclude(state__in=("ready", "superseded")).count() == 0


@pytest.mark.requirement("ABS-03", "APP-07")
def test_cancelling_asks_why_and_keeps_what_was_chosen(as_bo: Client, nord: World) -> None:
    booked(nord)
    absence = away(nord)
    [line] = lines(as_bo, f"absence={absence.pk}")
    line.chosen = "cancel"
    page = done(as_bo, f"absence={absence.pk}", [line], reason="")
    assert "Skriv, hvorfor aftalerne aflyses." in page
    assert '<option value="cancel" selected>' in page
    assert Summons.objects.get().status == "sent"


@pytest.mark.requirement("ABS-03")
def test_nonsense_in_the_form_is_left_alone(as_bo: Client, nord: World) -> None:
    summons = booked(nord)
    absence = away(nord)
    pk = summons.appointment_id
    for value in ("x", "1.2.3", "20261130.x.1.0.", "99999999.1.1.0."):
        page = as_bo.post(
            f"/affected/?absence={absence.pk}", {f"way-{pk}": value, f"version-{pk}": 1, "way-x": "cancel"}
        )
        assert page.status_code == 302
    assert place(summons) == (MONDAY, tick("09:00"), ["Anna Agger"])


@pytest.mark.requirement("SEC-02", "ABS-03")
def test_a_counsellor_settles_the_own_ones_and_moves_them_to_nobody_else(as_anna: Client, nord: World) -> None:
    own = booked(nord)
    absence = away(nord)
    [line] = lines(as_anna, f"absence={absence.pk}")
    assert line.same == []
    assert words(line) == "tir. 1. dec. kl. 8.00 · Anna Agger"
    pk = own.appointment_id
    foreign = {f"way-{pk}": f"20261130.108.{nord.birk.pk}.0.", f"version-{pk}": 1}
    assert as_anna.post(f"/affected/?absence={absence.pk}", foreign).status_code == 403
    Appointment.objects.get(pk=pk).holders.update(counsellor=nord.birk)
    assert (
        as_anna.post(
            f"/affected/?absence={absence.pk}", {f"way-{pk}": "cancel", f"version-{pk}": 1, "reason": "x"}
        ).status_code
        == 403
    )
    assert as_anna.get("/affected/").context["found"].appointments == ()


@pytest.mark.requirement("COUN-11", "SEC-02")
def test_an_administrator_sees_times_and_reasons_and_no_persons(as_ada: Client, nord: World) -> None:
    summons = booked(nord)
    page = as_ada.get(f"/affected/?counsellor={nord.anna.pk}").content.decode().replace("\xa0", " ")
    assert "man. 30. nov. kl. 9.00–9.45" in page
    assert "Læg på sagsbehandlernes forside" in page
    assert summons.citizen.full_name not in page
    answer = as_ada.post(f"/affected/?counsellor={nord.anna.pk}", {f"way-{summons.appointment_id}": "cancel"})
    assert "Sagsbehandlerne flytter og aflyser" in answer.content.decode()
    assert Access.objects.filter(citizen_id=summons.citizen_id).count() == 0


@pytest.mark.requirement("COUN-11", "ROOM-05", "APP-04")
@pytest.mark.parametrize("name", ["counsellor", "room"])
def test_an_administrator_leaves_the_work_to_the_caseworkers_front_page_and_takes_it_back(
    as_ada: Client, as_bo: Client, nord: World, name: str
) -> None:
    booked(nord, room=nord.room)
    leaving: Counsellor | Room = nord.anna if name == "counsellor" else nord.room
    url = f"/affected/?{name}={leaving.pk}"
    assert as_bo.get("/").context["tasks"] == []
    page = as_ada.post(url, {"hand_over": "1"}, follow=True).content.decode()
    assert "Aftalerne står nu på sagsbehandlernes forside" in page
    (task,) = as_bo.get("/").context["tasks"]
    [line] = as_bo.get(task.url).context["lines"]
    assert line.chosen != "leave"
    usable = Counsellor.objects.summonable() if name == "counsellor" else Room.objects.usable()
    assert not usable.filter(pk=leaving.pk).exists()
    as_ada.post(url, {"hand_over": "0"})
    assert as_bo.get("/").context["tasks"] == []
    assert as_bo.post(url, {"hand_over": "1"}).status_code == 403
    assert as_ada.post("/affected/", {"hand_over": "1"}).status_code == 403


@pytest.mark.requirement("SEC-01")
def test_a_stranger_finds_nothing(as_carla: Client, nord: World) -> None:
    summons = booked(nord)
    absence = away(nord)
    for query in (
        f"absence={absence.pk}", f"counsellor={nord.anna.pk}", f"hours={nord.anna.pk}", f"room={nord.room.pk}",
        f"citizen={summons.citizen_id}", "closing_day=7", "why=nonsense", "absence=x", "citizen=x",
    ):  # fmt: skip
        assert as_carla.get(f"/affected/?{query}").status_code == 404, query
    assert as_carla.get("/affected/").context["found"].total == 0
    posted = {f"way-{summons.appointment_id}": "cancel", f"version-{summons.appointment_id}": 1, "reason": "x"}
    as_carla.post("/affected/", posted)
    summons.refresh_from_db()
    assert summons.status == "sent"


@pytest.mark.requirement("SPEED-12", "ABS-03")
def test_the_page_takes_as_many_statements_however_many_are_hit(
    as_bo: Client,
    nord: World,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_room(nord.team, "Lokale 3")
    booked(nord)
    absence = away(nord)
    as_bo.get(f"/affected/?absence={absence.pk}")
    with django_assert_max_num_queries(45) as one:
        as_bo.get(f"/affected/?absence={absence.pk}")
    for clock in ("10:00", "11:00", "12:00"):
        Absence.objects.all().delete()
        booked(nord, clock)
        absence = away(nord)
    with django_assert_num_queries(len(one)):
        as_bo.get(f"/affected/?absence={absence.pk}")


@pytest.mark.requirement("ABS-03", "SPEED-12")
def test_fourteen_appointments_of_a_sick_counsellor_are_solved_in_a_bounded_number_of_statements(
    as_bo: Client, nord: World
) -> None:
    for name in ("Cleo Carlsen", "Dan Dahl", "Else Egg"):
        make_counsellor(nord.team, name)
    for day in (MONDAY, TUESDAY):
        for hour in range(8, 15):
            booked(nord, f"{hour:02}:00", day=day, deadline=MONDAY + timedelta(days=11))
    absence = away(nord, days=5)
    with CaptureQueriesContext(connection) as seeing:
        found = lines(as_bo, f"absence={absence.pk}")
    with CaptureQueriesContext(connection) as settling:
        page = done(as_bo, f"absence={absence.pk}", found)
    assert "14 flyttet." in page
    undo = page.split('action="/affected/undo/')[1].split('"')[0]
    with CaptureQueriesContext(connection) as undoing:
        page = as_bo.post(f"/affected/undo/{undo}", follow=True).content.decode()
    assert "14 aftaler står igen, hvor de stod." in page
    assert len(found) == 14
    assert (len(seeing) <= 45, len(settling) <= 700, len(undoing) <= 450) == (True, True, True)


@pytest.mark.requirement("ABS-03", "APP-08", "APP-14")
def test_what_was_never_sent_is_deleted_and_can_be_taken_back_with_the_rest(as_bo: Client, nord: World) -> None:
    booked(nord)
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, clock="11:00"))
    query = f"absence={away(nord).pk}"
    page = as_bo.get(f"/affected/?{query}").content.decode()
    assert page.count(">Slet, er ikke sendt</option>") == 1
    assert page.count(">Aflys</option>") == 1
    found = lines(as_bo, query)
    for line in found:
        line.chosen = "cancel"
    said = done(as_bo, query, found)
    assert "1 aflyst, 1 slettet, som aldrig blev sendt." in said
    assert Appointment.objects.count() == 1
    undo = said.split('action="/affected/undo/')[1].split('"')[0]
    page = as_bo.post(f"/affected/undo/{undo}", follow=True).content.decode()
    assert "2 aftaler står igen, hvor de stod." in page
    assert Appointment.objects.filter(cancelled_at=None).count() == 2


@pytest.mark.requirement("TEAM-06", "APP-15")
@pytest.mark.parametrize("name", ["team", "variant"])
def test_what_stands_in_the_way_of_a_team_or_a_variant_is_listed_and_can_only_be_left_or_cancelled(
    as_bo: Client, as_ada: Client, nord: World, name: str
) -> None:
    variant = ConversationVariant.objects.create(jobcentre=nord.jobcentre, name="Under 30 år")
    summons = booked(nord)
    Appointment.objects.update(variant=variant)
    query = f"{name}={variant.pk if name == 'variant' else nord.team.pk}"
    counted = as_ada.get(f"/affected/?{query}").content.decode()
    assert "af en sagsbehandler, før der kan slettes" in counted
    assert summons.citizen.full_name not in counted
    [line] = lines(as_bo, query)
    assert (line.chosen, line.same, line.later) == ("leave", [], [])
    [line] = lines(as_bo, f"{query}&all=cancel")
    assert "1 aflyst." in done(as_bo, query, [line])
    assert lines_or_none(as_bo, query) == []


def lines_or_none(client: Client, query: str) -> list[Line]:
    return list(client.get(f"/affected/?{query}").context.get("lines") or [])


@pytest.mark.requirement("ABS-03")
def test_settling_costs_few_statements_an_appointment_and_tells_all_together(as_bo: Client, nord: World) -> None:
    for clock in ("08:00", "09:00", "10:00", "11:00"):
        booked(nord, clock)
    query = f"absence={away(nord).pk}"
    found = lines(as_bo, query)
    ways = {f"way-{line.appointment.pk}": line.chosen for line in found}
    versions = {f"version-{line.appointment.pk}": line.appointment.version for line in found}
    with CaptureQueriesContext(connection) as asked:
        as_bo.post(f"/affected/?{query}", ways | versions)
    assert len(asked) <= 50 + 28 * 4
    assert sum('INSERT INTO "outbox_message"' in (one["sql"] or "") for one in asked) == 1
