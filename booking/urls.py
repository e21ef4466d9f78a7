"""Pages of the appointment book: calendar, appointments, citizens, search."""

from __future__ import annotations

from django.urls import path

from booking.views import appointment, calendar, cancel, citizen, move, reserved, search

app_name = "booking"
urlpatterns = [
    path("calendar/", calendar.show, name="calendar"),
    path("calendar/reserved/", reserved.reserved, name="reserved"),
    path("calendar/reserved/new/", reserved.reserve, name="reserve"),
    path("calendar/reserved/<int:pk>/end/", reserved.end, name="reserved_end"),
    path("appointments/<uuid:pk>/", appointment.show, name="appointment"),
    path("appointments/<uuid:pk>/cancel/", cancel.cancel, name="cancel"),
    path("appointments/<uuid:pk>/move/", move.move, name="move"),
    path("appointments/<uuid:pk>/restore/", cancel.restore, name="restore"),
    path("summonses/<uuid:pk>/cancel/", cancel.cancel_one, name="cancel_one"),
    path("citizens/<uuid:pk>/", citizen.show, name="citizen"),
    path("citizens/<uuid:pk>/number/", citizen.reveal, name="reveal"),
    path("search/", search.search, name="search"),
]
