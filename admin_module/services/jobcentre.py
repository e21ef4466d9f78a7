"""The job centre's own name and word."""

from __future__ import annotations

from django.db.models import F

from admin_module.models import Team
from planner.accounts.models import Jobcentre


def rename(*, jobcentre: Jobcentre, name: str, word: str) -> None:
    """Call it so; the root of the tree of teams follows while it still bears the job centre's name."""
    Team.objects.filter(parent=None, name=jobcentre.name).exclude(name=name).update(name=name, version=F("version") + 1)
    jobcentre.name, jobcentre.word = name, word
    jobcentre.save(update_fields=["name", "word"])
