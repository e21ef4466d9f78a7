"""Municipalities may organise this otherwise: no page calls the place «jobcenter» of its own accord (APP-12)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import RequestFactory
from pytest_django import DjangoDbBlocker

from admin_module.models import Team
from planner.accounts.models import Jobcentre, Settings
from planner.accounts.tenancy import acting_for
from planner.quality.messages import _used
from planner.ui.navigation import SECTIONS, _label
from tests.architecture.test_doors import ADDRESSES, OWN, ROLES, STAFF, World, ask

WORD = "beskæftigelseshus"
NAME = "Beskæftigelseshuset Fjordby"


@pytest.fixture(scope="module")
def renamed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The demo's Fjordby under another name, with another word for what it is."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World()
        with acting_for(world.fjordby):
            Jobcentre.objects.update(name=NAME, word=WORD)
            Settings.objects.update(sender=NAME)
            Team.objects.filter(parent=None).update(name=NAME)
        yield world
        transaction.set_rollback(True)


@pytest.mark.requirement("APP-12")
@pytest.mark.parametrize("name", STAFF)
def test_a_page_uses_the_settings_own_word(renamed: World, name: str) -> None:
    for username in ROLES:
        client = renamed.clients[username]
        answer = ask(client, "get", renamed.path(ADDRESSES[name], OWN))
        page = answer.content.decode(errors="replace")
        assert "jobcenter" not in page.lower()
        if "<html" in page and answer.status_code == 200 and username == "karen":
            assert NAME in page


@pytest.mark.requirement("APP-12")
def test_the_administrations_page_is_called_by_the_word(renamed: World) -> None:
    request = RequestFactory().get("/")
    request.jobcentre = Jobcentre(word=WORD)  # type: ignore[attr-defined]
    labels = [_label(request, tab) for section in SECTIONS for tab in section.tabs]
    assert labels[0] == WORD.capitalize()
    assert len(labels) == len(set(map(str, labels)))


@pytest.mark.requirement("APP-12")
def test_no_text_of_the_program_holds_the_word() -> None:
    held = {message.text for message in _used() if "jobcenter" in message.text.lower()}
    assert held == {"Ord for jobcenter"}, "say it without the word, or with request.jobcentre.word"
