"""Whom the log is about: the house that knows citizens says at start how they are found (booking does)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Subject:
    """A citizen: id, name, masked number, and the ids of the rows about them by table."""

    citizen_id: UUID
    name: str
    masked: str
    rows: Mapping[str, Collection[object]] = field(default_factory=dict)


@dataclass(frozen=True)
class Directory:
    """Finds a citizen by what somebody wrote, and tells about one by id."""

    by_number: Callable[[str], UUID | None]
    about: Callable[[UUID], Subject | None]


_directories: list[Directory] = []


def register(directory: Directory) -> None:
    """The one directory of the program."""
    _directories[:] = [directory]


def directory() -> Directory:
    return _directories[0]
