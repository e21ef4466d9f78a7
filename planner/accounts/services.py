"""Signing in by name and password, with the limit of tries counted in the database (SEC-03, GUARD-13)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.http import HttpRequest

from planner.accounts.models import SignInTry, User
from planner.accounts.vault import digest


class TooManyTries(Exception):
    """Nobody may try this name from this address until `again_at`."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at)
        self.again_at = again_at


def sign_in(request: HttpRequest, *, username: str, password: str, address: str, now: datetime) -> User | None:
    """The user with this name and password, or None; raises TooManyTries.

    The try is counted before the password is looked at, so that tries at the same time cannot exceed the limit.
    A name that nobody has takes as long as one that somebody has.
    """
    who = digest(f"{username.casefold()}\n{address}")
    _count_try(who, now)
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        return None
    SignInTry.objects.filter(digest=who).delete()
    return user


@transaction.atomic
def _count_try(who: bytes, now: datetime) -> None:
    """One more try, unless there were too many; those of one name and address stand in line for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(who[:8], signed=True)])
    period = timedelta(minutes=settings.SIGN_IN_MINUTES)
    recent = SignInTry.objects.filter(digest=who, tried_at__gt=now - period).order_by("-tried_at")
    counted = list(recent.values_list("tried_at", flat=True)[: settings.SIGN_IN_TRIES])
    if len(counted) >= settings.SIGN_IN_TRIES:
        raise TooManyTries(counted[-1] + period)
    SignInTry.objects.create(digest=who, tried_at=now)


def forget_old_tries(*, now: datetime) -> int:
    """Delete the tries that no longer count; the number deleted."""
    past = now - timedelta(minutes=settings.SIGN_IN_MINUTES)
    return SignInTry.objects.filter(tried_at__lt=past).delete()[0]
