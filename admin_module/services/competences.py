"""Retiring competences."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from admin_module.models import Competence, CounsellorCompetence, SummonsTemplate
from admin_module.services.asking import why_not_retire
from admin_module.services.retiring import retire as write
from admin_module.services.turns import wait_for_turn
from planner.ui.refusal import Refusal


def why_not_delete(competence: Competence, *, now: datetime, hold: bool = False) -> Refusal | None:
    """Not while an online offer asks for it (APP-15)."""
    found = why_not_retire(competence, now=now, hold=hold)
    return Refusal(_("Kompetencen kan ikke slettes."), code="in-use", links=found) if found else None


def retire(*, competence: Competence, now: datetime) -> None:
    """It goes from the counsellors too (COMP-01), and no template requires it any more (COMP-02)."""
    wait_for_turn(competence.jobcentre_id)
    if refusal := why_not_delete(competence, now=now, hold=True):
        raise refusal
    SummonsTemplate.objects.filter(competence=competence).update(competence=None)
    CounsellorCompetence.objects.filter(competence=competence).delete()
    write(row=competence, now=now)
