"""Step 2, «Vælg borgere»: the page, its list, and what is decided in it."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from booking.models import (
    BookingDeadline,
    Channel,
    Citizen,
    CitizenAbsence,
    DueDate,
    Origin,
)
from booking.states import SummonsStatus
from planner.accounts.vault import encrypt
from planner.audit.models import Access
from planner.audit.purposes import Purpose
from summons.models import LookUp, RejectedRow, Run, RunCitizen
from summons.queries import citizens as queries
from summons.services.citizens import deselect_engaged
from summons.services.import_list import Brought, rejection
from summons.states import RunState
from tests import factories
from tests.factories import MONDAY, NOW, World

HTMX = {"HX-Request": "true"}
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def run(nord: World) -> Run:
    return factories.make_run(nord.bo, nord.team, nord.anna, due_kinds=["Falduge jobsamtale"])


def url(run: Run, name: str = "citizens", *args: Any) -> str:
    return reverse(f"summons:{name}", args=[run.pk, *args])


def on_list(run: Run, *names: str, **line: Any) -> list[RunCitizen]:
    made = [factories.add_line(run, factories.make_citizen(run.jobcentre, name)) for name in names]
    if line:
        RunCitizen.objects.filter(pk__in=[one.pk for one in made]).update(**line)
    return made


def away(line: RunCitizen, first: date, last: date | None, kind: str = "Ferie") -> None:
    assert line.citizen is not None
    CitizenAbsence.objects.create(
        jobcentre=line.jobcentre, citizen=line.citizen, kind=kind, first_on=first, last_on=last, fetched_at=NOW
    )


def due(line: RunCitizen, on: date, kind: str = "Falduge jobsamtale") -> None:
    assert line.citizen is not None
    DueDate.objects.create(jobcentre=line.jobcentre, citizen=line.citizen, kind=kind, due_on=on, fetched_at=NOW)


def has_conversation(nord: World, line: RunCitizen, type_id: int = 7, **summons: Any) -> None:
    assert line.citizen is not None
    meeting = factories.make_appointment(nord.anna, nord.team, type_id=type_id)
    factories.make_summons(line.citizen, nord.anna, nord.team, appointment=meeting, **summons)


def names_shown(client: Client, run: Run, query: str = "") -> list[str]:
    html = client.get(url(run) + query).content.decode()
    return re.findall(r'aria-label="Vælg (Borger [A-ZÆØÅ])"', html)


def texts(html: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode())).replace("\N{NO-BREAK SPACE}", " ")


# Access


@pytest.mark.requirement("SEC-01", "GUARD-01")
def test_a_run_of_another_job_centre_is_not_found(as_carla: Client, run: Run) -> None:
    (line,) = on_list(run, "Borger A")
    assert as_carla.get(url(run)).status_code == 404
    assert as_carla.get(url(run, "citizens_problems")).status_code == 404
    assert as_carla.get(url(run, "citizens_line", line.pk)).status_code == 404
    for name in ("add", "paste", "file", "retry", "earliest", "past_absence", "select", "remove", "deadlines"):
        posted = as_carla.post(url(run, f"citizens_{name}"), {"cpr": "1", "table": "1", "line": line.pk})
        assert posted.status_code == 404, name
    assert RunCitizen.objects.get(pk=line.pk).selected


@pytest.mark.requirement("SEC-02")
def test_counsellors_and_administrators_do_not_summon(as_anna: Client, as_ada: Client, run: Run) -> None:
    assert as_anna.get(url(run)).status_code == 403
    assert as_ada.get(url(run)).status_code == 403


@pytest.mark.requirement("SPEED-12")
def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(as_bo: Client, run: Run) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert as_bo.get(url(run)).status_code == 200
        return len(captured)

    first = on_list(run, "Borger A")
    away(first[0], MONDAY, FRIDAY)
    due(first[0], FRIDAY)
    statements()
    one = statements()
    for line in on_list(run, "Borger B", "Borger C"):
        away(line, MONDAY, FRIDAY)
        due(line, FRIDAY)
    assert statements() == one
    assert one <= 40


@pytest.mark.requirement("GUARD-12", "LOG-01")
def test_whose_rows_are_shown_is_written_down(as_bo: Client, run: Run, nord: World) -> None:
    (line,) = on_list(run, "Borger A")
    as_bo.get(url(run))
    seen = Access.objects.get(purpose=Purpose.RUN)
    assert (seen.user, seen.citizen_id) == (nord.bo, line.citizen_id)


@pytest.mark.requirement("SEC-04")
def test_numbers_are_shown_without_the_last_four_digits(as_bo: Client, run: Run) -> None:
    line = factories.add_line(run, factories.make_citizen(run.jobcentre, "Borger A", "1205881234"))
    page = as_bo.get(url(run)).content.decode()
    assert line.pk
    assert "120588-••••" in page
    assert "1234" not in page


# The ways in


@pytest.mark.requirement("SUM-09")
def test_an_empty_list_opens_on_the_field_to_paste_into(as_bo: Client, run: Run) -> None:
    page = texts(as_bo.get(url(run)).content)
    assert all(way in page for way in ("Tilføj enkeltvis", "Indsæt data", "Indlæs fil", "Fra sagsbehandlingssystem"))
    assert "Generer tabel" in page
    assert "Tilføj borgere for at komme videre." in page


@pytest.mark.requirement("SUM-09", "APP-07", "SUM-11")
def test_a_citizen_is_added_one_by_one_or_stays_in_the_field_with_why(as_bo: Client, run: Run, settings: Any) -> None:
    settings.DFDG_URL = "http://127.0.0.1:9"
    wrong = as_bo.post(url(run, "citizens_add"), {"cpr": "120588-111"})
    assert wrong.status_code == 422
    assert 'value="120588-111"' in wrong.content.decode()
    assert "Ni cifre med bindestreg" in texts(wrong.content)
    assert as_bo.post(url(run, "citizens_add"), {"cpr": "120588-1234"}).status_code == 302
    line = run.lines.get()
    assert line.look_up == LookUp.FAILED
    page = texts(as_bo.get(url(run)).content)
    assert "ikke slået op" in page
    assert "Prøv igen" in page


@pytest.mark.requirement("SUM-09", "SUM-10")
def test_a_pasted_list_is_read_and_its_bad_lines_are_shown(as_bo: Client, run: Run, settings: Any) -> None:
    settings.DFDG_URL = "http://127.0.0.1:9"
    table = "Personnr.\tProjekt\n120588-1234\tUng\n310274-1234\tGammel\n"
    page = texts(as_bo.post(url(run, "citizens_paste"), {"table": table}, follow=True).content)
    assert "1 borger er tilføjet. 1 linje kunne ikke bruges." in page
    assert "Personnr. fundet i kolonne A (Personnr.)" in page
    assert "3 310274-•••• Datoen findes ikke (31. februar)." in page
    again = as_bo.get(url(run) + "?way=paste&again=1").content.decode()
    assert "Personnr.\tProjekt\n310274-1234\tGammel</textarea>" in again


@pytest.mark.requirement("SUM-10")
def test_a_list_without_numbers_is_shown_again_as_it_was_typed(as_bo: Client, run: Run) -> None:
    response = as_bo.post(url(run, "citizens_paste"), {"table": "Navn\nKaren\n"})
    assert response.status_code == 422
    assert "Kolonnen med personnumre blev ikke fundet" in texts(response.content)
    assert "Karen" in response.content.decode()


@pytest.mark.requirement("SUM-09", "GUARD-07")
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("liste.pdf", b"x", "Filen skal være en .xlsx- eller .csv-fil."),
        ("liste.xlsx", b"x", "Filen er ikke en .xlsx-fil."),
        ("liste.csv", b"\xff\xfe", "Der er ingen linjer i listen."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(as_bo: Client, run: Run, name: str, content: bytes, words: str) -> None:
    response = as_bo.post(url(run, "citizens_file"), {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 422
    assert words in texts(response.content)


@pytest.mark.requirement("SUM-09")
def test_a_csv_file_is_read(as_bo: Client, run: Run, settings: Any) -> None:
    settings.DFDG_URL = "http://127.0.0.1:9"
    upload = SimpleUploadedFile("uge 49.csv", "CPR;Navn\n120588-1234;Søren\n".encode("cp1252"))
    page = texts(as_bo.post(url(run, "citizens_file"), {"file": upload}, follow=True).content)
    assert "uge 49.csv" in page
    assert run.lines.count() == 1


@pytest.mark.requirement("APP-09")
def test_a_long_list_is_left_to_a_worker_and_its_progress_shown(
    as_bo: Client, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("summons.tasks.look_up_list.delay", lambda *ids: asked.append(ids))
    table = "cpr\n" + "\n".join(factories.make_cpr(number) for number in range(30))
    as_bo.post(url(run, "citizens_paste"), {"table": table})
    run.refresh_from_db()
    assert run.state == RunState.LOOKING_UP
    assert asked == [(run.jobcentre_id, str(run.pk), str(run.job))]
    assert "0 af 30" in texts(as_bo.get(url(run)).content)
    assert "0 af 30" in texts(as_bo.get(url(run, "citizens_progress"), headers=HTMX).content)
    assert as_bo.post(url(run, "citizens_add"), {"cpr": "120588-1234"}).status_code == 422
    Run.objects.update(state=RunState.DRAFT)
    assert as_bo.get(url(run, "citizens_progress"), headers=HTMX)["HX-Redirect"] == url(run)


@pytest.mark.requirement("FAULT-04", "APP-09")
def test_a_list_is_safe_when_the_broker_is_away(as_bo: Client, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_ids: str) -> None:
        raise ConnectionError

    monkeypatch.setattr("summons.tasks.look_up_list.delay", broken)
    table = "cpr\n" + "\n".join(factories.make_cpr(number) for number in range(30))
    assert as_bo.post(url(run, "citizens_paste"), {"table": table}).status_code == 302
    assert run.lines.count() == 30


@pytest.mark.requirement("SUM-10", "GUARD-09")
def test_the_problems_can_be_downloaded_and_no_cell_is_a_formula(as_bo: Client, run: Run) -> None:
    rejection(run, 17, value="=1+1", cells=["=1+1", "@SUM(A1)"], reason="Et personnummer består af ti cifre.").save()
    response = as_bo.get(url(run, "citizens_problems"))
    sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Linje", "Værdi", "Hvorfor", "Hele linjen", None],
        [17, "=1+1", "Et personnummer består af ti cifre.", "=1+1", "@SUM(A1)"],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
    as_bo.post(url(run, "citizens_forget_problems"))
    assert not RejectedRow.objects.exists()


@pytest.mark.requirement("SUM-11")
def test_those_who_cannot_be_called_are_named_at_the_top_and_can_be_removed(as_bo: Client, run: Run) -> None:
    (line,) = on_list(run, "Borger A", reason="CPR-inaktiv: død", selected=False)
    page = texts(as_bo.get(url(run)).content)
    assert "1 borger kan ikke indkaldes" in page
    assert "Borger A CPR-inaktiv: død Fjern" in page
    as_bo.post(url(run, "citizens_select"), {"line": line.pk, "selected": line.pk}, headers=HTMX)
    assert not RunCitizen.objects.get().selected
    as_bo.post(url(run, "citizens_remove"), {"line": line.pk})
    assert not run.lines.exists()


@pytest.mark.requirement("SUM-11")
def test_all_who_cannot_be_called_are_counted_and_removed_also_those_not_named(
    as_bo: Client, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "NAMED_AT_MOST", 2)
    on_list(run, "Borger A", "Borger B", "Borger C", reason="CPR-inaktiv: død", selected=False)
    on_list(run, "Borger D")
    assert "3 borgere kan ikke indkaldes" in texts(as_bo.get(url(run)).content)
    as_bo.post(url(run, "citizens_remove"), {"barred": 1})
    assert list(run.lines.values_list("citizen__full_name", flat=True)) == ["Borger D"]


# The list


@pytest.mark.requirement("SUM-12")
def test_a_row_says_all_that_is_known(as_bo: Client, run: Run, nord: World) -> None:
    (line,) = on_list(run, "Borger A", deadline=FRIDAY, channel=Channel.LETTER)
    Citizen.objects.update(activation_type="Mentor")
    away(line, date(2026, 12, 21), date(2026, 12, 31))
    due(line, FRIDAY)
    has_conversation(nord, line, 9, origin=Origin.CASE_SYSTEM)
    page = texts(as_bo.get(url(run)).content)
    row = page[page.index("Borger A Brev") :][:250]
    assert "Dagpengemodtager Mentor uge 49 Ferie 21.–31. dec. 30. nov. fre. 4. dec." in row
    assert "Informationsmøde 30. nov. 9.00 (sagssystem)" in row


@pytest.mark.requirement("SUM-15", "APP-10")
def test_fifty_rows_a_page(as_bo: Client, run: Run) -> None:
    on_list(run, *(f"Borger {number:03}" for number in range(51)))
    first, second = as_bo.get(url(run) + "?sort=name"), as_bo.get(url(run) + "?sort=name&page=2")
    assert "1–50 af 51" in texts(first.content)
    assert "Borger 049" in texts(first.content)
    assert "Borger 050" not in texts(first.content)
    assert "Borger 050" in texts(second.content)


@pytest.mark.requirement("SUM-15", "APP-10")
@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", "ABC"),
        ("-name", "CBA"),
        ("deadline", "CAB"),
        ("due0", "BAC"),
        ("-due0", "CAB"),
        ("absence", "CAB"),
        ("coming", "BAC"),
        ("earliest", "BCA"),
        ("group", "ABC"),
        ("activation", "ABC"),
        ("born", "ABC"),
        ("nonsense", "CAB"),
    ],
)
def test_the_list_is_put_in_order_by_any_column(as_bo: Client, run: Run, nord: World, sort: str, order: str) -> None:
    one, two, three = on_list(run, "Borger A", "Borger B", "Borger C")
    RunCitizen.objects.filter(pk=one.pk).update(earliest_on=FRIDAY)
    RunCitizen.objects.filter(pk=three.pk).update(deadline=FRIDAY)
    due(one, date(2026, 12, 11))
    due(two, FRIDAY)
    away(three, MONDAY, FRIDAY)
    has_conversation(nord, two)
    assert names_shown(as_bo, run, f"?sort={sort}") == [f"Borger {letter}" for letter in order]


@pytest.mark.requirement("SUM-15")
@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", "ABC"),
        ("undated=1", "AB"),
        ("deadline=2026-12-04", "C"),
        ("deadline=-", "AB"),
        ("away=1", "C"),
        ("rival=1", "B"),
        ("chosen=1", "BC"),
        ("due0=2026-12-04", "B"),
        ("due0=-", "C"),
        ("absence=Ferie", "C"),
        ("absence=-", "AB"),
        ("coming=1", "B"),
        ("coming=-", "AC"),
        ("earliest=2026-12-04", "A"),
        ("group=1", "ABC"),
        ("activation=Mentor", "B"),
        ("name=borger+c", "C"),
        ("x0=seniorvej", "A"),
        ("undated=1&chosen=1", "B"),
        ("deadline=2027-01-01", "ABC"),
        ("silent=1", "ABC"),
    ],
)
def test_the_list_is_filtered_by_the_values_of_its_columns(
    as_bo: Client, run: Run, nord: World, query: str, left: str
) -> None:
    one, two, three = on_list(run, "Borger A", "Borger B", "Borger C")
    brought = encrypt(Brought(extra={"Projekt": "Seniorvejen"}).to_json())
    RunCitizen.objects.filter(pk=one.pk).update(earliest_on=FRIDAY, selected=False, extra=brought)
    RunCitizen.objects.filter(pk=three.pk).update(deadline=FRIDAY)
    Citizen.objects.filter(run_lines=two).update(activation_type="Mentor")
    due(one, date(2026, 12, 11))
    due(two, FRIDAY)
    away(three, MONDAY, FRIDAY)
    has_conversation(nord, two)
    facets = {
        "groups": [[1, "Dagpengemodtager"]],
        "activations": ["Mentor"],
        "absences": ["Ferie"],
        "due": {"Falduge jobsamtale": ["2026-12-04", "2026-12-11"]},
    }
    Run.objects.update(columns=["Projekt"], facets=facets)
    assert sorted(names_shown(as_bo, run, f"?sort=name&{query}")) == [f"Borger {letter}" for letter in left]


@pytest.mark.requirement("SUM-15")
def test_numbers_are_filtered_by_their_first_digits(as_bo: Client, run: Run) -> None:
    factories.add_line(run, factories.make_citizen(run.jobcentre, "Borger A", "1205881234"))
    factories.add_line(run, factories.make_citizen(run.jobcentre, "Borger B", "1305881234"))
    assert names_shown(as_bo, run, "?born=1205") == ["Borger A"]
    assert sorted(names_shown(as_bo, run, "?born=120588-1234")) == ["Borger A", "Borger B"]


@pytest.mark.requirement("SUM-10")
def test_the_lists_own_columns_are_shown_under_each_citizen(as_bo: Client, run: Run) -> None:
    (line,) = on_list(run, "Borger A")
    line.extra = encrypt(Brought(extra={"Projekt": "<b>Ung</b>"}).to_json())
    line.save()
    Run.objects.update(columns=["Projekt"])
    assert "&lt;b&gt;Ung&lt;/b&gt;" not in as_bo.get(url(run)).content.decode()
    assert "&lt;b&gt;Ung&lt;/b&gt;" in as_bo.get(url(run) + "?extra=1").content.decode()


@pytest.mark.requirement("SUM-18")
def test_those_already_placed_are_gone_from_the_list(as_bo: Client, run: Run, nord: World) -> None:
    one, _two = on_list(run, "Borger A", "Borger B")
    assert one.citizen is not None
    one.summons = factories.make_summons(one.citizen, nord.anna, nord.team, status=SummonsStatus.PENDING)
    one.save()
    assert names_shown(as_bo, run) == ["Borger B"]


# Selecting


@pytest.mark.requirement("SUM-15")
def test_a_tick_is_kept_and_row_and_foot_come_back(as_bo: Client, run: Run) -> None:
    one, _two = on_list(run, "Borger A", "Borger B")
    response = as_bo.post(url(run, "citizens_select"), {"line": one.pk}, headers=HTMX)
    html = response.content.decode()
    assert html.lstrip().startswith(f'<tr id="line-{one.pk}" class="is-off"')
    assert 'id="counts"' in html
    assert "1 af 2 valgt" in texts(response.content)
    assert "Videre til trin 3 (1)" in texts(response.content)
    as_bo.post(url(run, "citizens_select"), {"line": one.pk, "selected": one.pk}, headers=HTMX)
    assert run.lines.filter(selected=True).count() == 2


@pytest.mark.requirement("SUM-15", "ACCESS-04")
def test_the_ticks_of_a_page_are_kept_by_a_plain_form_that_may_lead_on(as_bo: Client, run: Run) -> None:
    one, two, three = on_list(run, "Borger A", "Borger B", "Borger C")
    as_bo.post(url(run, "citizens_select"), {"shown": [one.pk, two.pk], "selected": [two.pk]})
    assert list(run.lines.order_by("pk").values_list("selected", flat=True)) == [False, True, True]
    assert three.selected


@pytest.mark.requirement("SUM-15")
def test_all_that_the_filters_leave_are_selected_or_deselected(as_bo: Client, run: Run) -> None:
    on_list(run, "Borger A", "Borger B")
    on_list(run, "Borger C", deadline=FRIDAY)
    as_bo.post(url(run, "citizens_select"), {"everything": "0", "back": "undated=1"})
    assert [line.citizen.full_name for line in run.lines.filter(selected=True) if line.citizen] == ["Borger C"]
    as_bo.post(url(run, "citizens_select"), {"everything": "as_ticked", "all_on": "1"}, headers=HTMX, follow=True)
    assert run.lines.filter(selected=True).count() == 3


@pytest.mark.requirement("SUM-23")
@pytest.mark.parametrize(
    ("run_type", "other", "engaged"),
    [(7, 7, True), (7, 4, True), (4, 7, True), (7, 9, False), (9, 9, True), (9, 7, False)],
)
def test_one_with_a_coming_conversation_of_the_type_is_not_selected_with_all(
    as_bo: Client, nord: World, run_type: int, other: int, engaged: bool
) -> None:
    run = factories.make_run(nord.bo, nord.team, type_id=run_type)
    (line,) = on_list(run, "Borger A")
    has_conversation(nord, line, other)
    assert deselect_engaged(run=run, now=NOW) == int(engaged)
    response = as_bo.post(url(run, "citizens_select"), {"everything": "1"}, follow=True)
    line.refresh_from_db()
    assert line.selected is not engaged
    assert ("1 borger har allerede en kommende samtale og er ikke valgt." in texts(response.content)) is engaged


@pytest.mark.requirement("SUM-23")
def test_a_past_or_cancelled_conversation_hinders_nobody(nord: World, run: Run) -> None:
    one, two = on_list(run, "Borger A", "Borger B")
    has_conversation(nord, one, status=SummonsStatus.CANCELLED)
    assert two.citizen is not None
    past = factories.make_appointment(nord.anna, nord.team, day=date(2026, 11, 20))
    factories.make_summons(two.citizen, nord.anna, nord.team, appointment=past)
    assert deselect_engaged(run=run, now=NOW) == 0


@pytest.mark.requirement("SUM-23")
def test_selecting_one_who_has_a_conversation_asks_whether_to_replace_it(as_bo: Client, run: Run, nord: World) -> None:
    (line,) = on_list(run, "Borger A", selected=False)
    has_conversation(nord, line)
    ticked = {"line": line.pk, "selected": line.pk}
    asked = as_bo.post(url(run, "citizens_select"), ticked, headers=HTMX)
    assert asked["HX-Retarget"] == "#dialog"
    assert "Borger A har allerede en samtale" in texts(asked.content)
    assert not run.lines.get().selected
    as_bo.post(url(run, "citizens_replace", line.pk))
    line.refresh_from_db()
    assert (line.selected, line.replace) == (True, True)
    assert "erstattes" in texts(as_bo.get(url(run)).content)
    as_bo.post(url(run, "citizens_select"), {"line": line.pk}, headers=HTMX)
    line.refresh_from_db()
    assert (line.selected, line.replace) == (False, False)


@pytest.mark.requirement("SUM-23", "KSS-02")
def test_a_conversation_kept_in_a_case_system_is_not_replaced_here(as_bo: Client, run: Run, nord: World) -> None:
    (line,) = on_list(run, "Borger A", selected=False)
    has_conversation(nord, line, origin=Origin.CASE_SYSTEM)
    assert "skal ændres der" in texts(as_bo.get(url(run, "citizens_replace", line.pk)).content)
    assert as_bo.post(url(run, "citizens_replace", line.pk)).status_code == 422
    assert not run.lines.get().selected


@pytest.mark.requirement("SUM-23")
@pytest.mark.parametrize(
    ("hold_by", "deadline", "words"),
    [
        (FRIDAY, FRIDAY, "DFDG-frist 4. dec. nås"),
        (FRIDAY, None, "DFDG 4. dec."),
        (date(2026, 11, 27), None, "DFDG 27. nov. nås ikke"),
    ],
)
def test_an_open_deadline_of_dfdg_is_shown_as_fulfilled_or_missed(
    as_bo: Client, run: Run, hold_by: date, deadline: date | None, words: str
) -> None:
    (line,) = on_list(run, "Borger A", deadline=deadline)
    assert line.citizen is not None
    BookingDeadline.objects.create(
        jobcentre=run.jobcentre,
        citizen=line.citizen,
        external_id=run.pk,
        type_id=7,
        book_by=hold_by,
        hold_by=hold_by,
        fetched_at=NOW,
    )
    assert words in texts(as_bo.get(url(run)).content)


# Earliest date


@pytest.mark.requirement("SUM-13")
@pytest.mark.parametrize(
    ("absences", "proposed"),
    [
        ([(MONDAY, FRIDAY, "Ferie")], date(2026, 12, 5)),
        ([(MONDAY, FRIDAY, "Ferie"), (date(2026, 12, 5), date(2026, 12, 9), "Barsel")], date(2026, 12, 10)),
        ([(MONDAY, FRIDAY, "Sygdom")], None),
        ([(date(2026, 12, 1), FRIDAY, "Ferie")], None),
        ([(date(2026, 11, 1), date(2026, 11, 29), "Ferie")], None),
    ],
)
def test_a_hindering_absence_warns_and_one_button_steps_past_it(
    as_bo: Client, run: Run, absences: Sequence[tuple[date, date, str]], proposed: date | None
) -> None:
    (line,) = on_list(run, "Borger A")
    for first, last, kind in absences:
        away(line, first, last, kind)
    html = as_bo.get(url(run)).content.decode()
    page = texts(html.encode())
    assert ('class="pl-link pl-nw"' in html) is (proposed is not None)
    assert ("1 fraværende på tidligste dato" in page) is (proposed is not None)
    response = as_bo.post(url(run, "citizens_past_absence"), {"line": line.pk}, headers=HTMX)
    assert response.status_code == 200
    assert run.lines.get().earliest_on == proposed


@pytest.mark.requirement("SUM-13")
def test_all_who_are_away_step_past_their_absence_at_once(as_bo: Client, run: Run) -> None:
    one, two, three, four = on_list(run, "Borger A", "Borger B", "Borger C", "Borger D")
    away(one, MONDAY, FRIDAY)
    away(two, MONDAY, MONDAY)
    away(three, MONDAY, None)
    page = texts(as_bo.post(url(run, "citizens_past_absence"), follow=True).content)
    assert "1 borger er fraværende uden slutdato." in page
    assert "Tidligste dato er rykket for 2 borgere." in page
    found = list(run.lines.order_by("pk").values_list("earliest_on", flat=True))
    assert found == [date(2026, 12, 5), date(2026, 12, 1), None, None]
    assert four.pk


@pytest.mark.requirement("SUM-13")
def test_one_earliest_date_for_all(as_bo: Client, run: Run) -> None:
    on_list(run, "Borger A", earliest_on=FRIDAY)
    page = texts(as_bo.post(url(run, "citizens_earliest"), {"earliest_on": "7.12.2026"}, follow=True).content)
    assert "Tidligste dato er ændret for alle. 1 borger havde sin egen dato." in page
    run.refresh_from_db()
    assert (run.earliest_on, run.lines.get().earliest_on) == (date(2026, 12, 7), None)
    wrong = as_bo.post(url(run, "citizens_earliest"), {"earliest_on": "snart"})
    assert wrong.status_code == 422
    assert 'value="snart"' in wrong.content.decode()


@pytest.mark.requirement("SUM-13", "SUM-14", "LET-03", "CIT-03")
def test_one_citizens_dates_and_channel_are_edited(as_bo: Client, run: Run) -> None:
    (line,) = on_list(run, "Borger A")
    edit = url(run, "citizens_line", line.pk)
    assert "slået op i dag kl. 9.00" in texts(as_bo.get(edit).content)
    assert "tir. 1. dec. 2026" not in as_bo.get(edit).content.decode()
    as_bo.post(edit, {"earliest_on": "1.12.2026", "deadline": "11.12.2026", "letter": "on"})
    line.refresh_from_db()
    assert (line.earliest_on, line.deadline, line.channel) == (date(2026, 12, 1), date(2026, 12, 11), Channel.LETTER)
    assert "tir. 1. dec. 2026" in as_bo.get(edit).content.decode()
    assert as_bo.post(edit, {"earliest_on": "", "deadline": "x"}).status_code == 422
    as_bo.post(edit, {"earliest_on": "30.11.2026"})
    line.refresh_from_db()
    assert (line.earliest_on, line.deadline, line.channel) == (None, None, Channel.JOBNET)


@pytest.mark.requirement("APP-10")
def test_after_a_change_one_stands_where_one_stood(as_bo: Client, run: Run) -> None:
    (line,) = on_list(run, "Borger A")
    back = "sort=-name&undated=1"
    response = as_bo.post(url(run, "citizens_remove"), {"line": line.pk, "back": f"{back}&way=paste"})
    assert response["Location"] == f"{url(run)}?{back}"


@pytest.mark.requirement("SUM-09", "APP-07")
@pytest.mark.parametrize(
    ("way", "words"), [("add", "Skriv et CPR-nummer."), ("paste", "Indsæt mindst én linje."), ("file", "Vælg en fil.")]
)
def test_an_empty_field_says_what_to_do(as_bo: Client, run: Run, way: str, words: str) -> None:
    answer = as_bo.post(url(run, f"citizens_{way}"))
    assert (answer.status_code, words in texts(answer.content)) == (422, True)


@pytest.mark.requirement("SUM-13", "DIST-06")
def test_who_steps_past_an_absence_and_past_the_deadline_or_the_search_is_counted(as_bo: Client, run: Run) -> None:
    one, two, three = on_list(run, "Borger A", "Borger B", "Borger C")
    away(one, MONDAY, FRIDAY)
    RunCitizen.objects.filter(pk=one.pk).update(deadline=FRIDAY)
    away(two, MONDAY, MONDAY + timedelta(weeks=60))
    away(three, MONDAY, MONDAY)
    page = texts(as_bo.post(url(run, "citizens_past_absence"), follow=True).content)
    assert "1 borger har nu tidligste dato efter sin frist." in page
    assert "1 borger kan tidligst komme efter" in page
    assert "Tidligste dato er rykket for 3 borgere." in page


@pytest.mark.requirement("APP-10", "SEC-04")
def test_the_browser_keeps_a_cpr_number_out_of_the_address(as_bo: Client, run: Run) -> None:
    on_list(run, "Borger A")
    run.columns = ["Noter"]
    run.save()
    page = as_bo.get(url(run)).content.decode()
    fields = re.findall(r'<input[^>]*type="search"[^>]*name="(?:name|x0)"[^>]*>', page)
    patterns = [unescape(re.findall(r'pattern="([^"]*)"', field)[0]) for field in fields]
    assert len(patterns) == 2
    for pattern in patterns:
        assert re.fullmatch(pattern, "Karen Holst, tlf. 20103040")
        assert not any(re.fullmatch(pattern, typed) for typed in ("1205881234", "120588-1234", "Karen 120588 1234"))
