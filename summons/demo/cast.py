"""Who can sign in to the demo. One password for all; the demo is refused where people's real data could be."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from planner.accounts.models import Jobcentre, Membership, User
from planner.accounts.roles import Role
from planner.dfdg.simulator.population import FJORDBY, PLACES, SKOVBY, Population

PASSWORD = "Havnegade-4"  # noqa: S105 - printed on the demo's own sign-in page


@dataclass(frozen=True)
class Part:
    """A user of the demo and the roles they have at each job centre they belong to."""

    username: str
    name: str
    roles: tuple[Role, ...]
    codes: tuple[str, ...]


PARTS = (
    Part("karen", "Karen Holst", (Role.CASEWORKER,), (FJORDBY,)),
    Part("admin", "Anne-Grethe Juul", (Role.ADMINISTRATOR,), (FJORDBY,)),
    Part("winnie", "Winnie Jensen", (Role.COUNSELLOR,), (FJORDBY,)),
    Part("revisor", "Henning Storm", (Role.AUDITOR,), (FJORDBY,)),
    Part("lotte", "Lotte Berg", (Role.CASEWORKER, Role.COUNSELLOR), (FJORDBY,)),
    Part("carina", "Carina Østerby", (Role.CASEWORKER,), (FJORDBY,)),
    Part("carla", "Carla Juhl", (Role.CASEWORKER,), (SKOVBY,)),
    Part("admin-skovby", "Gunhild Aaby", (Role.ADMINISTRATOR,), (SKOVBY,)),
    Part("ulla", "Ulla Brandt", (Role.COUNSELLOR,), (SKOVBY,)),
    Part("revisor-skovby", "Mogens Riis", (Role.AUDITOR,), (SKOVBY,)),
    Part("vikar", "Vibeke Karlsen", (Role.CASEWORKER,), (FJORDBY, SKOVBY)),
)


def is_made() -> bool:
    """Whether the demo's users are there; all of it is made in one transaction."""
    return User.objects.filter(username=PARTS[0].username).exists()


def make_users(known: Population) -> dict[str, User]:
    """Every user, by name; those who are employees carry their employee id, which makes them that counsellor."""
    identifiers = {employee.full_name: employee.identifier for employee in known.employees}
    encoded = make_password(PASSWORD)
    users = [_user(part, encoded, identifiers.get(part.name, "")) for part in PARTS]
    return {user.full_name: user for user in User.objects.bulk_create(users)}


def _user(part: Part, encoded: str, employee_id: str) -> User:
    given_name, family_name = part.name.rsplit(" ", 1)
    return User(
        username=part.username,
        password=encoded,
        given_name=given_name,
        family_name=family_name,
        email=f"{part.username}@planner.example",
        employee_id=employee_id,
    )


def make_memberships(jobcentre: Jobcentre, code: str, users: dict[str, User]) -> None:
    Membership.objects.bulk_create(
        Membership(jobcentre=jobcentre, user=users[part.name], roles=list(part.roles))
        for part in PARTS
        if code in part.codes
    )


def sign_ins() -> list[dict[str, object]]:
    """For the command's output and `ready.json`."""
    return [
        {
            "username": part.username,
            "password": PASSWORD,
            "roles": [role.value for role in part.roles],
            "name": part.name,
            "place": " og ".join(PLACES[code].name for code in part.codes),
            "jobcentres": list(part.codes),
        }
        for part in PARTS
    ]
