"""«Ramte aftaler»: a proposal for each, changed line by line, done together, taken back while nothing has left."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from admin_module.models import Counsellor
from admin_module.services.retiring import hand_over
from booking.models import Appointment
from booking.queries.hits import Why
from booking.services import settling
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.addresses import instant_of, stamp
from planner.ui.notices import notify
from planner.ui.refusal import Refusal
from summons.forms.affected import Posted, ReasonForm, read
from summons.queries.affected import Affected, Cause, affected, cause_of
from summons.queries.proposals import LEAVE, Mode, lines_of, proposals

MAY = (Permission.APPOINTMENTS_CHANGE, Permission.APPOINTMENTS_OWN, Permission.APPOINTMENTS_COUNT)
NAMED_AT_MOST = 8


def _own(request: StaffRequest) -> int | None:
    """The user, where they may change only what is their own."""
    own = Permission.APPOINTMENTS_CHANGE not in request.permissions
    return request.user.pk if own and Permission.APPOINTMENTS_OWN in request.permissions else None


def _may_settle(request: StaffRequest) -> bool:
    return bool({Permission.APPOINTMENTS_CHANGE, Permission.APPOINTMENTS_OWN} & request.permissions)


@permitted(*MAY)
def show(request: StaffRequest) -> HttpResponse:
    """The page; a POST does what was chosen. Who may only count sees times and reasons, and no persons."""
    cause = cause_of(request.GET)
    if request.method == "POST" and "hand_over" in request.POST:
        return _handed_over(request, cause)
    if request.method == "POST":
        if not _may_settle(request):
            raise Refusal(
                _("Du kan se tider og grunde. Sagsbehandlerne flytter og aflyser aftalerne."), code="count-only"
            )
        return _settled(request, cause)
    return _page(request, cause)


def _handed_over(request: StaffRequest, cause: Cause) -> HttpResponse:
    """An administrator leaves it to the caseworkers, or takes it back (COUN-11)."""
    if cause.leaves is None or Permission.ORGANISATION_CHANGE not in request.permissions:
        raise PermissionDenied
    wanted = request.POST["hand_over"] == "1"
    hand_over(row=cause.leaves, wanted=wanted, now=timezone.now())
    given = _("Aftalerne står nu på sagsbehandlernes forside, og der bookes ikke flere.")
    notify(request, given if wanted else _("Aftalerne er taget af sagsbehandlernes forside igen."))
    return redirect(f"{reverse('summons:absence')}?{cause.query}")


def _page(request: StaffRequest, cause: Cause, posted: Posted | None = None, form: Any = None) -> HttpResponse:
    now = timezone.now()
    found = affected(cause, settings=request.settings, now=now, only_of=_own(request))
    context: dict[str, Any] = {
        "cause": cause,
        "found": found,
        "modes": _modes(cause),
        "current_tab": "booking:calendar",
    }
    if _may_settle(request):
        context |= _lines(request, cause, found, posted)
        context["form"] = form or ReasonForm(initial={"reason": cause.reason})
    else:
        context["whys"] = [(one, _why(found, one)) for one in found.appointments]
    return render(request, "summons/affected.html", context, status=422 if form else 200)


def _lines(request: StaffRequest, cause: Cause, found: Affected, posted: Posted | None) -> dict[str, Any]:
    now = timezone.now()
    mode = _mode(request, cause)
    if cause.wanted is None:
        lines = proposals(
            found.appointments, found.hits, settings=request.settings, now=now, only_of=_own(request), mode=mode
        )
    else:
        lines = lines_of(found.appointments, found.hits)
    for line in lines:
        if posted:
            line.chosen = posted.chosen.get(line.appointment.pk, LEAVE)
        elif cause.wanted is not None:
            line.chosen = mode.value
    people = (seat.citizen_id for line in lines for seat in line.seats)
    saw(people, purpose=Purpose.APPOINTMENT, now=now, request=request)
    return {"lines": lines, "mode": mode.value, "left": sum(1 for line in lines if line.chosen == LEAVE)}


def _mode(request: StaffRequest, cause: Cause) -> Mode:
    known = {name: Mode(name) for name, _words, _url in _modes(cause)}
    return known.get(request.GET.get("all", ""), Mode.PROPOSAL if cause.wanted is None else Mode.LEAVE)


def _modes(cause: Cause) -> list[tuple[str, str, str]]:
    """The choices for all together: name, words, address."""
    words = {Mode.CANCEL: _("Aflys"), Mode.LEAVE: _("Lad stå")}
    if cause.wanted is None:
        words = {Mode.PROPOSAL: _("Forslag"), Mode.LATER: _("Ny tid"), **words}
    return [(mode.value, str(said), f"?{cause.query}&all={mode.value}") for mode, said in words.items()]


def _why(found: Affected, one: Appointment) -> str:
    whys = dict.fromkeys(hit.why for hit in found.hits[one.pk])
    return " · ".join(str(Why(why).label) for why in whys)


def _settled(request: StaffRequest, cause: Cause) -> HttpResponse:
    """All at once; what somebody took meanwhile comes back in words."""
    posted, now = read(request.POST), timezone.now()
    form = ReasonForm(request.POST, needed=posted.cancels)
    if not form.is_valid():
        return _page(request, cause, posted, form)
    _refuse_others(request, posted)
    settled = settling.settle(
        jobcentre_id=request.jobcentre.pk,
        choices=posted.choices,
        reason=form.cleaned_data["reason"],
        by=request.user,
        now=now,
    )
    undo_url = f"{reverse('summons:absence_undo', args=[stamp(now)])}?{cause.query}"
    _tell(request, settled, len(posted.chosen), undo_url)
    return redirect(f"{reverse('summons:absence')}?{cause.query}")


def _refuse_others(request: StaffRequest, posted: Posted) -> None:
    """A counsellor settles the own appointments, and moves them to nobody else."""
    if Permission.APPOINTMENTS_CHANGE in request.permissions:
        return
    own = set(Counsellor.objects.filter(user=request.user).values_list("pk", flat=True))
    held = Appointment.objects.filter(pk__in=posted.chosen, counsellors__in=own).values_list("pk", flat=True)
    targets = {pk for choice in posted.choices if choice.target for pk in choice.target.counsellor_ids}
    if set(held) != set(posted.chosen) or not targets <= own:
        raise PermissionDenied


def _tell(request: StaffRequest, settled: settling.Settled, asked: int, undo: str) -> None:
    told = len(settled.moved) + len(settled.cancelled)
    done = told + len(settled.deleted)
    parts = [
        words % {"count": count}
        for words, count in (
            (_("%(count)d flyttet"), len(settled.moved)),
            (_("%(count)d aflyst"), len(settled.cancelled)),
            (_("%(count)d slettet, som aldrig blev sendt"), len(settled.deleted)),
            (_("%(count)d står endnu"), asked - done),
        )
        if count
    ]
    undoable = settled.deleted or (told and request.settings.sending_delay)
    notify(request, f"{', '.join(parts)}.", undo_url=undo if undoable else "", kind="ok" if done else "warn")
    names = _named(settled.refused)
    for pk, refusal in list(settled.refused.items())[:NAMED_AT_MOST]:
        notify(request, f"{names.get(pk, '–')}: {refusal.sentence}", kind="bad")


def _named(refused: Any) -> dict[UUID, str]:
    rows = Appointment.objects.filter(pk__in=refused).prefetch_related("summonses__citizen")
    return {one.pk: ", ".join(seat.citizen.full_name for seat in one.summonses.all()) for one in rows}


@require_POST
@permitted(Permission.APPOINTMENTS_CHANGE, Permission.APPOINTMENTS_OWN)
def undo(request: StaffRequest, instant: int) -> HttpResponse:
    """«Fortryd», while nothing has left; back to what the page was about."""
    back = settling.put_back(
        jobcentre_id=request.jobcentre.pk, settled_at=instant_of(instant), now=timezone.now(), by=_own(request)
    )
    if back.count:
        words = ngettext(
            "%(count)d aftale står igen, hvor den stod.", "%(count)d aftaler står igen, hvor de stod.", back.count
        )
        notify(request, words % {"count": back.count})
    for refusal in back.refusals[:NAMED_AT_MOST]:
        notify(request, refusal.sentence, kind="bad")
    return redirect(f"{reverse('summons:absence')}?{cause_of(request.GET).query}")
