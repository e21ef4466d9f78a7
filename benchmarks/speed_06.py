"""SPEED-06: the first page of 100,000 summonses, by each filter, beside the first full page of 1,000.

Needs a migrated database of its own, to which it adds two job centres; the owner's address (DATABASE_OWNER_URL) lets it
gather the statistics that autovacuum gathers in daily life.
"""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from time import perf_counter

import psycopg
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from admin_module.models import Counsellor, Team
from benchmarks.figures import ROUNDS, Figure, figure
from planner.accounts.models import User
from planner.accounts.roles import Role
from planner.accounts.tenancy import acting_for
from tests import factories

MANY, FEW = 100_000, 1_000
LIMIT = 1.3
FLOOR = "no filter"
TEAMS, COUNSELLORS_A_TEAM = 5, 10

CITIZENS = """
INSERT INTO booking_citizen (id, jobcentre_id, given_name, middle_name, family_name, born_on, address, postal_code,
    city, phone, email, activation_type, cpr_status, digital_exempt, source, owner_named, person_groups)
SELECT gen_random_uuid(), %(jobcentre)s, 'Borger', '', 'Nummer' || n, date '1980-01-01' + n %% 9000, '', '', '', '', '',
    '', 'active', false, 'dfdg', '', '{}' FROM generate_series(1, %(size)s) n
"""
APPOINTMENTS = """
INSERT INTO booking_appointment (id, jobcentre_id, start_at, end_at, day, start_tick, placed_by, origin, created_at,
    cancelled_reason, version, address, postal_code, city, type_id, form, mode, title, description, team_id,
    room_choice, duration, reporting_time, seats_by, seats_rebooking, distribution, rebooking_allowed, rebooking_days,
    message_to_counsellor, message_to_citizen, phone, digital_link, contact_phone, contact_email, fund_participation,
    title_en, description_en, cancellation_allowed, cancellation_days)
SELECT gen_random_uuid(), %(jobcentre)s, held, held + interval '45 minutes',
    (held AT TIME ZONE 'Europe/Copenhagen')::date, 108, 'automatic', 'planner', now(), '', 1, '', '', '',
    CASE WHEN n %% 10 = 0 THEN 4 ELSE 7 END, 'individual', 'in_person', 'Jobsamtale', '',
    (%(teams)s::bigint[])[1 + n %% cardinality(%(teams)s::bigint[])], 'none', 45, 15, '', 0,
    'automatic', true, 1, '', '', '', '', '', '', false, '', '', false, 1
FROM generate_series(1, %(size)s) n,
    LATERAL (
        SELECT now() + (14 - (%(size)s - n) * %(days)s / %(size)s) * interval '1 day' + n %% 8 * interval '1 hour'
    ) AS hours (held)
"""
HOLDERS = """
INSERT INTO booking_appointmentcounsellor (jobcentre_id, appointment_id, counsellor_id)
SELECT jobcentre_id, id,
    (%(counsellors)s::bigint[])[1 + abs(hashtext(id::text)) %% cardinality(%(counsellors)s::bigint[])]
FROM booking_appointment
"""
SUMMONSES = """
INSERT INTO booking_summons (id, jobcentre_id, number, appointment_id, citizen_id, status, origin, channel, placement,
    prepared_by_id, prepared_at, sent_at, sent_by_id, cancelled_reason, cancelled_at, attendance,
    attendance_reason, version, deadline, language)
SELECT gen_random_uuid(), %(jobcentre)s, n, a.id, c.id, CASE WHEN n %% 20 = 0 THEN 'cancelled' ELSE 'sent' END,
    CASE WHEN n %% 7 = 0 THEN 'own' ELSE 'planner' END, 'jobnet', '{}', %(user)s, a.start_at - interval '14 days',
    least(a.start_at - interval '14 days', now()), %(user)s, '', CASE WHEN n %% 20 = 0 THEN now() END,
    '', '', 1, a.day + 3, 'da'
FROM (SELECT *, row_number() OVER (ORDER BY start_at) AS n FROM booking_appointment) a
    JOIN (SELECT id, row_number() OVER () AS m FROM booking_citizen) c ON c.m = a.n
"""
MESSAGES = """
INSERT INTO outbox_message (jobcentre_id, receiver, kind, subject_id, citizen_id, sequence, request_id, state,
    not_before, attempts, error_code, error_text, created_at, changed_at, done_at)
SELECT jobcentre_id, 'dfdg', 'summons', id, citizen_id, 1, gen_random_uuid(),
    CASE WHEN number %% (%(size)s / 40) = 0 THEN 'needs_help' WHEN number %% (%(size)s / 30) = 1 THEN 'given_up'
    ELSE 'done' END,
    sent_at, 1, '', '', sent_at, sent_at, sent_at FROM booking_summons
"""
ANALYZE = "ANALYZE booking_citizen, booking_appointment, booking_appointmentcounsellor, booking_summons, outbox_message"


def measure() -> list[Figure]:
    """Each filter by its own ratio to a full page of the short list, asked for in turns."""
    many, few = (_world(size) for size in (MANY, FEW))
    _gather_statistics()
    return [
        figure("SPEED-06", f"{case}, {MANY} beside {FEW}", _beside(case, many, few), "×", LIMIT)
        for case in many.addresses
    ]


class _World:
    """A job centre with so many summonses, and the addresses of its list."""

    def __init__(self, user: User, team: Team, counsellor: Counsellor) -> None:
        self.client = Client()
        self.client.force_login(user)
        today = timezone.localdate()
        queries = {
            FLOOR: "",
            "own last week": "&mine=week",
            "week": f"&first={today}&last={today + timedelta(days=7)}",
            "sent": f"&dated=sent&first={today - timedelta(days=30)}",
            "deadline": f"&dated=deadline&first={today}&last={today + timedelta(days=7)}",
            "team": f"&team={team.pk}&below=1",
            "counsellor": f"&counsellor={counsellor.pk}",
            "type": "&type=4",
            "not sent": "&sync=unsent",
            "needs help": "&sync=failed",
            "given up": "&sync=given_up",
            "sent to Jobnet": "&sync=done",
            "cancelled": "&status=cancelled",
            "self-booked": "&status=self_booked",
            "team, type and status": f"&team={team.pk}&type=4&status=cancelled",
            "by citizen": "&sort=citizen",
            "by number": "&sort=-number",
        }
        self.addresses = {case: f"{reverse('summons:follow_up')}?opened=1{query}" for case, query in queries.items()}

    def ask(self, case: str) -> float:
        """Seconds for one page."""
        began = perf_counter()
        answer = self.client.get(self.addresses[case])
        taken = perf_counter() - began
        assert answer.status_code == 200, answer.status_code  # noqa: S101 - an error page is quick
        return taken


def _world(size: int) -> _World:
    jobcentre = factories.make_jobcentre(f"Jobcenter {size}", f"{size % 89999 + 10000}")
    user = factories.make_user(jobcentre, f"maaler{size}", Role.CASEWORKER)
    with acting_for(jobcentre.pk, actor=user.pk, source="benchmark"):
        factories.make_types()
        teams = [factories.make_team(jobcentre, f"Team {number}") for number in range(TEAMS)]
        counsellors = [
            factories.make_counsellor(team, f"Vejleder {number}", hours=None)
            for team in teams
            for number in range(COUNSELLORS_A_TEAM)
        ]
        facts: dict[str, int | list[int]] = {
            "jobcentre": jobcentre.pk,
            "size": size,
            "user": user.pk,
            "days": 833 if size == MANY else 50,
            "teams": [team.pk for team in teams],
            "counsellors": [counsellor.pk for counsellor in counsellors],
        }
        with connection.cursor() as cursor:
            for statement in (CITIZENS, APPOINTMENTS, HOLDERS, SUMMONSES, MESSAGES):
                cursor.execute(statement, facts)
    return _World(user, teams[0], counsellors[0])


def _gather_statistics() -> None:
    if owner_url := os.environ.get("DATABASE_OWNER_URL"):
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute(ANALYZE)


def _beside(case: str, many: _World, few: _World) -> list[float]:
    """The time of the long list over that of the short one, interleaved."""
    few.ask(FLOOR)
    many.ask(case)
    found = []
    for _ in range(ROUNDS):
        short = few.ask(FLOOR)
        long = many.ask(case)
        found.append(long / ((short + few.ask(FLOOR)) / 2))
    return found


if __name__ == "__main__":
    for one in measure():
        sys.stdout.write(f"{one.line}\n")
