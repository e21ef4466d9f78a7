"""docs/states.md is drawn from the tables of moves."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from summons.management.commands import states
from summons.models import Run
from summons.states import MOVES, RunState


def test_the_drawing_in_the_documents_is_the_one_of_the_tables() -> None:
    call_command("states", check=True)


def test_a_move_that_is_not_drawn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "TABLES", {})
    with pytest.raises(CommandError, match=r"docs/states\.md er forældet"):
        call_command("states", check=True)


@pytest.mark.requirement("SUM-01", "DIST-17")
def test_a_run_makes_no_move_that_the_table_does_not_have() -> None:
    for before in RunState:
        for after in RunState:
            run = Run(state=before)
            if before == after or after in MOVES[before]:
                run.enter(after)
                assert run.state == after
            else:
                with pytest.raises(ValueError, match=f"from {before} to {after}"):
                    run.enter(after)
