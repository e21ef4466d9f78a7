"""What Jobnet tells us of a citizen when it asks for offers: kept, and whom nobody knew yet is looked up afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from admin_module.models import ContactGroup
from admin_module.services.connection import client, main_code
from booking.models import Citizen, CprNumber, CprStatus, Origin, Summons, Visit
from booking.services.citizens import citizens_by_cpr, make_bare, record_facts
from planner.accounts.models import JobcentreCode
from planner.accounts.tenancy import acting_for
from planner.accounts.vault import decrypt
from planner.audit.models import Access
from planner.audit.purposes import Purpose
from planner.dfdg.errors import LockedOut, Transient
from planner.dfdg.jobnet.wire import OffersRequest
from planner.dfdg.messages import Caller
from planner.logs import request_id

log = structlog.get_logger(__name__)

FROM_JOBNET = "jobnet"
FROM_PUSH = "pushed"
"""Whom a case system called before we knew them."""
JOB = "opslag"
Ask = Callable[[int, UUID], None]
MOST_AT_ONCE = 100


def hear(*, jobcentre_id: int, cpr: str, asked: OffersRequest, ask: Ask) -> Citizen:
    """The citizen with the facts of the request; one who is new is asked to be looked up when this is committed."""
    known = citizens_by_cpr([cpr]).get(cpr)
    citizen = known or make_bare(jobcentre_id=jobcentre_id, cprs=[cpr])[cpr]
    facts = {
        "contact_group_id": asked.contact_group,
        "person_category": asked.person_category.code if asked.person_category else citizen.person_category,
        "cpr_status": CprStatus.ACTIVE if citizen.cpr_status == CprStatus.ELSEWHERE else citizen.cpr_status,
        "person_groups": sorted({group.group_id for group in asked.person_groups}) or citizen.person_groups,
    }
    if asked.contact_group != citizen.contact_group_id:
        facts |= {"contact_group_from": None, "contact_group_told_at": None}
    changed = [name for name, value in facts.items() if getattr(citizen, name) != value]
    if known is None:
        citizen.source = FROM_JOBNET
        changed.append("source")
        transaction.on_commit(partial(ask, jobcentre_id, citizen.pk), robust=True)
    if changed:
        if "contact_group_id" in changed:
            _make_group(asked.contact_group)
        for name, value in facts.items():
            setattr(citizen, name, value)
        citizen.save(update_fields=[name.removesuffix("_id") for name in changed])
    return citizen


def _make_group(code: int) -> None:
    """A code that the nightly fetch does not know yet has no name."""
    ContactGroup.objects.get_or_create(code=code, defaults={"name": str(code)})


def look_up(jobcentre_id: int, citizen_id: UUID, *, now: datetime) -> bool:
    """Name, address and the like from DFDG, outside any transaction; False where DFDG does not answer anybody."""
    with acting_for(jobcentre_id, source="worker"):
        number = CprNumber.objects.filter(citizen=citizen_id, citizen__fetched_at=None, valid_to=None).first()
        if number is None:
            return True
        cpr = decrypt(number.encrypted)
        codes = set(JobcentreCode.objects.values_list("code", flat=True))
        caller = Caller.system(jobcentre_code=main_code(), job=JOB, registered_at=now)
    [answer] = client().people([cpr], caller=caller)
    if answer.facts is None or (answer.facts.jobcentre_code and answer.facts.jobcentre_code not in codes):
        log.info("newcomer_not_found", fault=type(answer.fault).__name__)
        return not isinstance(answer.fault, Transient | LockedOut)
    with acting_for(jobcentre_id, source="worker"):
        record_facts(jobcentre_id=jobcentre_id, facts=[answer.facts], now=now)
        Access.objects.create(
            jobcentre_id=jobcentre_id,
            at=now,
            citizen_id=citizen_id,
            purpose=Purpose.LOOK_UP,
            request_id=request_id.get(),
        )
    return True


def newcomers(*, now: datetime) -> list[UUID]:
    """Who came by Jobnet, or was called by a case system, within a day, and whom nobody has looked up yet."""
    a_day_ago = now - timedelta(days=1)
    came = Visit.objects.filter(citizen=OuterRef("pk"), at__gt=a_day_ago)
    called = Summons.objects.filter(citizen=OuterRef("pk"), origin=Origin.CASE_SYSTEM, prepared_at__gt=a_day_ago)
    lately = Q(Exists(came), source=FROM_JOBNET) | Q(Exists(called), source=FROM_PUSH)
    found = Citizen.objects.filter(lately, fetched_at=None).order_by("pk")
    return list(found.values_list("pk", flat=True)[:MOST_AT_ONCE])
