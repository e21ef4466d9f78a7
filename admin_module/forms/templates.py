"""«Indkaldelsesskabelon»: any of what a summons or an online offer asks; only the name is demanded (TMPL-01, 02)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.forms.names import UniqueNameForm
from admin_module.forms.online import OnlineFields
from admin_module.forms.versions import VersionedForm
from admin_module.models import (
    Competence,
    ContactMode,
    ConversationType,
    ConversationVariant,
    Counsellor,
    Distribution,
    MeetingForm,
    OfferModel,
    Room,
    RoomChoice,
    SeatsBy,
    SummonsTemplate,
    Team,
    WithoutOwn,
)
from admin_module.queries.team_ticks import TickedTeam, teams_to_tick
from admin_module.services.links import relink
from planner.accounts.models import Settings
from planner.ui.addresses import read_id
from planner.ui.forms import LongSelect, Minutes, MultiCombobox, Number

NOT_GIVEN = _("Ikke angivet")
CONVERSATION = (
    *("name", "type", "variant", "form", "mode", "title", "description", "phone", "digital_link"),
    *("fund_participation", "seats_by", "seats_calling", "seats_rebooking"),
)
REST = (
    *("duration", "reporting_time", "distribution", "rebooking_allowed", "rebooking_days"),
    *("message_to_citizen", "message_to_counsellor", "contact_phone", "contact_email"),
)
"""The model's fields in the order of step 1, before and after the resources."""
ONLINE = (
    *("title_en", "is_active", "description_en", "model", "without_own", "shows_counsellor", "opens_on"),
    *("earliest_meeting_on", "ends_on", "weekdays", "from_time", "to_time", "interval", "least_notice_days"),
    *("shown_weeks", "cancellation_allowed", "cancellation_days"),
)
"""The tab «Online Booking»: a template with one of these filled in is for online offers."""
FOLLOWED = {
    "type": "#conversation",
    "form": "#follows",
    "mode": "#conversation",
    "seats_by": "#conversation",
    "team": "#follows",
    "competence": "#follows",
}
"""What others depend on, and the part of the page that is drawn again when it changes."""


class OptionalChoice(forms.ChoiceField):
    """One of them, or not given."""

    def __init__(self, *, choices: Any, **options: Any) -> None:
        super().__init__(choices=[("", NOT_GIVEN), *choices], required=False, **options)


class YesOrNo(forms.TypedChoiceField):
    """Yes, no, or not given."""

    def __init__(self, **options: Any) -> None:
        choices = [("", NOT_GIVEN), ("True", _("Ja")), ("False", _("Nej"))]
        super().__init__(choices=choices, coerce="True".__eq__, empty_value=None, required=False, **options)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return ("" if initial is None else str(initial)) != (data or "")


class TemplateForm(OnlineFields, UniqueNameForm, VersionedForm):
    """Room, counsellors and variant are those of the team and the type, as in step 1 (VARI-03, SUM-04)."""

    form = OptionalChoice(choices=MeetingForm.choices, label=_("Mødeform"))
    mode = OptionalChoice(
        choices=[choice for choice in ContactMode.choices if choice[0] != ContactMode.AT_WORK],
        label=_("Afholdelsesform"),
    )
    digital_link = forms.URLField(
        max_length=300, required=False, label=_("Link til digitalt møde"), assume_scheme="https"
    )
    fund_participation = YesOrNo(label=_("A-kassen deltager"))
    seats_by = OptionalChoice(choices=SeatsBy.choices, label=_("Antal borgere pr. møde"))
    seats_calling = Number(required=False, min_value=1, max_value=1000, label=_("Indkaldelser pr. fællesmøde"))
    seats_rebooking = Number(required=False, min_value=0, max_value=1000, label=_("Pladser til ombooking"))
    place = forms.ChoiceField(required=False, label=_("Mødelokale"), widget=LongSelect)
    counsellors = forms.ModelMultipleChoiceField(
        Counsellor.objects.none(), required=False, label=_("Vejledere"), widget=MultiCombobox
    )
    duration = Minutes(required=False, min_value=5, max_value=480, label=_("Varighed (minutter)"))
    reporting_time = Minutes(required=False, min_value=0, max_value=240, label=_("Afrapportering (minutter)"))
    distribution = OptionalChoice(choices=Distribution.choices, label=_("Fordeling i kalenderen"))
    rebooking_allowed = YesOrNo(label=_("Borgeren kan ombooke"))
    rebooking_days = Number(
        required=False, min_value=0, max_value=60, label=_("Kan ombookes senest (dage før samtalen)")
    )
    is_active = YesOrNo(label=_("Aktiv"))
    model = OptionalChoice(choices=OfferModel.choices, label=_("Model"))
    without_own = OptionalChoice(choices=WithoutOwn.choices, label=_("Kontrolmodellen, uden tid hos egen vejleder"))
    shows_counsellor = YesOrNo(label=_("Vis vejlederens navn på Jobnet.dk"))
    cancellation_allowed = YesOrNo(label=_("Accepter afbud"))
    cancellation_days = Number(required=False, min_value=0, max_value=60, label=_("Afbud senest (dage før samtalen)"))

    field_order = (*CONVERSATION, "team", "place", "competence", "counsellors")

    class Meta:
        model = SummonsTemplate
        fields = (*CONVERSATION, "team", "competence", *REST, *ONLINE)
        labels: ClassVar[Any] = {"phone": _("Nummer, der ringes til")}
        help_texts: ClassVar[Any] = {
            "name": _("Navnet vælges i trin 1, når der indkaldes."),
            "title": _("Tomt: samtaletypens standardtekst."),
            "description": _("Tomt: samtaletypens standardtekst. Titel og beskrivelse ses af borgeren."),
            "phone": _("Tomt: borgerens eget nummer."),
            "message_to_citizen": _("Vises på Jobnet og i brevet."),
            "message_to_counsellor": _("Vises i vejlederens kalender."),
            "contact_phone": _("Tomt: teamets, ellers det fælles nummer."),
            "contact_email": _("Tomt: teamets, ellers den fælles adresse."),
        }
        widgets: ClassVar[Any] = {
            "variant": LongSelect,
            "team": LongSelect,
            "competence": LongSelect,
            "description": forms.Textarea(attrs={"class": "pl-ta-m"}),
            "description_en": forms.Textarea(attrs={"class": "pl-ta-m"}),
            "message_to_citizen": forms.Textarea(attrs={"rows": 3}),
            "message_to_counsellor": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._show_saved_links()
        self.offer_intervals(str(NOT_GIVEN))
        team = read_id(self.chosen("team"))
        self._offer("type", ConversationType.objects.filter(expired_at=None))
        self._offer("team", Team.objects.living())
        self._named("team").choices = [("", NOT_GIVEN), *_indented(teams_to_tick())]
        self._offer(
            "variant", ConversationVariant.objects.living().filter(teams=team, types=read_id(self.chosen("type")))
        )
        self.competences = list(Competence.objects.living())
        self._offer("competence", Competence.objects.living())
        self._offer("counsellors", self._offered(team))
        self._named("counsellors").help_text = self._who(team)
        self.rooms = list(Room.objects.usable().filter(teams=team))
        self._named("place").choices = self._places()
        for name, part in FOLLOWED.items():
            self.fields[name].widget.attrs |= _drawing(part)

    def chosen(self, name: str) -> str:
        """What stands in a field now, typed or saved."""
        value = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
        return "" if value is None else str(value)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if any(self.cleaned_data.get(name) not in (None, "", []) for name in ONLINE):
            self._demand_of_offers()
        return cleaned

    def _demand_of_offers(self) -> None:
        """What is for online offers is for conversations that can be booked online (TMPL-02, slide 91)."""
        settings = Settings.objects.get()
        types = ConversationType.objects.filter(code__in=settings.online_types)
        modes = [label for mode, label in ContactMode.choices if mode in settings.online_modes]
        found = self.cleaned_data
        kind = found.get("type")
        if kind is None or kind.pk not in settings.online_types:
            self._refuse("type", _("Fanen «Online Booking» er udfyldt. Så skal samtaletypen være %s."), types)
        if found.get("form") != MeetingForm.INDIVIDUAL:
            label = [MeetingForm.INDIVIDUAL.label]
            self._refuse("form", _("Fanen «Online Booking» er udfyldt. Så skal mødeformen være %s."), label)
        if found.get("mode") not in settings.online_modes:
            self._refuse("mode", _("Fanen «Online Booking» er udfyldt. Så skal afholdelsesformen være %s."), modes)

    def _refuse(self, name: str, sentence: Any, allowed: Iterable[Any]) -> None:
        if name not in self.errors:
            self.add_error(name, sentence % str(_(" eller ")).join(f"«{one}»" for one in allowed))

    def save(self, commit: bool = True) -> SummonsTemplate:
        place = self.cleaned_data["place"]
        room = next((one for one in self.rooms if place == f"room-{one.pk}"), None)
        self.instance.room = room
        self.instance.room_choice = RoomChoice.ONE if room else place or RoomChoice.NONE
        template: SummonsTemplate = super().save(commit)
        relink(owner=template, name="counsellors", chosen=self.cleaned_data["counsellors"])
        return template

    def _show_saved_links(self) -> None:
        """Room and counsellors as they can still be chosen."""
        saved = self.instance
        self.initial["place"] = f"room-{saved.room_id}" if saved.room_id else saved.room_choice
        still = saved.counsellors.summonable().filter(teams=saved.team_id) if saved.pk else ()
        self.initial["counsellors"] = [one.pk for one in still]

    def _named(self, name: str) -> Any:
        return self.fields[name]

    def _offer(self, name: str, rows: Any) -> None:
        self._named(name).queryset = rows
        if name in ("type", "variant", "competence"):
            self._named(name).empty_label = NOT_GIVEN

    def _offered(self, team: int | None) -> Any:
        """Those of the team with the competence, if one is required (COMP-02)."""
        found = Counsellor.objects.summonable().filter(teams=team)
        required = read_id(self.chosen("competence"))
        return found.filter(competences=required) if required else found

    def _places(self) -> list[tuple[str, Any]]:
        individual = self.chosen("form") != MeetingForm.JOINT
        anywhere = [(RoomChoice.ANY.value, RoomChoice.ANY.label)] if self.rooms and individual else []
        named = [
            (f"room-{room.pk}", f"{room.name} ({room.capacity})" if room.capacity else room.name) for room in self.rooms
        ]
        return [(RoomChoice.NONE.value, NOT_GIVEN), *anywhere, *named]

    @staticmethod
    def _who(team: int | None) -> Any:
        if team is None:
            return _("Vælg team for at vælge vejledere, mødelokale og variant.")
        return _("Vælges ingen, bruges alle teamets vejledere, der kan tilknyttes indkaldelser.")


def _indented(teams: list[TickedTeam]) -> list[tuple[int, str]]:
    """Each team by its place in the tree, as in step 1."""
    return [(team.pk, f"{chr(160) * 4 * team.depth}{team.name}") for team in teams]


def _drawing(part: str) -> dict[str, str]:
    """A change draws this part of the page again, with all that is typed."""
    return {
        "hx-post": "",
        "hx-trigger": "change",
        "hx-target": part,
        "hx-select": part,
        "hx-swap": "outerHTML",
        "hx-sync": "closest form:queue all",
        "hx-vals": '{"refresh": "1"}',
    }
