"""Addresses of the administration."""

from __future__ import annotations

from django.urls import path

from admin_module.views import city, teams

app_name = "admin_module"

urlpatterns = [
    path("city/", city.city, name="city"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.team_add, name="team_add"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/counsellors/", teams.team_counsellors, name="team_counsellors"),
    path("teams/<int:pk>/rooms/", teams.team_rooms, name="team_rooms"),
    path("teams/<int:pk>/move/", teams.team_move, name="team_move"),
    path("teams/<int:pk>/delete/", teams.team_delete, name="team_delete"),
]
