from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from booking.models import Summons
from booking.services import sending
from booking.states import Attendance, SummonsStatus
from planner.accounts.models import Settings
from planner.accounts.roles import Role
from tests import factories
from tests.booking.stories import keep, meeting, sent
from tests.conftest import signed_in
from tests.factories import MONDAY, NOW, World, at, make_citizen

AFTER = at(MONDAY, "15:00")


@pytest.fixture
def held(nord: World) -> Iterator[Summons]:
    """Anna's conversation at nine; it is three in the afternoon."""
    with time_machine.travel(NOW, tick=False):
        summons = sent(nord)
    with time_machine.travel(AFTER, tick=False):
        yield summons


def url_of(summons: Summons) -> str:
    return reverse("booking:attendance", args=[summons.appointment_id])


def said(summons: Summons, attendance: str, seen: str = "", reason: str = "") -> dict[str, str]:
    return {f"{summons.pk}-attendance": attendance, f"{summons.pk}-seen": seen, f"{summons.pk}-reason": reason}


def attendance_of(summons: Summons) -> str:
    return Summons.objects.get(pk=summons.pk).attendance


@pytest.fixture
def joint(nord: World) -> Iterator[list[Summons]]:
    """Three citizens at Anna's joint meeting at nine; it is three in the afternoon."""
    with time_machine.travel(NOW, tick=False):
        citizens = [make_citizen(nord.jobcentre, f"Borger {letter}") for letter in "ABC"]
        details = factories.make_run(nord.bo, nord.team, nord.anna, form="joint", type_id=9, seats_calling=5)
        kept = keep(nord, meeting(citizens, nord.anna, room=nord.rooms[1]), details=details).summonses
        gone = sending.send(summonses=kept, by=nord.bo, now=NOW).summonses
    with time_machine.travel(AFTER, tick=False):
        yield list(gone)


@pytest.mark.requirement("ATT-01", "CAL-05", "APP-14")
def test_it_is_registered_from_the_appointments_dialog_and_undone(nord: World, held: Summons, as_bo: Client) -> None:
    dialog = as_bo.get(reverse("booking:appointment", args=[held.appointment_id])).content.decode()
    assert url_of(held) in dialog
    assert all(label in as_bo.get(url_of(held)).content.decode() for label in map(str, Attendance.labels))
    page = as_bo.post(url_of(held), said(held, "no_show", reason="Syg"), follow=True).content.decode()
    assert f"Fremmøde er registreret for {held.citizen.full_name}." in page
    assert attendance_of(held) == "no_show"
    dialog = as_bo.get(reverse("booking:appointment", args=[held.appointment_id])).content.decode()
    assert "Udeblevet" in dialog
    assert "Indkald igen" in dialog
    undo = page.split('action="/attendance/undo/')[1].split('"')[0]
    assert "Registreringen er fortrudt." in as_bo.post(f"/attendance/undo/{undo}", follow=True).content.decode()
    assert attendance_of(held) == ""


@pytest.mark.requirement("ATT-01")
def test_one_press_says_that_the_citizen_came(held: Summons, as_bo: Client) -> None:
    as_bo.post(url_of(held), {"rest": "1"})
    assert attendance_of(held) == "met"


@pytest.mark.requirement("ATT-01")
def test_a_check_in_list_takes_everybody_in_one_form_and_the_rest_came(joint: list[Summons], as_bo: Client) -> None:
    first, second, third = joint
    page = as_bo.get(url_of(first)).content.decode()
    assert page.count('type="radio"') == 3 * 7
    assert "data-check-in" in page
    fields = said(first, "no_show", reason="Syg") | said(second, "") | said(third, "")
    receipt = as_bo.post(url_of(first), fields | {"rest": "1"}, follow=True).content.decode()
    assert "Fremmøde er registreret for 3 borgere." in receipt
    assert [attendance_of(one) for one in joint] == ["no_show", "met", "met"]


@pytest.mark.requirement("ATT-01", "APP-07", "APP-15")
def test_nothing_is_half_saved_and_the_other_persons_registration_is_shown(
    joint: list[Summons], as_bo: Client, nord: World
) -> None:
    first, second, third = joint
    signed_in(nord.anna_user).post(url_of(first), said(first, "met"))
    fields = said(first, "no_show") | said(second, "met") | said(third, "")
    answer = as_bo.post(url_of(first), fields)
    assert answer.status_code == 422
    assert "Anna Agger har imens registreret «Mødt»" in answer.content.decode()
    assert [attendance_of(one) for one in joint] == ["met", "", ""]
    again = as_bo.post(url_of(first), fields | {f"{first.pk}-seen": "met"})
    assert again.status_code == 302
    assert [attendance_of(one) for one in joint] == ["no_show", "met", ""]


@pytest.mark.requirement("APP-07")
def test_too_long_a_reason_is_said_and_keeps_what_was_typed(held: Summons, as_bo: Client) -> None:
    answer = as_bo.post(url_of(held), said(held, "met", reason="x" * 501))
    assert (answer.status_code, attendance_of(held)) == (422, "")
    assert "x" * 501 in answer.content.decode()
    assert 'id="errors"' in answer.content.decode()


@pytest.mark.requirement("ATT-01")
def test_the_rest_of_the_day_is_one_press(nord: World, held: Summons, as_anna: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        later = sent(nord, clock="10:00")
        tomorrow = sent(nord, clock="11:00")
    Summons.objects.filter(pk=tomorrow.pk).update(attendance="no_show", attendance_at=AFTER)
    assert "«Mødt» for resten af dagen" in as_anna.get(url_of(held)).content.decode()
    url = reverse("booking:attendance_rest", args=[nord.anna.pk])
    page = as_anna.post(url, {"on": MONDAY.isoformat(), "back": "/"}, follow=True).content.decode()
    assert "Fremmøde er registreret for 2 borgere." in page
    assert [attendance_of(one) for one in (held, later, tomorrow)] == ["met", "met", "no_show"]
    assert "er registreret" in as_anna.post(url, {"on": MONDAY.isoformat()}).content.decode()


@pytest.mark.requirement("ATT-01", "FOLL-04")
def test_a_selection_of_the_list_is_registered_in_one_form(nord: World, held: Summons, as_bo: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        later = sent(nord, clock="10:00")
    url, back = reverse("booking:attendance_of_chosen"), "/summons/follow-up/?opened=1"
    chosen = {"selected": [str(held.pk), str(later.pk)], "back": back}
    assert "2 indkaldelser" in as_bo.post(url, chosen).content.decode()
    assert attendance_of(held) == ""
    answer = as_bo.post(url, chosen | {"sure": "1"} | said(held, "met") | said(later, "too_late"))
    assert answer["Location"] == back
    assert (attendance_of(held), attendance_of(later)) == ("met", "too_late")
    assert "Vælg mindst én" in as_bo.post(url, {}).content.decode()


@pytest.mark.requirement("ATT-01", "CIT-01")
def test_the_citizens_page_says_whether_they_came_and_leads_to_the_form(held: Summons, as_bo: Client) -> None:
    url = reverse("booking:citizen", args=[held.citizen_id])
    assert url_of(held) in as_bo.get(url).content.decode()
    as_bo.post(url_of(held), said(held, "no_show"))
    page = as_bo.get(url).content.decode()
    assert "Udeblevet" in page
    assert f"{reverse('summons:again')}?selected={held.pk}" in page


@pytest.mark.requirement("ATT-01", "SET-01")
def test_where_it_is_switched_off_nothing_offers_it(held: Summons, as_bo: Client) -> None:
    Settings.objects.update(attendance_here=False)
    for page in ("booking:appointment", "booking:citizen"):
        pk = held.appointment_id if page == "booking:appointment" else held.citizen_id
        assert url_of(held) not in as_bo.get(reverse(page, args=[pk])).content.decode()
    answer = as_bo.post(url_of(held), said(held, "met"))
    assert (answer.status_code, attendance_of(held)) == (422, "")
    assert "i sagsbehandlingssystemet" in answer.content.decode()


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_only_ones_own_job_centre_and_a_counsellors_own_conversations(
    nord: World, held: Summons, as_carla: Client, as_ada: Client
) -> None:
    nord.birk.user = factories.make_user(nord.jobcentre, "birk", Role.COUNSELLOR)
    nord.birk.save()
    rest = reverse("booking:attendance_rest", args=[nord.anna.pk])
    for client, status in ((as_carla, 404), (as_ada, 403), (signed_in(nord.birk.user), 403)):
        assert client.post(url_of(held), said(held, "met")).status_code == status
        assert client.post(rest, {"on": MONDAY.isoformat()}).status_code == status
    chosen = {"selected": str(held.pk), "sure": "1"} | said(held, "met")
    assert as_carla.post(reverse("booking:attendance_of_chosen"), chosen).status_code == 422
    assert attendance_of(held) == ""


def test_the_check_in_list_takes_a_fixed_number_of_statements(joint: list[Summons], as_bo: Client) -> None:
    as_bo.get(url_of(joint[0]))
    with CaptureQueriesContext(connection) as three:
        as_bo.get(url_of(joint[0]))
    Summons.objects.filter(pk=joint[0].pk).update(status=SummonsStatus.CANCELLED, cancelled_at=NOW)
    with CaptureQueriesContext(connection) as two:
        as_bo.get(url_of(joint[0]))
    assert len(two) == len(three)


@pytest.mark.requirement("FOLL-04", "APP-08", "APP-14")
def test_a_selection_is_cancelled_with_one_reason_and_can_be_undone(nord: World, as_bo: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        coming, other, checked = sent(nord), sent(nord, clock="10:00"), sent(nord, clock="11:00")
        Summons.objects.filter(pk=checked.pk).update(attendance="met", attendance_at=NOW)
        url = reverse("booking:cancel_chosen")
        chosen = {"selected": [str(one.pk) for one in (coming, other, checked)]}
        asked = as_bo.post(url, chosen).content.decode()
        assert "Aflys 2 samtaler" in asked
        assert "Fremmødet er registreret" in asked
        assert as_bo.post(url, chosen | {"sure": "1", "reason": ""}).status_code == 422
        page = as_bo.post(url, chosen | {"sure": "1", "reason": "Syg vejleder"}, follow=True).content.decode()
        assert "2 samtaler er aflyst." in page
        gone = Summons.objects.filter(status=SummonsStatus.CANCELLED)
        assert set(gone) == {coming, other}
        undo = page.split('action="/summonses/restore/')[1].split('"')[0]
        assert "2 samtaler er der igen." in as_bo.post(f"/summonses/restore/{undo}", follow=True).content.decode()
        assert not gone.all().exists()


def test_nobody_cancels_a_selection_of_another_job_centre(nord: World, as_carla: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        summons = sent(nord)
        fields = {"selected": str(summons.pk), "sure": "1", "reason": "Nej"}
        assert as_carla.post(reverse("booking:cancel_chosen"), fields).status_code == 422
    assert Summons.objects.get(pk=summons.pk).status == SummonsStatus.SENT


def test_one_of_yesterday_is_registered_as_well(nord: World, held: Summons, as_bo: Client) -> None:
    with time_machine.travel(AFTER + timedelta(days=1), tick=False):
        signed_in(nord.bo).post(url_of(held), said(held, "unclear"))
    assert attendance_of(held) == "unclear"


@pytest.mark.requirement("APP-04", "CAL-02", "ATT-01")
def test_the_calendar_says_who_came_and_what_is_not_registered(
    nord: World, held: Summons, as_bo: Client, as_ada: Client
) -> None:
    url = f"{reverse('booking:calendar')}?view=week&counsellor={nord.anna.pk}&on={MONDAY.isoformat()}"
    missing = '<span class="sr-only">fremmøde er ikke registreret</span>'
    assert missing in as_bo.get(url).content.decode()
    assert missing not in as_ada.get(url).content.decode()
    as_bo.post(url_of(held), said(held, "no_show"))
    page = as_bo.get(url).content.decode()
    assert '<span class="sr-only">udeblevet</span>' in page
    assert missing not in page
    assert '<span class="sr-only">udeblevet</span>' not in as_ada.get(url).content.decode()
    Settings.objects.update(attendance_here=False)
    Summons.objects.update(attendance="", attendance_at=None)
    assert missing not in as_bo.get(url).content.decode()


@pytest.mark.requirement("ATT-01")
def test_a_joint_meeting_is_registered_when_everybody_is(nord: World, joint: list[Summons], as_bo: Client) -> None:
    url = f"{reverse('booking:calendar')}?view=week&counsellor={nord.anna.pk}&on={MONDAY.isoformat()}"
    as_bo.post(url_of(joint[0]), said(joint[0], "met"))
    assert "fremmøde er ikke registreret" in as_bo.get(url).content.decode()
    as_bo.post(url_of(joint[0]), {"rest": "1"})
    assert '<span class="sr-only">fremmøde er registreret</span>' in as_bo.get(url).content.decode()


@pytest.mark.requirement("ATT-03", "FOLL-05")
def test_saving_may_lead_on_to_summoning_all_who_did_not_come(joint: list[Summons], as_bo: Client) -> None:
    first, second, third = joint
    as_bo.post(url_of(first), said(first, "no_show"))
    fields = said(first, "no_show", "no_show") | said(second, "no_show") | said(third, "met")
    answer = as_bo.post(url_of(first), fields | {"again": "1"})
    assert answer["Location"] == f"{reverse('summons:again')}?selected={first.pk}&selected={second.pk}"
    nobody = as_bo.post(url_of(first), said(third, "met", "met") | {"again": "1"}, follow=True)
    assert "så ingen indkaldes igen" in nobody.content.decode()


@pytest.mark.requirement("ATT-01", "CAL-05")
def test_the_check_in_list_is_ready_before_the_meeting_begins(joint: list[Summons], nord: World) -> None:
    dialog = reverse("booking:appointment", args=[joint[0].appointment_id])
    for moment, ready in ((at(MONDAY - timedelta(days=1), "12:00"), False), (at(MONDAY, "08:50"), True)):
        with time_machine.travel(moment, tick=False):
            page = signed_in(nord.bo).get(dialog).content.decode()
            assert (url_of(joint[0]) in page, "Aflys hele mødet" in page) == (ready, True)
