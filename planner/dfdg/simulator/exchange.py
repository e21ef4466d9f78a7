"""What comes in and what goes out, apart from sockets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import parse_qs

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` have lower-case names."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_form(self) -> bool:
        return self.headers.get("content-type", "").startswith(FORM)

    def json(self) -> Any:
        """The body; a form is an object of its filled fields. ValueError when it is neither."""
        if self.is_form:
            return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}
        return json.loads(self.body or b"null")


class Ending(Enum):
    ANSWERED = "answered"
    CLOSED = "closed"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Ending = Ending.ANSWERED


def answer(status: int, body: object = None, *, headers: Mapping[str, str] | None = None) -> Response:
    text = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    return Response(status, text, headers=headers or {})
