"""What [Flyt] asks: date, time, counsellor and room; by drag they come with the address of where it was let go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from admin_module.models import Counsellor, MeetingForm, Room
from booking.availability.obstacles import Obstacle
from booking.models import Appointment
from booking.queries.target import Target
from planner.timeline.ticks import MINUTES_PER_TICK
from planner.ui.addresses import read_id
from planner.ui.forms import Combobox, DateField, MultiCombobox, TimeField
from planner.ui.parsing import read_date, read_time

NO_ROOM = "none"


class MoveForm(forms.Form):
    """Where a meeting is to go; always bound, first to where it stands now."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = DateField(label=_("Dato"))
    at = TimeField(label=_("Klokken"))
    counsellor = forms.TypedMultipleChoiceField(
        label=_("Vejledere"), coerce=int, error_messages={"invalid_choice": _("Vejlederen er ikke i samtalens team.")}
    )
    room = forms.ChoiceField(
        label=_("Mødelokale"),
        required=False,
        error_messages={"invalid_choice": _("Mødelokalet hører ikke til samtalens team.")},
    )

    def __init__(
        self,
        given: QueryDict,
        *,
        appointment: Appointment,
        counsellors: Sequence[Counsellor],
        rooms: Sequence[Room],
        today: date,
    ) -> None:
        joint = appointment.form == MeetingForm.JOINT
        super().__init__(_values(appointment, given, today, several=joint))
        named = [(one.pk, one.full_name) for one in counsellors]
        if joint:
            self.fields["counsellor"].widget = MultiCombobox()
        else:
            self.fields["counsellor"] = forms.TypedChoiceField(
                label=_("Vejleder"),
                coerce=int,
                widget=Combobox(),
                error_messages={"invalid_choice": _("Vejlederen er ikke i samtalens team.")},
            )
        _choose(self, "counsellor", named)
        _choose(self, "room", [(NO_ROOM, _("Intet lokale")), *((str(room.pk), room.name) for room in rooms)])

    def see(self, appointment: Appointment) -> None:
        """The page that comes back shows the meeting as it is now: the next try is no longer a stale one."""
        self.data = {**self.data, "version": appointment.version}

    @property
    def target(self) -> Target:
        asked = self.cleaned_data
        chosen = asked["counsellor"] if isinstance(asked["counsellor"], list) else [asked["counsellor"]]
        room = int(asked["room"]) if asked["room"] not in ("", NO_ROOM) else None
        tick = (asked["at"].hour * 60 + asked["at"].minute) // MINUTES_PER_TICK
        return Target(asked["on"], tick, tuple(sorted(set(chosen))), room)


def seen_in(request: HttpRequest) -> Collection[Obstacle]:
    """The warnings that the person has read; going back to where it was asks nothing."""
    if "back" in request.GET:
        return list(Obstacle)
    known = {obstacle.value: obstacle for obstacle in Obstacle}
    return [known[code] for code in request.POST.get("seen", "").split(",") if code in known]


def _values(appointment: Appointment, given: QueryDict, today: date, *, several: bool) -> dict[str, Any]:
    """As it stands, and over that what is given; `instead_of`: whom a dragged meeting is taken from."""
    at = appointment.start_tick * MINUTES_PER_TICK
    holders = [holder.pk for holder in appointment.counsellors.all()]
    values: dict[str, Any] = {
        "version": given.get("version") or appointment.version,
        "on": appointment.day,
        "at": time(at // 60, at % 60),
        "room": str(appointment.room_id or NO_ROOM),
    }
    if "on" in given:
        values["on"] = read_date(given.get("on", ""), today) or given.get("on")
    if "at" in given:
        values["at"] = read_time(given.get("at", "")) or given.get("at")
    if "room" in given:
        values["room"] = given["room"]
    chosen = given.getlist("counsellor") if "counsellor" in given or "chosen" in given else [str(pk) for pk in holders]
    if "instead_of" in given:
        left = [pk for pk in holders if pk != read_id(given["instead_of"])]
        chosen = [*(str(pk) for pk in left), *chosen]
    values["counsellor"] = chosen if several else next(iter(chosen[-1:]), "")
    return values


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]
