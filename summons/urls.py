"""Pages of summoning: the front page, the three steps, the pending and the follow-up list."""

from __future__ import annotations

from django.urls import URLPattern, path

from summons.views import follow_up, front, pending

app_name = "summons"
urlpatterns: list[URLPattern] = [
    path("", front.front, name="front"),
    path("summons/pending/", pending.pending, name="pending"),
    path("summons/pending/send/", pending.send_pending, name="pending_send"),
    path("summons/pending/undo/<int:instant>/", pending.undo_sending, name="pending_undo"),
    path("summons/pending/delete/", pending.delete_chosen, name="pending_delete"),
    path("summons/follow-up/", follow_up.follow_up, name="follow_up"),
    path("summons/follow-up/sync/", follow_up.sync, name="sync"),
    path("summons/follow-up/my-teams/", follow_up.choose_my_teams, name="my_teams"),
    path("summons/follow-up/<uuid:pk>/", follow_up.summons, name="summons"),
    path("summons/follow-up/<uuid:pk>/sync/", follow_up.sync_one, name="sync_one"),
    path("summons/follow-up/<uuid:pk>/give-up/", follow_up.give_up_one, name="give_up"),
]
