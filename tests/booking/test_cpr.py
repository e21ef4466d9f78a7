"""Reading CPR numbers as people and spreadsheets write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.cpr import CprNumber, Fault, FaultCode, looks_like_one, masked, parse


@pytest.mark.requirement("SUM-10")
@pytest.mark.parametrize(
    "text",
    [
        "120588-1234",
        "1205881234",
        " 120588-1234 ",
        "120588 1234",
        "'1205881234",
        "120588–1234",
        "\N{NO-BREAK SPACE}120588-1234\N{NO-BREAK SPACE}",
    ],
)
def test_ten_digits_are_a_number_with_or_without_a_hyphen(text: str) -> None:
    assert parse(text) == CprNumber("1205881234", date(1988, 5, 12))


@pytest.mark.requirement("SUM-10")
def test_nine_digits_without_a_hyphen_lost_their_zero() -> None:
    assert parse("205881234") == CprNumber("0205881234", date(1988, 5, 2))


@pytest.mark.requirement("SUM-10")
@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", FaultCode.MISSING, "Personnr. mangler."),
        ("120588-111", FaultCode.NINE_WITH_HYPHEN, "Ni cifre med bindestreg"),
        ("20588-1234", FaultCode.NINE_WITH_HYPHEN, "før bindestregen"),
        ("991388123", FaultCode.LENGTH, "ikke til en dato"),
        ("12058-81234", FaultCode.HYPHEN, "seks cifre før"),
        ("12345678", FaultCode.LENGTH, "Her er der 8"),
        ("120588-12345", FaultCode.LENGTH, "Her er der 11"),
        ("720588-1234", FaultCode.REPLACEMENT, "dag + 60"),
        ("310274-1234", FaultCode.NO_SUCH_DATE, "31. februar"),
        ("291388-1234", FaultCode.NO_SUCH_DATE, "måned 13"),
        ("290287-1234", FaultCode.NO_SUCH_DATE, "29. februar"),
        ("1,20588E+09", FaultCode.SCIENTIFIC, "forkortet"),
        ("1.20588e9", FaultCode.SCIENTIFIC, "forkortet"),
        ("Karen Holst", FaultCode.NOT_DIGITS, "ti cifre"),
        ("120588-12a4", FaultCode.NOT_DIGITS, "ti cifre"),
        ("١٢٠٥٨٨١٢٣٤", FaultCode.NOT_DIGITS, "ti cifre"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(text: str, code: FaultCode, words: str) -> None:
    fault = parse(text)
    assert isinstance(fault, Fault)
    assert fault.code is code
    assert words in str(fault.sentence)


@pytest.mark.requirement("SUM-10")
@pytest.mark.parametrize(
    ("digits", "year"),
    [
        ("0101000123", 1900),
        ("0101363999", 1936),
        ("0101364123", 2036),
        ("0101374123", 1937),
        ("0101575123", 2057),
        ("0101585123", 1858),
        ("0101998123", 1899),
        ("0101369123", 2036),
        ("0101379123", 1937),
    ],
)
def test_the_seventh_digit_says_the_century(digits: str, year: int) -> None:
    assert parse(digits) == CprNumber(digits, date(year, 1, 1))


@pytest.mark.requirement("SUM-10")
def test_a_leap_day_exists_only_in_a_leap_year() -> None:
    assert isinstance(parse("290288-1234"), CprNumber)


@pytest.mark.requirement("SEC-04")
def test_the_last_four_digits_are_not_shown() -> None:
    number = parse("120588-1234")
    assert isinstance(number, CprNumber)
    assert number.masked == "120588-••••"
    assert "1234" not in repr(number)
    assert masked("Karen 120588-1234, 1205881234") == "Karen 120588-••••, 120588-••••"
    assert masked("120588-111 og 12345678") == "120588-111 og 12345678"


def test_the_shape_is_seen_also_where_the_number_is_wrong() -> None:
    assert all(map(looks_like_one, ("310274-1234", "720588-1234", "120588-111", "205881234")))
    assert not any(map(looks_like_one, ("12345678", "2026-49", "Karen", "70 10 10 10", "")))


@pytest.mark.requirement("SUM-10", "GUARD-08")
@given(st.text(max_size=30) | st.from_regex(r"[0-9]{0,12}[- ]?[0-9]{0,6}", fullmatch=True))
def test_any_text_is_a_number_or_explained(text: str) -> None:
    found = parse(text)
    if isinstance(found, CprNumber):
        assert len(found.digits) == 10
        assert found.digits[:4] == f"{found.born_on:%d%m}"
    else:
        assert str(found.sentence)
        assert not any(digits in str(found.sentence) for digits in [text.strip()] if len(digits) > 4)
