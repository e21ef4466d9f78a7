"""«Jobcenter»: the settings of SET-01, each with its help, its default and its range.

Only what the code reads stands here; a test holds the page to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admin_module.forms.versions import VersionedForm
from admin_module.models import AbsenceType, ContactMode, ConversationType
from admin_module.services.jobcentre import rename
from planner.accounts.models import Settings, hindering_absences
from planner.ui.formatting import number
from planner.ui.parsing import read_date
from planner.ui.refusal import Words

A_LEAP_YEAR = date(2028, 1, 1)
PHONE = RegexValidator(r"^\+?[0-9][0-9 ]{2,18}$", gettext_lazy("Skriv et telefonnummer, for eksempel 70 10 10 10."))
INTERVALS: Any = Settings._meta.get_field("jobnet_interval").choices
ONLINE_MODES = (ContactMode.IN_PERSON, ContactMode.TELEPHONE, ContactMode.DIGITAL)
ADDRESS = RegexValidator(r"^https?://\S+$", gettext_lazy("Skriv en adresse, der begynder med https://."))
NUMBER = RegexValidator(r"^\d{1,9}$", gettext_lazy("Skriv et tal, eller lad feltet være tomt."))


@dataclass(frozen=True, slots=True)
class Row:
    """A setting on the page: how wide of six columns, what its number counts, whether it may be left empty."""

    name: str
    cols: int = 3
    unit: Words = ""
    must: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Settings of one kind under their heading."""

    title: Words
    rows: tuple[Row, ...]


DAYS, WORKING_DAYS = gettext_lazy("dage"), gettext_lazy("arbejdsdage")
WEEKS, SECONDS = gettext_lazy("uger"), gettext_lazy("sekunder")
GROUPS = (
    Group(
        gettext_lazy("Hvem I er"),
        (Row("name", must=True), Row("word", must=True), Row("contact_phone"), Row("contact_email")),
    ),
    Group(
        gettext_lazy("Indkaldelser"),
        (
            Row("notice_days", unit=DAYS),
            Row("horizon_weeks", unit=WEEKS),
            Row("pending_days", unit=WORKING_DAYS),
            Row("near_days", unit=WORKING_DAYS),
            Row("sending_delay", unit=SECONDS),
        ),
    ),
    Group(
        gettext_lazy("Ombooking"),
        (Row("rebooking_weeks", unit=WEEKS), Row("least_notice_days", unit=DAYS), Row("jobnet_interval")),
    ),
    Group(
        gettext_lazy("Online booking"),
        (
            Row("online_types", cols=6),
            Row("online_modes", cols=6),
            Row("shown_weeks", unit=WEEKS),
            Row("hold_minutes", unit=gettext_lazy("minutter")),
        ),
    ),
    Group(
        gettext_lazy("E-mail til borgere"),
        (Row("sender", cols=6), Row("mail_own", cols=6), Row("mail_jobnet", cols=6), Row("mail_summoned", cols=6)),
    ),
    Group(
        gettext_lazy("Kalender"),
        (
            Row("also_closed"),
            Row("calendar_names"),
            Row("breaks_a_day", unit=gettext_lazy("om dagen")),
            Row("hindering_absences", cols=6),
        ),
    ),
    Group(
        gettext_lazy("Andre systemer"),
        (
            Row("case_link", cols=6),
            Row("owner_system"),
            Row("attendance_here"),
            Row("compare_dfdg", cols=6),
            Row("calendar_initials", cols=6),
        ),
    ),
    Group(
        gettext_lazy("Opbevaring"),
        (
            Row("facts_days", unit=DAYS),
            Row("lists_days", unit=DAYS),
            Row("appointments_years", unit=gettext_lazy("år")),
            Row("evidence_months", unit=gettext_lazy("måneder")),
            Row("log_months", unit=gettext_lazy("måneder")),
        ),
    ),
)


class DaysOfYearField(forms.Field):
    """Days of every year, «24.12, 31.12»; kept as «24-12»."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        days = sorted((tuple(map(int, day.split("-"))) for day in value), key=lambda day: (day[1], day[0]))
        return ", ".join(f"{day}.{month}" for day, month in days)

    def to_python(self, value: Any) -> list[str]:
        if isinstance(value, list):
            return value
        return list(dict.fromkeys(self._day(part) for part in str(value or "").split(",") if part.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return sorted(initial or []) != sorted(self.to_python(data))
        except forms.ValidationError:
            return True

    def _day(self, written: str) -> str:
        found = read_date(written.strip(), A_LEAP_YEAR)
        if found is None:
            sentence = _("«%(day)s» er ikke en dag. Skriv dag og måned, for eksempel 24.12, 31.12.")
            raise forms.ValidationError(sentence % {"day": written.strip()}, code="invalid")
        return f"{found:%d-%m}"


class JobcentreForm(VersionedForm):
    """The settings with the name and the word of the job centre; the codes come with the installation."""

    name = forms.CharField(label=gettext_lazy("Navn"), max_length=100)
    word = forms.CharField(label=gettext_lazy("Ord for stedet"), max_length=40)
    also_closed = DaysOfYearField(label=gettext_lazy("Også lukket hvert år"), required=False)
    hindering_absences = forms.MultipleChoiceField(
        label=gettext_lazy("Borgerfravær, der hindrer en samtale"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    online_types = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Samtaletyper, der kan bookes online"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    online_modes = forms.MultipleChoiceField(
        label=gettext_lazy("Afholdelsesformer, der kan bookes online"),
        choices=[(mode.value, mode.label) for mode in ONLINE_MODES],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Settings
        fields = [row.name for group in GROUPS for row in group.rows if row.name not in {"name", "word"}]
        labels = {
            "notice_days": gettext_lazy("Varsel"),
            "horizon_weeks": gettext_lazy("Fordeling frem i tiden"),
            "rebooking_weeks": gettext_lazy("Uden frist"),
            "least_notice_days": gettext_lazy("Mindste varsel"),
            "jobnet_interval": gettext_lazy("Tider begynder hvert"),
            "shown_weeks": gettext_lazy("Tider vises frem"),
            "hold_minutes": gettext_lazy("En valgt tid holdes"),
            "pending_days": gettext_lazy("Afventende slipper deres tid"),
            "near_days": gettext_lazy("Nær frist"),
            "sending_delay": gettext_lazy("Forsinkelse før afsendelse"),
            "mail_own": gettext_lazy("Kvittering og påmindelse til dem, der booker på Min side"),
            "mail_jobnet": gettext_lazy("Kvittering og påmindelse til dem, der booker på Jobnet"),
            "mail_summoned": gettext_lazy("E-mail og påmindelse til dem, der er indkaldt"),
            "breaks_a_day": gettext_lazy("Faste pauser"),
            "calendar_names": gettext_lazy("Vis borgernes navne i kalenderen"),
            "calendar_initials": gettext_lazy("Skriv initialer og seks cifre i vejledernes egne kalendere"),
            "case_link": gettext_lazy("Link til sagen i sagssystemet"),
            "owner_system": gettext_lazy("Ejersystem, der oplyses til DFDG"),
            "compare_dfdg": gettext_lazy("Sammenlign indkaldelserne med Jobnet (DFDG) hver nat"),
            "facts_days": gettext_lazy("Oplysninger om borgere"),
            "lists_days": gettext_lazy("Lister og kladder"),
            "appointments_years": gettext_lazy("Aftaler og indkaldelser"),
            "evidence_months": gettext_lazy("Hvad borgere fik vist"),
            "log_months": gettext_lazy("Revisionsspor og Systemlog"),
        }
        help_texts = {
            "name": gettext_lazy("Står øverst på alle sider og i breve."),
            "word": gettext_lazy("Det ord, som sider og tekster bruger om jer, skrevet med småt."),
            "contact_phone": gettext_lazy("Hvor borgere ringer til jer, når deres team ikke har sit eget nummer."),
            "contact_email": gettext_lazy("Hvor borgere skriver til jer, når deres team ikke har sin egen adresse."),
            "notice_days": gettext_lazy("Så lang tid efter i dag er den tidligste dato, som en indkaldelse foreslår."),
            "horizon_weeks": gettext_lazy("Så langt frem søger den automatiske fordeling efter ledige tider."),
            "rebooking_weeks": gettext_lazy(
                "Har borgeren ingen frist, kan der ombookes så længe efter samtalens dato."
            ),
            "pending_days": gettext_lazy("Så længe holder en forberedt indkaldelse, der ikke er sendt, sin tid."),
            "near_days": gettext_lazy("Borgere med frist inden for så lang tid og uden samtale står på forsiden."),
            "sending_delay": gettext_lazy("Så længe kan der trykkes «Fortryd», efter at noget er sendt."),
            "also_closed": gettext_lazy("Dag og måned med komma imellem. Helligdage er lukket i forvejen."),
            "hindering_absences": gettext_lazy("En borger med et af disse fravær indkaldes ikke, før det er slut."),
            "sender": gettext_lazy("Hvem e-mailen er fra. Tomt: navnet på jer."),
            "mail_own": gettext_lazy("Når de booker, ombooker eller melder afbud, og dagen før samtalen."),
            "mail_jobnet": gettext_lazy(
                "Jobnet sender selv kvittering. Slå kun til, hvis I vil sende jeres egen også."
            ),
            "mail_summoned": gettext_lazy("Når de indkaldes, flyttes eller aflyses, og dagen før samtalen."),
            "breaks_a_day": gettext_lazy("Så mange kan en vejleder have på medarbejderkortet."),
            "calendar_names": gettext_lazy("Ellers viser kalenderen initialer. Den viser aldrig de sidste fire cifre."),
            "least_notice_days": gettext_lazy("Tider, der ligger nærmere, kan borgeren ikke vælge."),
            "jobnet_interval": gettext_lazy("De tider, en borger kan vælge imellem, begynder på disse minuttal."),
            "hold_minutes": gettext_lazy("Så længe holdes tiden, mens borgeren bekræfter."),
            "shown_weeks": gettext_lazy("Så langt frem ser en borger ledige tider."),
            "online_types": gettext_lazy("De typer, et online tilbud kan have."),
            "online_modes": gettext_lazy("Et online tilbud er altid et individuelt møde."),
            "compare_dfdg": gettext_lazy(
                "Planner læser jeres egne kommende indkaldelser én for én og retter eller viser det, der afviger."
            ),
            "calendar_initials": gettext_lazy(
                "Ellers står der kun, hvad samtalen er, hvornår og hvor, med et link til Planner."
            ),
            "attendance_here": gettext_lazy("Ellers registreres fremmødet kun i sagssystemet."),
            "case_link": gettext_lazy("{summons} i adressen bliver til indkaldelsens id hos DFDG. Tomt: intet link."),
            "owner_system": gettext_lazy("Tomt: også jeres sagssystem må flytte og aflyse det, Planner har sendt."),
            "facts_days": gettext_lazy("Så længe efter sidste opslag tømmes adresse, fravær og frister."),
            "lists_days": gettext_lazy("Kladder og lister slettes, når ingen har rørt dem så længe."),
            "appointments_years": gettext_lazy("Så længe efter samtalen slettes den, og borgeren med den sidste."),
            "evidence_months": gettext_lazy("Så længe kan det bevises, hvilke tider en borger fik vist."),
            "log_months": gettext_lazy("Så gamle linjer slettes hver nat."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        jobcentre = self.instance.jobcentre
        self.initial.update(name=jobcentre.name, word=jobcentre.word)
        self.fields["contact_phone"].validators.append(PHONE)
        self.fields["case_link"].validators.append(ADDRESS)
        self.fields["owner_system"].validators.append(NUMBER)
        interval: Any = self.fields["jobnet_interval"]
        interval.choices = [(minutes, _("%d minutter") % minutes) for minutes, _label in INTERVALS]
        absences: Any = self.fields["hindering_absences"]
        absences.choices = _absence_choices(self.instance.hindering_absences)
        types: Any = self.fields["online_types"]
        types.choices = [(kind.pk, kind.name) for kind in _types_to_open(self.instance.online_types)]
        for name, field in self.fields.items():
            field.help_text = _helped(name, field.help_text or self.Meta.help_texts.get(name, ""))

    def groups(self) -> Iterator[tuple[Words, list[tuple[Row, forms.BoundField]]]]:
        """The headings with their settings, for the page."""
        for group in GROUPS:
            yield group.title, [(row, self[row.name]) for row in group.rows]

    def save(self, commit: bool = True) -> Settings:
        settings: Settings = super().save(commit)
        rename(jobcentre=settings.jobcentre, name=self.cleaned_data["name"], word=self.cleaned_data["word"])
        return settings


def _absence_choices(chosen: Sequence[str]) -> list[tuple[str, str]]:
    """The kinds that DFDG knows, and those that are chosen or come with Planner."""
    known = AbsenceType.objects.filter(expired_at=None).values_list("name", flat=True)
    return [(name, name) for name in sorted({*(name[:60] for name in known), *chosen, *hindering_absences()})]


def _types_to_open(chosen: Sequence[int]) -> QuerySet[ConversationType]:
    """Those that citizens can be called to and may book themselves, and those that are open already."""
    able = ConversationType.objects.filter(Q(expired_at=None) | Q(pk__in=chosen))
    return able.exclude(pk__in=ConversationType.NEVER_SELF_BOOKED)


def _helped(name: str, words: Words) -> str:
    """The help with the default and the range after it, where a setting has them."""
    try:
        field: Any = Settings._meta.get_field(name)
    except FieldDoesNotExist:
        return str(words)
    default = _default(field)
    limits = {type(one): one.limit_value for one in field.validators if isinstance(one, BaseValidator)}
    if not field.choices and MinValueValidator in limits and MaxValueValidator in limits:
        span = _("Fra %(low)s til %(high)s, normalt %(default)s.")
        low, high = (number(limits[kind]) for kind in (MinValueValidator, MaxValueValidator))
        bounds = {"low": low, "high": high, "default": default}
        return f"{words} {span % bounds}"
    return f"{words} {_('Normalt %s.') % default}" if default else str(words)


def _default(field: Any) -> str:
    value = field.get_default()
    if isinstance(value, bool):
        return _("slået til") if value else _("slået fra")
    if isinstance(value, list):
        return LISTS.get(field.name, ", ".join)(value)
    return str(value) if value != "" else ""


def _names_of_types(codes: Sequence[int]) -> str:
    return ", ".join(kind.name for kind in ConversationType.objects.filter(pk__in=codes))


LISTS: dict[str, Callable[[list[Any]], str]] = {
    "also_closed": lambda days: str(DaysOfYearField().prepare_value(days)),
    "online_types": _names_of_types,
    "online_modes": lambda modes: ", ".join(str(ContactMode(mode).label) for mode in modes),
}
"""How the default of a list is written; else its words with commas between."""
