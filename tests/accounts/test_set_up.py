"""What is kept of a job centre's set-up is never older than what the database would say (SPEED-03)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from admin_module.models import Absence, ClosingDay, Counsellor
from admin_module.services.connection import main_code
from booking.queries import facts, jobnet, offer_terms, own_offers
from booking.services import locks
from planner.accounts import set_up
from planner.accounts.models import Settings, SetUp
from planner.accounts.set_up import kept, recalling
from planner.accounts.tenancy import acting_for
from tests import factories
from tests.factories import MONDAY, World, at, make_offer

pytestmark = pytest.mark.requirement("SPEED-03")


@pytest.fixture
def world(transactional_db: None) -> World:
    return factories.make_nordby()


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What earlier tests left in this process."""
    set_up._latest.clear()
    yield
    set_up._latest.clear()


@kept
def phone() -> str:
    return Settings.objects.get().contact_phone


def asked(world: World) -> tuple[str, int]:
    """What a call hears, and how many statements its answer took."""
    acting = acting_for(world.jobcentre.pk, source="test")
    with acting as edition, recalling(edition), CaptureQueriesContext(connection) as found:
        return phone(), len(found)


def change(world: World, number: str) -> None:
    with acting_for(world.jobcentre.pk, source="test"):
        Settings.objects.update(contact_phone=number)


def test_the_second_call_reads_nothing_until_the_set_up_changes(world: World) -> None:
    assert [asked(world)[0], asked(world)] == ["70101010", ("70101010", 0)]
    change(world, "70202020")
    assert [asked(world)[0], asked(world)] == ["70202020", ("70202020", 0)]


def test_outside_a_call_everything_is_read_anew(world: World) -> None:
    asked(world)
    with acting_for(world.jobcentre.pk, source="test"), CaptureQueriesContext(connection) as found:
        assert [phone(), phone()] == ["70101010", "70101010"]
    assert len(found) == 2


def test_who_changes_the_set_up_sees_it_and_keeps_nothing_of_it(world: World) -> None:
    asked(world)
    with acting_for(world.jobcentre.pk, source="test") as edition, recalling(edition):
        Settings.objects.update(contact_phone="70202020")
        locks.lock(jobcentre_id=world.jobcentre.pk)
        assert phone() == "70202020"
        transaction.set_rollback(True)
    assert asked(world)[0] == "70101010"


def test_a_change_that_is_undone_gives_no_edition(world: World) -> None:
    with acting_for(world.jobcentre.pk, source="test"):
        before = SetUp.objects.get().edition
        Settings.objects.update(contact_phone="70202020")
        transaction.set_rollback(True)
    with acting_for(world.jobcentre.pk, source="test"):
        assert SetUp.objects.get().edition == before


def test_under_the_lock_what_was_kept_before_counts_no_more(world: World) -> None:
    """The change comes between the call's first look and its lock."""
    with acting_for(world.jobcentre.pk, source="test") as edition, recalling(edition):
        assert phone() == "70101010"
        _commit_elsewhere(world, "70202020")
        assert phone() == "70101010"
        locks.lock(jobcentre_id=world.jobcentre.pk)
        assert phone() == "70202020"


def _commit_elsewhere(world: World, number: str) -> None:
    with connection.copy().cursor() as cursor:
        cursor.execute("SELECT set_config('planner.jobcentre', %s, false)", [str(world.jobcentre.pk)])
        cursor.execute("UPDATE accounts_settings SET contact_phone = %s", [number])
        cursor.connection.close()


def test_another_job_centre_hears_its_own(world: World) -> None:
    other = factories.make_jobcentre("Jobcenter Andenby", "10301")
    asked(world)
    with acting_for(other.pk, source="test"):
        Settings.objects.update(contact_phone="70303030")
    with acting_for(other.pk, source="test") as edition, recalling(edition):
        assert phone() == "70303030"
        with acting_for(world.jobcentre.pk, source="test"):
            assert phone() == "70101010"
    assert asked(world) == ("70101010", 0)


def test_whom_one_acts_for_within_another_s_transaction_has_an_edition_of_its_own(world: World) -> None:
    other = factories.make_jobcentre("Jobcenter Andenby", "10301")
    with acting_for(world.jobcentre.pk, source="test") as ours, acting_for(other.pk, source="test") as theirs:
        assert ours != theirs
    assert (ours, theirs) == (_edition(world.jobcentre.pk), _edition(other.pk))


def test_one_transaction_may_change_the_set_up_of_several(world: World) -> None:
    other = factories.make_jobcentre("Jobcenter Andenby", "10301")
    before = [_edition(one) for one in (world.jobcentre.pk, other.pk)]
    with transaction.atomic():
        for one in (world.jobcentre.pk, other.pk, world.jobcentre.pk):
            with acting_for(one, source="test"):
                Settings.objects.update(contact_phone="70404040")
    after = [_edition(one) for one in (world.jobcentre.pk, other.pk)]
    assert not set(before) & set(after)


def _edition(jobcentre_id: int) -> object:
    with acting_for(jobcentre_id, source="test"):
        return SetUp.objects.get().edition


def absence(world: World) -> None:
    times = {"start_at": at(MONDAY, "08:00"), "end_at": at(MONDAY, "16:00")}
    Absence.objects.create(jobcentre=world.jobcentre, counsellor=world.anna, **times)


def closing_day(world: World) -> None:
    ClosingDay.objects.create(jobcentre=world.jobcentre, first_on=MONDAY, last_on=MONDAY)


def hours(world: World) -> None:
    world.anna.schedules.update(max_conversation_share=50)


def offer(world: World) -> None:
    make_offer(world.team, world.anna)


@pytest.mark.parametrize("changed", [absence, closing_day, hours, offer])
def test_hours_absences_closing_days_and_offers_are_of_the_set_up(
    world: World, changed: Callable[[World], None]
) -> None:
    before = _edition(world.jobcentre.pk)
    with acting_for(world.jobcentre.pk, source="test"):
        changed(world)
    assert _edition(world.jobcentre.pk) != before


def test_what_is_kept_is_read_from_tables_that_are_watched(world: World) -> None:
    """A table that is read and not watched would be remembered for ever."""
    with acting_for(world.jobcentre.pk, source="test"):
        made = make_offer(world.team, world.anna, room_choice="any")
        people = tuple(Counsellor.objects.values_list("pk", flat=True))
        rooms = tuple(one.pk for one in offer_terms.rooms_for(made) or ())
        with CaptureQueriesContext(connection) as found:
            own_offers.offer_with_rules(made.pk)
            offer_terms.counsellors_of_offer(made)
            offer_terms._rooms_of(world.team.pk)
            offer_terms._usable(rooms[0])
            facts._closing_days(world.team.pk)
            facts._standing(people, MONDAY, date(2027, 12, 31))
            facts._named_rooms(rooms)
            jobnet.own_settings()
            jobnet._jobcentre()
            jobnet._latest_texts()
            main_code()
        read = {name for one in found for name in re.findall(r'(?:FROM|JOIN) "?([a-z]+_[a-z_]+)', one["sql"])}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'set_up_changed'")
        watched = {name for (name,) in cursor.fetchall()}
    assert read <= watched
    assert {"admin_module_workinghours", "admin_module_absence", "booking_offerrule"} <= read
