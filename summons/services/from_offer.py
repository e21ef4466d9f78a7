"""[Indkald dem]: those who have not booked on an online offer become a fresh run that waits in step 2 (OFFER-07)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from admin_module.models import Counsellor, Distribution, StandardText, Team
from booking.models import OnlineOffer
from planner.accounts.models import Settings, User
from planner.ui.refusal import Refusal
from summons.models import Run, RunCounsellor
from summons.services import look_up
from summons.services.import_list import add_known
from summons.services.runs import proposed_name


def run_of_offer(
    *, offer: OnlineOffer, citizens: Sequence[UUID], earliest_on: date, by: User, settings: Settings, now: datetime
) -> tuple[Run, UUID | None]:
    """The run with the offer's details and these citizens, in this order; and the job that looks them up.

    The citizens are called, so title and description are the type's own and not the offer's invitation, and a summons
    is not cancelled by the citizen. Raises Refusal where there is nobody to call.
    """
    if not citizens:
        raise Refusal(_("Vælg mindst én borger på listen."), code="nothing_chosen")
    run = _framed(offer, settings, by, now)
    run.earliest_on = earliest_on
    run.name = _("Ikke booket: %s") % (offer.title or proposed_name(run))
    run.save()
    able = Counsellor.objects.summonable().filter(offers=offer, teams=offer.team_id)
    RunCounsellor.objects.bulk_create(
        RunCounsellor(jobcentre_id=run.jobcentre_id, run=run, counsellor=counsellor) for counsellor in able
    )
    add_known(run_id=run.pk, citizens=citizens, now=now)
    return run, look_up.start(run_id=run.pk, by=by.pk, now=now)


def _framed(offer: OnlineOffer, settings: Settings, by: User, now: datetime) -> Run:
    run = Run(author=by, saved_by=by, created_at=now, saved_at=now, step=2)
    for name, value in offer.carried().items():
        setattr(run, name, value)
    run.distribution, run.cancellation_allowed = Distribution.AUTOMATIC, False
    if text := StandardText.objects.filter(type=offer.type_id).order_by("-edition").first():
        run.title, run.description = text.title, text.description
    if not (run.contact_phone or run.contact_email):
        run.contact_phone, run.contact_email = _contact(offer.team, settings)
    return run


def _contact(team: Team | None, settings: Settings) -> tuple[str, str]:
    """How citizens reach the team, or where it says nothing the job centre (SUM-21)."""
    source = team if team and (team.contact_phone or team.contact_email) else settings
    return source.contact_phone, source.contact_email
