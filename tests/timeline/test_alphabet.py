"""The Danish alphabet."""

import unicodedata

import pytest

from planner.alphabet import alphabet_key


@pytest.mark.requirement("DIST-04")
def test_names_stand_in_the_order_of_the_danish_alphabet() -> None:
    names = [
        "Anne Ås",
        "Anne-Mette",
        "Annette",
        "Émile",
        "Emma",
        "Yrsa",
        "Üwe",
        "Zoe",
        "Ærø",
        "Ärla",
        "Øst",
        "Aase",
        "Åse",
    ]
    ordered = sorted(names, key=alphabet_key)
    assert ordered == [
        "Anne Ås",
        "Anne-Mette",
        "Annette",
        "Émile",
        "Emma",
        "Yrsa",
        "Üwe",
        "Zoe",
        "Ärla",
        "Ærø",
        "Øst",
        "Aase",
        "Åse",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("ANNE", "anne"), ("Aase", "Åse"), ("René", "Rene"), ("Müller", "Myller"), ("Bäk", "Bæk"), ("Bök", "Bøk")],
)
def test_these_are_the_same_in_the_alphabet(one: str, other: str) -> None:
    assert alphabet_key(one) == alphabet_key(other)


def test_a_letter_with_its_accent_apart_is_the_same_letter() -> None:
    assert alphabet_key(unicodedata.normalize("NFD", "Åse Ødum")) == alphabet_key("Åse Ødum")


def test_a_space_stands_before_any_letter() -> None:
    assert alphabet_key("Bo Z") < alphabet_key("Boa")
