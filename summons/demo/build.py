"""The whole demo, in one transaction: all of it is there or none."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from admin_module.services.founding import found
from planner.accounts.models import Jobcentre, User
from planner.accounts.tenancy import acting_for
from planner.dfdg.simulator.population import DemoJobcentre, Population, population
from summons.demo import book, cast, conversations, diary, letters, offers, organisation, people


@transaction.atomic
def make(*, now: datetime) -> None:
    """Both job centres with everybody and everything, laid out from the day of `now`."""
    today = timezone.localdate(now)
    known = population(today)
    conversations.make_code_lists()
    users = cast.make_users(known)
    for place in known.jobcentres:
        jobcentre = _found(place)
        with acting_for(jobcentre.pk, source="demo"):
            cast.make_memberships(jobcentre, place.code, users)
            _fill(jobcentre, place.code, known=known, users=users, today=today, now=now)


def _found(place: DemoJobcentre) -> Jobcentre:
    return found(
        name=place.name,
        codes=[place.code],
        address=place.address,
        postal_code=place.postal_code,
        city=place.city,
        contact_phone=place.phone,
        contact_email=place.email,
        sender=place.name,
    )


def _fill(
    jobcentre: Jobcentre, code: str, *, known: Population, users: dict[str, User], today: date, now: datetime
) -> None:
    teams = organisation.make_teams(jobcentre, code)
    rooms = organisation.make_rooms(jobcentre, code, teams)
    counsellors = organisation.make_counsellors(
        jobcentre, known.counsellors(code), teams=teams, users=users, today=today
    )
    organisation.make_closing_day(jobcentre, today)
    organisation.make_absences(jobcentre, counsellors, today)
    organisation.make_reserved_times(jobcentre, teams, counsellors, today)
    conversations.make_texts(jobcentre)
    conversations.make_variants(jobcentre, code, teams)
    templates = conversations.make_templates(jobcentre, code, teams, rooms, counsellors)
    citizens = people.make_citizens(jobcentre, known.of(code), counsellors, now)
    caseworker = next(users[part.name] for part in cast.PARTS if code in part.codes and "caseworker" in part.roles)
    made = diary.Organisation(code, teams, rooms, counsellors, templates)
    meetings = diary.meetings(made, citizens, today)
    book.make_appointments(jobcentre, meetings, by=caseworker, now=now)
    letters.tick_some(now=now)
    letters.print_some(by=caseworker, now=now)
    taken = {citizen.pk for meeting in meetings if meeting.day >= today for citizen in meeting.citizens}
    place = offers.Place(jobcentre, code, teams, counsellors)
    offers.make_offers(place, citizens, taken, today=today, by=caseworker, now=now)
    if lotte := counsellors.get("Lotte Berg"):
        organisation.make_illness(jobcentre, lotte, diary.first_coming(meetings, lotte, today))
