"""Sending, «Fortryd», deleting, releasing and cancelling, and what goes to the outbox."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from admin_module.models import MeetingForm
from booking.models import Appointment, Claim, CprStatus, Origin, Summons
from booking.services import sending
from booking.states import MOVES, SummonsStatus, allowed
from planner.outbox.models import Message
from planner.outbox.states import State
from planner.ui.refusal import Refusal
from tests.booking.stories import keep, meeting, pending, sent, taken
from tests.factories import MONDAY, NOW, World, add_line, make_citizen, make_run, make_summons

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)
LATER = NOW + timedelta(seconds=5)


def messages(summons: Summons) -> list[str]:
    return list(Message.objects.filter(subject_id=summons.pk).order_by("pk").values_list("state", flat=True))


def tried(summons: Summons) -> None:
    """The worker has picked it up."""
    Message.objects.filter(subject_id=summons.pk).update(state=State.DONE, attempts=1, done_at=NOW)


@pytest.mark.requirement("SUM-20", "SUM-16")
def test_sending_gives_numbers_in_order_and_a_message_after_the_delay(nord: World) -> None:
    first, second = pending(nord, clock="09:00"), pending(nord, clock="10:00")
    outcome = sending.send(summonses=[second, first], by=nord.bo, now=NOW)
    assert [summons.pk for summons in outcome.summonses] == [second.pk, first.pk]
    assert outcome.refused == ()
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.number is not None
    assert first.number == second.number + 1
    assert (first.status, first.sent_at, first.sent_by_id, first.version) == ("sent", NOW, nord.bo.pk, 2)
    message = Message.objects.get(subject_id=first.pk)
    assert (message.receiver, message.citizen_id, message.state) == ("dfdg", first.citizen_id, State.READY)
    assert message.not_before == NOW + timedelta(seconds=15)


@pytest.mark.requirement("SUM-16")
def test_what_is_sent_already_is_not_sent_twice(nord: World) -> None:
    summons = sent(nord)
    outcome = sending.send(summonses=[summons], by=nord.bo, now=LATER)
    assert (outcome.summonses, [one.refusal.code for one in outcome.refused]) == ((), ["not_pending"])
    assert messages(summons) == [State.READY]


@pytest.mark.requirement("PEND-02", "CONC-09")
def test_what_was_cancelled_meanwhile_is_not_sent(nord: World) -> None:
    """Another window still shows it as waiting: sent now, it would stand without its time."""
    summons = sent(nord)
    sending.cancel(summons=summons, reason="Syg", by=nord.bo, now=NOW)
    outcome = sending.send(summonses=[summons], by=nord.bo, now=NOW)
    assert (outcome.summonses, [one.refusal.code for one in outcome.refused]) == ((), ["cancelled"])
    summons.refresh_from_db()
    assert (summons.status, taken(summons)) == (SummonsStatus.CANCELLED, [])


@pytest.mark.requirement("PEND-02", "SUM-11", "SUM-21")
def test_one_that_may_not_be_sent_says_why_and_the_others_go(nord: World) -> None:
    dead, inactive, away, unseen, fine = (pending(nord, clock=f"{hour:02}:00") for hour in range(8, 13))
    nameless = pending(nord, clock="13:00", details=make_run(nord.bo, nord.team, nord.anna, title="", description=""))
    for summons, status in ((dead, CprStatus.DEAD), (inactive, CprStatus.INACTIVE), (away, CprStatus.MOVED_AWAY)):
        summons.citizen.cpr_status = status
        summons.citizen.save()
    unseen.citizen.fetched_at = None
    unseen.citizen.save()
    outcome = sending.send(summonses=[dead, inactive, away, unseen, nameless, fine], by=nord.bo, now=NOW)
    assert [summons.pk for summons in outcome.summonses] == [away.pk, fine.pk]
    assert [(one.summons.pk, str(one.refusal)) for one in outcome.refused] == [
        (dead.pk, "Borgeren er død og kan ikke indkaldes."),
        (inactive.pk, "Borgeren er inaktiv i CPR og kan ikke indkaldes."),
        (unseen.pk, "Borgeren er ikke slået op i DFDG endnu."),
        (nameless.pk, "Indkaldelsen mangler: titel, beskrivelse."),
    ]
    assert Summons.objects.filter(status=SummonsStatus.PENDING).count() == 4


@pytest.mark.requirement("PEND-02")
def test_a_pending_summons_whose_date_has_passed_cannot_be_sent(nord: World) -> None:
    summons = pending(nord)
    outcome = sending.send(summonses=[summons], by=nord.bo, now=summons.appointment.start_at)
    assert [str(one.refusal) for one in outcome.refused] == ["Samtalens dato er passeret."]


@pytest.mark.requirement("SUM-07", "SELF-05")
@pytest.mark.parametrize(
    ("days", "deadline", "until", "to"),
    [
        (1, date(2026, 12, 11), date(2026, 11, 29), date(2026, 12, 11)),
        (2, date(2026, 11, 27), date(2026, 11, 27), date(2026, 11, 27)),
        (7, None, date(2026, 11, 23), date(2026, 12, 28)),
        (8, None, None, date(2026, 12, 28)),
    ],
    ids=["days before", "not after the deadline", "no deadline: four weeks", "passed already: none"],
)
def test_the_right_to_rebook(nord: World, days: int, deadline: date | None, until: date | None, to: date) -> None:
    run = make_run(nord.bo, nord.team, nord.anna, rebooking_days=days)
    summons = pending(nord, details=run, deadline=deadline)
    [summons] = sending.send(summonses=[summons], by=nord.bo, now=NOW).summonses
    summons.refresh_from_db()
    assert (summons.rebook_until, summons.rebook_to) == (until, to)


def test_without_the_right_to_rebook_there_is_no_date(nord: World) -> None:
    summons = sent(nord, details=make_run(nord.bo, nord.team, nord.anna, rebooking_allowed=False))
    assert (summons.rebook_until, summons.rebook_to) == (None, None)


@pytest.mark.requirement("SUM-23")
def test_what_is_replaced_is_cancelled_when_the_new_one_is_sent_and_not_before(nord: World) -> None:
    old = sent(nord)
    tried(old)
    replacing = meeting(old.citizen, nord.anna, day=TUESDAY, replaces=old.pk)
    [new] = keep(nord, replacing).summonses
    old.refresh_from_db()
    assert old.status == SummonsStatus.SENT
    sending.send(summonses=[new], by=nord.bo, now=LATER)
    old.refresh_from_db()
    assert (old.status, old.cancelled_at, old.cancelled_by_id) == (SummonsStatus.CANCELLED, LATER, nord.bo.pk)
    assert old.cancelled_reason == "Erstattet af en ny indkaldelse."
    assert taken(old) == []
    order = Message.objects.filter(citizen_id=old.citizen_id).order_by("sequence").values_list("subject_id", flat=True)
    assert list(order) == [old.pk, old.pk, new.pk]


@pytest.mark.requirement("SUM-23")
def test_a_pending_one_that_is_replaced_is_gone_without_a_word_to_anybody(nord: World) -> None:
    old = pending(nord)
    [new] = keep(nord, meeting(old.citizen, nord.anna, day=TUESDAY, replaces=old.pk)).summonses
    sending.send(summonses=[new], by=nord.bo, now=NOW)
    assert not Summons.objects.filter(pk=old.pk).exists()
    assert messages(old) == []
    assert Summons.objects.get().replaces_id is None


@pytest.mark.requirement("APP-14")
def test_fortryd_takes_back_what_has_not_left(nord: World) -> None:
    summons = sent(nord)
    number = summons.number
    outcome = sending.take_back(summonses=[summons], now=LATER)
    summons.refresh_from_db()
    assert [one.pk for one in outcome.summonses] == [summons.pk]
    assert (summons.status, summons.sent_at, summons.rebook_until) == (SummonsStatus.PENDING, None, None)
    assert Message.objects.filter(subject_id=summons.pk, state=State.READY).count() == 0
    assert taken(summons) == [("citizen", 108, 9), ("counsellor", 108, 12)]
    sending.send(summonses=[summons], by=nord.bo, now=LATER)
    summons.refresh_from_db()
    assert (summons.number, summons.status) == (number, SummonsStatus.SENT)


@pytest.mark.requirement("APP-14", "DIST-18")
def test_fortryd_is_refused_for_what_has_left_and_the_others_come_back(nord: World) -> None:
    gone, here = sent(nord, clock="09:00"), sent(nord, clock="10:00")
    tried(gone)
    outcome = sending.take_back(summonses=[gone, here], now=LATER)
    assert [one.pk for one in outcome.summonses] == [here.pk]
    assert [str(one.refusal) for one in outcome.refused] == ["Indkaldelsen er allerede sendt og kan kun aflyses."]
    gone.refresh_from_db()
    assert gone.status == SummonsStatus.SENT


@pytest.mark.requirement("APP-14", "SUM-23")
def test_fortryd_brings_back_what_was_replaced(nord: World) -> None:
    old = sent(nord)
    tried(old)
    [new] = keep(nord, meeting(old.citizen, nord.anna, day=TUESDAY, replaces=old.pk)).summonses
    sending.send(summonses=[new], by=nord.bo, now=LATER)
    sending.take_back(summonses=[new], now=LATER)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, old.cancelled_at, new.status) == (SummonsStatus.SENT, None, SummonsStatus.PENDING)
    assert taken(old) == [("citizen", 108, 9), ("counsellor", 108, 12)]
    assert messages(old) == [State.DONE]
    assert messages(new) == []


@pytest.mark.requirement("APP-14", "SUM-23")
def test_fortryd_leaves_what_was_cancelled_by_hand_before(nord: World) -> None:
    old = sent(nord)
    [new] = keep(nord, meeting(old.citizen, nord.anna, day=TUESDAY, replaces=old.pk)).summonses
    sending.cancel(summons=old, reason="Borgeren er syg.", by=nord.bo, now=NOW)
    sending.send(summonses=[new], by=nord.bo, now=LATER)
    outcome = sending.take_back(summonses=[new], now=LATER)
    old.refresh_from_db()
    assert ([one.pk for one in outcome.summonses], old.status) == ([new.pk], SummonsStatus.CANCELLED)
    assert State.READY in messages(old)


@pytest.mark.requirement("APP-14", "SUM-23")
def test_fortryd_is_refused_when_the_time_of_what_was_replaced_is_taken(nord: World) -> None:
    old = sent(nord)
    [new] = keep(nord, meeting(old.citizen, nord.anna, day=TUESDAY, replaces=old.pk)).summonses
    sending.send(summonses=[new], by=nord.bo, now=LATER)
    pending(nord, clock="09:30")
    outcome = sending.take_back(summonses=[new], now=LATER)
    assert [one.refusal.code for one in outcome.refused] == ["counsellor_in_one_place"]
    new.refresh_from_db()
    old.refresh_from_db()
    assert (new.status, old.status) == (SummonsStatus.SENT, SummonsStatus.CANCELLED)
    assert State.READY in messages(new)


@pytest.mark.requirement("PEND-01")
def test_deleting_what_waits_frees_the_time_and_the_line_of_the_run(nord: World) -> None:
    summons = pending(nord)
    line = add_line(make_run(nord.bo, nord.team), summons.citizen)
    line.summons = summons
    line.save()
    assert sending.delete_pending(summonses=[summons]) == 1
    line.refresh_from_db()
    assert line.summons_id is None
    assert (Summons.objects.count(), Appointment.objects.count(), Claim.objects.count()) == (0, 0, 0)


@pytest.mark.requirement("PEND-01")
def test_deleting_leaves_what_was_sent_and_the_others_of_a_joint_meeting(nord: World) -> None:
    kept = sent(nord)
    joint = make_run(nord.bo, nord.team, type_id=9, form=MeetingForm.JOINT)
    two = [make_citizen(nord.jobcentre), make_citizen(nord.jobcentre)]
    first, second = keep(nord, meeting(two, nord.anna, clock="13:00"), details=joint).summonses
    assert sending.delete_pending(summonses=[kept, first]) == 1
    assert set(Summons.objects.values_list("pk", flat=True)) == {kept.pk, second.pk}
    assert taken(second) == [("citizen", 156, 9), ("counsellor", 156, 12)]


@pytest.mark.requirement("PEND-03")
def test_pending_summonses_lose_their_time_after_five_working_days(nord: World) -> None:
    summons = pending(nord)  # prepared on a Monday
    before = NOW + timedelta(days=6)
    assert sending.release_overdue(jobcentre_id=nord.jobcentre.pk, now=before) == 0
    sent_one = sent(nord, clock="13:00")
    assert sending.release_overdue(jobcentre_id=nord.jobcentre.pk, now=NOW + timedelta(days=7)) == 1
    assert list(Summons.objects.values_list("pk", flat=True)) == [sent_one.pk]
    assert not Claim.objects.filter(citizen=summons.citizen).exists()


@pytest.mark.requirement("PEND-03")
def test_the_days_before_release_are_working_days(nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    christmas = NOW.replace(month=12, day=22)
    wanted = meeting(make_citizen(nord.jobcentre), nord.anna, day=date(2027, 1, 11))
    [summons] = keep(nord, wanted, details=run, now=christmas).summonses
    assert summons.release_on == date(2027, 1, 4)  # after 23, 28, 29 and 30 December


@pytest.mark.requirement("CAL-05")
def test_cancelling_frees_everything_at_once_keeps_the_reason_and_tells(nord: World) -> None:
    summons = sent(nord)
    tried(summons)
    sending.cancel(summons=summons, reason="Borgeren er syg.", by=nord.bo, now=LATER)
    summons.refresh_from_db()
    assert (summons.status, summons.cancelled_at, summons.cancelled_reason) == ("cancelled", LATER, "Borgeren er syg.")
    assert summons.cancelled_by_id == nord.bo.pk
    assert (summons.appointment.cancelled_at, summons.appointment.cancelled_reason) == (LATER, "Borgeren er syg.")
    assert taken(summons) == []
    assert messages(summons) == [State.DONE, State.READY]
    assert pending(nord).status == SummonsStatus.PENDING


@pytest.mark.requirement("CAL-05")
def test_cancelling_one_of_a_joint_meeting_frees_the_seat_alone(nord: World) -> None:
    joint = make_run(nord.bo, nord.team, type_id=9, form=MeetingForm.JOINT)
    two = [make_citizen(nord.jobcentre), make_citizen(nord.jobcentre)]
    rows = keep(nord, meeting(two, nord.anna), details=joint).summonses
    first, second = sending.send(summonses=rows, by=nord.bo, now=NOW).summonses
    sending.cancel(summons=first, reason="", by=nord.bo, now=LATER)
    assert taken(second) == [("citizen", 108, 9), ("counsellor", 108, 12)]
    assert Appointment.objects.get().cancelled_at is None
    cancelled = sending.cancel_appointment(appointment=Appointment.objects.get(), reason="", by=nord.bo, now=LATER)
    assert [one.pk for one in cancelled] == [second.pk]
    assert Appointment.objects.get().cancelled_at == LATER
    assert Claim.objects.count() == 0


@pytest.mark.requirement("CAL-05", "KSS-02")
def test_what_cannot_be_cancelled_says_why(nord: World) -> None:
    def why(summons: Summons, now: object = NOW) -> str:
        with pytest.raises(Refusal) as refused:
            sending.cancel(summons=summons, reason="", by=nord.bo, now=now)  # type: ignore[arg-type]
        return str(refused.value)

    waiting, going = pending(nord, clock="09:00"), sent(nord, clock="10:00")
    elsewhere = make_summons(make_citizen(nord.jobcentre), nord.birk, nord.team, origin=Origin.CASE_SYSTEM)
    assert why(waiting) == "Indkaldelsen er ikke sendt. Slet den i stedet."
    assert why(elsewhere) == "Samtalen er oprettet i et sagsbehandlingssystem og ændres dér."
    assert why(going, going.appointment.start_at) == "Samtalen er begyndt eller holdt og kan ikke aflyses."
    sending.cancel(summons=going, reason="", by=nord.bo, now=NOW)
    assert why(going) == "Samtalen er allerede aflyst."


@pytest.mark.requirement("APP-14")
def test_fortryd_after_cancelling_takes_the_time_again(nord: World) -> None:
    summons = sent(nord)
    tried(summons)
    sending.cancel(summons=summons, reason="Fejl", by=nord.bo, now=LATER)
    outcome = sending.restore(summonses=[summons], now=LATER)
    summons.refresh_from_db()
    assert [one.pk for one in outcome.summonses] == [summons.pk]
    assert (summons.status, summons.cancelled_at, summons.cancelled_reason) == (SummonsStatus.SENT, None, "")
    assert summons.appointment.cancelled_at is None
    assert taken(summons) == [("citizen", 108, 9), ("counsellor", 108, 12)]
    assert messages(summons) == [State.DONE]


@pytest.mark.requirement("APP-14")
def test_fortryd_after_cancelling_says_again_what_had_not_left_before(nord: World) -> None:
    summons = sent(nord)
    sending.cancel(summons=summons, reason="Fejl", by=nord.bo, now=LATER)
    sending.restore(summonses=[summons], now=LATER)
    assert messages(summons) == [State.SUPERSEDED, State.READY]


@pytest.mark.requirement("APP-14")
def test_fortryd_after_cancelling_is_refused_when_it_left_or_the_time_is_taken(nord: World) -> None:
    left, elsewhere = sent(nord, clock="09:00"), sent(nord, clock="10:00")
    for summons in (left, elsewhere):
        sending.cancel(summons=summons, reason="", by=nord.bo, now=LATER)
    tried(left)
    pending(nord, clock="10:00")
    outcome = sending.restore(summonses=[left, elsewhere], now=LATER)
    assert [(one.summons.pk, one.refusal.code) for one in outcome.refused] == [
        (left.pk, "under_way"),
        (elsewhere.pk, "counsellor_in_one_place"),
    ]
    assert set(Summons.objects.filter(status=SummonsStatus.CANCELLED).values_list("pk", flat=True)) == {
        left.pk,
        elsewhere.pk,
    }


@pytest.mark.parametrize("before", SummonsStatus)
@pytest.mark.parametrize("after", SummonsStatus)
def test_a_summons_moves_between_states_as_the_table_says(before: SummonsStatus, after: SummonsStatus) -> None:
    assert allowed(before, after) == (after in MOVES[before])
