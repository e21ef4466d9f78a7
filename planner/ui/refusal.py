"""A refusal: why not, in the user's words, and the ways out. Rules return one, services raise it, templates show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Link:
    """One way out: what to press, where it leads, and the condition that it removes («2 vejledere er tilknyttet»).

    Without an address only the condition is named.
    """

    label: Words
    url: str
    about: Words = ""


class Refusal(Exception):
    """Why something is not done. `code` is for tests and interfaces; `sentence` is what the user sees."""

    def __init__(self, sentence: Words, code: str = "", links: Iterable[Link] = ()) -> None:
        super().__init__(sentence, code)
        self.sentence = sentence
        self.code = code
        self.links = tuple(links)

    def __str__(self) -> str:
        return str(self.sentence)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Refusal):
            return NotImplemented
        return (str(self.sentence), self.code, self.links) == (str(other.sentence), other.code, other.links)

    def __hash__(self) -> int:
        return hash((str(self.sentence), self.code, self.links))
