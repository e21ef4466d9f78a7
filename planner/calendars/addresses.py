"""Which addresses Planner may call: https on hosts that whoever runs Planner allows, never where an answer points."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from planner.calendars.errors import Refused


def checked(address: str, *, hosts: Collection[str], plain_loopback: bool = False) -> str:
    """The address, where it may be called; Refused with what is wrong. `plain_loopback`: this machine without TLS."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused(_("Adressen kan ikke læses. Skriv den som https://kalender.example/navn/kalender/.")) from None
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Refused(_("Adressen må ikke indeholde brugernavn, adgangskode eller tegnene «?» og «#»."))
    here = plain_loopback and is_loopback(host)
    if not host or (parts.scheme != "https" and not (here and parts.scheme == "http")):
        raise Refused(_("Adressen skal begynde med https://."))
    if host not in hosts and f"{host}:{port or 443}" not in hosts:
        sentence = _("Planner må ikke kalde «%s». Den, der driver Planner, skal tilføje serveren til CALENDAR_HOSTS.")
        raise Refused(sentence % host)
    return address


def is_loopback(host: str) -> bool:
    """Whether it is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
