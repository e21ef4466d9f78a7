"""A refusal says why and offers the way out, as a page, as a notice, or beside the thing refused."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from planner.ui.refusal import Link, Refusal

REFUSED = Refusal("Teamet kan ikke slettes nu.", "in-use", [Link("Flyt dem", "/teams/3/", about="2 underteams:")])


@pytest.mark.django_db
def test_a_raised_refusal_is_a_page_that_offers_the_way_out(as_karen: Client) -> None:
    answer = as_karen.get(reverse("ui:refused"))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Tiden er optaget." in html
    assert f'<a href="{reverse("ui:components")}">Se ledige tider</a>' in html
    assert "<html" in html


@pytest.mark.django_db
@pytest.mark.parametrize(("target", "place"), [("list", "#notices"), ("dialog", "#dialog-refusal")])
def test_for_htmx_it_is_told_where_one_is(as_karen: Client, target: str, place: str) -> None:
    answer = as_karen.get(reverse("ui:refused"), headers={"HX-Request": "true", "HX-Target": target})
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (422, place, "innerHTML")
    assert answer.content.decode().startswith('<div class="pl-note pl-note--bad pl-refusal" role="alert">')


def test_every_condition_stands_with_its_way_out() -> None:
    html = Template("{% refusal refused %}").render(Context({"refused": REFUSED}))
    assert '<li>2 underteams: <a href="/teams/3/">Flyt dem</a></li>' in html


def test_where_nothing_is_refused_nothing_is_shown() -> None:
    assert Template("{% refusal refused %}").render(Context({"refused": None})) == ""


def test_equal_refusals_are_equal() -> None:
    again = Refusal("Teamet kan ikke slettes nu.", "in-use", [Link("Flyt dem", "/teams/3/", about="2 underteams:")])
    assert again == REFUSED
    assert hash(REFUSED) == hash(again)
    assert Refusal("Andet") != REFUSED
    assert str(REFUSED) == "Teamet kan ikke slettes nu."
