"""The details of a conversation: one abstract set of fields, carried by template, run, offer and appointment.

Copied downwards at use, never linked: editing one never changes another (slide 105).
"""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from admin_module.models.conversation import ConversationType, ConversationVariant
from admin_module.models.counsellor import Competence
from admin_module.models.room import Room
from admin_module.models.team import Team
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class MeetingForm(models.TextChoices):
    INDIVIDUAL = "individual", _("Individuelt møde")
    JOINT = "joint", _("Fællesmøde")


class ContactMode(models.TextChoices):
    """Afholdelsesform. «På arbejde» exists and cannot be chosen here (slide 128)."""

    IN_PERSON = "in_person", _("Personligt fremmøde")
    TELEPHONE = "telephone", _("Telefonisk")
    LETTER = "letter", _("Brev")
    DIGITAL = "digital", _("Digitalt møde")
    OTHER = "other", _("Andet")
    AT_WORK = "at_work", _("På arbejde")


class RoomChoice(models.TextChoices):
    NONE = "none", _("Intet lokale")
    ONE = "one", _("Et bestemt lokale")
    ANY = "any", _("Et ledigt af teamets lokaler")


class SeatsBy(models.TextChoices):
    ROOM = "room", _("Antal borgere pr. samtale bestemmes af mødelokalets størrelse")
    NUMBER = "number", _("Angiv antal indkaldelser pr. fællesmøde og angiv pladser til ombooking")
    ALL = "all", _("Alle borgere skal indkaldes til én samtale")


class Distribution(models.TextChoices):
    AUTOMATIC = "automatic", _("Fordel samtaler automatisk")
    FIXED_TIME = "fixed_time", _("Angiv fast tidspunkt")


class Details(TenantModel):
    """Everything that step 1 asks for, but dates and counsellors; all may be empty until it is used."""

    type = models.ForeignKey(
        ConversationType,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Samtaletype"),
    )
    variant = TenantForeignKey(
        ConversationVariant, null=True, blank=True, related_name="+", verbose_name=_("Samtaletypevariant")
    )
    form = models.CharField(
        _("Mødeform"), max_length=10, choices=MeetingForm.choices, default=MeetingForm.INDIVIDUAL, blank=True
    )
    mode = models.CharField(
        _("Afholdelsesform"), max_length=10, choices=ContactMode.choices, default=ContactMode.IN_PERSON, blank=True
    )
    title = models.CharField(_("Titel"), max_length=100, blank=True)
    title_en = models.CharField(_("Titel på engelsk"), max_length=100, blank=True)
    description = models.TextField(_("Beskrivelse"), max_length=4000, blank=True)
    description_en = models.TextField(_("Beskrivelse på engelsk"), max_length=4000, blank=True)
    team = TenantForeignKey(Team, null=True, blank=True, related_name="+", verbose_name=_("Team"))
    room_choice = models.CharField(_("Mødelokale"), max_length=4, choices=RoomChoice.choices, default=RoomChoice.NONE)
    room = TenantForeignKey(Room, null=True, blank=True, related_name="+", verbose_name=_("Mødelokale"))
    competence = TenantForeignKey(
        Competence, null=True, blank=True, related_name="+", verbose_name=_("Kræver kompetence")
    )
    duration = models.PositiveSmallIntegerField(
        _("Varighed (minutter)"), null=True, blank=True, validators=[MinValueValidator(5)]
    )
    reporting_time = models.PositiveSmallIntegerField(_("Afrapportering (minutter)"), default=0, blank=True)
    seats_by = models.CharField(_("Antal borgere"), max_length=6, choices=SeatsBy.choices, blank=True)
    seats_calling = models.PositiveIntegerField(_("Indkaldelser pr. fællesmøde"), null=True, blank=True)
    seats_rebooking = models.PositiveIntegerField(_("Pladser til ombooking"), default=0, blank=True)
    distribution = models.CharField(
        _("Fordeling"), max_length=10, choices=Distribution.choices, default=Distribution.AUTOMATIC, blank=True
    )
    rebooking_allowed = models.BooleanField(_("Borgeren kan ombooke"), default=False)
    rebooking_days = models.PositiveSmallIntegerField(_("Dage før samtalen"), default=1, blank=True)
    cancellation_allowed = models.BooleanField(_("Accepter afbud"), default=False)
    cancellation_days = models.PositiveSmallIntegerField(_("Dage før samtalen (afbud)"), default=1, blank=True)
    message_to_counsellor = models.TextField(_("Besked til vejlederen"), max_length=2000, blank=True)
    message_to_citizen = models.TextField(_("Besked til borgeren"), max_length=2000, blank=True)
    phone = models.CharField(_("Telefonnummer, der ringes til"), max_length=20, blank=True)
    digital_link = models.URLField(_("Link til digitalt møde"), max_length=300, blank=True)
    contact_phone = models.CharField(_("Borgeren kan ringe til"), max_length=20, blank=True)
    contact_email = models.EmailField(_("Borgeren kan skrive til"), blank=True)
    fund_participation = models.BooleanField(_("A-kassen deltager"), default=False)

    class Meta:
        abstract = True

    def carried(self) -> dict[str, Any]:
        """The details as values to be copied onto another carrier."""
        return {field.attname: getattr(self, field.attname) for field in Details._meta.local_fields}
