"""A calendar that hangs takes few threads, and soon none."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from planner.calendars import lines
from planner.calendars.errors import Refused, Silent

pytestmark = pytest.mark.requirement("SYNC-06", "SYNC-19")


@pytest.fixture(autouse=True)
def nobody_on_the_line() -> Iterator[None]:
    yield
    lines._lines.clear()


def silence() -> None:
    raise Silent("Kalenderen svarer ikke i tide.")


def test_one_that_hangs_takes_two_threads_and_leaves_the_others_to_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_TURN", 0.05)
    hung, may_end = threading.Semaphore(0), threading.Event()

    def hang() -> None:
        hung.release()
        may_end.wait()

    with ThreadPoolExecutor(8) as pool:
        hanging = [pool.submit(lines.over, "anna", hang) for _call in range(2)]
        assert all(hung.acquire() for _call in range(2))
        others = [pool.submit(lines.over, "anna", hang) for _call in range(6)]
        assert all(isinstance(one.exception(), Silent) for one in others)
        assert pool.submit(lines.over, "birk", lambda: "svar").result() == "svar"
        may_end.set()
        assert [one.result() for one in hanging] == [None, None]


def test_one_that_was_silent_is_left_alone_until_it_is_heard_otherwise() -> None:
    with pytest.raises(Silent):
        lines.over("anna", silence)
    with pytest.raises(Silent, match="i tide"):
        lines.over("anna", lambda: pytest.fail("it was called"))
    lines.answers("anna")
    assert lines.over("anna", lambda: "svar") == "svar"


def test_one_that_refuses_an_entry_is_still_there() -> None:
    def refuse() -> None:
        raise Refused("Kalenderen afviste posten (415).")

    with pytest.raises(Refused):
        lines.over("anna", refuse)
    assert lines.over("anna", lambda: "svar") == "svar"
