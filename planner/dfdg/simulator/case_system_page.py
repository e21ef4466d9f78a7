"""`/case-system`: a caseworker in a case system, and how DFDG delivers what follows. Danish, without script.

Everything is posted: no personal number stands in an address.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from html import escape
from uuid import UUID

from planner.dfdg.messages import PersonFacts, SummonsMessage
from planner.dfdg.simulator.case_system import CaseSystem
from planner.dfdg.simulator.directory import Directory
from planner.dfdg.simulator.page import CHANGES, clock, masked, table
from planner.dfdg.simulator.population import CONTACT_GROUPS, FJORDBY
from planner.dfdg.simulator.pushes import Pusher
from planner.dfdg.simulator.reference import CONVERSATION_TYPES
from planner.dfdg.simulator.store import Held, Push, Store
from planner.dfdg.wire import DANISH_TIME, Fields, summons_from

PEOPLE_SHOWN = 60
PUSHES_SHOWN = 30
ENTITIES = {90000: "Indkaldelse", 90001: "Frist", 100008: "Kontaktgruppe"}
PUSH_HEADINGS = ("Nr.", "Registreret", "Om", "Ændring", "Personnr.", "Forsøg", "Svar")
Wanted = dict[str, str]


class Page:
    """Takes a step and shows where one is."""

    def __init__(self, case_system: CaseSystem, store: Store, directory: Directory, pusher: Pusher | None) -> None:
        self._case_system, self._store, self._directory, self._pusher = case_system, store, directory, pusher

    def taken(self, wanted: Wanted, *, now: datetime) -> str:
        """The page after the step that the form names."""
        cpr = wanted.get("cpr", "").replace("-", "").strip()
        if cpr and self._directory.person(cpr) is None:
            return self._render("", "Simulatoren kender ikke personnummeret.", now)
        step = getattr(self, f"_step_{wanted.get('step', '')}", None)
        try:
            told: str = step(cpr, wanted) if step else ""
        except (ValueError, KeyError) as fault:
            told = f"Det kan ikke lade sig gøre: {fault}"
        return self._render(cpr, told, now)

    # Steps

    def _step_create(self, cpr: str, wanted: Wanted) -> str:
        self._case_system.create(
            cpr,
            starts_at=_moment(wanted),
            minutes=int(wanted.get("minutes") or 45),
            employee_id=wanted.get("employee", ""),
            conversation_type=int(wanted.get("type") or 12),
            title=wanted.get("title") or "Samtale i sagsbehandlingssystemet",
        )
        return "Samtalen er oprettet. DFDG melder den til Planner."

    def _step_move(self, _cpr: str, wanted: Wanted) -> str:
        self._case_system.move(
            UUID(wanted["summons_id"]), starts_at=_moment(wanted), employee_id=wanted.get("employee", "")
        )
        return "Samtalen er flyttet. DFDG melder det til Planner."

    def _step_cancel(self, _cpr: str, wanted: Wanted) -> str:
        self._case_system.cancel(UUID(wanted["summons_id"]))
        return "Samtalen er aflyst. DFDG melder det til Planner."

    def _step_deadline(self, cpr: str, wanted: Wanted) -> str:
        self._case_system.set_deadline(
            cpr,
            book_by=date.fromisoformat(wanted["book_by"]),
            hold_by=date.fromisoformat(wanted["hold_by"]),
            conversation_type=int(wanted.get("type") or 7),
        )
        return "Fristen er sat. DFDG melder den til Planner."

    def _step_group(self, cpr: str, wanted: Wanted) -> str:
        group = next(one for one in CONTACT_GROUPS if str(one.code) == wanted["group"])
        self._case_system.set_contact_group(cpr, group, starts_on=date.fromisoformat(wanted["starts_on"]))
        return "Kontaktgruppen er skiftet. DFDG melder det til Planner."

    def _step_manners(self, _cpr: str, wanted: Wanted) -> str:
        if self._pusher:
            manners = self._pusher.manners
            manners.times = min(3, max(1, int(wanted.get("times") or 1)))
            manners.shuffled, manners.held = "shuffled" in wanted, "held" in wanted
        return "Gemt."

    # The page

    def _render(self, cpr: str, told: str, now: datetime) -> str:
        note = f'<div class="warn"><p>{escape(told)}</p></div>' if told else ""
        person = self._directory.person(cpr) if cpr else None
        return f"""<!doctype html>
<html lang="da"><head><meta charset="utf-8"><title>Sagsbehandlingssystem (simulator)</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/sim/page.css"></head>
<body><main><h1>Sagsbehandlingssystem (simulator)</h1>
<p>Spiller et sagsbehandlingssystem, der opretter, flytter og aflyser samtaler i DFDG, som melder det til Planner.
<a href="/">Simulator for DFDG</a> · <a href="/jobnet">Jobnet</a></p>
{self._choose(cpr)}{note}{self._of_citizen(person, now) if person else ""}
<h2>Beskeder til Planner, nyeste først</h2>{self._manners(cpr)}
{table(PUSH_HEADINGS, map(_push_row, self._store.pushes(latest=PUSHES_SHOWN)[::-1]))}
</main></body></html>"""

    def _choose(self, chosen: str) -> str:
        people = self._directory.population.of(FJORDBY)[:PEOPLE_SHOWN]
        options = "".join(
            f'<option value="{one.cpr}"{" selected" if one.cpr == chosen else ""}>'
            f"{escape(one.full_name)} ({masked(one.cpr)})</option>"
            for one in people
        )
        other = '<label>eller personnr. <input name="other" inputmode="numeric" maxlength="11"></label>'
        return f"<h2>Borger</h2>{_form('show', '', 'Vis', _select('Borger', 'cpr', options) + other)}"

    def _of_citizen(self, person: PersonFacts, now: datetime) -> str:
        cpr, day = person.cpr, (now.astimezone(DANISH_TIME) + timedelta(days=7)).date()
        held = [one for one in self._store.summonses(cpr=cpr) if not one.deleted]
        rows = "".join(self._conversation(one, person, day) for one in held)
        types = "".join(
            f'<option value="{code}"{" selected" if code == 12 else ""}>{escape(name)}</option>'
            for code, name in CONVERSATION_TYPES.items()
        )
        groups = "".join(f'<option value="{one.code}">{escape(one.name)}</option>' for one in CONTACT_GROUPS)
        create = (
            _select("Type", "type", types)
            + self._employees(person, "")
            + _when(day, time(10))
            + '<label>Minutter <input name="minutes" type="number" min="5" max="480" value="45"></label>'
            + '<label>Titel <input name="title" maxlength="100"></label>'
        )
        deadline = _day("Book senest", "book_by", day) + _day("Hold senest", "hold_by", day + timedelta(days=14))
        group = _select("Kontaktgruppe", "group", groups) + _day("Fra", "starts_on", now.astimezone(DANISH_TIME).date())
        return f"""<h2>Samtaler hos {escape(person.full_name)}</h2>{rows or "<p>Ingen.</p>"}
<h2>Opret samtale</h2>{_form("create", cpr, "Opret samtale", create)}
<h2>Frist</h2>{_form("deadline", cpr, "Sæt frist", deadline)}
<h2>Kontaktgruppe</h2>{_form("group", cpr, "Skift", group)}"""

    def _conversation(self, held: Held, person: PersonFacts, day: date) -> str:
        message = summons_from(Fields(held.body), cpr=held.cpr)
        start = message.starts_at.astimezone(DANISH_TIME)
        hidden = f'<input type="hidden" name="summons_id" value="{held.summons_id}">'
        move = hidden + _when(max(day, start.date()), start.time()) + self._employees(person, _identifier(message))
        whose = "her" if held.system != "planner" else "i Planner"
        return (
            f"<p>{clock(message.starts_at)} {escape(message.title)} (lavet {whose})</p>"
            f"{_form('move', person.cpr, 'Flyt', move)}{_form('cancel', person.cpr, 'Aflys', hidden)}"
        )

    def _employees(self, person: PersonFacts, chosen: str) -> str:
        options = '<option value="">Ingen</option>' + "".join(
            f'<option value="{escape(one.identifier)}"{" selected" if one.identifier == chosen else ""}>'
            f"{escape(one.full_name)}</option>"
            for one in self._case_system.employees(person.jobcentre_code)
        )
        return _select("Medarbejder", "employee", options)

    def _manners(self, cpr: str) -> str:
        if self._pusher is None:
            return "<p>Simulatoren kender ingen Planner at melde til.</p>"
        manners = self._pusher.manners
        inside = (
            '<label>Gange, hver besked siges <input name="times" type="number" min="1" max="3" '
            f'value="{manners.times}"></label>'
            + _check("shuffled", "I tilfældig rækkefølge", on=manners.shuffled)
            + _check("held", "Hold beskeder tilbage", on=manners.held)
        )
        return _form("manners", cpr, "Gem", inside)


def _identifier(message: SummonsMessage) -> str:
    return message.employee.identifier if message.employee else ""


def _moment(wanted: Wanted) -> datetime:
    return datetime.combine(date.fromisoformat(wanted["day"]), time.fromisoformat(wanted["clock"]), DANISH_TIME)


def _form(step: str, cpr: str, button: str, inside: str) -> str:
    hidden = f'<input type="hidden" name="step" value="{step}">'
    hidden += f'<input type="hidden" name="cpr" value="{cpr}">' if cpr else ""
    return (
        '<form method="post" action="/case-system" enctype="application/x-www-form-urlencoded" autocomplete="off">'
        f"{hidden}{inside}<button>{button}</button></form>"
    )


def _select(label: str, name: str, options: str) -> str:
    return f'<label>{label} <select name="{name}">{options}</select></label>'


def _when(day: date, at: time) -> str:
    return _day("Dato", "day", day) + f'<label>Kl. <input name="clock" type="time" value="{at:%H:%M}" required></label>'


def _day(label: str, name: str, day: date) -> str:
    return f'<label>{label} <input name="{name}" type="date" value="{day.isoformat()}" required></label>'


def _check(name: str, label: str, *, on: bool) -> str:
    return f'<label><span><input type="checkbox" name="{name}"{" checked" if on else ""}> {label}</span></label>'


def _push_row(push: Push) -> tuple[str, ...]:
    message = push.message
    answer = "venter" if not push.attempts else str(push.status) if push.status else "intet svar"
    return (
        str(push.number),
        clock(message.registered_at) if message.registered_at else "",
        ENTITIES.get(message.entity, str(message.entity)),
        CHANGES[message.change],
        masked(push.cpr),
        str(push.attempts),
        answer,
    )
