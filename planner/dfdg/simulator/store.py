"""What the simulator remembers: one SQLite database, in memory or in a file that outlives it."""

import json
import sqlite3
from dataclasses import astuple, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any
from uuid import UUID, uuid4

from planner.dfdg.codes import ChangeKind, EntityKind
from planner.dfdg.messages import Organisation, PushedMessage

LATEST = "WHERE number > (SELECT coalesce(max(number), 0) FROM {table}) - ?"
REQUEST_IDS_KEPT = timedelta(days=7)
A_MOMENT = 0.00001
"""Seconds between two changes at least, so that the later is known."""
TABLES = """
CREATE TABLE IF NOT EXISTS request_id (id TEXT PRIMARY KEY, seen_at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS request_id_by_age ON request_id (seen_at);
CREATE TABLE IF NOT EXISTS summons (
    id TEXT PRIMARY KEY, cpr TEXT NOT NULL, jobcentre TEXT NOT NULL, system TEXT NOT NULL, body TEXT NOT NULL,
    deleted INTEGER NOT NULL, changed_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS summons_of_citizen ON summons (cpr);
CREATE TABLE IF NOT EXISTS version (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, summons TEXT NOT NULL, cpr TEXT NOT NULL,
    change INTEGER NOT NULL, changed_at REAL NOT NULL, organisation_kind INTEGER NOT NULL,
    organisation_code TEXT NOT NULL, request_id TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS version_of_summons ON version (summons);
CREATE TABLE IF NOT EXISTS choice (summons TEXT PRIMARY KEY, cpr TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS call (
    number INTEGER PRIMARY KEY AUTOINCREMENT, called_at REAL NOT NULL, operation TEXT NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, cpr TEXT NOT NULL, request_id TEXT NOT NULL, user_name TEXT NOT NULL, status INTEGER NOT NULL,
    ending TEXT NOT NULL, fault TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS push (
    number INTEGER PRIMARY KEY AUTOINCREMENT, entity INTEGER NOT NULL, external TEXT NOT NULL, version TEXT NOT NULL,
    cpr TEXT NOT NULL, jobcentre TEXT NOT NULL, change INTEGER NOT NULL, registered_at REAL NOT NULL,
    body TEXT NOT NULL, taken INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
    status INTEGER NOT NULL DEFAULT 0, not_before REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS push_waiting ON push (number) WHERE NOT taken;
CREATE TABLE IF NOT EXISTS person (cpr TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS employee (email TEXT PRIMARY KEY, body TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A summons as it stands: their JSON, and who keeps it."""

    summons_id: UUID
    cpr: str = field(repr=False)
    jobcentre_code: str
    system: str
    body: dict[str, Any] = field(repr=False)
    deleted: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One effect, in order of `number`."""

    number: int
    version_id: UUID
    summons_id: UUID
    cpr: str = field(repr=False)
    change: ChangeKind
    changed_at: datetime
    organisation: Organisation
    request_id: str
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that came in, and how it ended."""

    called_at: datetime
    operation: str
    method: str
    path: str
    cpr: str = field(repr=False)
    request_id: str
    user_name: str
    status: int
    ending: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A message to the planner, and how far it has come; `status` 0: no answer yet."""

    number: int
    jobcentre_code: str
    message: PushedMessage
    taken: bool
    attempts: int
    status: int
    not_before: datetime

    @property
    def cpr(self) -> str:
        return self.message.cpr

    @property
    def entity(self) -> int:
        return self.message.entity


class Store:
    """Shared by threads: hold `lock` over what must not be torn apart.

    `subscribed`: whether changes are also written down to be pushed.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.lock = RLock()
        self.subscribed = False
        self._db = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + TABLES)

    def close(self) -> None:
        with self.lock:
            self._db.close()

    def is_first(self, request_id: str, *, now: datetime) -> bool:
        """Remembers the id for seven days; False when it was seen before."""
        with self.lock:
            self._db.execute("DELETE FROM request_id WHERE seen_at <= ?", ((now - REQUEST_IDS_KEPT).timestamp(),))
            added = self._db.execute("INSERT OR IGNORE INTO request_id VALUES (?, ?)", (request_id, now.timestamp()))
            return added.rowcount == 1

    # Summonses

    def held(self, summons_id: UUID) -> Held | None:
        rows = self._summonses("WHERE id = ?", str(summons_id))
        return rows[0] if rows else None

    def summonses(self, *, cpr: str | None = None) -> list[Held]:
        """All, or one citizen's, in the order they came; deleted ones too."""
        return self._summonses("") if cpr is None else self._summonses("WHERE cpr = ?", cpr)

    def _summonses(self, condition: str, *values: str) -> list[Held]:
        with self.lock:
            rows = self._db.execute(f"SELECT * FROM summons {condition} ORDER BY rowid", values).fetchall()  # noqa: S608
        return [
            Held(
                summons_id=UUID(row["id"]),
                cpr=row["cpr"],
                jobcentre_code=row["jobcentre"],
                system=row["system"],
                body=json.loads(row["body"]),
                deleted=bool(row["deleted"]),
                changed_at=_instant(row["changed_at"]),
            )
            for row in rows
        ]

    def put(self, held: Held) -> None:
        """Writes the summons as it now stands; its history is silent about it."""
        body, changed_at = json.dumps(held.body), held.changed_at.timestamp()
        with self.lock:
            self._db.execute(
                "INSERT INTO summons VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "body = excluded.body, deleted = excluded.deleted, changed_at = excluded.changed_at",
                (str(held.summons_id), held.cpr, held.jobcentre_code, held.system, body, held.deleted, changed_at),
            )

    def keep(self, held: Held, change: ChangeKind, *, organisation: Organisation, request_id: str) -> Version:
        """Writes the summons as it now stands, and a version of its history."""
        body, changed_at = json.dumps(held.body), held.changed_at.timestamp()
        with self.lock:
            self.put(held)
            columns = (str(uuid4()), str(held.summons_id), held.cpr, change, changed_at)
            cursor = self._db.execute(
                "INSERT INTO version (id, summons, cpr, change, changed_at, organisation_kind, organisation_code, "
                "request_id, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*columns, organisation.kind, organisation.code, request_id, body),
            )
            version = self._versions("WHERE number = ?", cursor.lastrowid or 0)[0]
            self.write_push(_pushed(version), jobcentre_code=held.jobcentre_code)
            return version

    def history(self, summons_id: UUID) -> list[Version]:
        return self._versions("WHERE summons = ?", str(summons_id))

    def versions(self, *, latest: int = 0) -> list[Version]:
        """All, or the latest few, in order."""
        return self._versions(LATEST.format(table="version"), latest) if latest else self._versions("")

    def _versions(self, condition: str, *values: str | int) -> list[Version]:
        with self.lock:
            rows = self._db.execute(f"SELECT * FROM version {condition} ORDER BY number", values).fetchall()  # noqa: S608
        return [
            Version(
                number=row["number"],
                version_id=UUID(row["id"]),
                summons_id=UUID(row["summons"]),
                cpr=row["cpr"],
                change=ChangeKind(row["change"]),
                changed_at=_instant(row["changed_at"]),
                organisation=Organisation(row["organisation_kind"], row["organisation_code"]),
                request_id=row["request_id"],
                body=json.loads(row["body"]),
            )
            for row in rows
        ]

    # Messages to the planner

    def write_push(self, message: PushedMessage, *, jobcentre_code: str) -> None:
        """To be told to the planner, later than every message before it."""
        if not self.subscribed or message.registered_at is None:
            return
        with self.lock:
            latest = self._db.execute("SELECT max(registered_at) FROM push").fetchone()[0] or 0.0
            at = max(message.registered_at.timestamp(), latest + A_MOMENT)
            self._db.execute(
                "INSERT INTO push (entity, external, version, cpr, jobcentre, change, registered_at, body, not_before) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
                (
                    message.entity,
                    str(message.external_id),
                    str(message.version_id),
                    message.cpr,
                    jobcentre_code,
                    message.change,
                    at,
                    json.dumps(message.body),
                ),
            )

    def note_push(self, number: int, *, taken: bool, attempts: int, status: int, not_before: datetime) -> None:
        with self.lock:
            self._db.execute(
                "UPDATE push SET taken = ?, attempts = ?, status = ?, not_before = ? WHERE number = ?",
                (taken, attempts, status, not_before.timestamp(), number),
            )

    def unpushed(self) -> list[Push]:
        """The first that the planner has not taken, in order."""
        return self._pushes("WHERE NOT taken", most=1000)

    def pushes(self, *, latest: int = 0) -> list[Push]:
        """All, or the latest few, in order."""
        return self._pushes(LATEST.format(table="push"), latest) if latest else self._pushes("")

    def _pushes(self, condition: str, *values: str | int, most: int = -1) -> list[Push]:
        with self.lock:
            statement = f"SELECT * FROM push {condition} ORDER BY number LIMIT ?"  # noqa: S608
            rows = self._db.execute(statement, (*values, most)).fetchall()
        return [
            Push(
                number=row["number"],
                jobcentre_code=row["jobcentre"],
                message=PushedMessage(
                    entity=row["entity"],
                    external_id=UUID(row["external"]),
                    version_id=UUID(row["version"]),
                    change=ChangeKind(row["change"]),
                    cpr=row["cpr"],
                    registered_at=_instant(row["registered_at"]),
                    body=json.loads(row["body"]),
                ),
                taken=bool(row["taken"]),
                attempts=row["attempts"],
                status=row["status"],
                not_before=_instant(row["not_before"]),
            )
            for row in rows
        ]

    def choose(self, summons_id: UUID, *, cpr: str, body: dict[str, Any]) -> None:
        with self.lock:
            self._db.execute("INSERT OR REPLACE INTO choice VALUES (?, ?, ?)", (str(summons_id), cpr, json.dumps(body)))

    def choices(self, *, cpr: str | None = None) -> list[dict[str, Any]]:
        with self.lock:
            rows = self._db.execute("SELECT cpr, body FROM choice ORDER BY rowid").fetchall()
        return [json.loads(row["body"]) for row in rows if cpr in (None, row["cpr"])]

    # Calls, and what was added by hand

    def log(self, call: Call) -> None:
        with self.lock:
            self._db.execute(
                "INSERT INTO call (called_at, operation, method, path, cpr, request_id, user_name, status, ending, "
                "fault) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (call.called_at.timestamp(), *astuple(call)[1:]),
            )

    def calls(self, *, latest: int = 0) -> list[Call]:
        """All, or the latest few, in order."""
        condition = LATEST.format(table="call") if latest else ""
        values = (latest,) if latest else ()
        with self.lock:
            rows = self._db.execute(f"SELECT * FROM call {condition} ORDER BY number", values).fetchall()  # noqa: S608
        return [
            Call(
                called_at=_instant(row["called_at"]),
                operation=row["operation"],
                method=row["method"],
                path=row["path"],
                cpr=row["cpr"],
                request_id=row["request_id"],
                user_name=row["user_name"],
                status=row["status"],
                ending=row["ending"],
                fault=row["fault"],
            )
            for row in rows
        ]

    def counts(self) -> dict[str, int]:
        with self.lock:
            rows = self._db.execute(
                "SELECT (SELECT count(*) FROM summons WHERE NOT deleted) AS summonses, "
                "(SELECT count(*) FROM summons WHERE deleted) AS deleted, "
                "(SELECT count(*) FROM version) AS effects, (SELECT count(*) FROM call) AS calls"
            )
            return dict(rows.fetchone())

    def add_person(self, cpr: str, body: dict[str, Any]) -> None:
        with self.lock:
            self._db.execute("INSERT OR REPLACE INTO person VALUES (?, ?)", (cpr, json.dumps(body)))

    def people(self) -> dict[str, dict[str, Any]]:
        with self.lock:
            rows = self._db.execute("SELECT * FROM person").fetchall()
        return {row["cpr"]: json.loads(row["body"]) for row in rows}

    def add_employee(self, email: str, body: dict[str, Any]) -> None:
        with self.lock:
            self._db.execute("INSERT OR REPLACE INTO employee VALUES (?, ?)", (email, json.dumps(body)))

    def employees(self) -> list[dict[str, Any]]:
        with self.lock:
            rows = self._db.execute("SELECT body FROM employee ORDER BY rowid").fetchall()
        return [json.loads(row["body"]) for row in rows]

    def forget(self) -> None:
        """Everything but the people."""
        with self.lock:
            for table in ("request_id", "summons", "version", "choice", "call", "push"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608


def _pushed(version: Version) -> PushedMessage:
    return PushedMessage(
        entity=EntityKind.SUMMONS,
        external_id=version.summons_id,
        version_id=version.version_id,
        change=version.change,
        cpr=version.cpr,
        registered_at=version.changed_at,
        body=version.body,
    )


def _instant(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
