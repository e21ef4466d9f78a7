"""«Brugere»: who works at the job centre, with which roles (SEC-02)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from admin_module.forms.user import MemberForm, NewMemberForm
from admin_module.queries.users import members
from admin_module.services.users import add_member, change_member, remove_member, why_not_change
from planner.accounts.models import Membership
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.accounts.roles import Role
from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.notices import notify
from planner.ui.sorting import Column

COLUMNS = (
    Column("name", gettext_lazy("Navn"), ("user__given_name", "user__family_name", "pk"), filtered_by="q"),
    Column("username", gettext_lazy("Brugernavn"), ("user__username",)),
    Column("email", gettext_lazy("E-mail"), ("user__email", "pk")),
    Column("roles", gettext_lazy("Roller"), filtered_by="role"),
    Column("counsellor", gettext_lazy("Er vejlederen"), ("counsellor", "pk")),
    Column("actions", gettext_lazy("Handlinger"), hidden=True),
)


@require_safe
@permitted(Permission.ORGANISATION_SEE)
def users(request: StaffRequest) -> HttpResponse:
    """All who work here."""
    filters = (Filter("q", _("Navn"), kind=FilterKind.TEXT), Filter("role", _("Roller"), Role.choices))
    state = ListState.read(request.GET, columns=COLUMNS, sort="name", filters=filters)
    context = {
        "state": state,
        "page": state.page_of(members(request.jobcentre.pk, **state.values)),
        "may_change": Permission.ORGANISATION_CHANGE in request.permissions,
    }
    return render(request, "admin_module/users.html", context)


@permitted(Permission.ORGANISATION_CHANGE)
def add(request: StaffRequest) -> HttpResponse:
    """Somebody who can sign in starts to work here."""
    blank = Membership(jobcentre=request.jobcentre, roles=[])
    form = NewMemberForm(request.POST if request.method == "POST" else None, instance=blank)
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in ("roles", "counsellor")}
        add_member(jobcentre_id=request.jobcentre.pk, user=form.user, by=request.user, **chosen)
        notify(request, _("%s er tilføjet.") % form.user.full_name)
        return redirect("admin_module:users")
    return render(request, "admin_module/user.html", {"form": form}, status=422 if form.errors else 200)


@permitted(Permission.ORGANISATION_CHANGE)
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """The roles of one who works here."""
    member = _member(request, pk)
    form = MemberForm(request.POST if request.method == "POST" else None, instance=member)
    refusal = why_not_change(member, request.user)
    if request.method == "POST" and refusal:
        raise refusal
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in ("roles", "counsellor")}
        change_member(membership=member, by=request.user, **chosen)
        notify(request, _("Rollerne for %s er gemt. De gælder fra næste klik.") % member.user.full_name)
        return redirect("admin_module:users")
    context = {"form": form, "member": member, "refusal": refusal}
    return render(request, "admin_module/user.html", context, status=422 if form.errors else 200)


@permitted(Permission.ORGANISATION_CHANGE)
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks first (APP-08)."""
    member = _member(request, pk)
    if request.method == "POST":
        remove_member(membership=member, by=request.user)
        notify(request, _("%s er fjernet.") % member.user.full_name)
        return redirect("admin_module:users")
    context = {
        "heading": _("Fjern bruger"),
        "sentence": _("%s kan ikke længere bruge Planner her.") % member.user.full_name,
        "losses": [_("Roller: %s") % member.role_words],
        "button": _("Fjern brugeren"),
        "back": reverse("admin_module:users"),
        "refusal": why_not_change(member, request.user),
    }
    return render(request, "confirm.html", context)


def _member(request: StaffRequest, pk: int) -> Membership:
    found = Membership.objects.filter(jobcentre=request.jobcentre).select_related("user")
    if request.method == "POST":
        found = found.select_for_update(of=("self",))
    return get_object_or_404(found, pk=pk)
