"""Retiring competences."""

from __future__ import annotations

from datetime import datetime

from admin_module.models import Competence, CounsellorCompetence, SummonsTemplate
from admin_module.services.retiring import retire as write
from admin_module.services.turns import wait_for_turn


def retire(*, competence: Competence, now: datetime) -> None:
    """It goes from the counsellors too (COMP-01), and no template requires it any more (COMP-02)."""
    wait_for_turn(competence.jobcentre_id)
    SummonsTemplate.objects.filter(competence=competence).update(competence=None)
    CounsellorCompetence.objects.filter(competence=competence).delete()
    write(row=competence, now=now)
