"""Step 3 of a summons, «Opret indkaldelse»: planning with its progress, the board, sending and «Fortryd»."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.models import Summons
from booking.services.sending import Sent
from booking.states import SummonsStatus
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.tenancy import acting_for
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.addresses import instant_of, read_ids, stamp
from planner.ui.components import Step
from planner.ui.filters import Filter, FilterKind
from planner.ui.formatting import number
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column
from summons.models import Run
from summons.queries import plan as queries
from summons.queries.problem import is_fixed
from summons.services import planning, sending
from summons.services.scenario import scenario_of
from summons.states import RunState
from summons.tasks import ask_for_planning
from summons.views.citizens import found, headings

NAMED_AT_MOST = 5
MEETING = "summons__appointment"
COLUMNS = (
    Column("time", gettext_lazy("Tid"), (f"{MEETING}__start_at", "citizen__sort_key", "pk")),
    Column("born", gettext_lazy("Personnr."), ("born_on", "pk")),
    Column("name", gettext_lazy("Navn"), ("citizen__sort_key", "pk")),
    Column("counsellor", gettext_lazy("Vejleder"), (f"{MEETING}__holders__counsellor__sort_key", "pk")),
    Column("room", gettext_lazy("Lokale"), (f"{MEETING}__room__name", f"{MEETING}__start_at", "pk")),
    Column("deadline", gettext_lazy("Frist"), ("deadline", "pk")),
)


@permitted(Permission.SUMMON, transaction=False)
def plan(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """The board; a POST, as [Videre til trin 3] sends it, plans those who want a time first."""
    if request.method == "POST":
        return _start(request, run_id)
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        return page(request, found(run_id))


def _start(request: StaffRequest, run_id: UUID) -> HttpResponse:
    with acting_for(request.jobcentre.pk, actor=request.user.pk):
        found(run_id)
        job = planning.start(run_id=run_id, by=request.user.pk, now=timezone.now())
        few = Run.objects.get(pk=run_id).total <= planning.INLINE
    if job and few:
        planning.work(request.jobcentre.pk, run_id, job, clock=timezone.now)
    elif job:
        ask_for_planning(request.jobcentre.pk, run_id, job)
    return redirect("summons:plan", run_id)


def page(request: StaffRequest, run: Run) -> HttpResponse:
    """The whole of step 3."""
    now, settings = timezone.now(), request.settings
    context: dict[str, Any] = {"run": run, "steps": steps(run), "current_tab": "summons:start", "fixed": is_fixed(run)}
    if run.state == RunState.PLANNING:
        return render(request, "summons/plan.html", context)
    figures = queries.figures(run)
    state = ListState.read(request.GET, columns=COLUMNS, sort="time", filters=_filters(figures))
    shown, lines = queries.page_of(run, state, figures, settings=settings, now=now)
    saw((line.citizen_id for line in lines if line.citizen_id), purpose=Purpose.PLAN, now=now, request=request)
    load = queries.load(run, figures, settings=settings, now=now)
    context |= {
        "figures": figures,
        "load": load,
        "used": sum(1 for one in load if one.fresh),
        "state": state,
        "page": shown,
        "headings": headings(state),
        "query": request.GET.urlencode(),
        "sent": Summons.objects.filter(run_lines__run=run, status=SummonsStatus.SENT).count() if run.sent_at else 0,
    }
    return render(request, "summons/plan.html", context)


def steps(run: Run) -> list[Step]:
    """Where one is; going back loses nothing."""
    return [
        Step(_("Ramme"), reverse("summons:frame", args=[run.pk]), done=True),
        Step(_("Borgere"), reverse("summons:citizens", args=[run.pk]), done=True),
        Step(_("Opret indkaldelse"), current=True),
    ]


def _filters(figures: queries.Figures) -> list[Filter]:
    quick = {
        "unplaced": (_("Uden tid"), figures.unplaced),
        "late": (_("Efter frist"), figures.late),
        "not_own": (_("Ikke egen vejleder"), figures.not_own),
        "changed": (_("Ændret"), figures.changed),
    }
    shown = [Filter(key, title, kind=FilterKind.QUICK, count=count) for key, (title, count) in quick.items()]
    return [*shown, Filter("name", _("Navn"), kind=FilterKind.TEXT)]


@require_safe
@permitted(Permission.SUMMON)
def progress(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """The bar as it goes; when the planning is over the page comes anew."""
    run = found(run_id)
    response = render(request, "summons/plan.html#progress", {"run": run})
    if run.state != RunState.PLANNING:
        response["HX-Redirect"] = reverse("summons:plan", args=[run_id])
    return response


@require_POST
@permitted(Permission.SUMMON)
def tick(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """The ticks of «Indkald»: all of them, or those of the rows that were shown."""
    run = found(run_id)
    if everything := request.POST.get("everything"):
        sending.tick(run_id=run_id, lines=run.lines.all(), ticked=everything == "1")
    else:
        _tick_shown(request, run)
    if request.htmx and "shown" in request.POST:
        return render(request, "summons/plan.html#foot", {"run": run, "figures": queries.figures(run), "oob": True})
    return _back(request, run_id)


def _tick_shown(request: StaffRequest, run: Run) -> None:
    """The rows of the form's page, as they are ticked."""
    shown, ticked = (set(read_ids(request.POST.getlist(name))) for name in ("shown", "selected"))
    sending.tick(run_id=run.pk, lines=run.lines.filter(pk__in=shown & ticked), ticked=True)
    sending.tick(run_id=run.pk, lines=run.lines.filter(pk__in=shown - ticked), ticked=False)


def _back(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """To the board as it was: filters, order and page."""
    url, query = reverse("summons:plan", args=[run_id]), request.POST.get("back", "")
    return redirect(f"{url}?{query}" if query else url)


@require_POST
@permitted(Permission.SUMMON)
def send(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """[Indkald nu]: sends what is ticked; what cannot be sent stays and says why."""
    run = found(run_id)
    _tick_shown(request, run)
    now = timezone.now()
    sent = sending.send_run(run_id=run_id, by=request.user, now=now)
    if sent.summonses:
        undo = reverse("summons:plan_undo", args=[run_id, stamp(now)])
        notify(request, _receipt(len(sent.summonses), request.settings.sending_delay), undo_url=undo)
    elif not sent.refused:
        _say_again(request, run_id, now)
    _name_refused(request, sent)
    return redirect("summons:plan", run_id)


def _say_again(request: StaffRequest, run_id: UUID, now: datetime) -> None:
    """A second press, or another tab: the receipt of the last sending while it can be undone, else that it is done."""
    last = queries.latest_sending(run_id)
    delay = request.settings.sending_delay
    if last and last.at <= now < last.at + timedelta(seconds=delay):
        notify(
            request, _receipt(last.count, delay), undo_url=reverse("summons:plan_undo", args=[run_id, stamp(last.at)])
        )
    else:
        notify(request, _("Intet nyt blev sendt: de valgte er allerede indkaldt."), kind="warn")


def _receipt(count: int, delay: int) -> str:
    words = ngettext("%(count)s borger indkaldes", "%(count)s borgere indkaldes", count) % {"count": number(count)}
    if not delay:
        return _("%(citizens)s nu.") % {"citizens": words}
    return _("%(citizens)s om %(delay)s sekunder.") % {"citizens": words, "delay": delay}


def _name_refused(request: StaffRequest, sent: Sent) -> None:
    for one in sent.refused[:NAMED_AT_MOST]:
        about = {"citizen": one.summons.citizen.full_name, "why": one.refusal.sentence}
        notify(request, _("%(citizen)s er ikke indkaldt: %(why)s") % about, kind="bad")
    if (more := len(sent.refused) - NAMED_AT_MOST) > 0:
        words = ngettext(
            "%(count)s mere er ikke indkaldt; grunden står ved hver.",
            "%(count)s flere er ikke indkaldt; grunden står ved hver.",
            more,
        )
        notify(request, words % {"count": number(more)}, kind="bad")


@require_POST
@permitted(Permission.SUMMON)
def undo(request: StaffRequest, run_id: UUID, instant: int) -> HttpResponse:
    """«Fortryd», while nothing has left."""
    found(run_id)
    back = sending.take_back_run(run_id=run_id, by=request.user, sent_at=instant_of(instant), now=timezone.now())
    if back.summonses:
        count = len(back.summonses)
        words = ngettext("%(count)s indkaldelse er taget tilbage.", "%(count)s indkaldelser er taget tilbage.", count)
        notify(request, words % {"count": number(count)})
    for refused in back.refused[:1]:
        notify(request, refused.refusal.sentence, kind="bad")
    return redirect("summons:plan", run_id)


@require_POST
@permitted(Permission.SUMMON)
def keep(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """[Gem på afventerliste]: the times are held already; nothing is sent."""
    run = found(run_id)
    _tick_shown(request, run)
    waiting = Summons.objects.filter(run_lines__run=run, status=SummonsStatus.PENDING).count()
    words = ngettext(
        "%(count)s indkaldelse venter på afventerlisten.", "%(count)s indkaldelser venter på afventerlisten.", waiting
    )
    notify(request, words % {"count": number(waiting)})
    return redirect(f"{reverse('summons:pending')}?run={run.pk}")


@permitted(Permission.SUMMON)
def take_back(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """«Tag fordelingen tilbage» asks first: the times are free, and everybody is on step 2's list again (DIST-18)."""
    run = found(run_id)
    if request.method == "POST":
        freed = planning.take_back(run_id=run_id, now=timezone.now())
        words = ngettext("%(count)s tid er givet fri.", "%(count)s tider er givet fri.", freed)
        notify(request, words % {"count": number(freed)})
        return redirect("summons:citizens", run_id)
    context = {
        "heading": _("Tag fordelingen tilbage?"),
        "sentence": _("Tiderne bliver ledige igen, og borgerne står igen på listen i trin 2. Ingen har fået besked."),
        "losses": [run.name] if run.name else [],
        "button": _("Tag tilbage"),
        "back": reverse("summons:plan", args=[run_id]),
    }
    return render(request, "confirm.html", context)


@permitted(Permission.SUMMON)
def delete(request: StaffRequest, run_id: UUID, line_id: int) -> HttpResponse:
    """[Slet] asks first: the time is free, and the citizen is not called."""
    run = found(run_id)
    line = get_object_or_404(run.lines.select_related("citizen"), pk=line_id)
    if request.method == "POST":
        sending.drop(run_id=run_id, line_id=line_id)
        notify(request, _("Indkaldelsen er slettet. Borgeren står stadig på listen i trin 2."))
        return redirect("summons:plan", run_id)
    if line.citizen_id:
        saw([line.citizen_id], purpose=Purpose.PLAN, now=timezone.now(), request=request)
    context = {
        "heading": _("Slet indkaldelsen?"),
        "sentence": _("Tiden bliver ledig igen, og borgeren bliver ikke indkaldt."),
        "losses": [line.citizen.full_name] if line.citizen else [],
        "button": _("Slet"),
        "back": reverse("summons:plan", args=[run_id]),
    }
    return render(request, "confirm.html", context)


@require_safe
@permitted(Permission.SUMMON)
def scenario(_request: StaffRequest, run_id: UUID) -> HttpResponse:
    """«Hent som scenarie»: the run without personal data (DIST-20)."""
    run = found(run_id)
    if refusal := planning.why_not_plan(run):
        raise refusal
    response = HttpResponse(scenario_of(run, now=timezone.now()), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="scenario-{str(run.pk)[:8]}.json"'
    return response
