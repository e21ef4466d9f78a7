"""The Celery app: thin tasks that carry only ids, on the queues work, dfdg, calendar, mail and inbox.

A job carries the id of the request that asked for it, and the worker logs as the web does: JSON, masked, with that id.
"""

import logging.config
import os
from typing import Any

from celery import Celery, signals
from celery.app.amqp import AMQP
from django.conf import settings
from kombu.connection import Connection

from planner.logs import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")

_HEADER = "planner_request"
_LOOKS_AGAIN = {"interval_start": 2, "interval_max": 2}


class _Broker(Connection):
    """A lost one is looked for every other second: Celery's own pauses grow to half a minute (FAULT-04)."""

    def ensure_connection(self, *arguments: Any, **options: Any) -> Any:
        return super().ensure_connection(*arguments, **(_LOOKS_AGAIN | options))  # type: ignore[no-untyped-call]


class _Wiring(AMQP):  # type: ignore[misc]
    Connection = _Broker


app = Celery("planner", amqp=_Wiring)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def log_as_the_web_does(**_signal: Any) -> None:
    """Celery's own format would neither mask nor name the request."""
    logging.config.dictConfig(settings.LOGGING)


def send_request_id(headers: dict[str, Any], **_signal: Any) -> None:
    """The web's request id goes along with the job."""
    if current := request_id.get():
        headers[_HEADER] = current


def take_request_id(task_id: str, task: Any, **_signal: Any) -> None:
    """The worker goes on under the id of the request, or of the job where no request asked."""
    request_id.set(task.request.get(_HEADER) or task_id)


def drop_request_id(**_signal: Any) -> None:
    """The next job has another."""
    request_id.set("")


signals.setup_logging.connect(log_as_the_web_does)
signals.before_task_publish.connect(send_request_id)
signals.task_prerun.connect(take_request_id)
signals.task_postrun.connect(drop_request_id)
