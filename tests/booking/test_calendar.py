import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from admin_module.models import Absence, Break, ClosingDay, ClosingDayTeam, WorkingHours
from booking.availability.obstacles import Obstacle
from booking.models import Appointment, Claim, Origin, PlacedBy
from booking.queries.calendar import Asked, calendar, week_of
from booking.queries.calendar_tree import Sight, team_tree
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.audit.models import Access
from planner.timeline.clock import midnight
from tests import factories
from tests.conftest import signed_in
from tests.factories import MONDAY, NOW, World, at

SENT, PENDING = SummonsStatus.SENT, SummonsStatus.PENDING


TUESDAY = date(2026, 12, 1)
START = "/summons/?"


@pytest.fixture(autouse=True)
def a_week_before() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def calendar_page(client: Client, **query: object) -> str:
    answer = client.get(f"{reverse('booking:calendar')}?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200
    return answer.content.decode()


def booked(
    world: World, clock: str = "09:00", day: date = MONDAY, name: str = "Jens Hansen", status: SummonsStatus = SENT
) -> None:
    """A conversation of Anna's, with the time it takes."""
    appointment = factories.make_appointment(world.anna, world.team, day=day, clock=clock, room=world.room)
    citizen = factories.make_citizen(world.jobcentre, name)
    factories.make_summons(citizen, world.anna, world.team, appointment=appointment, status=status)
    start = at(day, clock)
    for owner, ticks in ((("counsellor", world.anna), 12), (("room", world.room), 9), (("citizen", citizen), 9)):
        Claim.objects.create(
            jobcentre=world.jobcentre,
            appointment=appointment,
            during=(start, appointment.end_at),
            day=day,
            start_tick=appointment.start_tick,
            ticks=ticks,
            **{owner[0]: owner[1]},
        )


@pytest.mark.requirement("CAL-01", "CAL-02")
def test_a_week_shows_the_counsellors_conversations_where_they_lie(nord: World, as_bo: Client) -> None:
    booked(nord)
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat(), view="week")
    assert "Anna Agger · uge\N{NO-BREAK SPACE}49 · 30. nov.–4. dec." in page
    assert 'class="pl-ap at-0900 for-45"' in page
    assert "9.00 Jens Hansen" in page
    assert "Jobsamtale · Lokale 1" in page
    assert 'class="pl-tail at-0945 for-15"' in page
    assert 'class="pl-free at-0800 for-480"' in page
    assert "1 aftale" in page


@pytest.mark.requirement("CAL-02", "SEC-02")
@pytest.mark.parametrize(
    "how", [{"origin": Origin.JOBNET}, {"origin": Origin.OWN}, {"placed_by": PlacedBy.CITIZEN}], ids=str
)
def test_what_the_citizen_booked_says_so_in_a_word_and_a_shape(
    nord: World, as_bo: Client, as_ada: Client, how: dict[str, str]
) -> None:
    booked(nord)
    shown = {"counsellor": nord.anna.pk, "on": MONDAY.isoformat(), "view": "week"}
    assert "Jobsamtale · Lokale 1 · Selvbooket" not in calendar_page(as_bo, **shown)
    Appointment.objects.update(**how)
    page = calendar_page(as_bo, **shown)
    assert "Jobsamtale · Lokale 1 · Selvbooket" in page
    assert '<span class="sr-only">selvbooket</span>' in page
    assert "· Selvbooket" not in calendar_page(as_ada, **shown)


@pytest.mark.requirement("CAL-06")
def test_a_pending_summons_is_hatched_and_says_so(nord: World, as_bo: Client) -> None:
    booked(nord, status=PENDING)
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())
    assert 'class="pl-ap pl-ap--pend at-0900 for-45"' in page
    assert "afventer, ikke sendt" in page


@pytest.mark.requirement("CAL-02")
def test_break_absence_and_closing_day_are_told_apart_by_their_words(nord: World, as_bo: Client) -> None:
    schedule = nord.anna.schedules.get()
    Break.objects.create(jobcentre=nord.jobcentre, schedule=schedule, weekday=0, start="12:00", end="12:30")
    tuesday = date(2026, 12, 1)
    Absence.objects.create(
        jobcentre=nord.jobcentre,
        counsellor=nord.anna,
        kind=Absence.Kind.COURSE,
        start_at=at(tuesday, "10:00"),
        end_at=midnight(tuesday.toordinal() + 1),
    )
    ClosingDay.objects.create(
        jobcentre=nord.jobcentre, name="Personaledag", first_on=date(2026, 12, 4), last_on=date(2026, 12, 4)
    )
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())
    assert "pl-blk--pause at-1200 for-30" in page
    assert "pl-blk--abs at-1000" in page
    assert "Fravær" in page
    assert "pl-blk--closed at-0000" in page
    assert "Kursus" not in page


@pytest.mark.requirement("CAL-02", "KSS-02")
def test_a_conversation_kept_in_a_case_system_says_where_it_is_changed(nord: World, as_bo: Client) -> None:
    booked(nord)
    nord.anna.appointments.update(origin=Origin.CASE_SYSTEM)
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())
    assert "pl-ap--else" in page
    assert "lagt i sagsbehandlingssystemet, ændres dér" in page


@pytest.mark.requirement("CAL-02")
def test_the_type_stands_with_how_it_is_held_where_nobody_comes(nord: World, as_bo: Client) -> None:
    booked(nord)
    for mode, line in (
        ("in_person", "Jobsamtale"),
        ("telephone", "Jobsamtale · telefon"),
        ("digital", "Jobsamtale · digitalt"),
    ):
        nord.anna.appointments.update(mode=mode)
        page = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())
        assert f"<span>{line} · Lokale 1</span>" in page


@pytest.mark.requirement("CAL-01")
def test_a_team_stands_side_by_side_on_a_day_and_a_room_alone_in_its_week(nord: World, as_bo: Client) -> None:
    booked(nord)
    day = calendar_page(as_bo, team=nord.team.pk, on=MONDAY.isoformat(), view="day")
    assert day.index("<b>Anna Agger</b>") < day.index("<b>Birk Bisgaard</b>")
    assert "mandag 30. november 2026" in day
    room = calendar_page(as_bo, room=nord.room.pk, on=MONDAY.isoformat())
    assert "Lokale 1 · uge\N{NO-BREAK SPACE}49" in room
    assert "Jobsamtale · Anna Agger" in room, "who holds it, for where it is one sees"
    assert "9.00 Jens Hansen" in room


@pytest.mark.requirement("CAL-02")
def test_names_give_way_to_initials_and_six_digits_where_the_setting_says_so(nord: World, as_bo: Client) -> None:
    booked(nord)
    Settings.objects.update(calendar_names=False)
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())
    born = nord.anna.appointments.get().summonses.get().citizen.born_on
    assert "Jens Hansen" not in page
    assert f"9.00 JH {born:%d%m%y}" in page


@pytest.mark.requirement("SEC-02")
def test_an_administrator_sees_free_and_busy_and_no_person(nord: World, as_ada: Client) -> None:
    booked(nord)
    page = calendar_page(as_ada, counsellor=nord.anna.pk, on=MONDAY.isoformat())
    assert "9.00 Optaget" in page
    assert "Jens Hansen" not in page
    assert reverse("booking:appointment", args=[nord.anna.appointments.get().pk]) not in page


@pytest.mark.requirement("SEC-02")
def test_a_counsellor_sees_the_own_teams_only(nord: World, as_anna: Client) -> None:
    other = factories.make_counsellor(factories.make_team(nord.jobcentre, "Syd"), "Sofus Syd")
    assert "Anna Agger · uge" in calendar_page(as_anna, on=MONDAY.isoformat())
    assert "Birk Bisgaard" in calendar_page(as_anna, on=MONDAY.isoformat())
    assert as_anna.get(f"{reverse('booking:calendar')}?counsellor={other.pk}").status_code == 404


@pytest.mark.requirement("SEC-01")
def test_nobody_opens_a_calendar_of_another_job_centre(nord: World, as_carla: Client) -> None:
    for choice in (
        f"team={nord.team.pk}",
        f"counsellor={nord.anna.pk}",
        f"room={nord.room.pk}",
        "team=x",
        "room=99999999",
    ):
        assert as_carla.get(f"{reverse('booking:calendar')}?{choice}").status_code == 404


@pytest.mark.requirement("SPEED-12")
@pytest.mark.parametrize("conversations", [1, 3])
def test_a_week_takes_the_same_number_of_statements_whatever_is_in_it(
    nord: World, as_bo: Client, django_assert_num_queries: DjangoAssertNumQueries, conversations: int
) -> None:
    for hour in range(conversations):
        booked(nord, f"{9 + hour:02}:00", name=f"Jens Hansen{hour}", status=PENDING)
    calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())
    with django_assert_num_queries(27):
        calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())


@pytest.mark.requirement("CLOCK-01")
@pytest.mark.parametrize("sunday", [date(2026, 10, 25), date(2027, 3, 28)])
def test_the_week_in_which_the_clocks_change_is_drawn_by_the_wall_clock(
    nord: World, as_bo: Client, sunday: date
) -> None:
    friday = date.fromordinal(sunday.toordinal() - 2)
    booked(nord, "09:00", friday, status=PENDING)
    booked(nord, "09:00", date.fromordinal(sunday.toordinal() + 1), name="Lis Lund", status=PENDING)
    before = calendar_page(as_bo, counsellor=nord.anna.pk, on=friday.isoformat())
    after = calendar_page(as_bo, counsellor=nord.anna.pk, on=date.fromordinal(sunday.toordinal() + 1).isoformat())
    assert "at-0900 for-45" in before
    assert "9.00 Jens Hansen" in before
    assert "at-0900 for-45" in after
    assert "9.00 Lis Lund" in after


@pytest.mark.requirement("CAL-01", "CAL-02")
def test_a_week_of_several_is_a_row_each_with_a_line_a_conversation(nord: World, as_bo: Client) -> None:
    booked(nord)
    page = calendar_page(as_bo, team=nord.team.pk, on=MONDAY.isoformat(), view="week")
    assert 'class="pl-weeks"' in page
    assert page.index(">Anna Agger</a><details") < page.index(">Birk Bisgaard</a><details")
    assert ">9.00 Jens Hansen<" in page
    assert '<span class="sr-only">sendt</span>' in page
    assert "7 ledige, ny aftale hos Anna Agger mandag 30. november" in page
    assert "pl-cal-h" not in page


@pytest.mark.requirement("CAL-02")
@pytest.mark.parametrize(
    ("moment", "monday", "tuesday"),
    [
        (at(MONDAY, "07:00"), "0 aftaler · 8 ledige", "0 aftaler · 8 ledige"),
        (at(MONDAY, "12:30"), "0 aftaler · 3 ledige", "0 aftaler · 8 ledige"),
        (at(MONDAY, "18:00"), "0 aftaler · 0 ledige", "0 aftaler · 8 ledige"),
        (at(TUESDAY, "07:00"), "0 aftaler", "0 aftaler · 8 ledige"),
    ],
)
def test_a_time_that_is_over_is_not_free(nord: World, moment: datetime, monday: str, tuesday: str) -> None:
    with time_machine.travel(moment, tick=False):
        page = calendar_page(signed_in(nord.bo), counsellor=nord.anna.pk, on=MONDAY.isoformat())
    assert re.findall(r"</b>(\d aftaler[^<]*)<", page)[:2] == [monday, tuesday]


@pytest.mark.requirement("CAL-01")
def test_a_team_has_its_day_and_one_counsellor_the_week_unless_the_address_says_otherwise(
    nord: World, as_bo: Client
) -> None:
    assert "mandag 30. november 2026" in calendar_page(as_bo, team=nord.team.pk, on=MONDAY.isoformat())
    assert "uge\N{NO-BREAK SPACE}49" in calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())


@pytest.mark.requirement("CAL-01")
def test_a_team_takes_those_below_it_along_each_once(nord: World, as_bo: Client) -> None:
    below = factories.make_team(nord.jobcentre, "Nord under 30", parent=nord.team)
    factories.make_counsellor(below, "Dorte Dam")
    page = calendar_page(as_bo, team=nord.team.pk, on=MONDAY.isoformat(), view="day")
    headings = [part.split("</b>")[0] for part in page.split('<div class="pl-cal-h"><b>')[1:]]
    assert headings == ["Anna Agger", "Birk Bisgaard", "Dorte Dam"]


@pytest.mark.requirement("CAL-01")
@pytest.mark.parametrize("written", ["1.12", "2026-12-01", "tir. 1. dec. 2026"])
def test_one_may_jump_to_a_date_written_as_people_write_it(nord: World, as_bo: Client, written: str) -> None:
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=written, view="day")
    assert "tirsdag 1. december 2026" in page


@pytest.mark.requirement("CAL-01")
@pytest.mark.parametrize("written", ["0001-01-01", "9999-12-31", "igår"])
def test_a_date_beyond_all_calendars_is_today(nord: World, as_bo: Client, written: str) -> None:
    assert "23. november 2026" in calendar_page(as_bo, counsellor=nord.anna.pk, on=written, view="day")


@pytest.mark.requirement("CAL-02")
@pytest.mark.parametrize("what", ["absence", "closing day", "hours"])
def test_what_cannot_be_held_as_things_are_says_that_it_must_be_handled(nord: World, as_bo: Client, what: str) -> None:
    booked(nord, "17:00" if what == "hours" else "09:00")
    if what == "absence":
        Absence.objects.create(
            jobcentre=nord.jobcentre, counsellor=nord.anna, start_at=at(MONDAY, "08:00"), end_at=at(MONDAY, "12:00")
        )
    if what == "closing day":
        ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Personaledag", first_on=MONDAY, last_on=MONDAY)
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())
    assert "pl-ap pl-ap--warn at-" in page
    assert "Flyt eller aflys" in page
    assert "skal flyttes" in page


@pytest.mark.requirement("CAL-02")
def test_what_is_over_needs_no_handling(nord: World, as_bo: Client) -> None:
    last_week = date(2026, 11, 20)
    booked(nord, "17:00", last_week)
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=last_week.isoformat())
    assert "17.00 Jens Hansen" in page
    assert '"pl-ap pl-ap--warn' not in page


@pytest.mark.requirement("CAL-02")
def test_a_closing_day_counts_for_its_own_team_and_says_its_name(nord: World, as_bo: Client) -> None:
    south = factories.make_team(nord.jobcentre, "Syd")
    sofus = factories.make_counsellor(south, "Sofus Syd")
    closed = ClosingDay.objects.create(jobcentre=nord.jobcentre, name="Flyttedag", first_on=MONDAY, last_on=MONDAY)
    ClosingDayTeam.objects.create(jobcentre=nord.jobcentre, closing_day=closed, team=south)
    assert "Lukket: Flyttedag" in calendar_page(as_bo, counsellor=sofus.pk, on=MONDAY.isoformat())
    assert "Flyttedag" not in calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())


@pytest.mark.requirement("CAL-03", "SUM-01")
def test_a_free_time_starts_a_summons_with_team_counsellor_date_and_start(nord: World, as_bo: Client) -> None:
    booked(nord)
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())
    for start, length in (("08:00", 60), ("10:00", 360)):
        asked = f"{START}team={nord.team.pk}&amp;counsellor={nord.anna.pk}&amp;date=2026-11-30&amp;start={start}"
        assert f'for-{length}" href="{asked}"' in page
    room = calendar_page(as_bo, room=nord.room.pk, on=MONDAY.isoformat())
    assert f'href="{START}room={nord.room.pk}&amp;date=2026-12-01&amp;start=08:00"' in room


@pytest.mark.requirement("CAL-03", "SEC-02")
def test_nothing_starts_in_the_past_nor_for_those_who_do_not_summon(
    nord: World, as_bo: Client, as_anna: Client, as_ada: Client
) -> None:
    assert 'class="pl-open ' not in calendar_page(as_bo, counsellor=nord.anna.pk, on="2026-11-20", view="day")
    today = calendar_page(as_bo, counsellor=nord.anna.pk, on="2026-11-23", view="day")
    assert "start=09:00" in today
    assert "start=08:00" not in today
    for client in (as_anna, as_ada):
        page = calendar_page(client, counsellor=nord.anna.pk, on=MONDAY.isoformat())
        assert START not in page
        assert f'href="{reverse("booking:reserve")}?counsellor={nord.anna.pk}&amp;day=2026-11-30' in page
    assert 'class="pl-open ' not in calendar_page(as_anna, counsellor=nord.birk.pk, on=MONDAY.isoformat())


@pytest.mark.requirement("CAL-03", "APP-06")
def test_a_day_and_a_row_have_a_menu_for_those_who_may_mark(nord: World, as_bo: Client, as_anna: Client) -> None:
    reserve = reverse("booking:reserve")
    week = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat(), view="week")
    assert "Handlinger for Mandag 30. nov., mandag 30. november" in week
    assert f'href="{reserve}?counsellor={nord.anna.pk}&amp;day=2026-12-01"' in week
    rows = calendar_page(as_bo, team=nord.team.pk, on=MONDAY.isoformat(), view="week")
    assert "Handlinger for Birk Bisgaard" in rows
    theirs = calendar_page(as_anna, counsellor=nord.birk.pk, on=MONDAY.isoformat(), view="week")
    assert "Handlinger for" not in theirs


@pytest.mark.requirement("CAL-08", "CAL-02")
def test_paper_shows_initials_and_six_digits_where_the_screen_shows_names(nord: World, as_bo: Client) -> None:
    booked(nord)
    born = nord.anna.appointments.get().summonses.get().citizen.born_on
    for query in ({"view": "day"}, {"view": "week", "team": nord.team.pk}):
        page = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat(), **query)
        assert f"9.00 JH {born:%d%m%y}" in page
        assert '<span class="nm">9.00 Jens Hansen</span>' in page


@pytest.mark.requirement("CAL-01", "APP-06")
def test_what_is_dragged_carries_its_version_and_what_is_kept_elsewhere_is_told_apart(
    nord: World, as_bo: Client
) -> None:
    booked(nord)
    ours = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())
    assert ('data-version="1"' in ours, 'class="pl-ap pl-ap--else' in ours) == (True, False)
    nord.anna.appointments.update(origin=Origin.CASE_SYSTEM)
    theirs = calendar_page(as_bo, counsellor=nord.anna.pk, on=MONDAY.isoformat())
    assert ('data-version="1"' in theirs, 'class="pl-ap pl-ap--else' in theirs) == (True, True)


@pytest.mark.requirement("CAL-01", "CONC-04")
def test_one_is_told_that_the_calendar_changed_meanwhile_and_only_then(
    nord: World, as_bo: Client, as_carla: Client
) -> None:
    query: dict[str, str | int] = {"counsellor": nord.anna.pk, "on": MONDAY.isoformat(), "view": "week"}
    tag = f'"{as_bo.get(reverse("booking:calendar"), query).context["calendar"].tag()}"'
    asked = reverse("booking:changes")
    assert as_bo.get(asked, query, headers={"If-None-Match": tag}).status_code == 304
    booked(nord)
    answer = as_bo.get(asked, query, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] != tag
    assert as_bo.post(asked, query).status_code == 405
    assert as_carla.get(asked, query).status_code == 404
    assert not Access.objects.exists()


EASTER, SPRING, AUTUMN = date(2027, 3, 28), date(2028, 3, 26), date(2026, 10, 25)


def open_at_night(world: World) -> None:
    """Anna works from midnight to six on Sundays."""
    WorkingHours.objects.create(
        jobcentre=world.jobcentre, schedule=world.anna.schedules.get(), weekday=6, start="00:00", end="06:00"
    )


@pytest.mark.requirement("CAL-02", "CLOCK-01", "TIME-01")
def test_the_night_the_clock_jumps_has_no_hour_between_two_and_three(nord: World, as_bo: Client) -> None:
    open_at_night(nord)
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=SPRING.isoformat(), view="day")
    assert 'class="pl-blk pl-blk--out at-0200 for-60"' in page
    assert "Findes ikke: uret stilles frem" in page
    assert 'class="pl-free at-0000 for-120"' in page
    assert 'class="pl-free at-0300 for-180"' in page
    assert 'class="pl-open at-0000 for-120"' in page
    assert 'class="pl-open at-0300 for-180"' in page
    assert " at-0230 " not in page


@pytest.mark.requirement("CAL-02", "CLOCK-01")
def test_the_night_of_2027_is_easter_sunday_and_closed_from_midnight_to_midnight(nord: World, as_bo: Client) -> None:
    open_at_night(nord)
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=EASTER.isoformat(), view="day")
    assert 'class="pl-blk pl-blk--closed at-0000 for-1440"' in page
    assert "uret stilles frem" not in page
    week = calendar_page(as_bo, counsellor=nord.anna.pk, on=EASTER.isoformat(), view="week")
    assert week.count('class="pl-col"') == 7


@pytest.mark.requirement("CAL-04", "CLOCK-01", "TIME-01")
def test_nothing_can_be_moved_to_an_hour_that_is_not_there(nord: World, as_bo: Client) -> None:
    booked(nord)
    open_at_night(nord)
    move = reverse("booking:move", args=[nord.anna.appointments.get().pk])
    for at_night in ("1.30", "2.00", "2.30"):
        answer = as_bo.post(move, {"on": SPRING.isoformat(), "at": at_night})
        assert (answer.status_code, "Tidspunktet findes ikke den dag." in answer.content.decode()) == (422, True)
    asked = {"on": SPRING.isoformat(), "at": "3.00", "seen": ",".join(one.value for one in Obstacle)}
    assert as_bo.post(move, asked).status_code == 302
    moved = nord.anna.appointments.get()
    assert moved.start_at == datetime(2028, 3, 26, 1, 0, tzinfo=UTC)
    assert moved.end_at == datetime(2028, 3, 26, 1, 45, tzinfo=UTC)


@pytest.mark.requirement("CAL-02", "CLOCK-01", "TIME-01")
def test_the_night_the_clock_goes_back_is_drawn_once_and_its_first_hour_is_meant(nord: World, as_bo: Client) -> None:
    open_at_night(nord)
    with time_machine.travel(datetime(2026, 10, 19, 9, tzinfo=UTC), tick=False):
        booked(nord, clock="02:15", day=AUTUMN)
        page = calendar_page(as_bo, counsellor=nord.anna.pk, on=AUTUMN.isoformat(), view="day")
    assert 'class="pl-free at-0000 for-360"' in page
    assert page.count("at-0215 for-45") == 1
    assert "2.15 Jens Hansen" in page
    assert 'class="pl-open at-0000 for-135"' in page
    assert 'class="pl-open at-0315 for-165"' in page
    assert nord.anna.appointments.get().start_at == datetime(2026, 10, 25, 0, 15, tzinfo=UTC)


@pytest.mark.requirement("CAL-02", "CLOCK-01")
@pytest.mark.parametrize("night", [SPRING, AUTUMN])
def test_an_absence_over_such_a_night_is_drawn_from_midnight_to_midnight(
    nord: World, as_bo: Client, night: date
) -> None:
    open_at_night(nord)
    Absence.objects.create(
        jobcentre=nord.jobcentre,
        counsellor=nord.anna,
        kind=Absence.Kind.HOLIDAY,
        start_at=midnight(night.toordinal()),
        end_at=midnight(night.toordinal() + 1),
    )
    page = calendar_page(as_bo, counsellor=nord.anna.pk, on=night.isoformat(), view="day")
    assert 'class="pl-blk pl-blk--abs at-0000 for-1440"' in page
    assert "pl-free" not in page.split('id="calendar"')[1].split("pl-legend")[0]


@pytest.mark.requirement("CAL-01", "APP-10")
def test_leafing_swaps_the_calendar_alone_and_keeps_the_choice_in_the_address(nord: World, as_bo: Client) -> None:
    address = f"{reverse('booking:calendar')}?team={nord.team.pk}&view=week&on=2026-11-30&folded=1"
    answer = as_bo.get(address, headers={"HX-Request": "true", "HX-Target": "calendar"})
    page = answer.content.decode()
    assert page.startswith("<title>Nord · uge")
    assert 'id="tree"' not in page
    assert f'href="?team={nord.team.pk}&amp;view=week&amp;on=2026-12-07&amp;folded=1"' in page


@pytest.mark.requirement("CAL-07", "SPEED-04", "SPEED-12")
@pytest.mark.parametrize("size", [1, 3])
def test_a_calendar_takes_six_statements_whatever_its_size(
    nord: World, django_assert_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    for hour in range(size):
        factories.make_counsellor(nord.team, f"Vera {'abc'[hour]}")
        booked(nord, f"{9 + hour:02}:00", name=f"Jens Hansen{hour}")
    settings = Settings.objects.get()
    with django_assert_num_queries(6):
        tree = team_tree(Sight(names=True))
        asked = Asked(days=week_of(MONDAY), counsellors=tree.names(), rooms={nord.room.pk: "Lokale 1"})
        drawn = calendar(asked, settings=settings, sight=Sight(names=True), now=NOW)
    assert sum(len(day.meetings) for row in drawn.rows for day in row.days) == 2 * size
