"""Step 1 as a browser posts it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from planner.ui.formatting import day_year
from tests.factories import World


def next_monday() -> date:
    """A Monday without holidays around it, at least two weeks ahead."""
    found = timezone.localdate() + timedelta(days=14)
    found += timedelta(days=-found.weekday() % 7)
    while (found.month, found.day) in {(12, 21), (12, 28)} or found.month in {3, 4, 5, 6}:
        found += timedelta(days=7)
    return found


def filled(nord: World, **changed: Any) -> dict[str, Any]:
    """What a browser posts from a complete frame; None leaves a field out."""
    values: dict[str, Any] = {
        "version": "",
        "type": "7",
        "form": "individual",
        "mode": "in_person",
        "title": "Jobsamtale",
        "description": "Vi taler om din jobsøgning.",
        "team": nord.team.pk,
        "place": "none",
        "duration": "45",
        "reporting_time": "15",
        "distribution": "automatic",
        "earliest_on": day_year(next_monday()),
        "rebooking_allowed": "on",
        "rebooking_days": "1",
        "contact_phone": "70101010",
    } | changed
    return {name: value for name, value in values.items() if value is not None}
