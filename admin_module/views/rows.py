"""Finding the row that a page is about."""

from __future__ import annotations

from typing import TypeVar, cast

from django.shortcuts import get_object_or_404

from admin_module.models.retiring import Retirable
from admin_module.services.turns import wait_for_turn
from planner.accounts.permissions import StaffRequest

M = TypeVar("M", bound=Retirable)


def living(request: StaffRequest, model: type[M], pk: int) -> M:
    """One that is not retired, else 404; for a change after one's turn, and locked."""
    rows = model.objects.living()
    if request.method == "POST":
        wait_for_turn(request.jobcentre.pk)
        rows = rows.select_for_update(of=("self",))
    return cast("M", get_object_or_404(rows, pk=pk))
