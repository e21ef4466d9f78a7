"""Pages of summoning: the front page, the three steps, the pending and the follow-up list."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "summons"
urlpatterns: list[URLPattern] = []
