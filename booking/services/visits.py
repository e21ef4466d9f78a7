"""Evidence that citizens could book (SELF-10): what each was shown at each visit, and when this program was down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from booking.models import Citizen, Heartbeat, Outage, Visit
from booking.queries.own_offers import OfferOnShow

SILENCE = timedelta(minutes=3)
"""No sign of life for longer than this was an outage; the heart beats each minute."""


def record(citizen: Citizen, shown: Sequence[OfferOnShow], origin: str, now: datetime) -> Visit:
    """What they were shown at this moment, were it nothing at all."""
    firsts = [one.first.start_at for one in shown if one.first]
    return Visit.objects.create(
        jobcentre_id=citizen.jobcentre_id,
        citizen=citizen,
        at=now,
        origin=origin,
        offers=[
            {
                "number": one.offer.number,
                "title": one.offer.title,
                "free_times": one.free_times,
                "first": one.first.start_at.isoformat() if one.first else None,
            }
            for one in shown
        ],
        free_times=sum(one.free_times for one in shown),
        first_free_at=min(firsts, default=None),
    )


def beat(*, jobcentre_id: int, now: datetime) -> list[Outage]:
    """A sign of life; the silences before it that were outages. A citizen's visit was a sign of life too."""
    heart, made = Heartbeat.objects.select_for_update().get_or_create(
        jobcentre_id=jobcentre_id, defaults={"beat_at": now}
    )
    if made or heart.beat_at >= now:
        return []
    visits = Visit.objects.filter(at__gt=heart.beat_at, at__lt=now).order_by("at").values_list("at", flat=True)
    signs = [heart.beat_at, *(visits if now - heart.beat_at > SILENCE else ()), now]
    heart.beat_at = now
    heart.save(update_fields=["beat_at"])
    return Outage.objects.bulk_create(
        Outage(jobcentre_id=jobcentre_id, began_at=before, ended_at=after)
        for before, after in pairwise(signs)
        if after - before > SILENCE
    )
