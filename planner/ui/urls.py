"""The page that shows every component, in the embedded demo only."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from planner.ui import styleguide

app_name = "ui"
styleguide_pages = [
    path("ui/", styleguide.components, name="components"),
    path("ui/calendar/", styleguide.calendar, name="calendar"),
    path("ui/me/", styleguide.citizen, name="me"),
    path("ui/form/", styleguide.example_form, name="form"),
    path("ui/confirm/", styleguide.example_confirm, name="confirm"),
    path("ui/detail/<int:number>/", styleguide.example_detail, name="detail"),
    path("ui/options/", styleguide.example_options, name="options"),
    path("ui/progress/", styleguide.example_progress, name="progress"),
    path("ui/act/", styleguide.example_act, name="act"),
    path("ui/refused/", styleguide.example_refusal, name="refused"),
]
urlpatterns = styleguide_pages if settings.EMBEDDED or settings.DEBUG else []
