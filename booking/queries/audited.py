"""What auditors ask of citizens: who has this number, and which rows of the log are about them."""

from __future__ import annotations

from uuid import UUID

from booking.cpr import CprNumber as Number
from booking.cpr import parse
from booking.models import Citizen, CprNumber, Letter, Summons
from planner.accounts.vault import digest
from planner.audit.subjects import Directory, Subject


def _by_number(text: str) -> UUID | None:
    number = parse(text)
    if not isinstance(number, Number):
        return None
    numbers = CprNumber.objects.filter(digest=digest(number.digits)).order_by("valid_to")
    return numbers.values_list("citizen_id", flat=True).last()


def _about(citizen_id: UUID) -> Subject | None:
    citizen = Citizen.objects.filter(pk=citizen_id).first()
    if citizen is None:
        return None
    summonses = list(Summons.objects.filter(citizen=citizen).values_list("pk", "appointment_id"))
    rows: dict[str, list[object]] = {
        "booking_citizen": [citizen.pk],
        "booking_cprnumber": list(CprNumber.objects.filter(citizen=citizen).values_list("pk", flat=True)),
        "booking_summons": [pk for pk, _appointment in summonses],
        "booking_letter": list(Letter.objects.filter(summons__citizen=citizen).values_list("pk", flat=True)),
        "booking_appointment": [appointment for _pk, appointment in summonses],
    }
    return Subject(citizen.pk, citizen.full_name, f"{citizen.born_on:%d%m%y}-••••", rows)


DIRECTORY = Directory(by_number=_by_number, about=_about)
