"""Who else may hold a summoned conversation when the citizen moves it: the counsellors of its run (SELF-05).

Runs belong to the house above, which registers its answer at start.
"""

from __future__ import annotations

from collections.abc import Callable

from admin_module.models import Counsellor
from booking.models import Summons

Answer = Callable[[Summons], list[Counsellor] | None]
"""The counsellors that can still be chosen; None where no run knows the summons."""

_answers: list[Answer] = []


def register(answer: Answer) -> None:
    """Ask this house; called once, when the program starts."""
    _answers.append(answer)


def counsellors_of_run(summons: Summons) -> list[Counsellor]:
    """Of the run that it came from; else those who hold it, if they still give times."""
    for answer in _answers:
        if (found := answer(summons)) is not None:
            return found
    meeting = summons.appointment
    return list(Counsellor.objects.summonable().filter(appointments=meeting, teams=meeting.team_id))
