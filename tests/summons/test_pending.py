from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from booking.models import Citizen, CprStatus, Summons
from booking.states import SummonsStatus
from planner.outbox.models import Message
from planner.ui.formatting import day
from summons.models import RunCitizen
from tests.factories import World, add_line, make_citizen, make_run, make_summons

LIST = "/summons/pending/"


def prepared(nord: World, name: str = "", **particulars: object) -> Summons:
    """A summons two weeks ahead, prepared by Bo and not sent."""
    values: dict[str, object] = {
        "by": nord.bo,
        "now": timezone.now(),
        "day": timezone.localdate() + timedelta(days=14),
        "status": SummonsStatus.PENDING,
        "release_on": timezone.localdate() + timedelta(days=7),
    } | particulars
    return make_summons(make_citizen(nord.jobcentre, name), nord.anna, nord.team, **values)  # type: ignore[arg-type]


def names(client: Client, query: str = "") -> list[str]:
    return [row.citizen for row in client.get(f"{LIST}?{query}").context["page"].rows]


@pytest.mark.requirement("PEND-01")
def test_it_lists_what_is_prepared_with_who_and_when_ones_own_first(as_bo: Client, nord: World) -> None:
    prepared(nord, "Andens Borger", by=nord.ada, clock="08:00")
    prepared(nord, "Egen Borger", clock="12:00")
    prepared(nord, "Sendt Borger", status=SummonsStatus.SENT)
    assert names(as_bo) == ["Egen Borger", "Andens Borger"]
    text = as_bo.get(LIST).content.decode()
    assert [words for words in ("Bo Dam", "Ada Krog", "i dag kl.", "tiden slippes") if words not in text] == []


@pytest.mark.requirement("PEND-01", "APP-10")
def test_it_filters_by_own_name_run_and_who_prepared(as_bo: Client, nord: World) -> None:
    own = prepared(nord, "Egen Borger")
    prepared(nord, "Andens Borger", by=nord.ada)
    run = make_run(nord.bo, nord.team, name="Uge 49")
    RunCitizen.objects.filter(pk=add_line(run, own.citizen).pk).update(summons=own)
    wanted = {
        "own=1": ["Egen Borger"],
        "q=andens": ["Andens Borger"],
        f"run={run.pk}": ["Egen Borger"],
        f"by={nord.ada.pk}": ["Andens Borger"],
    }
    assert {query: names(as_bo, query) for query in wanted} == wanted


@pytest.mark.requirement("PEND-01", "APP-02")
def test_the_tab_counts_what_waits(as_bo: Client, nord: World) -> None:
    for _ in range(3):
        prepared(nord)
    text = " ".join(as_bo.get(LIST).content.decode().split())
    assert "(3)" in text[text.index(f'href="{LIST}"') :][:200]


def test_an_undo_of_no_instant_at_all_is_not_found(as_bo: Client) -> None:
    assert as_bo.post(f"{LIST}undo/{10**30}/").status_code == 404


@pytest.mark.requirement("PEND-01", "APP-14", "SUM-20")
def test_the_chosen_ones_are_sent_leave_the_list_and_can_be_taken_back(as_bo: Client, nord: World) -> None:
    chosen, left = prepared(nord, "Valgt Borger"), prepared(nord, "Anden Borger")
    response = as_bo.post(f"{LIST}send/", {"selected": [chosen.pk, "rubbish"]}, follow=True)
    assert [row.citizen for row in response.context["page"].rows] == ["Anden Borger"]
    assert "1 borger er indkaldt." in response.content.decode()
    chosen.refresh_from_db()
    assert (chosen.status, chosen.sent_by) == (SummonsStatus.SENT, nord.bo)
    assert Message.objects.get().subject_id == chosen.pk
    assert chosen.sent_at is not None
    as_bo.post(f"{LIST}undo/{round(chosen.sent_at.timestamp() * 1_000_000)}/")
    assert sorted(names(as_bo)) == ["Anden Borger", "Valgt Borger"]
    assert not Message.objects.exists()
    assert left.status == SummonsStatus.PENDING


@pytest.mark.requirement("PEND-02", "SUM-11")
def test_one_that_cannot_be_sent_stays_and_says_why(as_bo: Client, nord: World) -> None:
    passed = prepared(nord, "Forbi Borger", day=timezone.localdate() - timedelta(days=1))
    inactive = prepared(nord, "Inaktiv Borger")
    Citizen.objects.filter(pk=inactive.citizen_id).update(cpr_status=CprStatus.DEAD)
    refusals = {row.citizen: row.refusal for row in as_bo.get(LIST).context["page"].rows}
    assert all(refusals.values())
    response = as_bo.post(f"{LIST}send/", {"selected": [passed.pk, inactive.pk]}, follow=True)
    text = response.content.decode()
    assert text.count("er ikke indkaldt:") == 2
    assert Summons.objects.filter(status=SummonsStatus.PENDING).count() == 2


@pytest.mark.requirement("PEND-01", "APP-08")
def test_deleting_asks_first_and_frees_the_time(as_bo: Client, nord: World) -> None:
    chosen = prepared(nord, "Valgt Borger")
    asked = as_bo.post(f"{LIST}delete/", {"selected": [chosen.pk]})
    assert "Valgt Borger" in asked.content.decode()
    assert Summons.objects.filter(pk=chosen.pk).exists()
    as_bo.post(f"{LIST}delete/", {"selected": [chosen.pk], "sure": "1"})
    assert not Summons.objects.filter(pk=chosen.pk).exists()


@pytest.mark.requirement("PEND-01")
def test_choosing_nothing_says_what_to_do(as_bo: Client, nord: World) -> None:
    response = as_bo.post(f"{LIST}send/")
    assert response.status_code == 422
    assert "Vælg mindst én indkaldelse" in response.content.decode()


@pytest.mark.requirement("SEC-01", "GUARD-01")
def test_a_stranger_sees_nothing_and_can_change_nothing(as_carla: Client, nord: World) -> None:
    mine = prepared(nord, "Jens Hansen")
    assert "Jens Hansen" not in as_carla.get(LIST).content.decode()
    for act in ("send/", "delete/"):
        assert as_carla.post(f"{LIST}{act}", {"selected": [mine.pk], "sure": "1"}).status_code == 422
    mine.refresh_from_db()
    assert mine.status == SummonsStatus.PENDING


@pytest.mark.requirement("SPEED-12")
def test_the_number_of_statements_does_not_grow_with_the_rows(
    as_bo: Client, nord: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    prepared(nord, room=nord.room)
    with django_assert_max_num_queries(40) as one:
        as_bo.get(LIST)
    for _ in range(2):
        prepared(nord, room=nord.room)
    with django_assert_max_num_queries(len(one)):
        as_bo.get(LIST)


@pytest.mark.requirement("PEND-02", "PEND-03")
@pytest.mark.parametrize(("release_in", "held_in"), [(7, 14), (7, 3)])
def test_the_time_is_free_on_the_day_of_release_or_of_the_conversation_whichever_is_first(
    as_bo: Client, nord: World, release_in: int, held_in: int
) -> None:
    today = timezone.localdate()
    prepared(nord, release_on=today + timedelta(days=release_in), day=today + timedelta(days=held_in))
    first = today + timedelta(days=min(release_in, held_in))
    assert f"tiden slippes {day(first)}" in as_bo.get(LIST).content.decode()


def test_there_is_nothing_to_deselect_before_anything_is_chosen(as_bo: Client, nord: World) -> None:
    prepared(nord)
    assert '<span class="pl-dot" hidden><button class="pl-link" type="button" data-clear-selection>' in (
        as_bo.get(LIST).content.decode()
    )
