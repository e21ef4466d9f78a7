"""Letters for those exempt from digital post: which summonses want one, and printing them (LET-01, LET-03)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from admin_module.models import LetterTemplate, StandardText
from booking.models import Appointment, Channel, Citizen, Letter, Origin, PlacedBy, Printing, Summons
from booking.services.sending import cancel
from planner.audit.models import Access, Change
from planner.audit.purposes import Purpose
from planner.letters.paper import Sheet
from planner.letters.wording import STANDARD
from summons.queries.letters import letters_due, sheets_of, unprinted
from summons.services import letters as services
from tests.factories import World, make_citizen, make_summons

PRINT = "/summons/letters/print/"
LIST = "/summons/follow-up/?opened=1"


def by_letter(nord: World, name: str = "Winnie Jensen", clock: str = "09:00", **particulars: object) -> Summons:
    """Sent just now by Bo to one who is exempt, to be held by Anna in three weeks."""
    citizen = make_citizen(nord.jobcentre, name)
    Citizen.objects.filter(pk=citizen.pk).update(address="Skovvej 12", postal_code="9990", city="Fjordby")
    values: dict[str, object] = {
        "by": nord.bo,
        "now": timezone.now(),
        "day": timezone.localdate() + timedelta(days=21),
        "room": nord.room,
        "channel": Channel.LETTER,
    } | particulars
    return make_summons(citizen, nord.anna, nord.team, clock=clock, **values)  # type: ignore[arg-type]


def owed() -> dict[UUID, str]:
    now = timezone.now()
    pks = set(unprinted(now=now).values_list("pk", flat=True))
    return {pk: due.owed for pk, due in letters_due(pks, now=now).items()}


def printed(nord: World, *summonses: Summons) -> list[Sheet]:
    """The letters as they are laid on paper."""
    pks = [summons.pk for summons in summonses]
    return sheets_of(services.print_letters(pks=pks, again=True, by=nord.bo, now=timezone.now()))


def words(sheet: Sheet) -> str:
    return "\n".join([sheet.heading, *(one.words for one in sheet.body)])


@pytest.mark.requirement("LET-03")
def test_who_is_summoned_by_letter_wants_one_until_it_is_printed(nord: World) -> None:
    wanted = by_letter(nord)
    by_letter(nord, "Jobnet Borger", channel=Channel.JOBNET)
    by_letter(nord, "Selv Booket", origin=Origin.OWN)
    by_letter(nord, "Var Igår", day=timezone.localdate() - timedelta(days=1))
    rebooked = by_letter(nord, "Ombooket Selv")
    Appointment.objects.filter(pk=rebooked.appointment_id).update(placed_by=PlacedBy.CITIZEN)
    assert owed() == {wanted.pk: "summons"}
    printed(nord, wanted)
    assert owed() == {}


@pytest.mark.requirement("LET-03")
@pytest.mark.parametrize("moved", ["time", "room", "address"])
def test_another_time_or_place_wants_a_new_letter_that_says_what_it_was(nord: World, moved: str) -> None:
    summons = by_letter(nord)
    printed(nord, summons)
    meeting = summons.appointment
    changes: dict[str, dict[str, object]] = {
        "time": {"start_at": meeting.start_at + timedelta(hours=2), "end_at": meeting.end_at + timedelta(hours=2)},
        "room": {"room": nord.rooms[1]},
        "address": {"address": "Torvet 1"},
    }
    Appointment.objects.filter(pk=meeting.pk).update(**changes[moved])
    assert owed() == {summons.pk: "changed"}
    (sheet,) = printed(nord, summons)
    said = words(sheet)
    assert sheet.heading == "Din samtale er ændret"
    assert ("Før var tiden: " in said, "kl. 11.00–11.45" in said) == ((moved == "time",) * 2)
    assert ("Salen" in said, "Torvet 1" in said) == (moved == "room", moved == "address")
    assert owed() == {}


@pytest.mark.requirement("LET-03")
def test_a_cancelled_one_wants_a_letter_only_where_the_citizen_was_told(nord: World) -> None:
    told, untold = by_letter(nord), by_letter(nord, "Ikke Fortalt", clock="11:00")
    printed(nord, told)
    for summons in (told, untold):
        cancel(summons=summons, reason="Vejlederen er syg.", by=nord.bo, now=timezone.now())
    assert owed() == {told.pk: "cancelled"}
    (sheet,) = printed(nord, told)
    assert sheet.heading == "Din samtale er aflyst"
    assert "Årsag: Vejlederen er syg." in words(sheet)
    assert owed() == {}


@pytest.mark.requirement("LET-03")
def test_a_summons_that_replaces_another_is_one_letter_and_not_two(nord: World) -> None:
    old = by_letter(nord)
    printed(nord, old)
    instead = by_letter(nord, "Samme Borger", clock="13:00", replaces=old)
    cancel(summons=old, reason="Erstattet af en ny indkaldelse.", by=nord.bo, now=timezone.now())
    assert owed() == {instead.pk: "changed"}
    (sheet,) = printed(nord, instead)
    assert "Før var tiden: " in words(sheet)


@pytest.mark.requirement("LET-01")
def test_the_letter_is_filled_with_what_is_true_of_the_summons(nord: World) -> None:
    StandardText.objects.create(jobcentre=nord.jobcentre, type_id=7, title="Job", rights_and_duties="Du skal komme.")
    (sheet,) = printed(nord, by_letter(nord))
    assert sheet.to == "Winnie Jensen\nSkovvej 12\n9990 Fjordby"
    said = words(sheet)
    parts = ("Kære Winnie Jensen", "Samtale: Jobsamtale", "Tid: kl. 9.00–9.45", "Lokale 1", "Du taler med: Anna Agger")
    assert [part for part in (*parts, "Rettigheder og pligter", "Du skal komme.") if part not in said] == []


@pytest.mark.requirement("LET-01")
def test_the_template_of_the_type_that_holds_is_used(nord: World) -> None:
    for edition, heading in ((1, "Før"), (2, "Kom {dato}")):
        texts = {f"{kind}_{part}": heading for kind in STANDARD for part in ("heading", "body")}
        LetterTemplate.objects.create(jobcentre=nord.jobcentre, type_id=7, edition=edition, **texts)
    (sheet,) = printed(nord, by_letter(nord))
    assert sheet.heading.startswith("Kom ")


@pytest.mark.requirement("LET-01")
def test_what_is_ticked_becomes_one_pdf_in_the_order_of_the_list(nord: World, as_bo: Client) -> None:
    late, early = by_letter(nord, "Borger Sen", clock="14:00"), by_letter(nord, "Borger Tidlig", clock="08:00")
    other = by_letter(nord, "Ikke Valgt", clock="10:00")
    digital = by_letter(nord, "Borger Digital", channel=Channel.JOBNET)
    response = as_bo.post(PRINT, {"selected": [late.pk, digital.pk, early.pk], "back": LIST}, follow=True)
    assert "2 breve er markeret som udskrevet." in response.content.decode()
    assert "1 af de valgte skal ikke have brev." in response.content.decode()
    (printing,) = Printing.objects.all()
    assert list(printing.letters.order_by("line").values_list("summons_id", flat=True)) == [early.pk, late.pk]
    assert owed() == {other.pk: "summons"}
    paper = as_bo.get(f"/summons/letters/{printing.pk}/paper/")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert b"pdfuaid" in paper.content
    assert set(Access.objects.filter(purpose=Purpose.LETTER).values_list("citizen_id", flat=True)) == {
        late.citizen_id,
        early.citizen_id,
    }


@pytest.mark.requirement("LET-01", "LET-03")
def test_with_nothing_ticked_all_that_is_not_printed_of_the_list_is_printed(nord: World, as_bo: Client) -> None:
    first, second = by_letter(nord, "Borger A", clock="08:00"), by_letter(nord, "Borger B", clock="09:00")
    printed(nord, first)
    as_bo.post(PRINT, {"back": f"{LIST}&letter=unprinted"})
    newest = Printing.objects.latest("asked_at")
    assert list(newest.letters.values_list("summons_id", flat=True)) == [second.pk]
    refused = as_bo.post(PRINT, {"back": LIST})
    assert (refused.status_code, "Ingen af indkaldelserne skal have brev." in refused.content.decode()) == (422, True)


@pytest.mark.requirement("LET-01")
def test_one_that_is_ticked_is_printed_again_and_fortryd_makes_it_unprinted(nord: World, as_bo: Client) -> None:
    summons = by_letter(nord)
    for _time in range(2):
        as_bo.post(PRINT, {"selected": [summons.pk], "back": LIST})
    assert list(Letter.objects.values_list("kind", flat=True)) == ["summons", "summons"]
    for printing in Printing.objects.all():
        as_bo.post(f"/summons/letters/{printing.pk}/undo/")
    assert owed() == {summons.pk: "summons"}
    page = as_bo.get(f"/summons/follow-up/{summons.pk}/").content.decode()
    said = ("Brev udskrevet: Indkaldelse af Bo Dam", "Udskrift af brev fortrudt", "Brev, ikke udskrevet")
    assert [part for part in said if part not in page] == []
    assert Change.objects.filter(table="booking_letter").count() == 2


@pytest.mark.requirement("LET-03", "APP-04")
def test_the_front_page_counts_them_and_leads_to_exactly_those(nord: World, as_bo: Client) -> None:
    assert "Breve, der ikke er udskrevet" not in as_bo.get("/").content.decode()
    wanted, done = by_letter(nord), by_letter(nord, "Har Brev", clock="11:00")
    printed(nord, done)
    task = next(one for one in as_bo.get("/").context["tasks"] if one.kind.value == "letters_unprinted")
    assert task.words == "Breve, der ikke er udskrevet (1)"
    assert [row.pk for row in as_bo.get(task.url).context["page"].rows] == [wanted.pk]
    (row,) = as_bo.get(f"{LIST}&letter=printed").context["page"].rows
    assert (row.pk, row.letter.look) == (done.pk, "ok")


@pytest.mark.requirement("LET-01", "APP-09")
def test_many_are_made_by_a_worker_and_found_again(
    nord: World,
    as_bo: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(services, "INLINE", 1)
    for name, clock in (("Borger A", "08:00"), ("Borger B", "09:00")):
        by_letter(nord, name, clock=clock)
    with django_capture_on_commit_callbacks():
        as_bo.post(PRINT, {"back": LIST})
    (printing,) = Printing.objects.all()
    page = as_bo.get(f"/summons/letters/{printing.pk}/").content.decode()
    assert ("Laver brevene" in page, "Åbn PDF" in page) == (True, False)
    for _time in range(2):
        services.work(nord.jobcentre.pk, printing.pk, clock=timezone.now)
    assert as_bo.get(f"/summons/letters/{printing.pk}/progress/")["HX-Redirect"] == f"/summons/letters/{printing.pk}/"
    assert "Åbn PDF" in as_bo.get(f"/summons/letters/{printing.pk}/").content.decode()
    assert f"/summons/letters/{printing.pk}/" in as_bo.get("/summons/letters/").content.decode()


@pytest.mark.requirement("LET-01", "CIT-01")
def test_the_citizens_page_lists_the_letters_that_were_printed(nord: World, as_bo: Client) -> None:
    summons = by_letter(nord)
    assert "Udskrevet</" not in as_bo.get(f"/citizens/{summons.citizen_id}/").content.decode()
    printed(nord, summons)
    page = as_bo.get(f"/citizens/{summons.citizen_id}/").content.decode()
    assert [part for part in ("Brev udskrevet: Indkaldelse", "Udskrevet</") if part not in page] == []


@pytest.mark.requirement("LET-01")
def test_letters_that_nobody_made_are_found_after_a_minute(nord: World) -> None:
    now = timezone.now()
    printing = services.print_letters(pks=[by_letter(nord).pk], again=False, by=nord.bo, now=now)
    assert services.forgotten(now=now + timedelta(seconds=59)) == []
    assert services.forgotten(now=now + timedelta(seconds=61)) == [printing.pk]


@pytest.mark.requirement("LET-01", "GUARD-14")
def test_the_pdf_is_kept_encrypted_and_is_gone_after_a_day(nord: World, as_bo: Client) -> None:
    as_bo.post(PRINT, {"selected": [by_letter(nord).pk], "back": LIST})
    (printing,) = Printing.objects.all()
    assert printing.encrypted is not None
    assert b"%PDF" not in bytes(printing.encrypted)
    services.forget_papers(now=timezone.now() + timedelta(hours=25))
    page = as_bo.get(f"/summons/letters/{printing.pk}/paper/", follow=True).content.decode()
    assert "slettet efter et døgn" in page
    assert owed() == {}


@pytest.mark.requirement("LET-01")
def test_a_citizen_without_an_address_is_pointed_out(nord: World, as_bo: Client) -> None:
    summons = by_letter(nord)
    Citizen.objects.filter(pk=summons.citizen_id).update(address="")
    page = as_bo.post(PRINT, {"selected": [summons.pk], "back": LIST}, follow=True).content.decode()
    assert "1 brev har ingen adresse" in page


@pytest.mark.requirement("LET-01", "APP-10")
def test_printing_takes_as_many_statements_for_three_letters_as_for_one(
    nord: World, as_bo: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for names in ("A", "BCD"):
        pks = [by_letter(nord, f"Borger {name}").pk for name in names]
        with django_assert_max_num_queries(80) as seen:
            as_bo.post(PRINT, {"selected": pks, "back": LIST})
        counts.append(len(seen))
    assert counts[0] == counts[1]
