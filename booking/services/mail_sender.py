"""The sender of kind «mail»: makes an e-mail of what is true now, and hands it to the mail server (LET-02)."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import datetime
from email.utils import formataddr, parseaddr
from functools import partial

from django.conf import settings as program
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from booking.models import Appointment, Mail, Occasion, Origin
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.calendars.ics import FILE_TYPE, Entry, calendar_file
from planner.outbox.senders import Call, Job, LockedOut, Outcome, Refused, Wait
from planner.ui.formatting import at_clock, long_day

KIND = "mail"
LAST_TEMPORARY = 499


class MailSender:
    """What is no longer so when its turn comes is not sent."""

    def prepare(self, jobs: Sequence[Job], *, now: datetime) -> list[Call]:
        found = Mail.objects.filter(pk__in=[job.subject_id for job in jobs])
        mails = found.select_related(
            "summons__appointment__type", "summons__appointment__room", "summons__citizen"
        ).prefetch_related("summons__appointment__counsellors")
        known, settings = {mail.pk: mail for mail in mails}, Settings.objects.select_related("jobcentre").get()
        return [_call(known.get(job.subject_id), settings, now=now) for job in jobs]

    def probe(self, *, now: datetime) -> Call:  # noqa: ARG002 - a connection needs no time
        return _probe


def _call(mail: Mail | None, settings: Settings, *, now: datetime) -> Call:
    if mail is None or not mail.summons.citizen.email or not still_so(mail, now=now):
        return _nothing
    with override(mail.summons.language):
        return partial(_deliver, message_of(mail, settings, now=now))


def still_so(mail: Mail, *, now: datetime) -> bool:
    """Whether it is still true: cancelled, or sent and to be held when it says."""
    summons = mail.summons
    if mail.occasion == Occasion.CANCELLED:
        return bool(summons.status == SummonsStatus.CANCELLED)
    ahead = mail.start_at > now or mail.occasion != Occasion.REMINDER
    stands = bool(summons.status == SummonsStatus.SENT and summons.appointment.start_at == mail.start_at)
    return stands and ahead


def message_of(mail: Mail, settings: Settings, *, now: datetime) -> EmailMessage:
    """The e-mail in the active language: plain words and a calendar file, never a personal number."""
    summons, sender = mail.summons, settings.sender or settings.jobcentre.name
    context = {
        "mail": mail,
        "summons": summons,
        "appointment": summons.appointment,
        "title": _title(summons.appointment),
        "description": _description(summons.appointment),
        "who": summons.appointment.held_by,
        "where": _where(summons.appointment),
        "own": summons.origin == Origin.OWN,
        "sender": sender,
    }
    message = EmailMessage(
        subject=" ".join(_subject(mail).split()),
        body=render_to_string("booking/mail.txt", context).strip() + "\n",
        from_email=formataddr((sender, parseaddr(program.DEFAULT_FROM_EMAIL)[1])),
        to=[summons.citizen.email],
        reply_to=[settings.contact_email] if settings.contact_email else None,
        headers={"Message-ID": f"<{mail.pk}@planner>", "Auto-Submitted": "auto-generated"},
    )
    message.attach(_("samtale") + ".ics", calendar_file(_entry(mail), now=now).decode(), FILE_TYPE)
    return message


def _subject(mail: Mail) -> str:
    words = {
        Occasion.SUMMONED: _("Du er indkaldt til en samtale %(on)s %(clock)s"),
        Occasion.BOOKED: _("Din tid er booket: %(on)s %(clock)s"),
        Occasion.REBOOKED: _("Du har fået en ny tid: %(on)s %(clock)s"),
        Occasion.CANCELLED: _("Din samtale %(on)s %(clock)s er aflyst"),
        Occasion.REMINDER: _("Husk din samtale %(on)s %(clock)s"),
    }
    return words[Occasion(mail.occasion)] % {"on": long_day(mail.start_at), "clock": at_clock(mail.start_at)}


def _title(appointment: Appointment) -> str:
    return _either(appointment.title or (appointment.type.name if appointment.type else ""), appointment.title_en)


def _description(appointment: Appointment) -> str:
    return _either(appointment.description, appointment.description_en)


def _either(danish: str, english: str) -> str:
    return english if english and get_language() == "en" else danish


def _where(appointment: Appointment) -> str:
    room = appointment.room.name if appointment.room else ""
    return ", ".join(filter(None, (appointment.whole_address, room)))


def _entry(mail: Mail) -> Entry:
    appointment = mail.summons.appointment
    return Entry(
        entry_id=mail.summons_id,
        title=_title(appointment),
        starts_at=mail.start_at,
        ends_at=mail.start_at + (appointment.end_at - appointment.start_at),
        place=_where(appointment),
        description="\n\n".join(filter(None, (_description(appointment), appointment.message_to_citizen))),
        link=appointment.digital_link,
        is_cancelled=mail.occasion == Occasion.CANCELLED,
    )


def _nothing() -> None:
    """It is no longer so, or nobody is to be told."""


def _deliver(message: EmailMessage) -> None:
    message.connection = EmailBackend()
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as fault:
        raise outcome_of(fault) from None


def _probe() -> None:
    try:
        with EmailBackend():
            pass
    except (smtplib.SMTPException, OSError) as fault:
        raise outcome_of(fault) from None


def outcome_of(fault: smtplib.SMTPException | OSError) -> Outcome:
    """The mail server's bad end as the outbox knows it: 4xx and silence pass, 5xx is about this mail (SYNC-05)."""
    if isinstance(fault, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return LockedOut(_("Mailserveren lukker ikke Planner ind."), code=str(getattr(fault, "smtp_code", "")))
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        [code] = {one[0] for one in fault.recipients.values()} or {0}
        return _by_code(code, _("Mailserveren kender ikke borgerens e-mailadresse."))
    if isinstance(fault, smtplib.SMTPResponseException):
        return _by_code(fault.smtp_code, _("Mailserveren tager ikke imod e-mailen."))
    return Wait(_("Mailserveren svarer ikke."))


def _by_code(code: int, sentence: str) -> Outcome:
    if code <= LAST_TEMPORARY:
        return Wait(_("Mailserveren kan ikke tage imod lige nu."), code=str(code))
    return Refused(sentence, code=str(code))
