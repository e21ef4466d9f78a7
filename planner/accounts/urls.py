"""Signing in and out, choosing a job centre, choosing a language."""

from __future__ import annotations

from django.urls import path

from planner.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/resume/", views.resume, name="resume"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("choose/", views.choose, name="choose"),
    path("language/", views.language, name="language"),
]
