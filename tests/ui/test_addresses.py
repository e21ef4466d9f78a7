"""Ids and instants as they come in addresses and forms."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.http import Http404

from planner.ui.addresses import instant_of, read_id, read_ids, read_uuids, stamp


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "٣", "9" * 19, "None"])
def test_what_cannot_be_an_id_is_none(text: str) -> None:
    assert read_id(text) is None


def test_ids_are_picked_out_of_what_a_form_sends() -> None:
    assert read_ids(["7", "x", "9" * 40, "12"]) == [7, 12]
    assert read_uuids(["x", "5f7c3f0e-31e4-4c55-9d3b-9a6cb9f7a6f1"]) == [UUID("5f7c3f0e-31e4-4c55-9d3b-9a6cb9f7a6f1")]


def test_a_stamp_leads_back_to_its_instant_to_the_microsecond() -> None:
    sent_at = datetime(2026, 11, 23, 9, 0, 0, 123457, tzinfo=ZoneInfo("Europe/Copenhagen"))
    assert instant_of(stamp(sent_at)) == sent_at


def test_an_instant_beyond_time_is_not_found() -> None:
    with pytest.raises(Http404):
        instant_of(10**40)
