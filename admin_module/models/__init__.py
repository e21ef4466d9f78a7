"""The organisation: teams, counsellors and their time, rooms, closing days, conversation types, variants, templates."""

from admin_module.models.calendar import CalendarConnection, CalendarSystem
from admin_module.models.conversation import (
    AbsenceType,
    ContactGroup,
    ConversationType,
    ConversationVariant,
    LetterTemplate,
    PersonGroup,
    StandardText,
    VariantTeam,
    VariantType,
)
from admin_module.models.counsellor import Competence, Counsellor, CounsellorCompetence, CounsellorTeam
from admin_module.models.details import (
    ContactMode,
    Details,
    Distribution,
    MeetingForm,
    RoomChoice,
    SeatsBy,
)
from admin_module.models.hours import Absence, Break, ClosingDay, ClosingDayTeam, ReservedTime, Schedule, WorkingHours
from admin_module.models.online import INTERVALS, OfferModel, OnlineTerms, WithoutOwn
from admin_module.models.room import Room, RoomTeam
from admin_module.models.team import MyTeam, Team
from admin_module.models.template import SummonsTemplate, TemplateCounsellor

__all__ = [
    "INTERVALS",
    "Absence",
    "AbsenceType",
    "Break",
    "CalendarConnection",
    "CalendarSystem",
    "ClosingDay",
    "ClosingDayTeam",
    "Competence",
    "ContactGroup",
    "ContactMode",
    "ConversationType",
    "ConversationVariant",
    "Counsellor",
    "CounsellorCompetence",
    "CounsellorTeam",
    "Details",
    "Distribution",
    "LetterTemplate",
    "MeetingForm",
    "MyTeam",
    "OfferModel",
    "OnlineTerms",
    "PersonGroup",
    "ReservedTime",
    "Room",
    "RoomChoice",
    "RoomTeam",
    "Schedule",
    "SeatsBy",
    "StandardText",
    "SummonsTemplate",
    "Team",
    "TemplateCounsellor",
    "VariantTeam",
    "VariantType",
    "WithoutOwn",
    "WorkingHours",
]
