"""Who may call BorgerBookingService: DFDG by its certificate, «Min side» by its token (`dfdg.md` 1.13)."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from booking.models import Origin
from planner.accounts.addresses import address_of
from planner.outbox.models import CalledBy


@dataclass(frozen=True, slots=True)
class Caller:
    """`source` is what Revisionsspor calls it when the citizen did it."""

    origin: Origin
    source: str
    called_by: CalledBy

    @property
    def is_own(self) -> bool:
        return self.origin == Origin.OWN


JOBNET = Caller(Origin.JOBNET, "jobnet", CalledBy.JOBNET)
MIN_SIDE = Caller(Origin.OWN, "minside", CalledBy.OWN)


def caller_of(request: HttpRequest) -> Caller | None:
    """Whom we let in; None for everybody else."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if _same(token, settings.BORGERBOOKING_OWN_TOKEN):
        return MIN_SIDE
    if not _from_an_allowed_address(request):
        return None
    return JOBNET if _same(token, settings.BORGERBOOKING_TOKEN) or _has_trusted_certificate(request) else None


def _same(given: str, wanted: str) -> bool:
    return bool(wanted) and compare_digest(given.encode(), wanted.encode())


def _has_trusted_certificate(request: HttpRequest) -> bool:
    """The thumbprint that our own proxy saw; without a proxy of ours anybody could write the header."""
    if not settings.BEHIND_PROXY:
        return False
    seen = request.headers.get(settings.BORGERBOOKING_CERTIFICATE_HEADER, "").replace(":", "").strip().lower()
    return seen in settings.BORGERBOOKING_CERTIFICATES


def _from_an_allowed_address(request: HttpRequest) -> bool:
    if not settings.BORGERBOOKING_ADDRESSES:
        return True
    address = address_of(request)
    return address is not None and any(ip_address(address) in one for one in settings.BORGERBOOKING_ADDRESSES)
