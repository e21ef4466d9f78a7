"""[Registrér fremmøde]: of a meeting, of what is ticked on a list, and of the rest of a counsellor's day (ATT-01)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from admin_module.models import Counsellor
from booking.forms.attendance import Line, entries_of, lines_of
from booking.models import Appointment, Summons
from booking.queries import attendance as queries
from booking.queries.appointment import appointment_details, participants
from booking.rules import why_not_here, why_not_register
from booking.services.attendance import Entry, NotRegistered, Registered, register, take_back
from booking.states import Attendance, SummonsStatus
from booking.views.appointment import refuse_others
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.addresses import instant_of, read_uuids, stamp
from planner.ui.formatting import number
from planner.ui.notices import notify
from planner.ui.parsing import read_date
from planner.ui.refusal import Refusal
from planner.ui.way_back import came_from, named_back, stood_on

MAY = (Permission.APPOINTMENTS_CHANGE, Permission.APPOINTMENTS_OWN)
MOST = 200


@permitted(*MAY)
def attendance(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Everybody of one meeting in one form."""
    appointment = get_object_or_404(appointment_details(), pk=pk)
    refuse_others(request, appointment, own=True)
    coming = [one for one in participants(pk) if one.status != SummonsStatus.CANCELLED]
    context = {"appointment": appointment, "back": reverse("booking:appointment", args=[pk])}
    return _check_in(request, queries.check_in(one.pk for one in coming), context | _rest(appointment))


@permitted(Permission.APPOINTMENTS_CHANGE)
def attendance_of_chosen(request: StaffRequest) -> HttpResponse:
    """What is ticked on the follow-up list, in one form."""
    chosen = queries.check_in(read_uuids(request.POST.getlist("selected")))
    if not chosen:
        raise Refusal(_("Vælg mindst én indkaldelse på listen."), code="nothing_chosen")
    if len(chosen) > MOST:
        raise Refusal(_("Vælg højst %s indkaldelser ad gangen.") % MOST, code="too-many")
    back = named_back(request) or reverse("summons:follow_up")
    return _check_in(request, chosen, {"chosen": chosen, "back": back, "current_tab": "summons:follow_up"})


@require_POST
@permitted(*MAY)
def rest_of_day(request: StaffRequest, pk: int) -> HttpResponse:
    """«Mødt» for all of a counsellor's conversations of the day that have begun and are not registered."""
    counsellor = get_object_or_404(Counsellor, pk=pk)
    if Permission.APPOINTMENTS_CHANGE not in request.permissions and counsellor.user_id != request.user.pk:
        raise PermissionDenied
    now = timezone.now()
    on = read_date(request.POST.get("on", ""), timezone.localdate(now)) or timezone.localdate(now)
    met = {one: Entry(Attendance.MET) for one in queries.rest_of_day(pk, on, now).values_list("pk", flat=True)}
    done = register(entries=met, by=request.user, now=now)
    if not done.summonses:
        raise Refusal(_("Alle dagens samtaler, der er begyndt, er registreret."), code="nothing_left")
    _tell(request, done, now)
    return redirect(_back(request) or reverse("booking:calendar"))


@require_POST
@permitted(*MAY)
def undo(request: StaffRequest, instant: int) -> HttpResponse:
    """«Fortryd»: what this person registered at that instant is not registered."""
    back = take_back(by=request.user, at=instant_of(instant), now=timezone.now())
    if back:
        notify(request, _("Registreringen er fortrudt."))
    else:
        notify(request, _("Registreringen er ændret i mellemtiden."), kind="warn")
    return redirect(came_from(request) or reverse("booking:calendar"))


def _rest(appointment: Appointment) -> dict[str, Any]:
    """Whose other conversations of the day are not registered either."""
    now = timezone.now()
    for counsellor in appointment.counsellors.all()[:1]:
        others = queries.rest_of_day(counsellor.pk, appointment.day, now).exclude(appointment=appointment)
        return {"holder": counsellor, "others": others.count()}
    return {}


def _check_in(request: StaffRequest, summonses: Sequence[Summons], context: dict[str, Any]) -> HttpResponse:
    now = timezone.now()
    saw((one.citizen_id for one in summonses), purpose=Purpose.APPOINTMENT, now=now, request=request)
    saving = request.method == "POST" and ("selected" not in request.POST or "sure" in request.POST)
    lines = lines_of(summonses, request.POST if saving else None)
    refusal = why_not_here(request.settings) or _why_none(summonses, now)
    if saving and refusal is None:
        answer, context["refused"] = _save(request, lines, context["back"], now)
        if answer:
            return answer
    context |= {
        "lines": lines,
        "refusal": refusal,
        "columns": [*Attendance.labels, _("Ikke registreret")],
        "may_summon_again": Permission.SUMMON in request.permissions,
        "forms": [line.form for line in lines if line.posted],
        "times": len({one.appointment_id for one in summonses}) > 1,
    }
    return render(request, "booking/attendance.html", context, status=422 if saving else 200)


def _save(
    request: StaffRequest, lines: Sequence[Line], back: str, now: datetime
) -> tuple[HttpResponse | None, Sequence[NotRegistered]]:
    """Where to go on, or what stands in the way; a field that is wrong says so itself."""
    entries = entries_of(lines, rest="rest" in request.POST)
    if entries is None:
        return None, ()
    done = register(entries=entries, by=request.user, now=now)
    if done.refused:
        return None, done.refused
    _tell(request, done, now)
    absent = [pk for pk, entry in entries.items() if entry.attendance == Attendance.NO_SHOW]
    return _onward(request, absent) or redirect(_back(request) or back), ()


def _why_none(summonses: Sequence[Summons], now: datetime) -> Refusal | None:
    """The reason of the first where nobody's can be registered."""
    reasons = [why_not_register(one, now=now) for one in summonses]
    if not reasons:
        return Refusal(_("Der er ingen deltagere at registrere."), code="nobody")
    return reasons[0] if all(reasons) else None


def _onward(request: StaffRequest, absent: Sequence[UUID]) -> HttpResponse | None:
    """To a new summons of those who did not come, where that was pressed."""
    if "again" not in request.POST or Permission.SUMMON not in request.permissions:
        return None
    if not absent:
        notify(request, _("Ingen er registreret som udeblevet, så ingen indkaldes igen."), kind="warn")
        return None
    return redirect(f"{reverse('summons:again')}?{urlencode([('selected', str(pk)) for pk in absent])}")


def _tell(request: StaffRequest, done: Registered, now: datetime) -> None:
    """The receipt; «Fortryd» where it brings back how it was."""
    count = len(done.summonses)
    if not count:
        notify(request, _("Intet er ændret."))
        return
    words = ngettext("Fremmøde er registreret for %(who)s.", "Fremmøde er registreret for %(count)s borgere.", count)
    who = {"who": done.summonses[0].citizen.full_name, "count": number(count)}
    notify(request, words % who, undo_url=reverse("booking:attendance_undo", args=[stamp(now)]) if done.fresh else "")


def _back(request: StaffRequest) -> str:
    """The page that the dialog stands on, or that the form names."""
    return named_back(request) or stood_on(request)
