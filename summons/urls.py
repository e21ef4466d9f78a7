"""Pages of summoning: the front page, the three steps, the pending and the follow-up list."""

from __future__ import annotations

from django.urls import URLPattern, path

from summons.views import follow_up

app_name = "summons"
urlpatterns: list[URLPattern] = [
    path("summons/follow-up/", follow_up.follow_up, name="follow_up"),
    path("summons/follow-up/sync/", follow_up.sync, name="sync"),
    path("summons/follow-up/my-teams/", follow_up.choose_my_teams, name="my_teams"),
    path("summons/follow-up/<uuid:pk>/", follow_up.summons, name="summons"),
    path("summons/follow-up/<uuid:pk>/sync/", follow_up.sync_one, name="sync_one"),
    path("summons/follow-up/<uuid:pk>/give-up/", follow_up.give_up_one, name="give_up"),
]
