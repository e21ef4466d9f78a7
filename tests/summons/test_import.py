"""Lists as people bring them: every line is used or explained."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from booking.models import Channel
from planner.accounts.vault import decrypt
from planner.ui.refusal import Refusal
from summons.models import RejectedRow, Run
from summons.queries.citizens import problems
from summons.services.import_list import Brought, Imported, Sorted, add_one, import_table
from summons.spreadsheets.due import read_due
from summons.spreadsheets.rows import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS
from summons.spreadsheets.table import Table, letter_of, table_of
from summons.spreadsheets.text import read_csv, read_pasted
from summons.spreadsheets.xlsx import CHILD, read_xlsx
from summons.states import RunState
from tests import factories
from tests.factories import NOW, World

TODAY = date(2026, 11, 23)


def pasted(text: str) -> Table:
    return table_of(read_pasted(text))


def imported(run: Run, text: str) -> Imported:
    return import_table(run_id=run.pk, table=pasted(text), now=NOW, today=TODAY)


@pytest.fixture
def run(nord: World) -> Run:
    return factories.make_run(nord.bo, nord.team, nord.anna)


# The CPR column


@pytest.mark.requirement("SUM-10")
@pytest.mark.parametrize(
    "heading", ["Personnr.", "Person-nr.", "PERSONNUMMER", "cpr", "CPR-nr.", "Cpr nummer", " Personnr "]
)
def test_the_cpr_column_is_found_by_its_heading_compared_by_letters(heading: str) -> None:
    table = pasted(f"Navn\t{heading}\nKaren\t120588-1234\n")
    assert table.cpr == 1
    assert table.found_in == f"B ({heading.strip()})"
    assert [line.cpr for line in table.lines()] == ["120588-1234"]


@pytest.mark.requirement("SUM-10")
def test_without_a_heading_it_is_the_only_column_that_looks_like_numbers() -> None:
    table = pasted(
        "Karen\t120588-1234\nBo\t010190-2345\nIda\t020290-1111\nOle\tukendt\nPer\t030390-4444\nAda\t050590-4321\n"
    )
    assert (table.cpr, table.found_in) == (1, "B")
    assert len(list(table.lines())) == 6


@pytest.mark.requirement("SUM-10")
def test_a_single_column_of_numbers_needs_no_heading() -> None:
    assert [line.cpr for line in pasted("1205881234\n0101902345").lines()] == ["1205881234", "0101902345"]


@pytest.mark.requirement("SUM-10")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Navn\tBy\nKaren\tFjordby\n", "no-cpr-column"),
        ("120588-1234\t010190-2345\n", "several-cpr-columns"),
        ("Personnr.\n", "empty-list"),
        (" \t \n\n", "empty-list"),
    ],
)
def test_a_list_whose_numbers_cannot_be_found_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        pasted(text)
    assert refused.value.code == code


def test_lines_above_the_headings_are_told_of(run: Run) -> None:
    outcome = imported(run, "Udtræk fra Opera\n\nPersonnr.\n120588-1234")
    assert (outcome.added, outcome.refused) == (1, 0)
    assert [(one.line, one.value) for one in problems(run)] == [(1, "Udtræk fra Opera")]


# The other columns


@pytest.mark.requirement("SUM-10", "SUM-12")
def test_columns_get_their_meaning_from_their_heading() -> None:
    table = pasted(
        "Personnr.\tFalduge jobsamtale\tProjekt\tFritaget for digital post\tFalddato CV-samtale\n"
        "120588-1234\tuge 49\tUng i job\tJa\t4.12.2026\n"
    )
    line = next(table.lines())
    assert line.due == {"Falduge jobsamtale": "uge 49", "Falddato CV-samtale": "4.12.2026"}
    assert line.extra == {"Projekt": "Ung i job"}
    assert line.exempt


def test_columns_without_a_heading_or_with_a_double_one_get_a_name_of_their_own() -> None:
    table = pasted("Personnr.\tNavn\tNavn\t\n120588-1234\tKaren\tHolst\tblå\n")
    assert table.columns == ["Navn", "Navn (2)", "Kolonne D"]
    assert letter_of(27) == "AB"


@pytest.mark.requirement("SUM-14", "CLOCK-02")
@pytest.mark.parametrize(
    ("text", "today", "due"),
    [
        ("uge 49", TODAY, date(2026, 12, 4)),
        ("49", TODAY, date(2026, 12, 4)),
        ("Uge49", TODAY, date(2026, 12, 4)),
        ("2026-49", TODAY, date(2026, 12, 4)),
        ("49/2026", TODAY, date(2026, 12, 4)),
        ("2026-W49", TODAY, date(2026, 12, 4)),
        ("uge 2 2027", TODAY, date(2027, 1, 15)),
        ("1", TODAY, date(2027, 1, 8)),
        ("53", TODAY, date(2027, 1, 1)),
        ("52", date(2027, 1, 4), date(2026, 12, 25)),
        ("53", date(2027, 1, 4), date(2027, 1, 1)),
        ("2027-53", TODAY, None),
        ("4.12.2026", TODAY, date(2026, 12, 4)),
        ("2026-12-04", TODAY, date(2026, 12, 4)),
        ("2026-12-04 00:00", TODAY, date(2026, 12, 4)),
        ("46360", TODAY, date(2026, 12, 4)),
        ("4.12", TODAY, date(2026, 12, 4)),
        ("29.2.2027", TODAY, None),
        ("uge 60", TODAY, None),
        ("snart", TODAY, None),
    ],
)
def test_a_due_week_means_its_friday_in_the_nearest_year(text: str, today: date, due: date | None) -> None:
    assert read_due(text, today) == due


# On the run


@pytest.mark.requirement("SUM-09", "SUM-10")
def test_good_lines_stay_bad_ones_are_explained_and_doubles_count_once(run: Run) -> None:
    outcome = imported(
        run,
        "Personnr.\tNavn\r\n120588-1234\tKaren\r\n120588-111\tBo\r\n310274-1234\tIda\r\n720588-1234\tOle\r\n"
        "1205881234\tKaren igen\r\n\tUden nummer\r\n205881234\tPer\r\n",
    )
    assert outcome == Imported(added=2, refused=4, duplicates=1)
    assert [decrypt(line.encrypted) for line in run.lines.all()] == ["1205881234", "0205881234"]
    assert [(one.line, one.value, one.reason) for one in problems(run)] == [
        (3, "120588-111", "Ni cifre med bindestreg: der mangler et ciffer efter bindestregen."),
        (4, "310274-1234", "Datoen findes ikke (31. februar)."),
        (5, "720588-1234", "Erstatningsnummer (dag + 60) kan ikke slås op."),
        (6, "1205881234", "Samme borger som linje 2. Tæller én gang."),
        (7, "", "Personnr. mangler."),
    ]


@pytest.mark.requirement("SUM-10", "GUARD-11")
def test_what_a_list_brings_is_kept_encrypted(run: Run) -> None:
    imported(run, "Personnr.\tFalduge jobsamtale\tProjekt\tFritaget\n120588-1234\t49\tUng i job\tx\n310274-1234\t\tX\t")
    line, rejected = run.lines.get(), run.rejected.get()
    assert Brought.from_json(decrypt(line.extra or b"")) == Brought(
        {"Falduge jobsamtale": date(2026, 12, 4)}, True, {"Projekt": "Ung i job"}
    )
    assert line.channel == Channel.LETTER
    for stored in (line.encrypted, line.extra, rejected.encrypted, rejected.reason.encode()):
        assert b"1234" not in bytes(stored or b"")


def test_a_due_week_that_cannot_be_read_is_told_and_the_citizen_stays(run: Run) -> None:
    outcome = imported(run, "Personnr.\tFalduge jobsamtale\n120588-1234\tuge 60\n")
    assert (outcome.added, outcome.refused) == (1, 0)
    assert [(one.value, one.kind) for one in problems(run)] == [("uge 60", RejectedRow.Kind.REMARK)]


@pytest.mark.requirement("SUM-09")
def test_a_second_list_adds_to_the_first_and_forgets_its_problems(run: Run) -> None:
    imported(run, "Personnr.\n120588-1234\n310274-1234\n")
    outcome = imported(run, "CPR\tHold\n120588-1234\tA\n010190-2345\tB\n")
    assert outcome == Imported(added=1, refused=0, duplicates=1)
    assert run.lines.count() == 2
    assert [one.reason for one in problems(run)] == ["Borgeren er allerede på listen."]


@pytest.mark.requirement("SUM-09")
def test_one_citizen_is_added_or_refused_with_the_reason(run: Run) -> None:
    assert decrypt(add_one(run_id=run.pk, cpr="120588-1234", now=NOW).encrypted) == "1205881234"
    for cpr, code in (("120588-1234", "duplicate"), ("120588-111", "cpr-nine_with_hyphen"), ("", "cpr-missing")):
        with pytest.raises(Refusal) as refused:
            add_one(run_id=run.pk, cpr=cpr, now=NOW)
        assert refused.value.code == code


@pytest.mark.parametrize("state", [RunState.LOOKING_UP, RunState.PLANNING, RunState.FINISHED])
def test_a_list_under_way_is_not_changed(run: Run, state: RunState) -> None:
    Run.objects.filter(pk=run.pk).update(state=state)
    with pytest.raises(Refusal) as refused:
        imported(run, "Personnr.\n120588-1234")
    assert refused.value.code == f"run-{state.value}"


# Text and csv


@pytest.mark.requirement("SUM-09")
@pytest.mark.parametrize(
    "content",
    [
        "Personnr.;Navn\r\n120588-1234;Søren\r\n".encode(),
        "Personnr.;Navn\r\n120588-1234;Søren\r\n".encode("cp1252"),
        "Personnr.;Navn\r\n120588-1234;Søren\r\n".encode("utf-8-sig"),
        "Personnr.\tNavn\n120588-1234\tSøren\n".encode("utf-16"),
        "Personnr.,Navn\n120588-1234,Søren\n".encode(),
        'Personnr.|Navn\n120588-1234|"Søren"\n'.encode(),
    ],
)
def test_a_csv_file_is_read_whatever_its_delimiter_and_encoding(content: bytes) -> None:
    assert [row.cells for row in read_csv(content)] == [("Personnr.", "Navn"), ("120588-1234", "Søren")]


def test_quotes_of_a_spreadsheet_keep_line_breaks_in_their_cell_and_lone_ones_do_no_harm() -> None:
    assert [(row.line, row.cells) for row in read_pasted('A\t"to\nlinjer"\nB\tC\n')] == [
        (1, ("A", "to linjer")),
        (3, ("B", "C")),
    ]
    assert [row.cells for row in read_pasted('A\t"B\nC\t5" skærm\n')] == [("A", '"B'), ("C", '5" skærm')]


@pytest.mark.requirement("GUARD-08")
def test_a_list_beyond_the_bounds_is_refused() -> None:
    for text, code in (
        ("1\n" * (MOST_ROWS + 2), "too-many-rows"),
        ("x\t" * (MOST_COLUMNS + 1) + "y", "too-many-columns"),
        ("x" * 5_000_001, "too-large"),
    ):
        with pytest.raises(Refusal) as refused:
            read_pasted(text)
        assert refused.value.code == code
    assert len(read_pasted("y" * 2000)[0].cells[0]) == LONGEST_CELL


CELLS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"\d{6}[- ]?\d{3,4}", fullmatch=True),
    st.from_regex(r"\d{9,10}", fullmatch=True),
    st.sampled_from(
        ["1,20588E+09", "120588-111", "\N{NO-BREAK SPACE}120588-1234", '"', "😀", "Personnr.", "uge 49", "", "\0"]
    ),
)


@pytest.mark.requirement("GUARD-08", "SUM-10")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    heading=st.booleans(),
)
def test_every_line_of_any_pasted_table_is_accepted_or_explained(
    run: Run, rows: list[list[str]], end: str, heading: bool
) -> None:
    run.lines.all().delete()
    text = end.join([*(["Personnr.\tFalduge\tA\tB"] if heading else []), *("\t".join(row) for row in rows)])
    try:
        table = pasted(text)
    except Refusal:  # the whole list is refused, in words
        return
    import_table(run_id=run.pk, table=table, now=NOW, today=TODAY)
    told = {one.line for one in problems(run)} | set(run.lines.values_list("line", flat=True))
    assert {row.line for row in (*table.before, *table.rows)} == told
    assert all(one.reason for one in problems(run))


@pytest.mark.deep
@pytest.mark.requirement("GUARD-08", "SUM-10")
@settings(max_examples=10_000, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    heading=st.booleans(),
)
def test_ten_thousand_pasted_tables_are_each_read_or_refused_in_words(
    rows: list[list[str]], end: str, heading: bool
) -> None:
    text = end.join([*(["Personnr.\tFalduge\tA\tB"] if heading else []), *("\t".join(row) for row in rows)])
    try:
        table = pasted(text)
    except Refusal as refusal:
        sentence = str(refusal.sentence)
    else:
        found = Sorted(Run(jobcentre_id=1), TODAY, {})
        for line in table.lines():
            found.take(line)
        told = {one.line for one in found.citizens} | {one.line for one in found.rejected if one.reason}
        assert told == {row.line for row in table.rows}
        return
    assert sentence


# xlsx


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def altered(content: bytes, **parts: bytes | None) -> bytes:
    """The same workbook with these parts replaced or added («/» written «__», «.» written «_dot_»)."""
    source, stream = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    named = {name.replace("_dot_", ".").replace("__", "/"): part for name, part in parts.items()}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in [*source.namelist(), *(name for name in named if name not in source.namelist())]:
            part = named.get(name, source.read(name) if name in source.namelist() else None)
            if part is not None:
                target.writestr(name, part)
    return stream.getvalue()


@pytest.mark.requirement("SUM-09", "SUM-10")
def test_numbers_and_dates_of_a_workbook_are_read_as_typed() -> None:
    rows = read_xlsx(
        workbook(["Personnr.", "Dato", "Tal", None], [205881234, date(2026, 12, 4), 1.5], [], ["120588-1234"])
    )
    assert [(row.line, row.cells) for row in rows] == [
        (1, ("Personnr.", "Dato", "Tal")),
        (2, ("205881234", "2026-12-04", "1,5")),
        (4, ("120588-1234",)),
    ]


SHEET = "xl__worksheets__sheet1_dot_xml"
GOOD = workbook(["Personnr."], ["120588-1234"])
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">'.encode() for at in range(9))
    + (
        b']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        b'<c t="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>'
    )
)
CLAIMS = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="XFD1" t="n"><v>1</v></c></row>'
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)


def lying(content: bytes) -> bytes:
    """A workbook whose headers say that its sheet is small when it is not."""
    big = altered(content, **{SHEET: b"<worksheet>" + b" " * 90_000_000 + b"</worksheet>"})
    true = (90_000_023).to_bytes(4, "little")
    assert true in big
    return big.replace(true, (900).to_bytes(4, "little"))


@pytest.mark.requirement("GUARD-07")
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a gigabyte", lambda: altered(GOOD, **{SHEET: b"\0" * 200_000_000}), "file-too-large"),
        ("lying headers", lambda: lying(GOOD), "file-damaged"),
        ("billion laughs", lambda: altered(GOOD, **{SHEET: LAUGHS}), "file-damaged"),
        ("claimed cells", lambda: altered(GOOD, **{SHEET: CLAIMS}), "empty-list"),
        (
            "ten thousand sheets",
            lambda: altered(GOOD, **{f"xl__worksheets__s{at}_dot_xml": b"<x/>" for at in range(10_000)}),
            "file-too-many-parts",
        ),
        ("macros", lambda: altered(GOOD, xl__vbaProject_dot_bin=b"x"), "file-macros"),
        ("old Excel", lambda: b"\xd0\xcf\x11\xe0" + b"x" * 100, "file-old-or-locked"),
        ("no workbook", lambda: b"PK\x03\x04 not a zip", "file-not-a-workbook"),
        ("nothing", lambda: b"", "file-not-a-workbook"),
    ],
)
def test_a_hostile_file_is_refused_quickly_and_with_little_memory(name: str, content: object, code: str) -> None:
    assert callable(content)
    hostile = content()
    began = time.monotonic()
    with pytest.raises(Refusal) as refused:
        read_xlsx(hostile)
    assert time.monotonic() - began < 3
    assert refused.value.code == code, name
    assert str(refused.value.sentence)


@pytest.mark.requirement("GUARD-07")
def test_the_reader_stays_small_also_where_a_file_is_huge(tmp_path: Path) -> None:
    hostile = tmp_path / "bomb.xlsx"
    hostile.write_bytes(altered(GOOD, **{SHEET: CLAIMS}))
    script = (
        "import resource, subprocess, sys\n"
        f"subprocess.run([sys.executable, '-I', {str(CHILD)!r}, '10000', '60'], stdin=open({str(hostile)!r}, 'rb'),"
        " stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(answer.stdout) < 64 * 1024


def test_the_reader_has_limits_that_the_web_server_does_not_share() -> None:
    read_xlsx(GOOD)
    assert resource.getrlimit(resource.RLIMIT_CPU) == (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
