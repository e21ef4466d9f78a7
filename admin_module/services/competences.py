"""Retiring competences."""

from __future__ import annotations

from datetime import datetime

from admin_module.models import Competence, CounsellorCompetence
from admin_module.services.retiring import retire as write
from admin_module.services.turns import wait_for_turn


def retire(*, competence: Competence, now: datetime) -> None:
    """It goes from the counsellors too (COMP-01)."""
    wait_for_turn(competence.jobcentre_id)
    CounsellorCompetence.objects.filter(competence=competence).delete()
    write(row=competence, now=now)
