"""The grey stretches of a calendar's day."""

import pytest

from booking.availability.facts import Block, Closures, Purpose, Reservation
from booking.availability.shapes import Shade, Shape, shapes
from tests.availability.cases import MONDAY, absence, anna, at


@pytest.mark.requirement("CAL-02")
def test_every_kind_of_grey_has_its_own_shape_and_white_is_left_over() -> None:
    counsellor = anna(
        absences=[absence(MONDAY, 900, 1020)],
        busy=[Block(MONDAY, at(9), 12), Block(MONDAY - 1, at(23), 24)],
        reservations=[
            Reservation(0, (570, 630), Purpose.SUMMONING, MONDAY),
            Reservation(0, (660, 690), Purpose.SELF_BOOKING, MONDAY),
        ],
    )
    assert shapes(counsellor, MONDAY) == [
        Shape(Shade.OUTSIDE_HOURS, 0, 480),
        Shape(Shade.BUSY, 540, 600),
        Shape(Shade.RESERVED_FOR_SUMMONING, 600, 630),
        Shape(Shade.RESERVED_FOR_SELF_BOOKING, 660, 690),
        Shape(Shade.BREAK, 720, 750),
        Shape(Shade.ABSENCE, 900, 1020),
        Shape(Shade.OUTSIDE_HOURS, 1020, 1440),
    ]


@pytest.mark.requirement("CAL-02", "CLOS-01")
def test_a_closed_day_is_grey_from_end_to_end() -> None:
    for shade, closures in (
        (Shade.CLOSING_DAY, Closures(closing_days=frozenset({MONDAY}))),
        (Shade.PUBLIC_HOLIDAY, Closures(holidays=frozenset({MONDAY}), closing_days=frozenset({MONDAY}))),
    ):
        assert shapes(anna(), MONDAY, closures) == [Shape(shade, 0, 1440)]


@pytest.mark.requirement("CLOCK-01", "CAL-02")
def test_an_hour_that_does_not_exist_is_grey() -> None:
    night = shapes(anna(), MONDAY, Closures(gaps={MONDAY: (500, 560)}))
    assert Shape(Shade.OUTSIDE_HOURS, 500, 560) in night
