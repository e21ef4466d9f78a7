"""Lists from case systems that wait to be opened."""

from __future__ import annotations

from summons.models import HandedList


def waiting_lists() -> list[HandedList]:
    """Those that nobody has opened, the newest first."""
    return list(HandedList.objects.filter(opened_at=None).select_related("case_system").order_by("-received_at"))
