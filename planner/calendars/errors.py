"""How a call to a calendar can end badly. Every sentence may be shown to a user; none holds a password or a body."""

from __future__ import annotations

from datetime import timedelta


class CalendarError(Exception):
    """A call that did not end as wished."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Silent(CalendarError):
    """No answer, or one that says «later»: try again."""

    def __init__(self, sentence: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class NotLetIn(CalendarError):
    """Name, password or rights are wrong; it goes on when they are mended."""


class Refused(CalendarError):
    """The calendar will not have it as it is; a person must look."""

    def __init__(self, sentence: str, *, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status
