"""The demo's national code lists, variants, standard texts and summons templates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from admin_module.models import (
    ContactGroup,
    ContactMode,
    ConversationType,
    ConversationVariant,
    Counsellor,
    Distribution,
    MeetingForm,
    OfferModel,
    PersonGroup,
    Room,
    RoomChoice,
    SeatsBy,
    StandardText,
    SummonsTemplate,
    Team,
    TemplateCounsellor,
    VariantTeam,
    VariantType,
)
from planner.accounts.models import Jobcentre
from planner.dfdg.codes import ConversationTypeCode as Code
from planner.dfdg.simulator.population import CONTACT_GROUPS, FJORDBY, PERSON_GROUPS, PLACES, SKOVBY
from planner.dfdg.simulator.reference import CONVERSATION_TYPES

HELD_BY_US = tuple(code for code in CONVERSATION_TYPES if code != Code.AVAILABILITY)


@dataclass(frozen=True)
class Text:
    title: str
    title_en: str
    description: str
    description_en: str


TEXTS = {
    Code.FOLLOW_UP: Text(
        "Opfølgningssamtale",
        "Follow-up conversation",
        "Vi taler om din situation, og hvad der kan hjælpe dig videre.",
        "We talk about your situation and what can help you on.",
    ),
    Code.JOB: Text(
        "Jobsamtale",
        "Job conversation",
        "Vi taler om din jobsøgning, dit CV og de næste skridt.",
        "We talk about your search for a job, your CV and the next steps.",
    ),
    Code.REFERRAL: Text(
        "Henvisning til job",
        "Referral to a job",
        "Vi taler om et konkret job, som vi vil henvise dig til.",
        "We talk about a particular job that we want to refer you to.",
    ),
    Code.INFORMATION_MEETING: Text(
        "Informationsmøde",
        "Information meeting",
        "Du får overblik over regler, muligheder og din kontakt med os.",
        "You get an overview of the rules, your options and your contact with us.",
    ),
    Code.CV: Text(
        "CV-samtale",
        "CV conversation",
        "Vi gennemgår dit CV på Jobnet, og hvordan du kan søge job.",
        "We go through your CV at Jobnet and how you can look for a job.",
    ),
    Code.PLACEMENT: Text(
        "Formidlingssamtale",
        "Placement conversation",
        "Vi taler om virksomheder, der søger medarbejdere som dig.",
        "We talk about companies that look for employees like you.",
    ),
    Code.OTHER: Text("Samtale", "Conversation", "Vi taler om dit forløb.", "We talk about your course."),
    Code.VOLUNTARY_INFORMATION_MEETING: Text(
        "Informationsmøde (frivilligt)",
        "Information meeting (voluntary)",
        "Et tilbud til dig, der vil vide mere. Du bestemmer selv, om du kommer.",
        "An offer if you would like to know more. You decide whether to come.",
    ),
    Code.JOINT_JOB: Text(
        "Fælles jobsamtale",
        "Joint job conversation",
        "Du, din a-kasse og vi taler sammen om din jobsøgning.",
        "You, your unemployment fund and we talk about your search for a job.",
    ),
}
RIGHTS = (
    "Du har pligt til at møde op. Bliver du forhindret, skal du give besked inden samtalen. Udebliver du uden rimelig "
    "grund, kan det få betydning for din ydelse. Du har ret til at tage en bisidder med og til at se, hvad der er "
    "noteret om dig."
)
RIGHTS_EN = (
    "You have a duty to attend. If you are prevented, you must tell us before the conversation. If you stay away "
    "without a reasonable cause, it may affect your benefit. You have the right to bring an assessor and to see what "
    "has been noted about you."
)
VOLUNTARY = Code.VOLUNTARY_INFORMATION_MEETING


@dataclass(frozen=True)
class VariantPlan:
    name: str
    types: tuple[Code, ...]
    teams: tuple[str, ...]


VARIANTS = {
    FJORDBY: (
        VariantPlan("Over 30 år", (Code.JOB, Code.JOINT_JOB), ("Dagpenge", "Over 30")),
        VariantPlan("Under 30 år", (Code.JOB, Code.JOINT_JOB), ("Dagpenge", "Under 30", "Ungeindsatsen")),
        VariantPlan("Nyledige", (Code.INFORMATION_MEETING, Code.CV), ("Dagpenge",)),
        VariantPlan("Første opfølgning", (Code.FOLLOW_UP,), ("Sygedagpenge", "Fastholdelse")),
    ),
    SKOVBY: (VariantPlan("Nyledige", (Code.JOB, Code.INFORMATION_MEETING), ("Job og ledighed",)),),
}


@dataclass(frozen=True)
class TemplatePlan:
    name: str
    type: Code
    team: str
    duration: int
    reporting_time: int = 15
    mode: ContactMode = ContactMode.IN_PERSON
    room: str = ""
    counsellors: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


TEMPLATES = {
    FJORDBY: (
        TemplatePlan(
            "Jobsamtale, dagpenge (45 min.)",
            Code.JOB,
            "Dagpenge",
            45,
            details={
                "room_choice": RoomChoice.ANY,
                "rebooking_allowed": True,
                "message_to_citizen": "Tag gerne dit CV og din jobsøgningslog med.",
                "message_to_counsellor": "Husk aftale om a-kassens deltagelse.",
            },
        ),
        TemplatePlan(
            "Informationsmøde i Salen",
            Code.INFORMATION_MEETING,
            "Dagpenge",
            90,
            room="Salen",
            counsellors=("Winnie Jensen",),
            details={
                "form": MeetingForm.JOINT,
                "seats_by": SeatsBy.ROOM,
                "rebooking_allowed": True,
                "rebooking_days": 2,
                "message_to_citizen": "Vi byder på kaffe fra et kvarter før.",
            },
        ),
        TemplatePlan(
            "Opfølgning, sygedagpenge (30 min., telefon)",
            Code.FOLLOW_UP,
            "Sygedagpenge",
            30,
            mode=ContactMode.TELEPHONE,
            details={"rebooking_allowed": True},
        ),
        TemplatePlan(
            "CV-samtale, digitalt (30 min.)",
            Code.CV,
            "Dagpenge",
            30,
            mode=ContactMode.DIGITAL,
            details={"digital_link": "https://moede.fjordby.example/cv", "rebooking_allowed": True},
        ),
        TemplatePlan(
            "Fælles jobsamtale med a-kasse (45 min.)",
            Code.JOINT_JOB,
            "Dagpenge",
            45,
            details={"room_choice": RoomChoice.ANY, "fund_participation": True},
        ),
        TemplatePlan(
            "Online tilbud, jobsamtale (45 min.)",
            Code.JOB,
            "Dagpenge",
            45,
            details={
                "title_en": "Job conversation",
                "description_en": TEXTS[Code.JOB].description_en,
                "model": OfferModel.TEAM,
                "is_active": True,
                "interval": 60,
                "rebooking_allowed": True,
                "rebooking_days": 1,
                "cancellation_allowed": True,
                "cancellation_days": 1,
            },
        ),
        TemplatePlan(
            "Samtale med unge i Værkstedet (30 min.)",
            Code.JOB,
            "Ungeindsatsen",
            30,
            reporting_time=10,
            room="Værkstedet",
            details={"rebooking_allowed": True},
        ),
    ),
    SKOVBY: (
        TemplatePlan("Jobsamtale (30 min.)", Code.JOB, "Job og ledighed", 30, details={"rebooking_allowed": True}),
    ),
}


def make_code_lists() -> None:
    """The national lists, the same for every job centre; DFDG keeps them fresh afterwards."""
    ConversationType.objects.bulk_create(
        (ConversationType(code=code, name=CONVERSATION_TYPES[code]) for code in HELD_BY_US), ignore_conflicts=True
    )
    ContactGroup.objects.bulk_create(
        (ContactGroup(code=group.code, name=group.name) for group in CONTACT_GROUPS), ignore_conflicts=True
    )
    PersonGroup.objects.bulk_create(
        (
            PersonGroup(
                id=group.group_id, name=group.name, level=group.level, jobcentre_codes=list(group.jobcentre_codes)
            )
            for group in PERSON_GROUPS
        ),
        ignore_conflicts=True,
    )


def make_texts(jobcentre: Jobcentre) -> None:
    StandardText.objects.bulk_create(
        StandardText(
            jobcentre=jobcentre,
            type_id=code,
            title=text.title,
            title_en=text.title_en,
            description=text.description,
            description_en=text.description_en,
            rights_and_duties="" if code == VOLUNTARY else RIGHTS,
            rights_and_duties_en="" if code == VOLUNTARY else RIGHTS_EN,
        )
        for code, text in TEXTS.items()
    )


def make_variants(jobcentre: Jobcentre, code: str, teams: dict[str, Team]) -> None:
    plans = VARIANTS[code]
    made = ConversationVariant.objects.bulk_create(
        ConversationVariant(jobcentre=jobcentre, name=plan.name) for plan in plans
    )
    pairs = list(zip(made, plans, strict=True))
    VariantType.objects.bulk_create(
        VariantType(jobcentre=jobcentre, variant=variant, type_id=one) for variant, plan in pairs for one in plan.types
    )
    VariantTeam.objects.bulk_create(
        VariantTeam(jobcentre=jobcentre, variant=variant, team=teams[team])
        for variant, plan in pairs
        for team in plan.teams
    )


def make_templates(
    jobcentre: Jobcentre,
    code: str,
    teams: dict[str, Team],
    rooms: dict[str, Room],
    counsellors: dict[str, Counsellor],
) -> dict[str, SummonsTemplate]:
    """The templates, by name."""
    plans = TEMPLATES[code]
    made = SummonsTemplate.objects.bulk_create(_template(jobcentre, code, plan, teams, rooms) for plan in plans)
    TemplateCounsellor.objects.bulk_create(
        TemplateCounsellor(jobcentre=jobcentre, template=template, counsellor=counsellors[name])
        for template, plan in zip(made, plans, strict=True)
        for name in plan.counsellors
    )
    return {template.name: template for template in made}


def _template(
    jobcentre: Jobcentre, code: str, plan: TemplatePlan, teams: dict[str, Team], rooms: dict[str, Room]
) -> SummonsTemplate:
    text, place = TEXTS[plan.type], PLACES[code]
    values: dict[str, Any] = {
        "form": MeetingForm.INDIVIDUAL,
        "distribution": Distribution.AUTOMATIC,
        "rebooking_allowed": False,
        "room_choice": RoomChoice.ONE if plan.room else RoomChoice.NONE,
        "contact_phone": place.phone,
        "contact_email": place.email,
    }
    return SummonsTemplate(
        jobcentre=jobcentre,
        name=plan.name,
        type_id=plan.type,
        title=text.title,
        description=text.description,
        team=teams[plan.team],
        duration=plan.duration,
        reporting_time=plan.reporting_time,
        mode=plan.mode,
        room=rooms[plan.room] if plan.room else None,
        **(values | plan.details),
    )
