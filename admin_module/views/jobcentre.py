"""«Jobcenter»: who the job centre is, and its settings (SET-01)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from admin_module.forms.jobcentre import JobcentreForm
from planner.accounts.models import JobcentreCode, Settings
from planner.accounts.permissions import Permission, StaffRequest, permitted
from planner.ui.notices import notify


@require_safe
@permitted(Permission.ORGANISATION_SEE)
def jobcentre(request: StaffRequest) -> HttpResponse:
    """All settings; to be changed by those who may."""
    return _shown(request, JobcentreForm(instance=Settings.objects.select_related("jobcentre").get()))


@permitted(Permission.ORGANISATION_CHANGE)
def save(request: StaffRequest) -> HttpResponse:
    """Keep the settings, if nobody else has meanwhile."""
    if request.method != "POST":
        return redirect("admin_module:jobcentre")
    saved = Settings.objects.select_for_update(of=("self",)).select_related("jobcentre").get()
    form = JobcentreForm(request.POST, instance=saved)
    if not form.is_valid():
        return _shown(request, form)
    form.save()
    notify(request, _("Indstillingerne er gemt."))
    return redirect("admin_module:jobcentre")


def _shown(request: StaffRequest, form: JobcentreForm) -> HttpResponse:
    may_change = Permission.ORGANISATION_CHANGE in request.permissions
    for field in form.fields.values():
        field.disabled, field.required = not may_change, field.required and may_change
    context = {
        "form": form,
        "codes": list(JobcentreCode.objects.values_list("code", flat=True)),
        "may_change": may_change,
    }
    return render(request, "admin_module/jobcentre.html", context, status=422 if form.errors else 200)
