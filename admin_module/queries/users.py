"""Who works at the job centre, and what they may do."""

from __future__ import annotations

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from admin_module.models import Counsellor
from planner.accounts.models import Membership


def members(jobcentre_id: int, *, q: str = "", role: str = "") -> QuerySet[Membership]:
    """The memberships, each with `counsellor`, the name of the counsellor that the user is.

    The job centre is named although somebody acts for it: people see their own memberships everywhere.
    """
    counsellor = Counsellor.objects.living().filter(user=OuterRef("user")).order_by("pk")
    found = (
        Membership.objects.filter(jobcentre_id=jobcentre_id)
        .select_related("user")
        .annotate(
            name=Concat("user__given_name", Value(" "), "user__family_name"),
            counsellor=Subquery(counsellor.values("full_name")[:1]),
        )
    )
    if q:
        found = found.filter(Q(name__icontains=q) | Q(user__username__icontains=q) | Q(user__email__icontains=q))
    return found.filter(roles__contains=[role]) if role else found
