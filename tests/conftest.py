"""Fixtures that every room of tests shares."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.test import Client, override_settings

from planner.accounts.models import Jobcentre, User
from planner.accounts.tenancy import acting_for
from tests import factories
from tests.factories import World


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> Iterator[None]:
    """Static files by their own names, from where they lie: nothing is collected for a test."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed as ever, with a thousandth of the work: no test is about how long that takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScryptPasswordHasher, "work_factor", 2**4)
        yield


@pytest.fixture
def nord(db: None) -> Iterator[World]:
    """Nordby, acted for throughout the test, so that rows can be made and read directly."""
    world = factories.make_nordby()
    with acting_for(world.jobcentre.pk, actor=world.bo.pk, source="test"):
        yield world


@pytest.fixture
def skovby(db: None) -> tuple[Jobcentre, User]:
    """Another job centre and its caseworker Carla."""
    return factories.make_skovby()


def signed_in(user: User) -> Client:
    """As the page of signing in leaves the session, but that it lasts: a test may go to any day."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["began"] = datetime.max.replace(tzinfo=UTC).isoformat()
    session.save()
    return client


@pytest.fixture
def as_bo(nord: World) -> Client:
    """A browser in which the caseworker of Nordby is signed in."""
    return signed_in(nord.bo)


@pytest.fixture
def as_ada(nord: World) -> Client:
    """A browser in which the administrator of Nordby is signed in."""
    return signed_in(nord.ada)


@pytest.fixture
def as_anna(nord: World) -> Client:
    """A browser in which a counsellor of Nordby is signed in."""
    return signed_in(nord.anna_user)


@pytest.fixture
def as_carla(skovby: tuple[Jobcentre, User]) -> Client:
    """A browser in which the caseworker of another job centre is signed in."""
    return signed_in(skovby[1])
