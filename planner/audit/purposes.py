"""What a citizen's data was looked at for."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    SEARCH = "search", _("søgning")
    LOOK_UP = "look_up", _("opslag i DFDG")
    CITIZEN = "citizen", _("borgerens side")
    CASELOAD = "caseload", _("sagsstamme")
    CALENDAR = "calendar", _("kalender")
    APPOINTMENT = "appointment", _("aftale")
    RUN = "run", _("liste til indkaldelse")
    PLAN = "plan", _("fordeling")
    PENDING = "pending", _("afventerliste")
    FOLLOW_UP = "follow_up", _("opfølgningsliste")
    TODAY = "today", _("skal håndteres i dag")
    EXPORT = "export", _("eksport")
    LETTER = "letter", _("brev")
    AUDIT = "audit", _("revision")
    OFFER = "offer", _("online tilbud")
