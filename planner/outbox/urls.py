"""«Systemlog»."""

from __future__ import annotations

from django.urls import path

from planner.outbox import views

app_name = "outbox"
urlpatterns = [
    path("system-log/", views.log, name="log"),
    path("system-log/<slug:receiver>/try-now/", views.try_now, name="try_now"),
]
