"""The database as the last judge (TIME-08): a broken constraint becomes the sentence that the user sees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.availability.obstacles import Obstacle
from booking.rules import OBSTACLES
from planner.ui.refusal import Refusal

SENTENCES: dict[str, str | Promise] = {
    "counsellor_in_one_place": OBSTACLES[Obstacle.COUNSELLOR_TAKEN],
    "room_in_one_use": OBSTACLES[Obstacle.ROOM_TAKEN],
    "citizen_in_one_place": OBSTACLES[Obstacle.CITIZEN_TAKEN],
    "citizen_once_a_meeting": _("Borgeren deltager allerede i mødet."),
    "counsellor_once_a_meeting": _("Vejlederen holder allerede mødet."),
    "appointment_in_order": _("Samtalen skal slutte, efter at den begynder."),
    "appointment_starts_within_the_day": _("Samtalen skal begynde inden for dagen."),
    "claim_takes_one": _("En optaget tid hører til netop én vejleder, ét lokale eller én borger."),
    "claim_within_the_day": _("En optaget tid skal begynde inden for dagen og vare mindst fem minutter."),
    "sent_has_time_and_number": _("En sendt indkaldelse skal have nummer og tidspunkt."),
    "cancelled_has_a_time": _("En aflyst indkaldelse skal have et tidspunkt for aflysningen."),
    "attendance_of_what_was_sent": _("Fremmøde kan kun registreres for en sendt indkaldelse."),
    "summons_number_once": _("Indkaldelses-id'et er allerede brugt."),
    "one_citizen_a_number": _("Personnummeret hører allerede til en anden borger."),
    "one_number_a_citizen": _("Borgeren har allerede et gældende personnummer."),
    "one_due_date_a_kind": _("Borgeren har allerede en falddato af den slags."),
    "citizen_absence_in_order": _("Fraværet skal slutte, efter at det begynder."),
    "booking_deadline_once": _("Fristen er allerede kendt."),
    "offer_number_once": _("Tilbudsnummeret er allerede brugt."),
    "offer_dates_in_order": _("Slutdatoen skal ligge efter den første dato, tilbuddet kan bookes."),
    "offer_times_in_order": _("Tidspunktet «Senest kl.» skal ligge efter «Tidligst kl.»."),
    "counsellor_once_an_offer": _("Vejlederen er allerede med i tilbuddet."),
    "hold_books_or_moves": _("En reservation hører til et tilbud eller en aftale."),
    "one_mail_an_occasion": _("Borgeren har allerede fået en e-mail om det."),
    "one_open_difference": _("Afvigelsen står der allerede."),
    "one_comparison_a_receiver": _("Sammenligningen er allerede begyndt."),
    "one_letter_a_line": _("Brevet ligger der allerede."),
    "one_heartbeat_each": _("Livstegnet er allerede noteret."),
}


@contextmanager
def judged(*, ends_all: bool = False) -> Iterator[None]:
    """What the database refuses is undone back to here and raised as a Refusal, its code the constraint's name.

    `ends_all`: the whole transaction is undone, which a Refusal ends anyway.
    """
    try:
        with transaction.atomic(savepoint=not ends_all):
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in SENTENCES:
            raise
        raise Refusal(SENTENCES[name], code=name) from error
