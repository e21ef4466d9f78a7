"""A counsellor's own calendar: connected, spoken with, taken away again (COUN-14)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from admin_module.models import CalendarConnection, CalendarSystem
from planner.accounts.vault import decrypt, encrypt
from planner.calendars import lines
from planner.calendars.addresses import checked
from planner.calendars.caldav import CalDavCalendar
from planner.calendars.errors import CalendarError, Refused
from planner.calendars.graph import Application, GraphCalendar
from planner.calendars.interface import ExternalCalendar


def calendar_of(connection: CalendarConnection) -> ExternalCalendar:
    """The calendar behind the connection; Refused where the settings do not allow it."""
    if connection.system == CalendarSystem.GRAPH:
        return GraphCalendar(
            application=_application(), mailbox=connection.address, timeout=settings.CALENDAR_TIMEOUT_SECONDS
        )
    return CalDavCalendar(
        address=allowed(connection.address),
        user_name=connection.user_name,
        password=decrypt(connection.secret) if connection.secret else "",
        timeout=settings.CALENDAR_TIMEOUT_SECONDS,
    )


def allowed(address: str) -> str:
    """The address of a calendar by CalDAV, where Planner may call it."""
    return checked(address, hosts=settings.CALENDAR_HOSTS, plain_loopback=settings.EMBEDDED)


def has_graph() -> bool:
    """Whether Planner is registered with Microsoft 365."""
    return bool(settings.GRAPH_TENANT and settings.GRAPH_CLIENT_ID and settings.GRAPH_CLIENT_SECRET)


def _application() -> Application:
    if not has_graph():
        sentence = _("Planner er ikke registreret i Microsoft 365. Den, der driver Planner, skal sætte GRAPH_TENANT.")
        raise Refused(sentence)
    return Application(
        tenant=settings.GRAPH_TENANT,
        client_id=settings.GRAPH_CLIENT_ID,
        secret=settings.GRAPH_CLIENT_SECRET,
        base_url=settings.GRAPH_URL,
        login_url=settings.GRAPH_LOGIN_URL,
    )


def line_of(connection: CalendarConnection) -> str:
    """What the line to it is called within a process."""
    return f"{connection.pk}:{connection.version}"


def connect(*, connection: CalendarConnection, password: str) -> CalendarConnection:
    """Keep it; another calendar than before begins afresh, so that nothing is looked for where it never was."""
    before = CalendarConnection.objects.filter(counsellor=connection.counsellor_id).first()
    if password:
        connection.secret = encrypt(password)
    if connection.system == CalendarSystem.GRAPH:
        connection.user_name, connection.secret = "", None
    connection.last_error = ""
    if before and _place(before) != _place(connection):
        before.delete()
        connection.pk, connection.last_contact_at, connection.busy_read_at = None, None, None
    connection.save()
    return connection


def _place(connection: CalendarConnection) -> tuple[str, str]:
    return connection.system, connection.address


def disconnect(*, connection: CalendarConnection) -> None:
    """Planner neither writes nor reads there any more; what it wrote stays there."""
    connection.delete()


def probe(connection: CalendarConnection) -> str:
    """[Test forbindelse]: empty where it answers and lets us in, else why not. No transaction is open."""
    try:
        calendar_of(connection).probe()
    except CalendarError as fault:
        return fault.sentence
    lines.answers(line_of(connection))
    return ""


def note_contact(*, connection_id: int, fault: str, now: datetime) -> None:
    """How it went when it was last spoken with."""
    said = {"last_error": fault[:500]} if fault else {"last_error": "", "last_contact_at": now}
    CalendarConnection.objects.filter(pk=connection_id).update(**said)
