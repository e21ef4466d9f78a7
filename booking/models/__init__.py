"""The appointment book: citizens, appointments, summonses, offers, and the one table of taken time."""

from booking.models.appointment import Appointment, AppointmentCounsellor, Claim, Origin, PlacedBy
from booking.models.calendar import ENTRY, CalendarEntry
from booking.models.citizen import BookingDeadline, Citizen, CitizenAbsence, CprNumber, CprStatus, DueDate
from booking.models.difference import Comparison, Difference, Done, What
from booking.models.discarded import Discarded
from booking.models.letter import Letter, LetterKind, Printing
from booking.models.mail import Mail, Occasion
from booking.models.offer import (
    CONDITIONS,
    Condition,
    OfferCounsellor,
    OfferRule,
    OnlineOffer,
    Operator,
    RuleGroup,
    RuleKind,
)
from booking.models.self_booking import Heartbeat, Hold, Outage, ReportedFault, Visit
from booking.models.summons import Channel, Summons

__all__ = [
    "CONDITIONS",
    "ENTRY",
    "Appointment",
    "AppointmentCounsellor",
    "BookingDeadline",
    "CalendarEntry",
    "Channel",
    "Citizen",
    "CitizenAbsence",
    "Claim",
    "Comparison",
    "Condition",
    "CprNumber",
    "CprStatus",
    "Difference",
    "Discarded",
    "Done",
    "DueDate",
    "Heartbeat",
    "Hold",
    "Letter",
    "LetterKind",
    "Mail",
    "Occasion",
    "OfferCounsellor",
    "OfferRule",
    "OnlineOffer",
    "Operator",
    "Origin",
    "Outage",
    "PlacedBy",
    "Printing",
    "ReportedFault",
    "RuleGroup",
    "RuleKind",
    "Summons",
    "Visit",
    "What",
]
