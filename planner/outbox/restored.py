"""Notices that the database was restored or another took over: a receiver may hold more than we remember (FAULT-10).

Nothing is sent to such a receiver before it and we have been brought together again.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import connection
from django.utils.translation import gettext as _

from planner.outbox.models import Receiver, Sending, Stop
from planner.outbox.senders import after_restore

WHICH = """
SELECT system_identifier || ' ' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || ' ' || oid
FROM pg_control_system(), pg_database WHERE datname = current_database()
"""
"""Which database this is: its cluster, its line of time (another after each restore and failover), itself."""

log = structlog.get_logger(__name__)


def watch(jobcentre_id: int, receiver: Receiver, *, now: datetime) -> None:
    """Stop the receiver where another database sent to it last, and somebody knows how to bring them together."""
    database = _database()
    row, first = Sending.objects.get_or_create(
        jobcentre_id=jobcentre_id, receiver=receiver, defaults={"database": database}
    )
    if first or row.database == database:
        return
    Sending.objects.filter(pk=row.pk).update(database=database)
    if after_restore(receiver):
        _stop(jobcentre_id, receiver, now=now)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute(WHICH)
        return str(cursor.fetchone()[0])


def _stop(jobcentre_id: int, receiver: Receiver, *, now: datetime) -> None:
    text = _("Planners database er genskabt og kan mangle det sidste, der blev sendt.")
    values = {"kind": Stop.RESTORED, "text": text, "stopped_at": now, "probe_at": now}
    Stop.objects.update_or_create(
        receiver=receiver, defaults=values, create_defaults={"jobcentre_id": jobcentre_id, **values}
    )
    log.error("database_restored", receiver=receiver.value, jobcentre_id=jobcentre_id)


def brought_together(jobcentre_id: int, receiver: Receiver) -> bool:
    """Asks for it once more; whether the stop has ended."""
    if act := after_restore(receiver):
        act(jobcentre_id)
    return not Stop.objects.filter(receiver=receiver).exists()
