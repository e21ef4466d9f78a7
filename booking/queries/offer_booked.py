"""Who has booked an offer and is still to come, and in what their appointment is not as the offer is now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from admin_module.models import ContactMode, RoomChoice
from booking.models import Appointment, OnlineOffer, Summons
from booking.states import SummonsStatus


class Subject(TextChoices):
    """What of an offer can be sent to who has booked it; never time or rights."""

    PLACE = "place", _("Sted og kontakt")
    MESSAGE = "message", _("Beskeder")
    DESCRIPTION = "description", _("Titel og beskrivelse")


def booked(offer: OnlineOffer, *, now: datetime) -> list[Summons]:
    """The coming ones, loaded; a fixed number of statements."""
    found = Summons.objects.filter(offer=offer, status=SummonsStatus.SENT, appointment__start_at__gt=now)
    rows = found.select_related("appointment__room", "appointment__team", "citizen", "offer")
    return list(rows.prefetch_related("appointment__holders__counsellor").order_by("appointment__start_at", "pk"))


def counts(offer: OnlineOffer, rows: Sequence[Summons]) -> list[tuple[Subject, int]]:
    """Of each subject how many have it otherwise; only those where somebody has."""
    found = [(one, sum(differs(offer, row.appointment, one) for row in rows)) for one in Subject]
    return [(one, count) for one, count in found if count]


def differs(offer: OnlineOffer, meeting: Appointment, subject: Subject) -> bool:
    if subject is Subject.MESSAGE:
        return _other(offer, meeting, "message_to_citizen", "message_to_counsellor")
    if subject is Subject.DESCRIPTION:
        return _other(offer, meeting, "title", "title_en", "description", "description_en")
    return (
        _other(offer, meeting, "phone", "digital_link", "contact_phone", "contact_email")
        or room_wanted(offer, meeting) != meeting.room_id
        or address_wanted(offer, meeting) != meeting.address
    )


def _other(offer: OnlineOffer, meeting: Appointment, *names: str) -> bool:
    return any(getattr(offer, name) != getattr(meeting, name) for name in names)


def room_wanted(offer: OnlineOffer, meeting: Appointment) -> int | None:
    """The offer's room; where any of the team's will do, the one that was found."""
    return meeting.room_id if offer.room_choice == RoomChoice.ANY else offer.room_id


def address_wanted(offer: OnlineOffer, meeting: Appointment) -> str:
    """Where it would be held now: the room's address, else of one counsellor the own office, else the team's."""
    if meeting.mode not in (ContactMode.IN_PERSON, ContactMode.AT_WORK):
        return ""
    wanted = room_wanted(offer, meeting)
    holders = [one.counsellor for one in meeting.holders.all()]
    room = offer.room if offer.room_id == wanted else meeting.room
    first = room if wanted else holders[0] if len(holders) == 1 else None
    place = first if first and first.address else meeting.team
    return place.address if place else ""
