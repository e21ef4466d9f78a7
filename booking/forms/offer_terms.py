"""Step 2 of an online offer: what citizens read, whose times they see, and when they may book (OFFER-03, slide 95)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.forms.online import OnlineFields
from admin_module.forms.versions import VersionedForm
from admin_module.models import OfferModel, WithoutOwn
from booking.models import OnlineOffer
from planner.accounts.models import Settings
from planner.ui.forms import Number

MODELS = (
    (
        OfferModel.TEAM,
        gettext_lazy(
            "Borgeren ser tider hos alle tilbuddets vejledere. Planner vælger den faste vejleder, ellers den, der er "
            "mindst booket den dag. Passer, hvor vejlederne ikke har faste sagsstammer."
        ),
    ),
    (
        OfferModel.TRUST,
        gettext_lazy(
            "Borgeren vælger vejleder ved navn. Skriv i beskrivelsen, hvem borgeren skal vælge; Planner ser ikke efter."
        ),
    ),
    (
        OfferModel.CONTROL,
        gettext_lazy(
            "Borgeren ser kun tider hos sin egen faste vejleder. Sagsstammen kommer fra sagsbehandlingssystemet, så "
            "der er intet at vedligeholde her."
        ),
    ),
)
"""The models with what each means, named as in the course (slides 32-34)."""


class OfferTermsForm(OnlineFields, VersionedForm):
    """The dates are whole days, and the last one is included (OFFER-04)."""

    model = forms.ChoiceField(
        label=gettext_lazy("Hvis tider ser borgeren?"),
        choices=[(model.value, model.label) for model, _words in MODELS],
        widget=forms.RadioSelect(attrs={"class": "pl-c"}),
    )
    without_own = forms.ChoiceField(
        label=gettext_lazy("Når egen vejleder ingen tid har, eller borgeren ingen egen vejleder har"),
        choices=WithoutOwn.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    cancellation_days = Number(required=False, min_value=0, max_value=60, label=gettext_lazy("Afbud senest"))
    rebooking_days = Number(required=False, min_value=0, max_value=60, label=gettext_lazy("Ombooking senest"))

    class Meta:
        model = OnlineOffer
        fields = (
            *("title", "title_en", "is_active", "description", "description_en", "shows_counsellor"),
            *("model", "without_own", "opens_on", "earliest_meeting_on", "ends_on", "weekdays"),
            *("from_time", "to_time", "interval", "least_notice_days", "shown_weeks"),
            *("cancellation_allowed", "cancellation_days", "rebooking_allowed", "rebooking_days"),
        )
        labels: ClassVar[Any] = {"rebooking_allowed": gettext_lazy("Accepter ombooking")}
        help_texts: ClassVar[Any] = {
            "title": gettext_lazy("Ses af borgeren på Jobnet.dk"),
            "description": gettext_lazy("Ses af borgeren. Skriv, hvem tilbuddet er til, og hvad I skal tale om."),
            "is_active": gettext_lazy("Kun et aktivt tilbud kan bookes. Det kan stoppes igen når som helst."),
            "shows_counsellor": gettext_lazy("Så kan borgeren også vælge mellem navnene."),
        }
        widgets: ClassVar[Any] = {
            "description": forms.Textarea(attrs={"class": "pl-ta-m"}),
            "description_en": forms.Textarea(attrs={"class": "pl-ta-m"}),
        }

    def __init__(self, posted: QueryDict | None = None, *, settings: Settings, today: Any, **options: Any) -> None:
        super().__init__(posted, **options)
        self.settings, self.today = settings, today
        self.fields["title"].required = True
        self.fields["description"].required = True
        self.fields["description"].error_messages["required"] = _("Loven kræver en beskrivelse, som borgeren læser.")
        if not self.instance.published_at and self.initial.get("is_active") is not True:
            self.initial["is_active"] = self.instance.template is None or self.instance.template.is_active is not False
        self.tell_defaults(settings)

    @property
    def models(self) -> list[tuple[Any, Any]]:
        """Each model's button with its sentence."""
        return [(box, words) for box, (_model, words) in zip(self["model"].subwidgets, MODELS, strict=True)]

    def clean_without_own(self) -> str:
        return self.cleaned_data["without_own"] or WithoutOwn.NONE.value

    def clean_cancellation_days(self) -> int:
        return self._days("cancellation", _("Skriv, hvor mange dage før der senest kan meldes afbud."))

    def clean_rebooking_days(self) -> int:
        return self._days("rebooking", _("Skriv, hvor mange dage før der senest kan ombookes."))

    def _days(self, right: str, sentence: str) -> int:
        days: int | None = self.cleaned_data[f"{right}_days"]
        if days is None and self.data.get(self.add_prefix(f"{right}_allowed")):
            raise forms.ValidationError(sentence, code="required")
        return 1 if days is None else days

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self._check_end()
        if self.cleaned_data.get("model") == OfferModel.TRUST:
            self.cleaned_data["shows_counsellor"] = True
        return cleaned

    def _check_end(self) -> None:
        """A last day that has passed may stand where it stood, and may not be set."""
        ends_on = self.cleaned_data.get("ends_on")
        if ends_on and ends_on < self.today and "ends_on" in self.changed_data:
            sentence = _("Slutdatoen er passeret. Vælg i dag eller senere, eller stop tilbuddet.")
            self.add_error("ends_on", sentence)
