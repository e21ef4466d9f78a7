"""What an online offer has beyond the details of its conversations: who sees it, when, and which times (OFFER-03)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

INTERVALS = [(15, "15"), (30, "30"), (60, "60")]


class OfferModel(models.TextChoices):
    """Whose times a citizen sees (OFFER-09, slides 32-34)."""

    TEAM = "team", _("Teammodellen")
    TRUST = "trust", _("Tillidsmodellen")
    CONTROL = "control", _("Kontrolmodellen")


class WithoutOwn(models.TextChoices):
    """What a citizen sees in «Kontrolmodellen» whose own counsellor has no time, or who has none."""

    NONE = "none", _("Ingen tider")
    TEAM = "team", _("Teamets tider")


class OnlineTerms(models.Model):
    """The tab «Online Booking» of a template, where all may be empty, and step 2 of an offer.

    `weekdays`: 0 for Monday; empty = every day. `from_time`, `to_time`: no conversation begins before or ends after.
    `interval`, `least_notice_days`, `shown_weeks`: empty = the job centre's own.
    """

    model = models.CharField(_("Model"), max_length=7, choices=OfferModel.choices, blank=True)
    without_own = models.CharField(
        _("Når egen vejleder ingen tid har"), max_length=4, choices=WithoutOwn.choices, blank=True
    )
    is_active = models.BooleanField(_("Aktiv"), null=True, blank=True)
    shows_counsellor = models.BooleanField(_("Vis vejlederens navn på Jobnet.dk"), null=True, blank=True)
    opens_on = models.DateField(_("Første dato online tilbud kan bookes"), null=True, blank=True)
    earliest_meeting_on = models.DateField(_("Tidligste mødedato"), null=True, blank=True)
    ends_on = models.DateField(_("Slutdato"), null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("Ugedage"), default=list, blank=True)
    from_time = models.TimeField(_("Tidligst kl."), null=True, blank=True)
    to_time = models.TimeField(_("Senest kl."), null=True, blank=True)
    interval = models.PositiveSmallIntegerField(
        _("Tider vises hvert (minutter)"), choices=INTERVALS, null=True, blank=True
    )
    least_notice_days = models.PositiveSmallIntegerField(
        _("Mindste varsel (dage)"), validators=[MinValueValidator(0), MaxValueValidator(14)], null=True, blank=True
    )
    shown_weeks = models.PositiveSmallIntegerField(
        _("Tider vises frem (uger)"), validators=[MinValueValidator(1), MaxValueValidator(26)], null=True, blank=True
    )

    class Meta:
        abstract = True
