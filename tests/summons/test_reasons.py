"""Every code has its sentence, with names and dates (DIST-07)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from booking.availability.obstacles import Obstacle
from summons.distribution.plan import Outcome, Reason
from summons.reasons import IN_THE_WAY, PLACED, Facts, how_found, why_unplaced

MONDAY = date(2026, 11, 30)
FACTS = Facts(until=date(2027, 5, 31), earliest=MONDAY, deadline=date(2026, 12, 4), held_on=date(2026, 12, 2))
LATE = replace(FACTS, held_on=date(2026, 12, 7))
NOWHERE = replace(FACTS, held_on=None)


@pytest.mark.requirement("DIST-07")
@pytest.mark.parametrize(
    ("placement", "facts", "sentence"),
    [
        ({"outcome": "preferred"}, FACTS, "Egen vejleder, første ledige tid"),
        ({"outcome": "earliest"}, FACTS, "Første ledige tid"),
        (
            {"outcome": "earliest", "chosen": True},
            replace(FACTS, own="Winnie Jensen"),
            "Egen vejleder Winnie Jensen har ingen ledig tid inden fristen, så første ledige tid er valgt",
        ),
        (
            {"outcome": "earliest"},
            replace(FACTS, own="Winnie Jensen"),
            "Første ledige tid; egen vejleder Winnie Jensen er ikke valgt",
        ),
        ({"outcome": "earliest", "fixed": True}, FACTS, "Fast tidspunkt"),
        ({"outcome": "preferred", "fixed": True}, FACTS, "Fast tidspunkt hos egen vejleder"),
        ({"outcome": "after_deadline", "fixed": True}, LATE, "Efter frist 3 dage: fast tidspunkt"),
        (
            {"outcome": "after_deadline", "because": "time_taken"},
            LATE,
            "Efter frist 3 dage: alle tider til og med 4. dec. er optaget",
        ),
        (
            {"outcome": "after_deadline", "because": "citizen_unavailable"},
            replace(LATE, absences=[("Ferie", MONDAY, date(2026, 12, 5))]),
            "Efter frist 3 dage: borgeren kan ikke på de ledige tider til og med 4. dec. (Ferie 30. nov.–5. dec.)",
        ),
        (
            {"outcome": "after_deadline", "because": "no_available_time"},
            replace(LATE, deadline=date(2026, 11, 27), held_on=MONDAY),
            "Efter frist 3 dage: fristen 27. nov. ligger før tidligste dato 30. nov.",
        ),
        (
            {"outcome": "earliest", "changed": True},
            FACTS,
            "Første ledige tid. Ændret, fordi en anden tog den første tid",
        ),
        ({"outcome": "earliest", "by_hand": True}, FACTS, "Valgt i hånden"),
        ({"by_citizen": True}, FACTS, "Valgt af borgeren"),
        ({"by_citizen": True, "by_hand": True}, FACTS, "Valgt i hånden"),
        (
            {"by_hand": True, "passed": ["in_break"]},
            FACTS,
            "Valgt i hånden (Tidspunktet ligger i vejlederens pause)",
        ),
    ],
)
def test_it_says_how_a_time_was_found(placement: dict[str, Any], facts: Facts, sentence: str) -> None:
    assert how_found(placement, facts) == sentence


@pytest.mark.requirement("DIST-07", "DIST-06")
def test_who_has_no_time_is_told_why_and_until_when_was_searched() -> None:
    assert why_unplaced("time_taken", NOWHERE) == "Alle tider til og med 31. maj 2027 er optaget"
    assert why_unplaced("room_taken", replace(NOWHERE, room="Lokale 2")).startswith("Lokale 2 er optaget")
    away = replace(NOWHERE, absences=[("Barsel", MONDAY, None)])
    assert why_unplaced("citizen_unavailable", away).endswith("(Barsel fra man. 30. nov.)")
    assert why_unplaced("", NOWHERE) == "Endnu ikke fordelt"
    assert why_unplaced("has_conversation", NOWHERE).startswith("Borgeren har allerede")


@pytest.mark.requirement("DIST-07", "DIST-06")
def test_who_may_first_come_after_the_last_day_that_is_searched_is_told_so() -> None:
    late = replace(NOWHERE, earliest=date(2027, 7, 5))
    assert why_unplaced("no_available_time", late) == (
        "Tidligste dato 5. jul. 2027 ligger efter 31. maj 2027, den sidste dag, der søges"
    )


@pytest.mark.requirement("DIST-07")
@pytest.mark.parametrize("code", [reason.value for reason in Reason] + [obstacle.value for obstacle in Obstacle])
def test_no_code_is_without_a_sentence(code: str) -> None:
    for facts in (NOWHERE, replace(NOWHERE, room="", absences=[("Ferie", MONDAY, None)])):
        sentence = why_unplaced(code, facts)
        assert sentence[0].isupper()
        assert "%" not in sentence
    assert "%" not in how_found({"outcome": "after_deadline", "because": code}, LATE)


def test_every_outcome_and_reason_of_the_distribution_stands_in_the_table() -> None:
    assert {reason.value for reason in Reason} <= IN_THE_WAY.keys()
    assert {Outcome.PREFERRED.value, Outcome.EARLIEST.value} <= PLACED.keys()
