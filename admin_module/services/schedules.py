"""Keeping a counsellor's hours, breaks and shares from a date; what is booked stays as it is (COUN-07, COUN-12)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.db.models import F
from django.utils.translation import gettext as _

from admin_module.models import Break, Counsellor, Schedule, WorkingHours
from admin_module.queries.schedule import Plan, Times
from admin_module.services.turns import wait_for_turn
from planner.ui.refusal import Refusal


def keep_plan(*, counsellor: Counsellor, plan: Plan) -> None:
    """Let this be what holds from the plan's date, instead of what was kept from that date."""
    keep_plans(counsellors=[counsellor], plan=plan)


def keep_plans(*, counsellors: Collection[Counsellor], plan: Plan) -> None:
    """The same for several at once: as many statements as for one."""
    Schedule.objects.filter(counsellor__in=counsellors, valid_from=plan.valid_from).delete()
    schedules = Schedule.objects.bulk_create(
        Schedule(
            jobcentre_id=one.jobcentre_id,
            counsellor=one,
            valid_from=plan.valid_from,
            cycle_week=cycle,
            max_conversation_share=plan.max_conversation_share,
            automatic_share=plan.automatic_share,
        )
        for one in counsellors
        for cycle in plan.weeks
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(**_period(schedule, weekday, day.hours))
        for schedule in schedules
        for weekday, day in plan.weeks[schedule.cycle_week].items()
        if day.hours
    )
    Break.objects.bulk_create(
        Break(**_period(schedule, weekday, times))
        for schedule in schedules
        for weekday, day in plan.weeks[schedule.cycle_week].items()
        for times in day.breaks
    )


def _period(schedule: Schedule, weekday: int, times: Times) -> Mapping[str, object]:
    start, end = times
    return {
        "jobcentre_id": schedule.jobcentre_id,
        "schedule": schedule,
        "weekday": weekday,
        "start": start,
        "end": end,
    }


def copy_plan(*, plan: Plan, to: Collection[Counsellor], valid_from: date) -> None:
    """Hours, breaks and shares for several counsellors at once, from a date; who edits one of them is told."""
    for jobcentre_id in {one.jobcentre_id for one in to}:
        wait_for_turn(jobcentre_id)
    keep_plans(counsellors=to, plan=replace(plan, valid_from=valid_from))
    Counsellor.objects.filter(pk__in=[one.pk for one in to]).update(version=F("version") + 1)


def why_not_remove(found: Sequence[Plan]) -> Refusal | None:
    """The only times a counsellor has are changed, not removed."""
    if len(found) > 1:
        return None
    sentence = _("Det er de eneste tider, vejlederen har. Ret dem på medarbejderkortet i stedet.")
    return Refusal(sentence, code="only")


def remove_plan(*, counsellor: Counsellor, found: Sequence[Plan], valid_from: date) -> None:
    """Let what held before hold on."""
    if refusal := why_not_remove(found):
        raise refusal
    counsellor.schedules.filter(valid_from=valid_from).delete()
    counsellor.version += 1
    counsellor.save(update_fields=["version"])
