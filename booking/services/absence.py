"""A counsellor's absence: reported, changed and removed under the counsellor's lock (ABS-01 to ABS-04).

Whoever books looks at the calendar after the same lock, so that a booking is either refused or among the hits here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from admin_module.models import Absence, Counsellor
from booking.queries.hits import Scope, Why, hits
from booking.services import locks
from planner.accounts.models import Settings
from planner.ui.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Reported:
    """The absence as it is kept, and the coming appointments that it hits."""

    absence: Absence
    hit: frozenset[UUID]


def report_absence(
    *, counsellor: Counsellor, kind: str, start_at: datetime, end_at: datetime, now: datetime
) -> Reported:
    """«Meld fravær»: the time is not free from now on; what is booked in it stays until somebody moves it."""
    _hold(counsellor.pk, counsellor.jobcentre_id)
    if not Counsellor.objects.living().filter(pk=counsellor.pk).exists():
        raise Refusal(_("Vejlederen er slettet."), code="gone")
    covering = Absence.objects.filter(counsellor=counsellor, start_at__lte=start_at, end_at__gte=end_at)
    if covering.exists():
        raise Refusal(_("Vejlederen er allerede meldt fraværende i det tidsrum."), code="already_absent")
    absence = Absence.objects.create(
        jobcentre_id=counsellor.jobcentre_id, counsellor=counsellor, kind=kind, start_at=start_at, end_at=end_at
    )
    return _reported(absence, now)


def change_absence(
    *, absence: Absence, kind: str, start_at: datetime, end_at: datetime, version: int, now: datetime
) -> Reported:
    """Longer, shorter or of another kind; time that is given back is free at once."""
    found = _held(absence)
    if found.version != version:
        raise Refusal(_("Fraværet er ændret af en anden imens. Se det igen, før du gemmer."), code="stale")
    found.kind, found.start_at, found.end_at, found.version = kind, start_at, end_at, version + 1
    found.save(update_fields=["kind", "start_at", "end_at", "version"])
    return _reported(found, now)


def remove_absence(*, absence: Absence) -> None:
    """The whole of it: the time is free again at once (s182)."""
    _held(absence).delete()


def _held(absence: Absence) -> Absence:
    """The absence as it is under the lock."""
    _hold(absence.counsellor_id, absence.jobcentre_id)
    found = Absence.objects.select_related("counsellor").filter(pk=absence.pk).first()
    if found is None:
        raise Refusal(_("Fraværet er allerede fjernet."), code="gone")
    return found


def _hold(counsellor_id: int, jobcentre_id: int) -> None:
    locks.lock(jobcentre_id=jobcentre_id, counsellors=[counsellor_id])


def _reported(absence: Absence, now: datetime) -> Reported:
    scope = Scope(counsellors=(absence.counsellor_id,))
    found = hits(scope, settings=Settings.objects.get(), now=now)
    own = (hit for hit in found if hit.why is Why.ABSENCE and hit.subject == absence.pk)
    return Reported(absence, frozenset(hit.appointment_id for hit in own))
