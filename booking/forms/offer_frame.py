"""Step 1 of an online offer: the conversation, who holds it and where (OFFER-02, slide 91)."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from admin_module.forms.fields import TeamField
from admin_module.forms.versions import VersionedForm
from admin_module.models import (
    Competence,
    ContactMode,
    ConversationType,
    ConversationVariant,
    Counsellor,
    MeetingForm,
    Room,
    RoomChoice,
    SummonsTemplate,
    Team,
)
from booking.models import OnlineOffer
from planner.accounts.models import Settings
from planner.ui.addresses import read_id, read_ids
from planner.ui.forms import Minutes, MultiCombobox, draws_again

FOLLOWED = {
    "template": "#offer-fields",
    "type": "#offer-conversation",
    "mode": "#offer-conversation",
    "team": "#offer-fields",
    "competence": "#offer-resources",
}
"""What others depend on, and the part of the page that is drawn again when it changes."""
MEANT = ("place", "counsellors", "duration", "reporting_time", "phone")
"""What else «Sådan bliver det» speaks of."""
LENGTHS = (15, 20, 30, 45, 60, 90, 120)
NOT_OPEN = _("Samtaletypen er ikke åben for online booking. Administratoren åbner flere typer i indstillingerne.")
MODE_NOT_OPEN = _("Afholdelsesformen er ikke åben for online booking. Administratoren åbner flere i indstillingerne.")


class OfferFrameForm(VersionedForm):
    """Variant, room and counsellors follow the team, the type and the competence (VARI-03, SUM-04, COMP-02)."""

    mode = forms.ChoiceField(label=_("Afholdelsesform"), error_messages={"invalid_choice": MODE_NOT_OPEN})
    digital_link = forms.URLField(
        max_length=300,
        required=False,
        label=_("Link til digitalt møde"),
        assume_scheme="https",
        error_messages={"required": _("Et digitalt møde skal have et link.")},
    )
    team = TeamField(Team.objects.none(), label=_("Team"), empty_label=_("Vælg team"))
    place = forms.ChoiceField(
        required=False,
        label=_("Mødelokale"),
        help_text=_("Uden lokale: vejlederens eget kontor, ellers teamets adresse"),
    )
    counsellors = forms.ModelMultipleChoiceField(
        Counsellor.objects.none(),
        label=_("Vejledere"),
        widget=MultiCombobox,
        error_messages={"required": _("Vælg mindst én vejleder, hvis tider borgerne kan booke.")},
    )
    duration = Minutes(min_value=5, max_value=480, label=_("Varighed"))
    reporting_time = Minutes(min_value=0, max_value=240, label=_("Tid til afrapportering"))

    class Meta:
        model = OnlineOffer
        fields = (
            *("template", "type", "variant", "mode", "phone", "digital_link"),
            *("team", "place", "competence", "counsellors", "duration", "reporting_time"),
            *("message_to_citizen", "message_to_counsellor", "contact_phone", "contact_email"),
        )
        labels: ClassVar[Any] = {"template": _("Skabelon"), "phone": _("Nummer, der ringes til")}
        help_texts: ClassVar[Any] = {
            "phone": _("Tomt: borgerens eget nummer. Tilbuddet ses da kun af dem, hvis nummer Planner kender."),
            "message_to_citizen": _("Vises på Jobnet under beskrivelsen"),
            "message_to_counsellor": _("Vises i vejlederens kalender"),
        }
        widgets: ClassVar[Any] = {
            "message_to_citizen": forms.Textarea(attrs={"rows": 3}),
            "message_to_counsellor": forms.Textarea(attrs={"rows": 3}),
            "phone": forms.TextInput(attrs={"inputmode": "tel"}),
            "contact_phone": forms.TextInput(attrs={"inputmode": "tel"}),
        }

    def __init__(self, posted: QueryDict | None = None, *, settings: Settings, **options: Any) -> None:
        super().__init__(posted, **options)
        self.settings = settings
        if not self.instance._state.adding:
            self._show_saved_links()
        if self.instance.published_at:
            del self.fields["template"]
        else:
            self._offer("template", SummonsTemplate.objects.living())
            self._named("template").empty_label = _("Ingen skabelon")
        self._offer_conversation()
        self._offer_resources()
        for name, part in FOLLOWED.items():
            if name in self.fields:
                self.fields[name].widget.attrs |= asking(part, name)
        for name in MEANT:
            self.fields[name].widget.attrs |= asking("#offer-meaning", name, self.fields[name].widget)

    def chosen(self, name: str) -> str:
        """What stands in a field now, typed or saved."""
        value = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
        return "" if value is None else str(value)

    # What can be chosen

    def _named(self, name: str) -> Any:
        return self.fields[name]

    def _offer(self, name: str, rows: Any) -> None:
        self._named(name).queryset = rows

    def _offer_conversation(self) -> None:
        """Only what the settings open; where that is one thing, it is fixed."""
        types = ConversationType.objects.filter(expired_at=None, code__in=self.settings.online_types)
        self._offer("type", types)
        self._named("type").required = True
        self._named("type").empty_label = _("Vælg type")
        self._named("type").error_messages["invalid_choice"] = NOT_OPEN
        self._named("mode").choices = [
            choice for choice in ContactMode.choices if choice[0] in self.settings.online_modes
        ]
        variants = ConversationVariant.objects.living().filter(
            teams=read_id(self.chosen("team")), types=read_id(self.chosen("type"))
        )
        self._offer("variant", variants)
        self._named("variant").empty_label = _("Ingen variant")
        self._named("digital_link").required = self.chosen("mode") == ContactMode.DIGITAL

    def _offer_resources(self) -> None:
        team = read_id(self.chosen("team"))
        teams = Team.objects.living().with_tree_fields()
        self._named("team").chosen = self.chosen("team")
        self._offer("team", teams)
        self.competences = list(Competence.objects.living())
        self._offer("competence", Competence.objects.living())
        self._named("competence").empty_label = _("Ingen krav")
        self._offer("counsellors", counsellors_of(team, read_id(self.chosen("competence"))))
        if team is None:
            self._named("counsellors").help_text = _("Vælg team for at vælge vejledere, mødelokale og variant.")
        self.rooms = list(Room.objects.usable().filter(teams=team))
        named = [
            (f"room-{room.pk}", f"{room.name} ({room.capacity})" if room.capacity else room.name) for room in self.rooms
        ]
        anywhere = [(RoomChoice.ANY.value, RoomChoice.ANY.label)] if named else []
        self._named("place").choices = [(RoomChoice.NONE.value, _("Intet lokale")), *anywhere, *named]

    def _show_saved_links(self) -> None:
        """Room and counsellors as they can still be chosen."""
        saved = self.instance
        place = f"room-{saved.room_id}" if saved.room_id else saved.room_choice
        still = counsellors_of(saved.team_id, None).filter(offers=saved)
        self.initial.update(place=place, counsellors=[one.pk for one in still])

    @property
    def initial_title(self) -> str:
        """What the kept offer is called."""
        return self.instance.title or str(_("kladde"))

    @property
    def fixed(self) -> dict[str, str]:
        """What cannot be chosen otherwise, as words: name of the field to label."""
        types, modes = self._named("type").queryset, self._named("mode").choices
        found = {}
        if len(types) == 1 and self.chosen("type") == str(types[0].pk):
            found["type"] = types[0].name
        if len(modes) == 1 and self.chosen("mode") == modes[0][0]:
            found["mode"] = str(modes[0][1])
        return found

    # What is cleaned

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        found = self.cleaned_data
        if found.get("mode") == ContactMode.IN_PERSON and found.get("team") and not self._has_address():
            self.add_error("team", _("Teamet har ingen adresse, og loven kræver en. Vælg et lokale med adresse."))
        if not (found.get("contact_phone") or found.get("contact_email") or "contact_email" in self.errors):
            self.add_error("contact_phone", _("Skriv, hvordan borgeren kan kontakte jer: telefon eller e-mail."))
        return cleaned

    def _has_address(self) -> bool:
        """The room's, else the counsellor's own office, else the team's (SUM-21)."""
        offer, counsellors, rooms = self.as_it_stands
        places = rooms or counsellors
        return bool(offer.team and offer.team.address) or (bool(places) and all(place.address for place in places))

    @cached_property
    def as_it_stands(self) -> tuple[OnlineOffer, list[Counsellor], list[Room]]:
        """The offer as far as step 1 is filled in, unsaved, with its counsellors and rooms."""
        offer = OnlineOffer(jobcentre_id=self.settings.jobcentre_id)
        for field in OnlineOffer._meta.concrete_fields:
            setattr(offer, field.attname, getattr(self.instance, field.attname))
        values = self._readable()
        for name, value in values.items():
            setattr(offer, name, value)
        offer.room_choice, offer.room = self._place(self.chosen("place"))
        rooms = [offer.room] if offer.room else self.rooms if offer.room_choice == RoomChoice.ANY else []
        if isinstance(self.data, QueryDict) and self.is_bound:
            wanted = set(read_ids(self.data.getlist(self.add_prefix("counsellors"))))
        else:
            wanted = set(self.initial.get("counsellors") or ())
        return offer, [one for one in self._named("counsellors").queryset if one.pk in wanted], rooms

    def _readable(self) -> dict[str, Any]:
        """Each detail's value as far as it can be read, without complaining."""
        values: dict[str, Any] = {}
        for name in ("type", "variant", "mode", "team", "competence", "duration", "reporting_time", "phone"):
            field = self.fields[name]
            posted = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            try:
                values[name] = field.clean(posted if self.is_bound else self.initial.get(name))
            except forms.ValidationError:
                values[name] = "" if name in ("mode", "phone") else None
        values["reporting_time"] = values["reporting_time"] or 0
        return values

    def _place(self, place: str) -> tuple[str, Room | None]:
        room = next((one for one in self.rooms if place == f"room-{one.pk}"), None)
        if room:
            return RoomChoice.ONE, room
        return (RoomChoice.ANY if place == RoomChoice.ANY and self.rooms else RoomChoice.NONE), None

    def offer(self) -> OnlineOffer:
        """The offer as its next version, not written yet: `services.offer_terms` does that."""
        offer: OnlineOffer = self.save(commit=False)
        offer.form = MeetingForm.INDIVIDUAL
        offer.room_choice, offer.room = self._place(self.cleaned_data["place"])
        return offer


def counsellors_of(team: int | None, competence: int | None) -> Any:
    """Those of the team; «Kan tilknyttes indkaldelser» is not asked for here (OFFER-02)."""
    found = Counsellor.objects.living().filter(leaving_at=None, teams=team)
    return found.filter(competences=competence) if competence else found


def asking(part: str, name: str, widget: forms.Widget | None = None) -> dict[str, str]:
    """A change draws this part of the page again, and always what it means."""
    also = {"hx-select-oob": "#offer-meaning"} if part != "#offer-meaning" else {}
    return draws_again(part, typed=isinstance(widget, forms.TextInput), changed=name) | also
