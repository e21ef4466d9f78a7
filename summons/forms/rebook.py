"""What [Ombook] asks: with whom, where and from when; then one time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.models import Counsellor, Room, RoomChoice
from booking.models import Summons
from booking.queries.target import Target
from planner.ui.forms import DateField, TimeField
from summons.queries.problem import tick_of
from summons.queries.rebook import NO_ROOM, Wanted

ALL, ANY_ROOM = "all", "any"


class WantedForm(forms.Form):
    """Which times are shown; what cannot be read counts as the proposal."""

    counsellor = forms.ChoiceField(label=_("Vejleder"), required=False)
    room = forms.ChoiceField(label=_("Mødelokale"), required=False)
    first = DateField(label=_("Fra"), required=False)

    def __init__(
        self, posted: Any, *, summons: Summons, counsellors: Sequence[Counsellor], rooms: Sequence[Room], first: date
    ) -> None:
        first_choice = str(counsellors[0].pk) if counsellors else ALL
        initial = {"counsellor": first_choice, "room": _present(summons, rooms), "first": first}
        super().__init__({**initial, **{name: posted[name] for name in initial if posted.get(name)}})
        self.proposed = initial
        self.offered = {str(one.pk): one for one in counsellors}
        self.rooms = {str(room.pk): room for room in rooms}
        everybody = [(ALL, _("Alle, den første ledige"))] if len(counsellors) > 1 else []
        _choose(self, "counsellor", [*_named(summons, counsellors), *everybody])
        anywhere = [(ANY_ROOM, RoomChoice.ANY.label)] if len(rooms) > 1 else []
        named = [(pk, room.name) for pk, room in self.rooms.items()]
        _choose(self, "room", [(NO_ROOM, _("Intet lokale")), *anywhere, *named])

    @property
    def wanted(self) -> Wanted:
        self.is_valid()
        asked: dict[str, Any] = {name: self.cleaned_data.get(name) or value for name, value in self.proposed.items()}
        chosen = self.offered.get(asked["counsellor"])
        room = self.rooms.get(asked["room"])
        rooms = tuple(self.rooms.values()) if asked["room"] == ANY_ROOM else (room,) if room else ()
        return Wanted((chosen,) if chosen else tuple(self.offered.values()), rooms, asked["first"])

    @property
    def of_all(self) -> bool:
        return len(self.wanted.counsellors) > 1


class TargetForm(forms.Form):
    """One time, with one counsellor, in one room or none; chosen on the page or typed."""

    counsellor = forms.TypedChoiceField(label=_("Vejleder"), coerce=int)
    room = forms.ChoiceField(label=_("Mødelokale"), required=False)
    on = DateField(label=_("Dato"))
    at = TimeField(label=_("Klokken"))

    def __init__(
        self, posted: Any, *, summons: Summons, counsellors: Sequence[Counsellor], rooms: Sequence[Room]
    ) -> None:
        room = summons.appointment.room_id or NO_ROOM
        initial = {"counsellor": counsellors[0].pk if counsellors else None, "room": room}
        super().__init__(posted, initial=initial, auto_id="other_%s")
        _choose(self, "counsellor", _named(summons, counsellors))
        _choose(self, "room", [(NO_ROOM, _("Intet lokale")), *((str(room.pk), room.name) for room in rooms)])

    @property
    def target(self) -> Target:
        asked = self.cleaned_data
        room = int(asked["room"]) if asked["room"] not in ("", NO_ROOM) else None
        return Target(asked["on"], tick_of(asked["at"]), (asked["counsellor"],), room)


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    cast("Any", form.fields[name]).choices = choices


def _named(summons: Summons, counsellors: Sequence[Counsellor]) -> list[tuple[str, Any]]:
    """The citizen's own and the present one say so."""
    present = {holder.pk for holder in summons.appointment.counsellors.all()}
    own = summons.citizen.case_owner_id
    return [(str(one.pk), _words(one, own=one.pk == own, present=one.pk in present)) for one in counsellors]


def _words(counsellor: Counsellor, *, own: bool, present: bool) -> Any:
    name = {"name": counsellor.full_name}
    if own:
        return _("%(name)s (fast vejleder)") % name
    return _("%(name)s (har samtalen nu)") % name if present else counsellor.full_name


def _present(summons: Summons, rooms: Sequence[Room]) -> str:
    """The room as it is, or again one that is free where any would do."""
    meeting = summons.appointment
    if meeting.room_id is None:
        return NO_ROOM
    return ANY_ROOM if meeting.room_choice == RoomChoice.ANY and len(rooms) > 1 else str(meeting.room_id)
