"""Whether something may be done to the organisation, and if not, why not: one function answers both."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from admin_module.models import Team
from planner.ui.refusal import Refusal


def why_not_move(team: Team, parent_id: int | None, teams: Mapping[int, Team]) -> Refusal | None:
    """TEAM-08. `teams`: all living ones, by id."""
    if team.parent_id is None:
        return Refusal(_("Det øverste team kan ikke flyttes."), code="root")
    if parent_id not in teams:
        return Refusal(_("Teamet, der skulle flyttes til, findes ikke længere."), code="parent-gone")
    above: int | None = parent_id
    while above is not None:
        if above == team.pk:
            return Refusal(_("Et team kan ikke flyttes ind under sig selv."), code="cycle")
        above = teams[above].parent_id if above in teams else None
    return None
