"""Where the deadlines of a list come from (SUM-14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from booking.models import DueDate
from planner.ui.refusal import Refusal
from summons.models import Run, RunCitizen
from summons.services import deadlines
from summons.services.deadlines import ByDueDate, OneDate, Preview
from summons.states import RunState
from tests import factories
from tests.factories import MONDAY, NOW, World

TODAY = date(2026, 11, 23)
JOB, CV = "Falduge jobsamtale", "Falduge CV-samtale"
WEEK_49, WEEK_50, WEEK_51 = date(2026, 12, 4), date(2026, 12, 11), date(2026, 12, 18)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def run(nord: World) -> Run:
    return factories.make_run(nord.bo, nord.team, nord.anna, due_kinds=[JOB, CV])


def line_with(run: Run, deadline: date | None = None, **due: date) -> RunCitizen:
    """A citizen on the list; `job` and `cv` are due dates of these kinds."""
    citizen = factories.make_citizen(run.jobcentre)
    for kind, on in due.items():
        name = {"job": JOB, "cv": CV}[kind]
        DueDate.objects.create(jobcentre=run.jobcentre, citizen=citizen, kind=name, due_on=on, fetched_at=NOW)
    return factories.add_line(run, citizen, deadline=deadline)


def found(run: Run) -> list[date | None]:
    return list(run.lines.order_by("pk").values_list("deadline", flat=True))


@pytest.mark.requirement("SUM-14")
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (ByDueDate(JOB), [WEEK_49, None, WEEK_51]),
        (ByDueDate(JOB, 14), [date(2026, 11, 20), None, WEEK_49]),
        (ByDueDate(CV), [WEEK_50, WEEK_50, None]),
        (ByDueDate(Run.NEAREST), [WEEK_49, WEEK_50, WEEK_51]),
        (OneDate(WEEK_51, overwrite=True), [WEEK_51, WEEK_51, WEEK_51]),
        (OneDate(WEEK_51, overwrite=False), [WEEK_51, WEEK_51, MONDAY]),
    ],
)
def test_a_rule_gives_each_citizen_their_deadline_and_changes_as_many_as_it_said(
    run: Run, rule: deadlines.Rule, expected: list[date | None]
) -> None:
    line_with(run, job=WEEK_49, cv=WEEK_50)
    line_with(run, cv=WEEK_50)
    line_with(run, MONDAY, job=WEEK_51)
    before = found(run)
    said = deadlines.preview(run, rule, today=TODAY).changed
    assert deadlines.apply(run_id=run.pk, rule=rule, now=NOW, today=TODAY) == said
    assert found(run) == expected
    assert sum(one != other for one, other in zip(before, expected, strict=True)) == said


@pytest.mark.requirement("SUM-14")
def test_the_preview_counts_the_missing_the_lost_and_the_too_early(run: Run) -> None:
    line_with(run, job=WEEK_49)
    line_with(run, WEEK_49, job=WEEK_49)
    line_with(run, WEEK_51)
    line_with(run)
    assert deadlines.preview(run, ByDueDate(JOB, 7), today=TODAY) == Preview(
        total=4, changed=3, missing=2, lost=1, too_early=2
    )


@pytest.mark.requirement("SUM-14")
def test_the_nearest_due_date_is_the_next_one_to_come_and_else_the_last_gone(run: Run) -> None:
    line_with(run, job=TODAY - timedelta(days=3), cv=WEEK_51)
    line_with(run, job=date(2026, 11, 6), cv=date(2026, 11, 13))
    deadlines.apply(run_id=run.pk, rule=ByDueDate(Run.NEAREST), now=NOW, today=TODAY)
    assert found(run) == [WEEK_51, date(2026, 11, 13)]


@pytest.mark.requirement("SUM-14")
def test_the_rule_holds_for_citizens_added_later_until_one_date_overwrites_it(run: Run) -> None:
    deadlines.apply(run_id=run.pk, rule=ByDueDate(JOB, 2), now=NOW, today=TODAY)
    run.refresh_from_db()
    line = line_with(run, job=WEEK_49)
    by_hand = line_with(run, WEEK_51, job=WEEK_49)
    deadlines.fill(run=run, lines=[line, by_hand], today=TODAY)
    assert found(run) == [date(2026, 12, 2), WEEK_51]
    deadlines.apply(run_id=run.pk, rule=OneDate(WEEK_50, overwrite=False), now=NOW, today=TODAY)
    run.refresh_from_db()
    assert (run.due_kind, run.days_before) == (JOB, 2)
    deadlines.apply(run_id=run.pk, rule=OneDate(WEEK_50, overwrite=True), now=NOW, today=TODAY)
    run.refresh_from_db()
    assert run.due_kind == ""


def test_deadlines_of_a_run_under_way_are_left_alone(run: Run) -> None:
    line_with(run, job=WEEK_49)
    Run.objects.update(state=RunState.PLANNING)
    with pytest.raises(Refusal):
        deadlines.apply(run_id=run.pk, rule=ByDueDate(JOB), now=NOW, today=TODAY)
    assert found(run) == [None]


# The page


def texts(html: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


@pytest.mark.requirement("SUM-14", "GUARD-10")
def test_what_changes_is_shown_before_it_is_done(as_bo: Client, run: Run) -> None:
    line_with(run, job=WEEK_49)
    line_with(run)
    url = reverse("summons:citizens_deadlines", args=[run.pk])
    asked = {"way": "due", "kind": JOB, "days": "0", "back": "sort=name"}
    inline = as_bo.get(url, asked, headers={"HX-Request": "true", "HX-Target": "deadline-preview"})
    assert "1 af 2 rækker ændres." in texts(inline.content)
    assert "1 borger har ikke falddatoen" in texts(inline.content)
    assert "<html" not in inline.content.decode()
    assert "1 af 2 rækker ændres." in texts(as_bo.get(url, asked).content)
    assert found(run) == [None, None]
    done = as_bo.post(url, asked, follow=True)
    assert done.redirect_chain[-1][0].endswith("?sort=name")
    assert "Fristen er ændret for 1 borger." in texts(done.content)
    assert found(run) == [WEEK_49, None]


@pytest.mark.requirement("SUM-14")
def test_one_date_for_all_or_only_for_those_without(as_bo: Client, run: Run) -> None:
    line_with(run)
    line_with(run, WEEK_49)
    url = reverse("summons:citizens_deadlines", args=[run.pk])
    assert "Vis ændring" in texts(as_bo.get(url).content)
    only_empty = {"way": "date", "on": "18.12.2026", "overwrite": "0"}
    assert "1 af 2 rækker ændres." in texts(as_bo.get(url, only_empty).content)
    as_bo.post(url, only_empty)
    assert found(run) == [WEEK_51, WEEK_49]
    as_bo.post(url, only_empty | {"overwrite": "1"})
    assert found(run) == [WEEK_51, WEEK_51]


@pytest.mark.requirement("SUM-14", "APP-07")
@pytest.mark.parametrize(
    "wrong",
    [
        {"way": "date", "on": "snart"},
        {"way": "date", "on": ""},
        {"way": "due", "kind": "Findes ikke"},
        {"way": "due", "kind": ""},
        {"way": "due", "kind": JOB, "days": "-1"},
        {"way": "andet"},
    ],
)
def test_a_rule_that_says_nothing_changes_nothing(as_bo: Client, run: Run, wrong: dict[str, str]) -> None:
    line_with(run, job=WEEK_49)
    url = reverse("summons:citizens_deadlines", args=[run.pk])
    assert as_bo.post(url, wrong).status_code == 422
    assert as_bo.get(url, wrong).status_code == 422
    assert found(run) == [None]


@pytest.mark.requirement("SUM-14")
def test_a_list_without_a_rule_gets_the_due_date_that_is_named_after_the_type(run: Run) -> None:
    line_with(run, job=WEEK_49, cv=WEEK_51)
    line_with(run, cv=WEEK_50)
    deadlines.propose(run=run, today=TODAY)
    assert run.due_kind == JOB
    assert found(run) == [WEEK_49, None]


@pytest.mark.requirement("SUM-14")
def test_nothing_is_proposed_where_somebody_has_set_a_deadline_already(run: Run) -> None:
    line_with(run, WEEK_51, job=WEEK_49)
    deadlines.propose(run=run, today=TODAY)
    assert run.due_kind == ""
    assert found(run) == [WEEK_51]
