"""The calendars that the demo's counsellors with a sign-in keep elsewhere: at the calendar server of `make run`."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from admin_module.models import CalendarConnection, Counsellor
from admin_module.services.calendars import connect
from planner.accounts.roles import Role
from planner.accounts.tenancy import acting_for, jobcentre_ids
from summons.demo.cast import PARTS, PASSWORD

OWNERS = {part.name: part.username for part in PARTS if Role.COUNSELLOR in part.roles}


def connect_all() -> None:
    """At the demo's set-up; what is coming is written there when the calendars are read for the first time."""
    for counsellor, user_name in _owners():
        connection = CalendarConnection(
            jobcentre_id=counsellor.jobcentre_id,
            counsellor=counsellor,
            address=_address(user_name),
            user_name=user_name,
        )
        connect(connection=connection, password=PASSWORD)


def follow() -> None:
    """The server has another port each time it starts; a calendar that somebody connected instead is left alone."""
    for counsellor, user_name in _owners():
        ours = CalendarConnection.objects.filter(
            counsellor=counsellor, address__regex=rf"^http://127\.0\.0\.1:\d+/{user_name}/"
        )
        ours.update(address=_address(user_name))


def told() -> list[dict[str, str]]:
    """For `ready.json`: where another calendar program finds them."""
    return [
        {"name": counsellor.full_name, "url": _address(user_name), "username": user_name, "password": PASSWORD}
        for counsellor, user_name in _owners()
    ]


def _owners() -> Iterator[tuple[Counsellor, str]]:
    """Each counsellor, acted for while it is their turn, and their name at the calendar server; nobody without one."""
    for jobcentre_id in jobcentre_ids() if settings.DEMO_CALENDARS else ():
        with acting_for(jobcentre_id, source="demo"):
            for counsellor in Counsellor.objects.filter(full_name__in=OWNERS):
                yield counsellor, OWNERS[counsellor.full_name]


def _address(user_name: str) -> str:
    return f"{settings.DEMO_CALENDARS}/{user_name}/kalender/"
