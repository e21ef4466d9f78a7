"""Step 1, the frame of a summons: what it asks, and what the law demands before it is left (SUM-02 to 08, SUM-21)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from itertools import groupby
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from admin_module.forms.fields import TeamField
from admin_module.models import (
    Competence,
    ContactMode,
    ConversationType,
    ConversationVariant,
    Counsellor,
    Distribution,
    MeetingForm,
    Room,
    RoomChoice,
    SeatsBy,
    SummonsTemplate,
    Team,
)
from planner.accounts.models import Settings
from planner.ui import formatting
from planner.ui.addresses import read_id
from planner.ui.differences import Difference, in_words
from planner.ui.forms import DateField, Minutes, MultiCombobox, Number
from planner.ui.parsing import read_time
from summons.forms.beginnings import OF_RUN
from summons.models import Run
from summons.queries.fixed_day import fixed_day
from summons.queries.frame import Frame, counsellors_of, rooms_of, why_nobody

REDRAWN: dict[str, tuple[str, ...]] = {
    "template": ("conversation", "resources", "time", "rebooking", "messages"),
    "type": ("conversation",),
    "form": ("conversation", "resources", "starts"),
    "mode": ("conversation",),
    "seats_by": ("conversation",),
    "team": ("conversation", "resources", "starts", "contact"),
    "place": ("starts",),
    "competence": ("resources", "starts"),
    "counsellors": ("starts",),
    "duration": ("starts",),
    "reporting_time": ("starts",),
    "distribution": ("time",),
    "fixed_on": ("starts",),
}
"""What is drawn again when a field changes, because it follows; the field itself only where nothing is typed in it."""
MEANT = frozenset(
    {"variant", "phone", "seats_calling", "earliest_on", "fixed_times", "rebooking_allowed", "rebooking_days"}
)
"""What else «Sådan bliver det» speaks of."""
MINUTES_OF_HOUR = range(0, 60, 5)
LENGTHS = (15, 20, 30, 45, 60, 90, 120)
"""Offered; any other in whole fives can be typed (SUM-05)."""
MODES = [choice for choice in ContactMode.choices if choice[0] != ContactMode.AT_WORK]


class FrameForm(forms.Form):
    """Bound to what is posted, or to a run, a template or nothing; dependent choices follow team, type and date."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    citizen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    handed = forms.UUIDField(required=False, widget=forms.HiddenInput)
    near = forms.BooleanField(required=False, widget=forms.HiddenInput)

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
        max_length=300,
        required=False,
        label=_("Link til digitalt møde"),
        assume_scheme="https",
        error_messages={"required": _("Et digitalt møde skal have et link.")},
    )
    fund_participation = forms.BooleanField(required=False, label=_("A-kassen deltager"))
    seats_by = forms.ChoiceField(
        choices=SeatsBy.choices,
        required=False,
        label=_("Antal borgere pr. møde"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Vælg, hvor mange borgere der indkaldes til hvert møde.")},
    )
    seats_calling = Number(
        required=False,
        min_value=1,
        max_value=1000,
        label=_("Indkaldelser pr. fællesmøde"),
        error_messages={"required": _("Skriv, hvor mange der indkaldes til hvert møde.")},
    )
    seats_rebooking = Number(required=False, min_value=0, max_value=1000, label=_("Pladser til ombooking"))

    team = TeamField(Team.objects.none(), label=_("Team"), empty_label=_("Vælg team"))
    place = forms.ChoiceField(
        required=False,
        label=_("Mødelokale"),
        help_text=_("Uden lokale: vejlederens eget kontor, ellers teamets adresse"),
    )
    competence = forms.ModelChoiceField(
        Competence.objects.none(), required=False, label=_("Kræver kompetence"), empty_label=_("Ingen krav")
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
    earliest_on = DateField(
        required=False, label=_("Tidligste dato for indkaldelse"), error_messages={"required": _("Vælg en dato.")}
    )
    fixed_on = DateField(required=False, label=_("Dato"), error_messages={"required": _("Vælg en dato.")})
    fixed_times = forms.MultipleChoiceField(
        required=False, label=_("Ledige starttidspunkter"), widget=forms.CheckboxSelectMultiple
    )

    rebooking_allowed = forms.BooleanField(required=False, label=_("Borgeren kan ombooke"))
    rebooking_days = Number(
        required=False,
        min_value=0,
        max_value=60,
        label=_("Kan ombookes senest"),
        error_messages={"required": _("Skriv, hvor mange dage før der senest kan ombookes.")},
    )

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
        posted: QueryDict | None = None,
        *,
        initial: dict[str, Any],
        settings: Settings,
        now: datetime,
        citizens: int = 0,
    ) -> None:
        super().__init__(posted, initial=initial)
        self.settings, self.now, self.citizens = settings, now, citizens
        self.today = timezone.localdate(now)
        self._follow()
        self._demand()
        self.day = fixed_day(self.frame, settings=settings, now=now) if self.frame.fixed else None
        starts = self.day.starts if self.day else ()
        offered = [(start.clock.isoformat("minutes"), formatting.clock(start.clock)) for start in starts]
        self._choose("fixed_times", offered)
        for name in (*REDRAWN, *MEANT):
            self.fields[name].widget.attrs |= _asking(name, self.fields[name].widget)

    def forgive(self) -> None:
        """What is not finished is not wrong yet."""
        self.is_valid()
        self.errors.clear()

    # What can be chosen

    def _now(self, name: str) -> str:
        return str((self.data.get(name) if self.is_bound else self.initial.get(name)) or "")

    def _follow(self) -> None:
        """Variant, room and counsellors are those of team, type and competence (VARI-03, SUM-04, COMP-02)."""
        teams = Team.objects.living().with_tree_fields()
        team: Team | None = next((one for one in teams if str(one.pk) == self._now("team")), None)
        self.competences = list(Competence.objects.living())
        required = next((one for one in self.competences if str(one.pk) == self._now("competence")), None)
        self.available, self.team_rooms = counsellors_of(team, required), rooms_of(team)
        variants = ConversationVariant.objects.living().filter(teams=team, types=read_id(self._now("type")))
        self._offer("type", ConversationType.objects.filter(expired_at=None))
        self._offer("template", SummonsTemplate.objects.living())
        self._offer("variant", variants)
        cast("TeamField", self.fields["team"]).chosen = self._now("team")
        self._offer("team", teams)
        self._offer("competence", Competence.objects.living())
        self._offer("counsellors", Counsellor.objects.filter(pk__in=[one.pk for one in self.available]))
        if required:
            words = _("Vælges ingen, bruges alle i teamet med kompetencen %s, der kan tilknyttes indkaldelser")
            self.fields["counsellors"].help_text = words % required.name
        self._choose("place", self._places())

    def _demand(self) -> None:
        """What must be there only because of something else that was chosen (SUM-21)."""
        joint, fixed = self._now("form") == MeetingForm.JOINT, self._now("distribution") == Distribution.FIXED_TIME
        self.fields["digital_link"].required = self._now("mode") == ContactMode.DIGITAL
        self.fields["seats_by"].required = joint
        self.fields["seats_calling"].required = joint and self._now("seats_by") == SeatsBy.NUMBER
        self.fields["earliest_on"].required = not fixed
        self.fields["fixed_on"].required = fixed
        self.fields["rebooking_days"].required = bool(self._now("rebooking_allowed"))

    def _offer(self, name: str, rows: Any) -> None:
        cast("Any", self.fields[name]).queryset = rows

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        cast("Any", self.fields[name]).choices = choices

    def _places(self) -> list[tuple[str, Any]]:
        named = [(f"room-{room.pk}", _room_label(room)) for room in self.team_rooms]
        individual = self._now("form") != MeetingForm.JOINT
        anywhere = [(RoomChoice.ANY.value, RoomChoice.ANY.label)] if named and individual else []
        return [(RoomChoice.NONE.value, _("Intet lokale")), *anywhere, *named]

    @property
    def hours(self) -> list[Hour]:
        """The free starts by the hour, each at its place among the fives."""
        if self.day is None:
            return []
        told = len(self.frame.counsellors) > 1 and not self.frame.joint
        offered = zip(self["fixed_times"].subwidgets, self.day.starts, strict=True)
        choices = [StartChoice(box, start.clock, start.counsellors if told else None) for box, start in offered]
        return [Hour.of(hour, list(found)) for hour, found in groupby(choices, key=lambda choice: choice.clock.hour)]

    # What is cleaned

    def clean_earliest_on(self) -> date | None:
        return self._not_past("earliest_on")

    def clean_fixed_on(self) -> date | None:
        return self._not_past("fixed_on")

    def _not_past(self, name: str) -> date | None:
        value: date | None = self.cleaned_data[name]
        if value and value < self.today and self.fields[name].required:
            raise forms.ValidationError(_("Datoen er passeret."), code="past")
        return value

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for check in (self._check_team, self._check_starts, self._check_contact):
            check(found)
        return found

    def _check_team(self, found: dict[str, Any]) -> None:
        if not found.get("team"):
            return
        if not self.available:
            self.add_error("competence" if found.get("competence") else "team", why_nobody(self.frame.run))
        elif found.get("mode") == ContactMode.IN_PERSON and not self._has_address(found):
            self.add_error("team", _("Teamet har ingen adresse, og loven kræver en. Vælg et lokale med adresse."))

    def _has_address(self, found: dict[str, Any]) -> bool:
        """The room's, else the counsellor's own office, else the team's (SUM-21)."""
        if found["team"].address:
            return True
        places = self.frame.rooms or self.frame.counsellors
        return bool(places) and all(place.address for place in places)

    def _check_starts(self, found: dict[str, Any]) -> None:
        if found.get("distribution") != Distribution.FIXED_TIME or self.day is None or "fixed_on" in self.errors:
            return
        if not self.day.starts:
            self.add_error("fixed_on", _("Ingen er ledige den dag. Vælg en anden dato."))
        elif "fixed_times" in self.errors:
            self.errors.pop("fixed_times")
            self.add_error("fixed_times", _("Et valgt tidspunkt er ikke længere ledigt. Vælg igen."))
        elif not found.get("fixed_times"):
            self.add_error("fixed_times", _("Vælg mindst ét starttidspunkt."))

    def _check_contact(self, found: dict[str, Any]) -> None:
        if not (found.get("contact_phone") or found.get("contact_email") or "contact_email" in self.errors):
            self.add_error("contact_phone", _("Skriv, hvordan borgeren kan kontakte jer: telefon eller e-mail."))

    # What it comes to

    @cached_property
    def frame(self) -> Frame:
        """The frame as far as it is filled in; what is wrong counts as empty."""
        run = Run(jobcentre_id=self.settings.jobcentre_id)
        for name, value in self._readable().items():
            if value not in (None, ""):
                setattr(run, name, value)
        run.fund_participation = run.fund_participation and run.type_id == ConversationType.JOINT_WITH_FUND
        run.fixed_times = self._clocks()
        place = self._now("place")
        run.room = self._room(place)
        run.room_choice = RoomChoice.ONE if run.room else RoomChoice.ANY if self._any(place) else RoomChoice.NONE
        rooms = (run.room,) if run.room else tuple(self.team_rooms) if self._any(place) else ()
        wanted = {str(pk) for pk in self._several("counsellors")}
        chosen = tuple(one for one in self.available if str(one.pk) in wanted)
        return Frame(run, chosen or tuple(self.available), rooms, chosen=bool(chosen), citizens=self.citizens)

    def _room(self, place: str) -> Room | None:
        return next((room for room in self.team_rooms if f"room-{room.pk}" == place), None)

    def _any(self, place: str) -> bool:
        """The first free of the team's rooms, for individual conversations only (SUM-04)."""
        return place == RoomChoice.ANY and self._now("form") != MeetingForm.JOINT

    def _several(self, name: str) -> Iterable[Any]:
        raw = self.data.getlist(name) if isinstance(self.data, QueryDict) else self.initial.get(name)
        return cast("Iterable[Any]", raw or ())

    def _clocks(self) -> list[time]:
        found = {read_time(str(value)) for value in self._several("fixed_times")}
        return sorted(clock for clock in found if clock)

    def _readable(self) -> dict[str, Any]:
        """Each field's value as far as it can be read, without complaining."""
        values: dict[str, Any] = {}
        for name in OF_RUN:
            field = self.fields[name]
            posted = field.widget.value_from_datadict(self.data, self.files, name)
            try:
                values[name] = field.clean(posted if self.is_bound else self.initial.get(name))
            except forms.ValidationError:
                continue
        return values


@dataclass(frozen=True, slots=True)
class StartChoice:
    """A start to tick; `counsellors` is how many are free then, None where it says nothing."""

    box: Any
    clock: time
    counsellors: int | None


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour's free starts at their twelve places."""

    hour: int
    places: tuple[StartChoice | None, ...]

    @classmethod
    def of(cls, hour: int, choices: Iterable[StartChoice]) -> Hour:
        by_minute = {choice.clock.minute: choice for choice in choices}
        return cls(hour, tuple(by_minute.get(minute) for minute in MINUTES_OF_HOUR))


def differences(typed: FrameForm, saved: FrameForm) -> list[Difference]:
    """What two people have made of the same frame (APP-15)."""
    found = [
        Difference(field.label, in_words(field, saved[name].value()), in_words(field, typed[name].value()))
        for name, field in typed.fields.items()
        if not field.widget.is_hidden and not field.widget.value_omitted_from_data(typed.data, typed.files, name)
    ]
    return [one for one in found if one.saved != one.typed]


def _room_label(room: Room) -> str:
    return f"{room.name} ({room.capacity})" if room.capacity else room.name


def _asking(name: str, widget: forms.Widget) -> dict[str, str]:
    """A change of what others depend on draws them again; the right side is recomputed as one types."""
    typed = isinstance(widget, forms.TextInput)
    return {
        "hx-post": "",
        "hx-trigger": "input changed delay:400ms, change" if typed else "change",
        "hx-target": "#frame-meaning",
        "hx-swap": "outerHTML",
        "hx-sync": "#frame-form:queue all",
        "hx-vals": f'{{"changed": "{name}"}}',
    }
