"""Counsellors: the employees who hold conversations, their teams and competences."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.models.address import Addressed
from admin_module.models.retiring import Clearable, LivingQuerySet, Retirable, unique_living_name
from admin_module.models.team import Team
from planner.accounts.fields import full_name_column, sort_key_column
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class Competence(Retirable):
    """A skill of a counsellor: a language, a consultant."""

    name = models.CharField(_("Navn"), max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [unique_living_name("competence_name")]

    def __str__(self) -> str:
        return self.name


class CounsellorQuerySet(LivingQuerySet["Counsellor"]):
    def summonable(self) -> CounsellorQuerySet:
        """«Kan tilknyttes indkaldelser», and neither retired nor about to be."""
        return self.living().filter(can_be_summoned=True, leaving_at=None)


class Counsellor(Addressed, Clearable):
    """Name and e-mail are locked after creation: they bind Planner, case system and calendar (COUN-04).

    The address is the counsellor's own office, for conversations without a room.
    """

    employee_id = models.CharField(_("Medarbejder-id"), max_length=255)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="counsellors"
    )
    given_name = models.CharField(_("Fornavn"), max_length=50)
    middle_name = models.CharField(_("Mellemnavn"), max_length=40, blank=True)
    family_name = models.CharField(_("Efternavn"), max_length=40)
    full_name = full_name_column()
    sort_key = sort_key_column()
    email = models.EmailField(_("E-mail"))
    phone = models.CharField(_("Arbejdstelefon"), max_length=20, blank=True)
    initials = models.CharField(_("Initialer"), max_length=6, blank=True)
    can_be_summoned = models.BooleanField(_("Kan tilknyttes indkaldelser"), default=True)
    comment = models.TextField(_("Kommentar"), blank=True)
    teams = models.ManyToManyField(Team, through="CounsellorTeam", related_name="counsellors")
    competences = models.ManyToManyField(Competence, through="CounsellorCompetence", related_name="counsellors")

    objects: ClassVar[Any] = CounsellorQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["jobcentre", "employee_id"], condition=Q(retired_at__isnull=True), name="one_counsellor_each"
            )
        ]
        indexes = [models.Index(fields=["jobcentre", "sort_key"], name="counsellors_by_name")]

    def __str__(self) -> str:
        return str(self.full_name)

    @property
    def short(self) -> str:
        """Initials for lists, or the name where there are none (COUN-05)."""
        return self.initials or str(self.full_name)


class CounsellorTeam(TenantModel):
    counsellor = TenantForeignKey(Counsellor, on_delete=models.CASCADE)
    team = TenantForeignKey(Team, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["counsellor", "team"], name="counsellor_once_a_team")]

    def __str__(self) -> str:
        return f"{self.counsellor_id} in {self.team_id}"


class CounsellorCompetence(TenantModel):
    counsellor = TenantForeignKey(Counsellor, on_delete=models.CASCADE)
    competence = TenantForeignKey(Competence, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["counsellor", "competence"], name="competence_once")]

    def __str__(self) -> str:
        return f"{self.competence_id} of {self.counsellor_id}"
