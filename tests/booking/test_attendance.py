from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from booking.models import Origin, Summons
from booking.queries.attendance import not_registered, rest_of_day
from booking.queries.facts import picture
from booking.queries.history import history
from booking.services import sending
from booking.services.attendance import Entry, register, take_back
from booking.services.moving import move
from booking.states import Attendance, SummonsStatus
from planner.accounts.models import Settings
from planner.outbox.models import Message
from planner.ui.refusal import Refusal
from tests.booking.stories import sent
from tests.factories import MONDAY, NOW, World, at, make_summons

AFTER = at(MONDAY, "15:00")


@pytest.fixture(autouse=True)
def a_week_before() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def entry(attendance: str, **more: str) -> Entry:
    return Entry(attendance, **more)


@pytest.mark.requirement("ATT-01")
@pytest.mark.parametrize("attendance", Attendance.values)
def test_every_state_is_kept_with_who_when_and_why_and_told_to_nobody(nord: World, attendance: str) -> None:
    summons = sent(nord)
    told = Message.objects.count()
    done = register(entries={summons.pk: entry(attendance, reason="  Syg ")}, by=nord.bo, now=AFTER)
    kept = Summons.objects.get()
    assert (kept.attendance, kept.attendance_reason, kept.attendance_by, kept.attendance_at) == (
        attendance,
        "Syg",
        nord.bo,
        AFTER,
    )
    assert (len(done.summonses), done.refused, done.fresh) == (1, (), True)
    assert Message.objects.count() == told
    lines = history({summons.pk: ""})
    assert (lines[0].words, lines[0].by) == (f"Fremmøde: {Attendance(attendance).label}, Syg", "Bo Dam")


@pytest.mark.requirement("ATT-01")
def test_it_can_be_changed_taken_away_and_undone(nord: World) -> None:
    summons = sent(nord)
    register(entries={summons.pk: entry("met")}, by=nord.bo, now=AFTER)
    changed = register(entries={summons.pk: entry("no_show", seen="met")}, by=nord.bo, now=AFTER)
    assert not changed.fresh
    register(entries={summons.pk: entry("", seen="no_show")}, by=nord.bo, now=AFTER)
    assert (Summons.objects.get().attendance, Summons.objects.get().attendance_at) == ("", None)
    later = AFTER + timedelta(minutes=1)
    register(entries={summons.pk: entry("met")}, by=nord.bo, now=later)
    assert take_back(by=nord.ada, at=later, now=later) == ()
    assert len(take_back(by=nord.bo, at=later, now=later)) == 1
    assert Summons.objects.get().attendance == ""
    assert "Registrering af fremmøde fjernet" in [line.words for line in history({summons.pk: ""})]


@pytest.mark.requirement("ATT-01", "APP-15")
def test_what_somebody_else_registered_meanwhile_is_not_overwritten_unseen(nord: World) -> None:
    summons = sent(nord)
    register(entries={summons.pk: entry("met")}, by=nord.ada, now=AFTER)
    late = register(entries={summons.pk: entry("no_show", seen="")}, by=nord.bo, now=AFTER)
    assert [str(one.refusal) for one in late.refused] == [
        "Ada Krog har imens registreret «Mødt». Se den igen, før du ændrer den."
    ]
    assert Summons.objects.get().attendance == "met"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "pending": ({"status": SummonsStatus.PENDING, "number": None, "sent_at": None}, "Indkaldelsen er ikke sendt."),
    "cancelled": ({"status": SummonsStatus.CANCELLED, "cancelled_at": NOW}, "Samtalen er aflyst."),
    "case_system": (
        {"origin": Origin.CASE_SYSTEM},
        "Samtalen er oprettet i et sagsbehandlingssystem. Fremmøde registreres dér.",
    ),
}


@pytest.mark.requirement("ATT-01")
@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_held_here_is_refused_with_its_reason(nord: World, code: str) -> None:
    summons = sent(nord)
    Summons.objects.update(**REFUSED[code][0])
    [refused] = register(entries={summons.pk: entry("met")}, by=nord.bo, now=AFTER).refused
    assert (refused.refusal.code, str(refused.refusal)) == (code, REFUSED[code][1])
    assert not_registered(AFTER).count() == 0


@pytest.mark.requirement("ATT-01")
def test_a_check_in_list_is_ready_on_the_day_and_nobody_is_a_no_show_before_it_begins(nord: World) -> None:
    summons = sent(nord)

    def tried(attendance: str, on: str, days: int = 0) -> list[str]:
        now = at(MONDAY - timedelta(days=days), on)
        return [
            one.refusal.code for one in register(entries={summons.pk: entry(attendance)}, by=nord.bo, now=now).refused
        ]

    assert tried("met", "12:00", days=1) == ["not_yet"]
    assert tried("no_show", "08:50") == ["not_begun"]
    assert tried("met", "08:50") == []


@pytest.mark.requirement("ATT-01", "SET-01")
def test_a_job_centre_can_switch_it_off(nord: World) -> None:
    summons = sent(nord)
    Settings.objects.update(attendance_here=False)
    with pytest.raises(Refusal, match="sagsbehandlingssystemet"):
        register(entries={summons.pk: entry("met")}, by=nord.bo, now=AFTER)


@pytest.mark.requirement("ATT-01", "CAL-05")
def test_who_is_checked_in_is_neither_cancelled_nor_moved(nord: World) -> None:
    summons, early = sent(nord), at(MONDAY, "08:50")
    register(entries={summons.pk: entry("met")}, by=nord.bo, now=early)
    with pytest.raises(Refusal, match="Fremmødet er registreret"):
        sending.cancel(summons=summons, reason="Syg", by=nord.bo, now=early)
    with pytest.raises(Refusal, match="Fremmødet er registreret"):
        move(
            appointment=summons.appointment,
            day=MONDAY + timedelta(days=1),
            start_tick=120,
            counsellor_ids=[nord.anna.pk],
            room_id=None,
            now=early,
        )


@pytest.mark.requirement("ATT-02")
def test_what_is_over_and_not_registered_is_remembered_for_two_weeks(nord: World) -> None:
    summons = sent(nord)
    make_summons(summons.citizen, nord.birk, nord.team, day=MONDAY - timedelta(days=15), by=nord.bo)
    assert list(not_registered(at(MONDAY, "09:44"))) == []
    assert list(not_registered(AFTER)) == [summons]
    assert list(not_registered(AFTER, counsellors=[nord.birk.pk])) == []
    register(entries={summons.pk: entry("unclear")}, by=nord.bo, now=AFTER)
    assert list(not_registered(AFTER)) == []


@pytest.mark.requirement("ATT-01")
def test_the_rest_of_the_day_is_what_has_begun_and_nobody_has_registered(nord: World) -> None:
    first, second, third = (sent(nord, clock=clock) for clock in ("09:00", "10:00", "11:00"))
    now = at(MONDAY, "10:00")
    register(entries={first.pk: entry("no_show")}, by=nord.bo, now=now)
    assert set(rest_of_day(nord.anna.pk, MONDAY, now)) == {second}
    assert set(rest_of_day(nord.anna.pk, MONDAY, AFTER)) == {second, third}
    assert set(rest_of_day(nord.birk.pk, MONDAY, AFTER)) == set()


@pytest.mark.requirement("DIST-03", "ATT-01")
def test_a_conversation_that_nobody_came_to_was_not_held_by_its_counsellor(nord: World) -> None:
    summons = sent(nord)

    def preferred(citizen: UUID) -> object:
        facts = picture(
            settings=Settings.objects.get(), team_id=None, first=MONDAY, last=MONDAY, now=AFTER, citizens=[citizen]
        )
        return facts.citizens[citizen].preferred

    assert preferred(summons.citizen_id) == nord.anna.pk
    register(entries={summons.pk: entry("no_show")}, by=nord.bo, now=AFTER)
    assert preferred(summons.citizen_id) is None
