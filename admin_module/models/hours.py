"""When counsellors can be booked: schedules with hours, breaks and shares; absences; the job centre's closing days."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from admin_module.models.counsellor import Counsellor
from admin_module.models.team import Team
from planner.accounts.models import between
from planner.accounts.tenancy import TenantForeignKey, TenantModel


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Mandag")
    TUESDAY = 1, _("Tirsdag")
    WEDNESDAY = 2, _("Onsdag")
    THURSDAY = 3, _("Torsdag")
    FRIDAY = 4, _("Fredag")
    SATURDAY = 5, _("Lørdag")
    SUNDAY = 6, _("Søndag")


class CycleWeek(models.IntegerChoices):
    EVERY = 0, _("Alle uger")
    ODD = 1, _("Ulige uger")
    EVEN = 2, _("Lige uger")


class Schedule(TenantModel):
    """Hours, breaks and shares from a date (COUN-07, COUN-08); reading picks the latest that holds on the day."""

    counsellor = TenantForeignKey(Counsellor, on_delete=models.CASCADE, related_name="schedules")
    valid_from = models.DateField(_("Gælder fra"))
    cycle_week = models.PositiveSmallIntegerField(_("Uger"), choices=CycleWeek.choices, default=CycleWeek.EVERY)
    max_conversation_share = models.PositiveSmallIntegerField(
        _("Maksimal samtaletid (andel af rådighedstid)"), default=100, validators=between(0, 100)
    )
    automatic_share = models.PositiveSmallIntegerField(
        _("Andel af samtaletid der kan bookes ved automatisk booking"), default=100, validators=between(0, 100)
    )

    class Meta:
        ordering = ["valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["counsellor", "valid_from", "cycle_week"], name="one_schedule_a_date"),
            models.CheckConstraint(
                condition=Q(max_conversation_share__lte=100, automatic_share__lte=100), name="shares_are_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counsellor_id} from {self.valid_from}"


class Period(TenantModel):
    """From-to on a weekday, wall-clock time, half-open."""

    weekday = models.PositiveSmallIntegerField(_("Ugedag"), choices=Weekday.choices)
    start = models.TimeField(_("Fra"))
    end = models.TimeField(_("Til"))

    class Meta:
        abstract = True
        ordering = ["weekday", "start"]


class WorkingHours(Period):
    schedule = TenantForeignKey(Schedule, on_delete=models.CASCADE, related_name="hours")

    class Meta(Period.Meta):
        constraints = [models.CheckConstraint(condition=Q(start__lt=F("end")), name="hours_in_order")]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.start}-{self.end}"


class Break(Period):
    schedule = TenantForeignKey(Schedule, on_delete=models.CASCADE, related_name="breaks")

    class Meta(Period.Meta):
        constraints = [models.CheckConstraint(condition=Q(start__lt=F("end")), name="break_in_order")]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.start}-{self.end}"


class Absence(TenantModel):
    """A dated time away; whole days run from midnight to midnight, local time."""

    class Kind(models.TextChoices):
        ILLNESS = "illness", _("Sygdom")
        HOLIDAY = "holiday", _("Ferie")
        COURSE = "course", _("Kursus")
        MEETING = "meeting", _("Møde")
        OTHER = "other", _("Andet")

    counsellor = TenantForeignKey(Counsellor, on_delete=models.CASCADE, related_name="absences")
    kind = models.CharField(_("Årsag"), max_length=10, choices=Kind.choices)
    start_at = models.DateTimeField(_("Fra"))
    end_at = models.DateTimeField(_("Til"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["start_at"]
        constraints = [models.CheckConstraint(condition=Q(start_at__lt=F("end_at")), name="absence_in_order")]
        indexes = [models.Index(fields=["jobcentre", "counsellor", "end_at"], name="absences_of_counsellor")]

    def __str__(self) -> str:
        return f"{self.counsellor_id} {self.start_at}-{self.end_at}"


class ClosingDay(TenantModel):
    """A day or range on which the job centre, or the ticked teams, hold no conversations (CLOS-01)."""

    name = models.CharField(_("Navn"), max_length=60)
    first_on = models.DateField(_("Fra"))
    last_on = models.DateField(_("Til og med"))
    teams = models.ManyToManyField(Team, through="ClosingDayTeam", related_name="closing_days")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["first_on"]
        constraints = [models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="closing_in_order")]

    def __str__(self) -> str:
        return self.name


class ClosingDayTeam(TenantModel):
    """No row of this kind means the whole job centre."""

    closing_day = TenantForeignKey(ClosingDay, on_delete=models.CASCADE)
    team = TenantForeignKey(Team, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["closing_day", "team"], name="closing_once_a_team")]

    def __str__(self) -> str:
        return f"{self.closing_day_id} for {self.team_id}"


class ReservedTime(Period):
    """A weekly time of a counsellor, or of all of a team, kept for one purpose between two dates (CAL-09)."""

    class Purpose(models.TextChoices):
        SUMMONING = "summoning", _("Kun indkaldelse")
        SELF_BOOKING = "self_booking", _("Kun selvbooking")

    counsellor = TenantForeignKey(Counsellor, on_delete=models.CASCADE, null=True, related_name="reserved_times")
    team = TenantForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="reserved_times")
    purpose = models.CharField(_("Formål"), max_length=12, choices=Purpose.choices)
    first_on = models.DateField(_("Fra dato"))
    last_on = models.DateField(_("Til og med"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(Period.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="reserved_time_in_order"),
            models.CheckConstraint(
                condition=Q(last_on__isnull=True) | Q(first_on__lte=F("last_on")), name="reserved_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(counsellor__isnull=False, team__isnull=True)
                | Q(counsellor__isnull=True, team__isnull=False),
                name="reserved_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.weekday}: {self.start}-{self.end}"
