"""Who may call is read from the environment once; nonsense stops the start and says what to write."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from planner import settings

pytestmark = pytest.mark.requirement("SYNC-15")
NAME = "BORGERBOOKING_TRIED"


def test_thumbprints_are_read_with_and_without_colons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, f"{'AB:' * 31}AB, {'cd' * 32}")
    assert settings.thumbprints(NAME) == {"ab" * 32, "cd" * 32}


@pytest.mark.parametrize("wrong", ["abc", "ab" * 20, "zz" * 32])
def test_what_is_no_thumbprint_stops_the_start(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv(NAME, wrong)
    with pytest.raises(ImproperlyConfigured, match="64 hexadecimal digits"):
        settings.thumbprints(NAME)


def test_addresses_are_networks_and_nonsense_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "10.2.0.0/16, 192.0.2.7")
    assert [str(one) for one in settings.networks(NAME)] == ["10.2.0.0/16", "192.0.2.7/32"]
    monkeypatch.setenv(NAME, "jobnet.dk")
    with pytest.raises(ImproperlyConfigured, match="must hold addresses"):
        settings.networks(NAME)


def test_a_token_follows_from_the_key_unless_one_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    derived = settings.derived(NAME)
    assert derived == settings.derived(NAME) != settings.derived("BORGERBOOKING_OTHER")
    assert len(derived) == 64
    monkeypatch.setenv(NAME, "given")
    assert settings.derived(NAME) == "given"
