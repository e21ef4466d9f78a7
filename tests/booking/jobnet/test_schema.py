"""No answer leaves that breaks its schema: DFDG would show the citizen a system error (`dfdg.md` 1.12, 7.1.5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from admin_module.models import StandardText
from booking.models import Citizen, OnlineOffer
from planner.dfdg.jobnet import wire
from planner.dfdg.jobnet.methods import METHODS
from planner.dfdg.messages import Caller as BehindIt
from planner.dfdg.simulator.validation import complaints_about
from planner.dfdg.wire import Fields
from tests.booking.jobnet.calling import Caller
from tests.booking.jobnet.conftest import CPR
from tests.factories import MONDAY, NOW

pytestmark = pytest.mark.requirement("SYNC-15")


def places(model: type[wire.Part], body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where each mandatory field of the body stands."""
    for name, field in model.model_fields.items():
        alias = field.alias or name
        if alias not in body:
            continue
        if field.is_required():
            yield (*path, alias)
        inner, value = _part(field.annotation), body[alias]
        if inner and isinstance(value, dict):
            yield from places(inner, value, (*path, alias))
        if inner and isinstance(value, list):
            for number, row in enumerate(value):
                yield from places(inner, row, (*path, alias, number))


def _part(annotation: Any) -> type[wire.Part] | None:
    """The model inside «Part», «list[Part]» or «Part | None»."""
    if isinstance(annotation, type) and issubclass(annotation, wire.Part):
        return annotation
    return next((found for one in getattr(annotation, "__args__", ()) if (found := _part(one))), None)


def without(body: Any, place: tuple[Any, ...]) -> Any:
    changed = deepcopy(body)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    del inner[place[-1]]
    return changed


def test_dropping_any_mandatory_field_of_any_answer_is_seen(
    jobnet: Caller, min_side: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    offer.shows_counsellor = True
    offer.save()
    answers: list[tuple[type[wire.Part], Any]] = [
        (wire.OffersAnswer, min_side.offers(CPR).body),
        (wire.TimesAnswer, min_side.times(CPR, offer.pk).body),
        (wire.Details, min_side.book(CPR, offer).body),
        (wire.BookingsAnswer, min_side.ask("GET", "/Booking", CPR).body),
        (wire.ErrorAnswer, jobnet.offers("1").body),
    ]
    dropped = 0
    for model, body in answers:
        assert model.model_validate(body).body() == body
        for place in places(model, body):
            with pytest.raises(ValidationError):
                model.model_validate(without(body, place))
            dropped += 1
    assert dropped > 120


def test_a_row_that_gives_a_malformed_answer_is_500_with_1011_and_told_in_the_log(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen, caplog: pytest.LogCaptureFixture
) -> None:
    """An offer without a title never leaves the form; should it, Jobnet hears of a fault here, not of its half."""
    OnlineOffer.objects.filter(pk=offer.pk).update(title="")
    heard = jobnet.offers(CPR)
    assert (heard.status, heard.codes) == (500, [1011])
    assert "jobnet_answer_malformed" in caplog.text
    assert "'places': ['title']" in caplog.text


def test_dfdg_would_take_the_details_as_its_own_summons(jobnet: Caller, offer: OnlineOffer, peter: Citizen) -> None:
    heard = jobnet.details(CPR, offer.pk)
    citizen = BehindIt.citizen(jobcentre_code="10300", full_name="", cpr=CPR, registered_at=NOW)
    assert complaints_about(Fields(heard.body), caller=citizen, cpr=CPR, today=NOW.date()) == ()


@pytest.mark.requirement("SELF-02", "SELF-09", "SYNC-18")
def test_min_side_gets_the_text_to_accept_in_both_languages_with_its_edition(
    min_side: Caller, jobnet: Caller, offer: OnlineOffer, peter: Citizen
) -> None:
    texts = {"jobcentre": peter.jobcentre, "type_id": 7, "title": "Jobsamtale"}
    StandardText.objects.create(**texts, edition=1, rights_and_duties="Gammel")
    StandardText.objects.create(**texts, edition=2, rights_and_duties="Du skal komme.", rights_and_duties_en="Come.")
    heard = min_side.details(CPR, offer.pk)
    assert heard.body["planner"]["rettighederOgPligter"] == {
        "udgave": 2,
        "tekst": "Du skal komme.",
        "tekstEngelsk": "Come.",
    }
    booked = min_side.book(
        CPR, offer, booking_id=wire.Details.model_validate(heard.body).booking_id, planner={"accepteretUdgave": 2}
    )
    assert booked.body["accepteret"] is True
    assert min_side.book(CPR, offer, "11:00", planner={"accepteretUdgave": 9}).codes == [99000]


@pytest.mark.parametrize(
    "changes",
    [
        {"ombookingMulig": True, "ombookingFrist": None},
        {"ombookingMulig": False, "ombookingFrist": str(MONDAY)},
        {"aflysningMulig": False, "aflysningsfrist": str(MONDAY)},
        {"samtaleformType": 8, "digitaltMoedelink": None},
        {"bookingEndTime": "2020-01-01T09:00:00+01:00"},
    ],
)
def test_details_that_contradict_themselves_never_leave(
    jobnet: Caller, offer: OnlineOffer, peter: Citizen, changes: dict[str, object]
) -> None:
    body = jobnet.details(CPR, offer.pk).body
    with pytest.raises(ValidationError):
        wire.Details.model_validate(body | changes)


def test_every_answer_is_described_and_every_description_is_read_again() -> None:
    """What we write is read back by the same model, whatever the case of its names."""
    assert {one.answer for one in METHODS.values() if one.answer} >= {wire.Details, wire.TimesAnswer}
    asked = wire.BookingRequest.model_validate(
        json.loads('{"MOEDETILBUDID": null, "BookingStartTime": "2026-11-30T09:00", "samtaleFORMtype": "1"}')
    )
    assert asked.starts_at.isoformat() == "2026-11-30T09:00:00+01:00"
    assert wire.BookingRequest.model_validate(asked.body()) == asked
