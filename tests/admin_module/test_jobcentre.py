"""«Jobcenter»: the settings, each with help, default and range; only what is read is shown (SET-01)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.validators import MaxValueValidator, MinValueValidator
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from admin_module.forms.jobcentre import GROUPS, JobcentreForm
from admin_module.models import AbsenceType, ConversationType, Team
from planner.accounts.models import Jobcentre, Settings
from planner.audit.models import Change
from tests.factories import NOW, World

PAGE = "/administration/jobcentre/"
SAVE = f"{PAGE}save/"
SHOWN = [row.name for group in GROUPS for row in group.rows]
RANGES = {
    "notice_days": (8, 0, 60),
    "horizon_weeks": (26, 1, 52),
    "rebooking_weeks": (4, 0, 26),
    "least_notice_days": (1, 0, 14),
    "shown_weeks": (12, 1, 26),
    "hold_minutes": (10, 1, 60),
    "evidence_months": (12, 1, 120),
    "breaks_a_day": (4, 1, 12),
    "pending_days": (5, 1, 20),
    "near_days": (5, 1, 20),
    "sending_delay": (15, 0, 60),
}
"""The table of SET-01: default, least, most."""

pytestmark = pytest.mark.requirement("SET-01")


def posted(**changed: object) -> dict[str, object]:
    """The whole form as it stands, with these changes."""
    form = JobcentreForm(instance=Settings.objects.select_related("jobcentre").get())
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (values | changed).items() if value not in (None, False)}


def saved() -> Settings:
    return Settings.objects.select_related("jobcentre").get()


def words(client: Client, path: str = PAGE) -> str:
    return " ".join(client.get(path).content.decode().split())


def sources() -> str:
    """All of the program but the tables and this page."""
    houses = (project.ROOT / house for house in ("planner", "admin_module", "booking", "summons"))
    files = {path for house in houses for path in house.rglob("*.py") if "migrations" not in path.parts}
    own = {Path("planner/accounts/models.py"), Path("admin_module/forms/jobcentre.py")}
    return "\n".join(path.read_text() for path in files if path.relative_to(project.ROOT) not in own)


def test_what_the_program_reads_is_shown_and_nothing_else() -> None:
    program = sources()
    kept = {field.name for field in Settings._meta.fields} - {"id", "jobcentre", "version"}
    read = {name for name in kept if re.search(rf"\.{name}\b", program)}
    assert set(SHOWN) - {"name", "word"} == read


def test_each_shows_its_help_default_and_range(as_ada: Client, nord: World) -> None:
    page = words(as_ada)
    for name, (default, low, high) in RANGES.items():
        field = Settings._meta.get_field(name)
        limits = {type(one): one.limit_value for one in field.validators}  # type: ignore[union-attr]
        assert (limits[MinValueValidator], limits[MaxValueValidator]) == (low, high), name
        told = re.search(rf'id="id_{name}_helptext">([^<]*)<', page)
        assert told, name
        assert told[1].endswith(f" Fra {low} til {high}, normalt {default}."), name
    form = JobcentreForm(instance=saved())
    assert [name for name in SHOWN if not str(form.fields[name].help_text)] == []
    assert "Normalt 5.6, 24.12, 31.12." in page
    assert "Normalt Ferie, Barsel, Friperiode, Borgerligt ombud." in page
    assert "De typer, et online tilbud kan have. Normalt Jobsamtale." in page
    assert "Et online tilbud er altid et individuelt møde. Normalt Personligt fremmøde." in page
    assert "Normalt slået til." in page
    assert "begynder på disse minuttal. Normalt 15.<" in page
    assert page.count("skal udfyldes") == 2


def test_the_codes_are_shown_and_cannot_be_changed(as_ada: Client, nord: World) -> None:
    page = words(as_ada)
    assert "<p>10300</p>" in page
    assert 'name="code' not in page


def test_what_is_saved_holds_and_the_audit_has_before_and_after(as_ada: Client, nord: World) -> None:
    changed = {"notice_days": 14, "also_closed": "24/12, 1.5", "hindering_absences": ["Ferie"], "calendar_names": False}
    answer = as_ada.post(SAVE, posted(**changed), follow=True)
    assert "Indstillingerne er gemt." in answer.content.decode()
    now = saved()
    assert (now.notice_days, now.also_closed, now.calendar_names) == (14, ["24-12", "01-05"], False)
    assert (now.hindering_absences, now.version) == (["Ferie"], 2)
    change = Change.objects.filter(table="accounts_settings").latest("pk")
    assert change.before
    assert change.after
    assert (change.before["notice_days"], change.after["notice_days"], change.actor) == (8, 14, nord.ada.pk)
    assert 'value="1.5, 24.12"' in words(as_ada)


@pytest.mark.requirement("OFFER-02")
def test_more_types_and_modes_are_opened_for_online_booking(as_ada: Client, nord: World) -> None:
    as_ada.post(SAVE, posted(online_types=["7", "4"], online_modes=["in_person", "telephone"]))
    assert (saved().online_types, saved().online_modes) == ([7, 4], ["in_person", "telephone"])


@pytest.mark.requirement("OFFER-02", "SYNC-15")
def test_joint_conversations_with_the_unemployment_fund_are_never_opened(as_ada: Client, nord: World) -> None:
    ConversationType.objects.create(code=17, name="Fælles jobsamtale med a-kasse")
    assert "Fælles jobsamtale med a-kasse" not in words(as_ada)
    assert as_ada.post(SAVE, posted(online_types=["7", "17"])).status_code == 422
    assert saved().online_types == [7]


@pytest.mark.requirement("APP-12")
def test_the_name_and_the_word_are_changed_and_the_root_team_follows(as_ada: Client, nord: World) -> None:
    as_ada.post(SAVE, posted(name="Jobhuset", word="jobhus"))
    jobcentre = Jobcentre.objects.get(pk=nord.jobcentre.pk)
    assert (jobcentre.name, jobcentre.word, Team.objects.get(parent=None).name) == ("Jobhuset", "jobhus", "Jobhuset")
    assert "<h1>Jobhus</h1>" in words(as_ada)
    change = Change.objects.get(table="accounts_jobcentre")
    assert (change.before, change.after, change.actor) == (
        {"name": "Jobcenter Nordby", "word": "jobcenter"},
        {"name": "Jobhuset", "word": "jobhus"},
        nord.ada.pk,
    )
    Team.objects.filter(parent=None).update(name="Huset")
    as_ada.post(SAVE, posted(name="Beskæftigelse", word="hus"))
    assert Team.objects.get(parent=None).name == "Huset"


@pytest.mark.requirement("APP-07")
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("notice_days", "61", "60"),
        ("horizon_weeks", "0", "1"),
        ("pending_days", "x", "heltal"),
        ("also_closed", "24.12, 32.1", "«32.1» er ikke en dag. Skriv dag og måned, for eksempel 24.12, 31.12."),
        ("contact_phone", "ring", "Skriv et telefonnummer, for eksempel 70 10 10 10."),
        ("contact_email", "kontakt", "e-mail"),
        ("least_notice_days", "15", "14"),
        ("jobnet_interval", "20", "20"),
        ("case_link", "javascript:alert(1)", "Skriv en adresse, der begynder med https://."),
        ("owner_system", "Opera", "Skriv et tal, eller lad feltet være tomt."),
        ("hindering_absences", ["Skovtur"], "Skovtur"),
        ("online_types", [], "påkrævet"),
        ("online_modes", ["letter"], "letter"),
        ("shown_weeks", "27", "26"),
        ("name", "", "påkrævet"),
    ],
)
def test_what_is_out_of_range_is_told_and_nothing_is_saved(
    as_ada: Client, nord: World, name: str, value: object, sentence: str
) -> None:
    answer = as_ada.post(SAVE, posted(**{"near_days": 7, name: value}))
    assert answer.status_code == 422
    assert sentence in "".join(answer.context["form"].errors[name])
    assert 'name="near_days" value="7"' in answer.content.decode()
    assert (saved().near_days, saved().version) == (5, 1)


def test_the_kinds_of_absence_are_those_of_dfdg(as_ada: Client, nord: World) -> None:
    AbsenceType.objects.create(code=1, name="Sygdom")
    AbsenceType.objects.create(code=2, name="Udgået slags", expired_at=NOW)
    page = words(as_ada)
    assert 'value="Sygdom"' in page
    assert "Udgået slags" not in page
    as_ada.post(SAVE, posted(hindering_absences=["Sygdom", "Ferie"]))
    assert saved().hindering_absences == ["Sygdom", "Ferie"]


@pytest.mark.requirement("APP-15")
def test_the_later_of_two_is_told_and_sees_both(as_ada: Client, nord: World) -> None:
    mine = posted(notice_days=20, near_days=6)
    as_ada.post(SAVE, posted(notice_days=10, also_closed="24.12"))
    late = as_ada.post(SAVE, mine)
    assert late.status_code == 422
    assert "Ada Krog har gemt i mellemtiden." in late.content.decode()
    assert {(str(one.label), one.saved, one.typed) for one in late.context["form"].differences} == {
        ("Varsel", "10", "20"),
        ("Nær frist", "5", "6"),
        ("Også lukket hvert år", "24.12", "5.6, 24.12, 31.12"),
    }
    assert saved().notice_days == 10
    as_ada.post(SAVE, mine | {"version": 2})
    assert (saved().notice_days, saved().version) == (20, 3)


@pytest.mark.requirement("SEC-02")
def test_a_caseworker_sees_it_and_cannot_change_it(as_bo: Client, nord: World) -> None:
    page = words(as_bo)
    assert "Varsel" in page
    assert "Gem</button>" not in page
    assert "skal udfyldes" not in page
    assert 'name="notice_days" value="8"' in page
    assert len(re.findall(r"<input[^>]* disabled", page)) >= len(SHOWN)
    assert as_bo.post(SAVE, posted(notice_days=9)).status_code == 403
    assert saved().notice_days == 8


@pytest.mark.requirement("SEC-01", "SEC-02")
def test_neither_a_counsellor_nor_another_job_centre_sees_it(as_anna: Client, as_carla: Client, nord: World) -> None:
    assert as_anna.get(PAGE).status_code == 403
    assert "10300" not in as_carla.get(PAGE).content.decode()


@pytest.mark.requirement("SPEED-12")
def test_the_number_of_statements_is_fixed(
    as_ada: Client, nord: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(30) as one:
        as_ada.get(PAGE)
    AbsenceType.objects.bulk_create(AbsenceType(code=code, name=f"Slags {code}") for code in range(3))
    with django_assert_max_num_queries(len(one)):
        as_ada.get(PAGE)
