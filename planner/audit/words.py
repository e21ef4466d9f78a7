"""What auditors read: tables and actions in plain words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from planner.audit.models import Change

TABLES = {
    "accounts_jobcentre": _("navn og ord for stedet"),
    "accounts_membership": _("bruger og roller"),
    "accounts_settings": _("indstillinger"),
    "admin_module_absence": _("vejleders fravær"),
    "admin_module_break": _("pause"),
    "admin_module_calendarconnection": _("vejlederens kalender"),
    "admin_module_closingday": _("lokal lukkedag"),
    "admin_module_closingdayteam": _("lukkedagens team"),
    "admin_module_competence": _("kompetence"),
    "admin_module_conversationvariant": _("samtaletypevariant"),
    "admin_module_counsellor": _("vejleder"),
    "admin_module_counsellorcompetence": _("vejlederens kompetence"),
    "admin_module_counsellorteam": _("vejlederens team"),
    "admin_module_lettertemplate": _("brevskabelon"),
    "admin_module_room": _("mødelokale"),
    "admin_module_roomteam": _("mødelokalets team"),
    "admin_module_schedule": _("arbejdstid"),
    "admin_module_standardtext": _("standardtekst"),
    "admin_module_summonstemplate": _("indkaldelsesskabelon"),
    "admin_module_team": _("team"),
    "admin_module_templatecounsellor": _("skabelonens vejleder"),
    "admin_module_variantteam": _("variantens team"),
    "admin_module_varianttype": _("variantens samtaletype"),
    "admin_module_workinghours": _("arbejdstid, timer"),
    "booking_appointment": _("aftale"),
    "booking_appointmentcounsellor": _("aftalens vejleder"),
    "booking_citizen": _("borger"),
    "booking_cprnumber": _("personnummer"),
    "booking_letter": _("brev"),
    "booking_offercounsellor": _("tilbuddets vejleder"),
    "booking_offerrule": _("tilbuddets regel"),
    "booking_onlineoffer": _("online tilbud"),
    "booking_printing": _("udskrift af breve"),
    "booking_rulegroup": _("tilbuddets regelgruppe"),
    "booking_summons": _("indkaldelse"),
    "summons_casesystem": _("sagsbehandlingssystem"),
    "summons_run": _("kørsel"),
}
ACTIONS = {
    Change.Action.INSERT: _("oprettet"),
    Change.Action.UPDATE: _("ændret"),
    Change.Action.DELETE: _("slettet"),
}
SOURCES = {
    "web": _("i Planner"),
    "worker": _("af Planner selv"),
    "retention": _("af Planner selv, efter opbevaringstiden"),
    "case_system": _("sagsbehandlingssystem"),
    "pushed": _("i et andet system, meldt af DFDG"),
    "jobnet": _("af borgeren på Jobnet"),
    "minside": _("af borgeren på Min side"),
    "minside_staff": _("på Min side, for borgeren"),
    "command": _("kommando"),
    "demo": _("prøvedata"),
}
