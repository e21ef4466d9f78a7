"""«Medarbejderkort»: contact, teams, competences, hours, breaks and shares, from a date (COUN-03 to COUN-10)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admin_module.models import Break, Competence, Counsellor, Schedule, WorkingHours
from admin_module.models.hours import CycleWeek
from admin_module.queries.schedule import DayTimes, Plan, pictures, plan_on, plans
from planner.accounts.models import Settings
from planner.audit.models import Change
from tests.factories import World, make_counsellor, make_team

LIST = "/administration/counsellors/"
HTMX = {"HX-Request": "true"}
LUNCH = (time(12), time(12, 30))
WEEKDAYS = range(5)


def page(counsellor: Counsellor, tab: str = "") -> str:
    return f"{LIST}{counsellor.pk}/{tab}"


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def lacking(shown: str, *expected: str) -> list[str]:
    return [words for words in expected if words not in shown]


def hours(start: str = "8.00", end: str = "16.00", *, cycle: int = 0, days: Any = WEEKDAYS) -> dict[str, str]:
    return {f"hours-{cycle}-{day}-{name}": value for day in days for name, value in (("from", start), ("to", end))}


def pause(start: str, end: str, *, day: int = 0, number: int = 0, cycle: int = 0) -> dict[str, str]:
    return {f"break-{cycle}-{day}-{number}-from": start, f"break-{cycle}-{day}-{number}-to": end}


def card(nord: World, **values: Any) -> dict[str, Any]:
    """Anna's card as it stands: eight to four all week, from 2025."""
    kept: dict[str, Any] = {
        "initials": "AA",
        "can_be_summoned": "on",
        "teams": [nord.team.pk],
        "version": "1",
        "base": "2025-01-01",
        "valid_from": "2025-01-01",
        "cycle": "same",
        "max_conversation_share": "100",
        "automatic_share": "100",
    }
    return kept | hours() | values


def kept(counsellor: Counsellor) -> Plan:
    found = plan_on(plans(counsellor), timezone.localdate())
    assert found
    return found


def wrong(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return {**answer.context["form"].errors, **answer.context["times"].errors}


@pytest.mark.requirement("COUN-03", "COUN-04")
def test_the_card_has_five_tabs_and_a_locked_name_and_email(as_ada: Client, nord: World) -> None:
    shown = text(as_ada.get(page(nord.anna)))
    tabs = shown[shown.index('<nav class="pl-utabs"') :]
    places = [tabs.index(f">{name}</a>") for name in ("Kontaktinfo", "Team", "Kompetencer", "Arbejdstid", "Pauser")]
    assert places == sorted(places)
    assert lacking(shown, "Anna Agger", "anna@example.dk", "Navn og e-mail er låst") == []
    posted = card(nord, given_name="Mallory", full_name="Mallory", email="m@example.dk", phone="70101299")
    assert as_ada.post(page(nord.anna), posted).status_code == 302
    nord.anna.refresh_from_db()
    assert (nord.anna.full_name, nord.anna.email, nord.anna.phone) == ("Anna Agger", "anna@example.dk", "70101299")


@pytest.mark.requirement("COUN-05", "COMP-02", "APP-07")
def test_contact_competences_and_own_office_are_kept_with_a_receipt_and_in_the_audit(
    as_ada: Client, nord: World
) -> None:
    polish = Competence.objects.create(jobcentre=nord.jobcentre, name="Polsk")
    office = {"address": "Torvet 9", "postal_code": "2100", "city": ""}
    posted = card(nord, phone="70101299", initials="", comment="Kun for os", competences=[polish.pk], **office)
    posted.pop("can_be_summoned")
    assert "Anna Agger er gemt." in text(as_ada.post(page(nord.anna), posted, follow=True))
    nord.anna.refresh_from_db()
    assert (nord.anna.whole_address, nord.anna.comment) == ("Torvet 9, 2100 København Ø", "Kun for os")
    assert (nord.anna.short, nord.anna.can_be_summoned, nord.anna.version) == ("Anna Agger", False, 2)
    assert list(nord.anna.competences.all()) == [polish]
    change = Change.objects.filter(table="admin_module_counsellor", row=str(nord.anna.pk)).latest("at")
    assert (change.actor, change.before and change.before["initials"]) == (nord.ada.pk, "AA")
    assert kept(nord.anna).weeks[0] == {day: DayTimes((time(8), time(16))) for day in WEEKDAYS}


@pytest.mark.requirement("COUN-06", "APP-07")
def test_without_a_team_nothing_is_saved_and_nothing_typed_is_lost(as_ada: Client, nord: World) -> None:
    answer = as_ada.post(page(nord.anna), card(nord, teams=[], phone="70101299") | hours("9", "15"))
    assert wrong(answer) == {"teams": ["Vejlederen skal tilknyttes mindst ét team."]}
    assert lacking(text(answer), "Intet er gemt endnu.", 'value="70101299"', 'value="15"') == []
    assert kept(nord.anna).weeks[0][0].hours == (time(8), time(16))


@pytest.mark.requirement("COUN-06", "APP-13")
def test_hours_can_be_filled_in_later(as_ada: Client, nord: World) -> None:
    cecilie = make_counsellor(nord.team, "Cecilie Carlsen", hours=None)
    posted = {name: value for name, value in card(nord).items() if not name.startswith(("hours", "base"))}
    answer = as_ada.post(page(cecilie), posted | {"valid_from": "2026-11-30"}, follow=True)
    assert "Uden arbejdstid er der ingen ledige tider hos Cecilie Carlsen." in text(answer)
    assert not cecilie.schedules.exists()
    as_ada.post(page(cecilie), posted | hours() | {"valid_from": "2026-11-30", "version": "2"})
    (plan,) = plans(cecilie)
    assert (plan.valid_from, len(plan.weeks[0])) == (date(2026, 11, 30), 5)


@pytest.mark.requirement("COUN-05")
def test_an_office_is_a_whole_address_or_none(as_ada: Client, nord: World) -> None:
    answer = as_ada.post(page(nord.anna), card(nord, address="Torvet 9"))
    assert set(wrong(answer)) == {"postal_code", "city"}


@pytest.mark.requirement("COUN-07")
def test_monday_is_copied_to_tuesday_to_friday_each_of_which_can_be_changed(as_ada: Client, nord: World) -> None:
    typed = card(nord) | hours("9.15", "15.45", days=[0]) | {"act": "copy_hours"}
    answer = as_ada.post(page(nord.anna), typed)
    assert (answer.status_code, text(answer).count('value="9.15"')) == (200, 5)
    assert kept(nord.anna).weeks[0][1].hours == (time(8), time(16))
    as_ada.post(page(nord.anna), card(nord) | hours("9.15", "15.45") | hours("9.15", "12", days=[4]))
    week = kept(nord.anna).weeks[0]
    assert [week[day].hours for day in (3, 4)] == [(time(9, 15), time(15, 45)), (time(9, 15), time(12))]


@pytest.mark.requirement("COUN-07")
def test_the_weekend_can_be_opened(as_ada: Client, nord: World) -> None:
    assert "Lørdag" not in text(as_ada.get(page(nord.anna))).replace("Lørdag og søndag", "")
    opened = as_ada.post(page(nord.anna), card(nord, weekend="on", act="refresh"))
    assert lacking(text(opened), "Lørdag, fra", "Søndag, til", "pl-wk--5") == []
    as_ada.post(page(nord.anna), card(nord, weekend="on") | hours("10", "12", days=[5]))
    assert kept(nord.anna).weeks[0][5].hours == (time(10), time(12))
    assert lacking(text(as_ada.get(page(nord.anna))), "pl-wk--7", "Lørdag 10.00–12.00") == []


@pytest.mark.requirement("COUN-07")
def test_odd_and_even_weeks_may_differ_and_begin_as_all_weeks_were(as_ada: Client, nord: World) -> None:
    split = as_ada.post(
        page(nord.anna), card(nord, cycle="split", act="refresh"), headers=HTMX | {"HX-Target": "hours-fields"}
    )
    shown = text(split)
    assert "<h1" not in shown
    assert (shown.count('value="16.00"'), "Ulige uger" in shown, "Lige uger" in shown) == (10, True, True)
    even = hours("8", "12", cycle=CycleWeek.EVEN)
    as_ada.post(page(nord.anna), card(nord, cycle="split") | hours(cycle=CycleWeek.ODD) | even)
    weeks = kept(nord.anna).weeks
    assert {cycle: week[0].hours for cycle, week in weeks.items()} == {
        CycleWeek.ODD: (time(8), time(16)),
        CycleWeek.EVEN: (time(8), time(12)),
    }
    assert Schedule.objects.filter(counsellor=nord.anna).count() == 2


@pytest.mark.requirement("COUN-07")
def test_odd_weeks_alone_leave_even_weeks_as_they_were(as_ada: Client, nord: World) -> None:
    odd = {"valid_from": date(2026, 1, 1), "cycle_week": CycleWeek.ODD}
    Schedule.objects.create(jobcentre=nord.jobcentre, counsellor=nord.anna, **odd)
    weeks = kept(nord.anna).weeks
    assert (weeks[CycleWeek.ODD], weeks[CycleWeek.EVEN][4].hours) == ({}, (time(8), time(16)))
    assert lacking(text(as_ada.get(page(nord.anna))), "Ulige uger", "Lige uger") == []


@pytest.mark.requirement("COUN-07")
def test_a_change_can_be_made_beforehand_and_taken_back(as_ada: Client, nord: World) -> None:
    as_ada.post(page(nord.anna), card(nord, valid_from="1.2.2027") | hours("10", "14"))
    before, after = plans(nord.anna)
    assert (before.valid_from, before.weeks[0][0].hours) == (date(2025, 1, 1), (time(8), time(16)))
    assert (after.valid_from, after.weeks[0][0].hours) == (date(2027, 2, 1), (time(10), time(14)))
    shown = text(as_ada.get(f"{page(nord.anna)}?from=2027-02-01"))
    assert lacking(shown, "Fra 1. jan. 2025", "<b>Fra 1. feb. 2027</b>", 'value="10.00"') == []
    taken = as_ada.post(page(nord.anna), card(nord, valid_from="1.2.2027", version="2") | hours("11", "12"))
    assert wrong(taken) == {"valid_from": ["Der er allerede tider fra 1. feb. 2027. Åbn dem for at rette dem."]}
    schedule = nord.anna.schedules.get(valid_from=date(2027, 2, 1))
    asked = as_ada.get(f"{LIST}times/{schedule.pk}/delete/")
    assert "De tider, der gjaldt før 1. feb. 2027, gælder videre." in text(asked)
    as_ada.post(f"{LIST}times/{schedule.pk}/delete/")
    assert [plan.valid_from for plan in plans(nord.anna)] == [date(2025, 1, 1)]
    last = as_ada.post(f"{LIST}times/{nord.anna.schedules.get().pk}/delete/")
    assert (last.status_code, "Det er de eneste tider, vejlederen har." in text(last)) == (422, True)


@pytest.mark.requirement("COUN-07", "TIME-02")
@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        (hours("9", "", days=[1]), "hours-0-1-to", "Udfyld både fra og til, eller lad begge være tomme."),
        (hours("", "9", days=[1]), "hours-0-1-from", "Udfyld både fra og til, eller lad begge være tomme."),
        (hours("15", "9", days=[2]), "hours-0-2-to", "Til skal ligge efter fra."),
        (hours("8.03", "9", days=[2]), "hours-0-2-from", "Skriv et klokkeslæt på hele fem minutter."),
        (hours("otte", "9", days=[0]), "hours-0-0-from", "Skriv et klokkeslæt, for eksempel 9.30."),
        (pause("12", ""), "break-0-0-0-to", "Udfyld både fra og til, eller lad begge være tomme."),
        (pause("12.30", "12"), "break-0-0-0-to", "Til skal ligge efter fra."),
        ({"valid_from": "snart"}, "valid_from", "Skriv en dato, for eksempel 1.12.2026."),
    ],
)
def test_times_that_cannot_be_are_refused_beside_the_field(
    as_ada: Client, nord: World, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = as_ada.post(page(nord.anna), card(nord) | typed)
    assert wrong(answer) == {field: [sentence]}
    assert lacking(text(answer), f'id="id_{field}_error"', 'aria-invalid="true"') == []


@pytest.mark.requirement("COUN-08")
@pytest.mark.parametrize("share", ["-1", "101", "", "mange"])
def test_a_share_is_whole_percent_from_0_to_100(as_ada: Client, nord: World, share: str) -> None:
    assert set(wrong(as_ada.post(page(nord.anna), card(nord, automatic_share=share)))) == {"automatic_share"}


@pytest.mark.requirement("COUN-08")
def test_the_shares_are_told_in_hours_as_the_course_counts_them() -> None:
    week = {day: DayTimes((time(8), time(16))) for day in WEEKDAYS}
    (picture,) = pictures(Plan(date(2026, 11, 30), {CycleWeek.EVERY: week}, 75, 75))
    assert (picture.minutes // 5, picture.conversation_minutes // 5, picture.automatic_minutes // 5) == (480, 360, 270)


@pytest.mark.requirement("COUN-08")
def test_the_shares_are_kept_and_shown_in_hours(as_ada: Client, nord: World) -> None:
    new = Counsellor.objects.get(pk=nord.anna.pk)
    assert lacking(text(as_ada.get(page(new))), 'value="100"', ">40 t.</b> af 40 t. om ugen") == []
    as_ada.post(page(new), card(nord, max_conversation_share="75", automatic_share="75"))
    shown = text(as_ada.get(page(new)))
    assert (
        lacking(shown, ">30 t.</b> af 40 t. om ugen", ">22½ t.</b>", "Maksimal samtaletid (andel af rådighedstid)")
        == []
    )
    assert (kept(new).max_conversation_share, kept(new).automatic_share) == (75, 75)


@pytest.mark.requirement("COUN-09")
def test_a_pause_is_added_on_the_chosen_weekday_and_taken_off(as_ada: Client, nord: World) -> None:
    typed = card(nord) | pause("12", "12.30") | {"break_day": "0-0", "act": "add_break"}
    added = text(as_ada.post(page(nord.anna), typed))
    assert lacking(added, 'name="break-0-0-1-from"', 'value="12"', 'value="12.30"') == []
    other_day = text(as_ada.post(page(nord.anna), typed | {"break_day": "0-3"}))
    assert lacking(other_day, 'name="break-0-3-0-from"', 'value="0-3" selected') == []
    removed = text(as_ada.post(page(nord.anna), typed | {"act": "remove_break:break-0-0-0"}))
    assert 'name="break-0-0-0-from"' not in removed
    assert not Break.objects.exists()


@pytest.mark.requirement("COUN-09")
def test_four_pauses_a_day_are_kept_and_a_fifth_is_refused(as_ada: Client, nord: World) -> None:
    four: dict[str, str] = {}
    for number in range(4):
        four |= pause(f"{9 + number}", f"{9 + number}.15", number=number)
    sentence = "Der kan højst være 4 faste pauser om dagen."
    assert sentence in text(as_ada.post(page(nord.anna), card(nord) | four | {"act": "add_break"}))
    fifth = as_ada.post(page(nord.anna), card(nord) | four | pause("14", "14.15", number=4))
    assert wrong(fifth) == {"break-0-0-4-from": [sentence]}
    Settings.objects.update(breaks_a_day=5)
    as_ada.post(page(nord.anna), card(nord) | four | pause("14", "14.15", number=4))
    assert len(kept(nord.anna).weeks[0][0].breaks) == 5


@pytest.mark.requirement("COUN-09")
def test_pauses_of_a_day_may_touch_but_not_overlap(as_ada: Client, nord: World) -> None:
    lunch, late = pause("12", "12.30"), pause("12.30", "13", number=1)
    overlapping = as_ada.post(page(nord.anna), card(nord) | lunch | pause("12.25", "13", number=1))
    assert wrong(overlapping) == {"break-0-0-1-from": ["Pausen overlapper en anden pause samme dag."]}
    assert as_ada.post(page(nord.anna), card(nord) | lunch | late).status_code == 302
    assert kept(nord.anna).weeks[0][0].breaks == (LUNCH, (time(12, 30), time(13)))
    shown = text(as_ada.get(page(nord.anna)))
    assert lacking(shown, "pause 12.00–12.30, pause 12.30–13.00", '<span id="net-0-0">7 t.</span>') == []


@pytest.mark.requirement("COUN-10")
def test_mondays_pauses_are_copied_to_all_days(as_ada: Client, nord: World) -> None:
    typed = card(nord) | pause("12", "12.30") | pause("10", "10.15", day=2) | {"act": "copy_breaks"}
    answer = as_ada.post(page(nord.anna), typed)
    assert {week.has_breaks for week in answer.context["weeks"]} == {True}
    (week,) = answer.context["weeks"]
    assert [day.times.breaks for day in week.days] == [(LUNCH,)] * 5
    assert not Break.objects.exists()


@pytest.mark.requirement("COUN-10")
def test_pauses_are_copied_from_a_colleague_and_can_be_edited_before_saving(as_ada: Client, nord: World) -> None:
    schedule = nord.birk.schedules.get()
    for weekday in (0, 3):
        Break.objects.create(jobcentre=nord.jobcentre, schedule=schedule, weekday=weekday, start=LUNCH[0], end=LUNCH[1])
    typed = card(nord) | pause("9", "9.30", day=1) | {"act": "copy_from", "colleague": str(nord.birk.pk)}
    (week,) = as_ada.post(page(nord.anna), typed).context["weeks"]
    assert [len(day.times.breaks) for day in week.days] == [1, 0, 0, 1, 0]
    nobody = as_ada.post(page(nord.anna), typed | {"colleague": ""})
    assert "Vælg en vejleder, der har tider, at kopiere fra." in text(nobody)
    assert Break.objects.filter(schedule__counsellor=nord.anna).count() == 0


@pytest.mark.requirement("COUN-07", "COUN-09")
def test_the_week_is_drawn_anew_while_one_types_and_nothing_is_kept(as_ada: Client, nord: World) -> None:
    headers = HTMX | {"HX-Target": "week"}
    typed = card(nord, max_conversation_share="50") | hours("9", "15", days=[0]) | hours("halv", "", days=[1])
    answer = as_ada.post(page(nord.anna), typed | pause("12", "12.30"), headers=headers)
    shown = text(answer)
    assert shown.startswith('<aside id="week"')
    assert lacking(shown, "Mandag 9.00–15.00, pause 12.00–12.30", "Tirsdag ingen tider", "at-0900 for-360") == []
    assert '<span id="net-0-0" hx-swap-oob="outerHTML">5½ t.</span>' in shown
    assert "<h1" not in shown
    assert kept(nord.anna).weeks[0][0].hours == (time(8), time(16))


@pytest.mark.requirement("COUN-07")
def test_times_are_copied_to_several_counsellors_from_a_date(as_ada: Client, nord: World) -> None:
    cecilie = make_counsellor(nord.team, "Cecilie Carlsen", hours=None)
    schedule = nord.anna.schedules.get()
    Break.objects.create(jobcentre=nord.jobcentre, schedule=schedule, weekday=0, start=LUNCH[0], end=LUNCH[1])
    Schedule.objects.filter(pk=schedule.pk).update(max_conversation_share=80)
    to = {"counsellors": [nord.birk.pk, cecilie.pk], "valid_from": "30.11.2026"}
    answer = as_ada.post(page(nord.anna, "copy/"), to, follow=True)
    assert "2 vejledere har tiderne fra 30. nov. 2026." in text(answer)
    for one in (nord.birk, cecilie):
        plan = plans(one)[-1]
        assert (plan.valid_from, plan.weeks, plan.max_conversation_share) == (
            date(2026, 11, 30),
            kept(nord.anna).weeks,
            80,
        )
        one.refresh_from_db()
        assert one.version == 2
    assert len(plans(nord.birk)) == 2
    nobody = as_ada.post(page(nord.anna, "copy/"), {"valid_from": ""})
    assert (nobody.status_code, set(nobody.context["form"].errors)) == (422, {"counsellors", "valid_from"})


@pytest.mark.requirement("COUN-07", "SPEED-12")
def test_copying_takes_as_many_statements_for_three_as_for_one(as_ada: Client, nord: World) -> None:
    others = [make_counsellor(nord.team, name) for name in ("Cecilie Carlsen", "Dorte Dahl", "Esben Eg", "Frida Fjord")]
    counts = []
    for to in (others[:1], others[1:]):
        posted = {"counsellors": [one.pk for one in to], "valid_from": "30.11.2026"}
        with CaptureQueriesContext(connection) as asked:
            as_ada.post(page(nord.anna, "copy/"), posted)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.requirement("APP-15")
def test_who_saves_later_is_told_sees_both_and_loses_nothing(as_ada: Client, nord: World) -> None:
    as_ada.post(page(nord.anna), card(nord, phone="70101221") | hours("9", "15", days=[0]))
    mine = card(nord, phone="70101299") | hours("10", "14", days=[0])
    stale = as_ada.post(page(nord.anna), mine)
    assert stale.status_code == 422
    expected = ("Ada Krog har gemt i mellemtiden.", "70101221", "70101299", "Mandag, fra", "9.00", "10.00")
    assert lacking(text(stale), *expected) == []
    assert kept(nord.anna).weeks[0][0].hours == (time(9), time(15))
    as_ada.post(page(nord.anna), mine | {"version": "2"})
    nord.anna.refresh_from_db()
    assert (nord.anna.phone, kept(nord.anna).weeks[0][0].hours) == ("70101299", (time(10), time(14)))


@pytest.mark.requirement("SPEED-12", "APP-10")
def test_the_card_takes_as_many_statements_for_many_times_as_for_few(as_ada: Client, nord: World) -> None:
    counts = []
    for more in (0, 3):
        for number in range(more):
            make_counsellor(make_team(nord.jobcentre, f"Øst {number}"), f"Cecilie {'abc'[number]}")
            schedule = Schedule.objects.create(
                jobcentre=nord.jobcentre, counsellor=nord.anna, valid_from=date(2027, 1, 1) + timedelta(days=number)
            )
            WorkingHours.objects.create(
                jobcentre=nord.jobcentre, schedule=schedule, weekday=0, start=time(8), end=time(9)
            )
        Schedule.objects.get_or_create(jobcentre=nord.jobcentre, counsellor=nord.anna, valid_from=date(2026, 12, 31))
        with CaptureQueriesContext(connection) as asked:
            as_ada.get(page(nord.anna))
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.requirement("COUN-07", "COUN-09")
@pytest.mark.parametrize("model", [WorkingHours, Break])
def test_the_database_refuses_times_in_the_wrong_order(nord: World, model: Any) -> None:
    values = {"jobcentre": nord.jobcentre, "schedule": nord.anna.schedules.get(), "weekday": 0}
    with pytest.raises(IntegrityError, match="in_order"), transaction.atomic():
        model.objects.create(**values, start=time(12), end=time(12))
