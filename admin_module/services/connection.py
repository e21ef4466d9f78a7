"""The one connection to DFDG of this process, made from the settings, and on whose behalf it is used."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from planner.accounts.models import JobcentreCode, User
from planner.accounts.set_up import kept
from planner.dfdg.client import Client, Config
from planner.dfdg.messages import Caller


def client() -> Client:
    """Keeps its connections; shared by the threads of the process."""
    return _client(settings.DFDG_URL, settings.DFDG_CERTIFICATE, settings.DFDG_TIMEOUT_SECONDS)


@lru_cache(maxsize=4)
def _client(url: str, certificate: str, timeout: float) -> Client:
    return Client(Config(base_url=url, certificate=Path(certificate) if certificate else None, timeout=timeout))


@kept
def main_code() -> str:
    """The main national code of the job centre that is acted for."""
    return JobcentreCode.objects.order_by("position").values_list("code", flat=True)[0]


def caller_for(user: User | None, *, code: str, job: str, now: datetime) -> Caller:
    """The caseworker behind a call; the program itself where there is none, or none that DFDG would know."""
    if user is None or not user.employee_id:
        return Caller.system(jobcentre_code=code, job=job, registered_at=now)
    return Caller.caseworker(
        jobcentre_code=code,
        full_name=user.full_name,
        identifier=user.employee_id,
        registered_at=now,
        email=user.email,
    )
