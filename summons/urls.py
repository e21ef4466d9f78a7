"""Pages of summoning: the front page, the three steps, the pending and the follow-up list."""

from __future__ import annotations

from django.urls import URLPattern, path

from summons.views import citizen_decisions, citizens, follow_up, frame, front, handover, pending, plan, plan_line, runs

app_name = "summons"
urlpatterns: list[URLPattern] = [
    path("", front.front, name="front"),
    path("summons/", frame.start, name="start"),
    path("summons/runs/", runs.runs, name="runs"),
    path("summons/runs/<uuid:run_id>/frame/", frame.frame, name="frame"),
    path("summons/runs/<uuid:run_id>/delete/", runs.delete, name="delete_run"),
    path("summons/runs/<uuid:run_id>/citizens/", citizens.citizens, name="citizens"),
    path("summons/runs/<uuid:run_id>/citizens/add/", citizens.add, name="citizens_add"),
    path("summons/runs/<uuid:run_id>/citizens/paste/", citizens.paste, name="citizens_paste"),
    path("summons/runs/<uuid:run_id>/citizens/file/", citizens.file, name="citizens_file"),
    path("summons/runs/<uuid:run_id>/citizens/fetch/<uuid:list_id>/", handover.fetch, name="citizens_fetch"),
    path("summons/runs/<uuid:run_id>/citizens/progress/", citizens.progress, name="citizens_progress"),
    path("summons/runs/<uuid:run_id>/citizens/retry/", citizens.retry, name="citizens_retry"),
    path("summons/runs/<uuid:run_id>/citizens/problems/", citizens.problems, name="citizens_problems"),
    path(
        "summons/runs/<uuid:run_id>/citizens/problems/forget/",
        citizens.forget_problems,
        name="citizens_forget_problems",
    ),
    path("summons/runs/<uuid:run_id>/citizens/deadlines/", citizen_decisions.deadlines, name="citizens_deadlines"),
    path("summons/runs/<uuid:run_id>/citizens/earliest/", citizen_decisions.earliest, name="citizens_earliest"),
    path(
        "summons/runs/<uuid:run_id>/citizens/past-absence/",
        citizen_decisions.past_absence,
        name="citizens_past_absence",
    ),
    path("summons/runs/<uuid:run_id>/citizens/select/", citizen_decisions.select, name="citizens_select"),
    path("summons/runs/<uuid:run_id>/citizens/remove/", citizen_decisions.remove, name="citizens_remove"),
    path("summons/runs/<uuid:run_id>/citizens/<int:line_id>/", citizen_decisions.line, name="citizens_line"),
    path(
        "summons/runs/<uuid:run_id>/citizens/<int:line_id>/replace/",
        citizen_decisions.replace,
        name="citizens_replace",
    ),
    path("summons/runs/<uuid:run_id>/plan/", plan.plan, name="plan"),
    path("summons/runs/<uuid:run_id>/plan/progress/", plan.progress, name="plan_progress"),
    path("summons/runs/<uuid:run_id>/plan/tick/", plan.tick, name="plan_tick"),
    path("summons/runs/<uuid:run_id>/plan/send/", plan.send, name="plan_send"),
    path("summons/runs/<uuid:run_id>/plan/undo/<int:instant>/", plan.undo, name="plan_undo"),
    path("summons/runs/<uuid:run_id>/plan/keep/", plan.keep, name="plan_keep"),
    path("summons/runs/<uuid:run_id>/plan/take-back/", plan.take_back, name="plan_take_back"),
    path("summons/runs/<uuid:run_id>/plan/scenario/", plan.scenario, name="plan_scenario"),
    path("summons/runs/<uuid:run_id>/plan/<int:line_id>/", plan_line.line, name="plan_line"),
    path("summons/runs/<uuid:run_id>/plan/<int:line_id>/delete/", plan.delete, name="plan_delete"),
    path("summons/lists/<uuid:list_id>/", handover.handed_list, name="handed_list"),
    path("api/case-system/lists", handover.handover, name="handover"),
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
