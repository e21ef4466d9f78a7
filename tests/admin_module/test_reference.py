"""The national lists, kept fresh from DFDG each night: never deleted, only expired (SYNC-12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings as ProjectSettings

from admin_module.models import AbsenceType, ContactGroup, ConversationType, PersonGroup
from admin_module.services import connection, reference
from admin_module.services.reference import NationalLists, keep
from admin_module.tasks import refresh_reference
from planner.dfdg.errors import DfdgError
from planner.dfdg.messages import GroupLevel, PersonGroupRow, ReferenceRow
from planner.dfdg.simulator.population import CONTACT_GROUPS, PERSON_GROUPS
from planner.dfdg.wire import CodeList
from tests.dfdg.simulator import RunningSimulator, simulator  # noqa: F401
from tests.factories import NOW, World

YESTERDAY, TOMORROW = NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=1)
GROUP = UUID("6f1c51c0-98a8-4a4e-9e7c-6f5d8a3c0001")

pytestmark = pytest.mark.requirement("SYNC-12")


def types(*rows: ReferenceRow, groups: tuple[PersonGroupRow, ...] = ()) -> NationalLists:
    told = {CodeList.CONVERSATION_TYPES: rows, CodeList.CONTACT_GROUPS: (), CodeList.ABSENCE_TYPES: ()}
    return NationalLists(told, groups)


def row(code: int, name: str, until: date | None = None) -> ReferenceRow:
    return ReferenceRow(code=code, name=name, valid_until=until)


def expired() -> set[int]:
    return set(ConversationType.objects.exclude(expired_at=None).values_list("code", flat=True))


@pytest.fixture
def dfdg(simulator: RunningSimulator, settings: ProjectSettings) -> Iterator[RunningSimulator]:  # noqa: F811
    settings.DFDG_URL, settings.DFDG_TIMEOUT_SECONDS = simulator.url, 2.0
    yield simulator
    connection.client().close()
    connection._client.cache_clear()


@pytest.mark.django_db
def test_a_row_that_is_gone_expires_and_one_that_comes_back_lives_again() -> None:
    keep(types(row(7, "Jobsamtale"), row(4, "Opfølgningssamtale")), now=NOW)
    keep(types(row(7, "Jobsamtale (nyt navn)")), now=NOW)
    assert ConversationType.objects.get(code=7).name == "Jobsamtale (nyt navn)"
    assert (expired(), ConversationType.objects.get(code=4).expired_at) == ({4}, NOW)
    keep(types(row(7, "Jobsamtale")), now=NOW + timedelta(days=1))
    assert ConversationType.objects.get(code=4).expired_at == NOW
    keep(types(row(7, "Jobsamtale"), row(4, "Opfølgningssamtale")), now=NOW)
    assert expired() == set()


@pytest.mark.django_db
def test_a_last_day_counts_to_its_end() -> None:
    keep(types(row(1, "I går", YESTERDAY), row(2, "I dag", NOW.date()), row(3, "I morgen", TOMORROW)), now=NOW)
    assert expired() == {1}


@pytest.mark.django_db
def test_an_empty_answer_expires_nothing() -> None:
    keep(types(row(7, "Jobsamtale")), now=NOW)
    keep(types(), now=NOW)
    assert expired() == set()


@pytest.mark.django_db
def test_person_groups_are_kept_by_level() -> None:
    local = PersonGroupRow(group_id=GROUP, name="Broen", level=GroupLevel.JOBCENTRE, jobcentre_codes=("10300",))
    other = PersonGroupRow(group_id=uuid4(), name="Unge", level=GroupLevel.STATE)
    keep(types(groups=(local, other)), now=NOW)
    keep(types(groups=(local,)), now=NOW)
    kept = PersonGroup.objects.get(pk=GROUP)
    assert (kept.name, kept.level, kept.jobcentre_codes, kept.expired_at) == ("Broen", "jobcentre", ["10300"], None)
    assert PersonGroup.objects.get(name="Unge").expired_at == NOW


@pytest.mark.django_db
def test_the_night_fetches_all_four_lists(nord: World, dfdg: RunningSimulator) -> None:
    refresh_reference()
    assert ConversationType.objects.get(code=7).expired_at is None
    assert set(ContactGroup.objects.values_list("name", flat=True)) == {group.name for group in CONTACT_GROUPS}
    assert AbsenceType.objects.filter(name="Ferie", expired_at=None).exists()
    assert set(PersonGroup.objects.values_list("pk", flat=True)) == {group.group_id for group in PERSON_GROUPS}
    gone = ConversationType.objects.get(name="A-kasse forsøgssamtale")
    assert gone.expired_at
    assert gone.expired_at.date() == date(2023, 12, 31)


@pytest.mark.django_db
def test_a_fault_on_the_way_changes_nothing(nord: World, dfdg: RunningSimulator) -> None:
    before = set(ConversationType.objects.values_list("code", "name", "expired_at"))
    dfdg.fail("status", status=503, operation="reference")
    with pytest.raises(DfdgError):
        refresh_reference()
    assert set(ConversationType.objects.values_list("code", "name", "expired_at")) == before
    dfdg.clear_faults()


@pytest.mark.django_db
def test_without_an_address_of_dfdg_nothing_is_asked(nord: World, settings: ProjectSettings) -> None:
    settings.DFDG_URL = ""
    refresh_reference()
    assert not AbsenceType.objects.exists()


def test_the_timer_knows_it(settings: ProjectSettings) -> None:
    asked = settings.CELERY_BEAT_SCHEDULE["reference-lists"]
    assert (asked["task"], asked["schedule"].hour) == (refresh_reference.name, {3})


@pytest.mark.django_db
def test_without_a_job_centre_nobody_is_asked_for(settings: ProjectSettings) -> None:
    settings.DFDG_URL = "http://127.0.0.1:9"
    reference.refresh(now=NOW)
    assert not ConversationType.objects.filter(expired_at__isnull=False).exists()
