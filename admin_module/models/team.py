"""Teams: the job centre's tree; the root is the job centre itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from tree_queries.query import TreeQuerySet

from admin_module.models.address import Addressed
from admin_module.models.retiring import LivingQuerySet, Retirable
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class TeamQuerySet(TreeQuerySet, LivingQuerySet["Team"]):  # type: ignore[misc]
    pass


class Team(Addressed, Retirable):  # type: ignore[django-manager-missing]
    """A node of the tree. Its name shows in calendars and on summonses (TEAM-07)."""

    parent = TenantForeignKey("self", null=True, blank=True, related_name="children", verbose_name=_("Overordnet team"))
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(_("Navn"), max_length=100)
    email = models.EmailField(_("E-mail-adresse"), blank=True)
    phone = models.CharField(_("Telefonnr."), max_length=20, blank=True)
    description = models.TextField(_("Beskrivelse"), blank=True)
    contact_phone = models.CharField(_("Telefon for borgere"), max_length=20, blank=True)
    contact_email = models.EmailField(_("E-mail for borgere"), blank=True)

    objects: ClassVar[Any] = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["jobcentre"], condition=Q(parent__isnull=True, retired_at__isnull=True), name="one_root_team"
            ),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="team_not_below_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class MyTeam(TenantModel):
    """«Mine teams», chosen by each user."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    team = TenantForeignKey(Team, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="my_team_once")]

    def __str__(self) -> str:
        return f"{self.team_id} of {self.user_id}"
