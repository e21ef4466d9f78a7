"""Meeting rooms."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from admin_module.models.address import Addressed
from admin_module.models.retiring import Clearable, LivingQuerySet, unique_living_name
from admin_module.models.team import Team
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class RoomQuerySet(LivingQuerySet["Room"]):
    def usable(self) -> RoomQuerySet:
        """«Kan tilknyttes samtaler», and neither retired nor about to be."""
        return self.living().filter(can_be_used=True, leaving_at=None)


class Room(Addressed, Clearable):
    """Address: all three fields or none; without one, citizens are called to the team's (ROOM-03)."""

    name = models.CharField(_("Navn"), max_length=60)
    capacity = models.PositiveIntegerField(_("Maks. kapacitet"), null=True, blank=True)
    overbooking = models.PositiveIntegerField(_("Accepter overbooking (antal personer)"), default=0)
    can_be_used = models.BooleanField(_("Kan tilknyttes samtaler"), default=True)
    comment = models.TextField(_("Kommentar"), blank=True)
    teams = models.ManyToManyField(Team, through="RoomTeam", related_name="rooms")

    objects: ClassVar[Any] = RoomQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            unique_living_name("room_name"),
            models.CheckConstraint(condition=Q(capacity__isnull=True) | Q(capacity__gte=1), name="room_capacity"),
            models.CheckConstraint(
                condition=Q(overbooking=0) | Q(capacity__isnull=False), name="overbooking_needs_capacity"
            ),
            models.CheckConstraint(
                condition=Q(address="", postal_code="", city="") | (~Q(address="") & ~Q(postal_code="") & ~Q(city="")),
                name="room_address_whole_or_none",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoomTeam(TenantModel):
    room = TenantForeignKey(Room, on_delete=models.CASCADE)
    team = TenantForeignKey(Team, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "team"], name="room_once_a_team")]

    def __str__(self) -> str:
        return f"{self.room_id} for {self.team_id}"
