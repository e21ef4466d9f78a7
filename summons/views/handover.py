"""The door for case systems, and the link by which a caseworker opens what they handed over (KSS-01, SYNC-20)."""

from __future__ import annotations

import json
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import ValidationError

from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.tenancy import acting_for
from planner.ui.notices import notify
from summons.models import HandedList
from summons.services import handover as service
from summons.services import look_up
from summons.views.citizens import found, start_look_up, told


@csrf_exempt
@require_POST
def handover(request: HttpRequest) -> JsonResponse:
    """`POST /api/case-system/lists`: a list in, a link out."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not service.is_let_in(token):
        return _refused(401, "unauthorized", _("Adgang kræver et gyldigt token."), {"WWW-Authenticate": "Bearer"})
    try:
        handed = service.Handed.model_validate_json(request.body)
    except RequestDataTooBig:
        return _refused(413, "too-large", _("Listen fylder for meget."))
    except ValidationError as fault:
        return _unreadable(fault)
    kept = service.receive(token=token, handed=handed, now=timezone.now())
    if kept is None:
        return _refused(401, "unauthorized", _("Adgang kræver et gyldigt token."), {"WWW-Authenticate": "Bearer"})
    link = request.build_absolute_uri(reverse("summons:handed_list", args=[kept.pk]))
    expires = (kept.received_at + service.UNFETCHED).isoformat()
    return JsonResponse({"id": str(kept.pk), "link": link, "rows": kept.rows, "expires_at": expires}, status=201)


def _unreadable(fault: ValidationError) -> JsonResponse:
    """Where and why, never what stood there."""
    errors = [
        {"place": ".".join(map(str, one["loc"])), "code": one["type"], "message": one["msg"]}
        for one in fault.errors(include_url=False, include_input=False, include_context=False)[:100]
    ]
    status = 400 if any(one["code"] == "json_invalid" for one in errors) else 422
    return JsonResponse({"code": "unreadable", "errors": json.loads(json.dumps(errors, default=str))}, status=status)


def _refused(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Permission.SUMMON, transaction=False)
def handed_list(request: StaffRequest, list_id: UUID) -> HttpResponse:
    """What the link leads to: what waits, and [Åbn listen], which makes a fresh run of it."""
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        kept = get_object_or_404(HandedList.objects.select_related("case_system"), pk=list_id)
        if request.method != "POST":
            return render(request, "summons/handed_list.html", {"list": kept, "current_tab": "summons:start"})
        now = timezone.now()
        run = service.open_list(list_id=list_id, by=request.user.pk, now=now, today=timezone.localdate(now))
        job = look_up.start(run_id=run.pk, by=request.user.pk, now=now)
    start_look_up(request, run.pk, job)
    return redirect("summons:frame", run.pk)


@require_POST
@permitted(Permission.SUMMON, transaction=False)
def fetch(request: StaffRequest, run_id: UUID, list_id: UUID) -> HttpResponse:
    """[Hent ind]: a waiting list onto the run one stands in."""
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        found(run_id)
        get_object_or_404(HandedList, pk=list_id)
        now = timezone.now()
        outcome = service.fetch_into(list_id=list_id, run_id=run_id, now=now, today=timezone.localdate(now))
        job = look_up.start(run_id=run_id, by=request.user.pk, now=now)
    start_look_up(request, run_id, job)
    notify(request, told(outcome), kind="warn" if outcome.refused else "ok")
    return redirect("summons:citizens", run_id)
