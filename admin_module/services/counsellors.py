"""Employees who become counsellors, and counsellors who are deleted (COUN-02, APP-15)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from admin_module.models import Counsellor, CounsellorTeam, Team
from admin_module.services.asking import why_not_retire
from admin_module.services.retiring import retire as write
from admin_module.services.turns import wait_for_turn
from planner.accounts.models import User
from planner.dfdg.messages import Employee
from planner.ui.refusal import Link, Refusal

SALT = "admin_module.employee"
KEPT_FOR = timedelta(days=1)
FROM_DFDG = ("given_name", "middle_name", "family_name", "email")
"""Locked: they bind Planner, the case system and the calendar account (COUN-04)."""


def signed(employee: Employee) -> str:
    """An employee as found, to be carried by a form: who it is cannot be changed on the way."""
    return signing.dumps(asdict(employee), salt=SALT, compress=True)


def read_signed(text: str) -> Employee | None:
    """The employee, or None where the words are not ours, or too old."""
    try:
        return Employee(**signing.loads(text, salt=SALT, max_age=KEPT_FOR))
    except (signing.BadSignature, TypeError):
        return None


def why_not_enrol(employee: Employee, *, codes: Collection[str], living: Counsellor | None) -> Refusal | None:
    """COUN-02. `codes`: the job centre's own; `living`: the counsellor this employee already is."""
    words = {"name": employee.full_name}
    if living:
        url = reverse("admin_module:counsellor", args=[living.pk])
        link = Link(_("Åbn medarbejderkortet"), url)
        return Refusal(_("%(name)s er allerede vejleder her.") % words, code="already", links=[link])
    if not employee.has_certificate:
        sentence = _("%(name)s er ikke registreret i DFDG med et medarbejdercertifikat og kan ikke oprettes.")
        return Refusal(sentence % words, code="no-certificate")
    if employee.jobcentre_code and employee.jobcentre_code not in codes:
        return Refusal(_("%(name)s hører til et andet sted i DFDG og kan ikke oprettes her.") % words, code="elsewhere")
    try:
        _named(Counsellor(), employee).clean_fields(exclude=_other_fields())
    except ValidationError:
        return Refusal(_("%(name)s mangler et gyldigt navn eller en gyldig e-mail.") % words, code="unusable")
    return None


def counsellor_for(employee: Employee, *, jobcentre_id: int) -> Counsellor:
    """The counsellor to be made of an employee, not saved: the same as before, if they have been one (APP-15)."""
    before = Counsellor.objects.filter(employee_id=employee.identifier).order_by("retired_at")
    counsellor = _named(before.last() or Counsellor(jobcentre_id=jobcentre_id), employee)
    counsellor.retired_at = counsellor.leaving_at = None
    counsellor.user = counsellor.user or _user_of(employee, jobcentre_id)
    return counsellor


def enrol_many(*, employees: Collection[Employee], team: Team, jobcentre_id: int) -> list[Counsellor]:
    """Several at once, in one team; the cards are filled in later. Who is a counsellor already stays as they are."""
    wait_for_turn(jobcentre_id)
    known = living_by_employee(employees)
    made = []
    for employee in employees:
        if employee.identifier not in known:
            counsellor = counsellor_for(employee, jobcentre_id=jobcentre_id)
            counsellor.save()
            CounsellorTeam.objects.get_or_create(jobcentre_id=jobcentre_id, counsellor=counsellor, team=team)
            made.append(counsellor)
    return made


def living_by_employee(employees: Collection[Employee]) -> dict[str, Counsellor]:
    """Those of the employees who are counsellors now, by the employee's id."""
    found = Counsellor.objects.living().filter(employee_id__in=[one.identifier for one in employees])
    return {one.employee_id: one for one in found}


def why_not_delete(counsellor: Counsellor, *, now: datetime, hold: bool = False) -> Refusal | None:
    """Not while conversations are to be held (s66)."""
    found = why_not_retire(counsellor, now=now, hold=hold)
    return Refusal(_("Vejlederen kan ikke slettes."), code="in-use", links=found) if found else None


def retire(*, counsellor: Counsellor, now: datetime) -> None:
    wait_for_turn(counsellor.jobcentre_id)
    if refusal := why_not_delete(counsellor, now=now, hold=True):
        raise refusal
    write(row=counsellor, now=now)


def _named(counsellor: Counsellor, employee: Employee) -> Counsellor:
    counsellor.employee_id = employee.identifier
    for name in FROM_DFDG:
        setattr(counsellor, name, getattr(employee, name))
    return counsellor


def _other_fields() -> set[str]:
    fields: Any = Counsellor._meta.concrete_fields
    return {field.name for field in fields} - {"employee_id", *FROM_DFDG}


def _user_of(employee: Employee, jobcentre_id: int) -> User | None:
    """The member who signs in as this employee."""
    members = User.objects.filter(memberships__jobcentre_id=jobcentre_id)
    return members.filter(employee_id=employee.identifier).first()
