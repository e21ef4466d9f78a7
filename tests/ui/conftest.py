"""The styleguide's pages, for tests of the frame."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planner.accounts.models import User
from planner.accounts.roles import Role
from tests import factories


@pytest.fixture
def with_styleguide(settings: Any) -> None:
    """The project's pages and /ui/."""
    settings.ROOT_URLCONF = "tests.ui.styleguide_urls"


@pytest.fixture
def karen(db: None) -> User:
    """Every role at once, at Jobcenter Fjordby."""
    return factories.make_user(factories.make_jobcentre("Jobcenter Fjordby"), "karen", *Role, name="Karen Holst")


@pytest.fixture
def as_karen(with_styleguide: None, karen: User) -> Client:
    """A browser in which Karen is signed in."""
    client = Client()
    client.force_login(karen)
    return client
