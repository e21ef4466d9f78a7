"""The page at `/`: what the simulator has received, and its fault switches. Danish, without script."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from planner.dfdg import wire
from planner.dfdg.codes import ChangeKind
from planner.dfdg.simulator.faults import WRITE, Fault, FaultKind, Operation
from planner.dfdg.simulator.reference import CONVERSATION_TYPES
from planner.dfdg.simulator.service import Service
from planner.dfdg.simulator.store import Call, Held, Version

ROWS_SHOWN = 50
FAULTS = {
    FaultKind.STATUS: "Svar med statuskode",
    FaultKind.REFUSE: "Afvis med fejlkode",
    FaultKind.DELAY: "Forsinkelse",
    FaultKind.DROP_BEFORE: "Tabt forbindelse før virkning",
    FaultKind.DROP_AFTER: "Tabt forbindelse efter virkning",
    FaultKind.RESET: "Forbindelsen nulstilles",
    FaultKind.MALFORMED: "Ødelagt svar",
    FaultKind.DUPLICATE: "Påstår, at kaldet er set før (412)",
    FaultKind.OFF: "Slukket",
}
OPERATIONS = {
    "": "Alle kald",
    WRITE: "Opret, ret og slet",
    Operation.CREATE: "Opret",
    Operation.UPDATE: "Ret",
    Operation.DELETE: "Slet",
    Operation.PARTICIPATION: "A-kassens deltagelse",
    Operation.READ: "Læs samtale",
    Operation.PERSON: "Slå borger op",
    Operation.EMPLOYEE: "Slå medarbejder op",
    Operation.REFERENCE: "Hent kodeliste",
    Operation.PING: "Prøvekald",
}
CHANGES = {ChangeKind.CREATED: "Oprettet", ChangeKind.UPDATED: "Rettet", ChangeKind.DELETED: "Slettet"}

STYLE = """
body { font: 15px/1.6 "IBM Plex Sans", system-ui, sans-serif; margin: 0 auto; max-width: 1280px; padding: 24px;
  color: #1a1a1a; background: #f5f5f5; }
h1 { font-size: 28px; } h2 { font-size: 18px; margin-top: 32px; }
table { border-collapse: collapse; width: 100%; background: #fff; font-size: 14px; }
th, td { text-align: left; padding: 6px 12px; border: 1px solid #dcdcdc; vertical-align: top; }
form { display: flex; flex-wrap: wrap; gap: 12px; align-items: end; margin: 12px 0; }
label { display: grid; gap: 4px; font-size: 13px; }
input, select, button { font: inherit; box-sizing: border-box; height: 36px; padding: 4px 8px; }
form { align-items: end; } label { align-content: end; } input[type=checkbox] { height: auto; }
input[type=number] { width: 7em; }
button { cursor: pointer; }
a:focus-visible, input:focus-visible, select:focus-visible, button:focus-visible {
  outline: 3px solid #1a1a1a; outline-offset: 2px; }
.warn { background: #fff3d9; padding: 8px 12px; border-left: 4px solid #7a4b00; }
"""


def render(service: Service, *, now: datetime) -> str:
    store, faults = service.store, service.switchboard.all()
    counts = store.counts()
    latest = sorted(store.summonses(), key=lambda held: held.changed_at, reverse=True)[:ROWS_SHOWN]
    return f"""<!doctype html>
<html lang="da"><head><meta charset="utf-8"><title>Simulator for DFDG</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/sim/page.css"></head>
<body><main><h1>Simulator for DFDG</h1>
<p>{clock(now)}: {counts["summonses"]} samtaler, {counts["deleted"]} slettede, {counts["effects"]} ændringer,
{counts["calls"]} kald. Alle personer er opdigtede. <a href="/">Vis igen</a> · <a href="/jobnet">Jobnet</a>
· <a href="/case-system">Sagsbehandlingssystem</a></p>
<h2>Fejl</h2>{_faults(faults)}{_fault_form()}{_rules_form(service)}
<h2>Modtagne samtaler, nyeste først</h2>{table(SUMMONS_HEADINGS, map(_summons_row, latest))}
<h2>Ændringer, nyeste først</h2>{table(VERSION_HEADINGS, map(_version_row, store.versions(latest=ROWS_SHOWN)[::-1]))}
<h2>Kald, nyeste først</h2>{table(CALL_HEADINGS, map(_call_row, store.calls(latest=ROWS_SHOWN)[::-1]))}
<form method="post" action="/sim/forget" enctype="application/x-www-form-urlencoded">
<button name="confirm" value="1">Glem alt modtaget</button></form>
</main></body></html>"""


def _faults(faults: tuple[Fault, ...]) -> str:
    if not faults:
        return "<p>Ingen. Simulatoren svarer, som den skal.</p>"
    rows = (f"<li>{escape(_fault_line(fault))}</li>" for fault in faults)
    return f"""<div class="warn"><ul>{"".join(rows)}</ul>
<form method="post" action="/sim/faults/clear" enctype="application/x-www-form-urlencoded">
<button name="confirm" value="1">Fjern alle fejl</button></form></div>"""


def _fault_line(fault: Fault) -> str:
    particulars = [
        f"{FAULTS[fault.kind]}: {OPERATIONS.get(fault.operation, fault.operation)}",
        f"status {fault.status}" if fault.kind is FaultKind.STATUS else "",
        f"fejlkode {fault.code}" if fault.kind is FaultKind.REFUSE else "",
        f"Retry-After {fault.retry_after}" if fault.retry_after is not None else "",
        f"efter {fault.seconds:g} sekunder" if fault.seconds else "",
        f"kun borger {masked(fault.cpr)}" if fault.cpr else "",
        f"{fault.times} gange endnu" if fault.times else "",
        f"hvert {fault.every}. kald" if fault.every > 1 else "",
    ]
    return ", ".join(part for part in particulars if part)


def _fault_form() -> str:
    return f"""<form method="post" action="/sim/faults" enctype="application/x-www-form-urlencoded" autocomplete="off">
<label>Fejl <select name="kind">{_options(FAULTS)}</select></label>
<label>For <select name="operation">{_options(OPERATIONS)}</select></label>
<label>Statuskode <input name="status" type="number" min="300" max="599" value="503"></label>
<label>Retry-After <input name="retry_after" type="number" min="0"></label>
<label>Fejlkode <input name="code" type="number" min="1" value="99000"></label>
<label>Sekunder <input name="seconds" type="number" min="0" max="120" step="0.1"></label>
<label>Antal gange <input name="times" type="number" min="1"></label>
<label>Hvert … kald <input name="every" type="number" min="1" value="1"></label>
<label>Kun personnr. <input name="cpr" inputmode="numeric" maxlength="11"></label>
<button>Slå fejl til</button></form>"""


def _rules_form(service: Service) -> str:
    checked = " checked" if service.rules.single_conversation else ""
    return f"""<form method="post" action="/sim/rules" enctype="application/x-www-form-urlencoded">
<label><span><input type="checkbox" name="single_conversation"{checked}> Kun én kommende jobsamtale eller
opfølgningssamtale (90008)</span></label><input type="hidden" name="confirm" value="1"><button>Gem</button></form>"""


def _options(names: dict[FaultKind, str] | dict[str, str]) -> str:
    return "".join(f'<option value="{value}">{escape(name)}</option>' for value, name in names.items())


SUMMONS_HEADINGS = ("Tid", "Personnr.", "Type", "Titel", "Jobcenter", "Tilstand", "Ændret")
VERSION_HEADINGS = ("Nr.", "Tid", "Ændring", "Personnr.", "Samtale")
CALL_HEADINGS = ("Tid", "Kald", "Sti", "Personnr.", "Bruger", "Svar", "Fejl slået til")


def _summons_row(held: Held) -> tuple[str, ...]:
    message = wire.summons_from(wire.Fields(held.body), cpr=held.cpr)
    return (
        clock(message.starts_at),
        masked(held.cpr),
        CONVERSATION_TYPES.get(message.conversation_type, str(message.conversation_type)),
        message.title,
        held.jobcentre_code,
        "Slettet" if held.deleted else "Gælder",
        clock(held.changed_at),
    )


def _version_row(version: Version) -> tuple[str, ...]:
    change = CHANGES[version.change]
    return (str(version.number), clock(version.changed_at), change, masked(version.cpr), str(version.summons_id))


def _call_row(call: Call) -> tuple[str, ...]:
    outcome = str(call.status) if call.ending == "answered" else "intet svar"
    fault = FAULTS[FaultKind(call.fault)] if call.fault else ""
    operation = f"{OPERATIONS.get(call.operation, call.operation)} ({call.method})"
    return (clock(call.called_at), operation, call.path, masked(call.cpr), call.user_name, outcome, fault)


def table(headings: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if body else "<p>Intet endnu.</p>"


def masked(cpr: str) -> str:
    return f"{cpr[:6]}-••••" if cpr else ""


def clock(at: datetime) -> str:
    return f"{at.astimezone(wire.DANISH_TIME):%d.%m.%Y %H.%M.%S}"
