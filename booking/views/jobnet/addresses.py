"""The addresses of BorgerBookingService, as the settings have them; read without regard to case."""

from __future__ import annotations

import re

from django.conf import settings
from django.urls import URLPattern, re_path

from booking.views.jobnet import door, published
from planner.dfdg.jobnet.methods import routes

ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
PARTS = {"{offer_id}": f"(?P<offer_id>{ID})", "{booking_id}": f"(?P<booking_id>{ID})"}
ROOT = "v1/BorgerBooking"
OPENAPI = f"{ROOT}/openapi.json"


def addresses() -> list[URLPattern]:
    """One for each path; which method it is, the verb says."""
    found = [
        re_path(_pattern(path), door.serve, {"operations": verbs}, name=f"jobnet_{next(iter(verbs.values()))}")
        for path, verbs in routes(settings.BORGERBOOKING_PATHS).items()
    ]
    openapi = re_path(_pattern(OPENAPI), published.openapi, name="jobnet_openapi")
    ping = re_path(_pattern("ping"), published.ping, name="jobnet_ping")
    unknown = re_path(f"{_pattern(ROOT).removesuffix('/?$')}/.*", door.serve, {"operations": {}}, name="jobnet_unknown")
    return [*found, openapi, ping, unknown]


def _pattern(path: str) -> str:
    """Either case of each letter, since Django cannot write an address with «(?i)» in it."""
    pieces = re.split(r"(\{\w+\})", path)
    return f"^{''.join(PARTS.get(piece) or ''.join(map(_any_case, piece)) for piece in pieces)}/?$"


def _any_case(letter: str) -> str:
    return f"[{letter}{letter.swapcase()}]" if letter.isalpha() else re.escape(letter)
