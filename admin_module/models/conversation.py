"""Conversation types (national, locked), local variants of them, and the standard texts of a type."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.models.retiring import Retirable, unique_living_name
from admin_module.models.team import Team
from planner.accounts.tenancy import TenantForeignKey, TenantModel
from planner.letters.wording import Wording


class CodeListRow(models.Model):
    """A row of a national code list: kept fresh each night, never deleted, only expired (SYNC-12)."""

    code = models.PositiveIntegerField(primary_key=True)
    name = models.CharField(max_length=100)
    expired_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Self]]

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ConversationType(CodeListRow):
    """Samtaletype, as DFDG defines it."""

    JOB_CONVERSATION = 7
    FOLLOW_UP = 4
    JOINT_WITH_FUND = 17
    NEVER_SELF_BOOKED = frozenset({17, 19})
    """Joint conversations with the unemployment fund are always summoned (`dfdg.md` 2.5, 4.2)."""


class ContactGroup(CodeListRow):
    """Kontaktgruppe: kind of benefit."""


class AbsenceType(CodeListRow):
    """Fraværstype: why a citizen cannot come."""


class PersonGroup(models.Model):
    """Persongruppe: a mark of citizens, made by the state, a region or a job centre; never deleted, only expired."""

    class Level(models.TextChoices):
        STATE = "state", _("Landsdækkende")
        REGION = "region", _("Regional")
        JOBCENTRE = "jobcentre", _("Lokal")

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=10, choices=Level.choices)
    jobcentre_codes = ArrayField(models.CharField(max_length=5), default=list)
    expired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ConversationVariant(Retirable):
    """A local sub-kind, so that target groups do not rebook into each other's meetings (VARI-04)."""

    name = models.CharField(_("Navn på samtaletypevariant"), max_length=100)
    types = models.ManyToManyField(ConversationType, through="VariantType", related_name="variants")
    teams = models.ManyToManyField(Team, through="VariantTeam", related_name="variants")

    class Meta:
        ordering = ["name"]
        constraints = [unique_living_name("variant_name")]

    def __str__(self) -> str:
        return self.name


class VariantType(TenantModel):
    variant = TenantForeignKey(ConversationVariant, on_delete=models.CASCADE)
    type = models.ForeignKey(ConversationType, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["variant", "type"], name="variant_once_a_type")]

    def __str__(self) -> str:
        return f"{self.variant_id} for {self.type_id}"


class VariantTeam(TenantModel):
    variant = TenantForeignKey(ConversationVariant, on_delete=models.CASCADE)
    team = TenantForeignKey(Team, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["variant", "team"], name="variant_once_a_team")]

    def __str__(self) -> str:
        return f"{self.variant_id} for {self.team_id}"


class StandardText(TenantModel):
    """Title, description, rights and duties of a type, versioned: the latest version holds (SET-01)."""

    type = models.ForeignKey(ConversationType, on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveIntegerField(default=1)
    title = models.CharField(_("Titel"), max_length=100)
    title_en = models.CharField(_("Titel på engelsk"), max_length=100, blank=True)
    description = models.TextField(_("Beskrivelse"), max_length=4000, blank=True)
    description_en = models.TextField(_("Beskrivelse på engelsk"), max_length=4000, blank=True)
    rights_and_duties = models.TextField(_("Rettigheder og pligter"), blank=True)
    rights_and_duties_en = models.TextField(_("Rettigheder og pligter på engelsk"), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jobcentre", "type", "edition"], name="one_text_an_edition")]

    def __str__(self) -> str:
        return self.title

    @property
    def version(self) -> int:
        """What a form that began with this edition must still find (APP-15)."""
        return self.edition


class LetterTemplate(TenantModel):
    """The letters of a type, versioned: the latest edition holds (LET-01). Their fields stand in planner.letters."""

    type = models.ForeignKey(ConversationType, on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveIntegerField(default=1)
    summons_heading = models.CharField(_("Overskrift"), max_length=100)
    summons_body = models.TextField(_("Brev"), max_length=4000)
    changed_heading = models.CharField(_("Overskrift"), max_length=100)
    changed_body = models.TextField(_("Brev"), max_length=4000)
    cancelled_heading = models.CharField(_("Overskrift"), max_length=100)
    cancelled_body = models.TextField(_("Brev"), max_length=4000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jobcentre", "type", "edition"], name="one_letter_an_edition")]

    def __str__(self) -> str:
        return self.summons_heading

    @property
    def version(self) -> int:
        """What a form that began with this edition must still find (APP-15)."""
        return self.edition

    def wording(self, kind: str) -> Wording:
        """The letter of a kind: «summons», «changed» or «cancelled»."""
        return Wording(getattr(self, f"{kind}_heading"), getattr(self, f"{kind}_body"))
