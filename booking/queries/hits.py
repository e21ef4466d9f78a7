"""Coming appointments that cannot be held as things are, and why (APP-04): one statement, whatever is asked for.

What a person placed outside the hours knowingly (TIME-09) is not among them; what is kept in a case system is asked for
apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import CprStatus, Origin
from booking.states import ACTIVE
from planner.accounts.models import Settings
from planner.timeline.holidays import public_holidays
from planner.timeline.ticks import date_of


class Why(models.TextChoices):
    """What hits an appointment, in the order in which one of several is named."""

    ABSENCE = "absence", _("Vejlederen er fraværende")
    CLOSING_DAY = "closing_day", _("Der er lukket den dag")
    COUNSELLOR_GONE = "counsellor_gone", _("Vejlederen skal slettes eller er slettet")
    ROOM_GONE = "room_gone", _("Mødelokalet skal slettes eller er slettet")
    CITIZEN_GONE = "citizen_gone", _("Borgeren er flyttet, udrejst, død eller inaktiv")
    COLLISION = "collision", _("Ligger oven i en samtale, som et sagsbehandlingssystem har lagt")
    BUSY = "busy", _("Ligger oven i noget i vejlederens egen kalender")
    OUTSIDE_HOURS = "outside_hours", _("Uden for vejlederens arbejdstid")
    IN_BREAK = "in_break", _("I vejlederens pause")


MARKS: dict[Why, str | Promise] = {
    Why.ABSENCE: _("i fravær, skal flyttes"),
    Why.CLOSING_DAY: _("på en lukket dag, skal flyttes"),
    Why.COUNSELLOR_GONE: _("vejlederen skal slettes, skal flyttes"),
    Why.ROOM_GONE: _("lokalet skal slettes, skal flyttes"),
    Why.CITIZEN_GONE: _("borgeren er flyttet, udrejst, død eller inaktiv"),
    Why.COLLISION: _("oven i en anden samtale, skal flyttes"),
    Why.BUSY: _("optaget i egen kalender, skal flyttes"),
    Why.OUTSIDE_HOURS: _("uden for arbejdstid, skal flyttes"),
    Why.IN_BREAK: _("i en pause, skal flyttes"),
}
"""How the calendar says it."""

NOBODY_THERE = frozenset({Why.ABSENCE, Why.CLOSING_DAY})

ORDER = {why: place for place, why in enumerate(Why)}


class Hit(NamedTuple):
    """`subject`: the id of the absence, closing day, counsellor or room that hits it, 0 elsewhere.

    `counsellor_id`: who cannot hold it, if anybody.
    """

    appointment_id: UUID
    why: Why
    subject: int
    counsellor_id: int | None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which appointments are looked at; what is None does not narrow."""

    first: date | None = None
    last: date | None = None
    counsellors: tuple[int, ...] | None = None
    rooms: tuple[int, ...] | None = None
    citizens: tuple[UUID, ...] | None = None


TABLES = """
WITH meeting AS MATERIALIZED (
    SELECT id, team_id, room_id, day, start_at, end_at + reporting_time * INTERVAL '1 minute' AS until,
           start_tick * 5 AS begins, start_tick * 5 + coalesce(duration, 0) + reporting_time AS ends
    FROM booking_appointment one
    WHERE cancelled_at IS NULL AND start_at > %(now)s AND day BETWEEN %(first)s AND %(last)s
      AND origin = ANY(%(origins)s)
      AND (%(everybody)s OR room_id = ANY(%(rooms)s::bigint[]) OR EXISTS (
               SELECT FROM booking_appointmentcounsellor holder
               WHERE holder.appointment_id = one.id AND holder.counsellor_id = ANY(%(counsellors)s::bigint[]))
           OR EXISTS (SELECT FROM booking_summons seat
                      WHERE seat.appointment_id = one.id AND seat.citizen_id = ANY(%(citizens)s::uuid[])
                        AND seat.status = ANY(%(active)s)))
), held AS MATERIALIZED (
    SELECT meeting.*, holder.counsellor_id
    FROM meeting JOIN booking_appointmentcounsellor holder ON holder.appointment_id = meeting.id
), hours AS MATERIALIZED (
    SELECT schedule.id AS schedule_id, day.weekday,
           (SELECT range_agg(int4range(extract(epoch FROM "start")::int / 60, extract(epoch FROM "end")::int / 60))
            FROM admin_module_workinghours WHERE schedule_id = schedule.id AND weekday = day.weekday) AS works,
           (SELECT range_agg(int4range(extract(epoch FROM "start")::int / 60, extract(epoch FROM "end")::int / 60))
            FROM admin_module_break WHERE schedule_id = schedule.id AND weekday = day.weekday) AS breaks
    FROM admin_module_schedule schedule CROSS JOIN generate_series(0, 6) AS day (weekday)
    WHERE schedule.counsellor_id IN (SELECT counsellor_id FROM held)
), timed AS MATERIALIZED (
    SELECT held.id, held.counsellor_id, hours.works, hours.breaks, int4range(held.begins, held.ends) AS during
    FROM held
    LEFT JOIN LATERAL (
        SELECT schedule.id FROM admin_module_schedule schedule
        WHERE schedule.counsellor_id = held.counsellor_id AND schedule.valid_from <= held.day
          AND schedule.cycle_week IN (0, 2 - extract(week FROM held.day)::int %% 2)
        ORDER BY schedule.valid_from DESC, schedule.cycle_week > 0 DESC LIMIT 1
    ) latest ON true
    LEFT JOIN hours ON hours.schedule_id = latest.id AND hours.weekday = extract(isodow FROM held.day)::int - 1
), found AS (
    SELECT held.id, 'absence' AS why, absence.id AS subject, held.counsellor_id
    FROM held JOIN admin_module_absence absence ON absence.counsellor_id = held.counsellor_id
     AND absence.start_at < held.until AND absence.end_at > held.start_at
    UNION ALL
    SELECT meeting.id, 'closing_day', closing.id, NULL
    FROM meeting JOIN admin_module_closingday closing ON meeting.day BETWEEN closing.first_on AND closing.last_on
    WHERE EXISTS (SELECT FROM admin_module_closingdayteam team
                  WHERE team.closing_day_id = closing.id AND team.team_id = meeting.team_id)
       OR NOT EXISTS (SELECT FROM admin_module_closingdayteam team WHERE team.closing_day_id = closing.id)
    UNION ALL
    SELECT meeting.id, 'closing_day', 0, NULL FROM meeting WHERE meeting.day = ANY(%(holidays)s::date[])
    UNION ALL
    SELECT held.id, 'counsellor_gone', held.counsellor_id, held.counsellor_id
    FROM held JOIN admin_module_counsellor counsellor ON counsellor.id = held.counsellor_id
    WHERE counsellor.retired_at IS NOT NULL OR counsellor.leaving_at IS NOT NULL
    UNION ALL
    SELECT meeting.id, 'room_gone', meeting.room_id, NULL
    FROM meeting JOIN admin_module_room room ON room.id = meeting.room_id
    WHERE room.retired_at IS NOT NULL OR room.leaving_at IS NOT NULL
    UNION ALL
    SELECT meeting.id, 'citizen_gone', 0, NULL
    FROM meeting JOIN booking_summons seat ON seat.appointment_id = meeting.id AND seat.status = ANY(%(active)s)
    JOIN booking_citizen citizen ON citizen.id = seat.citizen_id AND citizen.cpr_status <> %(present)s
    UNION ALL
    SELECT meeting.id, 'collision', 0, mine.counsellor_id
    FROM meeting JOIN booking_claim mine ON mine.appointment_id = meeting.id
    JOIN booking_claim other ON other.day = mine.day AND NOT other.firm AND other.appointment_id <> meeting.id
     AND (other.counsellor_id = mine.counsellor_id OR other.citizen_id = mine.citizen_id
          OR other.room_id = mine.room_id)
     AND other.during && mine.during
    UNION ALL
    SELECT held.id, 'busy', 0, held.counsellor_id
    FROM held JOIN booking_claim busy ON busy.counsellor_id = held.counsellor_id AND busy.day = held.day
     AND NOT busy.firm AND busy.appointment_id IS NULL AND busy.hold_id IS NULL
     AND busy.during && tstzrange(held.start_at, held.until)
    WHERE NOT EXISTS (SELECT FROM booking_summons seat WHERE seat.appointment_id = held.id
       AND seat.status = ANY(%(active)s) AND seat.placement -> 'passed' ? 'busy')
    UNION ALL
    SELECT timed.id, 'outside_hours', 0, timed.counsellor_id
    FROM timed WHERE NOT coalesce(timed.works @> timed.during, false) AND NOT EXISTS (
        SELECT FROM booking_summons seat WHERE seat.appointment_id = timed.id AND seat.status = ANY(%(active)s)
           AND seat.placement -> 'passed' ? 'outside_hours')
    UNION ALL
    SELECT timed.id, 'in_break', 0, timed.counsellor_id
    FROM timed WHERE timed.breaks && timed.during AND NOT EXISTS (
        SELECT FROM booking_summons seat WHERE seat.appointment_id = timed.id AND seat.status = ANY(%(active)s)
           AND seat.placement -> 'passed' ? 'in_break')
)
"""
"""The appointments looked at, and `found`: what hits them. `values` fills it."""

EACH = "SELECT DISTINCT id, why, subject, counsellor_id FROM found"
HITS = f"{TABLES}{EACH}"

FIRST_OF_EACH = (
    ", hit AS (SELECT DISTINCT ON (id) id, why FROM found ORDER BY id, array_position(%(order)s::text[], why))"
)
GRAVEST = f"{TABLES}{FIRST_OF_EACH}"
"""One reason for each, as a table `hit` for another statement to join."""

FAR = timedelta(weeks=104)
"""Nothing is booked further ahead."""


def hits(scope: Scope, *, settings: Settings, now: datetime) -> list[Hit]:
    """Every reason of every appointment that is hit."""
    return _found(values(scope, settings, now))


def hits_elsewhere(scope: Scope, *, settings: Settings, now: datetime) -> list[Hit]:
    """What is kept in a case system while the counsellor is away or the house is closed: it is changed there."""
    theirs = _found(values(scope, settings, now) | {"origins": [Origin.CASE_SYSTEM]})
    return [hit for hit in theirs if hit.why in NOBODY_THERE]


def _found(filled: dict[str, Any]) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(HITS, filled)
        return [Hit(pk, Why(why), subject, counsellor) for pk, why, subject, counsellor in cursor.fetchall()]


def gravest(found: Iterable[Hit]) -> dict[UUID, Why]:
    """One reason for each appointment."""
    first: dict[UUID, Why] = {}
    for hit in sorted(found, key=lambda hit: ORDER[hit.why]):
        first.setdefault(hit.appointment_id, hit.why)
    return first


def values(scope: Scope, settings: Settings, now: datetime) -> dict[str, Any]:
    """What fills the statements."""
    today = timezone.localdate(now)
    first, last = max(scope.first or today, today), scope.last or today + FAR
    narrowing = (scope.counsellors, scope.rooms, scope.citizens)
    return {
        "now": now,
        "first": first,
        "last": last,
        "origins": [origin for origin in Origin if origin != Origin.CASE_SYSTEM],
        "everybody": narrowing == (None, None, None),
        "counsellors": list(scope.counsellors or ()),
        "rooms": list(scope.rooms or ()),
        "citizens": list(scope.citizens or ()),
        "active": list(ACTIVE),
        "present": CprStatus.ACTIVE,
        "order": [why.value for why in Why],
        "holidays": [date_of(day) for day in public_holidays(first, last, settings.also_closed)],
    }
