"""The table of roles as a page (SEC-02): docs/roles.md is made from the same table that every view asks."""

from __future__ import annotations

from django.utils import translation

from planner.accounts.permissions import ALLOWED, Permission
from planner.accounts.roles import Role

HEAD = """# Roller

Lavet af `manage.py roles` ud fra `planner/accounts/permissions.py`; ret der, ikke her. «–» betyder nej.
En bruger kan have flere roller og må da det, som mindst én af dem giver. En administrator er ikke af den grund
sagsbehandler, og ingen kan ændre sine egne roller.
"""


def page() -> str:
    """The whole of docs/roles.md."""
    with translation.override("da"):
        rows = [_row(area, [_cell(role, permissions) for role in Role]) for area, permissions in _areas().items()]
        heads = [str(role.label) for role in Role]
        return "\n".join([HEAD, _row("må", heads), _row("---", ["---"] * len(heads)), *rows]) + "\n"


def _areas() -> dict[str, dict[Permission, str]]:
    """What comes before the colon of a permission's words is the row, what comes after is said in the cell."""
    areas: dict[str, dict[Permission, str]] = {}
    for permission in Permission:
        area, _colon, how = str(permission.value).partition(": ")
        areas.setdefault(area, {})[permission] = how or "ja"
    return areas


def _cell(role: Role, permissions: dict[Permission, str]) -> str:
    return " og ".join(how for permission, how in permissions.items() if permission in ALLOWED[role]) or "–"


def _row(first: str, rest: list[str]) -> str:
    return f"| {' | '.join([first, *rest])} |"
