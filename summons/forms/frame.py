"""Step 1, the frame of a summons: what it asks, and what the law demands before it is left (SUM-02 to 08, SUM-21)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from admin_module.models import (
    ContactMode,
    ConversationType,
    ConversationVariant,
    Counsellor,
    Distribution,
    MeetingForm,
    Room,
    RoomChoice,
    SeatsBy,
    StandardText,
    SummonsTemplate,
    Team,
)
from planner.accounts.models import Settings
from planner.ui import formatting
from planner.ui.forms import DateField, MultiCombobox
from summons.models import Run
from summons.queries.frame import Frame, counsellors_of, rooms_of, start_times_on

DEPENDED_ON = frozenset(
    {"template", "type", "form", "mode", "team", "place", "counsellors", "distribution", "seats_by", "fixed_on"}
)
"""Fields of which a change redraws the form, because others follow."""
LENGTHS = (15, 20, 30, 45, 60, 90, 120)
"""Offered; any other in whole fives can be typed (SUM-05)."""
MODES = [choice for choice in ContactMode.choices if choice[0] != ContactMode.AT_WORK]


def whole_fives(value: int) -> None:
    """TIME-02."""
    if value % 5:
        raise forms.ValidationError(_("Skriv et antal minutter, der går op i 5."), code="whole-fives")


class Minutes(forms.IntegerField):
    """A length in whole fives."""

    default_validators = [whole_fives]

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric", "list": "lengths"}), **options)


class Number(forms.IntegerField):
    """A small number, typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **options)


class TeamField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Teams indented by their place in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{chr(160) * 4 * int(obj.tree_depth)}{obj.name}"


class FrameForm(forms.Form):
    """Bound to what is posted, or to a run, a template or nothing; dependent choices follow team, type and date."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    citizen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    handed = forms.UUIDField(required=False, widget=forms.HiddenInput)

    template = forms.ModelChoiceField(
        SummonsTemplate.objects.none(), required=False, label=_("Skabelon"), empty_label=_("Ingen skabelon")
    )
    type = forms.ModelChoiceField(ConversationType.objects.none(), label=_("Samtaletype"), empty_label=_("Vælg type"))
    variant = forms.ModelChoiceField(
        ConversationVariant.objects.none(),
        required=False,
        label=_("Samtaletypevariant"),
        empty_label=_("Ingen variant"),
    )
    form = forms.ChoiceField(choices=MeetingForm.choices, label=_("Mødeform"))
    mode = forms.ChoiceField(choices=MODES, label=_("Afholdelsesform"))
    title = forms.CharField(max_length=100, label=_("Titel"))
    description = forms.CharField(
        max_length=4000,
        required=False,
        label=_("Beskrivelse"),
        help_text=_("Titel og beskrivelse ses af borgeren"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    phone = forms.CharField(
        max_length=20,
        required=False,
        label=_("Nummer, der ringes til"),
        help_text=_("Tomt: borgerens eget nummer"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    digital_link = forms.URLField(
        max_length=300, required=False, label=_("Link til digitalt møde"), assume_scheme="https"
    )
    fund_participation = forms.BooleanField(required=False, label=_("A-kassen deltager"))
    seats_by = forms.ChoiceField(
        choices=SeatsBy.choices, required=False, label=_("Antal borgere pr. møde"), widget=forms.RadioSelect
    )
    seats_calling = Number(required=False, min_value=1, max_value=1000, label=_("Indkaldelser pr. fællesmøde"))
    seats_rebooking = Number(required=False, min_value=0, max_value=1000, label=_("Pladser til ombooking"))

    team = TeamField(Team.objects.none(), label=_("Team"), empty_label=_("Vælg team"))
    place = forms.ChoiceField(
        required=False,
        label=_("Mødelokale"),
        help_text=_("Uden lokale: vejlederens eget kontor, ellers teamets adresse"),
    )
    counsellors = forms.ModelMultipleChoiceField(
        Counsellor.objects.none(),
        required=False,
        label=_("Vejledere"),
        widget=MultiCombobox,
        help_text=_("Vælges ingen, bruges alle teamets vejledere, der kan tilknyttes indkaldelser"),
    )

    duration = Minutes(min_value=5, max_value=480, label=_("Varighed"))
    reporting_time = Minutes(required=False, min_value=0, max_value=240, label=_("Afrapportering"))
    distribution = forms.ChoiceField(
        choices=Distribution.choices, label=_("Fordeling i kalenderen"), widget=forms.RadioSelect
    )
    earliest_on = DateField(required=False, label=_("Tidligste dato for indkaldelse"))
    fixed_on = DateField(required=False, label=_("Dato"))
    fixed_times = forms.MultipleChoiceField(
        required=False, label=_("Ledige starttidspunkter"), widget=forms.CheckboxSelectMultiple
    )

    rebooking_allowed = forms.BooleanField(required=False, label=_("Borgeren kan ombooke"))
    rebooking_days = Number(required=False, min_value=0, max_value=60, label=_("til så mange dage før samtalen"))

    message_to_citizen = forms.CharField(
        max_length=2000,
        required=False,
        label=_("Besked til borgeren"),
        help_text=_("Vises på Jobnet og i brevet"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    message_to_counsellor = forms.CharField(
        max_length=2000,
        required=False,
        label=_("Besked til vejlederen"),
        help_text=_("Vises i vejlederens kalender"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact_phone = forms.CharField(
        max_length=20,
        required=False,
        label=_("Borgeren kan ringe til"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    contact_email = forms.EmailField(required=False, label=_("Borgeren kan skrive til"))
    name = forms.CharField(
        max_length=120, required=False, label=_("Navn på kørslen"), help_text=_("Vises under «Kladder»")
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any],
        settings: Settings,
        now: datetime,
        today: date,
        citizens: int = 0,
    ) -> None:
        super().__init__(data, initial=initial)
        self.settings, self.now, self.today, self.citizens = settings, now, today, citizens
        self._follow(self._posted_team(), self._posted_type())
        for name in self.fields:
            self.fields[name].widget.attrs |= _asking(name)

    def _posted(self, name: str) -> Any:
        return self.data.get(name) if self.is_bound else self.initial.get(name)

    def _posted_team(self) -> Team | None:
        teams = Team.objects.living().with_tree_fields()
        self._offer("team", teams)
        return next((team for team in teams if str(team.pk) == str(self._posted("team") or "")), None)

    def _posted_type(self) -> str:
        return str(self._posted("type") or "")

    def _follow(self, team: Team | None, type_code: str) -> None:
        """Variant, room and counsellors are those of the team and the type (VARI-03, SUM-04)."""
        self.available, self.team_rooms = counsellors_of(team), rooms_of(team)
        known = ConversationType.objects.filter(expired_at=None)
        self._offer("type", known)
        self._offer("template", SummonsTemplate.objects.living())
        fitting = ConversationVariant.objects.living().filter(
            teams=team, types=int(type_code) if type_code.isdecimal() else None
        )
        self._offer("variant", fitting)
        self._offer("counsellors", Counsellor.objects.summonable().filter(teams=team))
        self._choices("place", self._places())

    def _offer(self, name: str, rows: Any) -> None:
        cast("Any", self.fields[name]).queryset = rows

    def _choices(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        cast("Any", self.fields[name]).choices = choices

    def _places(self) -> list[tuple[str, Any]]:
        anywhere = [(RoomChoice.ANY.value, RoomChoice.ANY.label)]
        named = [(f"room-{room.pk}", _room_label(room)) for room in self.team_rooms]
        return [
            (RoomChoice.NONE.value, _("Intet lokale")),
            *(anywhere if self.team_rooms and self._posted("form") != MeetingForm.JOINT else []),
            *named,
        ]

    def offer_start_times(self) -> None:
        """The starts that are free on the chosen date; those chosen before stay if they still are."""
        found = start_times_on(self.frame(), settings=self.settings, now=self.now)
        self._choices(
            "fixed_times",
            [(one.clock.isoformat("minutes"), f"{formatting.clock(one.clock)} ({one.counsellors})") for one in found],
        )

    # What is cleaned

    def clean_earliest_on(self) -> date | None:
        return self._not_past("earliest_on", Distribution.AUTOMATIC)

    def clean_fixed_on(self) -> date | None:
        return self._not_past("fixed_on", Distribution.FIXED_TIME)

    def _not_past(self, name: str, wanted_for: Distribution) -> date | None:
        value: date | None = self.cleaned_data[name]
        if self._posted("distribution") == wanted_for:
            if value is None:
                raise forms.ValidationError(_("Vælg en dato."), code="required")
            if value < self.today:
                raise forms.ValidationError(_("Datoen er passeret."), code="past")
        return value

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for check in (self._check_team, self._check_mode, self._check_seats, self._check_times, self._check_contact):
            check(found)
        return found

    def _check_team(self, found: dict[str, Any]) -> None:
        if found.get("team") and not self.available:
            self.add_error("team", _("Teamet har ingen vejledere, der kan tilknyttes indkaldelser."))
        if found.get("place") == RoomChoice.ANY and found.get("form") == MeetingForm.JOINT:
            self.add_error("place", _("Et fællesmøde skal have et bestemt lokale eller intet."))

    def _check_mode(self, found: dict[str, Any]) -> None:
        mode = found.get("mode")
        if mode == ContactMode.DIGITAL and not found.get("digital_link") and "digital_link" not in self.errors:
            self.add_error("digital_link", _("Et digitalt møde skal have et link."))
        if mode == ContactMode.IN_PERSON and found.get("team") and not self._has_address(found):
            self.add_error("team", _("Teamet har ingen adresse, og loven kræver en. Vælg et lokale med adresse."))

    def _has_address(self, found: dict[str, Any]) -> bool:
        room = self._room(found.get("place", ""))
        offices = [one.address for one in found.get("counsellors") or self.available]
        return bool((room and room.address) or found["team"].address or (not room and offices and all(offices)))

    def _check_seats(self, found: dict[str, Any]) -> None:
        if found.get("form") != MeetingForm.JOINT:
            return
        if not found.get("seats_by"):
            self.add_error("seats_by", _("Vælg, hvor mange borgere der indkaldes til hvert møde."))
        if found.get("seats_by") == SeatsBy.NUMBER and not found.get("seats_calling"):
            self.add_error("seats_calling", _("Skriv, hvor mange der indkaldes til hvert møde."))

    def _check_times(self, found: dict[str, Any]) -> None:
        fixed = found.get("distribution") == Distribution.FIXED_TIME and found.get("fixed_on")
        if fixed and not found.get("fixed_times") and "fixed_times" not in self.errors:
            self.add_error("fixed_times", _("Vælg mindst ét starttidspunkt."))

    def _check_contact(self, found: dict[str, Any]) -> None:
        if not found.get("contact_phone") and not found.get("contact_email"):
            self.add_error("contact_phone", _("Skriv, hvordan borgeren kan kontakte jer: telefon eller e-mail."))

    # What it comes to

    def _room(self, place: str) -> Room | None:
        return next((room for room in self.team_rooms if f"room-{room.pk}" == place), None)

    def frame(self) -> Frame:
        """The frame as far as it is filled in; what is wrong counts as empty."""
        values = self._values()
        run = Run(jobcentre_id=self.settings.jobcentre_id)
        place = values.pop("place", "") or RoomChoice.NONE.value
        chosen = values.pop("counsellors", None) or ()
        for name, value in values.items():
            if name in RUN_FIELDS and value not in (None, ""):
                setattr(run, name, value)
        run.room = self._room(place)
        run.room_choice = RoomChoice.ONE if run.room else RoomChoice(place if place in RoomChoice.values else "none")
        rooms = (run.room,) if run.room else tuple(self.team_rooms) if run.room_choice == RoomChoice.ANY else ()
        return Frame(run, tuple(chosen or self.available), rooms, chosen=bool(chosen), citizens=self.citizens)

    def _values(self) -> dict[str, Any]:
        """Each field's value as far as it can be read, without complaining."""
        values: dict[str, Any] = {}
        for name, field in self.fields.items():
            raw = (
                field.widget.value_from_datadict(self.data, self.files, name)
                if self.is_bound
                else self.initial.get(name)
            )
            if name == "fixed_times":
                continue
            try:
                values[name] = field.clean(raw)
            except forms.ValidationError:
                continue
        return values


RUN_FIELDS = frozenset(
    {
        "template",
        "type",
        "variant",
        "form",
        "mode",
        "title",
        "description",
        "phone",
        "digital_link",
        "fund_participation",
        "seats_by",
        "seats_calling",
        "seats_rebooking",
        "team",
        "duration",
        "reporting_time",
        "distribution",
        "earliest_on",
        "fixed_on",
        "rebooking_allowed",
        "rebooking_days",
        "message_to_citizen",
        "message_to_counsellor",
        "contact_phone",
        "contact_email",
        "name",
    }
)


def _room_label(room: Room) -> str:
    return f"{room.name} ({room.capacity})" if room.capacity else room.name


def _asking(name: str) -> dict[str, str]:
    """A change of what others depend on redraws the form; any other recomputes the right side as one types."""
    if name in {"version", "citizen", "handed"}:
        return {}
    trigger = "change" if name in DEPENDED_ON else "input changed delay:400ms, change"
    return {
        "hx-post": "",
        "hx-trigger": trigger,
        "hx-target": "#frame-meaning",
        "hx-swap": "outerHTML",
        "hx-vals": f'{{"changed": "{name}"}}',
    }


def initial_of_run(run: Run) -> dict[str, Any]:
    """A run as the form shows it."""
    found: dict[str, Any] = {name: getattr(run, name) for name in RUN_FIELDS if hasattr(Run, name)}
    for name in ("template", "type", "variant", "team"):
        found[name] = getattr(run, f"{name}_id")
    found |= {
        "version": run.version,
        "place": f"room-{run.room_id}" if run.room_id else run.room_choice,
        "counsellors": [one.pk for one in run.counsellors.all()],
        "fixed_times": [clock.isoformat("minutes") for clock in run.fixed_times],
    }
    return found


def initial_of_template(template: SummonsTemplate) -> dict[str, Any]:
    """What a template fills in: only what stands in it (TMPL-03)."""
    carried = {name: getattr(template, name) for name in RUN_FIELDS if hasattr(template, name) and name != "name"}
    found = {name: getattr(value, "pk", value) for name, value in carried.items() if value not in (None, "")}
    if template.room_id or template.room_choice != RoomChoice.NONE:
        found["place"] = f"room-{template.room_id}" if template.room_id else template.room_choice
    if chosen := [one.pk for one in template.counsellors.all()]:
        found["counsellors"] = chosen
    return found | {"template": template.pk}


def standard_text(type_code: str) -> StandardText | None:
    """The latest standard text of a type."""
    if not type_code.isdecimal():
        return None
    return StandardText.objects.filter(type=int(type_code)).order_by("-edition").first()


def is_standard(title: str, description: str) -> bool:
    """Whether title and description are still some type's own, so that another type's may take their place."""
    return (not title and not description) or StandardText.objects.filter(title=title, description=description).exists()


def clocks(values: Iterable[str]) -> list[time]:
    return sorted(time.fromisoformat(value) for value in values)
