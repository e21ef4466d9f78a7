"""The words of a letter: a template with fields, and what it becomes when they are filled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_STANDARD = tomllib.loads((Path(__file__).parent / "standard.toml").read_text())
FIELDS: Mapping[str, str] = {key: field["name"] for key, field in _STANDARD["fields"].items()}
"""What each field is called in a template."""
EXAMPLES: Mapping[str, str] = {key: field["example"] for key, field in _STANDARD["fields"].items()}
"""What each field may become, for a preview."""
_KEYS = {name: key for key, name in FIELDS.items()}
_FIELD = re.compile(r"\{([^{}]*)\}")
_HEADING = "# "


@dataclass(frozen=True, slots=True)
class Wording:
    """Heading and body of a letter, with fields."""

    heading: str
    body: str


STANDARD: Mapping[str, Wording] = {
    kind: Wording(letter["heading"], letter["body"].strip()) for kind, letter in _STANDARD["letters"].items()
}
"""The letters «summons», «changed» and «cancelled» as they are until somebody writes others."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some lines, or a heading of one line."""

    words: str
    is_heading: bool = False


def written(key: str) -> str:
    """«{dato}»: how a field is written in a template."""
    return f"{{{FIELDS[key]}}}"


def unknown_fields(text: str) -> list[str]:
    """What stands between { and } and is no field, once each."""
    return list(dict.fromkeys(name for name in _FIELD.findall(text) if _named(name) not in _KEYS))


def has_stray_brace(text: str) -> bool:
    """Whether a { or } stands there without its other half."""
    return bool(re.search(r"[{}]", _FIELD.sub("", text)))


def holds(text: str, key: str) -> bool:
    """Whether the field stands in the text."""
    return any(_KEYS.get(_named(name)) == key for name in _FIELD.findall(text))


def _named(name: str) -> str:
    return " ".join(name.lower().split())


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled; a line all of whose fields are empty is left out."""
    return "\n".join(_filled_lines(text, values))


def _filled_lines(text: str, values: Mapping[str, str]) -> Iterator[str]:
    for line in text.splitlines():
        keys = [_KEYS[_named(name)] for name in _FIELD.findall(line)]
        if not keys or any(values.get(key) for key in keys):
            yield _FIELD.sub(lambda found: values.get(_KEYS[_named(found[1])], ""), line)


def paragraphs(text: str) -> list[Paragraph]:
    """Divided at empty lines; a line that begins with «# » is a heading, and one with nothing below it is left out."""
    found = list(_parts(text.splitlines()))
    below = [*found[1:], Paragraph("", is_heading=True)]
    return [one for one, other in zip(found, below, strict=True) if not (one.is_heading and other.is_heading)]


def _parts(lines: Iterable[str]) -> Iterator[Paragraph]:
    kept: list[str] = []
    for line in (*(line.strip() for line in lines), ""):
        if line and not line.startswith(_HEADING):
            kept.append(line)
            continue
        if kept:
            yield Paragraph("\n".join(kept))
            kept = []
        if line:
            yield Paragraph(line.removeprefix(_HEADING).strip(), is_heading=True)
