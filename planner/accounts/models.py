"""Job centres, their settings, users and memberships. Nothing here knows of conversations."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from planner.accounts.roles import Role
from planner.accounts.tenancy import TenantModel


class Jobcentre(models.Model):
    """The tenant. Made by a command, never in the application."""

    name = models.CharField(_("Navn"), max_length=100)
    word = models.CharField(_("Ord for jobcenter"), max_length=40, default="jobcenter")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class JobcentreCode(TenantModel):
    """A five-digit national code; position 0 is the main one."""

    code = models.CharField(_("Kode"), max_length=5, validators=[RegexValidator(r"^\d{5}$")], unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.code


def between(low: int, high: int) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(low), MaxValueValidator(high)]


def hindering_absences() -> list[str]:
    return ["Ferie", "Barsel", "Friperiode", "Borgerligt ombud"]


def online_types() -> list[int]:
    return [7]


def online_modes() -> list[str]:
    return ["in_person"]


def also_closed() -> list[str]:
    return ["24-12", "31-12", "05-06"]


class SetUp(TenantModel):
    """Another `edition` with every change of what the job centre has set up; written by the database itself."""

    edition = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["jobcentre"], name="one_edition_each")]


class Settings(TenantModel):
    """Every setting of SET-01, with its default and range; a setting that the code reads stands here."""

    contact_phone = models.CharField(_("Telefon for borgere"), max_length=20, blank=True)
    contact_email = models.EmailField(_("E-mail for borgere"), blank=True)
    sender = models.CharField(_("Afsender"), max_length=100, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("Varsel (dage)"), default=8, validators=between(0, 60))
    horizon_weeks = models.PositiveSmallIntegerField(_("Horisont (uger)"), default=26, validators=between(1, 52))
    rebooking_weeks = models.PositiveSmallIntegerField(
        _("Ombooking uden frist slutter (uger efter datoen)"), default=4, validators=between(0, 26)
    )
    jobnet_interval = models.PositiveSmallIntegerField(
        _("Interval på Jobnet (minutter)"), default=15, choices=[(15, "15"), (30, "30"), (60, "60")]
    )
    least_notice_days = models.PositiveSmallIntegerField(
        _("Mindste varsel for booking (dage)"), default=1, validators=between(0, 14)
    )
    shown_weeks = models.PositiveSmallIntegerField(_("Tider vises frem (uger)"), default=12, validators=between(1, 26))
    hold_minutes = models.PositiveSmallIntegerField(
        _("Reservation mens borgeren bekræfter (minutter)"), default=10, validators=between(1, 60)
    )
    pending_days = models.PositiveSmallIntegerField(
        _("Afventende slipper tiden efter (arbejdsdage)"), default=5, validators=between(1, 20)
    )
    online_types = ArrayField(
        models.PositiveIntegerField(), verbose_name=_("Samtaletyper åbne for online booking"), default=online_types
    )
    online_modes = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("Afholdelsesformer åbne for online booking"),
        default=online_modes,
    )
    mail_jobnet = models.BooleanField(_("Egen e-mail ved booking på Jobnet"), default=False)
    mail_own = models.BooleanField(_("Egen e-mail ved booking på Min side"), default=True)
    mail_summoned = models.BooleanField(_("Egen e-mail til den, der er indkaldt"), default=False)
    hindering_absences = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("Borgerfravær, der hindrer"),
        default=hindering_absences,
    )
    breaks_a_day = models.PositiveSmallIntegerField(_("Faste pauser om dagen"), default=4, validators=between(1, 12))
    also_closed = ArrayField(
        models.CharField(max_length=5),
        verbose_name=_("Også lukket (DD-MM)"),
        default=also_closed,
        blank=True,
    )
    near_days = models.PositiveSmallIntegerField(_("Nær frist (arbejdsdage)"), default=5, validators=between(1, 20))
    sending_delay = models.PositiveSmallIntegerField(
        _("Forsinkelse før afsendelse (sekunder)"), default=15, validators=between(0, 60)
    )
    calendar_initials = models.BooleanField(_("Initialer og seks cifre i vejlederens kalender"), default=True)
    calendar_names = models.BooleanField(_("Navne i Planners kalender"), default=True)
    case_link = models.CharField(_("Link til sagssystem"), max_length=300, blank=True)
    owner_system = models.CharField(_("Ejersystem oplyst til DFDG"), max_length=10, blank=True)
    attendance_here = models.BooleanField(_("Fremmøde registreres her"), default=True)
    compare_dfdg = models.BooleanField(_("Sammenlign med DFDG hver nat"), default=True)
    facts_days = models.PositiveSmallIntegerField(
        _("Opbevaring af oplysninger (dage)"), default=90, validators=between(1, 3650)
    )
    lists_days = models.PositiveSmallIntegerField(
        _("Opbevaring af lister (dage)"), default=14, validators=between(1, 365)
    )
    evidence_months = models.PositiveSmallIntegerField(
        _("Opbevaring af dokumentation (måneder)"), default=12, validators=between(1, 120)
    )
    appointments_years = models.PositiveSmallIntegerField(
        _("Opbevaring af aftaler (år)"), default=5, validators=between(1, 30)
    )
    log_months = models.PositiveSmallIntegerField(
        _("Opbevaring af log (måneder)"), default=12, validators=between(1, 120)
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jobcentre"], name="one_settings_row")]

    def __str__(self) -> str:
        return f"settings of {self.jobcentre_id}"


class Users(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in; what they may do is said by their memberships."""

    username = models.CharField(_("Brugernavn"), max_length=150, unique=True)
    given_name = models.CharField(_("Fornavn"), max_length=50)
    family_name = models.CharField(_("Efternavn"), max_length=40)
    email = models.EmailField(_("E-mail"), blank=True)
    employee_id = models.CharField(_("Medarbejder-id"), max_length=255, blank=True)
    language = models.CharField(
        _("Sprog"), max_length=2, choices=[("da", _("Dansk")), ("en", _("English"))], default="da"
    )
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = Users()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="username_any_case")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def initials(self) -> str:
        return (self.given_name[:1] + self.family_name[:1]).upper()


class Membership(TenantModel):
    """A user's roles at one job centre; exactly one is active in a session."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), verbose_name=_("Roller"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jobcentre", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.jobcentre_id}"

    @property
    def role_words(self) -> str:
        """«Administrator, Sagsbehandler», in the table's order."""
        return ", ".join(str(role.label) for role in Role if role.value in self.roles)


class SignInTry(models.Model):
    """A failed try to sign in, by a keyed hash of name and address (GUARD-13)."""

    digest = models.BinaryField(max_length=32, db_index=True)
    tried_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"try at {self.tried_at}"
