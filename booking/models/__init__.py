"""The appointment book: citizens, appointments, summonses, and the one table of taken time."""

from booking.models.appointment import Appointment, AppointmentCounsellor, Claim, Origin, PlacedBy
from booking.models.citizen import BookingDeadline, Citizen, CitizenAbsence, CprNumber, CprStatus, DueDate
from booking.models.summons import Channel, Summons

__all__ = [
    "Appointment",
    "AppointmentCounsellor",
    "BookingDeadline",
    "Channel",
    "Citizen",
    "CitizenAbsence",
    "Claim",
    "CprNumber",
    "CprStatus",
    "DueDate",
    "Origin",
    "PlacedBy",
    "Summons",
]
