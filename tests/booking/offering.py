"""An offer that began a month ago, whatever today is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from admin_module.models import Counsellor, Team
from booking.models import OnlineOffer
from tests import factories


def make_offer(team: Team, *counsellors: Counsellor, title: str = "Jobsamtale over 30", **details: Any) -> OnlineOffer:
    """Active, on the job centre's interval, without an end."""
    begun = timezone.now() - timedelta(days=30)
    return factories.make_offer(team, *counsellors, now=begun, title=title, **({"interval": None} | details))
