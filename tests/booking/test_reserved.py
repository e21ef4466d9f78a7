"""Reserved times: what keeps them, how they are drawn, and the pages that make, list and end them (CAL-09)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from admin_module.models import ReservedTime
from booking.availability.calendar import counsellor_days
from booking.availability.facts import CounsellorFacts, Purpose
from booking.queries.facts import counsellor_facts
from planner.accounts.roles import Role
from tests import factories
from tests.booking.stories import sent
from tests.conftest import signed_in
from tests.factories import MONDAY, NOW, World, make_reserved_time

ASKED = {
    "weekday": 0,
    "start": "10",
    "end": "11.30",
    "purpose": "self_booking",
    "first_on": "30.11.2026",
    "last_on": "",
}
NEXT = MONDAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def a_week_before() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def facts(world: World, first: date = MONDAY, last: date = MONDAY) -> CounsellorFacts:
    return counsellor_facts(first=first, last=last, now=NOW, counsellors=[world.anna.pk])[world.anna.pk]


def free_at_ten(world: World, day: date, purpose: Purpose) -> bool:
    [there] = counsellor_days(facts(world, day, day), day.toordinal(), day.toordinal(), purpose=purpose)
    return there.free_time.fits(120, 6)


@pytest.mark.requirement("CAL-09", "TIME-04")
@pytest.mark.parametrize("owner", ["team", "anna"])
def test_a_reserved_time_is_free_for_its_own_purpose_only_and_only_between_its_dates(nord: World, owner: str) -> None:
    make_reserved_time(getattr(nord, owner), last_on=MONDAY, first_on=MONDAY)
    assert free_at_ten(nord, MONDAY, Purpose.SELF_BOOKING)
    assert not free_at_ten(nord, MONDAY, Purpose.SUMMONING)
    assert free_at_ten(nord, NEXT, Purpose.SUMMONING)
    assert free_at_ten(nord, MONDAY + timedelta(days=1), Purpose.SUMMONING)


@pytest.mark.requirement("CAL-09")
def test_a_reserved_time_of_somebody_else_is_nobodys_business(nord: World) -> None:
    make_reserved_time(nord.birk)
    assert facts(nord).reservations == ()


@pytest.mark.requirement("CAL-09", "CAL-02")
def test_it_is_drawn_with_its_words_in_the_day_and_in_the_week_of_several(nord: World, as_bo: Client) -> None:
    make_reserved_time(nord.team)
    make_reserved_time(nord.anna, "13:00", "14:00", ReservedTime.Purpose.SUMMONING)
    for query in ({"counsellor": nord.anna.pk, "view": "week"}, {"team": nord.team.pk, "view": "week"}):
        page = as_bo.get(
            f"{reverse('booking:calendar')}?{urlencode(query | {'on': MONDAY.isoformat()})}"
        ).content.decode()
        assert "Kun selvbooking" in page
        assert "Kun indkaldelse" in page
        assert "Reserveret" in page
    assert 'class="res"' in page


@pytest.mark.requirement("CAL-09")
def test_staff_who_move_into_one_are_warned(nord: World, as_bo: Client) -> None:
    make_reserved_time(nord.team)
    move = reverse("booking:move", args=[sent(nord).appointment_id])
    answer = as_bo.post(move, {"on": MONDAY.isoformat(), "at": "10.15"})
    assert answer.status_code == 422
    assert "Tiden er reserveret til et andet formål." in answer.content.decode()


@pytest.mark.requirement("CAL-09", "CAL-03")
def test_one_is_made_from_a_marked_period_and_stands_on_the_list(nord: World, as_bo: Client) -> None:
    marked = {"counsellor": nord.anna.pk, "day": "2026-12-01", "from": "10:15", "to": "11:00"}
    dialog = as_bo.get(f"{reverse('booking:reserve')}?{urlencode(marked)}").content.decode()
    assert f'value="counsellor-{nord.anna.pk}" selected' in dialog
    assert 'value="10.15"' in dialog
    assert '<option value="1" selected>Tirsdag' in dialog
    answer = as_bo.post(reverse("booking:reserve"), ASKED | {"owner": f"counsellor-{nord.anna.pk}"}, follow=True)
    kept = ReservedTime.objects.get()
    assert (kept.counsellor, kept.weekday, f"{kept.start:%H.%M}", kept.last_on) == (nord.anna, 0, "10.00", None)
    page = answer.content.decode()
    assert "Tiden er reserveret." in page
    assert "Anna Agger" in page
    assert "10.00–11.30" in page


@pytest.mark.requirement("CAL-09", "APP-07")
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"end": "9.00"}, "Tiden skal slutte, efter at den begynder."),
        ({"start": "10.02"}, "Skriv et klokkeslæt på hele fem minutter."),
        ({"last_on": "1.11.2026"}, "Sidste dato ligger før den første."),
        ({"owner": "counsellor-0"}, "Vælg en vejleder eller et team."),
        ({"start": "11.15", "purpose": "summoning"}, "Tiden er allerede reserveret: Kun selvbooking."),
    ],
)
def test_what_cannot_be_reserved_says_why(nord: World, as_bo: Client, wrong: dict[str, str], words: str) -> None:
    make_reserved_time(nord.team, "11:00", "12:00")
    asked = ASKED | {"owner": f"team-{nord.team.pk}", "end": "11.00"} | ({"end": "12.00"} if "purpose" in wrong else {})
    answer = as_bo.post(reverse("booking:reserve"), asked | wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ReservedTime.objects.count() == 1


@pytest.mark.requirement("CAL-09")
def test_ending_keeps_what_has_been_and_deletes_what_never_began(nord: World, as_bo: Client) -> None:
    running, coming = make_reserved_time(nord.team), make_reserved_time(nord.anna, first_on=NEXT)
    assert "Afslut reservation" in as_bo.get(reverse("booking:reserved_end", args=[running.pk])).content.decode()
    as_bo.post(reverse("booking:reserved_end", args=[running.pk]), {"last_on": MONDAY.isoformat()})
    as_bo.post(reverse("booking:reserved_end", args=[coming.pk]), {"last_on": MONDAY.isoformat()})
    assert list(ReservedTime.objects.values_list("pk", "last_on")) == [(running.pk, MONDAY)]
    answer = as_bo.post(reverse("booking:reserved_end", args=[running.pk]), {"last_on": "2026-11-01"})
    assert "Vælg i dag eller en senere dag." in answer.content.decode()


def fortryd(page: str) -> str:
    """Where «Fortryd» of the receipt leads."""
    found = re.search(r'action="(/calendar/reserved/[^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


@pytest.mark.requirement("CAL-09", "APP-14")
def test_making_and_ending_can_be_taken_back_until_somebody_changes_it(nord: World, as_bo: Client) -> None:
    asked = ASKED | {"owner": f"team-{nord.team.pk}", "last_on": "31.12.2026"}
    made = fortryd(as_bo.post(reverse("booking:reserve"), asked, follow=True).content.decode())
    row = ReservedTime.objects.get()
    end = reverse("booking:reserved_end", args=[row.pk])
    ended = as_bo.post(end, {"last_on": "7.12.2026"}, follow=True).content.decode()
    assert as_bo.post(made).status_code == 422, "it is not as it was made"
    page = as_bo.post(fortryd(ended), follow=True).content.decode()
    assert "Fortrudt." in page
    assert ReservedTime.objects.get().last_on == date(2026, 12, 31)
    assert as_bo.post(fortryd(ended)).status_code == 422, "a second press"
    ReservedTime.objects.update(version=1)
    as_bo.post(made)
    assert not ReservedTime.objects.exists()
    assert as_bo.post(made).status_code == 404


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_a_counsellor_reserves_their_own_time_only_and_strangers_see_nothing(
    nord: World, as_anna: Client, as_carla: Client
) -> None:
    theirs = make_reserved_time(nord.birk)
    url = reverse("booking:reserve")
    assert as_anna.post(url, ASKED | {"owner": f"counsellor-{nord.birk.pk}"}).status_code == 422
    assert as_anna.post(url, ASKED | {"owner": f"team-{nord.team.pk}"}).status_code == 422
    assert as_anna.post(url, ASKED | {"owner": f"counsellor-{nord.anna.pk}"}).status_code == 302
    listed = as_anna.get(reverse("booking:reserved")).content.decode()
    assert "Anna Agger" in listed
    assert "Birk Bisgaard" not in listed
    assert as_anna.get(reverse("booking:reserved_end", args=[theirs.pk])).status_code == 403
    assert as_anna.post(f"{reverse('booking:reserved_undo', args=[theirs.pk])}?version=1").status_code == 403
    assert as_carla.get(reverse("booking:reserved_end", args=[theirs.pk])).status_code == 404
    auditor = factories.make_user(nord.jobcentre, "rita", Role.AUDITOR)
    assert signed_in(auditor).get(url).status_code == 403


@pytest.mark.requirement("CAL-09")
def test_the_list_costs_the_same_for_three_as_for_one(
    nord: World, as_bo: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_reserved_time(nord.team)
    with CaptureQueriesContext(connection) as for_one:
        as_bo.get(reverse("booking:reserved"))
    for number in range(2):
        make_reserved_time(nord.anna, f"{12 + number}:00", f"{13 + number}:00")
    with django_assert_max_num_queries(len(for_one)):
        as_bo.get(reverse("booking:reserved"))


@pytest.mark.requirement("CAL-09")
@pytest.mark.parametrize("wrong", [{"start": "12:00"}, {"last_on": date(2025, 12, 31)}, {"team": None}])
def test_the_database_refuses_what_makes_no_sense(nord: World, wrong: dict[str, object]) -> None:
    kept = make_reserved_time(nord.team)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReservedTime.objects.filter(pk=kept.pk).update(**wrong)
