"""The Danish alphabet as a sort key, the same that the database uses for its lists."""

from unicodedata import normalize

_LETTERS = str.maketrans("éüäöæøå", "ey{|{|}")


def alphabet_key(name: str) -> str:
    """Compared by code point: upper and lower case alike, a space first, aa as å, then z æ ø å."""
    return normalize("NFC", name).lower().replace("aa", "å").translate(_LETTERS)
