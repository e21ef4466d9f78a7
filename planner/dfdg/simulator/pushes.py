"""What DFDG pushes to the planner (`dfdg.md` 3.1): in order per citizen and kind, with doubling pauses after failures.

It can be told to misbehave as a network does: to say each message several times, to shuffle them, to hold them back.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Lock

import httpx2

from planner.dfdg import wire
from planner.dfdg.codes import OrganisationType
from planner.dfdg.messages import Organisation
from planner.dfdg.simulator.jobnet import PATIENCE_SECONDS, Address
from planner.dfdg.simulator.store import Push, Store

PATH = "/dfdg/webhook/"
LONGEST_PAUSE = timedelta(hours=3)
LOOK_AGAIN_SECONDS = 0.5
AT_ONCE = 200

Send = Callable[[Mapping[str, str], dict[str, object]], int]
"""Headers and body to the planner; the status of its answer, 0 where none came."""


@dataclass(slots=True)
class Manners:
    """How messages are delivered: `times` each, 1 to 3; `shuffled` within what is due; `held` not at all."""

    times: int = 1
    shuffled: bool = False
    held: bool = False


class Pusher:
    """Delivers what the store has written down."""

    def __init__(
        self, store: Store, send: Send, clock: Callable[[], datetime], *, chance: random.Random | None = None
    ) -> None:
        """`chance` decides the order of shuffled messages."""
        self.manners = Manners()
        self._store, self._send, self._clock = store, send, clock
        self._chance = chance or random.Random()  # noqa: S311 - an order, no secret
        self._names = wire.HeaderNames()
        self._lock = Lock()

    def deliver(self) -> int:
        """Say everything that is due once over; how many messages the planner took."""
        with self._lock:
            if self.manners.held:
                return 0
            return sum(map(self._deliver, self._due()))

    def run(self, stopped: Event) -> None:
        """In a thread of its own, until stopped."""
        while not stopped.is_set():
            if not self.deliver():
                stopped.wait(LOOK_AGAIN_SECONDS)

    def _due(self) -> list[Push]:
        """The first of each citizen and kind whose pause is over; shuffled, everything and each several times."""
        now, heads, due = self._clock(), set[tuple[str, int]](), list[Push]()
        for push in self._store.unpushed():
            is_head = (push.cpr, push.entity) not in heads
            heads.add((push.cpr, push.entity))
            if push.not_before <= now and (is_head or self.manners.shuffled):
                due.append(push)
        due = due[:AT_ONCE]
        if self.manners.shuffled:
            self._chance.shuffle(due)
        return due

    def _deliver(self, push: Push) -> bool:
        """Whether it was taken, and is not said again."""
        headers, body = self._headers(push), wire.pushed_body(push.message)
        statuses = [self._send(headers, body) for _time in range(self.manners.times)]
        taken = any(200 <= status < 300 for status in statuses)
        attempts = push.attempts + 1
        pause = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(attempts, 20) - 1))
        self._store.note_push(
            push.number, taken=taken, attempts=attempts, status=statuses[-1], not_before=self._clock() + pause
        )
        return taken

    def _headers(self, push: Push) -> dict[str, str]:
        organisation = wire.organisation_body(Organisation(OrganisationType.JOBCENTRE, push.jobcentre_code))
        return {self._names.organisation: wire.encoded(organisation, self._names.organisation_encoding)}


def over_http(address: Address) -> Send:
    """To the webhook of a planner, by the token of a trial run."""
    client = httpx2.Client(base_url=address.url, timeout=PATIENCE_SECONDS, trust_env=False)

    def send(headers: Mapping[str, str], body: dict[str, object]) -> int:
        token = {"Authorization": f"Bearer {address.token}"} if address.token else {}
        try:
            return client.post(PATH, headers={**headers, **token}, json=body).status_code
        except httpx2.HTTPError:
            return 0

    return send
