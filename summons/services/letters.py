"""[Udskriv breve]: letters are marked as printed, and laid on paper as one PDF, by a worker where they are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from booking.models import Letter, LetterKind, Printing, Summons
from planner.accounts.models import User
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import seal
from planner.letters.paper import pdf
from planner.ui.refusal import Refusal
from summons.queries.letters import letters_due, sheets_of

INLINE = 50
"""So many are made while one waits: a fraction of a second."""
PATIENCE = timedelta(seconds=60)
KEPT = timedelta(days=1)


def print_letters(*, pks: Sequence[UUID], again: bool, by: User, now: datetime) -> Printing:
    """Mark the letters of these summonses as printed, in the order given; Refusal where none of them wants one.

    `again`: those that have their letter already get the same once more.
    """
    list(Summons.objects.filter(pk__in=pks).select_for_update().order_by("pk").values_list("pk"))
    due = letters_due(pks, now=now)
    kinds = {pk: due[pk].owed or (due[pk].told if again else None) for pk in pks if pk in due}
    wanted = [pk for pk in pks if kinds.get(pk)]
    if not wanted:
        raise Refusal(_("Ingen af indkaldelserne skal have brev."), code="no-letters")
    found = Summons.objects.select_related("appointment").in_bulk(wanted)
    printing = Printing.objects.create(jobcentre_id=found[wanted[0]].jobcentre_id, asked_by=by, asked_at=now)
    letters = [_letter(printing, found[pk], kinds[pk] or "", due[pk].told_at) for pk in wanted]
    for line, letter in enumerate(letters, start=1):
        letter.line = line
    Letter.objects.bulk_create(letters)
    return printing


def _letter(printing: Printing, summons: Summons, kind: str, told_at: datetime | None) -> Letter:
    """A cancelled one is about the time that the citizen was told of."""
    meeting = summons.appointment
    return Letter(
        jobcentre_id=printing.jobcentre_id,
        printing=printing,
        summons=summons,
        kind=kind,
        start_at=told_at if kind == LetterKind.CANCELLED and told_at else meeting.start_at,
        address=meeting.address,
        room_id=meeting.room_id,
    )


def make(printing: Printing, *, now: datetime) -> None:
    """Lay the letters on paper."""
    printing.encrypted = seal(pdf(sheets_of(printing), title=_("Breve")))
    printing.made_at = now
    printing.save(update_fields=["encrypted", "made_at"])


def work(jobcentre_id: int, printing_id: UUID, *, clock: Callable[[], datetime]) -> None:
    """Make one that waits; the same work begun twice is done once. Outside any transaction."""
    with acting_for(jobcentre_id, source="worker"):
        waiting = Printing.objects.select_for_update(skip_locked=True, of=("self",)).filter(made_at=None)
        if printing := waiting.filter(pk=printing_id).first():
            make(printing, now=clock())


def forgotten(*, now: datetime) -> list[UUID]:
    """Those that still wait a minute after they were asked for."""
    waiting = Printing.objects.filter(made_at=None, asked_at__lt=now - PATIENCE)
    return list(waiting.values_list("pk", flat=True))


def undo(*, printing: Printing, by: User, now: datetime) -> None:
    """«Fortryd»: its letters count as not printed; repeated it changes nothing."""
    waiting = Printing.objects.filter(pk=printing.pk, undone_at=None)
    waiting.update(undone_at=now, undone_by=by)


def forget_papers(*, now: datetime) -> None:
    """The PDFs of yesterday are gone; what was printed is still known."""
    Printing.objects.filter(made_at__lt=now - KEPT, encrypted__isnull=False).update(encrypted=None)
