"""Citizens at Jobnet: they post the forms of the simulator's page, which calls Planner as DFDG does."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx2


@dataclass
class Form:
    """What one button would post; of a choice the values in order."""

    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form())
        elif tag == "input" and said.get("type") == "hidden":
            self.found[-1].fields[said["name"]] = said["value"]
        elif tag == "select":
            self._select = said["name"]
            self.found[-1].choices[self._select] = []
        elif tag == "option":
            self.found[-1].choices[self._select].append(said["value"])


class CitizenAtJobnet:
    """One citizen; each step is a call over HTTP, and its answer a page."""

    def __init__(self, simulator_url: str, cpr: str) -> None:
        self._url, self._cpr = f"{simulator_url}/jobnet", cpr

    def offers(self) -> list[Form]:
        return self._step({"step": "offers", "cpr": self._cpr}, leads_to="times")

    def book(self, place: int) -> bool:
        """The first offer that has a free time: `place` says which, so that not all want the same."""
        return any(self._take(offer, place) for offer in self.offers())

    def move(self, place: int) -> bool:
        """The first conversation, to another time."""
        own = [form for form in self._own("times") if "booking_id" in form.fields]
        return bool(own) and self._take(own[0], place)

    def cancel(self) -> bool:
        own = self._own("cancel")
        return bool(own) and "Der er meldt afbud" in self._post(own[0].fields)

    def _own(self, step: str) -> list[Form]:
        return self._step({"step": "offers", "cpr": self._cpr}, leads_to=step)

    def _take(self, offer: Form, place: int) -> bool:
        for times in self._step(offer.fields, leads_to="choose"):
            wanted = times.choices["time"]
            chosen = times.fields | {"time": wanted[place % len(wanted)]}
            for confirm in self._step(chosen, leads_to="rebook" if times.fields.get("booking_id") else "book"):
                return "ooket" in self._post(confirm.fields)
        return False

    def _step(self, fields: dict[str, str], *, leads_to: str) -> list[Form]:
        parser = _Forms()
        parser.feed(self._post(fields))
        return [form for form in parser.found if form.fields.get("step") == leads_to]

    def _post(self, fields: dict[str, str]) -> str:
        answer = httpx2.post(self._url, data=fields, timeout=60, trust_env=False)
        answer.raise_for_status()
        return answer.text
