"""Those who change the organisation of one job centre take turns: what is looked at after waiting stays true."""

from __future__ import annotations

from django.db import connection

ORGANISATION = 7201
"""The kind of advisory lock; those of the appointment book (booking/services/locks.py) are taken after it."""


def wait_for_turn(jobcentre_id: int) -> None:
    """Hold the organisation until the transaction ends; others who change it wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ORGANISATION, jobcentre_id & 0x7FFFFFFF])
