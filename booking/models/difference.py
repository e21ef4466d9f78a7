"""What another system holds otherwise than we do, and how far the nightly comparison has come (SYNC-08, SYNC-19)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.models import Counsellor
from booking.models.appointment import Appointment
from booking.models.summons import Summons
from planner.accounts.tenancy import TenantForeignKey, TenantModel
from planner.outbox.models import Receiver


class What(models.TextChoices):
    """How the receiver's differs from ours."""

    MISSING = "missing", _("Mangler")
    OTHERWISE = "otherwise", _("Står anderledes")
    STILL_THERE = "still_there", _("Er aflyst her, men står der stadig")
    CHANGED_THERE = "changed_there", _("Er ændret der, efter at Planner sidst sendte den")
    DELETED_THERE = "deleted_there", _("Er slettet der, efter at Planner sidst sendte den")
    NOT_SENT_HERE = "not_sent_here", _("Står der, men er ikke sendt herfra")
    UNREADABLE = "unreadable", _("Kan ikke læses der")


class Done(models.TextChoices):
    """What was done about it."""

    SENT_AGAIN = "sent_again", _("Sendt igen")
    PUT_BACK = "put_back", _("Lagt tilbage")
    LISTED = "listed", _("Ikke rettet")


class Difference(TenantModel):
    """One subject at one receiver, open until it is right again or somebody has seen it. It never names a citizen.

    `subject_id`: that of the outbox's messages about it. `parts`: what of it differs, as values of `Particular`.
    `text`: what the receiver said of it.
    """

    receiver = models.CharField(max_length=10, choices=Receiver.choices)
    subject_id = models.UUIDField()
    what = models.CharField(max_length=13, choices=What.choices)
    done = models.CharField(max_length=10, choices=Done.choices)
    parts = ArrayField(models.CharField(max_length=20), default=list)
    text = models.CharField(max_length=500, blank=True)
    summons = TenantForeignKey(Summons, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    appointment = TenantForeignKey(Appointment, on_delete=models.CASCADE, null=True, related_name="+")
    counsellor = TenantForeignKey(Counsellor, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jobcentre", "receiver", "subject_id"],
                condition=Q(settled_at=None),
                name="one_open_difference",
            )
        ]
        indexes = [models.Index(fields=["jobcentre", "-found_at"], name="differences_newest_first")]

    def __str__(self) -> str:
        return f"{self.what} at {self.receiver}"


class Comparison(TenantModel):
    """The latest night's comparison with a receiver; begun and not finished, it goes on after `reached`."""

    receiver = models.CharField(max_length=10, choices=Receiver.choices)
    began_at = models.DateTimeField()
    reached = models.UUIDField(null=True)
    read = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jobcentre", "receiver"], name="one_comparison_a_receiver")]

    def __str__(self) -> str:
        return f"comparison with {self.receiver} of {self.began_at}"
