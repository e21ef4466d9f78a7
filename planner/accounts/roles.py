"""The roles of the glossary."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    CASEWORKER = "caseworker", _("Sagsbehandler")
    COUNSELLOR = "counsellor", _("Vejleder")
    AUDITOR = "auditor", _("Revisor")
