"""Step 3's pages: progress, board, sending, «Fortryd», [Åbn]."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from admin_module.models import Distribution
from booking.models import Citizen, CprStatus, Summons
from booking.states import SummonsStatus
from planner.audit.models import Access
from planner.audit.purposes import Purpose
from planner.outbox.models import Message
from summons.models import Run, RunCitizen
from summons.services import planning
from summons.states import RunState
from tests.factories import World, add_line, make_citizen, make_counsellor, make_run

STATEMENTS = 40


def next_monday() -> date:
    today = timezone.localdate()
    return today + timedelta(days=21 - today.weekday())


@pytest.fixture
def run(nord: World) -> Run:
    """Anna alone, from a Monday two to three weeks ahead."""
    return make_run(nord.bo, nord.team, nord.anna, now=timezone.now(), earliest_on=next_monday())


def board(run: Run) -> str:
    return f"/summons/runs/{run.pk}/plan/"


def called(nord: World, run: Run, *names: str, deadline: date | None = None) -> list[RunCitizen]:
    return [add_line(run, make_citizen(nord.jobcentre, name), deadline=deadline) for name in names]


def planned(client: Client, run: Run) -> Any:
    return client.post(board(run), follow=True)


def sent(run: Run) -> int:
    return Summons.objects.filter(run_lines__run=run, status=SummonsStatus.SENT).count()


@pytest.mark.requirement("SUM-01", "SUM-16")
def test_step_2_leads_on_to_the_board(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Karen Holst", "Yusuf Andersen")
    response = planned(as_bo, run)
    assert [row.name for row in response.context["page"].rows] == ["Karen Holst", "Yusuf Andersen"]
    text = response.content.decode()
    assert [
        words
        for words in ("Indkald nu (2)", "Første ledige tid", "Fravælg alle", "kl.\N{NO-BREAK SPACE}8.00")
        if words not in text
    ] == []
    assert Access.objects.filter(purpose=Purpose.PLAN).count() == 2


@pytest.mark.requirement("SEC-02")
def test_nobody_else_gets_near_it(as_carla: Client, as_anna: Client, nord: World, run: Run) -> None:
    (line,) = called(nord, run, "Karen Holst")
    for path in ("", "progress/", "scenario/", "take-back/", f"{line.pk}/", f"{line.pk}/delete/"):
        assert as_carla.get(board(run) + path).status_code == 404
        assert as_anna.get(board(run) + path).status_code == 403
    for path in ("", "tick/", "send/", "keep/", "undo/1/", "take-back/", f"{line.pk}/", f"{line.pk}/delete/"):
        assert as_carla.post(board(run) + path, {"selected": line.pk}).status_code == 404


@pytest.mark.requirement("SUM-17", "DIST-05", "DIST-06")
def test_the_figures_equal_those_counted_from_the_rows(as_bo: Client, nord: World) -> None:
    short = make_counsellor(nord.team, "Kort Kjær", hours=("09:00", "11:00"))
    run = make_run(nord.bo, nord.team, short, now=timezone.now(), earliest_on=next_monday())
    lines = called(nord, run, "Ene Lund", "To Lund", "Tre Lund", "Fire Lund", deadline=next_monday())
    called(nord, run, "Uden Lund")
    called(nord, run, "Væk Lund")
    away = RunCitizen.objects.get(citizen__given_name="Væk")
    away.earliest_on = next_monday() + timedelta(days=400)
    away.save()
    Citizen.objects.filter(pk__in=[lines[0].citizen_id, lines[3].citizen_id]).update(case_owner=short)
    context = planned(as_bo, run).context
    figures, rows = context["figures"], context["page"].rows
    assert figures.total == len(rows) == 6
    assert figures.unplaced == sum(row.rank == 0 for row in rows) == 1
    late = [row for row in rows if row.rank == 1]
    assert figures.late == len(late) == 2
    lateness = [(timezone.localdate(row.start_at) - row.deadline).days for row in late]
    assert (figures.least_late, figures.most_late) == (min(lateness), max(lateness))
    assert figures.within == sum(row.rank == 2 for row in rows) == 3
    assert figures.undated == sum(row.deadline is None and row.start_at is not None for row in rows) == 1
    assert figures.own == sum("Egen" in row.reason for row in rows) + sum(row.name == "Fire Lund" for row in late) == 2
    assert figures.days == len({timezone.localdate(row.start_at) for row in rows if row.start_at})
    assert figures.chosen == figures.chosen_within + figures.chosen_late == sum(row.chosen for row in rows) == 5
    assert [(load.name, load.before, load.fresh) for load in context["load"]] == [("Kort Kjær", 0, 5)]
    assert "Indkald nu (5, heraf 2 efter frist)" in as_bo.get(board(run)).content.decode()


@pytest.mark.requirement("SUM-16")
def test_those_without_a_time_stand_first_then_the_late_then_the_days(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Senere Lund")
    called(nord, run, "Sen Lund", deadline=next_monday() - timedelta(days=1))
    (away,) = called(nord, run, "Væk Lund")
    RunCitizen.objects.filter(pk=away.pk).update(earliest_on=next_monday() + timedelta(days=400))
    rows = planned(as_bo, run).context["page"].rows
    assert [(row.name, row.group and row.group.count) for row in rows] == [
        ("Væk Lund", 1),
        ("Sen Lund", 1),
        ("Senere Lund", 1),
    ]
    assert [row.group.day for row in rows] == [None, None, next_monday()]


@pytest.mark.requirement("APP-10")
@pytest.mark.parametrize(
    ("query", "names"), [("unplaced=1", ["Væk Lund"]), ("late=1", ["Sen Lund"]), ("name=er", ["Her Lund"])]
)
def test_it_filters(as_bo: Client, nord: World, run: Run, query: str, names: list[str]) -> None:
    called(nord, run, "Her Lund")
    called(nord, run, "Sen Lund", deadline=next_monday() - timedelta(days=1))
    (away,) = called(nord, run, "Væk Lund")
    RunCitizen.objects.filter(pk=away.pk).update(earliest_on=next_monday() + timedelta(days=400))
    planned(as_bo, run)
    assert [row.name for row in as_bo.get(f"{board(run)}?{query}").context["page"].rows] == names


@pytest.mark.requirement("SPEED-12")
def test_it_takes_as_many_statements_for_three_rows_as_for_one(
    as_bo: Client, nord: World, run: Run, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    called(nord, run, "Ene Lund")
    planned(as_bo, run)
    as_bo.get(board(run))
    with django_assert_num_queries(STATEMENTS):
        as_bo.get(board(run))
    called(nord, run, "To Lund", "Tre Lund")
    planned(as_bo, run)
    with django_assert_num_queries(STATEMENTS):
        assert len(as_bo.get(board(run)).context["page"].rows) == 3


@pytest.mark.requirement("APP-09", "DIST-17")
def test_while_it_is_planned_the_page_shows_how_far_it_is(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Ene Lund")
    job = planning.start(run_id=run.pk, by=nord.bo.pk, now=timezone.now())
    Run.objects.filter(pk=run.pk).update(done=231, total=387)
    text = as_bo.get(board(run)).content.decode()
    assert [
        words for words in ("231 af 387", "Du kan forlade siden", f"{board(run)}progress/") if words not in text
    ] == []
    bar = as_bo.get(f"{board(run)}progress/", headers={"HX-Request": "true"})
    assert "HX-Redirect" not in bar.headers
    assert "<html" not in bar.content.decode()
    assert job is not None
    planning.work(run.jobcentre_id, run.pk, job, clock=timezone.now)
    assert as_bo.get(f"{board(run)}progress/", headers={"HX-Request": "true"})["HX-Redirect"] == board(run)


@pytest.mark.requirement("SUM-16", "SUM-20", "APP-14", "PEND-01")
def test_the_ticked_are_sent_the_others_wait_and_all_can_be_taken_back(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Ene Lund", "To Lund", "Tre Lund")
    rows = planned(as_bo, run).context["page"].rows
    form = {"shown": [row.pk for row in rows], "selected": [row.pk for row in rows[:2]]}
    response = as_bo.post(f"{board(run)}send/", form, follow=True)
    text = response.content.decode()
    receipt = ("2 borgere indkaldes om 15 sekunder.", "Fortryd", f"/summons/follow-up/?opened=1&amp;run={run.pk}")
    assert [words for words in receipt if words not in text] == []
    run.refresh_from_db()
    assert (run.state, sent(run), Message.objects.count()) == (RunState.FINISHED, 2, 2)
    assert Summons.objects.get(status=SummonsStatus.PENDING).citizen.given_name == "Tre"
    assert run.sent_at is not None
    as_bo.post(f"{board(run)}undo/{round(run.sent_at.timestamp() * 1_000_000)}/")
    again = Run.objects.get()
    assert (again.state, again.sent_at) == (RunState.PLANNED, None)
    assert (sent(run), Message.objects.count()) == (0, 0)


@pytest.mark.requirement("CONC-07", "APP-14")
def test_a_double_click_sends_once_and_keeps_the_receipt(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Ene Lund", "To Lund")
    rows = planned(as_bo, run).context["page"].rows
    form = {"shown": [row.pk for row in rows], "selected": [row.pk for row in rows]}
    for _ in range(10):
        assert as_bo.post(f"{board(run)}send/", form).status_code == 302
    text = as_bo.get(board(run)).content.decode()
    assert "2 borgere indkaldes om 15 sekunder." in text
    assert "/undo/" in text
    assert (sent(run), Message.objects.count()) == (2, 2)
    assert len(set(Summons.objects.values_list("number", flat=True))) == 2


@pytest.mark.requirement("APP-07")
def test_another_tab_that_sends_what_is_sent_is_told_so(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Ene Lund")
    planned(as_bo, run)
    as_bo.post(f"{board(run)}send/")
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        text = as_bo.post(f"{board(run)}send/", follow=True).content.decode()
    assert "Intet nyt blev sendt: de valgte er allerede indkaldt." in text


@pytest.mark.requirement("PEND-02", "SUM-11")
def test_who_cannot_be_summoned_is_named_and_stays(as_bo: Client, nord: World, run: Run) -> None:
    dead, _living = called(nord, run, "Død Lund", "Levende Lund")
    planned(as_bo, run)
    Citizen.objects.filter(run_lines=dead).update(cpr_status=CprStatus.DEAD)
    assert "Kan ikke sendes: Borgeren er død" in as_bo.get(board(run)).content.decode()
    text = as_bo.post(f"{board(run)}send/", follow=True).content.decode()
    assert "Død Lund er ikke indkaldt: Borgeren er død og kan ikke indkaldes." in text
    run.refresh_from_db()
    assert (sent(run), run.state) == (1, RunState.PLANNED)


@pytest.mark.requirement("SUM-18")
def test_after_a_fixed_time_it_counts_those_who_wait_and_leads_back_to_step_1(as_bo: Client, nord: World) -> None:
    run = make_run(
        nord.bo,
        nord.team,
        nord.anna,
        now=timezone.now(),
        distribution=Distribution.FIXED_TIME,
        fixed_on=next_monday(),
        fixed_times=["09:00"],
    )
    called(nord, run, "Ene Lund", "To Lund", "Tre Lund")
    text = planned(as_bo, run).content.decode()
    assert [words for words in ("2 borgere mangler stadig en tid", "Tilbage til trin 1") if words not in text] == []
    as_bo.post(f"{board(run)}send/")
    run.refresh_from_db()
    assert (run.state, sent(run)) == (RunState.PLANNED, 1)
    Run.objects.filter(pk=run.pk).update(fixed_times=["10:00", "11:00"])
    rows = planned(as_bo, run).context["page"].rows
    assert {row.name for row in rows} == {"To Lund", "Tre Lund"}


@pytest.mark.requirement("SUM-16", "APP-06")
def test_a_tick_is_kept_and_counted_at_once(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Ene Lund", "To Lund")
    rows = planned(as_bo, run).context["page"].rows
    response = as_bo.post(f"{board(run)}tick/", {"shown": rows[0].pk}, headers={"HX-Request": "true"})
    assert "Indkald nu (1)" in response.content.decode()
    assert "<html" not in response.content.decode()
    assert [row.chosen for row in as_bo.get(board(run)).context["page"].rows] == [False, True]
    as_bo.post(f"{board(run)}tick/", {"everything": "0"})
    assert "Vælg alle" in as_bo.get(board(run)).content.decode()
    as_bo.post(f"{board(run)}tick/", {"everything": "1"})
    assert as_bo.get(board(run)).context["figures"].chosen == 2


@pytest.mark.requirement("PEND-01")
def test_the_plan_can_wait_on_the_pending_list(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Ene Lund")
    planned(as_bo, run)
    response = as_bo.post(f"{board(run)}keep/", follow=True)
    assert [row.citizen for row in response.context["page"].rows] == ["Ene Lund"]


@pytest.mark.requirement("SUM-16", "APP-08")
def test_one_is_deleted_after_a_question_and_stays_on_the_list_of_step_2(as_bo: Client, nord: World, run: Run) -> None:
    (line,) = called(nord, run, "Ene Lund")
    planned(as_bo, run)
    assert "Tiden bliver ledig igen" in as_bo.get(f"{board(run)}{line.pk}/delete/").content.decode()
    as_bo.post(f"{board(run)}{line.pk}/delete/")
    line.refresh_from_db()
    assert (line.summons, line.selected, Summons.objects.count()) == (None, False, 0)


@pytest.mark.requirement("DIST-18")
def test_the_plan_is_taken_back_after_a_question(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Ene Lund")
    planned(as_bo, run)
    assert as_bo.get(f"{board(run)}take-back/").status_code == 200
    assert as_bo.post(f"{board(run)}take-back/")["Location"] == f"/summons/runs/{run.pk}/citizens/"
    assert not Summons.objects.exists()


@pytest.mark.requirement("DIST-20")
def test_it_is_downloaded_as_a_scenario(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Karen Holst")
    planned(as_bo, run)
    response = as_bo.get(f"{board(run)}scenario/")
    assert response["Content-Disposition"].endswith('.json"')
    assert json.loads(response.content)["citizens"] == [{"id": "b1"}]


# [Åbn]


def moved(line: RunCitizen, **changes: object) -> dict[str, object]:
    """The dialog's fields as they stand, with these changes."""
    assert line.summons is not None
    meeting = line.summons.appointment
    values = {
        "counsellor": meeting.holders.get().counsellor_id,
        "room": "",
        "day": meeting.day.isoformat(),
        "start": meeting.start_tick,
        "deadline": "",
        "channel": "jobnet",
    }
    return values | changes


@pytest.mark.requirement("SUM-16", "TIME-09")
def test_one_is_moved_to_another_time_counsellor_and_room(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Ene Lund")
    planned(as_bo, run)
    line = run.lines.get()
    assert as_bo.get(f"{board(run)}{line.pk}/").status_code == 200
    wanted = moved(line, start=120, room=nord.room.pk, channel="letter", deadline=next_monday().isoformat())
    assert as_bo.post(f"{board(run)}{line.pk}/", wanted).status_code == 302
    line.refresh_from_db()
    assert line.summons is not None
    meeting = line.summons.appointment
    assert (meeting.start_tick, meeting.room_id) == (120, nord.room.pk)
    assert (line.summons.channel, line.summons.deadline) == ("letter", next_monday())
    assert "Valgt i hånden" in as_bo.get(board(run)).content.decode()


@pytest.mark.requirement("TIME-09")
def test_what_warns_must_be_passed_and_nothing_is_written_before(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Ene Lund")
    planned(as_bo, run)
    line = run.lines.get()
    early = moved(line, start=84, channel="letter")
    response = as_bo.post(f"{board(run)}{line.pk}/", early)
    assert response.status_code == 422
    assert "uden for vejlederens arbejdstid" in response.content.decode()
    line.refresh_from_db()
    assert line.summons is not None
    assert (line.summons.appointment.start_tick, line.summons.channel) == (96, "jobnet")
    assert as_bo.post(f"{board(run)}{line.pk}/", early | {"warned": "1"}).status_code == 302
    assert Summons.objects.get().appointment.start_tick == 84


@pytest.mark.requirement("SUM-16", "TIME-09")
def test_only_possible_times_can_be_chosen(as_bo: Client, nord: World, run: Run) -> None:
    called(nord, run, "Ene Lund", "To Lund")
    planned(as_bo, run)
    line = run.lines.order_by("line")[0]
    response = as_bo.post(f"{board(run)}{line.pk}/", moved(line, start=108))
    assert response.status_code == 422
    shown = as_bo.post(f"{board(run)}{line.pk}/", moved(line, show="1"))
    (_empty, (_free, free), _warned) = shown.context["form"].fields["start"].choices
    starts = {int(value) for value, _label in free}
    assert 96 in starts
    assert not starts & set(range(97, 120))


@pytest.mark.requirement("SUM-16")
def test_one_without_a_time_is_given_one_by_hand(as_bo: Client, nord: World, run: Run) -> None:
    (line,) = called(nord, run, "Væk Lund")
    RunCitizen.objects.filter(pk=line.pk).update(earliest_on=next_monday() + timedelta(days=400))
    planned(as_bo, run)
    wanted = {
        "counsellor": nord.anna.pk,
        "room": "",
        "day": next_monday().isoformat(),
        "start": 96,
        "channel": "jobnet",
    }
    response = as_bo.post(f"{board(run)}{line.pk}/", wanted)
    assert response.status_code == 422
    assert "før borgerens tidligste dato" in response.content.decode()
    assert as_bo.post(f"{board(run)}{line.pk}/", wanted | {"warned": "1"}).status_code == 302
    line.refresh_from_db()
    assert line.summons is not None
    assert line.summons.placement == {"by_hand": True, "passed": ["before_earliest"]}


@pytest.mark.requirement("SUM-04", "SUM-16")
def test_who_has_no_time_is_offered_one_in_a_room_where_the_run_asks_for_a_room(as_bo: Client, nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, now=timezone.now(), earliest_on=next_monday(), room_choice="any")
    (line,) = called(nord, run, "Væk Lund")
    RunCitizen.objects.filter(pk=line.pk).update(earliest_on=next_monday() + timedelta(days=400))
    board_now = planned(as_bo, run).content.decode()
    assert 'id="tick-all" disabled' in board_now
    form = as_bo.get(f"{board(run)}{line.pk}/").context["form"]
    assert form["room"].value() == nord.room.pk
