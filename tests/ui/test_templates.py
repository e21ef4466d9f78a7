"""What holds for every template: nothing inline, each can be read, forms carry their token, components are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT: Path = settings.ROOT / "templates"
TEMPLATES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.html"))
INLINE = {
    "style attribute": r"<[^>]*\sstyle\s*=",
    "style element": r"<style\b",
    "event attribute": r"<[a-zA-Z][^>]*\son[a-z]+\s*=",
    "script of its own": r"<script\b(?![^>]*\ssrc=)",
    "javascript address": r"""(?:href|src|action)\s*=\s*["']\s*javascript:""",
    "evaluated by htmx": r"\shx-(?:on|vals\s*=\s*[\"']js:|vars)\b",
    "trigger filter": r"""hx-trigger\s*=\s*["'][^"']*\[""",
    "from elsewhere": r"""(?:href|src|action)\s*=\s*["'](?:https?:)?//""",
}


def source(name: str) -> str:
    """The template without its comments, which may name what is forbidden."""
    text = (ROOT / name).read_text()
    return re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL)


@pytest.mark.requirement("GUARD-06")
@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_is_inline(name: str) -> None:
    assert [what for what, pattern in INLINE.items() if re.search(pattern, source(name))] == []


@pytest.mark.requirement("GUARD-06")
@pytest.mark.parametrize(
    ("what", "markup"),
    [
        ("style attribute", '<p class="a" style="color:red">'),
        ("event attribute", '<a href="#" onclick="x()">'),
        ("script of its own", "<script>x()</script>"),
        ("evaluated by htmx", '<a hx-on:click="x()">'),
        ("trigger filter", """<a hx-trigger="click[ctrlKey]">"""),
    ],
)
def test_the_test_finds_what_is_inline(what: str, markup: str) -> None:
    assert re.search(INLINE[what], markup)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_can_be_read(name: str) -> None:
    assert get_template(name) is not None


@pytest.mark.requirement("GUARD-10")
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_form_that_posts_carries_its_token(name: str) -> None:
    forms = re.findall(r"""<form\b[^>]*method="post".*?</form>""", source(name), flags=re.DOTALL)
    assert [form[:80] for form in forms if "csrf" not in form] == []


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.startswith("components/")])
def test_a_component_says_in_its_first_line_what_it_is(name: str) -> None:
    assert (ROOT / name).read_text().startswith("{# ")
