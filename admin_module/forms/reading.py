"""What a form holds, for those who may only read it."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django import forms

from planner.ui.differences import in_words


def facts(form: forms.ModelForm[Any], *, without: Container[str] = ()) -> list[tuple[Any, str]]:
    """Label and words of every field that holds something."""
    shown = [bound for bound in form.visible_fields() if bound.name not in without]
    return [(bound.label, words) for bound in shown if (words := in_words(bound.field, bound.initial))]
