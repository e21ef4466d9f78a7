"""«Min side»."""

from __future__ import annotations

from django.urls import path

from planner.minside.views import appointments, book, sign_in

app_name = "minside"
urlpatterns = [
    path("", sign_in.start, name="start"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/<uuid:pk>/", appointments.appointment, name="appointment"),
    path("appointments/<uuid:pk>/calendar.ics", appointments.calendar, name="calendar"),
    path("appointments/<uuid:pk>/cancel/", appointments.cancel, name="cancel"),
    path("appointments/<uuid:pk>/times/", book.rebook, name="rebook"),
    path("book/", book.offers, name="offers"),
    path("book/<uuid:offer_id>/", book.times, name="times"),
    path("confirm/", book.confirm, name="confirm"),
    path("receipt/", book.receipt, name="receipt"),
]
