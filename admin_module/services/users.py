"""Who may do what at the job centre: adding, changing and removing memberships, never one's own (SEC-02)."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from admin_module.models import Counsellor
from admin_module.services.turns import wait_for_turn
from planner.accounts.models import Membership, User
from planner.accounts.permissions import Permission, permissions_of
from planner.ui.refusal import Refusal


def why_not_change(membership: Membership, by: User) -> Refusal | None:
    """Nobody gives or takes their own roles, so an administrator is always left."""
    if membership.user_id == by.pk:
        return Refusal(_("Du kan ikke ændre dine egne roller. Det gør en anden administrator."), code="own-roles")
    return None


def add_member(
    *, jobcentre_id: int, user: User, roles: Sequence[str], counsellor: Counsellor | None, by: User
) -> Membership:
    """Let a user work here. Raises Refusal where they already do."""
    _wait_and_look(jobcentre_id, by)
    if Membership.objects.filter(jobcentre_id=jobcentre_id, user=user).exists():
        raise Refusal(_("%s er allerede bruger her.") % user.full_name, code="known-user")
    membership = Membership.objects.create(jobcentre_id=jobcentre_id, user=user, roles=list(roles))
    _be(user, counsellor)
    return membership


def change_member(
    *, membership: Membership, roles: Sequence[str], counsellor: Counsellor | None, by: User
) -> Membership:
    """Other roles, which hold from the user's next click."""
    _wait_and_look(membership.jobcentre_id, by)
    if refusal := why_not_change(membership, by):
        raise refusal
    membership.roles, membership.version = list(roles), membership.version + 1
    membership.save(update_fields=["roles", "version"])
    _be(membership.user, counsellor)
    return membership


def remove_member(*, membership: Membership, by: User) -> None:
    """The user no longer works here; what they have made stays."""
    _wait_and_look(membership.jobcentre_id, by)
    if refusal := why_not_change(membership, by):
        raise refusal
    membership.delete()


def _wait_and_look(jobcentre_id: int, by: User) -> None:
    """Two administrators who remove each other at once: the second has lost the right when their turn comes."""
    wait_for_turn(jobcentre_id)
    own = Membership.objects.filter(jobcentre_id=jobcentre_id, user=by).first()
    if own is None or Permission.ORGANISATION_CHANGE not in permissions_of(own.roles):
        raise PermissionDenied


def _be(user: User, counsellor: Counsellor | None) -> None:
    """The user is this counsellor and no other."""
    found = Counsellor.objects.filter(user=user)
    found.exclude(pk=counsellor.pk).update(user=None) if counsellor else found.update(user=None)
    if counsellor and counsellor.user_id != user.pk:
        Counsellor.objects.filter(pk=counsellor.pk).update(user=user)
