"""Keeping the standard texts: an edition that once held is never changed."""

from __future__ import annotations

from collections.abc import Mapping

from admin_module.models import StandardText


def keep_edition(*, before: StandardText, texts: Mapping[str, str]) -> StandardText:
    """The next edition after `before`; the caller has waited for its turn."""
    return StandardText.objects.create(
        jobcentre_id=before.jobcentre_id, type_id=before.type_id, edition=before.edition + 1, **texts
    )
