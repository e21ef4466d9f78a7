"""Receipts: what was done, told once on the next page or fragment, with «Fortryd» where it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest

from planner.ui.refusal import Words

Kind = Literal["ok", "warn", "bad"]
LEVELS: dict[Kind, int] = {"ok": messages.SUCCESS, "warn": messages.WARNING, "bad": messages.ERROR}
KINDS = {level: kind for kind, level in LEVELS.items()}


@dataclass(frozen=True, slots=True)
class Notice:
    """One receipt; `undo_url` takes a POST."""

    sentence: str
    kind: Kind = "ok"
    undo_url: str = ""


def notify(request: HttpRequest, sentence: Words, *, kind: Kind = "ok", undo_url: str = "") -> None:
    """Show a receipt on the next page or fragment this person gets; no CPR number in it."""
    messages.add_message(request, LEVELS[kind], str(sentence), extra_tags=undo_url)


def waiting(request: HttpRequest) -> bool:
    """Whether a receipt waits for this answer.

    A form that is drawn again while one types (POST) leaves those of others alone: the page may just be left for the
    one that is to show them.
    """
    told = messages.get_messages(request)
    if not isinstance(told, BaseStorage):
        return False
    return told.added_new or (request.method == "GET" and len(told) > 0)


def shown(request: HttpRequest) -> Iterator[Notice]:
    """The receipts that wait; reading them takes them away."""
    for message in messages.get_messages(request):
        yield Notice(str(message.message), KINDS.get(message.level, "ok"), message.extra_tags or "")
