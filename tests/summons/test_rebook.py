"""[Ombook]: which times are shown, what one of them means, and what follows when the conversation goes there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from admin_module.models import ClosingDay, ConversationVariant, MeetingForm
from booking.models import Appointment, AppointmentCounsellor, Channel, Citizen, CitizenAbsence, Claim, Origin, Summons
from booking.services import sending
from booking.services.joining import join
from booking.services.moving import move
from planner.accounts.models import Settings
from planner.accounts.roles import Role
from planner.audit.models import Access
from planner.outbox.models import Message
from planner.ui.refusal import Refusal
from tests import factories
from tests.booking.stories import keep, meeting, pending, sent, tick
from tests.conftest import signed_in
from tests.factories import MONDAY, NOW, World, at, make_citizen, make_run

TUESDAY = MONDAY + timedelta(days=1)
STATEMENTS = 33


@pytest.fixture(autouse=True)
def a_week_before() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def board_of(summons: Summons) -> str:
    return reverse("summons:rebook", args=[summons.pk])


def there(summons: Summons, counsellor: Any, *, on: date = TUESDAY, clock: str = "10.00", room: Any = "none") -> str:
    place = f"counsellor={counsellor.pk}&room={getattr(room, 'pk', room)}&on={on}&at={clock}"
    return f"{reverse('summons:rebook_to', args=[summons.pk])}?{place}"


def press(client: Client, url: str) -> Any:
    """[Ombook] on the page as it stands, with all that it carries."""
    page = client.get(url).content.decode()
    hidden = dict(re.findall(r'name="(version|seen)" value="([^"]*)"', page))
    return client.post(url, hidden, follow=True)


def shown(client: Client, url: str) -> dict[date, list[time]]:
    return {found.day: [start.clock for start in found.starts] for found in client.get(url).context["board"].days}


@pytest.mark.requirement("CIT-01", "TIME-05")
def test_the_free_times_of_the_present_counsellor_are_shown_by_day(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, day=TUESDAY, clock="09:00"))
    days = shown(as_bo, board_of(summons))
    assert list(days)[:2] == [date(2026, 11, 24), date(2026, 11, 25)]
    assert len(days) == 10
    assert days[TUESDAY][:3] == [time(8, 0), time(10, 0), time(10, 15)]
    assert time(9, 0) not in days[MONDAY]
    assert time(9, 15) in days[MONDAY]
    assert date(2026, 11, 28) not in days
    page = as_bo.get(board_of(summons)).content.decode()
    assert f'href="{reverse("summons:rebook_to", args=[summons.pk])}?counsellor={nord.anna.pk}' in page


@pytest.mark.requirement("CIT-01", "TIME-09")
def test_days_before_and_after_the_deadline_stand_apart(nord: World, as_bo: Client) -> None:
    summons = pending(nord, deadline=TUESDAY)
    ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Kursus", first_on=date(2026, 11, 24), last_on=MONDAY)
    found = as_bo.get(board_of(summons)).context["board"]
    assert [day.day for day in found.in_time] == [TUESDAY]
    assert found.late[0].day == TUESDAY + timedelta(days=1)
    page = as_bo.get(board_of(summons)).content.decode()
    assert "Inden fristen tir. 1. dec." in page
    assert "Efter fristen tir. 1. dec." in page


@pytest.mark.requirement("CIT-01")
def test_ones_own_counsellor_stands_first_and_all_together_show_the_first_who_is_free(
    nord: World, as_bo: Client
) -> None:
    summons = sent(nord)
    Citizen.objects.update(case_owner=nord.birk)
    form = as_bo.get(board_of(summons)).context["form"]
    assert [str(label) for _value, label in form.fields["counsellor"].choices] == [
        "Birk Bisgaard (fast vejleder)",
        "Anna Agger (har samtalen nu)",
        "Alle, den første ledige",
    ]
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.birk, day=TUESDAY, clock="10:00"))
    days = as_bo.get(board_of(summons), {"counsellor": "all"}).context["board"].days
    starts = {start.clock: start.counsellor for day in days if day.day == TUESDAY for start in day.starts}
    assert (starts[time(10, 0)], starts[time(11, 0)]) == (nord.anna, nord.birk)


@pytest.mark.requirement("CIT-01", "SUM-04")
def test_only_times_at_which_a_room_is_free_are_shown_and_the_first_free_is_taken(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    other = make_citizen(nord.jobcentre)
    keep(nord, meeting(other, nord.birk, room=nord.room, day=TUESDAY, clock="10:00"))
    one = shown(as_bo, f"{board_of(summons)}?room={nord.room.pk}")
    assert time(10, 0) not in one[TUESDAY]
    days = as_bo.get(board_of(summons), {"room": "any"}).context["board"].days
    rooms = {start.clock: start.room for day in days if day.day == TUESDAY for start in day.starts}
    assert (rooms[time(9, 0)], rooms[time(10, 0)]) == (nord.room, nord.rooms[1])


@pytest.mark.requirement("CIT-01", "TIME-05", "TIME-06")
def test_neither_the_citizens_own_time_nor_a_used_budget_is_offered(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    keep(
        nord,
        meeting(summons.citizen, nord.birk, day=TUESDAY, clock="13:00"),
        details=make_run(nord.bo, nord.team, type_id=9),
    )
    days = shown(as_bo, board_of(summons))
    assert time(13, 0) not in days[TUESDAY]
    nord.anna.schedules.update(max_conversation_share=10)
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.anna, day=TUESDAY, clock="09:00"))
    assert TUESDAY not in shown(as_bo, board_of(summons))


@pytest.mark.requirement("CIT-01", "TIME-05")
def test_a_day_of_the_citizens_absence_and_a_day_too_near_say_so(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    CitizenAbsence.objects.create(
        jobcentre=nord.jobcentre,
        citizen=summons.citizen,
        kind="Ferie",
        first_on=TUESDAY,
        last_on=TUESDAY,
        fetched_at=NOW,
    )
    days = {found.day: found for found in as_bo.get(board_of(summons), {"first": "23.11.2026"}).context["board"].days}
    assert (days[TUESDAY].away, days[MONDAY].away) == (True, False)
    assert (days[NOW.date()].early, days[MONDAY].early) == (True, False)
    assert min(start.clock for start in days[NOW.date()].starts) > time(9, 0)


@pytest.mark.requirement("CIT-01")
def test_a_counsellor_without_time_before_the_deadline_leads_to_those_who_have(nord: World, as_bo: Client) -> None:
    summons = pending(nord, deadline=MONDAY)
    nord.anna.schedules.update(valid_from=TUESDAY)
    page = as_bo.get(board_of(summons)).content.decode()
    assert "Ingen ledige tider før fristen hos den valgte vejleder" in page
    days = as_bo.get(board_of(summons), {"counsellor": "all"}).context["board"].in_time
    assert {start.counsellor for day in days for start in day.starts} == {nord.birk}


@pytest.mark.requirement("CIT-01")
def test_the_search_goes_on_where_it_stopped(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    found = as_bo.get(board_of(summons)).context["board"]
    assert found.next_on == found.days[-1].day + timedelta(days=1)
    later = as_bo.get(board_of(summons), {"first": found.next_on.isoformat()}).context["board"]
    assert later.days[0].day > found.days[-1].day
    far = as_bo.get(board_of(summons), {"first": "1.1.2028"}).context["board"]
    assert (len(far.days), far.next_on) == (10, None)
    nord.anna.schedules.all().delete()
    nothing = as_bo.get(board_of(summons))
    assert nothing.context["board"].days == ()
    assert "Ingen ledige tider i de næste otte uger" in nothing.content.decode()


@pytest.mark.requirement("CIT-01", "CAL-04", "APP-14")
def test_rebooking_asks_first_tells_the_citizen_and_can_be_undone(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    asked = as_bo.get(there(summons, nord.birk, room=nord.room)).content.decode()
    assert "Borgeren får besked om den nye tid på Jobnet." in asked
    assert "Borgeren kan selv ombooke til og med man. 30. nov." in asked
    assert Appointment.objects.get().day == MONDAY
    answer = press(as_bo, there(summons, nord.birk, room=nord.room))
    assert answer.redirect_chain == [(reverse("booking:citizen", args=[summons.citizen_id]), 302)]
    page = answer.content.decode()
    assert "har nu samtale tir. 1. dec. kl.\N{NO-BREAK SPACE}10.00 hos Birk Bisgaard." in page
    moved = Appointment.objects.get()
    assert (moved.start_at, list(moved.counsellors.all()), moved.room) == (
        at(TUESDAY, "10:00"),
        [nord.birk],
        nord.room,
    )
    assert Message.objects.filter(subject_id=summons.pk).count() == 2
    undo = re.search(r'action="([^"]*/rebook/to/[^"]*)"', page)
    assert undo is not None
    back = as_bo.post(undo[1].replace("&amp;", "&"), follow=True).content.decode()
    moved = Appointment.objects.get()
    assert (moved.start_at, list(moved.counsellors.all()), moved.room) == (at(MONDAY, "09:00"), [nord.anna], None)
    assert "Fortryd" not in back


@pytest.mark.requirement("CIT-01", "LET-03")
def test_the_receipt_says_what_the_citizen_hears_by_channel(nord: World, as_bo: Client) -> None:
    waiting, by_letter = pending(nord), sent(nord, clock="11:00")
    Summons.objects.filter(pk=by_letter.pk).update(channel=Channel.LETTER)
    page = press(as_bo, there(waiting, nord.anna)).content.decode()
    assert "får først tiden, når den sendes" in page
    assert "skal have et nyt brev" in press(as_bo, there(by_letter, nord.anna, clock="12.00")).content.decode()
    assert not Message.objects.filter(subject_id=waiting.pk).exists()


@pytest.mark.requirement("CIT-01", "TIME-09")
def test_what_only_warns_is_said_before_and_kept_when_passed(nord: World, as_bo: Client) -> None:
    summons = pending(nord, deadline=MONDAY)
    url = there(summons, nord.anna, clock="15.30")
    page = as_bo.get(url).content.decode()
    assert "Tidspunktet ligger uden for vejlederens arbejdstid." in page
    assert "Datoen ligger efter borgerens frist." in page
    assert "Ombook alligevel" in page
    blind = as_bo.post(url, {"version": "1", "seen": "after_deadline"})
    assert (blind.status_code, Appointment.objects.get().day) == (422, MONDAY)
    press(as_bo, url)
    summons.refresh_from_db()
    assert summons.appointment.day == TUESDAY
    assert summons.placement["passed"] == ["outside_hours", "after_deadline"]


@pytest.mark.requirement("TIME-09")
def test_too_short_a_notice_warns(nord: World, as_bo: Client) -> None:
    summons = pending(nord)
    near = as_bo.get(there(summons, nord.anna, on=NOW.date(), clock="14.00")).content.decode()
    assert "Varslet er for kort." in near
    assert "Varslet" not in as_bo.get(there(summons, nord.anna)).content.decode()


@pytest.mark.requirement("CONC-01", "CIT-01")
def test_a_time_taken_by_somebody_else_meanwhile_is_refused_with_the_way_to_free_ones(
    nord: World, as_bo: Client
) -> None:
    summons = sent(nord)
    url = there(summons, nord.birk)
    page = as_bo.get(url).content.decode()
    assert "Ombook" in page
    keep(nord, meeting(make_citizen(nord.jobcentre), nord.birk, day=TUESDAY, clock="10:00"))
    answer = as_bo.post(url, {"version": "1", "seen": ""})
    assert answer.status_code == 422
    assert "Vejlederen er optaget på det tidspunkt." in answer.content.decode()
    assert board_of(summons) in answer.content.decode()
    summons.refresh_from_db()
    assert summons.appointment.day == MONDAY


@pytest.mark.requirement("APP-15", "CIT-01")
def test_a_conversation_moved_by_somebody_else_meanwhile_is_not_moved_again(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    url = there(summons, nord.birk)
    as_bo.get(url)
    move(
        appointment=summons.appointment,
        day=TUESDAY,
        start_tick=tick("13:00"),
        counsellor_ids=[nord.anna.pk],
        room_id=None,
        now=NOW,
    )
    answer = as_bo.post(url, {"version": "1", "seen": ""})
    assert (answer.status_code, "ændret af en anden imens" in answer.content.decode()) == (422, True)
    assert Appointment.objects.get().start_tick == tick("13:00")


@pytest.mark.requirement("CIT-01", "KSS-02")
def test_what_cannot_be_rebooked_says_why_and_shows_the_way_out(nord: World, as_bo: Client) -> None:
    held, cancelled, elsewhere = sent(nord), sent(nord, clock="11:00"), sent(nord, clock="13:00")
    sending.cancel(summons=cancelled, reason="Syg", by=nord.bo, now=NOW)
    Appointment.objects.filter(pk=elsewhere.appointment_id).update(origin=Origin.CASE_SYSTEM)
    for summons, words in (
        (cancelled, "Samtalen er aflyst."),
        (elsewhere, "ændres dér"),
    ):
        assert words in as_bo.get(board_of(summons)).content.decode()
        answer = as_bo.post(there(summons, nord.anna), {"seen": ""})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    with time_machine.travel(at(MONDAY, "09:30"), tick=False):
        page = signed_in(nord.bo).get(board_of(held)).content.decode()
    assert "begyndt eller holdt" in page
    assert f"?citizen={held.citizen_id}" in page


@dataclass
class Meetings:
    """Meetings for the young in Salen (12 + 2): one that is called to, one with free seats, one that is full."""

    citizens: list[Summons]
    tuesday: Appointment
    full: Appointment


@pytest.fixture
def joint(nord: World) -> Meetings:
    variants = [
        ConversationVariant.objects.create(jobcentre=nord.jobcentre, name=name) for name in ("Under 30", "Over 30")
    ]

    def together(number: int, clock: str, *, day: date = MONDAY, **changed: Any) -> list[Summons]:
        kind: dict[str, Any] = {
            "type_id": 9,
            "form": MeetingForm.JOINT,
            "seats_by": "room",
            "variant": variants[0],
            "duration": 60,
        }
        people = [make_citizen(nord.jobcentre) for _ in range(number)]
        place = meeting(people, nord.anna, room=nord.rooms[1], day=day, clock=clock)
        kept = keep(nord, place, details=make_run(nord.bo, nord.team, **(kind | changed)))
        assert kept.refusals == ()
        return list(kept.summonses)

    first = sending.send(summonses=together(2, "09:00"), by=nord.bo, now=NOW).summonses
    tuesday = together(3, "09:00", day=TUESDAY)[0].appointment_id
    full = together(12, "11:00", day=TUESDAY)[0].appointment_id
    Appointment.objects.filter(pk=full).update(seats_rebooking=0)
    together(1, "13:00", variant=variants[1])
    together(1, "13:00", day=TUESDAY, variant=None)
    return Meetings(list(first), Appointment.objects.get(pk=tuesday), Appointment.objects.get(pk=full))


def into(summons: Summons, meeting: Appointment) -> str:
    return reverse("summons:rebook_into", args=[summons.pk, meeting.pk])


@pytest.mark.requirement("VARI-04", "CIT-01")
def test_a_seat_goes_only_to_meetings_of_the_same_kind_with_a_free_seat(
    nord: World, as_bo: Client, joint: Meetings
) -> None:
    summons = joint.citizens[0]
    found = as_bo.get(board_of(summons)).context["meetings"]
    assert [(one.meeting, one.left) for one in found] == [(joint.tuesday, 11)]
    others = Appointment.objects.exclude(pk__in=[joint.tuesday.pk, joint.full.pk, summons.appointment_id])
    assert [as_bo.get(into(summons, other)).status_code for other in others] == [404, 404]
    assert as_bo.get(there(summons, nord.anna)).status_code == 422


@pytest.mark.requirement("VARI-04", "CIT-01", "APP-14")
def test_a_citizen_moves_to_another_joint_meeting_and_the_others_stay(
    nord: World, as_bo: Client, joint: Meetings
) -> None:
    summons, other = joint.citizens
    left = summons.appointment_id
    answer = press(as_bo, into(summons, joint.tuesday))
    page = answer.content.decode()
    assert "har nu samtale tir. 1. dec. kl.\N{NO-BREAK SPACE}9.00 hos Anna Agger." in page
    summons.refresh_from_db()
    assert (summons.appointment, summons.rebook_until) == (joint.tuesday, MONDAY)
    assert [claim.day for claim in Claim.objects.filter(citizen=summons.citizen)] == [TUESDAY]
    assert Message.objects.filter(subject_id=summons.pk).count() == 2
    assert Appointment.objects.get(pk=left).cancelled_at is None
    as_bo.post(f"{into(summons, Appointment.objects.get(pk=left))}?back=1")
    summons.refresh_from_db()
    assert summons.appointment_id == left
    for one in (summons, other):
        press(as_bo, into(one, joint.tuesday))
    ended = Appointment.objects.get(pk=left)
    assert ended.cancelled_reason == "Flyttet til et andet møde."
    assert not Claim.objects.filter(appointment=ended).exists()


@pytest.mark.requirement("TIME-09", "SUM-03")
def test_a_full_meeting_warns_and_a_time_of_ones_own_refuses(nord: World, as_bo: Client, joint: Meetings) -> None:
    summons = joint.citizens[0]
    assert "Alle pladser på mødet er taget." in as_bo.get(into(summons, joint.full)).content.decode()
    assert as_bo.post(into(summons, joint.full), {"seen": ""}).status_code == 422
    press(as_bo, into(summons, joint.full))
    summons.refresh_from_db()
    assert (summons.appointment, summons.placement["passed"]) == (joint.full, ["seats_taken"])
    keep(nord, meeting(summons.citizen, nord.birk, day=TUESDAY, clock="09:15"))
    answer = as_bo.post(into(summons, joint.tuesday), {"seen": ""})
    assert (answer.status_code, "allerede en aftale" in answer.content.decode()) == (422, True)


@pytest.mark.requirement("CONC-01", "VARI-04")
def test_a_joint_meeting_cancelled_meanwhile_takes_nobody(nord: World, as_bo: Client, joint: Meetings) -> None:
    Appointment.objects.filter(pk=joint.tuesday.pk).update(cancelled_at=NOW)
    summons = joint.citizens[0]
    assert as_bo.post(into(summons, joint.tuesday), {"seen": ""}).status_code == 404
    with pytest.raises(Refusal, match="aflyst, flyttet eller holdt"):
        join(summons=summons, meeting=joint.tuesday, now=NOW)
    nothing = as_bo.get(board_of(summons)).content.decode()
    assert "Intet andet fællesmøde af samme team, type og variant har en ledig plads." in nothing


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_nobody_else_moves_a_seat(
    nord: World, as_carla: Client, as_ada: Client, as_anna: Client, joint: Meetings
) -> None:
    summons = joint.citizens[0]
    for client, status in ((as_carla, 404), (as_ada, 403)):
        assert client.post(into(summons, joint.tuesday), {"seen": ""}).status_code == status
    assert as_anna.get(board_of(summons)).context["meetings"]
    AppointmentCounsellor.objects.filter(appointment=joint.tuesday).update(counsellor=nord.birk)
    assert as_anna.get(board_of(summons)).context["meetings"] == []
    assert as_anna.post(into(summons, joint.tuesday), {"seen": ""}).status_code == 403


def test_what_is_typed_wrong_is_named_and_stays(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    answer = as_bo.get(there(summons, nord.anna, clock="10.03"))
    page = answer.content.decode()
    assert (answer.status_code, "Skriv et klokkeslæt på hele fem minutter." in page) == (422, True)
    assert 'value="10.03"' in page
    nonsense = as_bo.get(f"{board_of(summons)}?counsellor=x&room=99999999999999999999&first=igår")
    assert (nonsense.status_code, len(nonsense.context["board"].days)) == (200, 10)


@pytest.mark.requirement("CIT-01", "CAL-05")
def test_it_stands_on_the_citizens_page_as_long_as_it_can_be_moved(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    assert (
        f'href="{board_of(summons)}"'
        in as_bo.get(reverse("booking:citizen", args=[summons.citizen_id])).content.decode()
    )
    with time_machine.travel(at(MONDAY, "09:30"), tick=False):
        page = signed_in(nord.bo).get(reverse("booking:citizen", args=[summons.citizen_id])).content.decode()
    assert board_of(summons) not in page


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_only_who_may_change_it_gets_near_it(nord: World, as_ada: Client, as_carla: Client, as_anna: Client) -> None:
    summons = sent(nord)
    nord.birk.user = factories.make_user(nord.jobcentre, "birk", Role.COUNSELLOR)
    nord.birk.save()
    url = there(summons, nord.birk)
    for client, status in ((as_carla, 404), (as_ada, 403), (signed_in(nord.birk.user), 403)):
        assert client.get(board_of(summons)).status_code == status
        assert client.post(url, {"seen": ""}).status_code == status
    assert as_anna.get(board_of(summons)).context["form"].offered.keys() == {str(nord.anna.pk)}
    assert as_anna.post(url, {"seen": ""}).status_code == 422
    assert Appointment.objects.get().day == MONDAY
    press(as_anna, there(summons, nord.anna))
    assert Appointment.objects.get().day == TUESDAY


@pytest.mark.requirement("GUARD-12")
def test_every_look_is_written_down(nord: World, as_bo: Client) -> None:
    summons = sent(nord)
    as_bo.get(board_of(summons))
    as_bo.get(there(summons, nord.anna))
    assert Access.objects.filter(citizen_id=summons.citizen_id, user=nord.bo).count() == 2


@pytest.mark.requirement("SPEED-12", "CIT-01")
@pytest.mark.parametrize("others", [1, 4])
def test_it_takes_as_many_statements_whatever_there_is(
    nord: World, as_bo: Client, django_assert_num_queries: DjangoAssertNumQueries, others: int
) -> None:
    summons = sent(nord)
    for number in range(others):
        counsellor = factories.make_counsellor(nord.team, f"Vejleder{number} Vang")
        keep(nord, meeting(make_citizen(nord.jobcentre), counsellor, day=TUESDAY, clock="10:00"))
        factories.make_room(nord.team, f"Rum {number}")
    as_bo.get(board_of(summons))
    with django_assert_num_queries(STATEMENTS):
        as_bo.get(board_of(summons), {"counsellor": "all", "room": "any"})


@pytest.mark.requirement("APP-14")
def test_undoing_is_not_promised_where_it_cannot_be_kept(nord: World, as_bo: Client) -> None:
    Settings.objects.update(sending_delay=0)
    assert "Fortryd" not in press(as_bo, there(sent(nord), nord.anna)).content.decode()
