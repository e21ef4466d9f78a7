"""The letters of a conversation type: fields, editions, preview (LET-01)."""

from __future__ import annotations

import pytest
from django.test import Client

from admin_module.models import LetterTemplate
from planner.letters.wording import STANDARD
from tests.factories import World

LETTERS = "/administration/texts/7/letters/"
TYPED = {f"{kind}_heading": one.heading for kind, one in STANDARD.items()} | {
    f"{kind}_body": one.body for kind, one in STANDARD.items()
}


@pytest.mark.requirement("LET-01")
def test_until_somebody_writes_others_the_standard_letters_hold_and_saving_makes_editions(
    as_ada: Client, nord: World
) -> None:
    page = as_ada.get(LETTERS)
    assert page.context["form"]["summons_body"].value() == STANDARD["summons"].body
    for version, heading in enumerate(("Kom til {samtale}", "Kom {dato}")):
        as_ada.post(LETTERS, TYPED | {"summons_heading": heading, "version": version})
    kept = LetterTemplate.objects.filter(type=7).order_by("edition").values_list("edition", "summons_heading")
    assert list(kept) == [(1, "Kom til {samtale}"), (2, "Kom {dato}")]
    assert as_ada.get(LETTERS).context["form"]["summons_heading"].value() == "Kom {dato}"


@pytest.mark.requirement("LET-01")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{dato} {tid} {sted} {navnet}", "«{navnet}» er ikke et felt. Vælg et af felterne: {navn}, "),
        ("{dato} {tid} {sted} {navn", "Der mangler en { eller }."),
        ("Kære {navn}, kom {dato}.", "Der mangler: {tid}, {sted}."),
    ],
)
def test_a_field_that_is_wrong_or_missing_is_refused_with_what_to_write(
    as_ada: Client, nord: World, body: str, said: str
) -> None:
    for address in (LETTERS, f"{LETTERS}preview/"):
        refused = as_ada.post(address, TYPED | {"summons_body": body, "version": 0})
        (error,) = refused.context["form"].errors["summons_body"]
        assert (refused.status_code, said in error) == (422, True), error
    assert not LetterTemplate.objects.exists()


@pytest.mark.requirement("LET-01")
def test_the_preview_is_a_pdf_of_what_is_typed_and_saves_nothing(as_ada: Client, nord: World) -> None:
    paper = as_ada.post(f"{LETTERS}preview/", TYPED | {"version": 0})
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert not LetterTemplate.objects.exists()


@pytest.mark.requirement("LET-01", "SEC-02")
def test_a_caseworker_reads_and_changes_nothing(as_bo: Client, nord: World) -> None:
    assert "Vi indkalder dig til en samtale." in as_bo.get(LETTERS).content.decode()
    assert as_bo.post(LETTERS, TYPED).status_code == 405
    assert not LetterTemplate.objects.exists()
