"""Fields that several houses ask with."""

from __future__ import annotations

from typing import Any

from django import forms


class TeamField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Teams indented by their place in the tree, but the chosen one, which stands alone in the closed field."""

    chosen = ""

    def label_from_instance(self, obj: Any) -> str:
        depth = 0 if str(obj.pk) == self.chosen else int(obj.tree_depth)
        return f"{chr(160) * 4 * depth}{obj.name}"
