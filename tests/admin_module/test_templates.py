"""«Indkaldelsesskabeloner»: any of step 1's details under a name, used by the summons flow at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admin_module.models import ConversationType, Room, SummonsTemplate, Team
from admin_module.services.retiring import retire
from planner.accounts.models import Settings
from planner.audit.models import Change
from summons.models import Run
from tests.admin_module.test_variants import make_variant
from tests.factories import World, make_counsellor, make_room, make_team

LIST = "/administration/templates/"
NEW = f"{LIST}new/"
HTMX = {"HX-Request": "true"}


def everything(world: World) -> dict[str, Any]:
    """A form in which every field that goes together is filled in."""
    return {
        "name": "Informationsmøde i Salen",
        "type": "17",
        "variant": make_variant(world, "Over 30 år", (17,), world.team).pk,
        "form": "joint",
        "mode": "digital",
        "title": "Velkommen",
        "description": "Vi fortæller om reglerne.",
        "digital_link": "https://moede.example/nord",
        "fund_participation": "True",
        "seats_by": "number",
        "seats_calling": "8",
        "seats_rebooking": "2",
        "team": world.team.pk,
        "place": f"room-{world.rooms[1].pk}",
        "counsellors": [world.anna.pk],
        "duration": "90",
        "reporting_time": "10",
        "distribution": "fixed_time",
        "rebooking_allowed": "True",
        "rebooking_days": "3",
        "message_to_citizen": "Tag dit cv med.",
        "message_to_counsellor": "Projektor er bestilt.",
        "contact_phone": "70202020",
        "contact_email": "salen@nordby.dk",
    }


def make_template(world: World, name: str = "Jobsamtale", **details: Any) -> SummonsTemplate:
    return SummonsTemplate.objects.create(jobcentre=world.jobcentre, name=name, **details)


def page(template: SummonsTemplate, part: str = "") -> str:
    return f"{LIST}{template.pk}/{part}"


def step_1(client: Client, template: SummonsTemplate, **typed: Any) -> Any:
    """The form of step 1 after the template is chosen in it."""
    return client.post("/summons/", {"template": template.pk, "changed": "template"} | typed, headers=HTMX).context[
        "form"
    ]


# The list


@pytest.mark.requirement("TMPL-01")
def test_the_list_tells_the_templates_apart(as_ada: Client, nord: World) -> None:
    template = make_template(nord, type_id=7, team=nord.team, form="individual", duration=45, reporting_time=15)
    make_template(nord, "Tom")
    text = as_ada.get(LIST).content.decode()
    said = ("Opret ny skabelon", "Jobsamtale", "Individuelt møde", "Nord", "45 + 15", "2 skabeloner", "Slet", "Tom")
    assert [words for words in said if words not in text] == []
    assert f'href="{page(template)}"' in text


@pytest.mark.requirement("TMPL-01", "APP-10")
def test_the_list_is_searched_filtered_and_sorted(as_ada: Client, nord: World) -> None:
    make_template(nord, "Jobsamtale", type_id=7, team=nord.team, form="individual", duration=45)
    make_template(nord, "Infomøde", type_id=9, form="joint", duration=90)

    def names(**asked: Any) -> list[str]:
        return [row.name for row in as_ada.get(LIST, asked).context["page"].rows]

    assert names() == names(sort="-duration") == ["Infomøde", "Jobsamtale"]
    assert names(q="job") == names(type="7") == names(team=nord.team.pk) == names(form="individual") == ["Jobsamtale"]
    assert "Ingen skabeloner passer til filtrene." in as_ada.get(LIST, {"q": "findes ikke"}).content.decode()


@pytest.mark.requirement("TMPL-01")
def test_without_templates_the_list_says_what_to_do(as_ada: Client, nord: World) -> None:
    assert "Ingen skabeloner endnu. Opret en for hver slags samtale" in as_ada.get(LIST).content.decode()


@pytest.mark.requirement("TMPL-01", "APP-10")
def test_the_list_takes_as_many_statements_for_three_templates_as_for_one(as_ada: Client, nord: World) -> None:
    counts = []
    for names in (("A",), ("B", "C")):
        for name in names:
            make_template(nord, name, type_id=7, team=nord.team, room=nord.room, variant=make_variant(nord, name))
        with CaptureQueriesContext(connection) as asked:
            as_ada.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.requirement("TMPL-01", "APP-10")
def test_a_templates_page_takes_as_many_statements_in_a_large_organisation(as_ada: Client, nord: World) -> None:
    template = make_template(nord, team=nord.team, type_id=7)
    template.counsellors.add(nord.anna, through_defaults={"jobcentre": nord.jobcentre})
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as asked:
            as_ada.get(page(template))
        counts.append(len(asked))
        team = make_team(nord.jobcentre, f"Hold {number}", nord.team)
        for name in ("Cecilie", "Dorte"):
            template.counsellors.add(
                make_counsellor(nord.team, f"{name} Dam"), through_defaults={"jobcentre": nord.jobcentre}
            )
            make_room(nord.team, f"{name}s kontor {number}")
            make_variant(nord, f"{name} {number}", (7,), nord.team, team)
    assert counts[0] == counts[1]


# What a template holds


@pytest.mark.requirement("TMPL-01", "APP-07")
def test_only_the_name_is_demanded_and_what_is_not_given_stays_so(as_ada: Client, nord: World) -> None:
    text = as_ada.get(NEW).content.decode()
    assert text.count('<span class="pl-must">skal udfyldes</span>') == 1
    response = as_ada.post(NEW, {"name": "Tom", "place": "none"}, follow=True)
    assert "Skabelonen «Tom» er gemt." in response.content.decode()
    assert SummonsTemplate.objects.get().carried() == {"room_choice": "none", "jobcentre_id": nord.jobcentre.pk}


@pytest.mark.requirement("TMPL-01", "SUM-02", "SUM-03", "SUM-04", "SUM-05", "SUM-07", "SUM-08", "SUM-21")
def test_a_template_holds_everything_that_step_1_asks_but_its_dates(as_ada: Client, nord: World) -> None:
    ConversationType.objects.create(code=17, name="Fælles jobsamtale med a-kasse")
    values = everything(nord)
    assert as_ada.post(NEW, values).status_code == 302
    template = SummonsTemplate.objects.get()
    form = as_ada.get(page(template)).context["form"]
    shown = {name: form[name].value() for name in values}
    assert {name: value if name == "counsellors" else str(value) for name, value in shown.items()} == {
        name: value if name == "counsellors" else str(value) for name, value in values.items()
    }
    assert (template.room, template.room_choice, list(template.counsellors.all())) == (
        nord.rooms[1],
        "one",
        [nord.anna],
    )


@pytest.mark.requirement("TMPL-01", "APP-15")
def test_the_name_is_demanded_and_unique_among_the_living(as_ada: Client, nord: World) -> None:
    assert as_ada.post(NEW, {"name": ""}).context["form"].errors == {"name": ["Dette felt er påkrævet."]}
    template = make_template(nord)
    refused = as_ada.post(NEW, {"name": "Jobsamtale", "title": "Mit møde"})
    assert (refused.status_code, refused.context["form"].errors) == (422, {"name": ["Navnet skal være unikt"]})
    assert 'value="Mit møde"' in refused.content.decode()
    retire(row=template, now=timezone.now())
    assert as_ada.post(NEW, {"name": "Jobsamtale"}).status_code == 302


@pytest.mark.requirement("TMPL-01", "SUM-05")
@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"duration": "47"}, "duration", "Skriv et antal minutter, der går op i 5."),
        ({"reporting_time": "7"}, "reporting_time", "Skriv et antal minutter, der går op i 5."),
        ({"rebooking_days": "x"}, "rebooking_days", "Indtast et heltal."),
        ({"contact_email": "salen"}, "contact_email", "Indtast en gyldig e-mail-adresse."),
    ],
)
def test_what_is_given_must_be_right(
    as_ada: Client, nord: World, values: dict[str, str], field: str, message: str
) -> None:
    refused = as_ada.post(NEW, {"name": "Ny"} | values)
    assert (refused.status_code, refused.context["form"].errors) == (422, {field: [message]})


@pytest.mark.requirement("TMPL-01", "VARI-03", "SUM-04")
def test_variant_room_and_counsellors_are_those_of_the_type_and_the_team(as_ada: Client, nord: World) -> None:
    east = make_team(nord.jobcentre, "Øst")
    cecilie, room = make_counsellor(east, "Cecilie Carlsen"), make_room(east, "Østsalen")
    variant = make_variant(nord, "Over 30 år", (7,), east)
    foreign = {"counsellors": [cecilie.pk], "place": f"room-{room.pk}", "variant": variant.pk, "type": "7"}
    refused = as_ada.post(NEW, {"name": "Ny", "team": nord.team.pk} | foreign)
    assert sorted(refused.context["form"].errors) == ["counsellors", "place", "variant"]
    assert as_ada.post(NEW, {"name": "Ny", "team": east.pk} | foreign).status_code == 302


@pytest.mark.requirement("TMPL-01", "VARI-03")
def test_a_change_draws_what_follows_and_keeps_all_that_is_typed(as_ada: Client, nord: World) -> None:
    make_variant(nord, "Over 30 år", (7,), nord.team)
    typed = {"name": "", "type": "7", "team": nord.team.pk, "form": "joint", "seats_by": "number", "title": "Mit møde"}
    drawn = as_ada.post(NEW, typed | {"mode": "digital", "duration": "47", "refresh": "1"}, headers=HTMX)
    text = drawn.content.decode()
    assert drawn.status_code == 200
    said = ("Over 30 år", "Salen (12)", "Anna Agger", "Link til digitalt møde", "Indkaldelser pr. fællesmøde")
    assert [words for words in (*said, 'value="47"', 'value="Mit møde"') if words not in text] == []
    assert [words for words in ('id="errors"', "Et ledigt af teamets lokaler") if words in text] == []
    again = as_ada.post(NEW, typed | {"form": "individual", "team": "", "refresh": "1"}, headers=HTMX).content.decode()
    assert "Vælg team for at vælge vejledere, mødelokale og variant." in again
    assert [words for words in ("Over 30 år", "Indkaldelser pr. fællesmøde", "Anna Agger") if words in again] == []
    assert not SummonsTemplate.objects.exists()


@pytest.mark.requirement("TMPL-01")
def test_what_no_longer_belongs_to_the_form_is_emptied(as_ada: Client, nord: World) -> None:
    template = make_template(nord, form="joint", seats_by="number", seats_calling=8, mode="digital")
    as_ada.post(page(template), {"name": "Jobsamtale", "form": "individual", "mode": "telephone", "version": 1})
    template.refresh_from_db()
    assert (template.form, template.seats_by, template.seats_calling, template.mode) == (
        "individual",
        "",
        None,
        "telephone",
    )


@pytest.mark.requirement("APP-15", "TMPL-01")
def test_who_saves_later_is_told_and_sees_both(as_ada: Client, nord: World) -> None:
    template = make_template(nord, duration=45, rebooking_allowed=True)
    kept = {"name": "Jobsamtale", "rebooking_allowed": "True", "place": "none"}
    as_ada.post(page(template), kept | {"duration": "60", "team": nord.team.pk, "version": 1})
    stale = as_ada.post(page(template), kept | {"duration": "30", "version": 1})
    assert (stale.status_code, "Ada Krog har gemt i mellemtiden." in stale.content.decode()) == (422, True)
    differences = [(str(one.label), one.saved, one.typed) for one in stale.context["form"].differences]
    assert differences == [("Team", "Nord", ""), ("Varighed (minutter)", "60", "30")]
    template.refresh_from_db()
    assert (template.duration, template.team) == (60, nord.team)
    assert as_ada.post(page(template), kept | {"duration": "30", "version": 2}).status_code == 302


@pytest.mark.requirement("APP-15")
def test_a_change_of_what_follows_does_not_hide_that_somebody_else_has_saved(as_ada: Client, nord: World) -> None:
    template = make_template(nord, duration=45)
    as_ada.post(page(template), {"name": "Jobsamtale", "duration": "60", "version": 1})
    drawn = as_ada.post(page(template), {"name": "Jobsamtale", "duration": "30", "version": 1, "refresh": "1"})
    assert 'name="version" value="1"' in drawn.content.decode()


@pytest.mark.requirement("APP-08", "APP-15", "TMPL-01")
def test_deleting_asks_first_and_leaves_what_was_made_with_it(as_ada: Client, as_bo: Client, nord: World) -> None:
    template = make_template(nord, title="Velkommen")
    text = as_ada.get(page(template, "delete/")).content.decode()
    said = ("Slet «Jobsamtale»", "kan ikke længere vælges", "der er lavet med den, ændres ikke", "Slet skabelonen")
    assert [words for words in said if words not in text] == []
    response = as_ada.post(page(template, "delete/"), follow=True)
    assert "Skabelonen «Jobsamtale» er slettet." in response.content.decode()
    assert as_ada.get(page(template)).status_code == 404
    assert "Jobsamtale</option>" not in str(as_bo.get("/summons/").context["form"]["template"])


# The tab «Online Booking»

ONLINE = {"type": "7", "form": "individual", "mode": "in_person"}


@pytest.mark.requirement("TMPL-02")
def test_the_tab_for_online_offers_holds_any_of_their_details(as_ada: Client, nord: World) -> None:
    values = {
        "title_en": "Job conversation",
        "description_en": "We talk.",
        "is_active": "True",
        "model": "control",
        "without_own": "team",
        "shows_counsellor": "False",
        "opens_on": "1.12.2036",
        "ends_on": "20.12.2036",
        "earliest_meeting_on": "8.12.2036",
        "weekdays": ["1", "3"],
        "from_time": "9.00",
        "to_time": "15.00",
        "interval": "60",
        "least_notice_days": "2",
        "shown_weeks": "4",
        "cancellation_days": "3",
        "cancellation_allowed": "True",
    }
    assert as_ada.post(NEW, ONLINE | values | {"name": "Online"}).status_code == 302
    template = SummonsTemplate.objects.get()
    assert (template.model, template.weekdays, template.interval, template.is_active) == ("control", [1, 3], 60, True)
    assert (str(template.ends_on), str(template.to_time), template.shows_counsellor) == (
        "2036-12-20",
        "15:00:00",
        False,
    )
    form = as_ada.get(page(template)).context["form"]
    assert (form["weekdays"].value(), form["cancellation_allowed"].value(), form["shown_weeks"].value()) == (
        [1, 3],
        True,
        4,
    )


@pytest.mark.requirement("TMPL-02", "APP-07")
@pytest.mark.parametrize("filled", [{"weekdays": ["0"]}, {"is_active": "False"}, {"title_en": "Job conversation"}])
def test_one_field_of_the_tab_demands_what_can_be_booked_online(
    as_ada: Client, nord: World, filled: dict[str, Any]
) -> None:
    refused = as_ada.post(NEW, {"name": "Online", "type": "9", "form": "joint", "mode": "telephone"} | filled)
    assert (refused.status_code, SummonsTemplate.objects.count()) == (422, 0)
    assert refused.context["form"].errors == {
        "type": ["Fanen «Online Booking» er udfyldt. Så skal samtaletypen være «Jobsamtale»."],
        "form": ["Fanen «Online Booking» er udfyldt. Så skal mødeformen være «Individuelt møde»."],
        "mode": ["Fanen «Online Booking» er udfyldt. Så skal afholdelsesformen være «Personligt fremmøde»."],
    }
    assert as_ada.post(NEW, {"name": "Online", "type": "9", "form": "joint", "mode": "telephone"}).status_code == 302


@pytest.mark.requirement("TMPL-02")
def test_what_the_settings_open_is_accepted_and_named(as_ada: Client, nord: World) -> None:
    Settings.objects.update(online_types=[7, 4], online_modes=["in_person", "telephone"])
    kept = {"name": "Online", "form": "individual", "weekdays": ["0"]}
    assert as_ada.post(NEW, kept | {"type": "4", "mode": "telephone"}).status_code == 302
    refused = as_ada.post(NEW, kept | {"name": "To", "type": "9", "mode": "letter"}).context["form"].errors
    sentence = "Fanen «Online Booking» er udfyldt. Så skal samtaletypen være «Jobsamtale» eller «Opfølgningssamtale»."
    assert refused["type"] == [sentence]


@pytest.mark.requirement("TMPL-02", "OFFER-04")
@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        (
            {"opens_on": "2.12.2036", "ends_on": "1.12.2036"},
            "ends_on",
            "Slutdatoen ligger før den første dato, tilbuddet kan bookes.",
        ),
        (
            {"earliest_meeting_on": "2.12.2036", "ends_on": "1.12.2036"},
            "ends_on",
            "Slutdatoen ligger før den tidligste mødedato.",
        ),
        ({"from_time": "15", "to_time": "9"}, "to_time", "«Senest kl.» skal ligge efter «Tidligst kl.»."),
    ],
)
def test_dates_and_times_of_the_tab_are_in_order(
    as_ada: Client, nord: World, values: dict[str, str], field: str, message: str
) -> None:
    refused = as_ada.post(NEW, {"name": "Online"} | ONLINE | values)
    assert (refused.status_code, refused.context["form"].errors) == (422, {field: [message]})


# How step 1 uses it


@pytest.mark.requirement("TMPL-03", "TMPL-01")
def test_a_template_is_used_by_the_summons_flow_at_once(as_ada: Client, as_bo: Client, nord: World) -> None:
    ConversationType.objects.create(code=17, name="Fælles jobsamtale med a-kasse")
    values = everything(nord)
    as_ada.post(NEW, values)
    template = SummonsTemplate.objects.get()
    assert f'<option value="{template.pk}">{values["name"]}</option>' in as_bo.get("/summons/").content.decode()
    form = step_1(as_bo, template)
    found = {name: form[name].value() for name in values if name not in ("name", "counsellors")}
    assert {name: str(value) for name, value in found.items()} == {name: str(values[name]) for name in found}
    assert form["counsellors"].value() == [str(nord.anna.pk)]
    assert (form.frame.joint, form.frame.fixed, form.frame.seats) == (True, True, 8)


@pytest.mark.requirement("TMPL-03")
def test_what_the_template_does_not_say_stays_as_it_is_in_step_1(as_bo: Client, nord: World) -> None:
    typed = {
        "reporting_time": "15",
        "rebooking_allowed": "on",
        "rebooking_days": "4",
        "form": "joint",
        "mode": "letter",
    }
    form = step_1(as_bo, make_template(nord, duration=20), **typed, place=f"room-{nord.room.pk}", team=nord.team.pk)
    assert {name: form[name].value() for name in typed} == typed | {"rebooking_allowed": True}
    assert (form["duration"].value(), form["place"].value()) == ("20", f"room-{nord.room.pk}")
    off = step_1(as_bo, make_template(nord, "Uden", rebooking_allowed=False, reporting_time=0), **typed)
    assert (off["rebooking_allowed"].value(), off["reporting_time"].value()) == (False, "0")


@pytest.mark.requirement("TMPL-03", "SUM-02", "SUM-21")
def test_text_and_contact_follow_the_templates_type_and_team_where_it_says_nothing(
    as_ada: Client, as_bo: Client, nord: World
) -> None:
    as_ada.post("/administration/texts/4/", {"title": "Opfølgning", "description": "Vi følger op."})
    Team.objects.filter(pk=nord.team.pk).update(contact_phone="70303030")
    template = make_template(nord, type_id=4, team=nord.team)
    form = step_1(as_bo, template, contact_phone="70101010", contact_email="kontakt@nordby.dk")
    assert {name: form[name].value() for name in ("title", "description", "contact_phone", "contact_email")} == {
        "title": "Opfølgning",
        "description": "Vi følger op.",
        "contact_phone": "70303030",
        "contact_email": "",
    }
    own = step_1(as_bo, template, title="Mit eget", contact_phone="12345678")
    assert (own["title"].value(), own["contact_phone"].value()) == ("Mit eget", "12345678")


@pytest.mark.requirement("TMPL-03", "TMPL-01")
def test_what_a_summons_took_from_a_template_is_a_copy(as_ada: Client, as_bo: Client, nord: World) -> None:
    template = make_template(nord, type_id=7, team=nord.team, title="Før", duration=45)
    shown = step_1(as_bo, template, contact_phone="70101010", earliest_on="30.11.2036", distribution="automatic")
    posted = {name: shown[name].value() or "" for name in shown.fields if name not in ("counsellors", "fixed_times")}
    as_bo.post("/summons/", posted | {"description": "Ja", "form": "individual", "mode": "in_person", "save": ""})
    as_ada.post(page(template), {"name": "Jobsamtale", "title": "Efter", "duration": "30", "version": 1})
    run = Run.objects.get()
    assert (run.template, run.title, run.duration) == (template, "Før", 45)


@pytest.mark.requirement("TMPL-01", "APP-15")
def test_what_is_retired_is_no_longer_shown_or_brought_along(as_ada: Client, as_bo: Client, nord: World) -> None:
    template = make_template(nord, team=nord.team, room=nord.room, room_choice="one")
    template.counsellors.add(nord.anna, through_defaults={"jobcentre": nord.jobcentre})
    retire(row=Room.objects.get(pk=nord.room.pk), now=timezone.now())
    retire(row=nord.anna, now=timezone.now())
    form = as_ada.get(page(template)).context["form"]
    assert ("Lokale 1" in str(form["place"]), "Anna Agger" in str(form["counsellors"])) == (False, False)
    assert "Anna Agger" not in str(step_1(as_bo, template)["counsellors"])


# Who may


@pytest.mark.requirement("SEC-02", "TMPL-01")
def test_a_caseworker_reads_and_changes_nothing(as_bo: Client, nord: World) -> None:
    template = make_template(nord, type_id=7, team=nord.team, duration=45, rebooking_allowed=True)
    shown, read = (as_bo.get(address).content.decode() for address in (LIST, page(template)))
    assert [words for words in ("Opret ny skabelon", "delete/") if words in shown] == []
    said = ("Jobsamtale", "Nord", "Varighed (minutter)", "Borgeren kan ombooke")
    assert ([words for words in said if words not in read], "Gem</button>" in read) == ([], False)
    before = Change.objects.count()
    statuses = [as_bo.post(address, {"name": "Ny"}).status_code for address in (page(template), NEW)]
    assert (statuses, as_bo.post(page(template, "delete/")).status_code) == ([405, 403], 403)
    assert Change.objects.count() == before


@pytest.mark.requirement("SEC-01", "GUARD-01")
def test_a_stranger_finds_no_template(as_carla: Client, nord: World) -> None:
    template = make_template(nord, "Jobsamtaler i Nord")
    assert "Jobsamtaler i Nord" not in as_carla.get(LIST).content.decode()
    assert as_carla.get(page(template)).status_code == 404
