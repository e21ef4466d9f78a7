"""Looking a list up in DFDG, against the simulator over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone

from admin_module.services import connection
from booking.models import (
    BookingDeadline,
    Channel,
    Citizen,
    CitizenAbsence,
    CprNumber,
    DueDate,
    Summons,
)
from booking.queries.hits import Scope, Why, hits
from booking.rules import why_not_send
from booking.services.citizens import citizens_by_cpr
from booking.states import SummonsStatus
from planner.accounts.models import JobcentreCode, Settings
from planner.accounts.vault import decrypt, digest
from planner.audit.models import Access
from planner.dfdg import messages
from planner.dfdg.messages import Coded, PersonFacts
from summons.models import LookUp, Run
from summons.queries.citizens import problems
from summons.services import look_up
from summons.services.import_list import import_table
from summons.spreadsheets.table import table_of
from summons.spreadsheets.text import read_pasted
from summons.states import RunState
from summons.tasks import look_up_list, take_up_look_ups
from tests import factories
from tests.dfdg.simulator import RunningSimulator, simulator  # noqa: F401
from tests.factories import MONDAY, NOW, World

KAREN = "1205881234"
NORDBY = "10300"
MARK = UUID("5f0c0a52-6f3e-4e43-8f5a-0d4c7a2d9b11")


def person(cpr: str = KAREN, **facts: Any) -> PersonFacts:
    known: dict[str, Any] = {
        "given_name": "Karen",
        "middle_name": "Dam",
        "family_name": "Holst",
        "address": "Strandvej 7",
        "postal_code": "9990",
        "city": "Nordby",
        "jobcentre_code": NORDBY,
        "contact_group": Coded(1, "Dagpengemodtager"),
        "activation_type": "Mentor",
    }
    return PersonFacts(cpr=cpr, **(known | facts))


@pytest.fixture
def dfdg(simulator: RunningSimulator, settings: Any) -> Iterator[RunningSimulator]:  # noqa: F811
    settings.DFDG_URL = simulator.url
    yield simulator
    connection.client().close()
    connection._client.cache_clear()


@pytest.fixture
def run(nord: World) -> Run:
    return factories.make_run(nord.bo, nord.team, nord.anna)


def looked_up(run: Run, text: str, *, again: bool = False) -> Run:
    now = timezone.now()
    if text:
        table = table_of(read_pasted(text))
        import_table(run_id=run.pk, table=table, now=now, today=date(2026, 11, 23))
    job = look_up.start(run_id=run.pk, by=run.author_id or 0, again=again, now=now)
    if job:
        look_up.work(run.jobcentre_id, run.pk, job, clock=timezone.now)
    run.refresh_from_db()
    return run


@pytest.mark.requirement("SUM-11", "SYNC-13", "CIT-03", "OFFER-05")
def test_what_dfdg_says_is_kept_as_a_dated_copy(run: Run, nord: World, dfdg: RunningSimulator) -> None:
    dfdg.add_person(
        person(
            absences=(messages.Absence(kind=Coded(10, "Ferie"), starts_on=MONDAY, ends_on=MONDAY + timedelta(days=4)),),
            due_dates=(messages.DueDate(kind="Falduge jobsamtale", due_on=date(2026, 12, 4)),),
            deadlines=(
                messages.BookingDeadline(
                    conversation_type=7, status=1, book_by=date(2026, 11, 27), hold_by=date(2026, 12, 4)
                ),
            ),
            digital_exempt=True,
            case_owner=nord.birk.employee_id,
            person_category=4,
            person_groups=(MARK,),
            unemployed_since=date(2026, 8, 3),
        )
    )
    looked_up(run, "Personnr.\n120588-1234")
    line = run.lines.select_related("citizen").get()
    citizen = line.citizen
    assert citizen is not None
    assert (citizen.full_name, citizen.whole_address) == ("Karen Dam Holst", "Strandvej 7, 9990 Nordby")
    assert (citizen.born_on, citizen.activation_type, citizen.contact_group_id) == (date(1988, 5, 12), "Mentor", 1)
    assert citizen.case_owner == nord.birk
    assert (citizen.person_category, citizen.person_groups, citizen.unemployed_from) == (4, [MARK], date(2026, 8, 3))
    assert citizen.fetched_at is not None
    assert (line.look_up, line.selected, line.channel) == (LookUp.FOUND, True, Channel.LETTER)
    assert [(one.kind, one.first_on) for one in CitizenAbsence.objects.all()] == [("Ferie", MONDAY)]
    assert [(one.kind, one.due_on) for one in DueDate.objects.all()] == [("Falduge jobsamtale", date(2026, 12, 4))]
    assert [(one.type_id, one.hold_by) for one in BookingDeadline.objects.all()] == [(7, date(2026, 12, 4))]
    assert (run.state, run.job, run.done, run.total) == (RunState.DRAFT, None, 1, 1)
    assert run.due_kinds == ["Falduge jobsamtale"]
    assert run.facets["groups"] == [[1, "Dagpengemodtager"]]


@pytest.mark.requirement("SUM-11", "CIT-02")
def test_citizens_of_another_job_centre_and_unknown_ones_are_refused_with_the_reason(
    run: Run, dfdg: RunningSimulator
) -> None:
    dfdg.add_person(person(jobcentre_code="10200"))
    looked_up(run, "Personnr.\n120588-1234\n010190-2345")
    assert not run.lines.exists()
    assert not Citizen.objects.exists()
    foreign, unknown = problems(run)
    assert (foreign.line, foreign.value) == (2, "120588-1234")
    assert foreign.reason == "Borgeren hører til et andet sted og kan ikke indkaldes herfra."
    assert unknown.line == 3
    assert "2345" not in unknown.reason


@pytest.mark.requirement("CIT-04", "APP-04")
def test_whom_dfdg_gives_to_another_job_centre_is_marked_and_comes_back_with_the_next_look_up(
    run: Run, nord: World, dfdg: RunningSimulator
) -> None:
    dfdg.add_person(person())
    looked_up(run, "Personnr.\n120588-1234")
    karen = Citizen.objects.get()
    waiting = factories.make_summons(karen, nord.anna, nord.team, status=SummonsStatus.PENDING)
    dfdg.add_person(person(jobcentre_code="10200", address="Torvet 1"))
    run.lines.update(look_up=LookUp.WAITING)
    Citizen.objects.update(fetched_at=timezone.now() - timedelta(days=2))
    looked_up(run, "")
    karen.refresh_from_db()
    assert (karen.cpr_status, karen.address) == ("elsewhere", "Strandvej 7")
    assert [hit.why for hit in hits(Scope(), settings=Settings.objects.get(), now=NOW)] == [Why.CITIZEN_GONE]
    refusal = why_not_send(Summons.objects.get(pk=waiting.pk), now=NOW, missing=())
    assert refusal is not None
    assert refusal.code == "elsewhere"
    dfdg.add_person(person())
    looked_up(run, "Personnr.\n120588-1234")
    karen.refresh_from_db()
    assert karen.cpr_status == "active"
    assert run.lines.get().look_up == LookUp.FOUND


@pytest.mark.requirement("SUM-11")
@pytest.mark.parametrize(
    ("status", "barred"),
    [
        (messages.CprStatus.ACTIVE, False),
        (messages.CprStatus.MOVED_AWAY, False),
        (messages.CprStatus.DEAD, True),
        (messages.CprStatus.INACTIVE, True),
    ],
)
def test_cpr_inactive_people_cannot_be_summoned_but_those_who_moved_away_can(
    run: Run, dfdg: RunningSimulator, status: messages.CprStatus, barred: bool
) -> None:
    dfdg.add_person(person(cpr_status=status))
    looked_up(run, "Personnr.\n120588-1234")
    line = run.lines.get()
    assert line.selected is not barred
    assert bool(line.reason) is barred


@pytest.mark.requirement("SUM-11", "CIT-03")
def test_without_an_answer_the_line_stays_and_can_be_tried_again(run: Run, dfdg: RunningSimulator) -> None:
    dfdg.add_person(person())
    dfdg.fail("status", status=503, operation="person")
    looked_up(run, "Personnr.\n120588-1234")
    line = run.lines.select_related("citizen").get()
    assert (line.look_up, line.selected) == (LookUp.FAILED, True)
    assert line.citizen is not None
    assert line.citizen.fetched_at is None
    assert "503" in run.failure
    dfdg.clear_faults()
    looked_up(run, "", again=True)
    line.refresh_from_db()
    assert line.look_up == LookUp.FOUND
    assert Citizen.objects.get().full_name == "Karen Dam Holst"
    assert run.failure == ""


@pytest.mark.requirement("CIT-03")
def test_a_copy_is_used_again_for_a_day_and_then_fetched_anew(run: Run, dfdg: RunningSimulator) -> None:
    dfdg.add_person(person())
    looked_up(run, "Personnr.\n120588-1234")
    asked = len(dfdg.calls())
    run.lines.all().delete()
    looked_up(run, "Personnr.\n120588-1234")
    assert len(dfdg.calls()) == asked
    Citizen.objects.update(fetched_at=timezone.now() - timedelta(hours=25), activation_type="gammel")
    run.lines.all().delete()
    looked_up(run, "Personnr.\n120588-1234")
    assert len(dfdg.calls()) == asked + 1
    assert Citizen.objects.get().activation_type == "Mentor"
    assert CprNumber.objects.count() == 1


@pytest.mark.requirement("GUARD-12", "SYNC-13")
def test_every_look_up_is_written_down_with_the_caseworker(run: Run, nord: World, dfdg: RunningSimulator) -> None:
    dfdg.add_person(person())
    looked_up(run, "Personnr.\n120588-1234\n010190-2345")
    found = list(Access.objects.order_by("citizen_id").values_list("user_id", "citizen_id"))
    assert found == [(nord.bo.pk, Citizen.objects.get().pk), (nord.bo.pk, None)]


@pytest.mark.requirement("SUM-10", "SUM-12", "SUM-14")
def test_due_dates_of_the_list_hold_against_those_of_dfdg_and_the_rule_fills_the_deadline(
    run: Run, dfdg: RunningSimulator
) -> None:
    dfdg.add_person(person(due_dates=(messages.DueDate(kind="Falduge jobsamtale", due_on=date(2026, 12, 18)),)))
    Run.objects.filter(pk=run.pk).update(due_kind="Falduge jobsamtale", days_before=3)
    looked_up(run, "Personnr.\tFalduge jobsamtale\n120588-1234\tuge 49")
    assert [(one.due_on, one.source) for one in DueDate.objects.all()] == [(date(2026, 12, 4), "list")]
    assert run.lines.get().deadline == date(2026, 12, 1)


@pytest.mark.requirement("SUM-23")
@time_machine.travel(NOW, tick=False)
def test_one_who_already_has_a_coming_conversation_of_the_type_is_deselected(
    run: Run, nord: World, dfdg: RunningSimulator
) -> None:
    citizen = factories.make_citizen(nord.jobcentre, cpr=KAREN)
    meeting = factories.make_appointment(nord.anna, nord.team, type_id=4)
    factories.make_summons(citizen, nord.anna, nord.team, appointment=meeting)
    looked_up(run, "Personnr.\n120588-1234")
    assert not run.lines.get().selected


@pytest.mark.requirement("APP-09")
def test_a_job_started_twice_does_nothing_twice(run: Run, dfdg: RunningSimulator) -> None:
    dfdg.add_person(person())
    now = timezone.now()
    import_table(run_id=run.pk, table=table_of(read_pasted("cpr\n120588-1234")), now=now, today=date(2026, 11, 23))
    job = look_up.start(run_id=run.pk, by=run.author_id or 0, now=now)
    assert job is not None
    look_up_list(run.jobcentre_id, str(run.pk), str(job))
    look_up_list(run.jobcentre_id, str(run.pk), str(job))
    look_up_list(run.jobcentre_id, str(run.pk), str(uuid4()))
    assert len(dfdg.calls()) == 1
    assert Access.objects.count() == 1


@pytest.mark.requirement("APP-09", "FAULT-04")
def test_a_job_that_nobody_works_at_is_taken_up_by_the_sweep(
    run: Run, dfdg: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    dfdg.add_person(person())
    now = timezone.now()
    import_table(run_id=run.pk, table=table_of(read_pasted("cpr\n120588-1234")), now=now, today=date(2026, 11, 23))
    look_up.start(run_id=run.pk, by=run.author_id or 0, now=now - timedelta(minutes=5))
    monkeypatch.setattr(look_up_list, "delay", look_up_list)
    take_up_look_ups()
    run.refresh_from_db()
    assert run.state == RunState.DRAFT
    assert run.lines.get().look_up == LookUp.FOUND


@pytest.mark.requirement("SUM-11", "APP-09")
def test_a_look_up_that_breaks_down_leaves_a_run_that_can_be_tried_again(run: Run, dfdg: RunningSimulator) -> None:
    dfdg.add_person(person())
    codes = list(JobcentreCode.objects.all())
    JobcentreCode.objects.all().delete()
    with pytest.raises(IndexError):
        looked_up(run, "cpr\n120588-1234")
    run.refresh_from_db()
    assert (run.state, run.job, run.failure) == (RunState.DRAFT, None, "Opslaget gik i stå.")
    JobcentreCode.objects.bulk_create(codes)
    assert looked_up(run, "", again=True).lines.get().look_up == LookUp.FOUND


@pytest.mark.requirement("CIT-02")
def test_a_citizen_is_found_by_the_present_and_by_a_former_number(nord: World) -> None:
    citizen = factories.make_citizen(nord.jobcentre, cpr=KAREN)
    number = citizen.numbers.get()
    number.valid_to = date(2026, 1, 1)
    number.save()
    fresh = factories.make_cpr(7)
    CprNumber.objects.create(
        jobcentre=nord.jobcentre, citizen=citizen, encrypted=number.encrypted, digest=digest(fresh)
    )
    assert citizens_by_cpr([KAREN, fresh]) == {KAREN: citizen, fresh: citizen}
    assert decrypt(number.encrypted) == KAREN


@pytest.mark.deep
@pytest.mark.requirement("SYNC-13")
def test_five_hundred_are_looked_up_within_five_seconds(run: Run, dfdg: RunningSimulator) -> None:
    numbers = [factories.make_cpr(number, date(1960 + number % 30, 1 + number % 12, 1)) for number in range(500)]
    for cpr in numbers:
        dfdg.add_person(person(cpr))
    began = time.monotonic()
    looked_up(run, "cpr\n" + "\n".join(numbers))
    assert time.monotonic() - began < 5
    assert run.lines.filter(look_up=LookUp.FOUND).count() == 500
