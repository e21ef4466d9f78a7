"""What is past its time is really gone: facts, appointments and citizens (GUARD-14, the settings' «Opbevaring»).

Runs for one job centre at a time, as the source `retention`: the audit then keeps that a row went, and not what it
held. A few hundred rows a time, so that nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from booking.models import (
    Appointment,
    BookingDeadline,
    CalendarEntry,
    Citizen,
    CitizenAbsence,
    Claim,
    CprNumber,
    Difference,
    Discarded,
    DueDate,
    Hold,
    Mail,
    Outage,
    ReportedFault,
    Summons,
    Visit,
)
from booking.states import ACTIVE
from planner.accounts.models import Settings
from planner.accounts.tenancy import acting_for
from planner.audit import services as audit
from planner.outbox.services import forget_exchanges, forget_messages

AT_ONCE = 300
FAULT_TEXTS = timedelta(days=30)
FACTS = (CitizenAbsence, DueDate, BookingDeadline)
EMPTIED: dict[str, Any] = {
    "address": "",
    "postal_code": "",
    "city": "",
    "phone": "",
    "email": "",
    "contact_group": None,
    "contact_group_from": None,
    "contact_group_told_at": None,
    "person_category": None,
    "person_groups": [],
    "unemployed_from": None,
    "activation_type": "",
    "digital_exempt": False,
    "case_owner": None,
    "owner_named": "",
    "owner_set_at": None,
    "owner_set_by": None,
    "fetched_at": None,
}
"""What others say of a citizen; the name stays for as long as there is an appointment to read it at."""


def forget(jobcentre_id: int, *, now: datetime) -> None:
    """One night's work at one job centre. Outside any transaction: each part is one."""
    today = timezone.localdate(now)
    with acting_for(jobcentre_id, source="retention"):
        settings = Settings.objects.get()
        facts_before = now - timedelta(days=settings.facts_days)
        audit.forget(now=now)
        forget_exchanges(before=_months_before(now, settings.log_months))
        forget_evidence(before=_months_before(now, settings.evidence_months), now=now)
        Claim.objects.filter(firm=False, appointment=None, hold=None, day__lt=facts_before.date()).delete()
        for model in FACTS:
            model._default_manager.filter(fetched_at__lt=facts_before).delete()
    appointments_before = _years_before(today, settings.appointments_years)
    for work in (
        lambda: forget_appointments(before=appointments_before),
        lambda: empty_facts(before=facts_before, today=today),
        lambda: forget_citizens(before=facts_before),
    ):
        _until_nothing_is_left(jobcentre_id, work)


def forget_evidence(*, before: datetime, now: datetime) -> None:
    """What citizens were shown, outages, differences, reported faults, of before that; what ran out yesterday."""
    Visit.objects.filter(at__lt=before).delete()
    Outage.objects.filter(ended_at__lt=before).delete()
    Difference.objects.filter(settled_at__lt=before).delete()
    ReportedFault.objects.filter(received_at__lt=before).delete()
    ReportedFault.objects.filter(received_at__lt=now - FAULT_TEXTS, encrypted__isnull=False).update(encrypted=None)
    yesterday = now - timedelta(days=1)
    Hold.objects.filter(expires_at__lt=yesterday).delete()
    Discarded.objects.filter(discarded_at__lt=yesterday).delete()


def _until_nothing_is_left(jobcentre_id: int, work: Callable[[], int]) -> None:
    gone = AT_ONCE
    while gone:
        with acting_for(jobcentre_id, source="retention"):
            gone = work()


def forget_appointments(*, before: date) -> int:
    """Some appointments held before that day, with summonses, claims and messages; how many."""
    old = Appointment.objects.filter(day__lt=before).order_by("day").values_list("pk", flat=True)
    appointments = list(old.select_for_update(skip_locked=True)[:AT_ONCE])
    summonses = list(Summons.objects.filter(appointment__in=appointments).values_list("pk", flat=True))
    Summons.objects.filter(replaces__in=summonses).update(replaces=None)
    mails = Mail.objects.filter(summons__in=summonses).values_list("pk", flat=True)
    entries = CalendarEntry.objects.filter(appointment_id__in=appointments)
    forget_messages(subject_ids=[*summonses, *mails, *entries.values_list("pk", flat=True)])
    entries.delete()
    Summons.objects.filter(pk__in=summonses).delete()
    Appointment.objects.filter(pk__in=appointments).delete()
    return len(appointments)


def empty_facts(*, before: datetime, today: date) -> int:
    """Empty what is known of some citizens, fetched before that, who have no conversation to come; how many.

    Whom nobody ever looked up was last heard of at their visit.
    """
    coming = Summons.objects.filter(citizen=OuterRef("pk"), status__in=ACTIVE, appointment__day__gte=today)
    visits = Visit.objects.filter(citizen=OuterRef("pk"), at__gte=before)
    heard = Q(~Exists(visits), fetched_at=None, contact_group__isnull=False)
    old = Citizen.objects.filter(~Exists(coming), ~_given_lately(before), Q(fetched_at__lt=before) | heard).order_by(
        "pk"
    )
    citizens = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:AT_ONCE])
    return Citizen.objects.filter(pk__in=citizens).update(**EMPTIED)


def forget_citizens(*, before: datetime) -> int:
    """Some citizens of whom nothing is left but their name and number; how many."""
    unfetched = Q(fetched_at=None) | Q(fetched_at__lt=before)
    unknown = Citizen.objects.filter(unfetched, ~_given_lately(before), *_nothing_points_to_it())
    rows = unknown.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)
    citizens = list(rows[:AT_ONCE])
    Citizen.objects.filter(pk__in=citizens).delete()
    return len(citizens)


def _given_lately(before: datetime) -> Q:
    """To whom a person chose a case owner since: nobody's choice goes overnight."""
    return Q(owner_set_at__isnull=False, owner_set_at__gte=before, case_owner__isnull=False)


def _nothing_points_to_it() -> list[Any]:
    """Whatever any house keeps of a citizen goes first, by its own time; the number goes with the name."""
    links: list[Any] = [link for link in Citizen._meta.get_fields(include_hidden=True) if link.one_to_many]
    return [
        ~Exists(link.related_model._default_manager.filter(**{link.field.name: OuterRef("pk")}))
        for link in links
        if link.related_model is not CprNumber
    ]


def _months_before(now: datetime, months: int) -> datetime:
    whole = now.year * 12 + now.month - 1 - months
    return now.replace(year=whole // 12, month=whole % 12 + 1, day=min(now.day, 28))


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28))
