"""Letters of the demo: a few citizens were ticked for letters in step 2; yesterday's pile is printed, today's waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.models import Channel, Origin, Summons
from booking.states import SummonsStatus
from planner.accounts.models import User
from summons.queries.letters import unprinted
from summons.services import letters

TICKED = 8


def tick_some(*, now: datetime) -> None:
    """Of the summonses to come, some go by letter, whatever the citizens' facts say."""
    coming = Summons.objects.filter(
        status=SummonsStatus.SENT, origin=Origin.PLANNER, appointment__start_at__gt=now + timedelta(days=2)
    )
    chosen = coming.order_by("appointment__start_at", "pk").values("pk")[: TICKED * 3 : 3]
    Summons.objects.filter(pk__in=[row["pk"] for row in chosen]).update(channel=Channel.LETTER)


def print_some(*, by: User, now: datetime) -> None:
    """The first half of them, yesterday; none where there are none."""
    pks = list(unprinted(now=now).order_by("appointment__start_at", "pk").values_list("pk", flat=True))
    if pks:
        then = now - timedelta(hours=20)
        printing = letters.print_letters(pks=pks[: (len(pks) + 1) // 2], again=False, by=by, now=then)
        letters.make(printing, now=then)
