"""A mail server for the stories of e-mail: what it took can be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from icalendar import Calendar
from pytest_django import Settings

from planner.embedded.children import free_port
from planner.embedded.post import server


class Mailbox:
    """The e-mails that a real SMTP server took, in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def subjects(self) -> list[str]:
        return [str(one["subject"]).strip().replace("\N{NO-BREAK SPACE}", " ") for one in self.read()]


@contextmanager
def mail_server(folder: Path, settings: Settings) -> Iterator[Mailbox]:
    """Planner's mails go there."""
    port = free_port()
    controller = server(folder, port)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    try:
        yield Mailbox(folder)
    finally:
        controller.stop()


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\N{NO-BREAK SPACE}", " ")


def calendar_of(mail: EmailMessage) -> Calendar:
    [file] = mail.iter_attachments()
    assert file.get_content_type() == "text/calendar"
    read = Calendar.from_ical(file.get_content())
    assert isinstance(read, Calendar)
    return read
