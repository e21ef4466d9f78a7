"""The table of roles, cell by cell (SEC-02, GUARD-05)."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from planner.accounts.management.commands import roles
from planner.accounts.permissions import ALLOWED, Permission, permissions_of
from planner.accounts.roles import Role

P = Permission
NOTHING: frozenset[Permission] = frozenset()

CELLS: dict[frozenset[Permission], tuple[set[Permission] | frozenset[Permission], ...]] = {
    # what the row is about: administrator, caseworker, counsellor, auditor
    frozenset({P.FRONT_PAGE}): ({P.FRONT_PAGE}, {P.FRONT_PAGE}, {P.FRONT_PAGE}, {P.FRONT_PAGE}),
    frozenset({P.ORGANISATION_CHANGE, P.ORGANISATION_SEE, P.ORGANISATION_SEE_OWN}): (
        {P.ORGANISATION_CHANGE, P.ORGANISATION_SEE},
        {P.ORGANISATION_SEE},
        {P.ORGANISATION_SEE_OWN},
        NOTHING,
    ),
    frozenset({P.OFFERS_SEE, P.OFFERS_CHANGE}): (
        {P.OFFERS_SEE},
        {P.OFFERS_SEE, P.OFFERS_CHANGE},
        {P.OFFERS_SEE},
        NOTHING,
    ),
    frozenset({P.SUMMON}): (NOTHING, {P.SUMMON}, NOTHING, NOTHING),
    frozenset({P.APPOINTMENTS_COUNT, P.APPOINTMENTS_CHANGE, P.APPOINTMENTS_OWN}): (
        {P.APPOINTMENTS_COUNT},
        {P.APPOINTMENTS_CHANGE},
        {P.APPOINTMENTS_OWN},
        NOTHING,
    ),
    frozenset({P.CALENDAR_FREE_BUSY, P.CALENDAR_ALL, P.CALENDAR_OWN}): (
        {P.CALENDAR_FREE_BUSY},
        {P.CALENDAR_ALL},
        {P.CALENDAR_OWN},
        NOTHING,
    ),
    frozenset({P.ABSENCE_CHANGE, P.ABSENCE_OWN}): ({P.ABSENCE_CHANGE}, {P.ABSENCE_CHANGE}, {P.ABSENCE_OWN}, NOTHING),
    frozenset({P.CITIZEN_SEE, P.CITIZEN_SEE_OWN}): (NOTHING, {P.CITIZEN_SEE}, {P.CITIZEN_SEE_OWN}, NOTHING),
    frozenset({P.STATISTICS, P.STATISTICS_OWN}): ({P.STATISTICS}, {P.STATISTICS}, {P.STATISTICS_OWN}, {P.STATISTICS}),
    frozenset({P.CONNECTIONS_SEE, P.CONNECTIONS_CHANGE}): (
        {P.CONNECTIONS_SEE, P.CONNECTIONS_CHANGE},
        NOTHING,
        NOTHING,
        {P.CONNECTIONS_SEE},
    ),
    frozenset({P.AUDIT_SEE}): (NOTHING, NOTHING, NOTHING, {P.AUDIT_SEE}),
}
ROLES = (Role.ADMINISTRATOR, Role.CASEWORKER, Role.COUNSELLOR, Role.AUDITOR)


@pytest.mark.requirement("SEC-02", "GUARD-05")
@pytest.mark.parametrize("number", range(len(ROLES)), ids=[role.value for role in ROLES])
@pytest.mark.parametrize("row", CELLS, ids=lambda row: min(permission.name for permission in row).lower())
def test_a_role_may_what_its_cell_says_and_no_more(row: frozenset[Permission], number: int) -> None:
    assert ALLOWED[ROLES[number]] & row == CELLS[row][number]


def test_the_rows_hold_every_permission_once() -> None:
    assert sorted(permission.name for row in CELLS for permission in row) == sorted(one.name for one in Permission)
    assert set(ALLOWED) == set(Role) == set(ROLES)


@pytest.mark.requirement("GUARD-05")
def test_an_administrator_is_not_thereby_a_caseworker() -> None:
    both = permissions_of([Role.ADMINISTRATOR, Role.CASEWORKER])
    assert P.SUMMON not in permissions_of([Role.ADMINISTRATOR])
    assert both == ALLOWED[Role.ADMINISTRATOR] | ALLOWED[Role.CASEWORKER]
    assert permissions_of([]) == NOTHING


@pytest.mark.requirement("SEC-02")
def test_the_printed_table_is_fresh() -> None:
    call_command("roles", "--check")


@pytest.mark.requirement("SEC-02")
def test_a_stale_table_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ALLOWED, Role.AUDITOR, NOTHING)
    with pytest.raises(CommandError, match=r"manage\.py roles"):
        call_command("roles", "--check")
    assert "| Revisionsspor | – | – | – | se |" in roles.PLACE.read_text()
