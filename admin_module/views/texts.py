"""«Tekster og breve»: what citizens read of each type, in editions of which the latest holds (SET-01)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from admin_module.forms.reading import facts
from admin_module.forms.texts import TextForm
from admin_module.models import ConversationType, StandardText
from admin_module.queries.conversation import editions
from admin_module.queries.conversation import texts as found_texts
from admin_module.services.turns import wait_for_turn
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column

SEE, CHANGE = Permission.ORGANISATION_SEE, Permission.ORGANISATION_CHANGE
COLUMNS = (
    Column("type", gettext_lazy("Samtaletype"), ("name", "pk"), filtered_by="q"),
    Column("title", gettext_lazy("Titel"), ("title",)),
    Column("title_en", gettext_lazy("Titel på engelsk"), ("title_en",)),
    Column("edition", gettext_lazy("Udgave"), ("edition",), numeric=True),
)


@require_safe
@permitted(SEE)
def texts(request: StaffRequest) -> HttpResponse:
    """Each type in use with its text, or the lack of one."""
    missing = found_texts(missing=True).count()
    filters = (
        Filter("q", gettext_lazy("Samtaletype eller titel"), kind=FilterKind.TEXT),
        Filter("missing", gettext_lazy("Uden tekst"), kind=FilterKind.QUICK, count=missing),
    )
    state = ListState.read(request.GET, columns=COLUMNS, sort="type", filters=filters)
    page = state.page_of(found_texts(**state.values))
    context = {"state": state, "page": page, "may_change": CHANGE in request.permissions}
    return render(request, "admin_module/texts.html", context)


@permitted(SEE)
def text(request: StaffRequest, code: int) -> HttpResponse:
    """A type's text; to read only where one may not change."""
    kind = get_object_or_404(ConversationType, pk=code)
    if request.method == "POST":
        wait_for_turn(request.jobcentre.pk)
    latest = StandardText.objects.filter(type=kind).order_by("-edition").first()
    found = latest or StandardText(jobcentre=request.jobcentre, type=kind, edition=0)
    return _edited(request, kind, found) if CHANGE in request.permissions else _read(request, kind, found)


def _edited(request: StaffRequest, kind: ConversationType, found: StandardText) -> HttpResponse:
    form = TextForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        if form.has_changed():
            saved = form.keep()
            notify(request, _("Teksten til «%(type)s» er gemt som udgave %(number)d.") % _of(kind, saved))
        else:
            notify(request, _("Der var intet at gemme: teksten til «%s» er uændret.") % kind.name)
        return redirect("admin_module:texts")
    context = {"form": form, "type": kind, "editions": editions(kind.pk)}
    return render(request, "admin_module/text.html", context, status=422 if form.is_bound else 200)


def _of(kind: ConversationType, saved: StandardText) -> dict[str, str | int]:
    return {"type": kind.name, "number": saved.edition}


@require_safe
def _read(request: StaffRequest, kind: ConversationType, found: StandardText) -> HttpResponse:
    context = {"type": kind, "facts": facts(TextForm(instance=found)), "editions": editions(kind.pk)}
    return render(request, "admin_module/text.html", context)
