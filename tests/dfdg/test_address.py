import pytest

from planner.dfdg.address import AddressParts, join, split


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Havnegade 4", AddressParts("Havnegade", "4")),
        ("Havnegade 4 b", AddressParts("Havnegade", "4B")),
        ("Havnegade 4, 2. tv", AddressParts("Havnegade", "4", "2", "tv")),
        ("Havnegade 4B, st. th.", AddressParts("Havnegade", "4B", "st", "th")),
        ("10. Februar Vej 12, 1. 3", AddressParts("10. Februar Vej", "12", "1", "3")),
        ("Ågade 7, kl.", AddressParts("Ågade", "7", "kl")),
        ("Christian  X's Vej 101, 14. mf", AddressParts("Christian X's Vej", "101", "14", "mf")),
        ("Gården uden nummer", AddressParts("Gården uden nummer")),
        ("", AddressParts("")),
    ],
)
def test_a_line_is_split_into_street_number_floor_and_door(line: str, parts: AddressParts) -> None:
    assert split(line) == parts


@pytest.mark.parametrize("line", ["Havnegade 4", "Havnegade 4B, 2. tv", "Ågade 7, st.", "Gården uden nummer"])
def test_a_line_that_was_split_is_joined_as_it_was(line: str) -> None:
    assert join(split(line)) == line
