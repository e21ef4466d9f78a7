"""What must reach another system, as rows written in the same transaction as the change itself (SYNC-01 to SYNC-09)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planner.accounts.tenancy import TenantForeignKey, TenantModel
from planner.outbox.states import OPEN, UNSENT, State


class Receiver(models.TextChoices):
    DFDG = "dfdg", _("Jobnet (DFDG)")
    CALENDAR = "calendar", _("Vejlederens kalender")
    MAIL = "mail", _("E-mail")


class CalledBy(models.TextChoices):
    """Who calls us; their calls stand in Systemlog beside ours."""

    JOBNET = "jobnet", _("Jobnet kalder Planner")
    OWN = "minside", _("Min side kalder Planner")
    PUSHED = "pushed", _("DFDG melder en ændring")


class Message(TenantModel):
    """«This subject changed»: the sender builds what is true at the time of sending.

    `sequence` counts a citizen's messages to one receiver, in the order they are sent. `not_before`: when it may next
    be taken; while it is being sent, the end of the lease.
    """

    receiver = models.CharField(max_length=10, choices=Receiver.choices)
    kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    citizen_id = models.UUIDField(null=True)
    sequence = models.PositiveIntegerField(default=0)
    request_id = models.UUIDField(default=uuid.uuid4)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=20, blank=True)
    error_text = models.TextField(blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jobcentre", "receiver", "kind", "subject_id"],
                condition=Q(state__in=UNSENT),
                name="one_waiting_message",
            ),
            models.UniqueConstraint(
                fields=["jobcentre", "receiver", "citizen_id", "sequence"],
                condition=Q(citizen_id__isnull=False),
                name="messages_of_a_citizen_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, lease_until__isnull=False, lease_token__isnull=False)
                | ~Q(state=State.SENDING),
                name="sending_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DONE, done_at__isnull=False) | ~Q(state=State.DONE), name="done_has_a_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["jobcentre", "receiver", "not_before"], condition=Q(state__in=OPEN), name="open_messages"
            ),
            models.Index(fields=["jobcentre", "subject_id", "receiver"], name="messages_of_a_subject"),
            models.Index(fields=["jobcentre", "receiver"], condition=Q(state=State.GIVEN_UP), name="given_up_messages"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.receiver} ({self.state})"


class Exchange(TenantModel):
    """One attempt and its outcome (Systemlog); never a body, never a CPR number. A call to us has no `message`."""

    message = TenantForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="exchanges")
    receiver = models.CharField(max_length=10, choices=[*Receiver.choices, *CalledBy.choices])
    kind = models.CharField(max_length=30)
    at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=1)
    outcome = models.CharField(max_length=20)
    code = models.CharField(max_length=20, blank=True)
    text = models.TextField(blank=True)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["jobcentre", "-at"], name="exchanges_newest_first")]

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}"


class Stop(TenantModel):
    """A receiver to which nothing is sent: it locked us out, until a probe finds that it answers again (SYNC-05).

    `kind` = RESTORED: the database was restored, and may be behind the receiver, until both have been compared.
    """

    RESTORED = "restored"

    receiver = models.CharField(max_length=10, choices=Receiver.choices)
    kind = models.CharField(max_length=30)
    text = models.TextField()
    stopped_at = models.DateTimeField()
    probe_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jobcentre", "receiver"], name="one_stop_a_receiver")]

    def __str__(self) -> str:
        return f"{self.receiver} stopped {self.stopped_at}"

    @property
    def is_restore(self) -> bool:
        return self.kind == self.RESTORED

    @property
    def heading(self) -> str:
        """What is the matter, in a few words."""
        words = _("Intet sendes til %s endnu") if self.is_restore else _("%s lukker ikke Planner ind")
        return str(words) % self.get_receiver_display()

    @property
    def reason(self) -> str:
        """Why a message waits."""
        if self.is_restore:
            return str(_("venter, til Planner og modtageren er sammenlignet"))
        return str(_("modtageren lukker ikke Planner ind; fortsætter af sig selv, når den svarer igen"))

    @property
    def advice(self) -> str:
        """What happens now, and what somebody can do."""
        return str(AFTER_RESTORE if self.is_restore else WHILE_LOCKED_OUT)


AFTER_RESTORE = _(
    "Planner sammenligner først jeres indkaldelser med modtagerens og fortsætter så af sig selv. Det, modtageren "
    "har nyere, bliver ikke overskrevet: det står under Afvigelser."
)
WHILE_LOCKED_OUT = _(
    "Alt venter, og intet går tabt. Planner prøver hvert halve minut og fortsætter af sig selv, når modtageren "
    "svarer igen. Varer det ved, så se efter, om certifikatet er udløbet, og spørg modtagerens driftssupport."
)


class Sending(TenantModel):
    """Which database last sent to a receiver. Another one was restored or took over: it may have forgotten the last."""

    receiver = models.CharField(max_length=10, choices=Receiver.choices)
    database = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jobcentre", "receiver"], name="one_database_a_receiver")]

    def __str__(self) -> str:
        return f"{self.receiver} from {self.database}"
