"""What a form proposes until somebody types: a type's standard text, and how citizens reach a team."""

from __future__ import annotations

from admin_module.models import StandardText, Team
from planner.accounts.models import Settings


def standard_text(type_code: int | None) -> dict[str, str]:
    """Title and description of a type, of the latest edition."""
    text = StandardText.objects.filter(type=type_code).order_by("-edition").first()
    return {"title": text.title, "description": text.description} if text else {}


def is_standard_text(title: str, description: str) -> bool:
    """Whether these are some type's own, or nothing, so that another type's may take their place."""
    written = description.replace("\r\n", "\n")
    return not (title or written) or StandardText.objects.filter(title=title, description=written).exists()


def contact_of(team_id: int | None, settings: Settings) -> dict[str, str]:
    """How citizens reach the team, or where it says nothing the job centre (SUM-21)."""
    team = Team.objects.living().filter(pk=team_id).first() if team_id else None
    source = team if team and (team.contact_phone or team.contact_email) else settings
    return {"contact_phone": source.contact_phone, "contact_email": source.contact_email}


def is_our_contact(phone: str, email: str) -> bool:
    """Whether the contact is the job centre's or some team's, or nothing, and not typed."""
    contact = {"contact_phone": phone, "contact_email": email}
    ours = Settings.objects.filter(**contact).exists() or Team.objects.living().filter(**contact).exists()
    return ours or not (phone or email)
