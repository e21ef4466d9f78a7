"""The front page (APP-03): what state things are in, and what must be handled today."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.queries import differences, faults
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.outbox import queries as outbox
from summons.queries import front as queries


@require_safe
@permitted(Permission.FRONT_PAGE)
def front(request: StaffRequest) -> HttpResponse:
    """Each section is there for those who may open what it leads to."""
    now, today = timezone.now(), timezone.localdate()
    context = {
        "now": now,
        "today": today,
        "greeting": greeting(timezone.localtime(now), request.user.given_name),
        "status": queries.status(),
        "may_summon": Permission.SUMMON in request.permissions,
        "may_see_calendar": bool({Permission.CALENDAR_ALL, Permission.CALENDAR_OWN} & request.permissions),
    }
    if Permission.CONNECTIONS_SEE in request.permissions:
        context["faults"] = faults.waiting()
        context["stops"] = outbox.stops()
        context["may_change"] = Permission.CONNECTIONS_CHANGE in request.permissions
    if context["may_summon"]:
        context["tasks"] = queries.tasks(request.user.pk, request.settings, today=today, now=now)
        context["drafts"] = queries.drafts(request.user.pk, kept_days=request.settings.lists_days)
    if context["may_see_calendar"]:
        context["own_differences"] = differences.own_unsettled(request.user)
        context["own_day"] = own_day = queries.own_day(request.user.pk, today=today)
        context["unregistered"] = missing = queries.own_unregistered(
            request.user.pk, request.settings, today=today, now=now
        )
        talks = [*(own_day or ()), *(missing.shown if missing else ())]
        seen = (citizen_id for talk in talks for citizen_id in talk.citizen_ids)
        saw(seen, purpose=Purpose.TODAY, now=now, request=request)
        context["weeks"] = queries.team_weeks(request.user.pk, request.settings, today=today, now=now)
    return render(request, "summons/front.html", context)


def greeting(here: datetime, name: str) -> str:
    """«God morgen, Karen», by the clock on the wall."""
    if 5 <= here.hour < 10:
        return _("God morgen, %(name)s") % {"name": name}
    if 10 <= here.hour < 12:
        return _("God formiddag, %(name)s") % {"name": name}
    if 12 <= here.hour < 18:
        return _("God eftermiddag, %(name)s") % {"name": name}
    return _("God aften, %(name)s") % {"name": name}
