"""Pages of the appointment book: calendar, appointments, citizens, search."""

from __future__ import annotations

from django.urls import path

from booking.views import appointment, calendar

app_name = "booking"
urlpatterns = [
    path("calendar/", calendar.show, name="calendar"),
    path("appointments/<uuid:pk>/", appointment.show, name="appointment"),
]
