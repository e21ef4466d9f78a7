import io
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from admin_module.models import MyTeam
from booking.models import Appointment, Origin, PlacedBy, Summons
from booking.states import SummonsStatus
from planner.audit.models import Access
from planner.audit.purposes import Purpose
from planner.outbox import services
from planner.outbox.models import Exchange, Message, Receiver
from planner.outbox.services import Subject
from planner.outbox.states import State
from summons.models import RunCitizen
from tests.booking.offering import make_offer
from tests.factories import (
    MONDAY,
    NOW,
    World,
    add_line,
    make_appointment,
    make_citizen,
    make_counsellor,
    make_run,
    make_summons,
    make_team,
)

LIST = "/summons/follow-up/"


def sent(nord: World, name: str = "", **particulars: object) -> Summons:
    """A summons by Bo, just sent, with Anna as counsellor."""
    values: dict[str, object] = {"by": nord.bo, "now": timezone.now()} | particulars
    return make_summons(make_citizen(nord.jobcentre, name), nord.anna, nord.team, **values)  # type: ignore[arg-type]


def enqueue(summons: Summons, state: State = State.READY, **particulars: object) -> Message:
    now = timezone.now()
    (message,) = services.enqueue(
        jobcentre_id=summons.jobcentre_id,
        receiver=Receiver.DFDG,
        kind="summons",
        subjects=[Subject(summons.pk, summons.citizen_id)],
        not_before=now + timedelta(minutes=5),
        now=now,
    )
    done = {"done_at": now} if state == State.DONE else {}
    Message.objects.filter(pk=message.pk).update(state=state, **done, **particulars)
    return message


def names(client: Client, query: str) -> list[str]:
    """The citizens listed, in order."""
    page = client.get(f"{LIST}?{query}").context["page"]
    return [row.citizen for row in page.rows]


@pytest.mark.requirement("FOLL-01")
@time_machine.travel(NOW, tick=False)
def test_it_opens_on_ones_own_last_seven_days_of_sending(as_bo: Client, nord: World) -> None:
    sent(nord, "Ny Borger")
    sent(nord, "Gammel Borger", now=timezone.now() - timedelta(days=8))
    sent(nord, "Andens Borger", by=nord.ada)
    response = as_bo.get(LIST, follow=True)
    assert [row.citizen for row in response.context["page"].rows] == ["Ny Borger"]
    assert "Sendt: af dig de seneste 7 dage" in response.content.decode()


@pytest.mark.requirement("FOLL-01")
def test_who_has_sent_nothing_lately_sees_their_own_teams(as_bo: Client, nord: World) -> None:
    other = make_team(nord.jobcentre, "Syd")
    cara = make_counsellor(other, "Cara Bo")
    MyTeam.objects.create(jobcentre=nord.jobcentre, user=nord.bo, team=nord.team)
    sent(nord, "Nords Borger", by=nord.ada)
    make_summons(make_citizen(nord.jobcentre, "Syds Borger"), cara, other, by=nord.ada)
    response = as_bo.get(LIST, follow=True)
    assert [row.citizen for row in response.context["page"].rows] == ["Nords Borger"]


@pytest.mark.requirement("FOLL-01")
def test_the_chosen_teams_are_kept_as_ones_own(as_bo: Client, nord: World) -> None:
    as_bo.post(f"{LIST}my-teams/", {"team": [nord.team.pk, "99999", "x"]})
    assert list(MyTeam.objects.values_list("team_id", flat=True)) == [nord.team.pk]


@pytest.mark.requirement("FOLL-01", "APP-10")
@time_machine.travel(NOW, tick=False)
def test_it_filters_by_date_team_counsellor_type_run_and_status(as_bo: Client, nord: World) -> None:
    below = make_team(nord.jobcentre, "Nord under 30", parent=nord.team)
    birk = make_summons(
        make_citizen(nord.jobcentre, "Birks Borger"),
        nord.birk,
        below,
        day=MONDAY + timedelta(days=1),
        now=timezone.now() - timedelta(days=20),
        by=nord.bo,
        deadline=MONDAY,
        origin=Origin.OWN,
    )
    anna = sent(nord, "Annas Borger", status=SummonsStatus.CANCELLED)
    Appointment.objects.filter(pk=birk.appointment_id).update(type_id=4)
    run = make_run(nord.bo, nord.team, state="finished", sent_at=timezone.now())
    RunCitizen.objects.filter(pk=add_line(run, anna.citizen).pk).update(summons=anna)
    both = ["Annas Borger", "Birks Borger"]
    wanted = {
        "opened=1": both,
        "first=1.12.2026": ["Birks Borger"],
        "last=30.11.2026": ["Annas Borger"],
        "dated=deadline&last=2026-11-30": ["Birks Borger"],
        f"dated=sent&first={timezone.localdate():%d.%m.%Y}": ["Annas Borger"],
        f"team={nord.team.pk}": ["Annas Borger"],
        f"team={nord.team.pk}&below=on": both,
        f"counsellor={nord.birk.pk}": ["Birks Borger"],
        f"counsellor={nord.birk.pk}&counsellor={nord.anna.pk}": both,
        "type=4": ["Birks Borger"],
        f"run={run.pk}": ["Annas Borger"],
        "status=cancelled": ["Annas Borger"],
        "status=self_booked": ["Birks Borger"],
    }
    assert {query: names(as_bo, query) for query in wanted} == wanted


@pytest.mark.requirement("FOLL-01", "FOLL-02")
def test_it_filters_by_how_far_a_summons_has_come(as_bo: Client, nord: World) -> None:
    for state in set(State) - {State.SENDING}:
        enqueue(sent(nord, f"Borger {state.value.title()}"), state)
    enqueue(sent(nord, "Borger Altfor"), State.WAITING, created_at=timezone.now() - timedelta(hours=25))
    assert sorted(names(as_bo, "sync=unsent")) == [
        "Borger Altfor",
        "Borger Needs_Help",
        "Borger Ready",
        "Borger Waiting",
    ]
    assert sorted(names(as_bo, "sync=failed")) == ["Borger Altfor", "Borger Needs_Help"]
    assert names(as_bo, "sync=given_up") == ["Borger Given_Up"]
    assert sorted(names(as_bo, "sync=done")) == ["Borger Done", "Borger Superseded"]
    assert names(as_bo, "sync=calendar") == []


@pytest.mark.requirement("FOLL-02")
def test_a_row_tells_all_that_one_looks_for(as_bo: Client, nord: World) -> None:
    summons = sent(nord, "Jens Hansen", room=nord.room, origin=Origin.OWN)
    enqueue(summons, State.NEEDS_HELP, error_text="Borgeren er død. (4405)")
    page = as_bo.get(f"{LIST}?opened=1")
    text = " ".join(page.content.decode().split())
    row = text[text.index("<tbody>") : text.index("</tbody>")]
    expected = (
        str(summons.number),
        "man. 30. nov.",
        "kl.",
        "Jens Hansen",
        "Jobsamtale",
        "Selvbooket",
        "Nord",
        "AA",
        "Lokale 1",
    )
    assert [word for word in expected if word not in row] == []
    assert "Jobnet: fejl, kræver hjælp" in row


@pytest.mark.requirement("FOLL-02")
def test_a_summons_that_the_citizen_moved_is_said_to_be_rebooked(as_bo: Client, nord: World) -> None:
    summons = sent(nord, "Jens Hansen")
    Appointment.objects.filter(pk=summons.appointment_id).update(placed_by=PlacedBy.CITIZEN)
    (row,) = as_bo.get(f"{LIST}?opened=1").context["page"].rows
    assert (row.status[0], str(row.status[1]), row.self_booked) == ("ok", "Ombooket", False)


@pytest.mark.requirement("FOLL-01")
def test_pending_summonses_are_not_on_it(as_bo: Client, nord: World) -> None:
    sent(nord, "Jens Hansen", status=SummonsStatus.PENDING)
    assert names(as_bo, "opened=1") == []


@pytest.mark.requirement("APP-10")
def test_it_is_sorted_by_a_click_on_a_title_and_shows_fifty_a_page(as_bo: Client, nord: World) -> None:
    for number in range(52):
        sent(nord, f"Borger {number:02d}", clock=f"{8 + number // 12:02d}:{number % 12 * 5:02d}")
    assert names(as_bo, "opened=1")[:2] == ["Borger 00", "Borger 01"]
    assert names(as_bo, "opened=1&sort=-citizen&page=2") == ["Borger 01", "Borger 00"]


@pytest.mark.requirement("FOLL-03", "SYNC-05")
@pytest.mark.parametrize(
    ("state", "advice"),
    [
        (State.WAITING, "Planner prøver selv igen, til det lykkes."),
        (State.NEEDS_HELP, "Planner prøver ikke selv igen. Ret det, der er galt, og tryk Synk, eller tryk Opgiv."),
    ],
)
def test_the_details_say_whether_planner_tries_by_itself_or_somebody_must_act(
    as_bo: Client, nord: World, state: State, advice: str
) -> None:
    summons = sent(nord, "Jens Hansen")
    enqueue(summons, state, error_text="DFDG afviste kaldet uden forklaring (404).")
    assert advice in as_bo.get(f"/summons/follow-up/{summons.pk}/").content.decode()


@pytest.mark.requirement("FOLL-03", "SYNC-07")
def test_the_details_tell_everything_with_each_receivers_state_and_the_history(as_bo: Client, nord: World) -> None:
    summons = sent(
        nord, "Jens Hansen", room=nord.room, deadline=MONDAY - timedelta(days=2), status=SummonsStatus.PENDING
    )
    Summons.objects.filter(pk=summons.pk).update(status="sent", number=48215, sent_at=timezone.now(), sent_by=nord.bo)
    message = enqueue(summons, State.WAITING, error_text="DFDG svarede ikke i tide.", attempts=3)
    Exchange.objects.create(
        jobcentre=nord.jobcentre,
        message=message,
        receiver="dfdg",
        kind="summons",
        at=timezone.now(),
        outcome="waiting",
        attempt=3,
        text="DFDG svarede ikke i tide.",
    )
    text = as_bo.get(f"{LIST}{summons.pk}/").content.decode()
    expected = (
        "Indkaldelse 48215",
        "Jens Hansen",
        "man. 30. nov. 2026",
        "Jobsamtale",
        "Anna Agger",
        "Havnegade 4, 9990 Nordby, Lokale 1",
        "efter frist 2 dage",
        "til og med søn. 29. nov.",
        "DFDG svarede ikke i tide. Fejl, ",
        "(3 forsøg).",
        "Indkaldt af Bo Dam",
        "Forberedt af Bo Dam",
        "Jobnet: prøves igen (forsøg 3). DFDG svarede ikke i tide.",
    )
    assert [words for words in expected if words not in text] == []


@pytest.mark.requirement("FOLL-03")
def test_beside_the_list_only_the_fragment_is_sent(as_bo: Client, nord: World) -> None:
    summons = sent(nord)
    fragment = as_bo.get(f"{LIST}{summons.pk}/", headers={"HX-Request": "true", "HX-Target": "detail"}).content.decode()
    assert fragment.strip().startswith("<aside")


@pytest.mark.requirement("SYNC-07")
def test_the_page_asks_again_only_while_something_is_under_way(as_bo: Client, nord: World) -> None:
    summons = sent(nord)
    message = enqueue(summons)
    assert 'hx-trigger="every 2s"' not in as_bo.get(f"{LIST}?opened=1").content.decode()
    Message.objects.filter(pk=message.pk).update(not_before=timezone.now())
    assert 'hx-trigger="every 2s"' in as_bo.get(f"{LIST}?opened=1").content.decode()
    assert 'hx-trigger="every 2s"' in as_bo.get(f"{LIST}{summons.pk}/").content.decode()
    Message.objects.filter(pk=message.pk).update(state=State.DONE, done_at=timezone.now())
    assert 'hx-trigger="every 2s"' not in as_bo.get(f"{LIST}?opened=1").content.decode()


@pytest.mark.requirement("SYNC-07", "FOLL-04")
def test_synk_tries_the_chosen_ones_now_and_returns_to_the_same_list(as_bo: Client, nord: World) -> None:
    refused, silent, left = (sent(nord) for _ in range(3))
    message = enqueue(refused, State.NEEDS_HELP)
    response = as_bo.post(f"{LIST}sync/", {"selected": [refused.pk, silent.pk], "back": f"{LIST}?status=sent"})
    assert response["Location"] == f"{LIST}?status=sent"
    states = {row.subject_id: row.state for row in Message.objects.all()}
    assert states == {refused.pk: State.READY, silent.pk: State.READY}
    assert Message.objects.get(pk=message.pk).request_id != message.request_id
    assert not Message.objects.filter(subject_id=left.pk).exists()


@pytest.mark.requirement("SYNC-07")
def test_synk_of_nothing_says_what_to_do(as_bo: Client, nord: World) -> None:
    response = as_bo.post(f"{LIST}sync/", {"selected": ["no-such"]})
    assert response.status_code == 422
    assert "Vælg mindst én indkaldelse" in response.content.decode()


@pytest.mark.requirement("FOLL-03")
def test_synk_of_a_joint_meeting_covers_all_participants(as_bo: Client, nord: World) -> None:
    meeting = make_appointment(nord.anna, nord.team, form="joint")
    first, second = (sent(nord, appointment=meeting) for _ in range(2))
    as_bo.post(f"{LIST}{first.pk}/sync/")
    assert set(Message.objects.values_list("subject_id", flat=True)) == {first.pk, second.pk}


@pytest.mark.requirement("SYNC-05", "SYNC-07")
def test_only_a_person_gives_up_and_says_why(as_bo: Client, nord: World) -> None:
    summons = sent(nord)
    message = enqueue(summons, State.NEEDS_HELP, error_text="Afvist.")
    assert as_bo.post(f"{LIST}{summons.pk}/give-up/", {"reason": ""}).status_code == 422
    as_bo.post(f"{LIST}{summons.pk}/give-up/", {"reason": "Borgeren er ringet op."})
    message.refresh_from_db()
    assert message.state == State.GIVEN_UP
    assert "Opgivet af Bo Dam: Borgeren er ringet op." in as_bo.get(f"{LIST}{summons.pk}/").content.decode()


@pytest.mark.requirement("SEC-01", "GUARD-01")
def test_a_stranger_sees_nothing_and_can_change_nothing(as_carla: Client, nord: World) -> None:
    summons = sent(nord, "Jens Hansen")
    message = enqueue(summons, State.NEEDS_HELP)
    assert "Jens Hansen" not in as_carla.get(f"{LIST}?opened=1").content.decode()
    assert as_carla.get(f"{LIST}{summons.pk}/").status_code == 404
    assert as_carla.post(f"{LIST}{summons.pk}/sync/").status_code == 404
    assert as_carla.post(f"{LIST}{summons.pk}/give-up/", {"reason": "x"}).status_code == 404
    assert as_carla.post(f"{LIST}sync/", {"selected": [summons.pk]}).status_code == 422
    message.refresh_from_db()
    assert message.state == State.NEEDS_HELP


@pytest.mark.requirement("SEC-02")
def test_neither_administrator_nor_counsellor_may_open_it(as_ada: Client, as_anna: Client, nord: World) -> None:
    assert [client.get(f"{LIST}?opened=1").status_code for client in (as_ada, as_anna)] == [403, 403]


@pytest.mark.requirement("SPEED-12")
def test_the_number_of_statements_does_not_grow_with_the_rows(
    as_bo: Client, nord: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    enqueue(sent(nord, room=nord.room))
    with django_assert_max_num_queries(40) as one:
        as_bo.get(f"{LIST}?opened=1")
    for _ in range(2):
        enqueue(sent(nord, room=nord.room))
    with django_assert_max_num_queries(len(one)):
        as_bo.get(f"{LIST}?opened=1")


@pytest.mark.requirement("FOLL-01", "FOLL-02")
@pytest.mark.parametrize("sort", ["time", "-time"])
def test_within_one_start_they_stand_by_counsellor_then_by_name(as_bo: Client, nord: World, sort: str) -> None:
    ada = make_counsellor(nord.team, "Ada Aa")
    wanted = [("Åse Lund", nord.anna), ("Bo Lund", nord.anna), ("Ea Lund", nord.birk), ("Ib Lund", ada)]
    for name, counsellor in wanted:
        make_summons(make_citizen(nord.jobcentre, name), counsellor, nord.team, by=nord.bo)
    make_summons(make_citizen(nord.jobcentre, "Tidlig Lund"), nord.birk, nord.team, by=nord.bo, clock="08:00")
    together = ["Ib Lund", "Bo Lund", "Åse Lund", "Ea Lund"]
    found = names(as_bo, f"opened=1&sort={sort}")
    assert found == (["Tidlig Lund", *together] if sort == "time" else [*together, "Tidlig Lund"])


@pytest.mark.requirement("FOLL-01", "APP-10")
def test_pages_of_one_start_neither_overlap_nor_leave_anybody_out(as_bo: Client, nord: World) -> None:
    meeting = make_appointment(nord.anna, nord.team)
    for number in range(60):
        make_summons(make_citizen(nord.jobcentre, f"Borger {number:03}"), nord.anna, nord.team, appointment=meeting)
    found = names(as_bo, "opened=1&sort=time") + names(as_bo, "opened=1&sort=time&page=2")
    assert found == [f"Borger {number:03}" for number in range(60)]


@pytest.mark.requirement("FOLL-02", "FOLL-05", "ATT-01")
def test_attendance_stands_in_the_list_is_filtered_and_leads_on_to_a_new_summons(as_bo: Client, nord: World) -> None:
    past, now = timezone.localdate() - timedelta(days=2), timezone.now()
    missing = sent(nord, "Uden Lund", day=past)
    absent = sent(nord, "Ude Lund", day=past, clock="10:00", attendance="no_show", attendance_at=now)
    sent(nord, "Sen Lund", day=timezone.localdate() + timedelta(days=2))
    assert names(as_bo, "opened=1&attendance=missing") == ["Uden Lund"]
    assert names(as_bo, "opened=1&attendance=no_show") == ["Ude Lund"]
    page = as_bo.get(f"{LIST}?opened=1").content.decode()
    assert f"/appointments/{missing.appointment_id}/attendance/" in page
    assert "Udeblevet" in page
    details = as_bo.get(f"{LIST}{absent.pk}/").content.decode()
    assert f"/summons/again/?selected={absent.pk}" in details


def cells(content: bytes) -> list[list[object]]:
    (sheet,) = load_workbook(io.BytesIO(content)).worksheets
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.requirement("FOLL-04", "GUARD-09", "GUARD-12")
def test_what_is_ticked_is_exported_without_a_personal_number_and_written_down(as_bo: Client, nord: World) -> None:
    one, two = sent(nord, "=1+1 Lund"), sent(nord, "Bo Lund", clock="10:00")
    sent(nord, "Ikke Valgt")
    titles, *lines = cells(as_bo.post(f"{LIST}export/", {"selected": [str(two.pk), str(one.pk)]}).content)
    assert titles[:4] == ["Nr.", "Dato", "Tid", "Borger"]
    assert [line[3] for line in lines] == ["=1+1 Lund", "Bo Lund"]
    assert lines[0][1:3] == ["30. nov. 2026", "9.00"]
    assert one.citizen.born_on.strftime("%d%m%y") not in str(lines)
    seen = Access.objects.filter(purpose=Purpose.EXPORT).values_list("citizen_id", flat=True)
    assert set(seen) == {one.citizen_id, two.citizen_id}


@pytest.mark.requirement("FOLL-04")
def test_with_nothing_ticked_the_list_as_filtered_is_exported(as_bo: Client, nord: World) -> None:
    sent(nord, "Ea Lund")
    sent(nord, "Ib Lund", status=SummonsStatus.CANCELLED)
    lines = cells(as_bo.post(f"{LIST}export/", {"back": f"{LIST}?opened=1&status=cancelled"}).content)[1:]
    assert [line[3] for line in lines] == ["Ib Lund"]
    empty = as_bo.post(f"{LIST}export/", {"back": f"{LIST}?opened=1&status=self_booked"})
    assert (empty.status_code, "ingen indkaldelser at eksportere" in empty.content.decode()) == (422, True)


@pytest.mark.requirement("SEC-01", "SEC-02", "FOLL-04")
def test_nobody_else_exports_it(as_carla: Client, as_ada: Client, as_anna: Client, nord: World) -> None:
    chosen = {"selected": str(sent(nord, "Ea Lund").pk)}
    answers = [client.post(f"{LIST}export/", chosen).status_code for client in (as_carla, as_ada, as_anna)]
    assert answers == [422, 403, 403]


@pytest.mark.requirement("FOLL-01", "FOLL-03")
def test_what_was_booked_on_an_offer_is_filtered_and_says_who_booked_it(as_bo: Client, nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    by_citizen = sent(nord, offer=offer, origin="jobnet")
    by_us = sent(nord, offer=offer)
    summoned = sent(nord)
    page = as_bo.get(f"{LIST}?opened=1&offer={offer.pk}")
    assert {row.pk for row in page.context["page"].rows} == {by_citizen.pk, by_us.pk}
    assert f"Jobsamtale over 30 ({offer.number})" in page.content.decode()
    for summons, words in ((by_citizen, "borgeren på Jobnet"), (by_us, "en medarbejder for borgeren")):
        text = as_bo.get(f"{LIST}{summons.pk}/").content.decode()
        assert f"<dt>Booket af</dt><dd>{words}</dd>" in text
        assert f'href="/offers/{offer.pk}/"' in text
    assert "Booket af" not in as_bo.get(f"{LIST}{summoned.pk}/").content.decode()


@pytest.mark.requirement("APP-10")
@pytest.mark.parametrize("typed", ["first=0001-01-01", "last=9999-12-31", "q=%00Hansen"])
def test_what_nobody_can_mean_is_answered_by_the_list(nord: World, as_bo: Client, typed: str) -> None:
    assert as_bo.get(f"/summons/follow-up/?opened=1&{typed}").status_code == 200
    assert as_bo.post("/search/", {"q": "Han\0sen"}).status_code == 200
