"""Online offers: a published set of free times that a target group books by itself, and the rules that find it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.models import Counsellor, Details, OfferModel, OnlineTerms, SummonsTemplate, WithoutOwn
from admin_module.models.retiring import Retirable
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class Operator(models.TextChoices):
    ALL = "all", _("Alle")
    ANY = "any", _("Enhver")


class OnlineOffer(Retirable, Details, OnlineTerms):
    """Its id is DFDG's MoedetilbudId. `published_at`: when step 2 was first finished; a draft until then.

    `operator` joins the groups of rules. What is booked carries a copy of the details; only `ends_on` is read from
    here afterwards (slide 105).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(editable=False)
    template = TenantForeignKey(SummonsTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    counsellors = models.ManyToManyField(Counsellor, through="OfferCounsellor", related_name="offers")
    model = models.CharField(_("Model"), max_length=7, choices=OfferModel.choices, default=OfferModel.TEAM)
    without_own = models.CharField(
        _("Når egen vejleder ingen tid har"), max_length=4, choices=WithoutOwn.choices, default=WithoutOwn.NONE
    )
    is_active = models.BooleanField(_("Aktiv"), default=False)
    shows_counsellor = models.BooleanField(_("Vis vejlederens navn på Jobnet.dk"), default=False)
    operator = models.CharField(max_length=3, choices=Operator.choices, default=Operator.ALL)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["jobcentre", "number"], name="offer_number_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(opens_on=None) | Q(opens_on__lte=models.F("ends_on")),
                name="offer_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(from_time=None) | Q(to_time=None) | Q(from_time__lt=models.F("to_time")),
                name="offer_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"offer {self.number}"


class OfferCounsellor(TenantModel):
    offer = TenantForeignKey(OnlineOffer, on_delete=models.CASCADE)
    counsellor = TenantForeignKey(Counsellor, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "counsellor"], name="counsellor_once_an_offer")]

    def __str__(self) -> str:
        return f"{self.counsellor_id} in {self.offer_id}"


class RuleGroup(TenantModel):
    """Rules joined by «Alle» or «Enhver» (OFFER-05)."""

    offer = TenantForeignKey(OnlineOffer, on_delete=models.CASCADE, related_name="groups")
    operator = models.CharField(max_length=3, choices=Operator.choices, default=Operator.ALL)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"group {self.position} of {self.offer_id}"


class RuleKind(models.TextChoices):
    """What a rule asks of a citizen, and what its criterion is."""

    AGE = "age", _("Alder")
    CONTACT_GROUP = "contact_group", _("Kontaktgruppe")
    PERSON_GROUP = "person_group", _("Persongruppemarkering")
    CASE_OWNER = "case_owner", _("Fast vejleder")
    PERSON_CATEGORY = "person_category", _("Personkategori")
    UNEMPLOYED_WEEKS = "unemployed_weeks", _("Ledighed i uger")
    DUE_WITHIN_DAYS = "due_within_days", _("Falddato inden for dage")


class Condition(models.TextChoices):
    AT_LEAST = "at_least", _("Større end lig med")
    AT_MOST = "at_most", _("Mindre end lig med")
    EQUAL = "equal", _("Lig med")
    IS = "is", _("Er")
    IS_NOT = "is_not", _("Er ikke")
    HAS = "has", _("Har")
    HAS_NOT = "has_not", _("Har ikke")


NUMBERS = (Condition.AT_LEAST, Condition.AT_MOST, Condition.EQUAL)
CONDITIONS: dict[RuleKind, tuple[Condition, ...]] = {
    RuleKind.AGE: NUMBERS,
    RuleKind.CONTACT_GROUP: (Condition.IS, Condition.IS_NOT),
    RuleKind.PERSON_GROUP: (Condition.HAS, Condition.HAS_NOT),
    RuleKind.CASE_OWNER: (Condition.IS, Condition.IS_NOT),
    RuleKind.PERSON_CATEGORY: (Condition.IS, Condition.IS_NOT),
    RuleKind.UNEMPLOYED_WEEKS: NUMBERS,
    RuleKind.DUE_WITHIN_DAYS: (Condition.AT_MOST,),
}
"""The conditions that each kind can have."""


class OfferRule(TenantModel):
    """`criterion`: a number (age, weeks, days), a contact group's or person category's code, a person group's UUID, or
    a counsellor's id."""

    group = TenantForeignKey(RuleGroup, on_delete=models.CASCADE, related_name="rules")
    kind = models.CharField(max_length=16, choices=RuleKind.choices)
    condition = models.CharField(max_length=8, choices=Condition.choices)
    criterion = models.CharField(max_length=36)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.condition} {self.criterion}"
