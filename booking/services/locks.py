"""Who may write at once: every writer of the appointment book takes its locks here, first and in one order.

Job centre (shared; exclusive for keeping a large plan), citizens, counsellors, rooms, each by key, then appointments.
Transaction-level advisory locks: what was read before them may be old, so every writer looks after locking.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from planner.accounts.set_up import look_again
from planner.prepared import rows_of
from planner.ui.refusal import Refusal

TRIES = 2
WAIT = "3s"
MANY = 20
"""With more meetings or summonses than this a writer takes the whole job centre instead of each key."""


class Kind(IntEnum):
    """What is locked; the order of the numbers is the order of locking. Nobody else uses these advisory keys."""

    JOBCENTRE = 7101
    CITIZEN = 7102
    COUNSELLOR = 7103
    ROOM = 7104
    APPOINTMENT = 7105


def lock(
    *,
    jobcentre_id: int,
    exclusive: bool = False,
    citizens: Iterable[UUID] = (),
    counsellors: Iterable[int] = (),
    rooms: Iterable[int] = (),
    appointments: Iterable[UUID] = (),
) -> None:
    """Hold these until the transaction ends; with `exclusive` the job centre is held and nothing else need be named.

    Call once in a transaction: a second call could break the order.
    """
    keys = [
        (kind, key)
        for kind, ids in (
            (Kind.CITIZEN, citizens),
            (Kind.COUNSELLOR, counsellors),
            (Kind.ROOM, rooms),
            (Kind.APPOINTMENT, appointments),
        )
        for key in sorted({_key(one) for one in ids})
    ]
    for _try in range(TRIES):
        is_taken, edition = _take(_key(jobcentre_id), exclusive, [] if exclusive else keys)
        if is_taken:
            look_again(edition)
            return
    raise Refusal(_("Kalenderen er optaget lige nu. Prøv igen om lidt."), code="busy")


def _key(one: int | UUID) -> int:
    """31 bits of an id. Two ids with the same key only wait for each other more than they need."""
    return (one.int if isinstance(one, UUID) else one) & 0x7FFFFFFF


def _take(jobcentre: int, exclusive: bool, keys: list[tuple[Kind, int]]) -> tuple[bool, UUID | None]:
    """Whether all were had in time, else none is held; and the edition of the set-up as it is then."""
    kinds, ids = [int(kind) for kind, _key in keys], [key for _kind, key in keys]
    wanted = [WAIT, int(Kind.JOBCENTRE), jobcentre, exclusive, kinds, ids]
    [(is_taken, edition)] = rows_of(TAKE, wanted)
    return is_taken, edition


TAKE = """
SELECT is_taken, set_up_edition() FROM planner_lock(%s, %s, %s, %s, %s::int[], %s::int[]) AS is_taken
"""
