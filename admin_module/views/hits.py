"""Where one goes after a change that hits what is booked: to the list of it (CLOS-02, COUN-12)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from admin_module.services.asking import what_is_hit
from planner.ui.notices import notify


def to_what_is_hit(request: HttpRequest, subjects: Sequence[Model]) -> HttpResponse | None:
    """Tell what is hit, and go there; None where nothing is."""
    found = what_is_hit(subjects, now=timezone.now()) if subjects else []
    for link in found:
        notify(request, link.about, kind="warn")
    return redirect(str(found[0].url)) if found else None
