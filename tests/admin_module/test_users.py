"""«Brugere»: who works here with which roles; nobody changes their own (SEC-02)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from admin_module.services.users import remove_member
from planner.accounts.models import Jobcentre, Membership, User
from planner.accounts.roles import Role
from planner.accounts.tenancy import acting_for
from planner.audit.models import Change
from tests.factories import World, make_counsellor, make_team, make_user

LIST = "/administration/users/"
NEW = f"{LIST}new/"

pytestmark = pytest.mark.requirement("SEC-02")


def of(user: User) -> Membership:
    found: Membership = Membership.objects.get(user=user)
    return found


def text(client: Client, path: str = LIST) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_it_lists_who_works_here_with_roles_and_counsellor(as_ada: Client, nord: World) -> None:
    rows = as_ada.get(LIST).context["page"].rows
    assert [(row.name, row.role_words, row.counsellor) for row in rows] == [
        ("Ada Krog", "Administrator", None),
        ("Anna Agger", "Vejleder", "Anna Agger"),
        ("Bo Dam", "Sagsbehandler", None),
    ]


@pytest.mark.requirement("SEC-01")
def test_an_administrator_of_two_job_centres_sees_themselves_once(
    as_ada: Client, nord: World, skovby: tuple[Jobcentre, User]
) -> None:
    with acting_for(skovby[0].pk, source="test"):
        elsewhere = Membership.objects.create(jobcentre=skovby[0], user=nord.ada, roles=[Role.AUDITOR.value])
    session = as_ada.session
    session["jobcentre"] = nord.jobcentre.pk
    session.save()
    assert [row.name for row in as_ada.get(LIST).context["page"].rows] == ["Ada Krog", "Anna Agger", "Bo Dam"]
    assert as_ada.get(f"{LIST}{elsewhere.pk}/").status_code == 404


@pytest.mark.requirement("APP-10")
def test_it_is_searched_sorted_and_filtered_by_role(as_ada: Client, nord: World) -> None:
    found = {
        query: [row.user.username for row in as_ada.get(f"{LIST}?{query}").context["page"].rows]
        for query in ("q=bo+d", "q=anna@", "role=administrator", "sort=-name")
    }
    assert found == {
        "q=bo+d": ["bo"],
        "q=anna@": ["anna"],
        "role=administrator": ["ada"],
        "sort=-name": ["bo", "anna", "ada"],
    }


def test_a_user_of_another_job_centre_is_added_by_user_name(
    as_ada: Client, nord: World, skovby: tuple[Jobcentre, User]
) -> None:
    answer = as_ada.post(NEW, {"username": "CARLA", "roles": ["caseworker", "auditor"]}, follow=True)
    assert "Carla Juhl er tilføjet." in answer.content.decode()
    membership = Membership.objects.get(jobcentre=nord.jobcentre, user=skovby[1])
    assert membership.roles == ["caseworker", "auditor"]


@pytest.mark.requirement("APP-07")
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"username": "ingen", "roles": ["auditor"]}, "Der er ingen bruger med det brugernavn."),
        ({"username": "bo", "roles": ["auditor"]}, "Bo Dam er allerede bruger her."),
        ({"username": "carla", "roles": []}, "Vælg mindst én rolle."),
        ({"username": "carla", "roles": ["konge"]}, "konge"),
    ],
)
def test_what_cannot_be_added_is_told(
    as_ada: Client, skovby: tuple[Jobcentre, User], values: dict[str, object], sentence: str
) -> None:
    answer = as_ada.post(NEW, values)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert f'value="{values["username"]}"' in answer.content.decode()
    assert Membership.objects.count() == 3


@pytest.mark.requirement("GUARD-13")
def test_other_roles_hold_from_the_next_click_and_are_in_the_audit(as_ada: Client, as_bo: Client, nord: World) -> None:
    assert as_bo.get("/summons/").status_code == 200
    as_ada.post(f"{LIST}{of(nord.bo).pk}/", {"roles": ["auditor"], "version": 1})
    assert as_bo.get("/summons/").status_code == 403
    change = Change.objects.filter(table="accounts_membership").latest("pk")
    assert change.before
    assert change.after
    assert (change.before["roles"], change.after["roles"], change.actor) == (["caseworker"], ["auditor"], nord.ada.pk)


def test_a_counsellor_is_told_which_counsellor_they_are(as_ada: Client, nord: World) -> None:
    path = f"{LIST}{of(nord.anna_user).pk}/"
    as_ada.post(path, {"roles": ["counsellor"], "counsellor": nord.birk.pk, "version": 1})
    nord.anna.refresh_from_db()
    nord.birk.refresh_from_db()
    assert (nord.anna.user, nord.birk.user) == (None, nord.anna_user)
    as_ada.post(path, {"roles": ["counsellor"], "counsellor": "", "version": 2})
    nord.birk.refresh_from_db()
    assert nord.birk.user is None


def test_nobody_changes_or_removes_themselves(as_ada: Client, nord: World) -> None:
    own = f"{LIST}{of(nord.ada).pk}/"
    sentence = "Du kan ikke ændre dine egne roller. Det gør en anden administrator."
    for path in (own, f"{own}remove/"):
        assert sentence in as_ada.get(path).content.decode()
        answer = as_ada.post(path, {"roles": ["administrator", "caseworker"], "version": 1})
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert of(nord.ada).roles == ["administrator"]
    assert f"{own}remove/" not in text(as_ada)


@pytest.mark.requirement("APP-08")
def test_removing_asks_first_and_shuts_the_door(as_ada: Client, as_bo: Client, nord: World) -> None:
    path = f"{LIST}{of(nord.bo).pk}/remove/"
    page = text(as_ada, path)
    assert "Bo Dam kan ikke længere bruge Planner her." in page
    assert "Roller: Sagsbehandler" in page
    assert "Bo Dam er fjernet." in as_ada.post(path, follow=True).content.decode()
    assert User.objects.filter(username="bo").exists()
    assert as_bo.get("/summons/").status_code == 302


def test_one_who_was_removed_meanwhile_removes_nobody(nord: World) -> None:
    """Two administrators remove each other at once: one of them is left."""
    ida = make_user(nord.jobcentre, "ida", Role.ADMINISTRATOR, name="Ida Lund")
    adas, idas = of(nord.ada), of(ida)
    remove_member(membership=idas, by=nord.ada)
    with pytest.raises(PermissionDenied):
        remove_member(membership=adas, by=ida)
    assert of(nord.ada).roles == ["administrator"]


@pytest.mark.requirement("APP-15")
def test_the_later_of_two_is_told_and_sees_both(as_ada: Client, nord: World) -> None:
    path = f"{LIST}{of(nord.bo).pk}/"
    as_ada.post(path, {"roles": ["auditor"], "version": 1})
    late = as_ada.post(path, {"roles": ["caseworker", "administrator"], "version": 1})
    assert late.status_code == 422
    assert "Ada Krog har gemt i mellemtiden." in late.content.decode()
    assert [(one.saved, one.typed) for one in late.context["form"].differences] == [
        ("Revisor", "Administrator, Sagsbehandler")
    ]
    assert of(nord.bo).roles == ["auditor"]


def test_a_caseworker_sees_it_and_cannot_change_it(as_bo: Client, nord: World) -> None:
    page = text(as_bo)
    assert "Ada Krog" in page
    assert "Tilføj bruger" not in page
    for path in (NEW, f"{LIST}{of(nord.anna_user).pk}/", f"{LIST}{of(nord.anna_user).pk}/remove/"):
        assert (as_bo.get(path).status_code, as_bo.post(path).status_code) == (403, 403)


def test_a_counsellor_and_a_stranger_do_not_see_it(as_anna: Client, as_carla: Client, nord: World) -> None:
    assert as_anna.get(LIST).status_code == 403
    assert [row.name for row in as_carla.get(LIST).context["page"].rows] == ["Carla Juhl"]


@pytest.mark.requirement("SPEED-12")
def test_the_number_of_statements_does_not_grow_with_the_rows(
    as_ada: Client, nord: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(30) as three:
        as_ada.get(LIST)
    for number in range(3):
        make_user(nord.jobcentre, f"ny{number}", Role.CASEWORKER)
    with django_assert_max_num_queries(len(three)):
        as_ada.get(LIST)


@pytest.mark.requirement("GUARD-02")
def test_nobody_becomes_a_counsellor_of_another_job_centre_or_somebody_elses(
    as_ada: Client, nord: World, skovby: tuple[Jobcentre, User]
) -> None:
    with acting_for(skovby[0].pk, source="test"):
        foreign = make_counsellor(make_team(skovby[0], "Øst"), "Dora Due").pk
    for counsellor in (foreign, nord.anna.pk):
        answer = as_ada.post(
            f"{LIST}{of(nord.bo).pk}/", {"roles": ["counsellor"], "counsellor": counsellor, "version": 1}
        )
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["counsellor"])
    assert of(nord.bo).roles == ["caseworker"]
