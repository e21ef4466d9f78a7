"""How a parallel run shares out its tests: a file stays with one process, and so do all files that use one Planner."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/journeys/",)
"""Their tests use one started Planner."""


class Sharing(LoadFileScheduling):  # type: ignore[misc]
    """By the names of the tests: xdist's own groups are lost since pytest's names are more than text."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return next((place for place in TOGETHER if file.startswith(place)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing | None:
    """For `--dist loadfile`; None leaves another way to xdist."""
    return Sharing(config, log) if config.getvalue("dist") == "loadfile" else None
