"""docs/states.md is drawn from the tables of moves."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from summons.management.commands import states


def test_the_drawing_in_the_documents_is_the_one_of_the_tables() -> None:
    call_command("states", check=True)


def test_a_move_that_is_not_drawn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "TABLES", {})
    with pytest.raises(CommandError, match=r"docs/states\.md er forældet"):
        call_command("states", check=True)
