from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from booking.models import Claim, Origin, Summons
from booking.services import sending
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.accounts.roles import Role
from tests import factories
from tests.booking.stories import keep, meeting, pending, sent
from tests.conftest import signed_in
from tests.factories import NOW, World, make_citizen

REASON = "Borgeren er syg"


@pytest.fixture(autouse=True)
def a_week_before() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def cancel_one(summons: Summons) -> str:
    return reverse("booking:cancel_one", args=[summons.pk])


@pytest.mark.requirement("CAL-05", "CIT-01", "APP-14")
def test_cancelling_asks_first_frees_the_time_and_can_be_undone(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    asked = as_bo.get(cancel_one(summons)).content.decode()
    assert "Tiden bliver ledig med det samme" in asked
    assert Claim.objects.filter(appointment=summons.appointment_id).exists()
    answer = as_bo.post(cancel_one(summons), {"reason": REASON}, follow=True)
    assert not Claim.objects.filter(appointment=summons.appointment_id).exists()
    page = answer.content.decode()
    undo = reverse("booking:restore", args=[summons.appointment_id])
    assert "Samtalen er aflyst." in page
    assert f'action="{undo}"' in page
    assert "står i kalenderen igen" in as_bo.post(undo, follow=True).content.decode()
    assert Summons.objects.get(pk=summons.pk).status == SummonsStatus.SENT
    assert Claim.objects.filter(appointment=summons.appointment_id).count() == 2


@pytest.mark.requirement("CAL-05")
def test_the_reason_is_asked_for_and_stands_in_the_history(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    assert as_bo.post(cancel_one(summons), {"reason": ""}).status_code == 422
    assert Summons.objects.get(pk=summons.pk).status == SummonsStatus.SENT
    as_bo.post(cancel_one(summons), {"reason": REASON})
    page = as_bo.get(reverse("booking:appointment", args=[summons.appointment_id])).content.decode()
    assert f"Aflyst: {REASON}" in page
    assert "Bo Dam" in page


@pytest.mark.requirement("CAL-05")
def test_cancelling_may_lead_on_to_summoning_again(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    answer = as_bo.post(cancel_one(summons), {"reason": REASON, "again": "1"})
    assert answer["Location"] == f"{reverse('summons:start')}?citizen={summons.citizen_id}"


@pytest.mark.requirement("CAL-05")
def test_a_whole_meeting_that_is_cancelled_may_lead_on_to_summoning_all_of_them_again(
    nord: World, as_bo: Client
) -> None:
    details = factories.make_run(nord.bo, nord.team, nord.anna, form="joint", type_id=9, seats_calling=5)
    citizens = [make_citizen(nord.jobcentre) for _ in range(2)]
    kept = keep(nord, meeting(citizens, nord.anna, room=nord.rooms[1]), details=details).summonses
    sending.send(summonses=kept, by=nord.bo, now=NOW)
    url = reverse("booking:cancel", args=[kept[0].appointment_id])
    assert "Aflys, og indkald igen" in as_bo.get(url).content.decode()
    again = as_bo.post(url, {"reason": REASON, "again": "1"})["Location"]
    assert again.startswith(f"{reverse('summons:again')}?selected=")
    page = as_bo.get(again).content.decode()
    assert [one.full_name for one in citizens if one.full_name not in page] == []


@pytest.mark.requirement("CAL-05", "PEND-01")
def test_what_was_never_sent_is_deleted_and_needs_no_reason(nord: World, as_bo: Client) -> None:
    summons = pending(nord)
    assert "har ikke fået besked" in as_bo.get(cancel_one(summons)).content.decode()
    answer = as_bo.post(cancel_one(summons), follow=True)
    assert "Indkaldelsen er slettet, og tiden er ledig." in answer.content.decode()
    assert "Fortryd" not in answer.content.decode()
    assert not Summons.objects.filter(pk=summons.pk).exists()


@pytest.mark.requirement("CAL-05")
def test_one_of_a_joint_meeting_leaves_the_others_and_the_whole_meeting_takes_all(nord: World, as_bo: Client) -> None:
    citizens = [make_citizen(nord.jobcentre) for _ in range(3)]
    details = factories.make_run(nord.bo, nord.team, nord.anna, form="joint", type_id=9, seats_calling=5)
    kept = keep(nord, meeting(citizens, nord.anna, room=nord.rooms[1]), details=details).summonses
    first, *others = sending.send(summonses=kept, by=nord.bo, now=NOW).summonses
    as_bo.post(cancel_one(first), {"reason": REASON})
    active = Summons.objects.exclude(status=SummonsStatus.CANCELLED)
    assert set(active) == set(others)
    url = reverse("booking:cancel", args=[first.appointment_id])
    assert "2 borgere får besked" in as_bo.get(url).content.decode()
    as_bo.post(url, {"reason": REASON})
    assert not active.all().exists()
    as_bo.post(reverse("booking:restore", args=[first.appointment_id]))
    assert active.all().count() == 3


@pytest.mark.requirement("CAL-05", "KSS-02")
def test_what_is_kept_in_a_case_system_or_is_over_is_refused_with_its_reason(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    Summons.objects.update(origin=Origin.CASE_SYSTEM)
    answer = as_bo.post(cancel_one(summons), {"reason": REASON})
    assert (answer.status_code, "ændres dér" in answer.content.decode()) == (422, True)
    Summons.objects.update(origin=Origin.PLANNER)
    with time_machine.travel(summons.appointment.start_at, tick=False):
        assert "begyndt eller holdt" in signed_in(nord.bo).get(cancel_one(summons)).content.decode()
    assert Summons.objects.get(pk=summons.pk).status == SummonsStatus.SENT


@pytest.mark.requirement("APP-14")
def test_undoing_is_not_promised_where_it_cannot_be_kept(nord: World, as_bo: Client) -> None:
    Settings.objects.update(sending_delay=0)
    summons = sent(nord)
    page = as_bo.post(cancel_one(summons), {"reason": REASON}, follow=True).content.decode()
    assert "Samtalen er aflyst." in page
    assert "Fortryd" not in page


@pytest.mark.requirement("SEC-02")
def test_a_counsellor_cancels_own_conversations_only_and_an_administrator_none(
    nord: World, as_anna: Client, as_ada: Client
) -> None:
    summons = sent(nord)
    nord.birk.user = factories.make_user(nord.jobcentre, "birk", Role.COUNSELLOR)
    nord.birk.save()
    colleague = signed_in(nord.birk.user)
    seen = reverse("booking:appointment", args=[summons.appointment_id])
    assert colleague.get(seen).status_code == 200
    assert cancel_one(summons) not in colleague.get(seen).content.decode()
    for client in (colleague, as_ada):
        assert client.post(cancel_one(summons), {"reason": REASON}).status_code == 403
    assert as_anna.post(cancel_one(summons), {"reason": REASON}).status_code == 302
    assert Summons.objects.get(pk=summons.pk).status == SummonsStatus.CANCELLED


@pytest.mark.requirement("SEC-01")
def test_nobody_cancels_or_restores_at_another_job_centre(nord: World, as_carla: Client) -> None:
    summons = sent(nord)
    for url in (
        cancel_one(summons),
        reverse("booking:cancel", args=[summons.appointment_id]),
        reverse("booking:restore", args=[summons.appointment_id]),
    ):
        assert as_carla.post(url, {"reason": REASON}).status_code == 404
    assert Summons.objects.get(pk=summons.pk).status == SummonsStatus.SENT
