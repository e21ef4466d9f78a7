"""«Breve»: the letters of each type, in editions of which the latest holds, and their preview (LET-01)."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from admin_module.forms.letters import LetterForm
from admin_module.forms.reading import facts
from admin_module.models import ConversationType, LetterTemplate
from admin_module.services.turns import wait_for_turn
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.letters.paper import FILE_TYPE, Sheet, pdf
from planner.letters.wording import EXAMPLES, FIELDS, STANDARD, Wording, filled, paragraphs, written
from planner.ui.notices import notify

SEE, CHANGE = Permission.ORGANISATION_SEE, Permission.ORGANISATION_CHANGE


@permitted(SEE)
def letters(request: StaffRequest, code: int) -> HttpResponse:
    """A type's letters; to read only where one may not change."""
    kind = get_object_or_404(ConversationType, pk=code)
    if request.method == "POST":
        wait_for_turn(request.jobcentre.pk)
    found = _held(request, kind)
    return _edited(request, kind, found) if CHANGE in request.permissions else _read(request, kind, found)


def _held(request: StaffRequest, kind: ConversationType) -> LetterTemplate:
    """The edition that holds, or the standard letters."""
    latest = LetterTemplate.objects.filter(type=kind).order_by("-edition").first()
    standard = {f"{name}_heading": one.heading for name, one in STANDARD.items()}
    standard |= {f"{name}_body": one.body for name, one in STANDARD.items()}
    return latest or LetterTemplate(jobcentre=request.jobcentre, type=kind, edition=0, **standard)


def _edited(request: StaffRequest, kind: ConversationType, found: LetterTemplate) -> HttpResponse:
    form = LetterForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        if form.has_changed():
            said = {"type": kind.name, "number": form.keep().edition}
            notify(request, _("Brevene til «%(type)s» er gemt som udgave %(number)d.") % said)
        else:
            notify(request, _("Der var intet at gemme: brevene til «%s» er uændrede.") % kind.name)
        return redirect("admin_module:text", kind.pk)
    context = {"form": form, "type": kind, "held": found, "examples": _examples()}
    return render(request, "admin_module/letters.html", context, status=422 if form.is_bound else 200)


def _examples() -> list[tuple[str, str]]:
    return [(written(key), EXAMPLES[key]) for key in FIELDS]


@require_safe
def _read(request: StaffRequest, kind: ConversationType, found: LetterTemplate) -> HttpResponse:
    context = {"type": kind, "held": found, "facts": facts(LetterForm(instance=found))}
    return render(request, "admin_module/letters.html", context)


@require_POST
@permitted(CHANGE)
def preview(request: StaffRequest, code: int) -> HttpResponse:
    """The three letters as they are typed, with example values; nothing is saved."""
    kind = get_object_or_404(ConversationType, pk=code)
    found = _held(request, kind)
    form = LetterForm(request.POST, instance=found)
    if not form.is_valid():
        context = {"form": form, "type": kind, "held": found, "examples": _examples()}
        return render(request, "admin_module/letters.html", context, status=422)
    return HttpResponse(_paper(form.wordings()), content_type=FILE_TYPE)


def _paper(wordings: Mapping[str, Wording]) -> bytes:
    to = "\n".join([EXAMPLES["citizen"], *EXAMPLES["address"].rsplit(", ", 1)])
    sender = "\n".join([EXAMPLES["sender"], *EXAMPLES["contact"].split(", ")])
    sheets = [
        Sheet(to, sender, filled(one.heading, EXAMPLES) or " ", paragraphs(filled(one.body, EXAMPLES)))
        for one in wordings.values()
    ]
    return pdf(sheets, title=_("Eksempel på breve"))
