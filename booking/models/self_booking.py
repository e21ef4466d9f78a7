"""What a citizen's own booking leaves behind before it is a booking: chosen times, what was shown, and faults."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.models import Counsellor, Room
from booking.models.appointment import Appointment, Origin
from booking.models.citizen import Citizen
from booking.models.offer import OnlineOffer
from booking.models.summons import Summons
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class Hold(TenantModel):
    """A time that a citizen has chosen and not yet confirmed (SELF-08, SYNC-16); its id is DFDG's indkaldelseId.

    `held`: its claims keep the time from others until `expires_at`; before that it is only a choice. `moves`: the
    summons that it would rebook, whose id it then has. `joins`: the joint meeting that it would join.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    citizen = TenantForeignKey(Citizen, on_delete=models.CASCADE, related_name="holds")
    offer = TenantForeignKey(OnlineOffer, on_delete=models.CASCADE, null=True, related_name="holds")
    moves = TenantForeignKey(Summons, on_delete=models.CASCADE, null=True, related_name="holds")
    joins = TenantForeignKey(Appointment, on_delete=models.CASCADE, null=True, related_name="holds")
    counsellor = TenantForeignKey(Counsellor, on_delete=models.CASCADE, null=True, related_name="+")
    room = TenantForeignKey(Room, on_delete=models.CASCADE, null=True, related_name="+")
    mode = models.CharField(max_length=10)
    day = models.DateField()
    start_tick = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=12, choices=Origin.choices)
    held = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(offer__isnull=False) | Q(moves__isnull=False), name="hold_books_or_moves"
            ),
        ]
        indexes = [models.Index(fields=["jobcentre", "expires_at"], name="holds_by_expiry")]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class Visit(TenantModel):
    """What a citizen was shown (SELF-10): evidence that there were times, or that there were none.

    `offers`: of each offer its number, title, count of free times and the first of them, as ISO 8601 or null.
    """

    citizen = TenantForeignKey(Citizen, on_delete=models.CASCADE, related_name="visits")
    at = models.DateTimeField()
    origin = models.CharField(max_length=12, choices=Origin.choices)
    offers = models.JSONField(default=list)
    free_times = models.PositiveIntegerField(default=0)
    first_free_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["jobcentre", "citizen", "-at"], name="visits_of_a_citizen"),
            models.Index(fields=["jobcentre", "at"], name="visits_by_time"),
        ]

    def __str__(self) -> str:
        return f"visit at {self.at}"


class Heartbeat(TenantModel):
    """The last sign of life, each minute."""

    beat_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jobcentre"], name="one_heartbeat_each")]

    def __str__(self) -> str:
        return f"alive at {self.beat_at}"


class Outage(TenantModel):
    """A time when this program could not answer citizens, seen afterwards from the silence of its heartbeat."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["jobcentre", "ended_at"], name="outages_by_end")]

    def __str__(self) -> str:
        return f"outage from {self.began_at}"


class ReportedFault(TenantModel):
    """«Fejl fra Jobnet»: what DFDG or Jobnet reported of an offer or a booking (SELF-11, `dfdg.md` 1.10).

    `encrypted`: the text, which a citizen may have typed; emptied after 30 days.
    """

    class Source(models.IntegerChoices):
        DFDG = 30, _("DFDG")
        JOBNET = 32, _("Jobnet")

    class Kind(models.IntegerChoices):
        JOBNET = 1, _("Teknisk fejl på Jobnet")
        VALIDATION = 2, _("Valideringsfejl i DFDG")
        CITIZEN = 3, _("Borgerens egen fejlmelding")

    citizen = TenantForeignKey(Citizen, on_delete=models.CASCADE, related_name="reported_faults")
    offer = TenantForeignKey(OnlineOffer, on_delete=models.SET_NULL, null=True, related_name="+")
    summons = TenantForeignKey(Summons, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    source = models.PositiveSmallIntegerField(choices=Source.choices)
    encrypted = models.BinaryField(null=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["jobcentre", "-received_at"], name="faults_newest_first")]

    def __str__(self) -> str:
        return f"fault {self.kind} at {self.happened_at}"
