"""«Afventerliste»: prepared, unsent summonses, to be sent or deleted by any caseworker (PEND-01 to PEND-03)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.models import Summons
from booking.services.sending import Sent, delete_pending, send, take_back
from booking.states import SummonsStatus
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.ui.addresses import instant_of, read_uuids, stamp
from planner.ui.filters import Filter, FilterKind
from planner.ui.formatting import number
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.paging import Page, paged
from planner.ui.refusal import Refusal
from planner.ui.sorting import Column
from summons.queries import pending as queries

COLUMNS = (
    Column("time", gettext_lazy("Dato og tid"), ("appointment__start_at",)),
    Column("citizen", gettext_lazy("Borger"), ("citizen__sort_key",), filtered_by="q"),
    Column("type", gettext_lazy("Type"), ("appointment__type__name",)),
    Column("counsellor", gettext_lazy("Vejl.")),
    Column("room", gettext_lazy("Lok."), ("appointment__room__name",)),
    Column("run", gettext_lazy("Kørsel"), filtered_by="run"),
    Column("prepared", gettext_lazy("Forberedt"), ("prepared_at",), filtered_by="by"),
    Column("state", gettext_lazy("Kan sendes")),
)


@require_safe
@permitted(Permission.SUMMON)
def pending(request: StaffRequest) -> HttpResponse:
    """One's own first."""
    state = ListState.read(request.GET, columns=COLUMNS, sort="time", filters=_filters(request.user.pk))
    found = queries.pending_summonses(
        user_id=request.user.pk,
        order=state.order_by,
        own=bool(state.value("own")),
        run=state.value("run"),
        prepared_by=state.value("by"),
        name=state.value("q"),
    )
    asked = paged(found.only("pk"), state.number)
    pks = [summons.pk for summons in asked.rows]
    rows = queries.rows(pks, user_id=request.user.pk, settings=request.settings, now=timezone.now())
    saw((row.citizen_id for row in rows), purpose=Purpose.PENDING, now=timezone.now(), request=request)
    context = {"state": state, "page": Page(rows, asked.number, asked.total), "now": timezone.now()}
    return render(request, "summons/pending.html", context)


def _filters(user_id: int) -> tuple[Filter, ...]:
    own = Filter("own", _("Kun mine"), kind=FilterKind.QUICK, count=queries.own_count(user_id))
    name = Filter("q", _("Borger"), kind=FilterKind.TEXT)
    found = (
        Filter("run", _("Kørsel"), queries.pending_runs()),
        Filter("by", _("Forberedt af"), queries.preparers()),
    )
    return (own, name, *(one for one in found if one.choices))


@require_POST
@permitted(Permission.SUMMON)
def send_pending(request: StaffRequest) -> HttpResponse:
    """[Indkald valgte]: sends what can be sent; the rest stays, and says why."""
    now = timezone.now()
    sent = send(summonses=_chosen(request), by=request.user, now=now)
    if sent.summonses:
        undo = reverse("summons:pending_undo", args=[stamp(now)])
        notify(request, _sentence(sent), undo_url=undo)
    for refused in sent.refused[:5]:
        about = {"citizen": refused.summons.citizen.full_name, "why": refused.refusal.sentence}
        notify(request, _("%(citizen)s er ikke indkaldt: %(why)s") % about, kind="bad")
    return redirect("summons:pending")


def _sentence(sent: Sent) -> str:
    words = ngettext("%(count)s borger er indkaldt.", "%(count)s borgere er indkaldt.", len(sent.summonses))
    return words % {"count": number(len(sent.summonses))}


@require_POST
@permitted(Permission.SUMMON)
def undo_sending(request: StaffRequest, instant: int) -> HttpResponse:
    """«Fortryd» of everything this person sent at that instant, while nothing of it has left."""
    mine = Summons.objects.filter(sent_by=request.user, sent_at=instant_of(instant), status=SummonsStatus.SENT)
    taken_back = take_back(summonses=mine, now=timezone.now())
    if taken_back.summonses:
        words = ngettext(
            "%(count)s indkaldelse er tilbage på afventerlisten.",
            "%(count)s indkaldelser er tilbage på afventerlisten.",
            len(taken_back.summonses),
        )
        notify(request, words % {"count": number(len(taken_back.summonses))})
    for refused in taken_back.refused[:1]:
        notify(request, refused.refusal.sentence, kind="bad")
    return redirect("summons:pending")


@permitted(Permission.SUMMON)
def delete_chosen(request: StaffRequest) -> HttpResponse:
    """[Slet valgte] asks first (APP-08), and says what is lost."""
    if request.method != "POST":
        return redirect("summons:pending")
    chosen = _chosen(request)
    if "sure" in request.POST:
        deleted = delete_pending(summonses=chosen)
        words = ngettext("%(count)s indkaldelse er slettet.", "%(count)s indkaldelser er slettet.", deleted)
        notify(request, words % {"count": number(deleted)})
        return redirect("summons:pending")
    saw((summons.citizen_id for summons in chosen), purpose=Purpose.PENDING, now=timezone.now(), request=request)
    words = ngettext("Slet %(count)s indkaldelse?", "Slet %(count)s indkaldelser?", len(chosen))
    context = {
        "heading": words % {"count": number(len(chosen))},
        "sentence": _("Tiderne bliver ledige igen, og borgerne bliver ikke indkaldt."),
        "losses": [summons.citizen.full_name for summons in chosen[:20]],
        "chosen": chosen,
        "button": _("Slet"),
        "back": reverse("summons:pending"),
    }
    return render(request, "summons/pending_delete.html", context)


def _chosen(request: StaffRequest) -> list[Summons]:
    """The ticked ones that still wait, whatever else the form says."""
    pks = read_uuids(request.POST.getlist("selected"))
    waiting = Summons.objects.filter(pk__in=pks, status=SummonsStatus.PENDING)
    chosen = list(waiting.select_related("citizen", "appointment").order_by("appointment__start_at", "pk"))
    if not chosen:
        raise Refusal(_("Vælg mindst én indkaldelse på listen."), code="nothing_chosen")
    return chosen
