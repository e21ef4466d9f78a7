"""The code lists the simulator gives out; contact groups and person categories are named by us (`dfdg.md` 4.5, 4.6)."""

from collections.abc import Mapping
from datetime import date

from planner.dfdg.codes import AbsenceCode, ConversationTypeCode
from planner.dfdg.messages import ReferenceRow
from planner.dfdg.simulator import population
from planner.dfdg.wire import CodeList

CONVERSATION_TYPES: Mapping[int, str] = {
    ConversationTypeCode.FOLLOW_UP: "Opfølgningssamtale",
    ConversationTypeCode.JOB: "Jobsamtale",
    ConversationTypeCode.REFERRAL: "Henvisning",
    ConversationTypeCode.INFORMATION_MEETING: "Informationsmøde",
    ConversationTypeCode.CV: "CV-samtale",
    ConversationTypeCode.PLACEMENT: "Formidlingssamtale",
    ConversationTypeCode.OTHER: "Anden samtale",
    ConversationTypeCode.VOLUNTARY_INFORMATION_MEETING: "Informationsmøde uden mødepligt",
    ConversationTypeCode.AVAILABILITY: "Rådighedssamtale",
    ConversationTypeCode.JOINT_JOB: "Fælles jobsamtale med dagpengemodtager",
}
EXPIRED_CONVERSATION_TYPES: Mapping[int, str] = {
    ConversationTypeCode.JOINT_JOB_FORMER: "Fælles jobsamtale med dagpengemodtager (udgået)",
    ConversationTypeCode.FUND_TRIAL: "A-kasse forsøgssamtale",
}
ABSENCE_TYPES: Mapping[int, str] = {
    AbsenceCode.EDUCATION: "Uddannelse",
    AbsenceCode.TEMPORARY_WORK: "Midlertidigt arbejde",
    AbsenceCode.CIVIC_DUTY: "Borgerligt ombud",
    AbsenceCode.SHORT_PARENTAL_LEAVE: "Barsel, højst 14 dage",
    AbsenceCode.MINOR_WITH_DEPENDANTS: "Under 18 år med forsørgelsespligt",
    AbsenceCode.NO_PENSION: "Kan ikke få førtidspension eller folkepension",
    AbsenceCode.PARENTAL_LEAVE: "Barsel",
    AbsenceCode.FREE_PERIOD: "Friperiode",
    AbsenceCode.HOLIDAY: "Ferie",
    AbsenceCode.ILLNESS: "Sygdom",
}
PERSON_CATEGORIES: Mapping[int, str] = {4: "Jobklar", 5: "Indsatsklar", 6: "Åbenlyst uddannelsesparat"}
FIRST_DAY = date(2016, 1, 1)
EXPIRED_ON = date(2023, 12, 31)


def _rows(names: Mapping[int, str], *, until: date | None = None) -> tuple[ReferenceRow, ...]:
    return tuple(
        ReferenceRow(code=code, name=name, valid_from=FIRST_DAY, valid_until=until) for code, name in names.items()
    )


CODE_LISTS: Mapping[str, tuple[ReferenceRow, ...]] = {
    CodeList.CONVERSATION_TYPES: (*_rows(CONVERSATION_TYPES), *_rows(EXPIRED_CONVERSATION_TYPES, until=EXPIRED_ON)),
    CodeList.CONTACT_GROUPS: _rows({group.code: group.name for group in population.CONTACT_GROUPS}),
    CodeList.ABSENCE_TYPES: _rows(ABSENCE_TYPES),
    CodeList.PERSON_CATEGORIES: _rows(PERSON_CATEGORIES),
}
