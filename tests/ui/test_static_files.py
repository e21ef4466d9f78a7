"""Static files: hashed names work, the generated stylesheet is fresh, icons exist, nothing points out of the house."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.core.management.base import CommandError

from planner.ui import calendar_places

STATIC: Path = project.ROOT / "static"
TEMPLATES: Path = project.ROOT / "templates"


@pytest.mark.requirement("GUARD-06")
def test_every_file_finds_the_files_it_names_by_their_hashed_names(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    hashed = next(tmp_path.glob("vendor/dkfds/css/dkfds.min.*.css")).read_text()
    assert re.search(r"IBMPlexSans-Regular\.[0-9a-f]{12}\.woff2", hashed)
    assert (tmp_path / "staticfiles.json").exists()


def test_the_stylesheet_of_places_is_what_its_generator_writes() -> None:
    call_command("calendar_places", check=True)


def test_a_stale_stylesheet_of_places_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_places, "MOST_COLUMNS", 26)
    with pytest.raises(CommandError, match="stale"):
        call_command("calendar_places", check=True)


def test_the_places_cover_the_whole_day() -> None:
    sheet = calendar_places.stylesheet()
    for rule in (
        ".at-0000{grid-row-start:1}",
        ".at-2355{grid-row-start:288}",
        ".for-1440{grid-row-end:span 288}",
        ".from-08 .pl-col,.from-08 .pl-hours{grid-template-rows:repeat(96,0) repeat(192,var(--row))}",
        ".to-17{--to:17}",
    ):
        assert rule in sheet.splitlines()


def test_every_icon_that_is_named_exists() -> None:
    sprite = (STATIC / "vendor/dkfds/img/all-svg-icons.svg").read_text()
    known = set(re.findall(r'id="([a-z0-9-]+)"', sprite))
    named = {
        (path.name, name)
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'\{% icon "([^"]+)"|icon="([a-z-]+)"', path.read_text())
        for name in name
        if name
    }
    assert {(file, name) for file, name in named if name not in known} == set()
    assert len(named) > 20


@pytest.mark.requirement("GUARD-06")
def test_nothing_is_fetched_from_elsewhere() -> None:
    ours = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js"}]
    assert len(ours) > 10
    for path in ours:
        text = path.read_text()
        assert not re.search(r"""(?:url\(|import |from |fetch\()\s*["']?(?:https?:)?//""", text), path
        assert "sourceMappingURL" not in text, path
