"""Templates of letters and the paper they are laid on."""

from __future__ import annotations

import pytest

from planner.letters.paper import Sheet, pdf
from planner.letters.wording import (
    EXAMPLES,
    FIELDS,
    STANDARD,
    Paragraph,
    filled,
    has_stray_brace,
    paragraphs,
    unknown_fields,
    written,
)

pytestmark = pytest.mark.requirement("LET-01")


def test_a_line_whose_fields_are_all_empty_is_left_out() -> None:
    text = "Kære {navn}\nÅrsag: {årsag}\n{tidligere tid}, {sted}\nHej"
    assert filled(text, {"citizen": "Winnie", "place": "Havnegade 4"}) == "Kære Winnie\n, Havnegade 4\nHej"


def test_fields_are_found_in_any_case_and_spacing_and_what_is_filled_in_is_never_a_field() -> None:
    assert filled("{Rettigheder  og Pligter}", {"rights_and_duties": "{dato}"}) == "{dato}"


def test_paragraphs_are_divided_at_empty_lines_and_a_heading_with_nothing_below_is_left_out() -> None:
    found = paragraphs("Hej\nigen\n\n# Tom\n\n# Sted\nHavnegade 4\n\n# Sidst")
    assert found == [Paragraph("Hej\nigen"), Paragraph("Sted", is_heading=True), Paragraph("Havnegade 4")]


def test_wrong_fields_and_stray_braces_are_found() -> None:
    assert unknown_fields("{navn} {navnet} {navnet} {}") == ["navnet", ""]
    assert [has_stray_brace(text) for text in ("{dato}", "{dato", "dato}")] == [False, True, True]


def test_the_standard_letters_use_known_fields_only() -> None:
    for letter in STANDARD.values():
        assert (unknown_fields(letter.heading + letter.body), has_stray_brace(letter.body)) == ([], False)
    assert EXAMPLES.keys() == FIELDS.keys()
    assert filled(" ".join(map(written, FIELDS)), EXAMPLES) == " ".join(EXAMPLES.values())


def test_the_paper_is_tagged_for_screen_readers_and_has_one_page_a_letter() -> None:
    sheet = Sheet("Winnie Jensen\nSkovvej 12", "Fjordby", "Du er indkaldt", [Paragraph("Kære Winnie")])
    made = pdf([sheet, sheet, sheet], title="Breve")
    assert (b"pdfuaid:part" in made, b"/StructTreeRoot" in made, b"/Count 3" in made) == (True, True, True)


def test_every_character_that_is_let_through_stands_in_the_font_and_others_become_question_marks() -> None:
    every = "".join(map(chr, [*range(1, 0x500), *range(0x1E00, 0x2300), 0x65E5, 0x1F600]))
    sheet = Sheet(every, every, every, [Paragraph(every, is_heading=True), Paragraph(every)])
    assert pdf([sheet], title=every).startswith(b"%PDF-")
