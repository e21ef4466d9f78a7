"""What Systemlog calls the kinds of messages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from planner.dfdg.codes import EntityKind

NAMES: dict[int, str | Promise] = {
    EntityKind.SUMMONS: _("Indkaldelse"),
    EntityKind.DEADLINE: _("Frist"),
    EntityKind.CONTACT_GROUP: _("Kontaktgruppe"),
}


def about(entity: int, text: str) -> str:
    """«Frist: Planner vidste det allerede.»"""
    return ": ".join(filter(None, (str(NAMES.get(entity, entity)), text)))
