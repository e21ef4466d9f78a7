"""The lists in docs/examples are read by the import as their README says."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from booking.cpr import CprNumber, Fault, FaultCode, parse
from planner.dfdg.simulator.population import FJORDBY, SKOVBY, population
from summons.demo import examples
from summons.management.commands.examples import FOLDER
from summons.spreadsheets.due import read_due
from summons.spreadsheets.table import Table, table_of
from summons.spreadsheets.text import read_csv
from summons.spreadsheets.xlsx import read_xlsx

KNOWN = population(examples.ANY_DAY)


def numbers(table: Table) -> dict[int, str]:
    """Line → the number that is read there."""
    found = {line.number: parse(line.cpr) for line in table.lines()}
    return {line: number.digits for line, number in found.items() if isinstance(number, CprNumber)}


@pytest.mark.requirement("SUM-09", "SUM-10")
def test_the_case_systems_list_has_400_good_lines_and_four_bad_ones() -> None:
    table = table_of(read_xlsx((FOLDER / "jobsamtaler-uge.xlsx").read_bytes()))
    faults = {line.number: fault.code for line in table.lines() if isinstance(fault := parse(line.cpr), Fault)}
    assert faults == {
        17: FaultCode.NINE_WITH_HYPHEN,
        88: FaultCode.NO_SUCH_DATE,
        203: FaultCode.REPLACEMENT,
    }
    read = numbers(table)
    assert read.pop(351) == KNOWN.of(SKOVBY)[0].cpr
    assert sorted(read.values()) == sorted(person.cpr for person in KNOWN.of(FJORDBY)[:400])


@pytest.mark.requirement("SUM-10")
def test_numbers_that_lost_their_zero_are_found_again() -> None:
    table = table_of(read_xlsx((FOLDER / "informationsmoede-60.xlsx").read_bytes()))
    assert len(numbers(table)) == 60
    assert any(len(line.cpr) == 9 for line in table.lines())
    special = {person.cpr for person in KNOWN.of(FJORDBY)[400:]}
    assert special <= set(numbers(table).values())


def test_the_short_list_is_as_a_danish_excel_writes_it() -> None:
    table = table_of(read_csv((FOLDER / "fast-tidspunkt-7.csv").read_bytes()))
    assert len(numbers(table)) == len(list(table.lines())) == 7


@pytest.mark.requirement("SUM-14")
def test_fresh_lists_bring_the_weeks_of_the_coming_due_dates() -> None:
    today = date(2026, 12, 29)
    fresh = examples.job_conversations(population(today), weeks=True)
    dates = [read_due(str(row[-1]), today) for row in fresh[1:] if row[-1]]
    assert len(dates) > 250
    assert all(found and found.weekday() == 4 and 0 < (found - today).days < 77 for found in dates)


def test_the_lists_are_fresh() -> None:
    call_command("examples", "--check")


def test_a_stale_list_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("summons.management.commands.examples.FOLDER", tmp_path)
    with pytest.raises(CommandError, match="jobsamtaler-uge"):
        call_command("examples", "--check")
    call_command("examples")
    call_command("examples", "--check")
    (tmp_path / "fast-tidspunkt-7.csv").write_text("CPR\n")
    with pytest.raises(CommandError, match="fast-tidspunkt"):
        call_command("examples", "--check")


def test_names_and_numbers_are_the_same_on_every_day() -> None:
    other = population(examples.ANY_DAY + timedelta(days=100))
    assert examples.job_conversations(other, weeks=False) == examples.job_conversations(KNOWN, weeks=False)


def test_the_demo_writes_fresh_lists_into_the_data_folder(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    call_command("demo", "--force", "--print-json")
    table = table_of(read_xlsx((tmp_path / "examples" / "jobsamtaler-uge.xlsx").read_bytes()))
    assert sum(bool(line.due) for line in table.lines()) > 250
