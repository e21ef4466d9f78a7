"""What is past its time is really gone, also from the log of changes (GUARD-14)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from admin_module.models import ContactGroup
from booking.models import Appointment, BookingDeadline, Citizen, CitizenAbsence, Claim, CprNumber, DueDate, Summons
from booking.services import retention
from booking.tasks import forget_past_its_time
from planner.accounts.models import Jobcentre, Settings
from planner.audit import services as audit
from planner.audit.models import Access, Change
from planner.audit.purposes import Purpose
from planner.outbox.models import Exchange, Message, Receiver
from planner.outbox.states import State
from tests.factories import COPENHAGEN, NOW, World, add_line, make_citizen, make_jobcentre, make_run, make_summons

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("GUARD-14", "SET-01")]

LONG_AGO = date(2021, 11, 20)
"""More than five years before NOW."""
LATELY = date(2021, 11, 25)
OLD = NOW - timedelta(days=91)
FRESH = NOW - timedelta(days=89)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def known(nord: World, fetched_at: datetime, name: str = "Inger Holm") -> Citizen:
    """A citizen with every kind of fact, all fetched then."""
    citizen = make_citizen(nord.jobcentre, name)
    Citizen.objects.filter(pk=citizen.pk).update(
        fetched_at=fetched_at, phone="20304050", email="inger@example.dk", case_owner=nord.anna
    )
    of = {"jobcentre": nord.jobcentre, "citizen": citizen, "fetched_at": fetched_at}
    CitizenAbsence.objects.create(kind="Ferie", first_on=fetched_at.date(), **of)
    DueDate.objects.create(kind="Falduge jobsamtale", due_on=fetched_at.date(), **of)
    BookingDeadline.objects.create(
        external_id=citizen.pk, type_id=7, book_by=fetched_at.date(), hold_by=fetched_at.date(), **of
    )
    citizen.refresh_from_db()
    return citizen


def old_summons(nord: World, citizen: Citizen, day: date = LONG_AGO) -> Summons:
    summons = make_summons(citizen, nord.anna, nord.team, by=nord.bo, day=day)
    message = Message.objects.create(
        jobcentre=nord.jobcentre,
        receiver=Receiver.DFDG,
        kind="summons",
        subject_id=summons.pk,
        citizen_id=citizen.pk,
        sequence=Message.objects.count() + 1,
        state=State.DONE,
        not_before=NOW,
        created_at=NOW,
        changed_at=NOW,
        done_at=NOW,
    )
    Exchange.objects.create(
        jobcentre=nord.jobcentre, message=message, receiver=Receiver.DFDG, kind="summons", at=NOW, outcome="done"
    )
    return summons


def forget(nord: World) -> None:
    retention.forget(nord.jobcentre.pk, now=NOW)


def test_an_appointment_goes_after_its_years_with_everything_of_it(nord: World) -> None:
    citizen = known(nord, FRESH)
    gone, kept = old_summons(nord, citizen), old_summons(nord, citizen, LATELY)
    Summons.objects.filter(pk=kept.pk).update(replaces=gone)
    forget(nord)
    assert list(Summons.objects.values_list("pk", "replaces")) == [(kept.pk, None)]
    assert list(Appointment.objects.values_list("day", flat=True)) == [LATELY]
    assert list(Message.objects.values_list("subject_id", flat=True)) == [kept.pk]
    assert Exchange.objects.count() == 1
    Settings.objects.update(appointments_years=4)
    forget(nord)
    assert not Summons.objects.exists()


def test_facts_are_emptied_after_their_days_and_the_name_stays_with_the_appointment(nord: World) -> None:
    old, fresh = known(nord, OLD), known(nord, FRESH, "Karla Lund")
    for citizen in (old, fresh):
        make_summons(citizen, nord.anna, nord.team, by=nord.bo, day=NOW.date() - timedelta(days=100))
    forget(nord)
    old.refresh_from_db()
    assert (old.full_name, old.phone, old.email, old.whole_address) == ("Inger Holm", "", "", "")
    assert (old.contact_group, old.case_owner, old.fetched_at) == (None, None, None)
    for model in (CitizenAbsence, DueDate, BookingDeadline):
        assert list(model.objects.values_list("citizen", flat=True)) == [fresh.pk], model
    fresh.refresh_from_db()
    assert (fresh.phone, fresh.case_owner) == ("20304050", nord.anna)


def test_who_has_a_conversation_to_come_keeps_the_address(nord: World) -> None:
    citizen = known(nord, OLD)
    make_summons(citizen, nord.anna, nord.team, by=nord.bo)
    forget(nord)
    citizen.refresh_from_db()
    assert citizen.whole_address == "Strandvej 7, 9990 Nordby"


def test_a_citizen_of_whom_nothing_is_left_goes_with_the_number(nord: World) -> None:
    gone, on_a_list, summoned = (known(nord, OLD, f"Borger {name}") for name in ("Et", "To", "Tre"))
    add_line(make_run(nord.bo, nord.team), on_a_list)
    make_summons(summoned, nord.anna, nord.team, by=nord.bo, day=NOW.date() - timedelta(days=100))
    forget(nord)
    assert set(Citizen.objects.values_list("pk", flat=True)) == {on_a_list.pk, summoned.pk}
    assert not CprNumber.objects.filter(citizen=gone.pk).exists()


def test_the_log_of_changes_says_that_it_went_and_not_what_it_was(nord: World) -> None:
    citizen = known(nord, OLD)
    before = Change.objects.latest("pk").pk
    forget(nord)
    lines = Change.objects.filter(pk__gt=before)
    went = lines.get(table="booking_citizen", action=Change.Action.DELETE)
    assert (went.row, went.source, went.before, went.actor) == (str(citizen.pk), "retention", None, None)
    told = json.dumps(list(lines.values("before", "after")))
    for secret in ("Inger", "Holm", "Strandvej", "20304050", "inger@"):
        assert secret not in told


@pytest.mark.requirement("LOG-01", "GUARD-12")
def test_the_log_goes_after_its_months_and_not_before(nord: World) -> None:
    seen = make_citizen(nord.jobcentre).pk
    audit.saw([seen], purpose=Purpose.CITIZEN, now=NOW.replace(year=2025, month=11, day=22))
    audit.saw([seen], purpose=Purpose.CITIZEN, now=NOW.replace(year=2025, month=11, day=24))
    changes = Change.objects.count()
    assert audit.forget(now=NOW) == 1
    assert [at.day for at in Access.objects.values_list("at", flat=True)] == [24]
    assert Change.objects.count() == changes
    Settings.objects.update(log_months=6)
    assert audit.forget(now=NOW) == 1


@pytest.mark.requirement("GUARD-12")
def test_nobody_can_ask_for_more_of_the_log_to_go_than_the_setting_says(nord: World) -> None:
    audit.saw([make_citizen(nord.jobcentre).pk], purpose=Purpose.CITIZEN, now=NOW)
    assert audit.forget(now=datetime(2999, 1, 1, tzinfo=COPENHAGEN)) == 0
    assert Access.objects.count() == 1


@pytest.mark.requirement("GUARD-03")
def test_one_job_centre_forgets_nothing_of_another(nord: World) -> None:
    audit.saw([make_citizen(nord.jobcentre).pk], purpose=Purpose.CITIZEN, now=datetime(2020, 1, 1, tzinfo=COPENHAGEN))
    citizen = known(nord, OLD)
    other: Jobcentre = make_jobcentre("Jobcenter Østby", "10700")
    retention.forget(other.pk, now=NOW)
    assert (Access.objects.count(), Citizen.objects.filter(pk=citizen.pk).count()) == (1, 1)


@pytest.mark.requirement("LOG-02")
def test_the_system_log_goes_after_its_months(nord: World) -> None:
    for year, month in ((2025, 10), (2025, 12)):
        Exchange.objects.create(
            jobcentre=nord.jobcentre,
            receiver=Receiver.DFDG,
            kind="summons",
            at=datetime(year, month, 5, tzinfo=COPENHAGEN),
            outcome="done",
        )
    forget(nord)
    assert [at.month for at in Exchange.objects.values_list("at", flat=True)] == [12]


def test_more_than_a_handful_go_in_one_night(nord: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for number in range(5):
        old_summons(nord, known(nord, OLD, f"Borger Nr{number}"))
    forget(nord)
    assert not Appointment.objects.exists()
    assert not Citizen.objects.exists()
    assert not Claim.objects.exists()
    assert ContactGroup.objects.exists()


def test_the_timer_does_it_at_every_job_centre(nord: World) -> None:
    citizen = known(nord, OLD)
    forget_past_its_time()
    assert not Citizen.objects.filter(pk=citizen.pk).exists()


def test_the_database_lets_the_application_call_it_and_nothing_else(nord: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('audit_access', 'DELETE'), current_user")
        assert cursor.fetchone()[0] is False
