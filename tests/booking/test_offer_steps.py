"""«Opret online tilbud» and [Rediger online tilbud]: three steps, the rule builder, the receipt (OFFER-02 to 11)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admin_module.models import ContactGroup, ConversationType, OfferModel, PersonGroup, StandardText, SummonsTemplate
from booking.models import Condition, OnlineOffer, RuleKind, Summons
from planner.accounts.models import Jobcentre, Settings, User
from planner.audit.models import Access, Change
from planner.ui.formatting import day_year
from tests.admin_module.test_variants import make_variant
from tests.factories import (
    World,
    add_rule,
    make_citizen,
    make_counsellor,
    make_cpr,
    make_offer,
    make_summons,
    make_team,
)

NEW = "/offers/new/"
HTMX = {"HX-Request": "true"}
RULE = {"operator": "all", "g0-operator": "all"} | {
    f"g0-r0-{name}": value for name, value in {"kind": "age", "condition": "at_least", "criterion": "30"}.items()
}


def frame(world: World, **changed: Any) -> dict[str, Any]:
    """Step 1 filled in."""
    values = {
        "type": "7",
        "mode": "in_person",
        "team": world.team.pk,
        "place": "any",
        "counsellors": [world.anna.pk, world.birk.pk],
        "duration": "45",
        "reporting_time": "15",
        "message_to_counsellor": "Husk kaffe.",
        "contact_phone": "70101010",
        "next": "",
    }
    return values | changed


def terms(**changed: Any) -> dict[str, Any]:
    """Step 2 filled in, for everybody of 30 years and more."""
    values = {
        "title": "Jobsamtale over 30",
        "is_active": "on",
        "description": "Vi taler om dit CV.",
        "model": "team",
        "cancellation_allowed": "on",
        "cancellation_days": "1",
        "rebooking_allowed": "on",
        "rebooking_days": "1",
        "save": "",
    }
    return {name: value for name, value in (values | RULE | changed).items() if value is not None}


def page(offer: OnlineOffer, step: str) -> str:
    return f"/offers/{offer.pk}/{step}/"


def rule(kind: str, condition: str, criterion: object, place: str = "g0-r0") -> dict[str, Any]:
    return {f"{place}-kind": kind, f"{place}-condition": condition, f"{place}-criterion": criterion}


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def rules_of(offer: OnlineOffer) -> list[tuple[str, list[tuple[str, str, str]]]]:
    return [
        (group.operator, [(one.kind, one.condition, one.criterion) for one in group.rules.all()])
        for group in offer.groups.all()
    ]


# Step 1


@pytest.mark.requirement("OFFER-02")
def test_step_1_has_the_conversation_fixed_and_asks_for_the_rest(as_bo: Client, nord: World) -> None:
    response = as_bo.get(NEW)
    text, form = words(response), response.context["form"]
    assert form.fixed == {"type": "Jobsamtale", "mode": "Personligt fremmøde"}
    said = ("Opret online tilbud", "Jobsamtale", "Individuelt møde", "Personligt fremmøde", "Tid til afrapportering")
    assert [one for one in said if one not in text] == []
    must = {name for name, field in form.fields.items() if field.required}
    assert must == {"type", "mode", "team", "counsellors", "duration", "reporting_time"}
    assert (form["team"].value(), form["contact_phone"].value()) == (nord.team.pk, "70101010")


@pytest.mark.requirement("OFFER-02", "SUM-20")
def test_step_1_makes_a_draft_with_a_number_and_goes_on_to_step_2(as_bo: Client, nord: World) -> None:
    StandardText.objects.create(jobcentre=nord.jobcentre, type_id=7, title="Jobsamtale", description="Vi taler.")
    response = as_bo.post(NEW, frame(nord))
    offer = OnlineOffer.objects.get()
    assert response.headers["Location"] == page(offer, "online")
    assert (offer.published_at, offer.is_active, offer.author, offer.form) == (None, False, nord.bo, "individual")
    assert (offer.room_choice, offer.message_to_counsellor, offer.title) == ("any", "Husk kaffe.", "Jobsamtale")
    assert set(offer.counsellors.all()) == {nord.anna, nord.birk}
    as_bo.post(NEW, frame(nord))
    assert len(set(OnlineOffer.objects.values_list("number", flat=True))) == 2


@pytest.mark.requirement("OFFER-02", "APP-07", "SUM-21")
@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"team": ""}, "team", "Dette felt er påkrævet."),
        ({"counsellors": []}, "counsellors", "Vælg mindst én vejleder, hvis tider borgerne kan booke."),
        ({"duration": "47"}, "duration", "Skriv et antal minutter, der går op i 5."),
        ({"reporting_time": ""}, "reporting_time", "Dette felt er påkrævet."),
        (
            {"type": "9"},
            "type",
            "Samtaletypen er ikke åben for online booking. Administratoren åbner flere typer i indstillingerne.",
        ),
        (
            {"mode": "telephone"},
            "mode",
            "Afholdelsesformen er ikke åben for online booking. Administratoren åbner flere i indstillingerne.",
        ),
        (
            {"contact_phone": ""},
            "contact_phone",
            "Skriv, hvordan borgeren kan kontakte jer: telefon eller e-mail.",
        ),
    ],
)
def test_what_step_1_lacks_is_said_at_the_field_and_nothing_is_kept(
    as_bo: Client, nord: World, changed: dict[str, Any], field: str, message: str
) -> None:
    refused = as_bo.post(NEW, frame(nord, **changed))
    assert (refused.status_code, OnlineOffer.objects.count()) == (422, 0)
    assert message in refused.context["form"].errors[field]
    assert "Husk kaffe." in words(refused)


@pytest.mark.requirement("OFFER-02")
def test_the_settings_open_more_types_and_modes(as_bo: Client, nord: World) -> None:
    Settings.objects.update(online_types=[7, 4], online_modes=["in_person", "telephone", "digital"])
    form = as_bo.get(NEW).context["form"]
    assert form.fixed == {}
    refused = as_bo.post(NEW, frame(nord, type="4", mode="digital"))
    assert refused.context["form"].errors == {"digital_link": ["Et digitalt møde skal have et link."]}
    as_bo.post(NEW, frame(nord, type="4", mode="telephone", phone="70203040"))
    offer = OnlineOffer.objects.get()
    assert (offer.type_id, offer.mode, offer.phone) == (4, "telephone", "70203040")


@pytest.mark.requirement("OFFER-02", "VARI-03", "SUM-04", "COMP-02")
def test_variant_room_and_counsellors_follow_the_team_at_once(as_bo: Client, nord: World) -> None:
    east = make_team(nord.jobcentre, "Øst")
    cecilie = make_counsellor(east, "Cecilie Carlsen")
    cecilie.can_be_summoned = False
    cecilie.save()
    variant = make_variant(nord, "Over 30 år", (7,), east)
    drawn = as_bo.post(NEW, frame(nord, team=east.pk, changed="team"), headers=HTMX)
    text, form = words(drawn), drawn.context["form"]
    assert (drawn.status_code, 'id="errors"' in text) == (200, False)
    assert [one for one in ("Cecilie Carlsen", "Over 30 år") if one not in text] == []
    assert [one for one in ("Anna Agger", "Salen") if one in str(form["counsellors"]) + str(form["place"])] == []
    refused = as_bo.post(NEW, frame(nord, variant=variant.pk, place=f"room-{nord.room.pk}", counsellors=[cecilie.pk]))
    assert sorted(refused.context["form"].errors) == ["counsellors", "variant"]
    assert as_bo.post(NEW, frame(nord, team=east.pk, place="none", counsellors=[cecilie.pk])).status_code == 302


@pytest.mark.requirement("OFFER-02", "ACCESS-04")
def test_without_javascript_a_button_draws_what_follows(as_bo: Client, nord: World) -> None:
    east = make_team(nord.jobcentre, "Øst")
    make_counsellor(east, "Cecilie Carlsen")
    values = {name: value for name, value in frame(nord, team=east.pk, refresh="").items() if name != "next"}
    drawn = as_bo.post(NEW, values)
    assert (drawn.status_code, "Cecilie Carlsen" in words(drawn)) == (200, True)
    assert "Husk kaffe." in words(drawn)


@pytest.mark.requirement("OFFER-02")
def test_step_1_says_what_it_means_while_it_is_filled_in(as_bo: Client, nord: World) -> None:
    drawn = as_bo.post(NEW, frame(nord, changed="duration"), headers=HTMX)
    prospect = drawn.context["prospect"]
    assert (prospect.count or 0) > 100
    assert prospect.who == "2 vejledere, 45 + 15 minutter"
    assert prospect.where == "Havnegade 4, 9990 Nordby, i det første ledige af teamets lokaler"
    idle = make_counsellor(nord.team, "Dorte Dam", hours=None)
    warned = as_bo.post(NEW, frame(nord, counsellors=[idle.pk], changed="counsellors"), headers=HTMX)
    assert "Dorte Dam har ingen arbejdstid og har ingen tider at booke." in words(warned)
    assert warned.context["prospect"].count == 0


@pytest.mark.requirement("TMPL-03", "TMPL-02", "OFFER-02")
def test_a_template_fills_both_steps_and_everything_can_be_changed(as_bo: Client, nord: World) -> None:
    given = {"type_id": 7, "form": "individual", "mode": "in_person", "team": nord.team, "duration": 30}
    online = {"title": "Kom og tal", "title_en": "Come and talk", "model": "trust", "interval": 30, "weekdays": [1, 3]}
    rights = {"cancellation_allowed": False, "rebooking_days": 4, "is_active": False, "shown_weeks": 3}
    template = SummonsTemplate.objects.create(jobcentre=nord.jobcentre, name="Online", **given, **online, **rights)
    template.counsellors.add(nord.birk, through_defaults={"jobcentre": nord.jobcentre})
    form = as_bo.post(NEW, {"template": template.pk, "changed": "template"}, headers=HTMX).context["form"]
    assert (form["duration"].value(), form["team"].value()) == ("30", str(nord.team.pk))
    assert form["counsellors"].value() == [str(nord.birk.pk)]
    as_bo.post(NEW, frame(nord, template=template.pk, duration="60"))
    offer = OnlineOffer.objects.get()
    form = as_bo.get(page(offer, "online")).context["form"]
    shown = {name: form[name].value() for name in (*online, "cancellation_allowed", "rebooking_days", "shown_weeks")}
    assert shown == online | {"cancellation_allowed": False, "rebooking_days": 4, "shown_weeks": 3}
    assert (offer.duration, form["is_active"].value(), form["rebooking_allowed"].value()) == (60, False, True)
    as_bo.post(page(offer, "online"), terms(title="Noget andet", version=offer.version))
    template.refresh_from_db()
    offer.refresh_from_db()
    assert (offer.title, template.title) == ("Noget andet", "Kom og tal")


# Step 2


@pytest.fixture
def draft(as_bo: Client, nord: World) -> OnlineOffer:
    as_bo.post(NEW, frame(nord))
    return OnlineOffer.objects.get()


@pytest.mark.requirement("OFFER-03", "SYNC-11", "SUM-21")
def test_what_citizens_book_has_the_description_that_the_law_demands(as_bo: Client, draft: OnlineOffer) -> None:
    answer = as_bo.post(page(draft, "online"), terms(description="  ", version=draft.version))
    assert answer.status_code == 422
    assert "Loven kræver en beskrivelse" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.published_at is None


@pytest.mark.requirement("OFFER-03", "OFFER-09", "OFFER-10", "OFFER-11")
def test_step_2_has_its_areas_and_labels_word_for_word(as_bo: Client, draft: OnlineOffer) -> None:
    text = words(as_bo.get(page(draft, "online")))
    areas = ("Detaljer", "Visning af online tilbud", "Online booking", "Online ombooking", "Målgruppe")
    labels = (
        *("Titel", "Aktiv", "Beskrivelse", "Vis vejlederens navn på Jobnet.dk"),
        *("Første dato online tilbud kan bookes", "Tidligste mødedato", "Slutdato"),
        *("Accepter afbud", "Accepter ombooking", "Ugedage", "Tider begynder hvert", "Mindste varsel"),
    )
    assert [area for area in areas if f"<h2>{area}</h2>" not in text] == []
    assert [label for label in labels if label not in text] == []
    assert [model for model in ("Teammodellen", "Tillidsmodellen", "Kontrolmodellen") if model not in text] == []
    assert "Når egen vejleder ingen tid har, eller borgeren ingen egen vejleder har" in text
    form = as_bo.get(page(draft, "online")).context["form"]
    assert (form["is_active"].value(), form["cancellation_days"].value(), form["rebooking_days"].value()) == (
        True,
        1,
        1,
    )


@pytest.mark.requirement("OFFER-03", "OFFER-05", "OFFER-09", "OFFER-10", "OFFER-11")
def test_step_2_publishes_the_offer_with_all_of_it(as_bo: Client, draft: OnlineOffer, nord: World) -> None:
    ends = timezone.localdate() + timedelta(days=40)
    changed = {
        "title_en": "Job conversation",
        "description_en": "We talk.",
        "model": "control",
        "without_own": "team",
        "ends_on": day_year(ends),
        "weekdays": ["3", "1"],
        "from_time": "9",
        "to_time": "14.30",
        "interval": "30",
        "least_notice_days": "3",
        "shown_weeks": "6",
        "cancellation_allowed": None,
        "rebooking_days": "2",
    }
    answer = as_bo.post(page(draft, "online"), terms(**changed, version=draft.version), follow=True)
    assert "Tilbuddet «Jobsamtale over 30» er oprettet." in words(answer)
    draft.refresh_from_db()
    assert draft.published_at is not None
    assert (draft.is_active, draft.model, draft.without_own, draft.weekdays) == (True, "control", "team", [1, 3])
    assert (draft.ends_on, str(draft.to_time), draft.interval, draft.shown_weeks) == (ends, "14:30:00", 30, 6)
    assert (draft.cancellation_allowed, draft.rebooking_allowed, draft.rebooking_days) == (False, True, 2)
    assert (draft.title_en, draft.least_notice_days) == ("Job conversation", 3)
    assert rules_of(draft) == [("all", [("age", "at_least", "30")])]


@pytest.mark.requirement("OFFER-03", "OFFER-04", "OFFER-05", "APP-07")
@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"title": ""}, "title", "Dette felt er påkrævet."),
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
        (
            {"ends_on": "1.12.2020"},
            "ends_on",
            "Slutdatoen er passeret. Vælg i dag eller senere, eller stop tilbuddet.",
        ),
        ({"from_time": "15", "to_time": "9"}, "to_time", "«Senest kl.» skal ligge efter «Tidligst kl.»."),
        ({"from_time": "9.03"}, "from_time", "Skriv et klokkeslæt på hele fem minutter."),
        ({"rebooking_days": ""}, "rebooking_days", "Skriv, hvor mange dage før der senest kan ombookes."),
        ({"cancellation_days": ""}, "cancellation_days", "Skriv, hvor mange dage før der senest kan meldes afbud."),
        ({"shown_weeks": "27"}, "shown_weeks", "Denne værdi skal være mindre end eller lig 26."),
        (
            rule("", "", ""),
            "__all__",
            "Tilføj mindst én regel. Uden regler er der ingen, der ser tilbuddet.",
        ),
    ],
)
def test_what_is_wrong_in_step_2_is_said_and_nothing_is_kept(
    as_bo: Client, draft: OnlineOffer, changed: dict[str, Any], field: str, message: str
) -> None:
    refused = as_bo.post(page(draft, "online"), terms(**changed, version=draft.version))
    assert (refused.status_code, refused.context["form"].errors) == (422, {field: [message]})
    assert message in words(refused).replace("&quot;", '"')
    draft.refresh_from_db()
    assert (draft.published_at, draft.groups.count()) == (None, 0)


@pytest.mark.requirement("OFFER-04")
def test_today_may_be_the_last_day(as_bo: Client, draft: OnlineOffer) -> None:
    today = timezone.localdate()
    assert as_bo.post(page(draft, "online"), terms(ends_on=day_year(today), version=2)).status_code == 302


@pytest.mark.requirement("OFFER-09")
def test_the_trust_model_always_shows_names(as_bo: Client, draft: OnlineOffer) -> None:
    as_bo.post(page(draft, "online"), terms(model="trust", version=draft.version))
    draft.refresh_from_db()
    assert (draft.model, draft.shows_counsellor) == (OfferModel.TRUST, True)


# The rules


@pytest.mark.requirement("OFFER-05")
@pytest.mark.parametrize(
    ("written", "message"),
    [
        (("age", "at_least", "121"), "Skriv en alder fra 0 til 120."),
        (("age", "equal", "-1"), "Skriv en alder fra 0 til 120."),
        (("age", "at_most", "mange"), "Skriv en alder fra 0 til 120."),
        (("unemployed_weeks", "at_least", ""), "Skriv et antal uger fra 0 til 999."),
        (("due_within_days", "at_most", "400"), "Skriv et antal dage fra 0 til 365."),
        (("contact_group", "is", ""), "Vælg et kriterium."),
        (("contact_group", "is", "987"), "Det valgte kan ikke vælges længere. Vælg et andet."),
        (("person_group", "has", str(uuid.uuid4())), "Det valgte kan ikke vælges længere. Vælg et andet."),
        (("case_owner", "is_not", "0"), "Det valgte kan ikke vælges længere. Vælg et andet."),
        (("person_category", "is", "100"), "Skriv personkategoriens nummer, for eksempel 4."),
    ],
)
def test_a_rule_that_is_wrong_says_so_at_its_criterion(
    as_bo: Client, draft: OnlineOffer, written: tuple[str, str, str], message: str
) -> None:
    refused = as_bo.post(page(draft, "online"), terms(**rule(*written), version=draft.version))
    assert refused.status_code == 422
    assert [form.errors for form in refused.context["builder"].forms] == [{"criterion": [message]}]
    assert 'href="#id_g0-r0-criterion"' in words(refused)


@pytest.mark.requirement("OFFER-05")
def test_every_kind_is_kept_with_its_conditions_in_groups(as_bo: Client, draft: OnlineOffer, nord: World) -> None:
    ContactGroup.objects.create(code=1, name="Dagpengemodtager")
    mark = PersonGroup.objects.create(id=uuid.uuid4(), name="Fast track", level="state")
    written = (
        rule("age", "at_most", "60", "g0-r0")
        | rule("contact_group", "is_not", "1", "g0-r1")
        | rule("person_group", "has", str(mark.pk), "g3-r0")
        | rule("case_owner", "is", nord.anna.pk, "g3-r4")
        | rule("", "", "", "g3-r5")
        | rule("person_category", "is", "4", "g7-r0")
        | rule("unemployed_weeks", "at_least", "6", "g7-r1")
        | rule("due_within_days", "at_most", "28", "g7-r2")
    )
    operators = {"operator": "any", "g3-operator": "any"}
    as_bo.post(page(draft, "online"), terms(**written, **operators, version=draft.version))
    draft.refresh_from_db()
    assert draft.operator == "any"
    assert rules_of(draft) == [
        ("all", [("age", "at_most", "60"), ("contact_group", "is_not", "1")]),
        ("any", [("person_group", "has", str(mark.pk)), ("case_owner", "is", str(nord.anna.pk))]),
        (
            "all",
            [
                ("person_category", "is", "4"),
                ("unemployed_weeks", "at_least", "6"),
                ("due_within_days", "at_most", "28"),
            ],
        ),
    ]
    text = words(as_bo.get(page(draft, "online")))
    assert [one for one in ("Gruppe 1", "Gruppe 2", "Gruppe 3", "Fast track") if one not in text] == []


@pytest.mark.requirement("OFFER-05", "ACCESS-04")
def test_rules_and_groups_are_added_and_removed_by_buttons_alone(as_bo: Client, draft: OnlineOffer) -> None:
    def pressed(button: str, **typed: Any) -> list[list[str]]:
        values = terms(**typed, rules=button, save=None)
        drawn = as_bo.post(page(draft, "online"), values)
        assert drawn.status_code == 200
        return [[form["kind"].value() for form in group.rules] for group in drawn.context["builder"].groups]

    second = rule("person_category", "is", "4", "g0-r1")
    other = rule("unemployed_weeks", "at_least", "6", "g1-r0")
    assert pressed("rule:0") == [["age", ""]]
    assert pressed("group") == [["age"], [""]]
    assert pressed("drop:0-0", **second) == [["person_category"]]
    assert pressed("drop:0-0") == [[""]]
    assert pressed("drop:0-0", **other) == [["unemployed_weeks"]]
    assert pressed("drop_group:1", **other) == [["age"]]
    assert pressed("drop:9-9", **second) == pressed("nonsense", **second) == [["age", "person_category"]]
    draft.refresh_from_db()
    assert draft.groups.count() == 0


@pytest.mark.requirement("OFFER-05")
def test_a_kind_that_is_chosen_brings_its_own_conditions_and_criterion(as_bo: Client, draft: OnlineOffer) -> None:
    drawn = as_bo.post(
        page(draft, "online"), terms(**rule("due_within_days", "at_least", "30"), rules="refresh"), headers=HTMX
    )
    form = drawn.context["builder"].forms[0]
    assert form.fields["condition"].choices == [("at_most", "Mindre end lig med")]
    assert (form.unit, form["criterion"].value(), form.errors) == ("dage", "30", {})


@pytest.mark.requirement("OFFER-05")
def test_only_marks_that_the_job_centre_may_see_can_be_chosen(as_bo: Client, draft: OnlineOffer) -> None:
    marks = {
        "Statens": ("state", []),
        "Regionens": ("region", ["10300", "10400"]),
        "Vores": ("jobcentre", ["10300"]),
        "Naboens": ("jobcentre", ["10400"]),
    }
    for name, (level, codes) in marks.items():
        PersonGroup.objects.create(id=uuid.uuid4(), name=name, level=level, jobcentre_codes=codes)
    PersonGroup.objects.create(id=uuid.uuid4(), name="Gammel", level="state", expired_at=timezone.now())
    drawn = as_bo.post(page(draft, "online"), terms(**rule("person_group", "has", ""), rules="refresh"))
    choices = drawn.context["builder"].forms[0].fields["criterion"].choices
    assert [(str(level), [name for _pk, name in found]) for level, found in choices[1:]] == [
        ("Landsdækkende", ["Statens"]),
        ("Regional", ["Regionens"]),
        ("Lokal", ["Vores"]),
    ]


@pytest.mark.requirement("OFFER-05", "LOG-01")
def test_the_number_is_counted_while_one_writes_and_a_sample_is_an_audited_look(
    as_bo: Client, draft: OnlineOffer, nord: World
) -> None:
    for number in range(22):
        make_citizen(nord.jobcentre, cpr=make_cpr(number, date(1970, 1, 2)))
    make_citizen(nord.jobcentre, "Ung Under", cpr=make_cpr(50, date(1999, 1, 2)))
    make_offer(nord.team, nord.anna, title="Et andet")
    drawn = as_bo.post(page(draft, "online"), terms(rules="refresh"), headers=HTMX)
    audience, text = drawn.context["audience"], words(drawn)
    assert (audience.count, audience.elsewhere, audience.sample) == (22, 22, ())
    assert [
        one for one in ("borgere, som Planner kender", "22 ser også et andet tilbud", "Vis 20") if one not in text
    ] == []
    assert not Access.objects.exists()
    sampled = as_bo.post(page(draft, "online"), terms(rules="sample"), headers=HTMX)
    assert len(sampled.context["audience"].sample) == 20
    assert Access.objects.filter(purpose="offer", user=nord.bo).count() == 20
    assert "Ung Under" not in words(sampled)


@pytest.mark.requirement("OFFER-05")
def test_an_unfinished_rule_counts_nobody_and_complains_of_nothing(as_bo: Client, draft: OnlineOffer) -> None:
    drawn = as_bo.post(page(draft, "online"), terms(title="", **rule("age", "at_least", ""), rules="refresh"))
    assert (drawn.context["audience"].count, drawn.context["form"].errors) == (0, {})
    assert "Skriv en regel for at se, hvor mange borgere den passer på." in words(drawn)


# Step 3


@pytest.mark.requirement("OFFER-06")
def test_the_receipt_has_all_details_and_the_ways_on(as_bo: Client, nord: World) -> None:
    make_citizen(nord.jobcentre)
    offer = make_offer(nord.team, nord.anna, weekdays=[1], to_time="14:00", message_to_counsellor="Husk kaffe.")
    response = as_bo.get(page(offer, "receipt"))
    text = words(response)
    said = [
        *("Tilbudsnummer", str(offer.number), "Anna Agger", "45 + 15 minutter", "Teammodellen", "Tirsdag"),
        *("senest kl. 14.00", "60 minutter", "ja, til og med 1 dag før", "Husk kaffe."),
        *("ingen: gælder, til det stoppes", "Rediger online tilbud", "Gå til oversigt"),
    ]
    assert [one for one in said if one not in text] == []
    assert response.context["receipt"].warnings == []


@pytest.mark.requirement("OFFER-06")
def test_the_receipt_says_what_will_not_work(as_bo: Client, nord: World) -> None:
    def warnings(**changed: Any) -> list[str]:
        counsellor = changed.pop("counsellor", nord.anna)
        return list(
            as_bo.get(page(make_offer(nord.team, counsellor, **changed), "receipt")).context["receipt"].warnings
        )

    nobody = "Planner kender ingen borgere, som reglerne passer på. Ingen ser tilbuddet endnu."
    today = timezone.localdate()
    assert warnings() == [nobody]
    make_citizen(nord.jobcentre)
    assert warnings() == []
    assert warnings(is_active=False) == ["Tilbuddet er ikke aktivt. Ingen kan booke det, før det bliver det."]
    assert warnings(opens_on=today + timedelta(days=200))[0].startswith("Tilbuddet kan først bookes fra ")
    idle = make_counsellor(nord.team, "Dorte Dam", hours=None)
    assert warnings(counsellor=idle) == [
        "Dorte Dam har ingen arbejdstid og har ingen tider at booke.",
        "Der er ingen ledige tider i perioden. Borgerne ser tilbuddet uden tider.",
    ]
    assert warnings(ends_on=today - timedelta(days=1)) == [
        "Slutdatoen er passeret. Ingen kan booke tilbuddet.",
        "Der er ingen ledige tider i perioden. Borgerne ser tilbuddet uden tider.",
    ]
    nearly = make_counsellor(nord.team, "Eva Ek", hours=("09:00", "10:00"))
    assert warnings(counsellor=nearly, weekdays=[today.weekday()], shown_weeks=1) in (
        ["Der er kun én ledig tid i perioden. Den, der booker den, har ingen anden at ombooke til."],
        ["Der er ingen ledige tider i perioden. Borgerne ser tilbuddet uden tider."],
    )


@pytest.mark.requirement("OFFER-06")
def test_a_draft_has_no_receipt_yet(as_bo: Client, draft: OnlineOffer) -> None:
    assert as_bo.get(page(draft, "receipt")).headers["Location"] == page(draft, "online")


# Editing


@pytest.mark.requirement("OFFER-08")
def test_editing_reaches_only_what_is_not_booked(as_bo: Client, nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    citizen = make_citizen(nord.jobcentre)
    far = timezone.localdate() + timedelta(days=30)
    booked = make_summons(citizen, nord.anna, nord.team, day=far, offer=offer, origin="own")
    assert "skabelon" not in words(as_bo.get(page(offer, "edit"))).lower()
    saved = frame(nord, duration="30", counsellors=[nord.birk.pk], version=1, save="")
    answer = as_bo.post(
        page(offer, "edit"), {name: value for name, value in saved.items() if name != "next"}, follow=True
    )
    assert "Tilbuddet «Jobsamtale» er gemt." in words(answer)
    as_bo.post(page(offer, "online"), terms(version=2, rebooking_allowed=None))
    offer.refresh_from_db()
    booked.refresh_from_db()
    assert (offer.duration, list(offer.counsellors.all()), offer.rebooking_allowed) == (30, [nord.birk], False)
    meeting = booked.appointment
    assert (meeting.duration, meeting.title, meeting.rebooking_allowed) == (45, "Jobsamtale", True)
    assert [one.counsellor for one in meeting.holders.all()] == [nord.anna]


@pytest.mark.requirement("OFFER-08", "OFFER-04")
def test_a_new_end_date_moves_the_limit_of_those_who_have_booked(as_bo: Client, nord: World) -> None:
    today = timezone.localdate()
    offer = make_offer(nord.team, nord.anna, ends_on=today + timedelta(days=60))
    day, ends = today + timedelta(days=30), today + timedelta(days=40)
    booked = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, day=day, offer=offer, origin="own")
    answer = as_bo.post(page(offer, "online"), terms(ends_on=day_year(ends), version=1), follow=True)
    assert "Fristen for ombooking er flyttet for 1, der har booket." in words(answer)
    booked.refresh_from_db()
    assert (booked.rebook_to, booked.rebook_until) == (ends, day - timedelta(days=1))
    quiet = as_bo.post(page(offer, "online"), terms(ends_on=day_year(ends), version=2), follow=True)
    assert "Fristen for ombooking er flyttet" not in words(quiet)


@pytest.mark.requirement("APP-15")
def test_who_saves_later_is_told_and_sees_both_the_rules_too(as_bo: Client, nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    assert as_bo.post(page(offer, "online"), terms(title="Først", version=1)).status_code == 302
    stale = as_bo.post(page(offer, "online"), terms(title="Senere", version=1, **rule("age", "at_least", "50")))
    text = words(stale)
    assert (stale.status_code, "Bo Dam har gemt i mellemtiden." in text) == (422, True)
    found = {str(one.label): (one.saved, one.typed) for one in stale.context["differences"]}
    assert found["Titel"] == ("Først", "Senere")
    assert found["Regler"][0].endswith("alder ≥ 30")
    assert found["Regler"][1].endswith("alder ≥ 50")
    offer.refresh_from_db()
    assert (offer.title, rules_of(offer)[0][1]) == ("Først", [("age", "at_least", "30")])
    again = as_bo.post(page(offer, "online"), terms(title="Senere", version=2))
    assert again.status_code == 302


@pytest.mark.requirement("APP-15")
def test_a_stale_step_1_is_told_and_drawing_does_not_hide_it(as_bo: Client, nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    as_bo.post(page(offer, "edit"), frame(nord, version=1))
    drawn = as_bo.post(page(offer, "edit"), frame(nord, version=1, changed="team"), headers=HTMX)
    assert 'name="version" value="1"' in words(drawn)
    stale = as_bo.post(page(offer, "edit"), frame(nord, duration="20", version=1))
    assert (stale.status_code, "Her er I uenige" in words(stale)) == (422, True)


# Who may


@pytest.mark.requirement("SEC-01", "SEC-02", "GUARD-01")
def test_strangers_find_nothing_and_others_may_not_change(
    as_carla: Client, as_ada: Client, as_anna: Client, nord: World, skovby: tuple[Jobcentre, User]
) -> None:
    offer = make_offer(nord.team, nord.anna)
    steps = ("edit", "online", "receipt", "delete", "tell")
    assert {as_carla.get(page(offer, step)).status_code for step in steps} == {404}
    before = Change.objects.count()
    for client in (as_ada, as_anna):
        assert client.get(NEW).status_code == 403
        assert {client.post(page(offer, step), terms()).status_code for step in (*steps[:2], "stop", "delete")} == {403}
        read = client.get(page(offer, "receipt"))
        assert (read.status_code, "Rediger online tilbud" in words(read)) == (200, False)
    assert Change.objects.count() == before


@pytest.mark.requirement("OFFER-02", "OFFER-03")
def test_every_step_takes_as_many_statements_in_a_large_organisation(as_bo: Client, nord: World) -> None:
    offer = make_offer(nord.team, nord.anna)
    make_offer(nord.team, nord.anna)
    make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, offer=offer, day=date(2036, 12, 1))
    counts = []
    for number in range(2):
        took = []
        for step in ("edit", "online", "receipt"):
            with CaptureQueriesContext(connection) as asked:
                as_bo.get(page(offer, step))
            took.append(len(asked))
        counts.append(took)
        team = make_team(nord.jobcentre, f"Hold {number}", nord.team)
        for name in ("Cecilie", "Dorte"):
            other = make_counsellor(nord.team, f"{name} Dam{number}")
            offer.counsellors.add(other, through_defaults={"jobcentre": nord.jobcentre})
            make_variant(nord, f"{name} {number}", (7,), nord.team, team)
            make_citizen(nord.jobcentre)
            make_offer(nord.team, other)
            add_rule(offer, RuleKind.AGE, Condition.AT_LEAST, 20 + number)
            make_summons(make_citizen(nord.jobcentre), other, nord.team, offer=offer, day=date(2036, 12, 1))
    assert counts[0] == counts[1]
    assert Summons.objects.filter(offer=offer).count() == 5
    assert ConversationType.objects.count() >= 3
