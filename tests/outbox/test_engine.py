import time
from datetime import timedelta

import pytest
from django.utils import timezone

from booking.models import Summons
from planner.outbox import engine
from planner.outbox.models import Message, Receiver, Stop
from planner.outbox.senders import Refused, Wait
from planner.outbox.states import State
from tests.outbox.post import Post


@pytest.mark.requirement("SYNC-01", "SYNC-04", "SUM-20")
def test_a_sent_summons_reaches_dfdg_once_and_is_done(post: Post, summons: Summons) -> None:
    assert post.drain() == 1
    assert post.state(summons) == State.DONE
    assert post.changes([summons]) == [(summons.pk, "created")]
    assert post.drain() == 0


@pytest.mark.requirement("SYNC-01", "APP-14")
def test_nothing_leaves_before_its_time(post: Post) -> None:
    summons = post.summons()
    post.enqueue(summons, not_before=timezone.now() + timedelta(seconds=15))
    assert post.drain() == 0
    assert post.held() == {}


@pytest.mark.requirement("SYNC-02")
def test_a_newer_change_supersedes_an_unsent_older_one_and_the_present_state_is_told(
    post: Post, summons: Summons
) -> None:
    post.move(summons)
    post.cancel(summons)
    assert [message.state for message in post.messages(summons)] == ["superseded", "superseded", "ready"]
    assert post.drain() == 1
    assert post.held() == {}
    assert post.changes([summons]) == []


@pytest.mark.requirement("SYNC-02")
def test_a_moved_and_then_cancelled_summons_is_updated_and_deleted_at_dfdg(post: Post, summons: Summons) -> None:
    post.drain()
    post.move(summons)
    post.drain()
    post.cancel(summons)
    post.drain()
    assert [change for _summons, change in post.changes([summons])] == ["created", "updated", "deleted"]
    assert [message.sequence for message in post.messages(summons)] == [1, 2, 3]


@pytest.mark.requirement("SYNC-02", "SYNC-04")
def test_a_change_while_the_older_message_is_being_sent_waits_behind_it(post: Post, summons: Summons) -> None:
    (taken,) = engine.take(post.jobcentre_id, Receiver.DFDG, limit=8, retries=0, now=timezone.now())
    post.move(summons)
    assert post.drain() == 0
    failed = engine.Ended(taken, Wait("DFDG svarede ikke."), 10)
    engine.record(post.jobcentre_id, [failed], now=timezone.now())
    assert [message.state for message in post.messages(summons)] == ["superseded", "ready"]
    assert post.drain() == 1
    assert post.state(summons) == State.DONE


@pytest.mark.requirement("SYNC-03")
def test_messages_about_one_citizen_go_in_order_and_others_overtake(post: Post) -> None:
    slow, quick = post.citizen(), post.citizen()
    post.simulator.rules(single_conversation=False)
    first, second, other = post.summons(slow), post.summons(slow), post.summons(quick)
    post.simulator.fail("status", status=503, times=1)
    taken = engine.take(post.jobcentre_id, Receiver.DFDG, limit=8, retries=0, now=timezone.now())
    assert [one.job.subject_id for one in taken] == [first.pk, other.pk]
    engine.record(post.jobcentre_id, [engine.attempt(one) for one in taken], now=timezone.now())
    assert post.drain() == 0
    assert (post.state(first), post.state(second), post.state(other)) == (State.WAITING, State.READY, State.DONE)
    post.make_due()
    post.drain()
    assert post.changes([first, second]) == [(first.pk, "created"), (second.pk, "created")]


@pytest.mark.requirement("SYNC-04", "FAULT-01")
def test_a_dead_workers_message_is_taken_over_when_its_lease_ends(post: Post, summons: Summons) -> None:
    long_ago = timezone.now() - engine.LEASE - timedelta(seconds=1)
    post.enqueue(summons, now=long_ago)
    assert len(engine.take(post.jobcentre_id, Receiver.DFDG, limit=8, retries=0, now=long_ago)) == 1
    assert post.drain() == 1
    assert post.state(summons) == State.DONE
    assert post.last(summons).attempts == 2


@pytest.mark.requirement("SYNC-04", "FAULT-01")
def test_a_late_answer_of_a_former_holder_changes_nothing_and_is_written_down(post: Post, summons: Summons) -> None:
    long_ago = timezone.now() - engine.LEASE - timedelta(seconds=1)
    post.enqueue(summons, now=long_ago)
    (former,) = engine.take(post.jobcentre_id, Receiver.DFDG, limit=8, retries=0, now=long_ago)
    (holder,) = engine.take(post.jobcentre_id, Receiver.DFDG, limit=8, retries=8, now=timezone.now())
    engine.record(post.jobcentre_id, [engine.Ended(former, Refused("For sent."), 90_000)], now=timezone.now())
    assert post.state(summons) == State.SENDING
    engine.record(post.jobcentre_id, [engine.attempt(holder)], now=timezone.now())
    assert post.state(summons) == State.DONE
    assert post.outcomes(summons) == ["late", "done"]


@pytest.mark.requirement("SYNC-10", "FAULT-05")
def test_an_answer_lost_after_the_effect_is_verified_and_makes_no_second_effect(post: Post, summons: Summons) -> None:
    post.simulator.fail("drop_after", operation="create", times=1)
    post.drain()
    assert post.state(summons) == State.WAITING
    kept = post.last(summons).request_id
    post.make_due()
    post.drain()
    assert post.state(summons) == State.DONE
    assert post.last(summons).request_id == kept
    assert post.changes([summons]) == [(summons.pk, "created")]


@pytest.mark.requirement("SYNC-10")
def test_a_change_after_a_lost_answer_is_told_under_a_new_request_id(post: Post, summons: Summons) -> None:
    post.simulator.fail("drop_after", operation="create", times=1)
    post.drain()
    with post.acting():
        summons.appointment.title = "Jobsamtale om kurser"
        summons.appointment.save()
    post.make_due()
    post.drain()
    post.make_due()
    post.drain()
    assert post.outcomes(summons) == ["waiting", "again", "done"]
    assert [change for _summons, change in post.changes([summons])] == ["created", "updated"]


@pytest.mark.requirement("SYNC-05")
def test_the_receivers_retry_after_is_honoured(post: Post, summons: Summons) -> None:
    post.simulator.fail("status", status=503, retry_after=120, times=1)
    post.drain()
    assert post.last(summons).not_before >= timezone.now() + timedelta(seconds=110)


@pytest.mark.requirement("SYNC-05", "SYNC-10")
def test_a_refusal_needs_help_at_once_in_plain_danish(post: Post, summons: Summons) -> None:
    post.simulator.fail("refuse", code=4405, operation="create")
    post.drain()
    message = post.last(summons)
    assert (message.state, message.error_code, message.error_text) == (
        State.NEEDS_HELP,
        "4405",
        "Borgeren er død. (4405)",
    )
    assert post.drain() == 0


@pytest.mark.requirement("SYNC-11")
def test_a_summons_that_lacks_a_particular_is_refused_before_it_is_sent_and_says_which(
    post: Post, summons: Summons
) -> None:
    with post.acting():
        summons.appointment.description = ""
        summons.appointment.save()
    post.drain()
    assert post.state(summons) == State.NEEDS_HELP
    assert "beskrivelse" in post.last(summons).error_text
    assert post.simulator.calls("create") == []


@pytest.mark.requirement("SYNC-05")
def test_a_receiver_that_locks_us_out_is_stopped_and_goes_on_by_itself_when_it_answers_again(post: Post) -> None:
    summonses = [post.summons() for _ in range(20)]
    post.simulator.fail("status", status=401)
    assert post.drain() <= engine.WIDTH
    with post.acting():
        assert Stop.objects.get().text == "DFDG lukker ikke Planner ind (401)."
        assert Message.objects.filter(state=State.READY, attempts=0).count() >= 20 - engine.WIDTH, "taken, given back"
    assert post.drain() == 0, "nothing is tried while it is stopped"
    post.simulator.clear_faults()
    with post.acting():
        Stop.objects.update(probe_at=timezone.now())
    post.drain()
    assert {post.state(summons) for summons in summonses} == {State.DONE}
    with post.acting():
        assert not Stop.objects.exists()


@pytest.mark.requirement("SYNC-05")
def test_a_probe_that_is_not_let_in_leaves_the_receiver_stopped(post: Post, summons: Summons) -> None:
    post.simulator.fail("status", status=403)
    post.drain()
    with post.acting():
        Stop.objects.update(probe_at=timezone.now())
    assert post.drain() == 0
    with post.acting():
        assert Stop.objects.get().probe_at > timezone.now() + timedelta(seconds=20)
    assert post.state(summons) == State.WAITING


@pytest.mark.requirement("FAULT-06", "SYNC-07")
def test_a_message_refused_for_ever_lets_all_others_pass_and_synk_and_opgiv_work(post: Post) -> None:
    refused, *others = (post.summons() for _ in range(6))
    cpr = post.cpr(refused)
    post.simulator.fail("refuse", code=90001, cpr=cpr)
    post.drain()
    assert {post.state(summons) for summons in others} == {State.DONE}
    spent = post.last(refused).request_id
    post.synk(refused)
    post.drain()
    assert post.state(refused) == State.NEEDS_HELP
    assert post.last(refused).request_id != spent
    post.give_up(refused, "Indkaldt pr. telefon i stedet.")
    assert post.state(refused) == State.GIVEN_UP
    assert post.exchanges(refused)[-1].text == "Opgivet af Bo Dam: Indkaldt pr. telefon i stedet."
    post.simulator.clear_faults()
    assert post.drain() == 0, "given up is given up"
    post.synk(refused)
    post.drain()
    assert post.state(refused) == State.DONE


@pytest.mark.requirement("SYNC-05")
def test_a_silent_dfdg_is_not_stormed(post: Post) -> None:
    for _ in range(30):
        post.summons()
    post.simulator.fail("status", status=503)
    assert post.drain() <= engine.SILENCE + engine.WIDTH


@pytest.mark.requirement("SYNC-09")
def test_each_attempt_is_written_down_without_any_cpr_number(post: Post, summons: Summons) -> None:
    post.simulator.fail("status", status=500, times=1)
    post.drain()
    post.make_due()
    post.drain()
    exchanges = post.exchanges(summons)
    assert [(row.attempt, row.outcome, row.receiver, row.kind) for row in exchanges] == [
        (1, "waiting", "dfdg", "summons"),
        (2, "done", "dfdg", "summons"),
    ]
    assert all(post.cpr(summons) not in f"{row.text}{row.code}" for row in exchanges)


@pytest.mark.requirement("SYNC-01")
def test_a_fault_of_ours_holds_up_nobody_else(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = post.summons(), post.summons()
    with post.acting():
        type(broken.appointment).objects.filter(pk=broken.appointment_id).update(mode="unheard of"[:10])
    post.drain()
    assert (post.state(broken), post.state(whole)) == (State.WAITING, State.DONE)
    assert post.last(broken).error_text == "Uventet fejl i Planner. Den er noteret, og der prøves igen."


@pytest.mark.requirement("SYNC-04")
def test_two_drains_never_work_for_the_same_job_centre_and_receiver_at_once(post: Post, summons: Summons) -> None:
    with post.another_drain_at_work():
        assert post.drain() == 0
    assert post.drain() == 1


@pytest.mark.requirement("APP-14")
def test_what_nobody_has_tried_to_send_is_taken_back_wholly(post: Post) -> None:
    undone, sent = post.summons(), post.summons()
    later = timezone.now() + timedelta(seconds=15)
    post.enqueue(undone, not_before=later)
    post.drain()
    assert post.withdraw(undone, sent) == {undone.pk}
    post.enqueue(sent, not_before=later)
    assert post.withdraw(sent) == {sent.pk}
    assert post.drain() == 0


@pytest.mark.requirement("SYNC-03")
def test_citizens_are_sent_for_side_by_side(post: Post) -> None:
    summonses = [post.summons() for _ in range(24)]
    post.simulator.fail("delay", seconds=0.2, operation="write")
    began = time.monotonic()
    assert post.drain() == 24
    assert time.monotonic() - began < 24 * 0.2 * 0.6
    assert {post.state(summons) for summons in summonses} == {State.DONE}


@pytest.mark.requirement("SYNC-05", "FAULT-07")
def test_what_has_waited_is_sent_at_no_more_than_twenty_a_second(post: Post) -> None:
    for _ in range(30):
        post.summons()
    with post.acting():
        Message.objects.update(state=State.WAITING, attempts=3)
    began = time.monotonic()
    assert post.drain() == 30
    assert time.monotonic() - began >= 1


@pytest.mark.requirement("SYNC-05", "FAULT-07")
def test_nor_is_what_waited_behind_it_sent_any_faster(post: Post) -> None:
    post.simulator.rules(single_conversation=False)
    for citizen in [post.citizen() for _ in range(15)]:
        first = post.summons(citizen)
        post.summons(citizen)
        with post.acting():
            Message.objects.filter(subject_id=first.pk).update(state=State.WAITING, attempts=3)
    began = time.monotonic()
    assert post.drain() == 30
    assert time.monotonic() - began >= 1
