"""What [Åbn] on step 3 asks: among possible choices only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admin_module.models import Counsellor, MeetingForm, Room
from booking.models import Channel
from booking.rules import OBSTACLES
from planner.ui.formatting import clock
from planner.ui.forms import DateField
from summons.models import Run, RunCitizen
from summons.queries.problem import counsellors_of
from summons.queries.times import Place, PossibleTime


class PlaceForm(forms.Form):
    """Where, when and with whom; what the times depend on stands before them."""

    counsellor = forms.TypedChoiceField(label=_("Vejleder"), coerce=int)
    room = forms.TypedChoiceField(label=_("Mødelokale"), coerce=int, empty_value=None, required=False)
    day = DateField(label=_("Dato"))
    start = forms.TypedChoiceField(label=_("Tidspunkt"), coerce=int)
    deadline = DateField(label=_("Frist for afholdelse"), required=False)
    channel = forms.ChoiceField(label=_("Kanal"), choices=Channel.choices)
    warned = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, run: Run, line: RunCitizen, url: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.run, self.line = run, line
        self._choose(
            "counsellor", [(one.pk, one.full_name) for one in Counsellor.objects.filter(pk__in=_counsellors(run, line))]
        )
        rooms = Room.objects.usable().filter(teams=run.team_id)
        self._choose("room", [("", _("Intet lokale")), *rooms.values_list("pk", "name")])
        if self.is_joint:
            del self.fields["counsellor"]
        for name in ("counsellor", "room", "day", "deadline"):
            if name in self.fields:
                self.fields[name].widget.attrs |= {
                    "hx-post": url,
                    "hx-trigger": "change",
                    "hx-vals": '{"show": "1"}',
                    "hx-select": "#times",
                    "hx-target": "#times",
                    "hx-swap": "outerHTML",
                    "hx-include": "closest form",
                }

    @property
    def is_joint(self) -> bool:
        return self.run.form == MeetingForm.JOINT

    def place(self) -> Place | None:
        """What stands in the fields now, typed or as it was; None where it cannot be read."""
        values = {name: self._value(name) for name in ("counsellor", "room", "day")}
        if values["day"] is None or (not self.is_joint and values["counsellor"] is None):
            return None
        joint = tuple(_counsellors(self.run, self.line)) if self.is_joint else (values["counsellor"],)
        return Place(values["day"], joint, values["room"])

    def wanted_deadline(self) -> Any:
        return self._value("deadline")

    def offer(self, times: Sequence[PossibleTime]) -> None:
        """The times to choose among: free ones, then those that warn."""
        free = [(one.start_tick, _clock(one.start_tick)) for one in times if not one.warnings]
        warned = [(one.start_tick, _warned(one)) for one in times if one.warnings]
        self._choose("start", [("", _("Vælg tidspunkt")), (_("Ledige"), free), (_("Mulige med advarsel"), warned)])

    def _choose(self, name: str, choices: Sequence[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _value(self, name: str) -> Any:
        if name not in self.fields:
            return None
        raw = self.fields[name].widget.value_from_datadict(self.data, self.files, name) if self.is_bound else None
        if not self.is_bound:
            return self.initial.get(name)
        try:
            return self.fields[name].clean(raw)
        except forms.ValidationError:
            return None


def _counsellors(run: Run, line: RunCitizen) -> list[int]:
    """The run's own, and whoever holds the meeting now."""
    holders = line.summons.appointment.holders.values_list("counsellor_id", flat=True) if line.summons else []
    if run.form == MeetingForm.JOINT and line.summons:
        return list(holders)
    return [*counsellors_of(run), *holders]


def _clock(tick: int) -> str:
    return clock(time(tick // 12, tick % 12 * 5))


def _warned(one: PossibleTime) -> str:
    words = "; ".join(str(OBSTACLES[obstacle]).rstrip(".") for obstacle in one.warnings)
    return f"{_clock(one.start_tick)} – {words}"
