"""The interface's ground: frame, components, lists in the address, words, refusals."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "planner.ui"
    verbose_name = "Interface"
