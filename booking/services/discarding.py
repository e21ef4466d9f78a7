"""Pending meetings deleted together with others: kept as they were, and brought back by «Fortryd» (APP-14).

Nobody was told of them, so that nothing is said now either; only their time may have been taken meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext as _

from admin_module.models import Counsellor
from booking.models import Appointment, AppointmentCounsellor, Discarded, Summons
from booking.rules import conversations_like, has_conversation
from booking.services import bulk
from booking.services.constraints import judged
from booking.services.sending import no_seat
from booking.states import ACTIVE, SummonsStatus
from planner.ui.refusal import Refusal

KEEP = """
INSERT INTO booking_discarded (jobcentre_id, discarded_at, appointment_id, meeting, holders, seats, links)
SELECT meeting.jobcentre_id, %(now)s, meeting.id, to_jsonb(meeting),
       (SELECT coalesce(jsonb_agg(to_jsonb(holder)), '[]') FROM booking_appointmentcounsellor holder
        WHERE holder.appointment_id = meeting.id),
       (SELECT jsonb_agg(to_jsonb(seat)) FROM booking_summons seat WHERE seat.id = ANY(%(seats)s::uuid[])),
       %(links)s::jsonb
FROM booking_appointment meeting WHERE meeting.id = %(meeting)s
"""


def keep(meeting: Appointment, *, now: datetime) -> None:
    """Remember what waits of it, with all that points to it, before it is deleted."""
    seats = list(meeting.summonses.filter(status=SummonsStatus.PENDING).values_list("pk", flat=True))
    if not seats:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP, {"now": now, "meeting": meeting.pk, "seats": seats, "links": json.dumps(_pointing_to(seats))}
        )


def _pointing_to(seats: Collection[UUID]) -> list[tuple[str, str, str, str]]:
    """Model, field, row and seat of what is left behind without its summons, whatever house it belongs to."""
    links = [link for link in Summons._meta.get_fields(include_hidden=True) if isinstance(link, models.ManyToOneRel)]
    return [
        (link.related_model._meta.label, link.field.attname, str(pk), str(seat))
        for link in links
        if link.field.null and link.on_delete is not models.CASCADE
        for pk, seat in link.related_model._default_manager.filter(**{f"{link.field.name}__in": seats}).values_list(
            "pk", link.field.attname
        )
    ]


def bring_back(*, discarded_at: datetime, by: int | None, now: datetime) -> tuple[set[UUID], list[Refusal]]:
    """What was deleted at that moment stands again; which meetings, and why the others do not.

    `by`: only those that this user held. The caller holds the job centre's lock.
    """
    back, refusals = set[UUID](), list[Refusal]()
    for kept in Discarded.objects.filter(discarded_at=discarded_at).order_by("-pk"):
        held = {holder["counsellor_id"] for holder in kept.holders}
        if by and not Counsellor.objects.filter(user=by, pk__in=held).exists():
            continue
        try:
            _stand_again(kept, now)
            back.add(kept.appointment_id)
        except Refusal as refusal:
            refusals.append(refusal)
    return back, refusals


def _stand_again(kept: Discarded, now: datetime) -> None:
    meeting = Appointment.objects.filter(pk=kept.appointment_id).first()
    if refusal := _why_not(kept, meeting, now):
        raise refusal
    with judged():
        if meeting is None:
            _insert(Appointment, [kept.meeting])
            _insert(AppointmentCounsellor, kept.holders)
            bulk.claim_meetings([kept.appointment_id])
        _insert(Summons, kept.seats)
        bulk.claim_seats(seat["id"] for seat in kept.seats)
    for label, column, pk, seat in kept.links:
        apps.get_model(label)._default_manager.filter(pk=pk, **{column: None}).update(**{column: seat})
    kept.delete()


def _insert(model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
    """As the database held them."""
    table = model._meta.db_table
    statement = f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(rows)])


def _why_not(kept: Discarded, meeting: Appointment | None, now: datetime) -> Refusal | None:
    """`meeting`: what still stands of it, where others in it had been told."""
    start_at = datetime.fromisoformat(kept.meeting["start_at"])
    if start_at <= now:
        return Refusal(_("En af aftalerne kan ikke bringes tilbage: datoen er passeret."), code="date_passed")
    if meeting and (meeting.cancelled_at or meeting.start_at != start_at):
        return Refusal(_("Et af møderne er aflyst eller flyttet imens."), code="gone")
    like = conversations_like(kept.meeting["type_id"])
    for seat in kept.seats:
        coming = Summons.objects.filter(
            citizen=seat["citizen_id"], status__in=ACTIVE, appointment__type__in=like, appointment__start_at__gt=now
        )
        if coming.exclude(pk=seat["replaces_id"]).exists():
            return has_conversation()
    return no_seat(meeting, wanted=len(kept.seats), now=now) if meeting else None
