"""A CPR number never comes out by accident: not in str() or repr() of a row or a value (SEC-04)."""

from __future__ import annotations

import dataclasses
import importlib
import logging
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest
from django.apps import apps

import admin_module
import booking
import planner
import summons
from booking.models import Citizen, CprNumber
from planner.accounts.tenancy import acting_for, jobcentre_ids
from planner.accounts.vault import decrypt, digest, encrypt
from planner.dfdg.simulator.population import population
from planner.logs import Formatter, masked
from summons.demo import build
from summons.demo.examples import ANY_DAY
from tests.factories import NOW, World, make_citizen

SECRET_FIELDS = {"cpr", "cprs", "digits", "token", "password"}
MASKED = {"summons.queries.details.SummonsDetails.cpr"}
"""«120588-••••», as on the screen."""


def modules() -> Iterator[ModuleType]:
    for house in (planner, admin_module, booking, summons):
        for found in pkgutil.walk_packages(house.__path__, f"{house.__name__}."):
            if "migrations" not in found.name and not found.name.endswith(("__main__", "wsgi")):
                yield importlib.import_module(found.name)


def dataclasses_of_ours() -> set[type]:
    classes = {value for module in modules() for value in vars(module).values() if isinstance(value, type)}
    return {one for one in classes if dataclasses.is_dataclass(one) and one.__module__.split(".")[0] in HOUSES}


HOUSES = {"planner", "admin_module", "booking", "summons"}


@pytest.mark.requirement("SEC-04", "GUARD-11")
def test_no_value_shows_its_secret_in_repr() -> None:
    shown = [
        f"{one.__module__}.{one.__name__}.{field.name}"
        for one in dataclasses_of_ours()
        for field in dataclasses.fields(one)
        if field.name in SECRET_FIELDS and field.repr and "str" in str(field.type)
    ]
    assert set(shown) <= MASKED


@pytest.mark.django_db
@pytest.mark.requirement("SEC-04", "GUARD-11")
def test_no_row_shows_a_number_in_str_or_repr() -> None:
    build.make(now=NOW)
    numbers = {person.cpr for person in population(ANY_DAY).people}
    for pk in jobcentre_ids():
        with acting_for(pk):
            for model in apps.get_models():
                for row in model._default_manager.all()[:500]:
                    said = f"{row} {row!r}".replace("-", "")
                    assert not any(number in said for number in numbers), f"{model.__name__} shows a CPR number"


@pytest.mark.requirement("GUARD-11")
def test_numbers_are_kept_encrypted_and_found_by_their_hash(nord: World) -> None:
    inger = make_citizen(nord.jobcentre, cpr="1205881234")
    number = CprNumber.objects.get(citizen=inger)
    assert b"120588" not in bytes(number.encrypted) + bytes(number.digest)
    assert decrypt(number.encrypted) == "1205881234"
    assert Citizen.objects.get(numbers__digest=digest("1205881234")) == inger
    assert encrypt("1205881234") != encrypt("1205881234")
    assert digest("1205881234") != digest("1205881235")


@pytest.mark.requirement("SEC-04")
@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("borger 120588-1234 findes ikke", "borger 120588-•••• findes ikke"),
        ("cpr=1205881234&x", "cpr=120588-••••&x"),
        ("nr. 10001 og 20261123090000", "nr. 10001 og 20261123090000"),
    ],
)
def test_a_log_line_never_holds_a_number(said: str, written: str) -> None:
    assert masked(said) == written
    record = logging.LogRecord("planner", logging.ERROR, "", 0, "%s", (said,), None)
    assert "1234" not in Formatter().format(record)
