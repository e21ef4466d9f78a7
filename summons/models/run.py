"""A run: one pass through the three steps, a draft from the moment step 1 is left until it is sent."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.models import Counsellor, Details, SummonsTemplate
from booking.models import Channel, Citizen, Summons
from planner.accounts.tenancy import TenantForeignKey, TenantModel
from summons.states import RunState, allowed


class Run(Details):
    """The frame (step 1), with dates. `fixed_times`: «HH:MM» rounds of DIST-13 on `fixed_on`, in order of time.

    `columns`: headings of the extra columns that came with the list, in order. `due_kinds`: the kinds of due date that
    its citizens have. `due_kind` and `days_before`: the rule of the deadlines (NEAREST = of any kind, "" = none).
    `facets`: what the columns of step 2 can be filtered by. `done`/`total`: progress of the job under way. `job`: the
    id of that job, so that a repeat does nothing; `worked_at`: its last sign of life.
    """

    NEAREST = "*"

    class Method(models.TextChoices):
        DEADLINE = "deadline", _("Efter frist")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("Navn"), max_length=120, blank=True)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    template = TenantForeignKey(SummonsTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.DRAFT)
    step = models.PositiveSmallIntegerField(default=1)
    method = models.CharField(max_length=10, choices=Method.choices, default=Method.DEADLINE)
    counsellors = models.ManyToManyField(Counsellor, through="RunCounsellor", related_name="+")
    earliest_on = models.DateField(_("Tidligste dato for indkaldelse"), null=True, blank=True)
    fixed_on = models.DateField(_("Dato"), null=True, blank=True)
    fixed_times = ArrayField(models.TimeField(), verbose_name=_("Starttidspunkter"), default=list, blank=True)
    columns = models.JSONField(default=list)
    due_kinds = models.JSONField(default=list)
    facets = models.JSONField(default=dict)
    due_kind = models.CharField(max_length=100, blank=True)
    days_before = models.PositiveSmallIntegerField(default=0)
    file_name = models.CharField(max_length=200, blank=True)
    cpr_column = models.CharField(max_length=200, blank=True)
    job = models.UUIDField(null=True)
    worked_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    planned_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["jobcentre", "author", "-saved_at"], name="runs_newest_first")]

    def __str__(self) -> str:
        return self.name or f"run {self.pk}"

    def enter(self, state: RunState) -> None:
        """Come into this state; only the moves of `summons.states` are possible. The caller holds the row and saves."""
        if not allowed(RunState(self.state), state):
            raise ValueError(f"a run does not go from {self.state} to {state}")
        self.state = state


class RunCounsellor(TenantModel):
    """A chosen counsellor; none chosen = all of the team that can be."""

    run = TenantForeignKey(Run, on_delete=models.CASCADE)
    counsellor = TenantForeignKey(Counsellor, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "counsellor"], name="counsellor_once_a_run")]

    def __str__(self) -> str:
        return f"{self.counsellor_id} in {self.run_id}"


class LookUp(models.TextChoices):
    WAITING = "waiting", _("ikke slået op")
    FOUND = "found", _("slået op")
    FAILED = "failed", _("ikke slået op, prøv igen")


class RunCitizen(TenantModel):
    """A line of the list. Until the look-up knows the citizen, only the encrypted number identifies the line.

    `reason`: why the line cannot be selected, in the user's words. `extra`: the other columns, encrypted JSON.
    """

    run = TenantForeignKey(Run, on_delete=models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField()
    encrypted = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    born_on = models.DateField(null=True)
    citizen = TenantForeignKey(Citizen, on_delete=models.CASCADE, null=True, related_name="run_lines")
    look_up = models.CharField(max_length=8, choices=LookUp.choices, default=LookUp.WAITING)
    selected = models.BooleanField(default=True)
    reason = models.CharField(max_length=200, blank=True)
    earliest_on = models.DateField(null=True)
    deadline = models.DateField(null=True)
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.JOBNET)
    replace = models.BooleanField(default=False)
    extra = models.BinaryField(null=True)
    summons = TenantForeignKey(Summons, on_delete=models.SET_NULL, null=True, related_name="run_lines")
    unplaced = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["run", "digest"], name="citizen_once_a_run"),
            models.UniqueConstraint(fields=["summons"], condition=Q(summons__isnull=False), name="one_line_a_summons"),
        ]
        indexes = [models.Index(fields=["jobcentre", "run", "line"], name="lines_of_a_run")]

    def __str__(self) -> str:
        return f"line {self.line} of {self.run_id}"


class RejectedRow(TenantModel):
    """What an import could not use, with why; goes with the run. `encrypted`: value and cells of the line, as JSON."""

    class Kind(models.TextChoices):
        REFUSED = "refused", _("kunne ikke bruges")
        DUPLICATE = "duplicate", _("står der mere end én gang")
        REMARK = "remark", _("er med, men med en mangel")

    run = TenantForeignKey(Run, on_delete=models.CASCADE, related_name="rejected")
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.REFUSED)
    line = models.PositiveIntegerField()
    encrypted = models.BinaryField()
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"rejected line {self.line}"
