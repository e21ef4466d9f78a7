"""What Prometheus reads (RUN-04): requests by page, jobs that wait, and what is not sent yet. Nothing about persons.

Requests are counted in each web process, and added up where PROMETHEUS_MULTIPROC_DIR names a folder that they share.
What waits is asked of broker and database at the time, so that it is the same from every machine.
"""

import os
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from hmac import compare_digest
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis import Redis
from redis.exceptions import RedisError

from planner.accounts.tenancy import acting_for, jobcentre_ids
from planner.inbox.models import Received
from planner.outbox.models import Message, Receiver, Stop
from planner.outbox.states import OPEN

QUEUES = ("work", "dfdg", "calendar", "mail", "inbox")
Answer = TypeVar("Answer")
_PAGE_LABELS = ("method", "page", "status")
_own = CollectorRegistry()
_requests = Counter("planner_requests", "Answers given", _PAGE_LABELS, registry=_own)
_seconds = Histogram(
    "planner_request_seconds",
    "Time to the answer",
    ("page",),
    registry=_own,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class RequestMetricsMiddleware:
    """Counts every answer by page name and status, and how long it took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        response = self.get_response(request)
        page = request.resolver_match.view_name if request.resolver_match else "unknown"
        method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
        _requests.labels(method, page, str(response.status_code)).inc()
        _seconds.labels(page).observe(time.monotonic() - started)
        return response


class Waiting(Collector):
    """The queues of the broker, and open messages of all job centres together."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        yield from self._queues()
        yield from self._messages()
        yield from self._received()
        yield from self._stops()

    def _queues(self) -> Iterator[Metric]:
        family = GaugeMetricFamily("planner_queue_length", "Jobs waiting at the broker", labels=["queue"])
        try:
            with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as broker:
                for queue in QUEUES:
                    family.add_metric([queue], broker.llen(queue))
        except RedisError:
            pass
        yield family

    def _messages(self) -> Iterator[Metric]:
        messages = GaugeMetricFamily("planner_outbox_messages", "Messages not yet sent", labels=["receiver", "state"])
        age = GaugeMetricFamily("planner_outbox_oldest_seconds", "Age of the oldest of them", labels=["receiver"])
        count: Tally[tuple[str, str]] = Tally()
        oldest: dict[str, datetime] = {}
        try:
            for receiver, state, number, created_at in _open_messages():
                count[receiver, state] += number
                oldest[receiver] = min(oldest.get(receiver, created_at), created_at)
        except DatabaseError:
            return
        for (receiver, state), number in sorted(count.items()):
            messages.add_metric([receiver, state], number)
        for receiver, created_at in sorted(oldest.items()):
            age.add_metric([receiver], (self.now - created_at).total_seconds())
        yield messages
        yield age

    def _received(self) -> Iterator[Metric]:
        """What was pushed to us and is not handled yet."""
        length = GaugeMetricFamily("planner_inbox_messages", "Pushed messages not yet handled")
        age = GaugeMetricFamily("planner_inbox_oldest_seconds", "Age of the oldest of them")
        unhandled = Received.objects.filter(handled_at=None).order_by()
        try:
            rows = _of_all(lambda: [unhandled.aggregate(number=Count("pk"), oldest=Min("received_at"))])
        except DatabaseError:
            return
        length.add_metric([], sum(row["number"] for row in rows))
        oldest = min((row["oldest"] for row in rows if row["oldest"]), default=self.now)
        age.add_metric([], (self.now - oldest).total_seconds())
        yield length
        yield age

    def _stops(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "planner_receiver_stopped", "Job centres that nothing is sent for", labels=["receiver"]
        )
        try:
            stopped = Tally(_of_all(lambda: Stop.objects.values_list("receiver", flat=True)))
        except DatabaseError:
            return
        for receiver in Receiver.values:
            family.add_metric([receiver], stopped[receiver])
        yield family


def _of_all(asked: Callable[[], Iterable[Answer]]) -> list[Answer]:
    """The answers of every job centre, one after the other, since none sees another's."""
    found: list[Answer] = []
    for jobcentre_id in jobcentre_ids():
        with acting_for(jobcentre_id, source="metrics"):
            found += asked()
    return found


def _open_messages() -> list[tuple[str, str, int, datetime]]:
    """Receiver, state, number and the oldest one's time, job centre by job centre, since none sees another's."""
    groups = Message.objects.filter(state__in=OPEN).order_by().values_list("receiver", "state")
    return _of_all(lambda: groups.annotate(Count("pk"), Min("created_at")))


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For who has the token; without one configured nobody, except in the embedded demo."""
    if not _may_read(request):
        raise Http404
    asked_now = CollectorRegistry()
    asked_now.register(Waiting(timezone.now()))
    counted = _own
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(counted) + generate_latest(asked_now), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    if not settings.METRICS_TOKEN:
        return bool(settings.EMBEDDED)
    return compare_digest(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")
