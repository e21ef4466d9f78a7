"""Addresses of the administration."""

from __future__ import annotations

from django.urls import path

from admin_module.views import (
    city,
    closing_days,
    competences,
    jobcentre,
    rooms,
    start,
    teams,
    templates,
    texts,
    types,
    users,
    variants,
)

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
    path("rooms/", rooms.rooms, name="rooms"),
    path("rooms/new/", rooms.room_add, name="room_add"),
    path("rooms/<int:pk>/", rooms.room, name="room"),
    path("rooms/<int:pk>/delete/", rooms.room_delete, name="room_delete"),
    path("competences/", competences.competences, name="competences"),
    path("competences/new/", competences.competence_add, name="competence_add"),
    path("competences/<int:pk>/", competences.competence, name="competence"),
    path("competences/<int:pk>/delete/", competences.competence_delete, name="competence_delete"),
    path("", start.start, name="start"),
    path("reference/", start.fetch_reference, name="fetch_reference"),
    path("jobcentre/", jobcentre.jobcentre, name="jobcentre"),
    path("jobcentre/save/", jobcentre.save, name="jobcentre_save"),
    path("closing-days/", closing_days.closing_days, name="closing_days"),
    path("closing-days/new/", closing_days.add, name="closing_day_add"),
    path("closing-days/<int:pk>/", closing_days.edit, name="closing_day"),
    path("closing-days/<int:pk>/delete/", closing_days.delete, name="closing_day_delete"),
    path("users/", users.users, name="users"),
    path("users/new/", users.add, name="user_add"),
    path("users/<int:pk>/", users.change, name="user"),
    path("users/<int:pk>/remove/", users.remove, name="user_remove"),
    path("types/", types.types, name="types"),
    path("variants/", variants.variants, name="variants"),
    path("variants/new/", variants.variant_add, name="variant_add"),
    path("variants/<int:pk>/", variants.variant, name="variant"),
    path("variants/<int:pk>/delete/", variants.variant_delete, name="variant_delete"),
    path("templates/", templates.templates, name="templates"),
    path("templates/new/", templates.template_add, name="template_add"),
    path("templates/<int:pk>/", templates.template, name="template"),
    path("templates/<int:pk>/delete/", templates.template_delete, name="template_delete"),
    path("texts/", texts.texts, name="texts"),
    path("texts/<int:code>/", texts.text, name="text"),
]
