"""What is deleted in the interface is retired here: no longer chosen, still readable in history (APP-15)."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planner.accounts.tenancy import TenantModel

Row = TypeVar("Row", bound="Retirable")


class LivingQuerySet(models.QuerySet[Row]):
    def living(self) -> Self:
        return self.filter(retired_at__isnull=True)


class Retirable(TenantModel):
    """A row with a version for forms, that can be retired; its name is unique among the living only."""

    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = LivingQuerySet.as_manager()

    class Meta:
        abstract = True


class Clearable(Retirable):
    """Somebody wants to delete it: caseworkers move or cancel what is coming first (COUN-11, ROOM-05)."""

    leaving_at = models.DateTimeField(_("Skal slettes"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


def unique_living_name(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["jobcentre", "name"], condition=Q(retired_at__isnull=True), name=name)
