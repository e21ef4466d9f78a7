"""[Udskriv breve], and what was printed: its PDF, and «Fortryd» (LET-01, LET-03)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.models import Letter, Printing
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.vault import unseal
from planner.audit.purposes import Purpose
from planner.audit.services import saw
from planner.letters.paper import FILE_TYPE
from planner.ui.addresses import read_uuids
from planner.ui.formatting import number
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column
from summons.forms.follow_up import FollowUpFilters
from summons.queries.follow_up import every, sent_summonses
from summons.queries.letters import printings
from summons.services import letters as services
from summons.tasks import ask_for_letters

PRINTINGS = (
    Column("asked", gettext_lazy("Udskrevet"), ("asked_at", "pk")),
    Column("by", gettext_lazy("Af"), ("asked_by__given_name", "asked_by__family_name", "pk")),
    Column("count", gettext_lazy("Breve"), ("count", "pk"), numeric=True),
    Column("state", gettext_lazy("Tilstand")),
)
LETTERS = (
    Column("line", gettext_lazy("Nr. i bunken"), ("line",), numeric=True),
    Column("citizen", gettext_lazy("Borger"), ("summons__citizen__sort_key", "line")),
    Column("kind", gettext_lazy("Brev"), ("kind", "line")),
    Column("time", gettext_lazy("Samtale"), ("start_at", "line")),
    Column("address", gettext_lazy("Adresse"), ("summons__citizen__postal_code", "summons__citizen__address", "line")),
)


@require_POST
@permitted(Permission.SUMMON)
def print_letters(request: StaffRequest) -> HttpResponse:
    """What is ticked, also once more; with nothing ticked what is not printed of the list as it stands in the address.

    Always in the order of the list.
    """
    now = timezone.now()
    query = QueryDict(urlsplit(request.POST.get("back", "")).query)
    filters = FollowUpFilters.read(query, user_id=request.user.pk, now=now)
    chosen = read_uuids(request.POST.getlist("selected"))
    wanted = filters.wanted if chosen else replace(filters.wanted, letter="unprinted")
    pks = every(sent_summonses(wanted), filters.state, among=chosen)
    printing = services.print_letters(pks=pks, again=bool(chosen), by=request.user, now=now)
    found = printing.letters.count()
    if found <= services.INLINE:
        services.make(printing, now=now)
    else:
        transaction.on_commit(partial(ask_for_letters, request.jobcentre.pk, printing.pk))
    _tell(request, printing, found, without=len(chosen) - found if chosen else 0)
    return redirect("summons:printing", printing.pk)


def _tell(request: StaffRequest, printing: Printing, found: int, *, without: int) -> None:
    words = ngettext("%(count)s brev er markeret som udskrevet.", "%(count)s breve er markeret som udskrevet.", found)
    undo = reverse("summons:printing_undo", args=[printing.pk])
    notify(request, words % {"count": number(found)}, undo_url=undo)
    if without > 0:
        left = ngettext(
            "%(count)s af de valgte skal ikke have brev.", "%(count)s af de valgte skal ikke have brev.", without
        )
        notify(request, left % {"count": number(without)}, kind="warn")


@require_safe
@permitted(Permission.SUMMON)
def all_printings(request: StaffRequest) -> HttpResponse:
    """What was printed, the newest first, so that a PDF is found again."""
    state = ListState.read(request.GET, columns=PRINTINGS, sort="-asked")
    page = state.page_of(printings())
    context = {"state": state, "page": page, "now": timezone.now(), "current_tab": "summons:follow_up"}
    return render(request, "summons/printings.html", context)


@require_safe
@permitted(Permission.SUMMON)
def printing(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The letters of one printing, and their PDF once it is made."""
    found, now = _found(pk), timezone.now()
    state = ListState.read(request.GET, columns=LETTERS, sort="line")
    page = state.page_of(found.letters.select_related("summons__citizen", "summons__appointment__type"))
    saw((letter.summons.citizen_id for letter in page.rows), purpose=Purpose.LETTER, now=now, request=request)
    context = {
        "printing": found,
        "state": state,
        "page": page,
        "total": page.total,
        "unaddressed": found.letters.filter(summons__citizen__address="").count(),
        "now": now,
        "current_tab": "summons:follow_up",
    }
    return render(request, "summons/printing.html", context)


def _found(pk: UUID) -> Printing:
    return get_object_or_404(printings(), pk=pk)


@require_safe
@permitted(Permission.SUMMON)
def progress(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The bar while a worker makes them; then the page comes anew."""
    found = _found(pk)
    context = {"printing": found, "total": found.letters.count()}
    response = render(request, "summons/printing.html#progress", context)
    if found.made_at:
        response["HX-Redirect"] = reverse("summons:printing", args=[pk])
    return response


@require_safe
@permitted(Permission.SUMMON)
def paper(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The PDF; where it is not there the page says why."""
    found = get_object_or_404(Printing, pk=pk)
    if found.encrypted is None:
        return redirect("summons:printing", pk)
    citizens = Letter.objects.filter(printing=found).values_list("summons__citizen_id", flat=True)
    saw(citizens, purpose=Purpose.LETTER, now=timezone.now(), request=request)
    name = content_disposition_header(False, f"{_('breve')}-{timezone.localdate(found.asked_at):%Y-%m-%d}.pdf")
    return HttpResponse(unseal(found.encrypted), content_type=FILE_TYPE, headers={"Content-Disposition": name or ""})


@require_POST
@permitted(Permission.SUMMON)
def undo(request: StaffRequest, pk: UUID) -> HttpResponse:
    """«Fortryd»: they are among those that are not printed again."""
    services.undo(printing=_found(pk), by=request.user, now=timezone.now())
    notify(request, _("Brevene er igen markeret som ikke udskrevet."))
    return redirect("summons:printing", pk)
