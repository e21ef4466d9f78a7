"""The project's pages with the styleguide, which is there in the embedded demo only."""

from __future__ import annotations

from django.urls import include, path

from planner.ui.urls import styleguide_pages
from planner.urls import handler500
from planner.urls import urlpatterns as project_pages

__all__ = ["handler500", "urlpatterns"]

urlpatterns = [path("", include((styleguide_pages, "ui"))), *project_pages]
