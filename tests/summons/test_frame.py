"""Step 1, «Indkald borgere»: the frame, what the law demands of it, and what it means while it is filled in."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admin_module.models import (
    ClosingDay,
    ContactMode,
    ConversationType,
    ConversationVariant,
    Counsellor,
    MyTeam,
    StandardText,
    SummonsTemplate,
    Team,
    VariantTeam,
    VariantType,
)
from booking.models import Appointment, Claim
from planner.accounts.models import Settings
from planner.accounts.roles import Role
from planner.accounts.vault import digest
from planner.ui.formatting import day_year, long_day
from summons.models import CaseSystem, HandedList, Run
from summons.queries.frame import Meaning
from tests.conftest import signed_in
from tests.factories import (
    World,
    add_line,
    at,
    make_citizen,
    make_counsellor,
    make_room,
    make_run,
    make_summons,
    make_team,
    make_user,
)
from tests.summons.step_1 import filled, next_monday

START = "/summons/"
HTMX = {"HX-Request": "true"}


def fixed(nord: World, *clocks: str, **changed: Any) -> dict[str, Any]:
    on = {"distribution": "fixed_time", "fixed_on": day_year(next_monday()), "fixed_times": list(clocks)}
    return filled(nord, earliest_on=None, **(on | changed))


def errors(client: Client, values: dict[str, Any]) -> dict[str, list[str]]:
    """What [Videre til trin 2] complains of; nothing is kept."""
    response = client.post(START, values | {"next": ""})
    assert response.status_code == 422
    assert not Run.objects.exists()
    return {name: list(said) for name, said in response.context["form"].errors.items()}


def kept(client: Client, values: dict[str, Any]) -> Run:
    response = client.post(START, values | {"next": ""})
    run = Run.objects.get()
    assert response.headers["Location"] == f"/summons/runs/{run.pk}/citizens/"
    return run


def meant(client: Client, values: dict[str, Any], changed: str = "duration", address: str = START) -> Meaning:
    response = client.post(address, values | {"changed": changed}, headers=HTMX)
    found: Meaning = response.context["meaning"]
    return found


def redrawn(client: Client, values: dict[str, Any], changed: str) -> str:
    return client.post(START, values | {"changed": changed}, headers=HTMX).content.decode()


# What it begins with


@pytest.mark.requirement("SUM-01", "SUM-06", "SUM-21")
def test_it_opens_with_what_one_mostly_wants_and_keeps_nothing(as_bo: Client, nord: World) -> None:
    shown = as_bo.get(START).context["form"]
    values = {name: shown[name].value() for name in ("type", "form", "mode", "duration", "contact_phone", "team")}
    assert values == {
        "type": 7,
        "form": "individual",
        "mode": "in_person",
        "duration": 45,
        "contact_phone": "70101010",
        "team": nord.team.pk,
    }
    assert shown["earliest_on"].value() >= timezone.localdate() + timedelta(days=8)
    assert shown["earliest_on"].value().weekday() < 5
    assert not Run.objects.exists()


@pytest.mark.requirement("SUM-04")
def test_the_team_proposed_is_the_first_of_ones_own_else_that_of_ones_latest_run(as_bo: Client, nord: World) -> None:
    south = make_team(nord.jobcentre, "Syd")
    make_counsellor(south, "Cecilie Carlsen")
    assert as_bo.get(START).context["form"]["team"].value() is None
    make_run(nord.bo, nord.team)
    assert as_bo.get(START).context["form"]["team"].value() == nord.team.pk
    MyTeam.objects.create(jobcentre=nord.jobcentre, user=nord.bo, team=south)
    assert as_bo.get(START).context["form"]["team"].value() == south.pk


@pytest.mark.requirement("CAL-03", "SUM-01")
def test_a_marked_period_of_the_calendar_comes_along(as_bo: Client, nord: World) -> None:
    on = next_monday()
    query = f"?counsellor={nord.anna.pk}&date={on}&start=10:00&duration=30"
    shown = as_bo.get(START + query).context["form"]
    assert {name: shown[name].value() for name in ("team", "counsellors", "duration", "fixed_on", "fixed_times")} == {
        "team": nord.team.pk,
        "counsellors": [nord.anna.pk],
        "duration": 30,
        "fixed_on": on,
        "fixed_times": ["10:00"],
    }


@pytest.mark.requirement("CAL-03")
def test_a_day_of_a_room_comes_along_and_a_day_that_has_passed_does_not(as_bo: Client, nord: World) -> None:
    on = next_monday()
    shown = as_bo.get(f"{START}?room={nord.room.pk}&team={nord.team.pk}&date={on}").context["form"]
    assert (shown["place"].value(), shown["earliest_on"].value()) == (f"room-{nord.room.pk}", on)
    yesterday = timezone.localdate() - timedelta(days=1)
    shown = as_bo.get(f"{START}?date={yesterday}&start=10:00").context["form"]
    assert shown["distribution"].value() == "automatic"
    assert shown["earliest_on"].value() > timezone.localdate()


@pytest.mark.requirement("SEC-01", "GUARD-01", "CAL-03")
@pytest.mark.parametrize("key", ["team", "counsellor", "room", "citizen", "list"])
def test_what_belongs_to_another_job_centre_is_not_found(as_carla: Client, nord: World, key: str) -> None:
    system = CaseSystem.objects.create(
        jobcentre=nord.jobcentre, name="KSS", token_digest=digest("token"), created_at=timezone.now()
    )
    handed = HandedList.objects.create(
        jobcentre=nord.jobcentre, case_system=system, name="Liste", rows=3, received_at=timezone.now()
    )
    ours = {
        "team": nord.team.pk,
        "counsellor": nord.anna.pk,
        "room": nord.room.pk,
        "citizen": make_citizen(nord.jobcentre).pk,
        "list": handed.pk,
    }
    assert signed_in(nord.bo).get(f"{START}?{key}={ours[key]}").status_code == 200
    for value in (ours[key], uuid4(), "x", 0):
        assert as_carla.get(f"{START}?{key}={value}").status_code == 404


@pytest.mark.requirement("SEC-01", "GUARD-01")
def test_a_stranger_neither_sees_nor_changes_a_run(as_carla: Client, nord: World) -> None:
    run = make_run(nord.bo, nord.team)
    assert as_carla.get(f"/summons/runs/{run.pk}/frame/").status_code == 404
    assert as_carla.post(f"/summons/runs/{run.pk}/frame/", filled(nord, title="Fremmed")).status_code == 404
    run.refresh_from_db()
    assert run.title == "Jobsamtale"


@pytest.mark.requirement("SEC-02")
def test_a_counsellor_and_an_administrator_cannot_call_citizens(as_anna: Client, as_ada: Client) -> None:
    assert (as_anna.get(START).status_code, as_ada.get(START).status_code) == (403, 403)


# Leaving it


@pytest.mark.requirement("SUM-01", "SUM-02", "SUM-04", "SUM-05", "SUM-06", "SUM-07", "SUM-08")
def test_leaving_it_makes_a_run_of_everything_that_was_filled_in(as_bo: Client, nord: World) -> None:
    run = kept(
        as_bo,
        filled(
            nord,
            counsellors=[nord.anna.pk],
            place=f"room-{nord.room.pk}",
            message_to_citizen="Tag dit CV med.",
            message_to_counsellor="Husk a-kassen.",
            rebooking_days="3",
        ),
    )
    assert (run.author, run.saved_by, run.step, run.version) == (nord.bo, nord.bo, 2, 1)
    assert (run.type_id, run.title, run.team, run.room, run.room_choice) == (
        7,
        "Jobsamtale",
        nord.team,
        nord.room,
        "one",
    )
    assert (run.duration, run.reporting_time, run.earliest_on) == (45, 15, next_monday())
    assert (run.rebooking_allowed, run.rebooking_days) == (True, 3)
    assert (run.message_to_citizen, run.message_to_counsellor) == ("Tag dit CV med.", "Husk a-kassen.")
    assert list(run.counsellors.all()) == [nord.anna]
    assert run.name == f"Jobsamtale, uge\N{NO-BREAK SPACE}{next_monday().isocalendar().week}"


@pytest.mark.requirement("SUM-01", "APP-07")
def test_saving_a_draft_stays_with_a_receipt_and_asks_for_no_citizens_yet(as_bo: Client, nord: World) -> None:
    response = as_bo.post(START, filled(nord, name="Min kørsel") | {"save": ""}, follow=True)
    run = Run.objects.get()
    assert response.redirect_chain == [(f"/summons/runs/{run.pk}/frame/", 302)]
    assert (run.step, run.name) == (1, "Min kørsel")
    assert "Kladden «Min kørsel» er gemt." in response.content.decode()


@pytest.mark.requirement("SUM-01")
def test_the_proposed_name_follows_the_date_until_somebody_gives_one(as_bo: Client, nord: World) -> None:
    run = kept(as_bo, filled(nord))
    later = next_monday() + timedelta(weeks=1)
    again = filled(nord, version=1, name=run.name, earliest_on=day_year(later), save="")
    as_bo.post(f"/summons/runs/{run.pk}/frame/", again)
    run.refresh_from_db()
    assert run.name.endswith(str(later.isocalendar().week))
    as_bo.post(f"/summons/runs/{run.pk}/frame/", again | {"version": 2, "name": "Egen"})
    as_bo.post(f"/summons/runs/{run.pk}/frame/", filled(nord, version=3, name="Egen", save=""))
    run.refresh_from_db()
    assert run.name == "Egen"


@pytest.mark.requirement("SUM-01", "SUM-18")
def test_coming_back_finds_every_field_as_it_was(as_bo: Client, nord: World) -> None:
    posted = fixed(nord, "09:00", "10:00", form="joint", seats_by="number", seats_calling="8", seats_rebooking="2")
    run = kept(as_bo, posted | {"counsellors": [nord.anna.pk], "place": f"room-{nord.rooms[1].pk}"})
    shown = as_bo.get(f"/summons/runs/{run.pk}/frame/").context["form"]
    names = ("form", "seats_by", "seats_calling", "seats_rebooking", "place", "counsellors", "fixed_on", "fixed_times")
    assert [shown[name].value() for name in names] == [
        "joint",
        "number",
        8,
        2,
        f"room-{nord.rooms[1].pk}",
        [nord.anna.pk],
        next_monday(),
        ["09:00", "10:00"],
    ]


@pytest.mark.requirement("CIT-01", "SUM-01")
def test_the_citizen_one_came_from_stands_on_the_list(as_bo: Client, nord: World) -> None:
    citizen = make_citizen(nord.jobcentre, "Jens Hansen")
    shown = as_bo.get(f"{START}?citizen={citizen.pk}")
    assert str(citizen.pk) in shown.content.decode()
    run = kept(as_bo, filled(nord, citizen=citizen.pk))
    own = citizen.numbers.get(valid_to=None)
    assert [bytes(line.digest) for line in run.lines.all()] == [bytes(own.digest)]
    other = as_bo.post(START, filled(nord, citizen=uuid4(), next=""))
    assert other.status_code == 404


# Refusals, each at its field


@pytest.mark.requirement("SUM-02", "SUM-21", "APP-07")
def test_title_description_and_length_must_be_there(as_bo: Client, nord: World) -> None:
    found = errors(as_bo, filled(nord, title="", description="", duration="", team=""))
    assert found == {name: ["Dette felt er påkrævet."] for name in ("title", "description", "duration", "team")}


@pytest.mark.requirement("TIME-02", "SUM-05")
def test_lengths_are_whole_fives(as_bo: Client, nord: World) -> None:
    found = errors(as_bo, filled(nord, duration="47", reporting_time="12"))
    sentence = ["Skriv et antal minutter, der går op i 5."]
    assert found == {"duration": sentence, "reporting_time": sentence}


@pytest.mark.requirement("SUM-02")
def test_at_work_exists_and_cannot_be_chosen(as_bo: Client, nord: World) -> None:
    assert "På arbejde" not in as_bo.get(START).content.decode()
    assert list(errors(as_bo, filled(nord, mode=ContactMode.AT_WORK))) == ["mode"]


@pytest.mark.requirement("SUM-02", "SUM-21")
def test_a_digital_meeting_has_a_link(as_bo: Client, nord: World) -> None:
    assert errors(as_bo, filled(nord, mode="digital")) == {"digital_link": ["Et digitalt møde skal have et link."]}
    assert kept(as_bo, filled(nord, mode="digital", digital_link="https://video.dk/1")).digital_link


@pytest.mark.requirement("SUM-21")
def test_a_meeting_in_person_has_an_address_of_room_office_or_team(as_bo: Client, nord: World) -> None:
    Team.objects.filter(pk=nord.team.pk).update(address="", postal_code="", city="")
    sentence = ["Teamet har ingen adresse, og loven kræver en. Vælg et lokale med adresse."]
    assert errors(as_bo, filled(nord)) == {"team": sentence}
    assert errors(as_bo, filled(nord, place=f"room-{nord.room.pk}")) == {"team": sentence}
    Counsellor.objects.filter(pk=nord.anna.pk).update(address="Torvet 1", postal_code="9990", city="Nordby")
    assert errors(as_bo, filled(nord)) == {"team": sentence}
    assert kept(as_bo, filled(nord, counsellors=[nord.anna.pk])).team == nord.team


@pytest.mark.requirement("SUM-21")
def test_the_citizen_can_reach_somebody(as_bo: Client, nord: World) -> None:
    sentence = ["Skriv, hvordan borgeren kan kontakte jer: telefon eller e-mail."]
    assert errors(as_bo, filled(nord, contact_phone="")) == {"contact_phone": sentence}
    assert kept(as_bo, filled(nord, contact_phone="", contact_email="job@nordby.dk")).contact_email == "job@nordby.dk"


@pytest.mark.requirement("SUM-06")
def test_the_earliest_date_is_there_and_has_not_passed(as_bo: Client, nord: World) -> None:
    yesterday = day_year(timezone.localdate() - timedelta(days=1))
    assert errors(as_bo, filled(nord, earliest_on="")) == {"earliest_on": ["Vælg en dato."]}
    assert errors(as_bo, filled(nord, earliest_on=yesterday)) == {"earliest_on": ["Datoen er passeret."]}
    assert errors(as_bo, filled(nord, earliest_on="snart")) == {
        "earliest_on": ["Skriv en dato, for eksempel 1.12.2026."]
    }


@pytest.mark.requirement("SUM-06")
def test_a_fixed_time_has_a_date_and_starts_that_are_free(as_bo: Client, nord: World) -> None:
    saturday = day_year(next_monday() + timedelta(days=5))
    wrong = {
        "fixed_on": ["Ingen er ledige den dag. Vælg en anden dato."],
    }
    assert errors(as_bo, fixed(nord, fixed_on="")) == {"fixed_on": ["Vælg en dato."]}
    assert errors(as_bo, fixed(nord)) == {"fixed_times": ["Vælg mindst ét starttidspunkt."]}
    assert errors(as_bo, fixed(nord, "09:00", fixed_on=saturday))["fixed_on"] == wrong["fixed_on"]
    assert errors(as_bo, fixed(nord, "09:00", "17:00")) == {
        "fixed_times": ["Et valgt tidspunkt er ikke længere ledigt. Vælg igen."]
    }


@pytest.mark.requirement("SUM-03")
def test_a_joint_meeting_says_how_many_are_called(as_bo: Client, nord: World) -> None:
    joint = filled(nord, form="joint", place=f"room-{nord.room.pk}")
    assert errors(as_bo, joint) == {"seats_by": ["Vælg, hvor mange borgere der indkaldes til hvert møde."]}
    assert errors(as_bo, joint | {"seats_by": "number"}) == {
        "seats_calling": ["Skriv, hvor mange der indkaldes til hvert møde."]
    }
    assert kept(as_bo, joint | {"seats_by": "room"}).seats_by == "room"


@pytest.mark.requirement("SUM-04")
def test_any_free_room_is_for_individual_conversations(as_bo: Client, nord: World) -> None:
    assert list(errors(as_bo, filled(nord, form="joint", seats_by="all", place="any"))) == ["place"]
    assert kept(as_bo, filled(nord, place="any")).room_choice == "any"


@pytest.mark.requirement("SUM-07")
def test_rebooking_says_until_when(as_bo: Client, nord: World) -> None:
    sentence = ["Skriv, hvor mange dage før der senest kan ombookes."]
    assert errors(as_bo, filled(nord, rebooking_days="")) == {"rebooking_days": sentence}
    run = kept(as_bo, filled(nord, rebooking_allowed=None, rebooking_days=""))
    assert not run.rebooking_allowed


@pytest.mark.requirement("SUM-04")
def test_a_team_nobody_can_be_called_to_is_refused(as_bo: Client, nord: World) -> None:
    empty = make_team(nord.jobcentre, "Tomt")
    sentence = "Teamet har ingen vejledere, der kan tilknyttes indkaldelser."
    assert errors(as_bo, filled(nord, team=empty.pk)) == {"team": [sentence]}
    assert meant(as_bo, filled(nord, team=empty.pk)).warnings == (sentence,)


@pytest.mark.requirement("SUM-04", "VARI-03", "SEC-01")
def test_counsellors_rooms_and_variants_are_the_teams_own_whatever_is_posted(as_bo: Client, nord: World) -> None:
    south = make_team(nord.jobcentre, "Syd")
    cecilie, room = make_counsellor(south, "Cecilie Carlsen"), make_room(south, "Sydlokale")
    variant = ConversationVariant.objects.create(jobcentre=nord.jobcentre, name="Over 30")
    VariantTeam.objects.create(jobcentre=nord.jobcentre, variant=variant, team=south)
    VariantType.objects.create(jobcentre=nord.jobcentre, variant=variant, type_id=7)
    foreign = {"counsellors": [cecilie.pk], "place": f"room-{room.pk}", "variant": variant.pk}
    assert sorted(errors(as_bo, filled(nord, **foreign))) == ["counsellors", "place", "variant"]
    run = kept(as_bo, filled(nord, team=south.pk, **foreign))
    assert (run.variant, run.room, list(run.counsellors.all())) == (variant, room, [cecilie])


@pytest.mark.requirement("SUM-21")
def test_the_funds_participation_is_asked_and_kept_for_joint_conversations_with_it_only(
    as_bo: Client, nord: World
) -> None:
    ConversationType.objects.get_or_create(code=17, defaults={"name": "Fælles jobsamtale"})
    assert "A-kassen deltager" not in redrawn(as_bo, filled(nord), "type")
    assert "A-kassen deltager" in redrawn(as_bo, filled(nord, type="17"), "type")
    assert not kept(as_bo, filled(nord, fund_participation="on")).fund_participation
    Run.objects.all().delete()
    assert kept(as_bo, filled(nord, type="17", fund_participation="on")).fund_participation


@pytest.mark.requirement("APP-07")
def test_a_refused_frame_keeps_what_was_typed_and_names_each_fault(as_bo: Client, nord: World) -> None:
    text = as_bo.post(START, filled(nord, title="", duration="47", message_to_citizen="Kære", next="")).content.decode()
    assert [words for words in ('value="47"', "Kære", 'id="errors"', 'href="#id_title"') if words not in text] == []
    assert text.count('aria-invalid="true"') == 2


# What follows from a change


@pytest.mark.requirement("VARI-03", "SUM-02")
def test_variants_follow_team_and_type_at_once(as_bo: Client, nord: World) -> None:
    variant = ConversationVariant.objects.create(jobcentre=nord.jobcentre, name="Over 30")
    VariantTeam.objects.create(jobcentre=nord.jobcentre, variant=variant, team=nord.team)
    VariantType.objects.create(jobcentre=nord.jobcentre, variant=variant, type_id=7)
    assert "Over 30" in redrawn(as_bo, filled(nord), "type")
    assert "Over 30" not in redrawn(as_bo, filled(nord, type="4"), "type")
    assert "Over 30" not in redrawn(as_bo, filled(nord, team=make_team(nord.jobcentre, "Syd").pk), "team")


@pytest.mark.requirement("SUM-02")
def test_a_type_brings_its_standard_text_but_never_over_ones_own(as_bo: Client, nord: World) -> None:
    for code, title in ((7, "Jobsamtale"), (4, "Opfølgning")):
        StandardText.objects.create(
            jobcentre=nord.jobcentre, type_id=code, title=title, description=f"Om {title.lower()}."
        )
    standard = filled(nord, type="4", title="Jobsamtale", description="Om jobsamtale.")
    assert "Om opfølgning." in redrawn(as_bo, standard, "type")
    own = redrawn(as_bo, standard | {"description": "Mine egne ord."}, "type")
    assert ("Mine egne ord." in own, "Om opfølgning." in own) == (True, False)


@pytest.mark.requirement("SUM-21", "TEAM-04")
def test_a_team_brings_its_own_contact_but_never_over_what_was_typed(as_bo: Client, nord: World) -> None:
    south = make_team(nord.jobcentre, "Syd")
    Team.objects.filter(pk=south.pk).update(contact_phone="70202020")
    chosen = filled(nord, team=south.pk, contact_email="kontakt@nordby.dk")
    assert 'value="70202020"' in redrawn(as_bo, chosen, "team")
    assert 'value="70202020"' not in redrawn(as_bo, chosen | {"contact_phone": "12345678"}, "team")


@pytest.mark.requirement("TMPL-03", "TMPL-01")
def test_a_template_fills_the_form_and_every_field_can_still_be_changed(as_bo: Client, nord: World) -> None:
    template = SummonsTemplate.objects.create(
        jobcentre=nord.jobcentre,
        name="Infomøde",
        type_id=9,
        form="joint",
        title="Informationsmøde",
        team=nord.team,
        room=nord.rooms[1],
        room_choice="one",
        duration=60,
        seats_by="number",
        seats_calling=8,
        seats_rebooking=2,
        distribution="fixed_time",
        rebooking_allowed=True,
        rebooking_days=4,
    )
    template.counsellors.add(nord.anna, through_defaults={"jobcentre": nord.jobcentre})
    form = as_bo.post(
        START, filled(nord, template=template.pk, message_to_citizen="Egne ord", changed="template"), headers=HTMX
    ).context["form"]
    assert {name: str(form[name].value()) for name in ("type", "form", "place", "duration", "seats_calling")} == {
        "type": "9",
        "form": "joint",
        "place": f"room-{nord.rooms[1].pk}",
        "duration": "60",
        "seats_calling": "8",
    }
    assert form["counsellors"].value() == [str(nord.anna.pk)]
    assert form["message_to_citizen"].value() == "Egne ord"
    assert (form.frame.fixed, form.frame.joint, form.frame.seats) == (True, True, 8)
    changed = fixed(nord, "09:00", template=template.pk, title="Mit eget møde", duration="30")
    run = kept(as_bo, changed)
    template.refresh_from_db()
    assert (run.template, run.title, run.duration, template.duration) == (template, "Mit eget møde", 30, 60)


@pytest.mark.requirement("TMPL-03")
def test_without_javascript_a_button_fills_in_the_template_and_another_recomputes(as_bo: Client, nord: World) -> None:
    template = SummonsTemplate.objects.create(jobcentre=nord.jobcentre, name="Kort", duration=20, rebooking_days=2)
    shown = as_bo.post(START, filled(nord, template=template.pk, use_template=""))
    assert shown.context["form"]["duration"].value() == "20"
    assert "<html" in shown.content.decode()
    again = as_bo.post(START, filled(nord, duration="90", refresh=""))
    assert again.context["meaning"].count < shown.context["meaning"].count
    assert not Run.objects.exists()


@pytest.mark.requirement("SUM-06")
def test_choosing_a_fixed_time_shows_the_free_starts_of_the_date_and_who_is_free(as_bo: Client, nord: World) -> None:
    take(nord, nord.anna, "09:00")
    form = as_bo.post(START, fixed(nord) | {"changed": "fixed_on"}, headers=HTMX).context["form"]
    starts = {start.clock.isoformat("minutes"): start.counsellors for start in form.day.starts}
    assert (min(starts), max(starts)) == ("08:00", "15:00")
    assert (starts["08:00"], starts["08:05"], starts["09:55"], starts["10:00"]) == (2, 1, 1, 2)
    assert [(one.name, one.count) for one in form.day.free] == [("Anna Agger", 62), ("Birk Bisgaard", 85)]
    text = redrawn(as_bo, fixed(nord), "fixed_on")
    assert [
        words for words in ("Klokken 8", "Se ledige tider", "Anna Agger", 'value="08:00"') if words not in text
    ] == []
    assert "<html" not in text


def take(nord: World, counsellor: Counsellor, clock: str) -> None:
    """A conversation of 45 + 15 minutes that takes the counsellor's time."""
    summons = make_summons(make_citizen(nord.jobcentre), counsellor, nord.team, day=next_monday(), clock=clock)
    start = summons.appointment.start_at
    Claim.objects.create(
        jobcentre=nord.jobcentre,
        appointment=summons.appointment,
        counsellor=counsellor,
        during=(start, start + timedelta(minutes=60)),
        day=next_monday(),
        start_tick=summons.appointment.start_tick,
        ticks=12,
        firm=True,
    )


@pytest.mark.requirement("SUM-06", "DIST-09")
def test_a_joint_meeting_starts_when_everybody_and_the_room_are_free(as_bo: Client, nord: World) -> None:
    take(nord, nord.anna, "09:00")
    joint = fixed(nord, form="joint", seats_by="all", place=f"room-{nord.rooms[1].pk}")
    form = as_bo.post(START, joint | {"changed": "form"}, headers=HTMX).context["form"]
    starts = [start.clock.isoformat("minutes") for start in form.day.starts]
    assert ("08:00" in starts, "08:05" in starts, "09:55" in starts, "10:00" in starts) == (True, False, False, True)


@pytest.mark.requirement("SUM-18", "SUM-22")
def test_chosen_starts_say_how_many_conversations_they_give_and_who_must_wait(as_bo: Client, nord: World) -> None:
    run = make_run(nord.bo, nord.team)
    for _ in range(5):
        add_line(run, make_citizen(nord.jobcentre))
    address = f"/summons/runs/{run.pk}/frame/"
    meaning = meant(as_bo, fixed(nord, "09:00", "10:00", version=1), address=address)
    assert meaning.count == 4
    assert meaning.counted.startswith("samtaler mandag")
    assert meaning.counted.endswith("kl. 9.00 og 10.00")
    assert meaning.nth == "Listen har 5 borgere. 1 får ikke en tid i denne omgang."
    assert meant(as_bo, fixed(nord, "09:00", "09:30", version=1), address=address).count == 2
    assert (
        meant(as_bo, fixed(nord, "09:00", "10:00", version=1, place=f"room-{nord.room.pk}"), address=address).count == 2
    )


# «Sådan bliver det»


@pytest.mark.requirement("SUM-22", "TIME-10")
def test_the_right_side_counts_free_times_and_finds_the_day_of_the_last_on_the_list(as_bo: Client, nord: World) -> None:
    Settings.objects.update(horizon_weeks=1)
    run = make_run(nord.bo, nord.team)
    for _ in range(20):
        add_line(run, make_citizen(nord.jobcentre))
    meaning = meant(as_bo, filled(nord, version=1), address=f"/summons/runs/{run.pk}/frame/")
    assert meaning.count == 2 * 8 * 6
    assert meaning.counted.startswith("ledige tider fra ")
    tuesday = next_monday() + timedelta(days=1)
    assert meaning.nth == f"Listen har 20 borgere. Den sidste tid er {long_day(tuesday)}."
    assert meaning.who == "Alle 2 vejledere, der kan tilknyttes, én borger ad gangen, 45 + 15 minutter"
    assert meaning.where == "Havnegade 4, 9990 Nordby"
    assert meaning.rebooking == (
        "Borgeren kan ombooke til og med dagen før, til en anden ledig tid hos de samme vejledere. "
        "Uden frist kan der ombookes i 4 uger efter datoen."
    )


@pytest.mark.requirement("SUM-22", "SUM-07")
def test_it_speaks_of_the_room_the_telephone_and_rebooking_as_they_are_chosen(as_bo: Client, nord: World) -> None:
    def said(**changed: Any) -> Meaning:
        return meant(as_bo, filled(nord, **changed))

    assert said(place=f"room-{nord.room.pk}").where == "Havnegade 4, 9990 Nordby, Lokale 1"
    assert said(place="any").where == "Havnegade 4, 9990 Nordby, i det første ledige af teamets lokaler"
    assert said(mode="telephone").where == "Der ringes til borgerens eget nummer"
    assert said(mode="telephone", phone="70111111").where == "Der ringes til 70111111"
    assert said(rebooking_allowed=None).rebooking == "Borgeren kan ikke ombooke"
    assert "til og med 3 dage før" in said(rebooking_days="3").rebooking
    assert "indtil samtalen begynder" in said(rebooking_days="0").rebooking
    assert said(counsellors=[nord.anna.pk]).who == "Anna Agger, én borger ad gangen, 45 + 15 minutter"


@pytest.mark.requirement("SUM-04", "SUM-22")
def test_a_room_that_is_taken_leaves_no_free_times_and_any_room_those_of_the_others(as_bo: Client, nord: World) -> None:
    Settings.objects.update(horizon_weeks=0)
    before, whole = (meant(as_bo, filled(nord, place=place)).count for place in ("none", f"room-{nord.room.pk}"))
    start = at(next_monday(), "00:00")
    Claim.objects.create(
        jobcentre=nord.jobcentre,
        room=nord.room,
        during=(start, start + timedelta(hours=16)),
        day=next_monday(),
        start_tick=0,
        ticks=192,
        firm=True,
    )
    taken, anywhere = (meant(as_bo, filled(nord, place=place)).count for place in (f"room-{nord.room.pk}", "any"))
    assert (before, whole, taken, anywhere) == (16, 16, 10, 16)


@pytest.mark.requirement("SUM-22", "CLOS-01")
def test_it_warns_of_closing_days_counsellors_without_hours_and_nothing_free(as_bo: Client, nord: World) -> None:
    closed = next_monday() + timedelta(days=4)
    ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Personaledag", first_on=closed, last_on=closed)
    make_counsellor(nord.team, "Cecilie Carlsen", hours=None)
    warnings = meant(as_bo, filled(nord)).warnings
    assert warnings[0] == "Cecilie Carlsen har ingen arbejdstid og kan ikke få samtaler."
    friday = long_day(closed).capitalize()
    assert warnings[1] == f"{friday} er lokal lukkedag (Personaledag). Ingen tider den dag."
    nothing = meant(as_bo, filled(nord, duration="480", reporting_time="60"))
    assert nothing.count == 0
    assert nothing.warnings[0] == (
        "Der er ingen ledige tider. Prøv en senere dato, flere vejledere eller en kortere samtale."
    )


@pytest.mark.requirement("SUM-07", "SUM-22")
def test_it_warns_where_the_list_leaves_nothing_to_rebook_to(as_bo: Client, nord: World) -> None:
    Settings.objects.update(horizon_weeks=0)
    run = make_run(nord.bo, nord.team)
    for _ in range(16):
        add_line(run, make_citizen(nord.jobcentre))
    warning = "Når listen har fået sine tider, er der ingen ledige tider at ombooke til."
    address = f"/summons/runs/{run.pk}/frame/"
    assert meant(as_bo, filled(nord, version=1), address=address).warnings == (warning,)
    assert meant(as_bo, filled(nord, version=1, rebooking_allowed=None), address=address).warnings == ()


@pytest.mark.requirement("SUM-03", "SUM-04", "SUM-07", "SUM-22")
def test_it_warns_of_a_joint_meeting_without_limit_with_too_small_a_room_or_alone(as_bo: Client, nord: World) -> None:
    def said(**changed: Any) -> tuple[str, ...]:
        return meant(as_bo, filled(nord, form="joint", rebooking_allowed=None) | changed).warnings

    assert said(seats_by="room") == (
        "Mødet har ingen grænse for antal borgere: der er ikke valgt et lokale med en kapacitet.",
    )
    assert said(seats_by="room", place=f"room-{nord.room.pk}") == ()
    assert said(seats_by="number", seats_calling="5", place=f"room-{nord.room.pk}") == (
        "Der indkaldes 5 til hvert møde, men Lokale 1 har plads til 2.",
    )
    alone = "Der er endnu intet andet tilsvarende fællesmøde at ombooke til."
    assert said(seats_by="all", rebooking_allowed="on") == (alone,)
    other = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, day=next_monday())
    Appointment.objects.filter(pk=other.appointment_id).update(form="joint")
    assert said(seats_by="all", rebooking_allowed="on") == ()


@pytest.mark.requirement("SUM-22", "APP-07")
def test_what_is_not_finished_is_not_called_wrong_until_one_goes_on(as_bo: Client, nord: World) -> None:
    half = filled(nord, title="", duration="4")
    assert 'class="pl-err"' not in redrawn(as_bo, half, "type")
    assert 'class="pl-err"' in redrawn(as_bo, half | {"checked": "1"}, "type")
    assert meant(as_bo, half).count is None


# Two people


@pytest.mark.requirement("APP-15", "SUM-01")
def test_the_later_of_two_is_told_sees_both_and_loses_nothing(as_bo: Client, nord: World) -> None:
    run = make_run(nord.bo, nord.team, title="Jobsamtale")
    address = f"/summons/runs/{run.pk}/frame/"
    cleo = make_user(nord.jobcentre, "cleo", Role.CASEWORKER, name="Cleo Dal")
    assert signed_in(cleo).post(address, filled(nord, version=1, title="Cleos titel", save="")).status_code == 302
    late = as_bo.post(address, filled(nord, version=1, title="Bos titel", save=""))
    assert late.status_code == 409
    text = late.content.decode()
    sentence = "Cleo Dal har gemt kørslen i mellemtiden. Dine felter står her endnu: se forskellene, og gem igen."
    assert sentence in text
    assert next((str(one.label), one.saved, one.typed) for one in late.context["differences"]) == (
        "Titel",
        "Cleos titel",
        "Bos titel",
    )
    assert late.context["form"]["title"].value() == "Bos titel"
    run.refresh_from_db()
    assert run.title == "Cleos titel"
    again = as_bo.post(
        address, filled(nord, version=late.context["form"]["version"].value(), title="Bos titel", save="")
    )
    assert again.status_code == 302
    run.refresh_from_db()
    assert (run.title, run.version) == ("Bos titel", 3)


@pytest.mark.requirement("SUM-01")
@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("looking_up", "Borgerne slås op lige nu. Vent, til det er færdigt."),
        ("planning", "Kørslen er ved at blive fordelt. Vent, til det er færdigt."),
        ("finished", "Indkaldelserne er sendt, så listen kan ikke ændres. Begynd en ny indkaldelse."),
    ],
)
def test_a_run_under_way_or_sent_is_shown_but_not_changed(
    as_bo: Client, nord: World, state: str, sentence: str
) -> None:
    run = make_run(nord.bo, nord.team, state=state)
    address = f"/summons/runs/{run.pk}/frame/"
    shown = as_bo.get(address).content.decode()
    assert (sentence in shown, "Videre til trin 2" in shown) == (True, False)
    refused = as_bo.post(address, filled(nord, version=1, title="Ændret", next=""))
    assert (refused.status_code, sentence in refused.content.decode()) == (422, True)
    run.refresh_from_db()
    assert run.title == "Jobsamtale"


# Speed


@pytest.mark.requirement("SUM-22")
def test_the_number_of_statements_is_the_same_for_one_and_for_many(as_bo: Client, nord: World) -> None:
    counts = []
    for count in (1, 3):
        for number in range(count):
            make_counsellor(nord.team, f"Vejleder Nummer{count}{number}")
            make_room(nord.team, f"Ekstra {count}{number}")
            make_team(nord.jobcentre, f"Team {count}{number}")
            closed = next_monday() + timedelta(days=number)
            ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Lukket", first_on=closed, last_on=closed)
        for values in (filled(nord, place="any"), fixed(nord, "09:00")):
            with CaptureQueriesContext(connection) as asked:
                meant(as_bo, values, "team")
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert max(counts) < 50


@pytest.mark.deep
@pytest.mark.requirement("SUM-22")
def test_fifty_counsellors_and_half_a_year_are_counted_in_a_third_of_a_second(as_bo: Client, nord: World) -> None:
    for number in range(48):
        make_counsellor(nord.team, f"Vejleder Nummer{number}")
    meant(as_bo, filled(nord))
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        assert (meant(as_bo, filled(nord, place="any")).count or 0) > 0
        taken.append(time.perf_counter() - began)
    assert min(taken) < 0.3


@pytest.mark.requirement("SUM-01", "APP-07")
def test_half_a_frame_is_kept_as_a_draft_and_says_what_it_lacks(as_bo: Client, nord: World) -> None:
    half = filled(nord, type="", title="", duration="47", team="", message_to_citizen="Tag dit CV med.")
    response = as_bo.post(START, half | {"save": ""}, follow=True)
    run = Run.objects.get()
    assert (run.step, run.type_id, run.duration, run.description) == (1, None, None, "Vi taler om din jobsøgning.")
    assert run.message_to_citizen == "Tag dit CV med."
    page = response.content.decode()
    assert "Før trin 2 mangler: Samtaletype, Titel, Team, Varighed." in page
    assert "Tag dit CV med." in page
    onward = as_bo.post(f"/summons/runs/{run.pk}/frame/", half | {"version": run.version, "next": ""})
    assert (onward.status_code, Run.objects.get().step) == (422, 1)


@pytest.mark.requirement("SUM-01", "SUM-21")
def test_once_step_1_has_been_left_it_stays_whole(as_bo: Client, nord: World) -> None:
    run = kept(as_bo, filled(nord))
    answer = as_bo.post(f"/summons/runs/{run.pk}/frame/", filled(nord, version=run.version, title="", save=""))
    assert (answer.status_code, Run.objects.get().title) == (422, "Jobsamtale")


def test_the_chosen_team_stands_without_the_trees_indentation(as_bo: Client, nord: World) -> None:
    below = make_team(nord.jobcentre, "Dagpenge", parent=nord.team)
    make_counsellor(below, "Cara Bo")
    form = as_bo.get(f"{START}?team={below.pk}").context["form"]
    labels = {str(value): label for value, label in form.fields["team"].choices}
    assert labels[str(below.pk)] == "Dagpenge"
    assert labels[str(nord.team.pk)].lstrip("\N{NO-BREAK SPACE}") == "Nord" != labels[str(nord.team.pk)]


@pytest.mark.requirement("SUM-01", "SUM-11")
def test_those_who_were_brought_along_are_looked_up_when_step_1_is_left(as_bo: Client, nord: World) -> None:
    citizen = make_citizen(nord.jobcentre, "Jens Hansen")
    as_bo.post(START, filled(nord, citizen=citizen.pk, save=""))
    run = Run.objects.get()
    assert (run.state, run.lines.get().look_up) == ("draft", "waiting")
    as_bo.post(f"/summons/runs/{run.pk}/frame/", filled(nord, version=run.version, next=""))
    run.refresh_from_db()
    assert (run.state, run.total) == ("looking_up", 1)
