"""The Danish texts of code and templates, kept in step with the translation files (`--check`: only compared)."""

import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import polib
from babel.messages.extract import extract_python
from django.utils.translation import template

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("en",)
_PLACES = ("planner", "admin_module", "booking", "summons", "templates")
_SINGLE = ("_", "gettext", "gettext_lazy", "gettext_noop")
_PLURAL = ("ngettext", "ngettext_lazy")
_CONTEXT = ("pgettext", "pgettext_lazy")
_CONTEXT_PLURAL = ("npgettext", "npgettext_lazy")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


class Message(NamedTuple):
    """One text as the translation files know it."""

    text: str
    plural: str = ""
    context: str = ""


def collect() -> None:
    """Add new texts to every translation file, keep what is translated, drop what is gone."""
    wanted = sorted(set(_used()))
    for language in LANGUAGES:
        path = _file(language)
        known = {_key(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
        renewed = polib.POFile(wrapwidth=110)
        renewed.metadata = {
            "Language": language,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": "nplurals=2; plural=(n != 1);",
        }
        for message in wanted:
            renewed.append(known.get(message) or _entry(message))
        path.parent.mkdir(parents=True, exist_ok=True)
        renewed.save(str(path))


def faults() -> list[str]:
    """What is missing, left over, fuzzy or has lost a placeholder, one line each."""
    wanted = set(_used())
    lines = []
    for language in LANGUAGES:
        path = _file(language)
        entries = {_key(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
        lines += [f"{language}: not collected: {message.text!r}" for message in sorted(wanted - set(entries))]
        lines += [f"{language}: no longer used: {message.text!r}" for message in sorted(set(entries) - wanted)]
        lines += [f"{language}: {fault}: {entry.msgid!r}" for entry in entries.values() if (fault := _fault(entry))]
    return lines


def _fault(entry: polib.POEntry) -> str:
    if entry.fuzzy or not entry.translated():
        return "not translated"
    versions = [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())
    allowed = set(_PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    lost = any(set(_PLACEHOLDER.findall(version)) != allowed for version in versions if not entry.msgid_plural)
    unknown = any(set(_PLACEHOLDER.findall(version)) - allowed for version in versions)
    return "placeholders differ" if lost or unknown else ""


def _used() -> Iterator[Message]:
    for place in _PLACES:
        for file in sorted((ROOT / place).rglob("*")):
            if file.suffix == ".py" and "migrations" not in file.parts:
                yield from _extracted(file.read_bytes())
            elif file.suffix in {".html", ".txt"} and "templates" in file.parts:
                yield from _extracted(template.templatize(file.read_text(), origin=str(file)).encode())


def _extracted(source: bytes) -> Iterator[Message]:
    keywords = dict.fromkeys((*_SINGLE, *_PLURAL, *_CONTEXT, *_CONTEXT_PLURAL))
    results: Iterable[tuple[Any, ...]] = extract_python(BytesIO(source), keywords, [], {"encoding": "utf-8"})
    for _line, function, found, _comments in results:
        texts = [found] if isinstance(found, str) else [text for text in found if isinstance(text, str)]
        if not texts or not texts[0]:
            continue
        if function in _CONTEXT_PLURAL and len(texts) > 2:
            yield Message(texts[1], texts[2], texts[0])
        elif function in _CONTEXT and len(texts) > 1:
            yield Message(texts[1], "", texts[0])
        elif function in _PLURAL and len(texts) > 1:
            yield Message(texts[0], texts[1])
        elif function in _SINGLE:
            yield Message(texts[0])


def _entry(message: Message) -> polib.POEntry:
    plural = {0: "", 1: ""} if message.plural else {}
    return polib.POEntry(
        msgid=message.text, msgid_plural=message.plural, msgstr_plural=plural, msgctxt=message.context or None
    )


def _key(entry: polib.POEntry) -> Message:
    return Message(entry.msgid, entry.msgid_plural, entry.msgctxt or "")


def _file(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        found = faults()
        sys.exit("\n".join([*found[:40], f"{len(found)} in all; collect with: make messages"]) if found else None)
    collect()
