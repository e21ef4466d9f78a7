"""Addresses of the administration."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "admin_module"

urlpatterns: list[URLPattern] = []
