"""The roof: every house hangs its pages here."""

from __future__ import annotations

from django.urls import include, path

from planner import health, metrics

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", include("booking.urls")),
    path("", include("planner.accounts.urls")),
    path("", include("planner.audit.urls")),
    path("", include("planner.outbox.urls")),
    path("", include("summons.urls")),
    path("", include("planner.ui.urls")),
    path("minside/", include("planner.minside.urls")),
    path("administration/", include("admin_module.urls")),
]

handler500 = "planner.ui.views.server_error"
