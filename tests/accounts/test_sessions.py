"""One session, several requests at once: each keeps what the others did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.utils import timezone
from time_machine import travel

from planner.accounts.sessions import SessionStore

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("APP-06", "SEC-03")]


@pytest.fixture
def signed_in() -> str:
    session = SessionStore()
    session["began"] = "2026-11-24T08:00:00"
    session.save()
    assert session.session_key
    return session.session_key


def test_a_request_that_changed_nothing_does_not_undo_what_another_left_meanwhile(signed_in: str) -> None:
    reading, saving = SessionStore(signed_in), SessionStore(signed_in)
    assert "receipt" not in reading
    saving["receipt"] = "Anna Agger er gemt."
    saving.save()
    reading.save()
    assert SessionStore(signed_in)["receipt"] == "Anna Agger er gemt."


def test_it_lasts_from_the_latest_request_on(signed_in: str) -> None:
    with travel(timezone.now() + timedelta(minutes=20), tick=False):
        reading = SessionStore(signed_in)
        assert "receipt" not in reading
        reading.save()
        until = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        assert Session.objects.get().expire_date == until


def test_what_was_signed_out_meanwhile_is_not_brought_back(signed_in: str) -> None:
    reading = SessionStore(signed_in)
    assert "receipt" not in reading
    SessionStore(signed_in).flush()
    with pytest.raises(UpdateError):
        reading.save()
    assert not Session.objects.exists()
