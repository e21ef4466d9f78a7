"""The engine and a slow, separately written second opinion agree on hundreds of crowded scenarios."""

import json

import pytest

from summons.distribution.engine import distribute
from summons.distribution.scenario import read, result
from tests.distribution.random_scenarios import scenario
from tests.distribution.second_opinion import second_opinion

BATCH = 50

REQUIREMENTS = [
    *(f"DIST-{number:02}" for number in range(1, 13)),
    *("TIME-02", "TIME-03", "TIME-04", "TIME-05", "TIME-06", "TIME-07"),
]


@pytest.mark.requirement(*REQUIREMENTS)
@pytest.mark.parametrize("form", ["individual", "joint"])
@pytest.mark.parametrize("batch", range(8))
def test_the_engine_and_the_second_opinion_give_the_same_plan(form: str, batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        given = scenario(seed, form)
        assert result(distribute(read(json.dumps(given)))) == second_opinion(given), f"{form} scenario {seed}"


@pytest.mark.requirement("DIST-07", "DIST-12")
def test_the_random_scenarios_meet_every_outcome_and_every_reason() -> None:
    met = set()
    for seed in range(400):
        for form in ("individual", "joint"):
            plan = result(distribute(read(json.dumps(scenario(seed, form)))))
            met |= {line["outcome"] for line in plan["placements"]} | {
                line.get("because") for line in plan["placements"]
            }
            met |= {line["reason"] for line in plan["unplaced"]}
    assert met == {
        "preferred",
        "earliest",
        "after_deadline",
        None,
        "citizen_unavailable",
        "room_taken",
        "budget_used",
        "time_taken",
        "several",
        "no_available_time",
        "no_common_time",
    }
