"""[Aflys]: a citizen's conversation, or a whole meeting; it asks first, and can be undone while nothing has left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from booking.forms.cancel import CancelForm
from booking.models import Appointment, Summons
from booking.queries.appointment import appointment_details, participants
from booking.rules import why_not_cancel
from booking.services import sending
from booking.states import SummonsStatus
from booking.views.appointment import refuse_others
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.addresses import instant_of, read_uuids, stamp
from planner.ui.formatting import number
from planner.ui.notices import notify
from planner.ui.refusal import Refusal
from planner.ui.way_back import came_from, named_back, stood_on


@permitted(Permission.APPOINTMENTS_CHANGE, Permission.APPOINTMENTS_OWN)
def cancel(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The whole meeting, for everybody who comes."""
    appointment = _appointment(request, pk)
    coming = [one for one in participants(pk) if one.status != SummonsStatus.CANCELLED]
    return _cancel(request, appointment, coming)


@permitted(Permission.APPOINTMENTS_CHANGE, Permission.APPOINTMENTS_OWN)
def cancel_one(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One citizen's conversation; at a joint meeting the others come still."""
    summons = get_object_or_404(Summons.objects.select_related("citizen", "appointment"), pk=pk)
    return _cancel(request, _appointment(request, summons.appointment_id), [summons])


@permitted(Permission.APPOINTMENTS_CHANGE)
def cancel_chosen(request: StaffRequest) -> HttpResponse:
    """What is ticked on the follow-up list; asks first, and says which cannot be cancelled and why."""
    chosen = _chosen(request)
    now = timezone.now()
    saw((one.citizen_id for one in chosen), purpose=Purpose.FOLLOW_UP, now=now, request=request)
    judged = [(one, why_not_cancel(one, now=now)) for one in chosen]
    able = [one for one, why in judged if why is None]
    form = CancelForm(request.POST if "sure" in request.POST else None)
    back = named_back(request) or reverse("summons:follow_up")
    if able and form.is_bound and form.is_valid():
        done = sending.cancel_all(summonses=able, reason=form.cleaned_data["reason"], by=request.user, now=now)
        _tell_of_chosen(request, done, now)
        return redirect(back)
    context = {
        "able": able,
        "unable": [one for one in judged if one[1] is not None],
        "form": form,
        "back": back,
        "current_tab": "summons:follow_up",
    }
    return render(request, "booking/cancel_chosen.html", context, status=422 if form.is_bound else 200)


@require_POST
@permitted(Permission.APPOINTMENTS_CHANGE)
def restore_chosen(request: StaffRequest, instant: int) -> HttpResponse:
    """«Fortryd»: what this person cancelled at that instant is there again, while nothing of it has left."""
    gone = Summons.objects.filter(
        status=SummonsStatus.CANCELLED, cancelled_by=request.user, cancelled_at=instant_of(instant)
    )
    found = sending.restore(summonses=gone, now=timezone.now())
    for refused in found.refused[:1]:
        notify(request, refused.refusal.sentence, kind="warn")
    if found.summonses:
        words = ngettext("%(count)s samtale er der igen.", "%(count)s samtaler er der igen.", len(found.summonses))
        notify(request, words % {"count": number(len(found.summonses))})
    return redirect(came_from(request) or reverse("summons:follow_up"))


def _chosen(request: StaffRequest) -> list[Summons]:
    pks = read_uuids(request.POST.getlist("selected"))
    found = Summons.objects.filter(pk__in=pks).select_related("citizen", "appointment__type")
    chosen = list(found.order_by("appointment__start_at", "citizen__sort_key", "pk"))
    if not chosen:
        raise Refusal(_("Vælg mindst én indkaldelse på listen."), code="nothing_chosen")
    return chosen


def _tell_of_chosen(request: StaffRequest, done: sending.TakenBack, now: datetime) -> None:
    words = ngettext("%(count)s samtale er aflyst.", "%(count)s samtaler er aflyst.", len(done.summonses))
    undo = reverse("booking:restore_chosen", args=[stamp(now)]) if request.settings.sending_delay else ""
    notify(request, words % {"count": number(len(done.summonses))}, undo_url=undo)
    for refused in done.refused[:5]:
        about = {"citizen": refused.summons.citizen.full_name, "why": refused.refusal.sentence}
        notify(request, _("%(citizen)s er ikke aflyst: %(why)s") % about, kind="bad")


@require_POST
@permitted(Permission.APPOINTMENTS_CHANGE, Permission.APPOINTMENTS_OWN)
def restore(request: StaffRequest, pk: UUID) -> HttpResponse:
    """«Fortryd»: what was cancelled last is there again, or it is said why not."""
    _appointment(request, pk)
    gone = list(Summons.objects.filter(appointment=pk, status=SummonsStatus.CANCELLED).order_by("-cancelled_at"))
    if not gone:
        raise Http404
    last = [one for one in gone if one.cancelled_at == gone[0].cancelled_at]
    found = sending.restore(summonses=last, now=timezone.now())
    for refused in found.refused[:1]:
        notify(request, refused.refusal.sentence, kind="warn")
    if found.summonses:
        notify(request, _("Aflysningen er fortrudt. Samtalen står i kalenderen igen."))
    return redirect(came_from(request) or reverse("booking:appointment", args=[pk]))


def _appointment(request: StaffRequest, pk: UUID) -> Appointment:
    appointment = get_object_or_404(appointment_details(), pk=pk)
    refuse_others(request, appointment, own=True)
    return appointment


def _cancel(request: StaffRequest, appointment: Appointment, coming: Sequence[Summons]) -> HttpResponse:
    saw((one.citizen_id for one in coming), purpose=Purpose.APPOINTMENT, now=timezone.now(), request=request)
    sent = [one for one in coming if one.status != SummonsStatus.PENDING]
    refusal = _why_not(sent) if coming else Refusal(_("Samtalen er allerede aflyst."), code="cancelled")
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and refusal is None and (not sent or form.is_valid()):
        return _cancelled(request, appointment, coming, "" if not sent else form.cleaned_data["reason"])
    again = Permission.SUMMON in request.permissions and (len(coming) == 1 or len(sent) == len(coming))
    context = {
        "appointment": appointment,
        "coming": coming,
        "sent": sent,
        "form": form,
        "refusal": refusal,
        "may_summon_again": again,
        "back": reverse("booking:appointment", args=[appointment.pk]),
    }
    return render(request, "booking/cancel.html", context, status=422 if request.method == "POST" else 200)


def _why_not(sent: Sequence[Summons]) -> Refusal | None:
    now = timezone.now()
    return next((why for one in sent if (why := why_not_cancel(one, now=now)) is not None), None)


def _cancelled(request: StaffRequest, appointment: Appointment, coming: Sequence[Summons], reason: str) -> HttpResponse:
    """Done, told, and on to where one stood, or to a fresh summons of the same citizens."""
    now = timezone.now()
    sent = [one for one in coming if one.status == SummonsStatus.SENT]
    if len(coming) == 1 and sent:
        sending.cancel(summons=sent[0], reason=reason, by=request.user, now=now)
    elif len(coming) == 1:
        sending.delete_pending(summonses=coming)
    else:
        sending.cancel_appointment(appointment=appointment, reason=reason, by=request.user, now=now)
    undo = reverse("booking:restore", args=[appointment.pk]) if sent and request.settings.sending_delay else ""
    said = _("Samtalen er aflyst.") if sent else _("Indkaldelsen er slettet, og tiden er ledig.")
    notify(request, said, undo_url=undo)
    if "again" in request.POST and Permission.SUMMON in request.permissions:
        if len(coming) == 1:
            return redirect(f"{reverse('summons:start')}?citizen={coming[0].citizen_id}")
        return redirect(f"{reverse('summons:again')}?{urlencode([('selected', str(one.pk)) for one in coming])}")
    return redirect(stood_on(request) or in_calendar(appointment))


def in_calendar(appointment: Appointment) -> str:
    holder = appointment.counsellors.all()[:1]
    who = f"&counsellor={holder[0].pk}" if holder else ""
    return f"{reverse('booking:calendar')}?view=week&on={appointment.day.isoformat()}{who}"
