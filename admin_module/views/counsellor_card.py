"""«Medarbejderkort»: one form with five tabs; the week beside the times changes as one types (COUN-03 to COUN-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from admin_module.forms.counsellors import INTERNAL, CounsellorForm
from admin_module.forms.hour_acts import Act
from admin_module.forms.hours import ScheduleForm
from admin_module.forms.reading import facts
from admin_module.models import Competence, Counsellor
from admin_module.queries.schedule import Plan, pictures, plan_on, plans
from admin_module.services.counsellors import counsellor_for, living_by_employee, read_signed, why_not_enrol
from admin_module.services.schedules import keep_plan
from admin_module.services.turns import wait_for_turn
from admin_module.views.hits import to_what_is_hit
from admin_module.views.rows import living
from planner.accounts.models import JobcentreCode
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.addresses import read_id
from planner.ui.notices import notify
from planner.ui.parsing import read_date

SEE, CHANGE = Permission.ORGANISATION_SEE, Permission.ORGANISATION_CHANGE
PICTURE, HOURS, BREAKS = "week", "hours-fields", "breaks-fields"
"""The parts of the page that htmx asks for, by their ids."""


@dataclass
class Card:
    """The two forms of a card, bound or not, and whose it is."""

    counsellor: Counsellor
    contact: CounsellorForm
    times: ScheduleForm
    plans: list[Plan]
    shown: Plan | None
    employee: str = ""
    told: str = ""

    @property
    def name(self) -> str:
        """As DFDG says it; the row's own full name is made when it is saved."""
        one = self.counsellor
        return " ".join(part for part in (one.given_name, one.middle_name, one.family_name) if part)

    def is_valid(self) -> bool:
        return all([self.contact.is_valid(), self.times.is_valid()])

    def save(self) -> None:
        counsellor = self.contact.save()
        if self.times.is_changed:
            keep_plan(counsellor=counsellor, plan=self.times.plan)

    @property
    def has_no_hours(self) -> bool:
        return self.times.plan.is_empty and not any(not plan.is_empty for plan in self.plans)


@permitted(SEE)
def counsellor(request: StaffRequest, pk: int) -> HttpResponse:
    """A counsellor's card; to read only where one may not change."""
    found = living(request, Counsellor, pk)
    return _edited(request, found) if CHANGE in request.permissions else _read(request, found)


@permitted(CHANGE)
def counsellor_add(request: StaffRequest) -> HttpResponse:
    """The card of an employee who is found; nothing is saved before it has a team."""
    token = request.POST.get("employee", "")
    employee = read_signed(token)
    if employee is None:
        return redirect("admin_module:counsellor_find")
    wait_for_turn(request.jobcentre.pk)
    codes = set(JobcentreCode.objects.values_list("code", flat=True))
    known = living_by_employee([employee]).get(employee.identifier)
    if refusal := why_not_enrol(employee, codes=codes, living=known):
        raise refusal
    return _edited(request, counsellor_for(employee, jobcentre_id=request.jobcentre.pk), token)


def _edited(request: StaffRequest, found: Counsellor, employee: str = "") -> HttpResponse:
    begins = bool(employee) and "valid_from" not in request.POST
    posted = request.POST if request.method == "POST" and not begins else None
    card = _card(request, found, posted, employee)
    if posted is not None and ("act" in posted or request.htmx):
        return _redrawn(request, card)
    if posted is None or not card.is_valid():
        return _shown(request, card, status=200 if posted is None else 422)
    card.save()
    notify(request, _("%s er gemt.") % card.name)
    if card.has_no_hours:
        notify(request, _("Uden arbejdstid er der ingen ledige tider hos %s.") % card.name, kind="warn")
    hit = to_what_is_hit(request, [card.counsellor] if card.times.is_changed else [])
    return hit or redirect("admin_module:counsellors")


def _redrawn(request: StaffRequest, card: Card) -> HttpResponse:
    """What a press or typing makes of the times; nothing is kept."""
    card.times.forgive()
    if request.htmx and request.htmx.target == PICTURE:
        return render(request, "admin_module/counsellor_week.html", _context(request, card) | {"swapped": True})
    if request.htmx and request.htmx.target in (HOURS, BREAKS):
        answered = {"swapped": True, "answers": request.htmx.target}
        return render(request, "admin_module/counsellor_times.html", _context(request, card) | answered)
    card.contact.is_valid()
    card.contact.errors.clear()
    return _shown(request, card)


def _card(request: StaffRequest, found: Counsellor, posted: Any, employee: str) -> Card:
    today, kept = timezone.localdate(), plans(found)
    asked = read_date(request.POST.get("base") or request.GET.get("from", ""), today)
    shown = plan_on(kept, asked or today)
    act = Act(posted, most=request.settings.breaks_a_day, colleague=_colleague) if posted is not None else None
    if act:
        act.press(request.POST.get("act", ""))
    times = ScheduleForm(
        act.posted if act else None,
        plan=shown,
        today=today,
        most=request.settings.breaks_a_day,
        taken={plan.valid_from for plan in kept if plan is not shown},
    )
    if act and act.added:
        times.fields[f"{act.added}-from"].widget.attrs["data-focus"] = ""
    contact = CounsellorForm(posted, instance=found)
    return Card(found, contact, times, kept, shown, employee, act.told if act else "")


def _colleague(chosen: str) -> Plan | None:
    found = Counsellor.objects.living().filter(pk=read_id(chosen) or 0).first()
    return plan_on(plans(found), timezone.localdate()) if found else None


def _shown(request: StaffRequest, card: Card, *, status: int = 200) -> HttpResponse:
    return render(request, "admin_module/counsellor.html", _context(request, card), status=status)


def _context(request: StaffRequest, card: Card) -> dict[str, Any]:
    differences = card.contact.differences
    if card.contact.is_bound and card.contact.is_stale:
        differences = [*differences, *card.times.differences()]
    return {
        "card": card,
        "counsellor": card.counsellor,
        "may_see_citizens": Permission.CITIZEN_SEE in request.permissions,
        "may_connect": Permission.CONNECTIONS_CHANGE in request.permissions,
        "name": card.name,
        "form": card.contact,
        "times": card.times,
        "weeks": card.times.weeks(),
        "differences": differences,
        "other_plans": _other_plans(card),
        "colleagues": _colleagues(card.counsellor),
        "no_competences": not Competence.objects.living().exists(),
        "most": request.settings.breaks_a_day,
    }


def _colleagues(counsellor: Counsellor) -> list[tuple[str, str]]:
    """From whom breaks can be copied, as choices."""
    others = Counsellor.objects.living().exclude(pk=counsellor.pk)
    return [(str(pk), name) for pk, name in others.values_list("pk", "full_name")]


def _other_plans(card: Card) -> list[tuple[date, int]]:
    """The dates of all plans, each with a schedule that names it; none where there is only one."""
    if len(card.plans) < 2:
        return []
    return list(card.counsellor.schedules.order_by("valid_from").distinct("valid_from").values_list("valid_from", "pk"))


@require_safe
def _read(request: StaffRequest, found: Counsellor) -> HttpResponse:
    shown = plan_on(plans(found), timezone.localdate())
    context = {
        "counsellor": found,
        "may_see_citizens": Permission.CITIZEN_SEE in request.permissions,
        "name": found.full_name,
        "facts": facts(CounsellorForm(instance=found), without=INTERNAL),
        "plan": shown,
        "pictures": pictures(shown) if shown else [],
    }
    return render(request, "admin_module/counsellor.html", context)
