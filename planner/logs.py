"""Structured logs: JSON lines with the request's id, and one masking step so that no CPR number ever reaches a log."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar

import structlog
from structlog.typing import EventDict, WrappedLogger

request_id: ContextVar[str] = ContextVar("request_id", default="")

_CPR = re.compile(r"(?<!\d)(\d{6})-?\d{4}(?!\d)")


def masked(text: str) -> str:
    """The text with the last four digits of anything that looks like a CPR number taken away."""
    return _CPR.sub(r"\1-••••", text)


def mask_cpr(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {name: masked(value) if isinstance(value, str) else value for name, value in event.items()}


def add_request_id(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    if current := request_id.get():
        event["request_id"] = current
    return event


def configure() -> None:
    """Our own lines go the way of all others, through `Formatter`: masked, and without what variables held."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class Answered(logging.Filter):
    """A request that was answered as it should be, with 403 for instance, is a line without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            vars(record).update({"exc_info": None, "exc_text": None})
        return True


class Formatter(structlog.stdlib.ProcessorFormatter):
    """Turns every log record, ours and the libraries', into one masked JSON line."""

    def __init__(self) -> None:
        super().__init__(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, structlog.stdlib.add_log_level],
            processors=[
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                add_request_id,
                mask_cpr,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
