"""A counsellor's fixed caseload: who says whose case a citizen is, the list, and handing it over (COUN-13)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from admin_module.models import Counsellor
from booking.models import BookingDeadline, Citizen, DueDate
from booking.services.citizens import give_to, record_facts
from booking.services.retention import empty_facts, forget_citizens
from planner.accounts.roles import Role
from planner.audit.models import Access, Change
from planner.audit.purposes import Purpose
from planner.dfdg.messages import PersonFacts
from planner.ui.addresses import stamp
from tests.conftest import signed_in
from tests.factories import NOW, World, make_citizen, make_counsellor, make_summons, make_user

pytestmark = pytest.mark.requirement("COUN-13")
KAREN = "1205881234"


def case_of(owner: Counsellor | None, world: World, name: str) -> Citizen:
    citizen = make_citizen(world.jobcentre, name)
    citizen.case_owner = owner
    citizen.save()
    return citizen


def looked_up(world: World, named: str) -> Citizen:
    facts = PersonFacts(cpr=KAREN, given_name="Karen", family_name="Holst", case_owner=named)
    return record_facts(jobcentre_id=world.jobcentre.pk, facts=[facts], now=NOW)[KAREN]


def given(world: World, citizen: Citizen, owner: Counsellor | None, present: Counsellor | None) -> int:
    return give_to(
        jobcentre_id=world.jobcentre.pk,
        owner=owner,
        present=present.pk if present else None,
        citizens=[citizen.pk],
        by=world.bo,
        now=NOW,
    )


def owner_of(citizen: Citizen) -> Counsellor | None:
    return Citizen.objects.select_related("case_owner").get(pk=citizen.pk).case_owner  # type: ignore[no-any-return]


def caseload_of(counsellor: Counsellor) -> str:
    return reverse("booking:caseload", args=[counsellor.pk])


def hand_over_of(counsellor: Counsellor) -> str:
    return reverse("booking:hand_over", args=[counsellor.pk])


def owner_page(citizen: Citizen) -> str:
    return reverse("booking:case_owner", args=[citizen.pk])


# Whose word holds


def test_a_choice_made_here_stands_until_the_case_system_names_another_than_before(nord: World) -> None:
    karen = looked_up(nord, nord.birk.employee_id)
    assert given(nord, karen, nord.anna, nord.birk) == 1
    looked_up(nord, nord.birk.employee_id)
    looked_up(nord, "")
    assert owner_of(karen) == nord.anna
    cecilie = make_counsellor(nord.team, "Cecilie Carlsen")
    looked_up(nord, cecilie.employee_id)
    karen.refresh_from_db()
    assert (karen.case_owner, karen.owner_set_at, karen.owner_set_by) == (cecilie, None, None)


def test_who_was_taken_away_here_is_not_given_back_by_the_next_look_up(nord: World) -> None:
    karen = looked_up(nord, nord.birk.employee_id)
    given(nord, karen, None, nord.birk)
    looked_up(nord, nord.birk.employee_id)
    assert owner_of(karen) is None


def test_one_who_becomes_a_counsellor_of_ours_is_found_by_the_next_look_up(nord: World) -> None:
    karen = looked_up(nord, "CVR:1-UUID:2")
    assert owner_of(karen) is None
    cecilie = make_counsellor(nord.team, "Cecilie Carlsen")
    Counsellor.objects.filter(pk=cecilie.pk).update(employee_id="CVR:1-UUID:2")
    looked_up(nord, "CVR:1-UUID:2")
    assert owner_of(karen) == cecilie


@pytest.mark.requirement("LOG-01")
def test_every_change_is_written_down_with_who_made_it(nord: World) -> None:
    karen = case_of(nord.anna, nord, "Karen Holst")
    given(nord, karen, nord.birk, nord.anna)
    change = Change.objects.filter(table="booking_citizen", row=str(karen.pk), action="UPDATE").latest("pk")
    assert change.actor == nord.bo.pk
    assert change.before is not None
    assert change.after is not None
    assert (change.before["case_owner_id"], change.after["case_owner_id"]) == (nord.anna.pk, nord.birk.pk)


@pytest.mark.requirement("CIT-03", "GUARD-14")
@pytest.mark.requirement("CIT-01")
def test_a_change_of_case_owner_stands_in_the_citizens_history(nord: World, as_bo: Client) -> None:
    karen = looked_up(nord, nord.birk.employee_id)
    given(nord, karen, nord.anna, nord.birk)
    given(nord, karen, None, nord.anna)
    looked_up(nord, nord.anna.employee_id)
    Citizen.objects.filter(pk=karen.pk).update(phone="20202020")
    lines = as_bo.get(reverse("booking:citizen", args=[karen.pk])).context["page"].history
    assert [(line.words, line.by) for line in lines] == [
        ("Fast vejleder ifølge opslag: Anna Agger (før: ingen)", "Planner"),
        ("Fast vejleder ændret fra Anna Agger til ingen", "Bo Dam"),
        ("Fast vejleder ændret fra Birk Bisgaard til Anna Agger", "Bo Dam"),
    ]


def test_a_choice_made_lately_does_not_go_overnight_with_old_facts(nord: World) -> None:
    lately, long_ago = (case_of(nord.anna, nord, name) for name in ("Karen Holst", "Inger Holm"))
    old = NOW - timedelta(days=91)
    Citizen.objects.update(fetched_at=old, owner_set_by=nord.bo)
    Citizen.objects.filter(pk=lately.pk).update(owner_set_at=NOW)
    Citizen.objects.filter(pk=long_ago.pk).update(owner_set_at=old)
    before = NOW - timedelta(days=90)
    empty_facts(before=before, today=NOW.date())
    assert (owner_of(lately), owner_of(long_ago)) == (nord.anna, None)
    assert Citizen.objects.get(pk=long_ago.pk).owner_set_by is None
    forget_citizens(before=before)
    assert list(Citizen.objects.values_list("pk", flat=True)) == [lately.pk]


# The citizen's page


@pytest.mark.requirement("CIT-01")
def test_the_case_owner_is_chosen_on_the_citizens_page_and_it_says_what_the_case_system_says(
    nord: World, as_bo: Client
) -> None:
    karen = looked_up(nord, nord.birk.employee_id)
    page = reverse("booking:citizen", args=[karen.pk])
    assert owner_page(karen) in as_bo.get(page).content.decode()
    shown = as_bo.get(owner_page(karen)).content.decode()
    assert "Samtaler, der allerede er booket, flyttes ikke." in shown
    answer = as_bo.post(owner_page(karen), {"seen": nord.birk.pk, "counsellor": nord.anna.pk}, follow=True)
    text = answer.content.decode()
    for words in ("Anna Agger er nu fast vejleder for Karen Holst.", "Valgt her af Bo Dam", "Sagssystemet siger Birk"):
        assert words in text
    assert owner_of(karen) == nord.anna


def test_it_is_taken_away_and_undone(nord: World, as_bo: Client) -> None:
    karen = looked_up(nord, nord.birk.employee_id)
    answer = as_bo.post(owner_page(karen), {"seen": nord.birk.pk, "counsellor": ""}, follow=True)
    assert "Karen Holst har nu ingen fast vejleder." in answer.content.decode()
    assert owner_of(karen) is None
    assert f'action="{undo_of(karen, nord.birk)}"' in answer.content.decode()
    as_bo.post(undo_of(karen, nord.birk))
    karen.refresh_from_db()
    assert (karen.case_owner, karen.owner_set_at) == (nord.birk, None)


def undo_of(citizen: Citizen, before: Counsellor) -> str:
    at = Citizen.objects.get(pk=citizen.pk).owner_set_at
    assert at
    return f"{reverse('booking:case_owner_undo', args=[stamp(at)])}?owner={before.pk}"


@pytest.mark.requirement("APP-15")
def test_a_choice_that_somebody_else_made_meanwhile_is_not_overwritten_unseen(nord: World, as_bo: Client) -> None:
    karen = case_of(nord.anna, nord, "Karen Holst")
    given(nord, karen, nord.birk, nord.anna)
    answer = as_bo.post(owner_page(karen), {"seen": nord.anna.pk, "counsellor": ""})
    assert answer.status_code == 422
    assert "Fast vejleder er imens ændret til Birk Bisgaard." in answer.content.decode()
    assert owner_of(karen) == nord.birk
    assert given(nord, karen, None, nord.anna) == 0


# The list


@pytest.mark.requirement("GUARD-12")
def test_the_list_shows_deadline_and_conversation_and_is_written_down(nord: World, as_bo: Client) -> None:
    today = timezone.localdate()
    karen, inger = case_of(nord.anna, nord, "Karen Holst"), case_of(nord.anna, nord, "Inger Holm")
    case_of(nord.birk, nord, "Bent Bo")
    for kind, due_on in (("Falduge", today + timedelta(days=9)), ("Før", today - timedelta(days=9))):
        DueDate.objects.create(jobcentre=nord.jobcentre, citizen=karen, kind=kind, due_on=due_on, fetched_at=NOW)
    BookingDeadline.objects.create(
        jobcentre=nord.jobcentre,
        citizen=inger,
        external_id=inger.pk,
        type_id=7,
        book_by=today,
        hold_by=today - timedelta(days=1),
        fetched_at=NOW,
    )
    summons = make_summons(karen, nord.anna, nord.team, day=today + timedelta(days=3))
    response = as_bo.get(caseload_of(nord.anna))
    rows: Any = response.context["rows"]
    assert [(row.citizen.full_name, row.late, row.coming) for row in rows] == [
        ("Inger Holm", True, None),
        ("Karen Holst", False, summons),
    ]
    assert rows[1].deadline == today + timedelta(days=9)
    assert set(Access.objects.filter(purpose=Purpose.CASELOAD).values_list("citizen_id", flat=True)) == {
        karen.pk,
        inger.pk,
    }
    found: Any = as_bo.get(caseload_of(nord.anna), {"q": "hols kar"}).context["rows"]
    assert [row.citizen.pk for row in found] == [karen.pk]
    assert "Ingen passer til filtrene." in as_bo.get(caseload_of(nord.anna), {"q": "findes ikke"}).content.decode()
    assert as_bo.get(caseload_of(nord.anna), {"q": "1205881234"}).context["state"].value("q") == ""


def test_fifty_stand_on_a_page(nord: World, as_bo: Client) -> None:
    Citizen.objects.bulk_create(
        Citizen(
            jobcentre=nord.jobcentre, given_name="A", family_name=f"{n:02}", born_on="1980-01-01", case_owner=nord.anna
        )
        for n in range(51)
    )
    response = as_bo.get(caseload_of(nord.anna))
    assert (len(response.context["rows"]), response.context["page"].total) == (50, 51)
    assert Access.objects.filter(purpose=Purpose.CASELOAD).count() == 50


def test_an_empty_caseload_says_so(nord: World, as_bo: Client) -> None:
    assert "Vejlederen er ikke fast vejleder for nogen." in as_bo.get(caseload_of(nord.anna)).content.decode()


@pytest.mark.requirement("SPEED-12")
def test_the_list_takes_the_same_number_of_statements_whatever_is_on_it(nord: World, as_bo: Client) -> None:
    counts = []
    for names in (("A Holm",), ("B Holm", "C Holm", "D Holm")):
        for name in names:
            make_summons(
                case_of(nord.anna, nord, name), nord.anna, nord.team, day=timezone.localdate() + timedelta(days=3)
            )
        as_bo.get(caseload_of(nord.anna))
        with CaptureQueriesContext(connection) as asked:
            as_bo.get(caseload_of(nord.anna))
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.requirement("SEC-02")
def test_a_counsellor_sees_their_own_caseload_only_and_hands_nothing_over(nord: World, as_anna: Client) -> None:
    karen = case_of(nord.anna, nord, "Karen Holst")
    text = as_anna.get(caseload_of(nord.anna)).content.decode()
    assert "Karen Holst" in text
    assert "Overdrag" not in text
    assert as_anna.get(caseload_of(nord.birk)).status_code == 404
    for url in (hand_over_of(nord.anna), owner_page(karen)):
        assert as_anna.get(url).status_code == 403
        assert as_anna.post(url, {"everybody": "1", "sure": "1", "counsellor": nord.birk.pk}).status_code == 403
    assert caseload_of(nord.anna) in as_anna.get(reverse("booking:calendar")).content.decode()


@pytest.mark.requirement("SEC-02")
def test_an_administrator_sees_no_citizens(nord: World, as_ada: Client, as_bo: Client) -> None:
    card = reverse("admin_module:counsellor", args=[nord.anna.pk])
    assert as_ada.get(caseload_of(nord.anna)).status_code == 403
    assert caseload_of(nord.anna) not in as_ada.get(card).content.decode()
    assert caseload_of(nord.anna) in as_bo.get(card).content.decode()


@pytest.mark.requirement("SEC-01")
def test_another_job_centre_sees_and_changes_nothing(nord: World, as_carla: Client) -> None:
    karen = case_of(nord.anna, nord, "Karen Holst")
    for url in (caseload_of(nord.anna), hand_over_of(nord.anna), owner_page(karen)):
        assert as_carla.get(url).status_code == 404
    given(nord, karen, nord.birk, nord.anna)
    as_carla.post(undo_of(karen, nord.anna))
    assert owner_of(karen) == nord.birk


# Handing over


def test_the_chosen_are_handed_over_and_it_can_be_undone(nord: World, as_bo: Client) -> None:
    karen, inger = case_of(nord.anna, nord, "Karen Holst"), case_of(nord.anna, nord, "Inger Holm")
    asked = as_bo.post(hand_over_of(nord.anna), {"selected": [karen.pk]}).content.decode()
    assert "Overdrag 1 borger" in asked
    assert "Karen Holst" in asked
    assert "Inger Holm" not in asked
    sure = {"selected": [karen.pk], "sure": "1", "counsellor": nord.birk.pk}
    answer = as_bo.post(hand_over_of(nord.anna), sure, follow=True)
    assert "1 borger er overdraget til Birk Bisgaard." in answer.content.decode()
    assert (owner_of(karen), owner_of(inger)) == (nord.birk, nord.anna)
    as_bo.post(undo_of(karen, nord.anna))
    assert owner_of(karen) == nord.anna


def test_the_whole_caseload_is_handed_over_by_one_update(nord: World, as_bo: Client) -> None:
    for name in ("Karen Holst", "Inger Holm", "Bent Lund"):
        case_of(nord.anna, nord, name)
    assert "Overdrag hele sagsstammen: 3 borgere" in as_bo.get(hand_over_of(nord.anna)).content.decode()
    sure = {"everybody": "1", "sure": "1", "counsellor": nord.birk.pk}
    with CaptureQueriesContext(connection) as asked:
        as_bo.post(hand_over_of(nord.anna), sure)
    assert sum('UPDATE "booking_citizen"' in (one["sql"] or "") for one in asked) == 1
    assert nord.birk.caseload.count() == 3


def test_undoing_leaves_those_whom_somebody_gave_on_since(nord: World, as_bo: Client) -> None:
    karen, inger = case_of(nord.anna, nord, "Karen Holst"), case_of(nord.anna, nord, "Inger Holm")
    as_bo.post(hand_over_of(nord.anna), {"everybody": "1", "sure": "1", "counsellor": nord.birk.pk})
    undo_url = undo_of(karen, nord.anna)
    cecilie = make_counsellor(nord.team, "Cecilie Carlsen")
    eva = make_user(nord.jobcentre, "eva", Role.CASEWORKER)
    signed_in(eva).post(owner_page(inger), {"seen": nord.birk.pk, "counsellor": cecilie.pk})
    assert "Fast vejleder er som før for 1 borger." in as_bo.post(undo_url, follow=True).content.decode()
    assert (owner_of(karen), owner_of(inger)) == (nord.anna, cecilie)
    assert "Det kan ikke fortrydes længere" in as_bo.post(undo_url, follow=True).content.decode()


def test_what_cannot_be_handed_over_is_refused_in_words(nord: World, as_bo: Client) -> None:
    karen = case_of(nord.birk, nord, "Karen Holst")
    assert "Vælg mindst én borger på listen." in as_bo.post(hand_over_of(nord.anna)).content.decode()
    nobody = as_bo.post(hand_over_of(nord.birk), {"everybody": "1", "sure": "1", "counsellor": ""})
    assert nobody.status_code == 422
    assert "Vælg, hvem borgerne overdrages til." in nobody.content.decode()
    gone = as_bo.post(hand_over_of(nord.anna), {"selected": [karen.pk]}).content.decode()
    assert "Der er ingen at overdrage" in gone
    stale = as_bo.post(hand_over_of(nord.anna), {"selected": [karen.pk], "sure": "1", "counsellor": nord.birk.pk})
    assert stale.status_code == 422
    assert "Ingen er overdraget" in stale.content.decode()
    assert owner_of(karen) == nord.birk
