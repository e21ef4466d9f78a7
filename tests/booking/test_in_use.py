"""What the appointment book answers when something is to be retired."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from admin_module.models import ClosingDay, Competence, ConversationVariant, WorkingHours
from admin_module.services.asking import what_is_hit, why_not_retire
from booking.models import Origin
from planner.accounts.models import Membership
from planner.accounts.roles import Role
from planner.audit.models import Access
from planner.audit.purposes import Purpose
from tests.booking.offering import make_offer
from tests.conftest import signed_in
from tests.factories import MONDAY, NOW, World, at, make_appointment, make_citizen, make_room, make_summons


def named(subject: object) -> list[str]:
    return [str(obstacle.about).replace("\xa0", " ") for obstacle in why_not_retire(subject, now=NOW)]  # type: ignore[arg-type]


@pytest.mark.requirement("APP-15")
def test_active_conversations_stand_in_the_way_of_all_that_they_use_and_of_nothing_else(nord: World) -> None:
    variant = ConversationVariant.objects.create(jobcentre=nord.jobcentre, name="Under 30 år")
    make_appointment(nord.anna, nord.team, room=nord.room, variant=variant)
    one = "1 aktiv samtale, man. 30. nov. 2026 kl. 9.00."
    for subject in (nord.team, nord.anna, nord.room, variant):
        assert named(subject) == [one]
    competence = Competence.objects.create(jobcentre=nord.jobcentre, name="Polsk")
    unused: tuple[object, ...] = (nord.birk, nord.rooms[1], nord.team.parent, competence)
    assert [named(one) for one in unused] == [[], [], [], []]


@pytest.mark.requirement("APP-15")
def test_several_are_counted_and_the_first_is_named(nord: World) -> None:
    for days, clock in ((1, "10:00"), (0, "13:00"), (0, "09:30")):
        make_appointment(nord.anna, nord.team, day=MONDAY + timedelta(days=days), clock=clock)
    assert named(nord.anna) == ["3 aktive samtaler, den første man. 30. nov. 2026 kl. 9.30."]


@pytest.mark.requirement("APP-15")
def test_what_is_over_or_cancelled_is_in_nobodys_way_and_what_goes_on_is(nord: World) -> None:
    make_appointment(nord.anna, nord.team, cancelled_at=NOW)
    make_appointment(nord.anna, nord.team, day=NOW.date(), clock="08:15")
    assert named(nord.anna) == []
    goes_on = {"day": NOW.date(), "clock": "08:30", "end_at": at(NOW.date(), "09:15")}
    make_appointment(nord.anna, nord.team, **goes_on)  # type: ignore[arg-type]
    assert named(nord.anna) == ["1 aktiv samtale, man. 23. nov. 2026 kl. 8.30."]


@pytest.mark.requirement("APP-15")
def test_the_moment_of_retiring_is_held_against_those_who_book(nord: World) -> None:
    room = make_room(nord.team, "Lokale 9")
    for subject in (nord.anna, room, nord.team):
        assert why_not_retire(subject, now=NOW, hold=True) == []


@pytest.mark.requirement("COUN-11", "ROOM-05", "TEAM-06")
def test_what_stands_in_the_way_leads_to_the_page_that_settles_it(nord: World) -> None:
    make_appointment(nord.anna, nord.team, room=nord.room)
    for subject, url in (
        (nord.anna, f"/affected/?counsellor={nord.anna.pk}"),
        (nord.room, f"/affected/?room={nord.room.pk}"),
        (nord.team, f"/affected/?team={nord.team.pk}"),
    ):
        [link] = why_not_retire(subject, now=NOW)
        assert link.url == url


def refused(client: Client, address: str, pk: int) -> str:
    """The page that refuses to delete, as it is asked for."""
    return client.get(reverse(f"admin_module:{address}_delete", args=[pk])).content.decode().replace("\xa0", " ")


@pytest.fixture
def as_both(nord: World) -> Client:
    """An administrator who is a caseworker as well."""
    Membership.objects.filter(user=nord.ada).update(roles=[Role.ADMINISTRATOR, Role.CASEWORKER])
    return signed_in(nord.ada)


@pytest.mark.requirement("COUN-11", "ROOM-05")
@time_machine.travel(NOW, tick=False)
def test_the_refusal_lists_each_appointment_with_citizen_time_and_its_page(nord: World, as_both: Client) -> None:
    one = make_summons(make_citizen(nord.jobcentre, "Carl Olsen"), nord.anna, nord.team, room=nord.room)
    theirs = make_appointment(nord.anna, nord.team, clock="11:00", room=nord.room, origin=Origin.CASE_SYSTEM)
    make_summons(make_citizen(nord.jobcentre, "Hos Birk"), nord.birk, nord.team)
    for address, subject in (("counsellor", nord.anna), ("room", nord.room)):
        page = refused(as_both, address, subject.pk)
        assert f'<a href="/appointments/{one.appointment_id}/">man. 30. nov. kl. 9.00–9.45' in page
        assert "<td>Carl Olsen</td><td>Jobsamtale · Anna Agger · Lokale 1</td>" in page
        assert f'<a href="/appointments/{theirs.pk}/">man. 30. nov. kl. 11.00–11.45' in page
        assert "ændres i sagsbehandlingssystemet" in page
        assert "Hos Birk" not in page
    assert "Hos Birk" in refused(as_both, "team", nord.team.pk)
    assert as_both.get(f"/appointments/{one.appointment_id}/").status_code == 200
    assert set(Access.objects.filter(purpose=Purpose.APPOINTMENT).values_list("user", flat=True)) == {nord.ada.pk}


@pytest.mark.requirement("COUN-11", "SEC-02")
@time_machine.travel(NOW, tick=False)
def test_an_administrator_who_is_no_caseworker_sees_the_times_and_no_persons(nord: World, as_ada: Client) -> None:
    summons = make_summons(make_citizen(nord.jobcentre, "Carl Olsen"), nord.anna, nord.team)
    page = refused(as_ada, "counsellor", nord.anna.pk)
    assert "man. 30. nov. kl. 9.00–9.45" in page
    assert "Carl Olsen" not in page
    assert f"/appointments/{summons.appointment_id}/" not in page
    assert not Access.objects.exists()


@pytest.mark.requirement("COUN-11", "SPEED-12")
@time_machine.travel(NOW, tick=False)
def test_the_first_ten_are_listed_the_others_counted_in_as_many_statements(nord: World, as_both: Client) -> None:
    def statements(more: int) -> int:
        for place in range(1, more + 1):
            make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, day=MONDAY + timedelta(days=place))
        with CaptureQueriesContext(connection) as asked:
            refused(as_both, "counsellor", nord.anna.pk)
        return len(asked)

    assert statements(1) == statements(10)
    page = refused(as_both, "counsellor", nord.anna.pk)
    assert page.count('href="/appointments/') == 10
    assert f'<a href="/affected/?counsellor={nord.anna.pk}">og 1 aftale mere</a>' in page


@pytest.mark.requirement("CLOS-02")
def test_a_closing_day_leads_to_what_it_hits(nord: World) -> None:
    closing = ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Kursus", first_on=MONDAY, last_on=MONDAY)
    assert what_is_hit([closing], now=NOW) == []
    make_appointment(nord.anna, nord.team)
    [link] = what_is_hit([closing], now=NOW)
    assert (link.about, link.url) == ("1 aftale er ramt.", f"/affected/?closing_day={closing.pk}")


@pytest.mark.requirement("COUN-12")
def test_changed_hours_lead_to_what_now_falls_outside(nord: World) -> None:
    for clock in ("09:00", "14:00"):
        make_appointment(nord.anna, nord.team, clock=clock)
    make_appointment(nord.birk, nord.team, clock="14:00")
    assert what_is_hit([nord.anna, nord.birk], now=NOW) == []
    WorkingHours.objects.update(end="12:00")
    [one] = what_is_hit([nord.anna], now=NOW)
    assert (one.about, one.url) == ("1 aftale er ramt.", f"/affected/?hours={nord.anna.pk}")
    [both] = what_is_hit([nord.anna, nord.birk], now=NOW)
    assert (both.about, both.url) == ("2 aftaler er ramt.", "/affected/?why=outside_hours")


@pytest.mark.requirement("APP-15")
def test_an_active_online_offer_stands_in_the_way_of_all_that_it_uses_with_a_link(nord: World) -> None:
    variant = ConversationVariant.objects.create(jobcentre=nord.jobcentre, name="Under 30 år")
    polish = Competence.objects.create(jobcentre=nord.jobcentre, name="Polsk")
    details = {"room": nord.room, "variant": variant, "competence": polish}
    offer = make_offer(nord.team, nord.anna, **details)  # type: ignore[arg-type]
    make_offer(nord.team, nord.birk, title="Kladde", published_at=None, is_active=False)
    make_offer(nord.team, nord.birk, title="Slut", ends_on=NOW.date() - timedelta(days=1))
    make_offer(nord.team, nord.birk, title="Stoppet", is_active=False)
    for subject in (nord.team, nord.anna, nord.room, variant, polish):
        (link,) = why_not_retire(subject, now=NOW)
        assert (link.url, str(link.about)) == (f"/offers/{offer.pk}/", "Online tilbud: Jobsamtale over 30")
    assert [named(one) for one in (nord.birk, nord.rooms[1])] == [[], []]


@pytest.mark.requirement("APP-15", "COMP-01")
def test_a_competence_that_an_offer_asks_for_is_not_deleted(nord: World, as_ada: Client) -> None:
    polish = Competence.objects.create(jobcentre=nord.jobcentre, name="Polsk")
    offer = make_offer(nord.team, nord.anna, competence=polish)
    url = reverse("admin_module:competence_delete", args=[polish.pk])
    for answer in (as_ada.get(url), as_ada.post(url)):
        assert "Kompetencen kan ikke slettes." in answer.content.decode()
        assert f'href="/offers/{offer.pk}/"' in answer.content.decode()
    polish.refresh_from_db()
    assert polish.retired_at is None
    type(offer).objects.update(is_active=False)
    as_ada.post(url)
    polish.refresh_from_db()
    assert polish.retired_at is not None
