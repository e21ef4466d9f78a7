"""The filters of the follow-up list: what the address may say, the form that says it; and why something is given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from planner.ui.filters import Filter, FilterKind
from planner.ui.formatting import date_year
from planner.ui.forms import DateField, MultiCombobox
from planner.ui.listing import ListState
from planner.ui.parsing import read_date
from planner.ui.sorting import Column
from summons.queries import choices
from summons.queries.choices import TeamChoice
from summons.queries.follow_up import ATTENDANCE, DATE_KINDS, LETTERS, MINE, STATUSES, SYNC_STATES, Wanted

COLUMNS = (
    Column("number", _("Nr."), ("number",), numeric=True),
    Column("time", _("Dato og tid"), ("appointment__start_at",)),
    Column("citizen", _("Borger"), ("citizen__sort_key",)),
    Column("type", _("Type"), ("appointment__type__name", "appointment__variant__name")),
    Column("team", _("Team"), ("appointment__team__name",)),
    Column("counsellor", _("Vejl.")),
    Column("room", _("Lok."), ("appointment__room__name",)),
    Column("status", _("Status"), ("status", "appointment__placed_by")),
    Column("receivers", _("Modtagere: Jobnet og kalender"), hidden=True),
)
OPENED = "opened"
ALL = ("", _("Alle"))
Choices = list[tuple[str, str]]


class FollowUpForm(forms.Form):
    """Shown beside the list; it is only ever sent as the address of the list (APP-10)."""

    dated = forms.ChoiceField(label=_("Datosøgning"), choices=DATE_KINDS)
    first = DateField(label=_("Fra"))
    last = DateField(label=_("Til"))
    mine = forms.ChoiceField(label=_("Sendt"), choices=[ALL, *MINE])
    below = forms.BooleanField(label=_("Medtag underteams"))
    counsellor = forms.MultipleChoiceField(label=_("Filtrer vejledere"), widget=MultiCombobox())
    type = forms.ChoiceField(label=_("Filtrer type"))
    run = forms.ChoiceField(label=_("Kørsel"))
    offer = forms.ChoiceField(label=_("Online tilbud"))
    sync = forms.ChoiceField(label=_("Synkronisering"), choices=[ALL, *SYNC_STATES])
    status = forms.ChoiceField(label=_("Status"), choices=[ALL, *STATUSES])
    letter = forms.ChoiceField(label=_("Breve"), choices=[ALL, *LETTERS])
    attendance = forms.ChoiceField(label=_("Fremmøde"), choices=[ALL, *ATTENDANCE])

    def __init__(self, *, counsellors: Choices, types: Choices, runs: Choices, offers: Choices, **options: Any) -> None:
        super().__init__(auto_id="filter-%s", use_required_attribute=False, **options)
        every: list[tuple[str, Any]] = [ALL]
        known = {"counsellor": counsellors, "type": every + types, "run": every + runs, "offer": every + offers}
        for name, found in known.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = found
        for field in self.fields.values():
            field.required = False


@dataclass(frozen=True, slots=True)
class FollowUpFilters:
    """What the address asks of the list."""

    state: ListState
    wanted: Wanted
    tree: list[TeamChoice]
    form: FollowUpForm

    @property
    def teams(self) -> tuple[str, ...]:
        return self.state.all("team")

    @classmethod
    def read(cls, query: QueryDict, *, user_id: int, now: datetime) -> FollowUpFilters:
        tree = choices.team_tree()
        known = {
            "counsellors": choices.counsellor_choices(),
            "types": choices.type_choices(),
            "runs": choices.run_choices(),
            "offers": choices.offer_choices(),
        }
        filters = _filters(query, tree, **known)
        state = ListState.read(query, columns=COLUMNS, sort="time", filters=filters, kept=(OPENED,))
        form = FollowUpForm(initial=_initial(state), **known)
        return cls(state, _wanted(state, tree, user_id=user_id, now=now), tree, form)


def _filters(
    query: QueryDict, tree: list[TeamChoice], *, counsellors: Choices, types: Choices, runs: Choices, offers: Choices
) -> tuple[Filter, ...]:
    teams = [(str(team.pk), team.name) for team in tree]
    return (
        Filter("mine", _("Sendt"), MINE),
        Filter("dated", _("Datosøgning"), DATE_KINDS[1:]),
        _date_filter("first", _("Fra"), query),
        _date_filter("last", _("Til"), query),
        Filter("team", _("Team"), teams, multiple=True),
        Filter("below", _("Underteams"), [("1", _("medtaget")), ("on", _("medtaget"))]),
        Filter("counsellor", _("Vejleder"), counsellors, multiple=True),
        Filter("type", _("Type"), types),
        Filter("run", _("Kørsel"), runs),
        Filter("offer", _("Online tilbud"), offers),
        Filter("sync", _("Synkronisering"), SYNC_STATES),
        Filter("status", _("Status"), STATUSES),
        Filter("letter", _("Breve"), LETTERS),
        Filter("attendance", _("Fremmøde"), ATTENDANCE),
    )


def _date_filter(key: str, title: Any, query: QueryDict) -> Filter:
    """Its chip shows the date that was understood."""
    typed = query.get(key, "")
    found = read_date(typed, timezone.localdate())
    return Filter(key, title, [(typed.strip(), date_year(found))] if found else [], kind=FilterKind.TEXT)


def _date(state: ListState, key: str) -> date | None:
    return read_date(state.value(key), timezone.localdate())


def _wanted(state: ListState, tree: list[TeamChoice], *, user_id: int, now: datetime) -> Wanted:
    chosen = frozenset(int(pk) for pk in state.all("team"))
    return Wanted(
        user_id=user_id,
        now=now,
        mine=state.value("mine"),
        dated=state.value("dated") or "held",
        first=_date(state, "first"),
        last=_date(state, "last"),
        teams=choices.with_those_below(chosen, tree) if state.value("below") else chosen,
        counsellors=tuple(int(pk) for pk in state.all("counsellor")),
        type_id=int(state.value("type")) if state.value("type") else None,
        run=state.value("run"),
        offer=state.value("offer"),
        sync=state.value("sync"),
        status=state.value("status"),
        letter=state.value("letter"),
        attendance=state.value("attendance"),
    )


def _initial(state: ListState) -> dict[str, Any]:
    dates = {key: _date(state, key) or state.value(key) for key in ("first", "last")}
    plain = {
        key: state.value(key) for key in ("mine", "type", "run", "offer", "sync", "status", "letter", "attendance")
    }
    several = {"counsellor": list(state.all("counsellor")), "below": bool(state.value("below"))}
    return {"dated": state.value("dated") or "held", **dates, **plain, **several}


class GivingUp(forms.Form):
    """[Opgiv] asks why."""

    reason = forms.CharField(
        label=_("Begrundelse"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Uden personnummer. Den vises i historikken og i Systemlog."),
    )
