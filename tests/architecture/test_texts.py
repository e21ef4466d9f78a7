"""Every text that people see is marked for translation, in templates and in code (APP-05)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.text import smart_split

ROOT: Path = settings.ROOT
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "ui" not in path.parts)
"""The styleguide (templates/ui) shows invented content to developers."""

NAMES = {"Planner", "DFDG", "Jobnet", "English", "Dansk", "CPR", "×", "kl"}
SAID = ("aria-label", "title", "placeholder", "alt", "data-announce")
_TAG = re.compile(r"{%-?\s*(\w+)((?:[^%]|%(?!}))*)%}")
_WORD = re.compile(r"[A-Za-zÆØÅæøå]{2,}")
SPEAKING_TAGS = {
    "status": 1,
    "pill": 0,
    "receiver": 1,
    "note": 1,
    "empty": 0,
    "menu": 0,
    "menu_link": 1,
    "menu_post": 1,
    "post_button": 1,
    "bar": 0,
    "page_tabs": 1,
}
"""Tags that show a text, and which of their arguments it is."""
SPEAKING_ARGUMENTS = {"label", "about", "select", "title", "suffix"}


class Texts(HTMLParser):
    """The texts of a page and of its speaking attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in SAID and value]


def unmarked_in_template(source: str) -> list[str]:
    """Texts that stand in a template as they are."""
    source = re.sub(r"{#.*?#}", "", source)
    source = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", source, flags=re.DOTALL)
    source = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", source, flags=re.DOTALL)
    found = list(_unmarked_arguments(source))
    page = Texts()
    page.feed(re.sub(r"{[%{].*?[%}]}|@\w+@", "", source, flags=re.DOTALL))
    return found + [text.strip() for text in page.found if set(_WORD.findall(text)) - NAMES]


def _unmarked_arguments(source: str) -> Iterator[str]:
    for tag in _TAG.finditer(source):
        name, arguments = tag.groups()
        place = -1
        for bit in smart_split(arguments):
            keyword, equals, value = bit.partition("=") if re.match(r"\w+=", bit) else ("", "", bit)
            place += not equals
            shown = keyword in SPEAKING_ARGUMENTS if equals else SPEAKING_TAGS.get(name) == place
            if shown and value.startswith('"') and set(_WORD.findall(value.split("|")[0])) - NAMES:
                yield f"{{% {name} … {value} %}}"


@pytest.mark.requirement("APP-05")
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_marks_its_texts(path: Path) -> None:
    assert unmarked_in_template(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Gem</p>",
        '<a aria-label="Luk">x</a>',
        '{% status "ok" "Sendt" %}',
        '{% post_button url "Synk" icon="sync" %}',
        '{% empty "Ingen" label="Opret" %}',
    ],
)
def test_an_unmarked_text_is_found(source: str) -> None:
    assert unmarked_in_template(source) != []


@pytest.mark.parametrize(
    "source",
    [
        '<p>{% translate "Gem" %} {{ page.total }} · 3 – {# note #}</p>',
        "{% blocktranslate count n=3 %}en{% plural %}flere{% endblocktranslate %}",
        '{% status "ok" _("Sendt") %}',
        '{% post_button url _("Synk") icon="sync" %}',
    ],
)
def test_a_marked_text_is_not(source: str) -> None:
    assert unmarked_in_template(source) == []


MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
NOT_FOR_THE_SCREEN = (
    "summons/demo",
    "planner/dfdg",
    "planner/embedded",
    "planner/quality",
    "planner/alphabet.py",
    "planner/accounts/fields.py",
    "planner/accounts/role_table.py",
    "planner/ui/styleguide.py",
    "planner/ui/formatting.py",
    "planner/ui/parsing.py",
    "management/commands",
    "migrations",
)
"""The demo's content, other systems' words, programs for operators; dates, which stand there in both languages."""
_DANISH = re.compile(r"[æøåÆØÅ]|\b(?:ikke|eller|skal|kan|fra|til|med|er|borger|aftale|vejleder)\b")


def sources() -> list[Path]:
    found = (
        path for house in ("planner", "admin_module", "booking", "summons") for path in (ROOT / house).rglob("*.py")
    )
    return sorted(path for path in found if not any(part in path.as_posix() for part in NOT_FOR_THE_SCREEN))


def unmarked_in_code(source: str) -> list[str]:
    """Danish texts outside the functions that mark them, and outside docstrings."""
    found: list[str] = []

    class Walk(ast.NodeVisitor):
        def visit_Call(self, node: ast.Call) -> None:
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name not in MARKERS:
                self.generic_visit(node)

        def visit_Expr(self, node: ast.Expr) -> None:
            if not isinstance(node.value, ast.Constant):
                self.generic_visit(node)

        def visit_Constant(self, node: ast.Constant) -> None:
            if isinstance(node.value, str) and _DANISH.search(node.value) and not node.value.startswith("attachment;"):
                found.append(node.value)

    Walk().visit(ast.parse(source))
    return found


@pytest.mark.requirement("APP-05")
@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_code_marks_its_texts(path: Path) -> None:
    assert unmarked_in_code(path.read_text()) == []


def test_an_unmarked_text_in_code_is_found() -> None:
    assert unmarked_in_code('"""Vejleder."""\nx = f("Borgeren er død")\ny = _("Borgeren er død")') == [
        "Borgeren er død"
    ]
    assert unmarked_in_code('x = f"{n} kan ikke"') == [" kan ikke"]


@pytest.mark.requirement("APP-05")
def test_in_english_the_frame_and_the_pages_are_english(as_bo: Client) -> None:
    as_bo.post("/language/", {"language": "en", "next": "/"})
    page = as_bo.get("/calendar/", follow=True).content.decode()
    assert '<html lang="en"' in page
    for danish, english in (("Kalender", "Calendar"), ("Indkald borgere", "Summon citizens"), ("Log ud", "Sign out")):
        assert english in page
        assert danish not in page
    assert "Brugernavn" in Client().get("/sign-in/").content.decode()
    english_browser = Client()
    english_browser.cookies["planner_language"] = "en"
    assert "User name" in english_browser.get("/sign-in/").content.decode()
