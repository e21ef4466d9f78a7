"""E-mail to citizens through a real mail server: what is told, in which language, once, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from pytest_django import Settings

from booking.models import Citizen, Mail, Occasion, OnlineOffer, Origin, Summons
from booking.services import mailing, self_booking, sending
from planner.accounts.models import Settings as Chosen
from planner.accounts.tenancy import acting_for
from planner.outbox import engine
from planner.outbox.models import Exchange, Message, Receiver
from planner.outbox.states import State
from tests.booking.mailbox import Mailbox, calendar_of, mail_server, text_of
from tests.booking.offers import FRIDAY, book, choice, rebook
from tests.booking.stories import pending
from tests.factories import MONDAY, NOW, at, make_citizen, make_nordby, make_offer

pytestmark = pytest.mark.django_db(transaction=True)
CPR = "1205881234"


class Post:
    """Nordby, an offer, a citizen with an address, and the worker that sends."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox, self.world = mailbox, make_nordby()
        with acting_for(self.world.jobcentre.pk, source="test"):
            self.offer: OnlineOffer = make_offer(self.world.team, self.world.anna, title_en="Job talk")
            self.jens: Citizen = make_citizen(self.world.jobcentre, "Jens Holm", cpr=CPR)
            self.address("jens@example.dk")

    def address(self, email: str) -> None:
        Citizen.objects.filter(pk=self.jens.pk).update(email=email)
        self.jens.refresh_from_db()

    def acting(self) -> Any:
        return acting_for(self.world.jobcentre.pk, actor=self.world.bo.pk, source="test")

    def choose(self, **switches: bool) -> None:
        with self.acting():
            Chosen.objects.update(**switches)

    def drain(self, now: datetime = NOW) -> None:
        """The worker, a minute later."""
        with time_machine.travel(now + timedelta(minutes=1), tick=False):
            engine.drain(self.world.jobcentre.pk, Receiver.MAIL)


@pytest.fixture
def post(tmp_path: Path, settings: Settings) -> Iterator[Post]:
    with mail_server(tmp_path, settings) as mailbox:
        yield Post(mailbox)


def booked(post: Post, origin: str = Origin.OWN, **particulars: Any) -> Summons:
    with post.acting():
        return book(post.offer, post.jens, choice("09:00"), origin=origin, **particulars)


@pytest.mark.requirement("SELF-03", "LET-02")
def test_booking_rebooking_and_cancelling_are_told_each_once_with_a_calendar_file(post: Post) -> None:
    summons = booked(post)
    post.drain()
    with post.acting():
        summons = rebook(summons, choice("10:00", day=FRIDAY), origin=Origin.OWN)
    post.drain()
    with post.acting():
        self_booking.cancel(summons=summons, reason="Job", origin=Origin.OWN, by=None, now=NOW)
    post.drain()
    post.drain()
    assert post.mailbox.subjects() == [
        "Din tid er booket: mandag 30. november kl. 9.00",
        "Du har fået en ny tid: fredag 4. december kl. 10.00",
        "Din samtale fredag 4. december kl. 10.00 er aflyst",
    ]
    events = [calendar_of(mail).walk("VEVENT")[0] for mail in post.mailbox.read()]
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert len({str(event["uid"]) for event in events}) == 1
    first = text_of(post.mailbox.read()[0])
    assert "Hej Jens" in first
    assert "Mandag 30. november kl. 9.00–9.45" in first
    assert "Du kan vælge en ny tid eller melde afbud til og med søndag 29. november. Det gør du på Min side." in first
    assert str(post.mailbox.read()[0]["reply-to"]) == "kontakt@nordby.dk"


@pytest.mark.requirement("LET-02", "GUARD-11")
def test_no_number_stands_in_any_mail_or_in_the_log(post: Post) -> None:
    booked(post)
    post.drain()
    [mail] = post.mailbox.read()
    raw = mail.as_string() + text_of(mail)
    assert CPR not in raw.replace("-", "")
    assert "120588" not in raw
    with post.acting():
        said = " ".join(f"{one.text}{one.code}" for one in Exchange.objects.all())
    assert "jens@example.dk" not in said


@pytest.mark.requirement("SELF-09", "LET-02")
def test_the_mail_is_in_the_language_the_citizen_booked_in(post: Post) -> None:
    summons = booked(post)
    with post.acting():
        Summons.objects.filter(pk=summons.pk).update(language="en")
    post.drain()
    [mail] = post.mailbox.read()
    assert "Monday 30 November at 9:00" in str(mail["subject"]).replace("\N{NO-BREAK SPACE}", " ")
    assert "Job talk" in text_of(mail)


@pytest.mark.requirement("SET-01", "LET-03")
@pytest.mark.parametrize(
    ("origin", "switches", "told"),
    [
        (Origin.OWN, {}, 1),
        (Origin.OWN, {"mail_own": False}, 0),
        (Origin.JOBNET, {}, 0),
        (Origin.JOBNET, {"mail_jobnet": True}, 1),
    ],
)
def test_the_settings_say_who_is_told(post: Post, origin: str, switches: dict[str, bool], told: int) -> None:
    post.choose(**switches)
    booked(post, origin)
    post.drain()
    assert len(post.mailbox.read()) == told


@pytest.mark.requirement("SET-01", "LET-03")
@pytest.mark.parametrize("on", [False, True])
def test_those_who_are_summoned_are_told_where_the_setting_says_so(post: Post, on: bool) -> None:
    post.choose(mail_summoned=on)
    with post.acting():
        summons = pending(post.world)
        Citizen.objects.filter(pk=summons.citizen_id).update(email="lis@example.dk")
        sending.send(summonses=[summons], by=post.world.bo, now=NOW)
    post.drain()
    expected = ["Du er indkaldt til en samtale mandag 30. november kl. 9.00"] if on else []
    assert post.mailbox.subjects() == expected


@pytest.mark.requirement("LET-02")
def test_without_an_address_or_a_mail_server_nothing_is_written(post: Post, settings: Settings) -> None:
    with post.acting():
        post.address("")
    booked(post)
    with post.acting():
        lis = make_citizen(post.world.jobcentre)
        Citizen.objects.filter(pk=lis.pk).update(email="lis@example.dk")
        settings.EMAIL_HOST = ""
        book(post.offer, lis, choice("13:00"), origin=Origin.OWN)
        assert not Mail.objects.exists()


@pytest.mark.requirement("LET-02")
def test_what_is_undone_before_it_is_sent_is_never_told(post: Post) -> None:
    summons = booked(post)
    with post.acting():
        self_booking.cancel(summons=summons, reason="", origin=Origin.OWN, by=None, now=NOW)
    post.drain()
    assert post.mailbox.subjects() == ["Din samtale mandag 30. november kl. 9.00 er aflyst"]


@pytest.mark.requirement("LET-02")
def test_the_day_before_everybody_is_reminded_once(post: Post) -> None:
    booked(post)
    post.drain()
    the_day_before = at(MONDAY - timedelta(days=1), "08:05")
    for now in (NOW, the_day_before, the_day_before + timedelta(hours=1)):
        with post.acting():
            mailing.remind(now=now)
    post.drain(the_day_before + timedelta(hours=2))
    assert post.mailbox.subjects()[1:] == ["Husk din samtale mandag 30. november kl. 9.00"]


@pytest.mark.requirement("LET-02")
def test_the_table_allows_one_mail_an_occasion(post: Post) -> None:
    summons = booked(post)
    with post.acting(), pytest.raises(IntegrityError, match="one_mail_an_occasion"), transaction.atomic():
        Mail.objects.create(
            jobcentre=post.world.jobcentre, summons=summons, occasion=Occasion.BOOKED, start_at=NOW, created_at=NOW
        )


@pytest.mark.requirement("LET-02", "SYNC-05")
def test_an_unknown_address_needs_help_and_a_silent_server_is_tried_again(post: Post, settings: Settings) -> None:
    with post.acting():
        post.address("jens@unknown.example")
    booked(post)
    post.drain()
    with post.acting():
        message = Message.objects.get(receiver=Receiver.MAIL)
        assert (message.state, message.error_code) == (State.NEEDS_HELP, "550")
        assert message.error_text == "Mailserveren kender ikke borgerens e-mailadresse."
        post.address("jens@example.dk")
        Message.objects.filter(pk=message.pk).update(state=State.READY, not_before=NOW)
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    post.drain()
    with post.acting():
        assert Message.objects.get(pk=message.pk).state == State.WAITING
    settings.EMAIL_PORT = there
    post.drain(NOW + timedelta(minutes=5))
    assert len(post.mailbox.read()) == 1
