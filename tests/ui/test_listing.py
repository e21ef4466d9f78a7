"""The state of a list lives in its address: order, filters, page (APP-10)."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template

from planner.ui.filters import Filter, FilterKind
from planner.ui.listing import ListState
from planner.ui.paging import Page, paged
from planner.ui.sorting import Column

COLUMNS = (
    Column("name", "Navn", ("name_key",)),
    Column("seats", "Pladser", ("seats", "-name_key"), numeric=True),
    Column("team", "Team", filtered_by="team"),
)
FILTERS = (
    Filter("team", "Team", [("1", "Nord"), ("2", "Syd")]),
    Filter("competence", "Kompetence", [("a", "Arabisk"), ("b", "Tegnsprog")], multiple=True),
    Filter("q", "Søg", kind=FilterKind.TEXT),
    Filter("unsent", "Ikke sendt", kind=FilterKind.QUICK, count=3),
)


def state(query: str, **options: Any) -> ListState:
    return ListState.read(QueryDict(query), columns=COLUMNS, sort="name", filters=FILTERS, **options)


@pytest.mark.requirement("APP-10")
def test_the_address_says_order_filters_and_page() -> None:
    read = state("sort=-seats&team=2&q=lok&unsent=1&competence=a&competence=b&page=3")
    assert read.order_by == ("-seats", "name_key", "pk")
    assert read.values == {"team": "2", "competence": ("a", "b"), "q": "lok", "unsent": True}
    assert read.number == 3


@pytest.mark.requirement("APP-10")
@pytest.mark.parametrize(
    "query",
    [
        "sort=password&team=99&competence=x&unsent=2&page=-1",
        "sort=team&page=abc",
        "sort=&team=&q=%20&page=",
        "page=99999999999999999999",
        "page=%C2%B2",
        "q=%00",
    ],
)
def test_what_a_list_does_not_know_is_left_out(query: str) -> None:
    read = state(query)
    assert read.order_by == ("name_key", "pk")
    assert read.values == {"team": "", "competence": (), "q": "", "unsent": False}
    assert read.number == 1


@pytest.mark.requirement("APP-10", "SEC-04")
@pytest.mark.parametrize("typed", ["1205880001", "120588-0001", "120588%200001", "Hansen+120588-0001"])
def test_a_cpr_number_in_the_address_is_not_kept(typed: str) -> None:
    read = state(f"q={typed}")
    assert read.value("q") == ""
    assert "0001" not in read.at_page(2) + read.sorted_by("seats")


@pytest.mark.requirement("APP-10")
def test_every_link_of_the_list_keeps_the_rest_of_the_state() -> None:
    read = state("sort=-seats&team=2&q=æble&page=3&run=12&foreign=1", kept=["run"])
    assert read.at_page(4) == "?run=12&team=2&q=%C3%A6ble&sort=-seats&page=4"
    assert read.without("team", "2") == "?run=12&q=%C3%A6ble&sort=-seats"
    assert read.toggled("unsent") == "?run=12&team=2&q=%C3%A6ble&unsent=1&sort=-seats"
    assert read.cleared == "?run=12&sort=-seats"


@pytest.mark.requirement("APP-10")
def test_a_click_on_a_title_sorts_by_it_and_the_next_turns_it() -> None:
    assert state("").sorted_by("seats") == "?sort=seats"
    assert state("sort=seats").sorted_by("seats") == "?sort=-seats"
    assert state("sort=-seats").sorted_by("seats") == "?sort=seats"
    assert state("sort=seats").sorted_by("name") == "?"


def test_chips_take_one_value_off_each() -> None:
    chips = state("team=2&competence=a&competence=b&unsent=1").chips
    assert [(chip.title, chip.label, chip.url) for chip in chips] == [
        ("Team", "Syd", "?competence=a&competence=b&unsent=1"),
        ("Kompetence", "Arabisk", "?team=2&competence=b&unsent=1"),
        ("Kompetence", "Tegnsprog", "?team=2&competence=a&unsent=1"),
    ]


@pytest.mark.requirement("APP-10")
def test_a_page_has_fifty_rows_and_knows_its_place() -> None:
    page = paged(range(120), 2)
    assert (page.rows[0], page.rows[-1], page.first, page.last, page.total, page.pages) == (50, 99, 51, 100, 120, 3)
    assert (page.previous, page.next) == (1, 3)


def test_a_page_too_far_is_the_last_one() -> None:
    page = paged(range(120), 99)
    assert (page.number, list(page.rows), page.next) == (3, list(range(100, 120)), None)


def test_an_empty_list_is_one_page_of_nothing() -> None:
    page: Page[int] = paged([], 1)
    assert (page.number, page.pages, page.first, page.last, page.numbers) == (1, 1, 0, 0, [1])


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, [1, 2, 3, None, 8]),
        (2, [1, 2, 3, None, 8]),
        (4, [1, 2, 3, 4, 5, None, 8]),
        (5, [1, None, 4, 5, 6, 7, 8]),
        (8, [1, None, 7, 8]),
    ],
)
def test_the_pager_shows_the_ends_and_the_neighbours(number: int, expected: list[int | None]) -> None:
    assert Page([], number, 400).numbers == expected


@pytest.mark.requirement("APP-10")
def test_the_heading_tells_the_order_and_offers_the_other() -> None:
    html = Template("{% list_head state select='Vælg alle' %}").render(Context({"state": state("sort=seats&team=1")}))
    assert html.count("aria-sort=") == 1
    assert 'aria-sort="ascending"><a class="pl-sort" id="sort-seats" href="?team=1&amp;sort=-seats"' in html
    assert '<option value="1" selected>Nord</option>' in html


def test_the_form_of_filters_loses_neither_the_order_nor_a_quick_filter() -> None:
    read = state("sort=seats&unsent=1&q=a&run=7", kept=["run"])
    html = Template("{% filter_form state %}").render(Context({"state": read}))
    for name, value in (("run", "7"), ("sort", "seats"), ("unsent", "1")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html
    assert 'name="team"' not in html, "it stands under its column's title"


def test_the_pager_links_with_the_whole_state() -> None:
    read = state("team=1&page=2")
    html = Template("{% pager page state %}").render(Context({"state": read, "page": Page([], 2, 400)}))
    assert "51–100 af 400" in html
    assert 'href="?team=1&amp;page=3"' in html
    assert 'aria-current="page" aria-label="Side 2"' in html
