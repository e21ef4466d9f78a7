"""The roof: every house hangs its pages here."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("planner.accounts.urls")),
    path("", include("summons.urls")),
    path("", include("booking.urls")),
    path("", include("planner.ui.urls")),
]

handler500 = "planner.ui.views.server_error"
