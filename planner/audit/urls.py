"""«Revisionsspor»."""

from __future__ import annotations

from django.urls import path

from planner.audit import views

app_name = "audit"
urlpatterns = [
    path("audit/", views.looks, name="log"),
    path("audit/changes/", views.changes, name="changes"),
    path("audit/find/", views.find, name="find"),
    path("audit/citizens/<uuid:pk>/", views.citizen, name="citizen"),
]
