"""Who changed a row last, as the audit has it."""

from __future__ import annotations

from django.db.models import Model

from planner.accounts.models import User
from planner.audit.models import Change


def last_changed_by(row: Model) -> str:
    """The name of the person behind the row's latest change; "" where it was Planner itself, or nobody known."""
    changes = Change.objects.filter(table=row._meta.db_table, row=str(row.pk)).order_by("-at")
    actor = changes.values_list("actor", flat=True).first()
    user = User.objects.filter(pk=actor).first() if actor else None
    return user.full_name if user else ""
