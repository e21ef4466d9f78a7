"""What happened to a conversation, in words: one place, whichever page shows it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from admin_module.models import MeetingForm
from booking.models import Appointment, Summons
from booking.queries.history import history
from booking.services import sending
from booking.services.moving import move
from tests.booking.stories import keep, meeting, sent, tick
from tests.factories import MONDAY, NOW, World, at, make_citizen, make_run, make_summons


def told(summons: Summons) -> list[str]:
    return [line.words for line in history({summons.pk: "", summons.appointment_id: ""})]


@pytest.mark.django_db
@pytest.mark.requirement("CAL-05", "CIT-01", "FOLL-03")
def test_every_step_of_a_conversation_has_its_words(nord: World) -> None:
    summons = sent(nord)
    for clock, counsellor, room in (
        ("10:00", nord.anna, None),
        ("10:00", nord.birk, None),
        ("10:00", nord.birk, nord.room),
    ):
        move(
            appointment=Appointment.objects.get(pk=summons.appointment_id),
            day=MONDAY,
            start_tick=tick(clock),
            counsellor_ids=[counsellor.pk],
            room_id=room.pk if room else None,
            now=NOW,
        )
    sending.cancel(summons=summons, reason="Borgeren er syg", by=nord.bo, now=NOW + timedelta(minutes=1))
    words = [text.replace("\N{NO-BREAK SPACE}", " ") for text in told(summons)]
    assert sorted(words) == [
        "Aflyst: Borgeren er syg",
        "Flyttet fra man. 30. nov. kl. 9.00 til man. 30. nov. kl. 10.00",
        "Forberedt",
        "Indkaldt",
        "Mødelokale ændret fra intet lokale til Lokale 1",
        f"Vejleder ændret fra {nord.anna.full_name} til {nord.birk.full_name}",
    ]


@pytest.mark.django_db
@pytest.mark.requirement("TIME-09", "CAL-05")
def test_a_warning_that_was_passed_stands_in_the_history_once(nord: World) -> None:
    summons = sent(nord)
    for room in (None, nord.room):
        move(
            appointment=Appointment.objects.get(pk=summons.appointment_id),
            day=MONDAY,
            start_tick=tick("07:00"),
            counsellor_ids=[nord.anna.pk],
            room_id=room.pk if room else None,
            warned=True,
            now=NOW,
        )
    passed = [words for words in told(summons) if words.startswith("Gjort trods advarsel")]
    assert passed == ["Gjort trods advarsel: Tidspunktet ligger uden for vejlederens arbejdstid."]


@pytest.mark.requirement("CAL-05", "OFFER-08")
def test_other_words_on_a_conversation_are_no_other_counsellor(nord: World) -> None:
    summons = sent(nord)
    meeting = summons.appointment
    meeting.description, meeting.version = "Tag dit cv med.", meeting.version + 1
    meeting.save()
    assert told(summons)[0] == "Samtalens oplysninger ændret"


@pytest.mark.requirement("CAL-05")
def test_what_one_did_to_many_at_once_is_one_line(nord: World) -> None:
    joint = make_run(nord.bo, nord.team, type_id=9, form=MeetingForm.JOINT, seats_by="all")
    people = [make_citizen(nord.jobcentre) for _ in range(3)]
    rows = keep(nord, meeting(people, nord.anna), details=joint).summonses
    sending.send(summonses=rows, by=nord.bo, now=NOW)
    sending.cancel(summons=rows[0], reason="Syg", by=nord.bo, now=NOW)
    names = {row.pk: citizen.full_name for row, citizen in zip(rows, people, strict=True)}
    lines = [(line.words, line.about, line.by) for line in history(names, people=True)]
    assert sorted(lines) == [
        ("Aflyst: Syg", people[0].full_name, "Bo Dam"),
        ("Forberedt", "3 borgere", "Bo Dam"),
        ("Indkaldt", "3 borgere", "Bo Dam"),
    ]


@pytest.mark.requirement("CIT-01")
def test_a_row_that_names_its_own_instants_and_people_is_believed(nord: World) -> None:
    then = at(MONDAY - timedelta(days=14), "12:00")
    summons = make_summons(make_citizen(nord.jobcentre), nord.anna, nord.team, by=nord.ada, now=then)
    lines = history({summons.pk: ""})
    assert [(line.words, line.at, line.by) for line in lines] == [
        ("Indkaldt", then, "Ada Krog"),
        ("Forberedt", then, "Ada Krog"),
    ]
