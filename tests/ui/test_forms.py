"""Forms: mandatory in words, faults marked with * and their message, a summary on top, nothing typed is lost."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from pytest_django.asserts import assertHTMLEqual

from planner.ui.forms import Combobox, DateField, MultiCombobox, TimeField


class RoomForm(forms.Form):
    name = forms.CharField(label="Navn", help_text="Ses i kalenderen")
    opens_on = DateField(label="Åbner", required=False)
    opens_at = TimeField(label="Fra", required=False)
    kind = forms.ChoiceField(label="Slags", choices=[("1", "Stort"), ("2", "Lille")], widget=forms.RadioSelect)
    team = forms.ChoiceField(label="Team", choices=[("", ""), ("1", "Nord")], widget=Combobox, required=False)
    people = forms.MultipleChoiceField(
        label="Vejledere", choices=[("1", "Anna")], widget=MultiCombobox(url="/find/"), required=False
    )
    active = forms.BooleanField(label="Aktivt", required=False)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("name") == "Lokale 1":
            self.add_error("name", "Navnet skal være unikt")
        return self.cleaned_data


def html(source: str, form: forms.Form) -> str:
    return Template(source).render(Context({"form": form}))


@pytest.mark.requirement("APP-07")
def test_a_mandatory_field_says_so_in_words() -> None:
    form = RoomForm()
    assert "skal udfyldes" in html("{% field form.name %}", form)
    assert "skal udfyldes" in html("{% field form.kind %}", form)
    assert "skal udfyldes" not in html("{% field form.opens_on %}", form)


@pytest.mark.requirement("APP-07")
def test_a_wrong_field_is_marked_with_a_star_and_its_message_and_keeps_what_was_typed() -> None:
    form = RoomForm({"name": "Lokale 1", "kind": "1", "opens_on": "31.2.2026"})
    wrong = html("{% field form.name %}", form)
    assert '<span class="pl-star" aria-hidden="true">*</span>Navn' in wrong
    assert 'value="Lokale 1"' in wrong
    assert 'aria-describedby="id_name_helptext id_name_error"' in wrong
    assert 'aria-invalid="true"' in wrong
    assert 'id="id_name_error"' in wrong
    assert "Navnet skal være unikt" in wrong
    assert 'value="31.2.2026"' in html("{% field form.opens_on %}", form)
    assert "pl-star" not in html("{% field form.kind %}", form)


@pytest.mark.requirement("APP-07")
def test_the_summary_names_every_fault_and_links_to_its_field() -> None:
    form = RoomForm({"name": "Lokale 1", "opens_at": "25.00"})
    form.add_error(None, "Nogen har ændret lokalet imens")
    summary = html("{% error_summary form %}", form)
    assert "Der er 4 fejl" in summary
    assert 'tabindex="-1" data-focus' in summary
    assert '<a href="#id_name">Navn: Navnet skal være unikt</a>' in summary
    assert '<a href="#id_opens_at">Fra: ' in summary
    assert "<li>Nogen har ændret lokalet imens</li>" in summary


def test_a_form_without_faults_has_no_summary() -> None:
    assert html("{% error_summary form %}", RoomForm()) == ""


def test_the_summary_takes_formsets_and_what_is_not_there() -> None:
    rooms = forms.formset_factory(RoomForm)({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-kind": "1"})
    summary = Template("{% error_summary rooms nothing %}").render(Context({"rooms": rooms, "nothing": None}))
    assert '<a href="#id_form-0-name">' in summary


def test_choices_are_a_group_with_a_name() -> None:
    shown = html("{% field form.kind %}", RoomForm())
    assert "<fieldset" in shown
    assert "<legend>Slags" in shown
    assert shown.count('type="radio"') == 2
    assert '<label class="pl-opt" for="id_kind_0">' in shown


def test_a_combobox_is_a_select_without_javascript() -> None:
    shown = html("{% field form.people %}", RoomForm({"people": ["1"]}))
    assert '<div class="pl-combo" data-combobox data-url="/find/"' in shown
    assert '<select name="people"' in shown
    assert '<option value="1" selected>Anna</option>' in shown
    assert "data-url" not in html("{% field form.team %}", RoomForm())


def test_all_fields_come_in_their_order() -> None:
    shown = html("{% fields form %}", RoomForm())
    places = [shown.index(f'name="{name}"') for name in RoomForm.base_fields]
    assert places == sorted(places)


@time_machine.travel("2026-11-23 09:00+01:00")
def test_dates_and_times_are_read_as_typed_and_shown_as_danes_write_them() -> None:
    form = RoomForm({"name": "Salen", "kind": "1", "opens_on": "1/12", "opens_at": "930"})
    assert form.is_valid()
    assert (form.cleaned_data["opens_on"], form.cleaned_data["opens_at"]) == (date(2026, 12, 1), time(9, 30))
    shown = html("{% fields form %}", RoomForm(initial=form.cleaned_data))
    assert 'value="tir. 1. dec. 2026"' in shown
    assert 'value="9.30"' in shown


def test_what_was_typed_is_shown_as_text() -> None:
    shown = html("{% field form.name %}{% error_summary form %}", RoomForm({"name": '"><script>alert(1)</script>'}))
    assert "<script>" not in shown


@pytest.mark.requirement("SPEED-13")
@pytest.mark.parametrize(("quick", "plain"), [(Combobox, forms.Select), (MultiCombobox, forms.SelectMultiple)])
def test_a_long_select_is_what_django_draws(quick: type[forms.Select], plain: type[forms.Select]) -> None:
    choices = [("", ""), ("1", "Æble & <pære>"), ("Syd", [("2", "To"), ("3", "Tre")]), (4, "Fire")]
    attrs = {"id": "id_team", "required": True, "disabled": False}
    for value in ([], ["3", "4"]):
        drawn, expected = (kind(choices=choices).render("team", value, attrs) for kind in (quick, plain))
        assertHTMLEqual(drawn, expected)
