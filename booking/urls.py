"""Pages of the appointment book: calendar, appointments, citizens, search."""

from __future__ import annotations

from django.urls import path

from booking.views import (
    appointment,
    attendance,
    calendar,
    cancel,
    caseload,
    citizen,
    faults,
    move,
    offer_citizens,
    offers,
    reserved,
    search,
)
from booking.views.jobnet.addresses import addresses

app_name = "booking"
urlpatterns = [
    path("calendar/", calendar.show, name="calendar"),
    path("calendar/changes/", calendar.changes, name="changes"),
    path("calendar/reserved/", reserved.reserved, name="reserved"),
    path("calendar/reserved/new/", reserved.reserve, name="reserve"),
    path("calendar/reserved/<int:pk>/end/", reserved.end, name="reserved_end"),
    path("calendar/reserved/<int:pk>/undo/", reserved.undo, name="reserved_undo"),
    path("appointments/<uuid:pk>/", appointment.show, name="appointment"),
    path("appointments/<uuid:pk>/cancel/", cancel.cancel, name="cancel"),
    path("appointments/<uuid:pk>/move/", move.move, name="move"),
    path("appointments/<uuid:pk>/restore/", cancel.restore, name="restore"),
    path("appointments/<uuid:pk>/attendance/", attendance.attendance, name="attendance"),
    path("attendance/", attendance.attendance_of_chosen, name="attendance_of_chosen"),
    path("attendance/rest/<int:pk>/", attendance.rest_of_day, name="attendance_rest"),
    path("attendance/undo/<int:instant>/", attendance.undo, name="attendance_undo"),
    path("summonses/cancel/", cancel.cancel_chosen, name="cancel_chosen"),
    path("summonses/restore/<int:instant>/", cancel.restore_chosen, name="restore_chosen"),
    path("summonses/<uuid:pk>/cancel/", cancel.cancel_one, name="cancel_one"),
    path("citizens/<uuid:pk>/", citizen.show, name="citizen"),
    path("citizens/<uuid:pk>/book/", citizen.book_for, name="book_for"),
    path("citizens/<uuid:pk>/case-owner/", citizen.case_owner, name="case_owner"),
    path("counsellors/<int:pk>/citizens/", caseload.show, name="caseload"),
    path("counsellors/<int:pk>/citizens/hand-over/", caseload.hand_over, name="hand_over"),
    path("case-owners/undo/<int:instant>/", caseload.undo, name="case_owner_undo"),
    path("citizens/<uuid:pk>/number/", citizen.reveal, name="reveal"),
    path("faults-from-jobnet/", faults.faults_from_jobnet, name="faults"),
    path("faults-from-jobnet/<int:pk>/handle/", faults.handle, name="fault_handle"),
    path("faults-from-jobnet/<int:pk>/reopen/<int:instant>/", faults.reopen, name="fault_reopen"),
    path("offers/", offers.offers, name="offers"),
    path("offers/statistics/", offers.statistics_of_all, name="offers_statistics"),
    path("offers/<uuid:pk>/", offers.overview, name="offer"),
    path("offers/<uuid:pk>/enrolled/", offer_citizens.enrolled, name="offer_enrolled"),
    path("offers/<uuid:pk>/enrolled/find/", offer_citizens.find, name="offer_find"),
    path("offers/<uuid:pk>/not-booked/", offer_citizens.not_booked, name="offer_not_booked"),
    path("offers/<uuid:pk>/target-group/", offer_citizens.sample, name="offer_sample"),
    path("offers/<uuid:pk>/statistics/", offers.statistics, name="offer_statistics"),
    path("offers/<uuid:pk>/history/", offers.history, name="offer_history"),
    path("search/", search.search, name="search"),
    *addresses(),
]
