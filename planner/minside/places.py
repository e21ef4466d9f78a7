"""The job centres that a citizen may belong to, as the citizen meets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from planner.accounts.models import Jobcentre, JobcentreCode, Settings
from planner.accounts.tenancy import acting_for, jobcentre_ids


@dataclass(frozen=True, slots=True)
class Place:
    """A job centre: its main code, where citizens ring, and whether it sends receipts of its own."""

    name: str
    code: str
    phone: str
    mails: bool


def place_of(jobcentre: Jobcentre, chosen: Settings) -> Place:
    """Asked while acting for the job centre."""
    code = JobcentreCode.objects.order_by("position")[0].code
    return Place(jobcentre.name, code, chosen.contact_phone, chosen.mail_own and bool(settings.EMAIL_HOST))


def places() -> Iterator[Place]:
    """Every job centre of this installation."""
    for pk in jobcentre_ids():
        with acting_for(pk, source="minside"):
            place = place_of(Jobcentre.objects.get(pk=pk), Settings.objects.get())
        yield place
