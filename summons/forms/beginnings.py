"""What step 1 begins with, and what follows from a change: values for `FrameForm`, never rows that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from admin_module.models import (
    ContactMode,
    ConversationType,
    Counsellor,
    Distribution,
    MeetingForm,
    Room,
    RoomChoice,
    SummonsTemplate,
    Team,
)
from admin_module.queries.proposals import contact_of, is_our_contact, is_standard_text, standard_text
from booking.models import Citizen
from planner.accounts.models import Settings
from planner.timeline.holidays import working_days_after
from planner.ui import formatting
from planner.ui.addresses import read_id
from planner.ui.parsing import read_date, read_time
from summons.models import HandedList, Run
from summons.queries.choices import proposed_team

CARRIED = (
    "type",
    "variant",
    "form",
    "mode",
    "title",
    "description",
    "phone",
    "digital_link",
    "fund_participation",
    "seats_by",
    "seats_calling",
    "seats_rebooking",
    "team",
    "competence",
    "duration",
    "reporting_time",
    "distribution",
    "rebooking_allowed",
    "rebooking_days",
    "message_to_citizen",
    "message_to_counsellor",
    "contact_phone",
    "contact_email",
)
"""What a template and a run both hold under the form's own names."""
OF_RUN = (*CARRIED, "template", "name", "earliest_on", "fixed_on")

Values = dict[str, Any]


def first_values(query: QueryDict, *, user_id: int, settings: Settings, today: date) -> Values:
    """Sensible beginnings, and over them what the address brings (CAL-03, KSS-01). 404 for what is not ours."""
    asked = _asked_for(query, today)
    values: Values = {
        "type": ConversationType.JOB_CONVERSATION,
        "form": MeetingForm.INDIVIDUAL,
        "mode": ContactMode.IN_PERSON,
        "team": proposed_team(user_id),
        "place": RoomChoice.NONE,
        "duration": 45,
        "reporting_time": 15,
        "distribution": Distribution.AUTOMATIC,
        "earliest_on": proposed_date(settings, today),
        "rebooking_allowed": True,
        "rebooking_days": 1,
    } | asked
    return standard_text(values["type"]) | contact_of(values["team"], settings) | values


def filled_in(query: QueryDict, *, user_id: int, settings: Settings, today: date) -> QueryDict:
    """Step 1 as it would be posted without anybody filling it in: what was marked stands over the template."""
    posted = QueryDict(mutable=True)
    _put(posted, first_values(query, user_id=user_id, settings=settings, today=today))
    if template := query.get("template"):
        posted["template"] = template
        posted = followed(posted, "template", settings=settings, today=today)
    _put(posted, _asked_for(query, today))
    return posted


def _put(posted: QueryDict, values: Values) -> None:
    for name, value in values.items():
        if value is not None:
            posted.setlist(name, _as_posted(value))


def proposed_date(settings: Settings, today: date) -> date:
    """The first working day on which post can have arrived (SUM-06)."""
    return working_days_after(today + timedelta(days=settings.notice_days - 1), 1, settings.also_closed)


def values_of_run(run: Run) -> Values:
    """A run as the form shows it; counsellors who can no longer be called are left out."""
    return {name: _value(run, name) for name in OF_RUN} | {
        "version": run.version,
        "place": _place(run),
        "counsellors": _living(run.counsellors, run.team_id),
        "fixed_times": [clock.isoformat("minutes") for clock in run.fixed_times],
    }


def followed(posted: QueryDict, changed: str, *, settings: Settings, today: date) -> QueryDict:
    """What stands in the form, with what follows from the field that was changed."""
    follows: Mapping[str, Any] = {
        "template": lambda: _brought_by_template(posted, settings),
        "type": lambda: standard_text(read_id(posted.get("type", ""))) if _has_standard_text(posted) else {},
        "team": lambda: contact_of(read_id(posted.get("team", "")), settings) if _has_our_contact(posted) else {},
        "distribution": lambda: {} if posted.get("earliest_on") else {"earliest_on": proposed_date(settings, today)},
    }
    filled = posted.copy()
    for name, value in follows[changed]().items() if changed in follows else ():
        filled.setlist(name, _as_posted(value))
    return filled


def _brought_by_template(posted: QueryDict, settings: Settings) -> Values:
    """What stands in the template, and what follows from its type and team where it says nothing (TMPL-03)."""
    template = SummonsTemplate.objects.living().filter(pk=read_id(posted.get("template", "")) or 0).first()
    given = _values_of_template(template) if template else {}
    follows: Values = {}
    if "type" in given and _has_standard_text(posted):
        follows |= standard_text(given["type"])
    if "team" in given and _has_our_contact(posted):
        follows |= contact_of(given["team"], settings)
    return follows | given


def _values_of_template(template: SummonsTemplate) -> Values:
    """Only what is given."""
    values = {name: _value(template, name) for name in CARRIED}
    if template.room_id or template.room_choice != RoomChoice.NONE:
        values["place"] = _place(template)
    values["counsellors"] = _living(template.counsellors, template.team_id)
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _place(details: Run | SummonsTemplate) -> str:
    return f"room-{details.room_id}" if details.room_id else details.room_choice


def _living(counsellors: Any, team_id: int | None) -> list[int]:
    found = counsellors.summonable()
    return [one.pk for one in (found.filter(teams=team_id) if team_id else found)]


def _has_standard_text(posted: QueryDict) -> bool:
    return is_standard_text(posted.get("title", ""), posted.get("description", ""))


def _has_our_contact(posted: QueryDict) -> bool:
    return is_our_contact(posted.get("contact_phone", ""), posted.get("contact_email", ""))


def _asked_for(query: QueryDict, today: date) -> Values:
    found = _resources(query)
    if length := read_id(query.get("duration", "")):
        found["duration"] = length
    for name, key, rows in (("citizen", "citizen", Citizen.objects), ("handed", "list", HandedList.objects)):
        if asked := query.get(key):
            found[name] = _found(rows, str(asked))
    if query.get("near"):
        found["near"] = True
    return found | _date(query, today)


def _found(rows: Any, key: str) -> UUID:
    try:
        return UUID(str(get_object_or_404(rows, pk=UUID(key)).pk))
    except ValueError:
        raise Http404 from None


def _resources(query: QueryDict) -> Values:
    """Team, counsellor and room of the calendar; the team is theirs where none is named and they have only one."""
    found: Values = {}
    teams = Team.objects.living()
    if counsellor := query.get("counsellor"):
        pk = get_object_or_404(Counsellor.objects.summonable(), pk=read_id(counsellor)).pk
        found["counsellors"], teams = [pk], teams.filter(counsellors=pk)
    if room := query.get("room"):
        pk = get_object_or_404(Room.objects.usable(), pk=read_id(room)).pk
        found["place"], teams = f"room-{pk}", teams.filter(rooms=pk)
    if team := query.get("team"):
        found["team"] = get_object_or_404(Team.objects.living(), pk=read_id(team)).pk
    elif found and len(only := teams[:2]) == 1:
        found["team"] = only[0].pk
    return found


def _date(query: QueryDict, today: date) -> Values:
    """A marked period is a fixed time, a day alone the earliest date; what has passed is left out."""
    on, clock = read_date(query.get("date", ""), today), read_time(query.get("start", ""))
    if on is None or on < today:
        return {}
    if clock is None:
        return {"earliest_on": on} if on > today else {}
    return {
        "distribution": Distribution.FIXED_TIME,
        "fixed_on": on,
        "fixed_times": [clock.isoformat("minutes")],
    }


def _value(details: Run | SummonsTemplate, name: str) -> Any:
    """A field's value, of another row its key."""
    key = f"{name}_id"
    return getattr(details, key) if hasattr(details, key) else getattr(details, name)


def _as_posted(value: Any) -> list[str]:
    """As a browser would send it."""
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, date):
        return [formatting.day_year(value)]
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
