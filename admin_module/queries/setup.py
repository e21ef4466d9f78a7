"""How far a job centre is set up: the four steps, and what is missing before anybody can be summoned (APP-13)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from admin_module.models import ConversationType, ConversationVariant, Counsellor, Room, Team, WorkingHours
from planner.accounts.models import Settings

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Setup:
    """Counts of what lives. `without_hours`: the names of the first counsellors who have no hours of work."""

    teams: int
    counsellors: int
    summonable: int
    bookable: int
    without_hours: tuple[str, ...]
    rooms: int
    variants: int
    types: int
    has_contact: bool

    @property
    def is_complete(self) -> bool:
        """All four steps are taken, and nothing hinders the first summons."""
        steps = self.teams and self.counsellors and self.rooms and self.variants
        return bool(steps and self.bookable and self.types and self.has_contact)


def setup() -> Setup:
    """A fixed number of statements, whatever the size of the job centre."""
    works = Exists(WorkingHours.objects.filter(schedule__counsellor=OuterRef("pk")))
    people = Counsellor.objects.living().annotate(works=works)
    found = people.aggregate(
        counsellors=Count("pk"),
        summonable=Count("pk", filter=Q(can_be_summoned=True)),
        bookable=Count("pk", filter=Q(can_be_summoned=True, works=True)),
    )
    idle = people.filter(can_be_summoned=True, works=False).values_list("full_name", flat=True)
    settings = Settings.objects.get()
    reachable = Team.objects.living().exclude(contact_phone="", contact_email="")
    return Setup(
        teams=Team.objects.living().exclude(parent=None).count(),
        without_hours=tuple(idle[:SHOWN]),
        rooms=Room.objects.living().count(),
        variants=ConversationVariant.objects.living().count(),
        types=ConversationType.objects.filter(expired_at=None).count(),
        has_contact=bool(settings.contact_phone or settings.contact_email) or reachable.exists(),
        **found,
    )
