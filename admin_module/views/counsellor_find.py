"""«Hent data»: finding the employee to make a counsellor of, in DFDG or in a list (COUN-02)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from admin_module.forms.counsellors import EnrolForm, FindForm
from admin_module.models import Team
from admin_module.services.connection import caller_for, client
from admin_module.services.counsellors import enrol_many, living_by_employee, read_signed, signed, why_not_enrol
from planner.accounts.models import JobcentreCode
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.tenancy import acting_for
from planner.dfdg.employees import HEADINGS, EmployeeSource, FromDfdg, FromList
from planner.dfdg.errors import DfdgError
from planner.dfdg.messages import Employee
from planner.dfdg.wire import Unreadable
from planner.ui.notices import notify
from planner.ui.refusal import Refusal

CHANGE = Permission.ORGANISATION_CHANGE
MOST = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """An employee found: `token` leads on, unless a refusal says why not."""

    employee: Employee
    token: str = field(repr=False)
    refusal: Refusal | None


@permitted(CHANGE, transaction=False)
def counsellor_find(request: StaffRequest) -> HttpResponse:
    """DFDG is asked between two transactions, never inside one."""
    if request.method != "POST":
        return _shown(request, FindForm())
    form = FindForm(request.POST, request.FILES)
    found: Sequence[Employee] = ()
    if form.is_valid():
        try:
            found = _found(_source(request, form.cleaned_data["file"]), form)
        except Refusal as refusal:
            form.add_error("file" if form.cleaned_data.get("file") else None, str(refusal.sentence))
    return _shown(request, form, found)


def _source(request: StaffRequest, file: Any) -> EmployeeSource:
    if file:
        return _list(file.read())
    if not settings.DFDG_URL:
        raise Refusal(_("Planner er ikke forbundet med DFDG. Vælg en liste i stedet."), code="no-connection")
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        code = JobcentreCode.objects.order_by("position").values_list("code", flat=True)[0]
    return FromDfdg(client(), caller_for(request.user, code=code, job="vejledere", now=timezone.now()))


def _list(content: bytes) -> FromList:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    try:
        return FromList.read(text)
    except Unreadable as fault:
        sentence = _("Kolonnen «%s» mangler, eller den er tom i en linje.") % fault.name
        raise Refusal(sentence, code="unreadable") from fault


def _found(source: EmployeeSource, form: FindForm) -> Sequence[Employee]:
    name, email = form.cleaned_data["name"], form.cleaned_data["email"]
    if isinstance(source, FromList) and not (name or email):
        return source.employees
    try:
        return source.find(name=name, email=email)
    except DfdgError as fault:
        raise Refusal(fault.sentence, code="dfdg") from fault


def _shown(request: StaffRequest, form: FindForm, found: Sequence[Employee] = (), **more: Any) -> HttpResponse:
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        context = {
            "form": form,
            "enrol": EnrolForm(),
            "headings": ";".join(HEADINGS),
            "candidates": _judged(found[:MOST]),
            "left_out": max(0, len(found) - MOST),
            "asked": form.is_bound and not form.errors,
        }
        return render(request, "admin_module/counsellor_find.html", context | more, status=422 if form.errors else 200)


def _judged(found: Sequence[Employee]) -> list[Candidate]:
    """Each with why not, those first who can be made; two statements."""
    codes = set(JobcentreCode.objects.values_list("code", flat=True))
    known = living_by_employee(found)
    judged = [
        Candidate(one, signed(one), why_not_enrol(one, codes=codes, living=known.get(one.identifier))) for one in found
    ]
    return sorted(judged, key=lambda one: one.refusal is not None)


@require_POST
@permitted(CHANGE)
def counsellor_enrol(request: StaffRequest) -> HttpResponse:
    """[Opret de valgte]: several at once, in one team."""
    form = EnrolForm(request.POST)
    employees = [one for token in request.POST.getlist("chosen") if (one := read_signed(token))]
    if not form.is_valid() or not employees:
        raise Refusal(_("Sæt kryds ved mindst én medarbejder, og vælg et team."), code="nothing")
    codes = set(JobcentreCode.objects.values_list("code", flat=True))
    usable = [one for one in employees if why_not_enrol(one, codes=codes, living=None) is None]
    team = get_object_or_404(Team.objects.living(), pk=form.cleaned_data["team"])
    made = enrol_many(employees=usable, team=team, jobcentre_id=request.jobcentre.pk)
    words = ngettext("%d vejleder er oprettet.", "%d vejledere er oprettet.", len(made)) % len(made)
    notify(request, f"{words} {_('Udfyld arbejdstiden på medarbejderkortene.')}")
    return redirect("admin_module:counsellors")
