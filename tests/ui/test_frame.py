"""The frame of every page: header, tabs, dialog, receipts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, include, path, reverse

from planner.accounts.models import User
from planner.accounts.roles import Role
from planner.ui import navigation, styleguide
from planner.ui.urls import styleguide_pages
from tests import factories

pytestmark = pytest.mark.usefixtures("with_styleguide")

DIALOG = {"HX-Request": "true", "HX-Target": "dialog"}


def pages_of(house: str) -> list[URLPattern]:
    """A page for each tab of the header that belongs to this house."""
    names = [tab.url_name.split(":") for tab in (*navigation.TABS, navigation.ADMINISTRATION)]
    return [path(f"{app}/{name}/", styleguide.components, name=name) for app, name in names if app == house]


class EveryTab:
    """A roof where each tab of the header has a page."""

    urlpatterns = [
        path("", include((styleguide_pages, "ui"))),
        *(path("", include((pages_of(house), house))) for house in ("booking", "summons", "admin_module")),
    ]


@pytest.fixture
def every_tab(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = EveryTab
    counts = dict(navigation._counts)
    navigation._counts.clear()
    yield
    navigation._counts.clear()
    navigation._counts.update(counts)


def signed_in(*roles: Role) -> Client:
    client = Client()
    client.force_login(factories.make_user(factories.make_jobcentre(), "kim", *roles))
    return client


def tabs_of(html: str) -> list[str]:
    found = re.search(r'<nav class="pl-tabs".*?</nav>', html, re.DOTALL)
    return re.findall(r"<a [^>]*>([^<]+)", found[0]) if found else []


@pytest.mark.django_db
@pytest.mark.requirement("APP-02")
@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (
            Role.CASEWORKER,
            ["Kalender", "Indkald borgere", "Online tilbud", "Afventerliste", "Opfølgningsliste"],
        ),
        (Role.COUNSELLOR, ["Kalender", "Online tilbud"]),
        (Role.ADMINISTRATOR, ["Kalender", "Online tilbud"]),
        (Role.AUDITOR, []),
    ],
)
def test_the_header_has_the_tabs_that_a_role_may_open(every_tab: None, role: Role, expected: list[str]) -> None:
    html = signed_in(role).get("/ui/").content.decode()
    assert tabs_of(html) == expected
    assert (">Administration</a>" in html) == (role in {Role.ADMINISTRATOR, Role.AUDITOR})
    assert '<a class="pl-home" href="/">' in html


@pytest.mark.django_db
@pytest.mark.requirement("APP-02")
def test_the_current_tab_is_marked_and_waiting_summonses_are_counted(every_tab: None) -> None:
    navigation.count("summons:pending", lambda request: 1250 if request.jobcentre else 0)
    html = signed_in(Role.CASEWORKER).get("/summons/pending/").content.decode()
    assert html.count('aria-current="page">Afventerliste<span class="n">(1.250)</span>') == 1
    assert html.split("</header>")[0].count("aria-current") == 1


@pytest.mark.django_db
def test_a_page_that_is_not_built_has_no_tab(as_karen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = navigation.Tab("summons:never", "Aldrig")
    monkeypatch.setattr(navigation, "TABS", (tab,))
    assert "Aldrig" not in as_karen.get("/ui/").content.decode()


@pytest.mark.django_db
def test_the_same_page_stands_in_the_dialog_without_its_frame(as_karen: Client) -> None:
    page = as_karen.get(reverse("ui:form"))
    dialog = as_karen.get(reverse("ui:form"), headers=DIALOG)
    assert b"<html" in page.content
    assert b"<html" not in dialog.content
    assert 'id="dialog-heading"' in dialog.content.decode()
    assert {"HX-Request", "HX-Target"} <= set(dialog["Vary"].split(", "))


@pytest.mark.django_db
@pytest.mark.requirement("APP-07")
def test_a_wrong_form_comes_back_into_the_dialog_with_all_that_was_typed(as_karen: Client) -> None:
    answer = as_karen.post(
        reverse("ui:form"), {"example-title": "Samtale", "example-earliest": "i morgen"}, headers=DIALOG
    )
    assert answer.status_code == 422
    assert b"<html" not in answer.content
    assert 'value="Samtale"' in answer.content.decode()
    assert 'value="i morgen"' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.requirement("APP-07", "APP-08", "APP-14")
def test_an_act_in_the_dialog_leaves_it_and_the_receipt_is_on_the_next_page(as_karen: Client) -> None:
    answer = as_karen.post(reverse("ui:act"), headers=DIALOG)
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == reverse("ui:components")
    page = as_karen.get(reverse("ui:components")).content.decode()
    assert page.count("Aftalen er aflyst.") == 1
    undo = page.split("Aftalen er aflyst.")[1].split("</form>")[0]
    assert f'<form method="post" action="{reverse("ui:act")}">' in undo
    assert "Fortryd" in undo
    assert "Aftalen er aflyst." not in as_karen.get(reverse("ui:components")).content.decode(), "told once"


@pytest.mark.django_db
def test_a_receipt_reaches_an_open_page_beside_the_fragment(as_karen: Client) -> None:
    as_karen.post(reverse("ui:act"))
    answer = as_karen.get(reverse("ui:options"), headers={"HX-Request": "true", "HX-Target": "list"}).content.decode()
    assert 'role="option"' in answer
    assert '<div id="notices" class="pl-notices" aria-live="polite" hx-swap-oob="innerHTML">' in answer
    assert "Aftalen er aflyst." in answer


@pytest.mark.django_db
@pytest.mark.requirement("APP-14")
def test_a_form_drawn_again_while_its_page_is_left_takes_no_receipt_from_the_next_page(as_karen: Client) -> None:
    as_karen.post(reverse("ui:act"))
    drawn = as_karen.post(reverse("ui:options"), headers={"HX-Request": "true", "HX-Target": "list"})
    assert drawn.status_code == 200
    assert "Aftalen er aflyst." not in drawn.content.decode()
    assert "Aftalen er aflyst." in as_karen.get(reverse("ui:components")).content.decode()


@pytest.mark.django_db
@pytest.mark.requirement("APP-08")
def test_deleting_asks_first_and_says_what_is_lost(as_karen: Client) -> None:
    page = as_karen.get(reverse("ui:confirm")).content.decode()
    assert "Slet «Lokale 3»?" in page
    assert "2 skabeloner mister deres lokale" in page
    assert "Slet lokalet</button>" in page


@pytest.mark.django_db
def test_a_fragment_asked_for_after_the_session_ended_sends_the_whole_page_to_sign_in(with_styleguide: None) -> None:
    answer = Client().get("/ui/options/", headers={"HX-Request": "true", "HX-Target": "list"})
    assert answer["HX-Redirect"] == "/sign-in/?next=/ui/options/"


@pytest.mark.django_db
@pytest.mark.requirement("APP-05")
def test_the_frame_follows_the_language(as_karen: Client, karen: User) -> None:
    danish = as_karen.get("/ui/").content.decode()
    as_karen.post(reverse("accounts:language"), {"language": "en", "next": "/ui/"})
    english = as_karen.get("/ui/").content.decode()
    assert '<html lang="da">' in danish
    assert 'name="language" value="en" lang="en">English</button>' in danish
    assert '<html lang="en">' in english
    assert 'name="language" value="da" lang="da">Dansk</button>' in english
