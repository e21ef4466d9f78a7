"""`/jobnet`: a citizen at Jobnet, step by step, each exchange with the planner shown. Danish, without script.

Everything is posted: no personal number stands in an address.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from planner.dfdg.jobnet import wire as messages
from planner.dfdg.messages import PersonFacts, SummonsMessage
from planner.dfdg.simulator.directory import Directory
from planner.dfdg.simulator.jobnet import Exchange, Jobnet
from planner.dfdg.simulator.page import masked
from planner.dfdg.simulator.population import FJORDBY
from planner.dfdg.simulator.store import Store
from planner.dfdg.wire import DANISH_TIME, Fields, summons_from

PEOPLE_SHOWN = 60
EXCHANGES_SHOWN = 8
TIMES_SHOWN = 40
WEEKS_ASKED_FOR = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """What the page shows besides the citizen: the answers of the step just taken."""

    cpr: str = field(default="", repr=False)
    offers: messages.OffersAnswer | None = None
    times: messages.TimesAnswer | None = None
    details: messages.Details | None = None
    offer_id: str = ""
    booking_id: str = ""
    told: str = ""


class Page:
    """Takes a step and shows where one is."""

    def __init__(self, jobnet: Jobnet, store: Store, directory: Directory) -> None:
        self._jobnet, self._store, self._directory = jobnet, store, directory

    def taken(self, wanted: dict[str, str], *, now: datetime) -> str:
        """The page after the step that the form names."""
        cpr = wanted.get("cpr", "").replace("-", "").strip()
        if self._directory.person(cpr) is None:
            return self._render(Stage(told="Simulatoren kender ikke personnummeret." if cpr else ""))
        step = getattr(self, f"_step_{wanted.get('step', '')}", self._step_offers)
        try:
            stage: Stage = step(cpr, wanted, now)
        except ValidationError:
            stage = Stage(cpr, told="Planners svar følger ikke skemaet.")
        return self._render(stage)

    # Steps

    def _step_offers(self, cpr: str, _wanted: dict[str, str], _now: datetime) -> Stage:
        exchange = self._jobnet.offers(cpr)
        if not exchange.is_success:
            return Stage(cpr, told=_refusal(exchange))
        return Stage(cpr, offers=exchange.read(messages.OffersAnswer))

    def _step_times(self, cpr: str, wanted: dict[str, str], now: datetime) -> Stage:
        booking_id = wanted.get("booking_id", "")
        exchange = self._jobnet.times(
            cpr,
            UUID(wanted["offer_id"]),
            first_at=now,
            last_at=now + timedelta(weeks=WEEKS_ASKED_FOR),
            booking_id=UUID(booking_id) if booking_id else None,
        )
        if not exchange.is_success:
            return Stage(cpr, told=_refusal(exchange))
        times = exchange.read(messages.TimesAnswer)
        return Stage(cpr, times=times, offer_id=wanted["offer_id"], booking_id=booking_id)

    def _step_choose(self, cpr: str, wanted: dict[str, str], _now: datetime) -> Stage:
        """Methods 3 and 4."""
        booking_id = wanted.get("booking_id", "")
        starts_at, _, mode = wanted["time"].partition(" ")
        exchange = self._jobnet.details(
            cpr,
            UUID(wanted["offer_id"]),
            starts_at=datetime.fromisoformat(starts_at),
            contact_mode=int(mode),
            booking_id=UUID(booking_id) if booking_id else None,
        )
        if not exchange.is_success:
            return Stage(cpr, told=_refusal(exchange))
        details: messages.Details = exchange.read(messages.Details)
        asked = _reservation(wanted["offer_id"], details)
        reserved = self._jobnet.reserve(cpr, details.booking_id, asked)
        if not reserved.is_success:
            return Stage(cpr, told=_refusal(reserved))
        return Stage(cpr, details=details, offer_id=wanted["offer_id"], booking_id=booking_id)

    def _step_book(self, cpr: str, wanted: dict[str, str], _now: datetime) -> Stage:
        asked = messages.BookingRequest.model_validate(
            {
                "moedetilbudId": wanted["offer_id"],
                "starttidspunkt": wanted["starts_at"],
                "samtaleformType": wanted["mode"],
            }
        )
        exchange = self._jobnet.book(cpr, UUID(wanted["new_id"]), asked)
        return Stage(cpr, told="Booket. DFDG har gemt indkaldelsen." if exchange.is_success else _refusal(exchange))

    def _step_rebook(self, cpr: str, wanted: dict[str, str], _now: datetime) -> Stage:
        asked = messages.RebookingRequest.model_validate(
            {"starttidspunkt": wanted["starts_at"], "samtaleformType": wanted["mode"]}
        )
        exchange = self._jobnet.rebook(cpr, UUID(wanted["new_id"]), asked)
        return Stage(cpr, told="Ombooket. DFDG har den nye tid." if exchange.is_success else _refusal(exchange))

    def _step_accept(self, cpr: str, wanted: dict[str, str], _now: datetime) -> Stage:
        exchange = self._jobnet.accept(cpr, UUID(wanted["booking_id"]))
        return Stage(cpr, told="Accepteret." if exchange.is_success else _refusal(exchange))

    def _step_cancel(self, cpr: str, wanted: dict[str, str], _now: datetime) -> Stage:
        exchange = self._jobnet.cancel(cpr, UUID(wanted["booking_id"]), reason=wanted.get("reason", ""))
        return Stage(cpr, told="Der er meldt afbud." if exchange.is_success else _refusal(exchange))

    def _step_fault(self, cpr: str, wanted: dict[str, str], _now: datetime) -> Stage:
        booking_id = wanted.get("booking_id", "")
        exchange = self._jobnet.report_fault(
            cpr, booking_id=UUID(booking_id) if booking_id else None, text=wanted.get("text", "")
        )
        return Stage(cpr, told="Fejlen er meldt." if exchange.is_success else _refusal(exchange))

    # The page

    def _render(self, stage: Stage) -> str:
        told = f'<div class="warn"><p>{escape(stage.told)}</p></div>' if stage.told else ""
        latest = list(self._jobnet.exchanges)[-EXCHANGES_SHOWN:][::-1]
        return f"""<!doctype html>
<html lang="da"><head><meta charset="utf-8"><title>Jobnet (simulator)</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/sim/page.css"></head>
<body><main><h1>Jobnet (simulator)</h1>
<p>Spiller en borgers booking på Jobnet gennem DFDG mod Planner. <a href="/">Simulator for DFDG</a></p>
{_choose_citizen(self._people(), stage.cpr)}{told}{_offers(stage)}{_times(stage)}{_confirm(stage)}
{self._bookings(stage)}{_fault_form(stage)}
<h2>Udvekslinger med Planner, nyeste først</h2>{"".join(map(_exchange, latest)) or "<p>Ingen endnu.</p>"}
</main></body></html>"""

    def _people(self) -> list[PersonFacts]:
        return list(self._directory.population.of(FJORDBY)[:PEOPLE_SHOWN])

    def _bookings(self, stage: Stage) -> str:
        """What DFDG holds of the citizen; what is coming can be moved, accepted, cancelled."""
        if not stage.cpr:
            return ""
        held = [one for one in self._store.summonses(cpr=stage.cpr) if not one.deleted]
        rows = "".join(_booking(stage.cpr, summons_from(Fields(one.body), cpr=stage.cpr)) for one in held)
        return f"<h2>Møder</h2>{f'<ul>{rows}</ul>' if rows else '<p>Ingen.</p>'}"


def _reservation(offer_id: str, details: messages.Details) -> messages.ReservationRequest:
    return messages.ReservationRequest(
        offer_id=UUID(offer_id), starts_at=details.starts_at, contact_mode=details.contact_mode
    )


def _refusal(exchange: Exchange) -> str:
    if not exchange.status:
        return "Planner svarer ikke."
    try:
        answer: messages.ErrorAnswer = exchange.read(messages.ErrorAnswer)
    except ValidationError:
        return f"Planner svarede {exchange.status} uden forklaring."
    return " ".join(f"{one.text} ({one.code})" for one in answer.complaints)


def _form(step: str, cpr: str, button: str, hidden: dict[str, str], inside: str = "") -> str:
    fields = {"step": step, "cpr": cpr, **hidden}
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items() if value
    )
    return (
        '<form method="post" action="/jobnet" enctype="application/x-www-form-urlencoded" autocomplete="off">'
        f"{inputs}{inside}<button>{button}</button></form>"
    )


def _choose_citizen(people: Iterable[PersonFacts], chosen: str) -> str:
    options = "".join(
        f'<option value="{one.cpr}"{" selected" if one.cpr == chosen else ""}>'
        f"{escape(one.full_name)} ({masked(one.cpr)})</option>"
        for one in people
    )
    return f"<h2>Borger</h2>{_form('offers', '', 'Se mødetilbud', {}, _select('Borger', 'cpr', options))}"


def _select(label: str, name: str, options: str) -> str:
    return f'<label>{label} <select name="{name}">{options}</select></label>'


def _offers(stage: Stage) -> str:
    if stage.offers is None:
        return ""
    rows = "".join(
        f"<li>{escape(one.title)} ({one.minutes or ''} min.)"
        f"{_form('times', stage.cpr, 'Vis tider', {'offer_id': str(one.offer_id)})}</li>"
        for one in stage.offers.collection.offers
    )
    return f"<h2>Mødetilbud</h2><ul>{rows}</ul>" if rows else "<h2>Mødetilbud</h2><p>Ingen.</p>"


def _times(stage: Stage) -> str:
    if stage.times is None:
        return ""
    slots = stage.times.collection.timeslots[:TIMES_SHOWN]
    if not slots:
        return "<h2>Tider</h2><p>Ingen ledige tider.</p>"
    options = "".join(
        f'<option value="{one.starts_at.isoformat()} {one.contact_modes.codes[0]}">{_clock(one.starts_at)}</option>'
        for one in slots
    )
    hidden = {"offer_id": stage.offer_id, "booking_id": stage.booking_id}
    return f"<h2>Tider</h2>{_form('choose', stage.cpr, 'Vælg', hidden, _select('Tid', 'time', options))}"


def _confirm(stage: Stage) -> str:
    details = stage.details
    if details is None:
        return ""
    hidden = {
        "offer_id": stage.offer_id,
        "new_id": str(details.booking_id),
        "starts_at": details.starts_at.isoformat(),
        "mode": str(details.contact_mode),
    }
    who = f" hos {escape(details.employee.full_name)}" if details.employee else ""
    line = f"<p>{escape(details.title)}, {_clock(details.starts_at)}{who}. Tiden er reserveret.</p>"
    step = "rebook" if stage.booking_id else "book"
    return f"<h2>Bekræft</h2>{line}{_form(step, stage.cpr, 'Bekræft', hidden)}"


def _booking(cpr: str, message: SummonsMessage) -> str:
    booking_id = str(message.summons_id)
    forms = (
        _form("times", cpr, "Ombook", {"offer_id": booking_id, "booking_id": booking_id}),
        _form("accept", cpr, "Acceptér", {"booking_id": booking_id}),
        _form("cancel", cpr, "Meld afbud", {"booking_id": booking_id}),
        _form("fault", cpr, "Meld fejl", {"booking_id": booking_id, "text": "Jeg kan ikke se mødet."}),
    )
    booked = ", selvbooket" if message.self_booked else ""
    return f"<li>{_clock(message.starts_at)} {escape(message.title)}{booked}{''.join(forms)}</li>"


def _fault_form(stage: Stage) -> str:
    if not stage.cpr:
        return ""
    text = '<label>Fejltekst <input name="text" maxlength="500"></label>'
    return f"<h2>Meld en fejl</h2>{_form('fault', stage.cpr, 'Meld fejl', {}, text)}"


def _exchange(exchange: Exchange) -> str:
    head = (
        f"{_clock(exchange.at)} {exchange.method}: {exchange.verb} {escape(exchange.path)} "
        f"({masked(exchange.cpr)}) → {exchange.status or 'intet svar'}, {exchange.milliseconds} ms"
    )
    return f"<details><summary>{head}</summary><pre>{_json(exchange.said)}\n→\n{_json(exchange.heard)}</pre></details>"


def _json(value: Any) -> str:
    return escape(json.dumps(value, ensure_ascii=False, indent=1)) if value not in (None, {}) else "(intet)"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(DANISH_TIME):%d.%m.%Y %H.%M}"
