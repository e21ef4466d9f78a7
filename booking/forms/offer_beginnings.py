"""What step 1 of an online offer begins with, and what follows from a change: values for the form, never kept rows."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from admin_module.models import (
    ContactMode,
    ConversationType,
    MyTeam,
    RoomChoice,
    SummonsTemplate,
    Team,
)
from admin_module.queries.proposals import contact_of, is_our_contact
from booking.forms.offer_frame import counsellors_of
from planner.accounts.models import Settings
from planner.ui.addresses import read_id

OF_TEMPLATE = (
    *("type", "variant", "mode", "phone", "digital_link", "team", "competence", "duration", "reporting_time"),
    *("message_to_citizen", "message_to_counsellor", "contact_phone", "contact_email"),
)
"""What a template and step 1 both hold under the form's own names."""
Values = dict[str, Any]


def first_values(*, user_id: int, settings: Settings) -> Values:
    """«Jobsamtale», «Personligt fremmøde», the user's own team, and how citizens reach it."""
    types, modes = settings.online_types, settings.online_modes
    team = _proposed_team(user_id)
    job, in_person = ConversationType.JOB_CONVERSATION, ContactMode.IN_PERSON.value
    return {
        "type": job if job in types else next(iter(types), None),
        "mode": in_person if in_person in modes else next(iter(modes), ""),
        "team": team,
        "place": RoomChoice.NONE.value,
        "duration": 45,
        "reporting_time": 15,
    } | contact_of(team, settings)


def _proposed_team(user_id: int) -> int | None:
    """The first of «Mine teams», else the only one that has counsellors."""
    living = Team.objects.living().without_tree_fields()
    mine = living.filter(pk__in=MyTeam.objects.filter(user_id=user_id).values("team")).order_by("position", "pk")
    able = living.filter(counsellors__retired_at=None, counsellors__isnull=False).distinct().order_by("pk")
    for found in (mine.values_list("pk", flat=True)[:1], able.values_list("pk", flat=True)[:2]):
        if len(found) == 1:
            return int(found[0])
    return None


def followed(posted: QueryDict, changed: str, settings: Settings) -> QueryDict:
    """What stands in the form, with what follows from the field that was changed."""
    filled = posted.copy()
    follows: Values = {}
    if changed == "template":
        follows = _brought_by_template(posted, settings)
    elif changed == "team" and _has_our_contact(posted):
        follows = contact_of(read_id(posted.get("team", "")), settings)
    for name, value in follows.items():
        filled.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return filled


def _has_our_contact(posted: QueryDict) -> bool:
    return is_our_contact(posted.get("contact_phone", ""), posted.get("contact_email", ""))


def _brought_by_template(posted: QueryDict, settings: Settings) -> Values:
    """What stands in the template, and what follows from its team where it says nothing (TMPL-03)."""
    template = SummonsTemplate.objects.living().filter(pk=read_id(posted.get("template", "")) or 0).first()
    if template is None:
        return {}
    given = {name: _value(template, name) for name in OF_TEMPLATE}
    if template.room_id or template.room_choice != RoomChoice.NONE:
        given["place"] = f"room-{template.room_id}" if template.room_id else template.room_choice
    chosen = template.counsellors.all()
    given["counsellors"] = [one.pk for one in counsellors_of(template.team_id, None) if one in chosen]
    found = {name: value for name, value in given.items() if value not in (None, "", [])}
    contact = contact_of(template.team_id, settings) if "team" in found and _has_our_contact(posted) else {}
    return contact | found


def _value(template: SummonsTemplate, name: str) -> Any:
    """A field's value, of another row its key."""
    key = f"{name}_id"
    return getattr(template, key) if hasattr(template, key) else getattr(template, name)
