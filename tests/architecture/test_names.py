"""One word for one thing, in English; and no name that says nothing (house.md, glossary.md)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT: Path = settings.ROOT
HOUSES = ("planner", "admin_module", "booking", "summons")

ENGLISH_TOO = {
    *("administrator", "booking", "calendar", "danish", "fast", "for", "name", "online", "pause", "side", "system"),
    *("team", "min"),
}
PROPER_NAMES = {"cpr", "dfdg", "jobnet", "kss"}
SAYS_NOTHING = {"data", "info", "manager", "handler", "process", "do", "util", "utils", "helper", "helpers"}
NO_HOME = SAYS_NOTHING | {"common", "core", "misc"}
GIVEN_BY_FRAMEWORKS = {
    *("do_GET", "do_POST", "do_PUT", "do_DELETE", "process_request", "process_exception", "handler500", "data"),
    *("DATA_UPLOAD_MAX_MEMORY_SIZE", "DATA_UPLOAD_MAX_NUMBER_FIELDS", "data_type"),
}
DATA_FOLDER = "DATA"
"""The setting `DATA=` of `make run` has its name from RUN-01."""


@cache
def danish_words() -> set[str]:
    """The Danish column of the glossary."""
    lines = (ROOT / "docs" / "spec" / "glossary.md").read_text().splitlines()
    cells = (line.split("|")[1].lower() for line in lines if line.startswith("| ") and not line.startswith("| ---"))
    return {word for cell in cells for word in re.findall(r"[a-zæøå]{3,}", cell)} - ENGLISH_TOO - PROPER_NAMES


def code() -> list[Path]:
    found = (path for house in HOUSES for path in (ROOT / house).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts and path.name != "wire.py")


def identifiers(source: str) -> Iterator[str]:
    """Every name that the code gives to something."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def words(identifier: str) -> set[str]:
    """`dueDates_HTTP` → due, dates, http."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-zæøå])|[A-ZÆØÅ]?[a-zæøå]+|[ÆØÅ]", identifier)}


def danish_identifiers(source: str) -> set[str]:
    return {name for name in identifiers(source) if words(name) & danish_words() or re.search(r"[æøåÆØÅ]", name)}


def empty_identifiers(source: str) -> set[str]:
    names = set(identifiers(source)) - GIVEN_BY_FRAMEWORKS - {DATA_FOLDER}
    return {name for name in names if words(name) & SAYS_NOTHING or name.startswith("new_") or name.endswith("_2")}


@pytest.mark.parametrize("path", code(), ids=lambda path: str(path.relative_to(ROOT)))
def test_names_are_english_and_say_something(path: Path) -> None:
    source = path.read_text()
    assert danish_identifiers(source) == set()
    assert empty_identifiers(source) == set()


def test_a_danish_name_is_found() -> None:
    assert danish_identifiers("def find_borger(): pass") == {"find_borger"}
    assert danish_identifiers("class SamtaleCard: pass\nantal_møder = 1") == {"SamtaleCard", "antal_møder"}
    assert danish_identifiers("def find_citizen(team): pass") == set()
    assert len(danish_words()) > 60


def test_an_empty_name_is_found() -> None:
    assert empty_identifiers("def process_run(new_row, helper): row_2 = 1") == {
        *("process_run", "new_row", "helper", "row_2"),
    }


@pytest.mark.parametrize("place", [*HOUSES, "templates", "tests", "static/css", "static/js", "docs"])
def test_every_file_has_a_home(place: str) -> None:
    names = {path.stem for path in (ROOT / place).rglob("*") if "__pycache__" not in path.parts}
    assert {name for name in names if name in NO_HOME or name.startswith("new_") or name.endswith("_2")} == set()


def test_instants_end_in_at_and_dates_in_on() -> None:
    """`valid_from`, `rebook_until` and the like name the first or last day of something."""
    wrong = []
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in HOUSES:
            continue
        for field in model._meta.local_fields:
            if field.name == "last_login":
                continue
            if type(field) is models.DateTimeField and not re.search(r"(^|_)(at|until)$|^not_before$", field.name):
                wrong.append(f"{model.__name__}.{field.name}")
            if type(field) is models.DateField and not re.search(
                r"_(on|by|from|to|until)$|^(day|deadline)$", field.name
            ):
                wrong.append(f"{model.__name__}.{field.name}")
    assert wrong == []
