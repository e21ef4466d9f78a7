"""Who is employed: found by name or e-mail in DFDG, or in a list (`dfdg.md` 3.6: no published service)."""

import csv
import io
from dataclasses import dataclass
from typing import Protocol

from planner.dfdg import wire
from planner.dfdg.client import Client
from planner.dfdg.codes import EmployeeIdKind
from planner.dfdg.messages import Caller, Employee

HEADINGS = (
    wire.Field.GIVEN_NAME,
    wire.Field.MIDDLE_NAME,
    wire.Field.FAMILY_NAME,
    wire.Field.EMAIL,
    wire.Field.EMPLOYEE_ID,
    wire.Field.EMPLOYEE_ID_KIND,
)
"""The columns of a list, as its first line names them."""


class EmployeeSource(Protocol):
    def find(self, *, name: str = "", email: str = "") -> tuple[Employee, ...]:
        """Those whose name has every given word and whose e-mail is the given one."""


@dataclass(frozen=True, slots=True)
class FromDfdg:
    client: Client
    caller: Caller

    def find(self, *, name: str = "", email: str = "") -> tuple[Employee, ...]:
        return self.client.employees(name=name, email=email, caller=self.caller)


@dataclass(frozen=True, slots=True)
class FromList:
    employees: tuple[Employee, ...]

    @classmethod
    def read(cls, text: str) -> "FromList":
        """A semicolon-separated list; its headings are the wire's names. Raises `wire.Unreadable` naming what lacks."""
        rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";", restval="", restkey="")
        return cls(tuple(_employee(wire.Fields({key: value for key, value in row.items() if key})) for row in rows))

    def find(self, *, name: str = "", email: str = "") -> tuple[Employee, ...]:
        return matching(self.employees, name=name, email=email)


def _employee(row: wire.Fields) -> Employee:
    for needed in (wire.Field.GIVEN_NAME, wire.Field.FAMILY_NAME, wire.Field.EMPLOYEE_ID):
        if not row.text(needed).strip():
            raise wire.Unreadable(needed)
    return Employee(
        identifier=row.text(wire.Field.EMPLOYEE_ID).strip(),
        id_kind=row.text(wire.Field.EMPLOYEE_ID_KIND).strip() or EmployeeIdKind.RID,
        given_name=row.text(wire.Field.GIVEN_NAME).strip(),
        middle_name=row.text(wire.Field.MIDDLE_NAME).strip(),
        family_name=row.text(wire.Field.FAMILY_NAME).strip(),
        email=row.text(wire.Field.EMAIL).strip(),
        jobcentre_code=row.text(wire.Field.JOBCENTRE_CODE).strip(),
    )


def matching(employees: tuple[Employee, ...], *, name: str = "", email: str = "") -> tuple[Employee, ...]:
    """By every word of the name, in any order, and by the whole e-mail; nothing asked finds nobody."""
    words = name.casefold().split()
    if not words and not email:
        return ()
    return tuple(
        employee
        for employee in employees
        if all(word in employee.full_name.casefold() for word in words)
        and (not email or employee.email.casefold() == email.strip().casefold())
    )
