"""The counsellors of the run that a summons came from, as they are today (SELF-05)."""

from __future__ import annotations

from admin_module.models import Counsellor
from booking.models import Summons
from summons.models import Run, RunCounsellor


def counsellors_of(summons: Summons) -> list[Counsellor] | None:
    """Those chosen for it, or all of the team that can be; None where it came from no run."""
    run = Run.objects.filter(lines__summons=summons).select_related("competence").first()
    if run is None:
        return None
    able = Counsellor.objects.summonable().filter(teams=run.team_id)
    if run.competence and run.competence.retired_at is None:
        able = able.filter(competences=run.competence)
    chosen = RunCounsellor.objects.filter(run=run).values("counsellor")
    return list(able.filter(pk__in=chosen) if chosen.exists() else able)
