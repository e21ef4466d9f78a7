"""Which rows of one kind are linked to a row of another: teams of a room, types of a variant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model


def relink(*, owner: Any, name: str, chosen: Iterable[Model]) -> None:
    """Let those linked to `owner` by the field `name` be these; the rows between carry the job centre."""
    getattr(owner, name).set(chosen, through_defaults={"jobcentre_id": owner.jobcentre_id})
