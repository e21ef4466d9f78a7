"""Tells citizens by e-mail of what was booked, moved or cancelled, and reminds them (SELF-03, LET-02).

What is to be told is a row and a message in the outbox, written in the transaction of the change; a worker makes the
text of what is true when it is sent. Who is told is said by the settings: where DFDG sends the receipt, we do not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings as program
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, Citizen, Mail, Occasion, Origin, Summons
from booking.services.mail_sender import KIND
from booking.states import SummonsStatus
from planner.accounts.models import Settings
from planner.outbox.models import Receiver
from planner.outbox.services import Subject, end_stop, enqueue, hold_back


def mailed_origins(settings: Settings) -> list[str]:
    """By which ways a summons came whose citizens get e-mail of ours; none where there is no mail server."""
    if not program.EMAIL_HOST:
        return []
    switches = {
        Origin.JOBNET: settings.mail_jobnet,
        Origin.OWN: settings.mail_own,
        Origin.PLANNER: settings.mail_summoned,
    }
    return [origin for origin, is_on in switches.items() if is_on]


def tell_by_mail(rows: Sequence[Summons], *, settings: Settings, not_before: datetime, now: datetime) -> None:
    """These were booked, moved or cancelled; the citizens' locks are held, so that none is told twice."""
    origins = mailed_origins(settings)
    chosen = [one for one in rows if one.origin in origins]
    if not chosen:
        return
    citizens, meetings = {one.citizen_id for one in chosen}, {one.appointment_id for one in chosen}
    reached = set(Citizen.objects.filter(pk__in=citizens).exclude(email="").values_list("pk", flat=True))
    starts = dict(Appointment.objects.filter(pk__in=meetings).values_list("pk", "start_at"))
    told = _told(chosen)
    news = [_news(one, told[one.pk], starts[one.appointment_id], now) for one in chosen if one.citizen_id in reached]
    mails = [mail for mail in news if mail is not None]
    _send(mails, not_before=not_before, now=now)


def _told(rows: Sequence[Summons]) -> defaultdict[UUID, list[Mail]]:
    """What each was told before, oldest first; reminders are no news."""
    told: defaultdict[UUID, list[Mail]] = defaultdict(list)
    mails = Mail.objects.filter(summons__in=rows).exclude(occasion=Occasion.REMINDER).order_by("created_at", "edition")
    for mail in mails:
        told[mail.summons_id].append(mail)
    return told


def _news(summons: Summons, before: Sequence[Mail], start_at: datetime, now: datetime) -> Mail | None:
    """What the citizen does not know yet; None where they know it all."""
    latest = before[-1] if before else None
    if summons.status == SummonsStatus.CANCELLED:
        if latest is not None and latest.occasion == Occasion.CANCELLED:
            return None
        return _mail(summons, Occasion.CANCELLED, before, start_at, now)
    if summons.status != SummonsStatus.SENT or (latest is not None and latest.start_at == start_at):
        return None
    if latest is not None or summons.sent_at != now:
        return _mail(summons, Occasion.REBOOKED, before, start_at, now)
    first = Occasion.SUMMONED if summons.origin == Origin.PLANNER else Occasion.BOOKED
    return _mail(summons, first, before, start_at, now)


def _mail(summons: Summons, occasion: Occasion, before: Iterable[Mail], start_at: datetime, now: datetime) -> Mail:
    return Mail(
        jobcentre_id=summons.jobcentre_id,
        summons=summons,
        occasion=occasion,
        edition=sum(one.occasion == occasion for one in before),
        start_at=start_at,
        created_at=now,
    )


def _send(mails: Sequence[Mail], *, not_before: datetime, now: datetime) -> None:
    if not mails:
        return
    Mail.objects.bulk_create(mails, batch_size=1000)
    enqueue(
        jobcentre_id=mails[0].jobcentre_id,
        receiver=Receiver.MAIL,
        kind=KIND,
        subjects=[Subject(mail.pk) for mail in mails],
        not_before=not_before,
        now=now,
    )


def hold_back_after_restore(jobcentre_id: int) -> None:
    """What waited in a restored database may have been sent before: nobody gets the same e-mail twice unasked."""
    text = _("Er måske sendt, før databasen blev genskabt.")
    hold_back(receiver=Receiver.MAIL, kind=KIND, text=text, now=timezone.now())
    end_stop(jobcentre_id=jobcentre_id, receiver=Receiver.MAIL)


def remind(*, now: datetime) -> int:
    """Write a reminder to everybody who comes tomorrow and was told before today; each is reminded once. How many."""
    today = timezone.localdate(now)
    origins = mailed_origins(Settings.objects.get())
    reminded = Mail.objects.filter(
        summons=OuterRef("pk"), occasion=Occasion.REMINDER, start_at=OuterRef("appointment__start_at")
    )
    told_today = Mail.objects.filter(summons=OuterRef("pk"), created_at__date=today)
    coming = Summons.objects.filter(
        Q(sent_at__date__lt=today),
        ~Exists(reminded),
        ~Exists(told_today),
        status=SummonsStatus.SENT,
        origin__in=origins,
        appointment__day=today + timedelta(days=1),
    )
    rows = coming.exclude(citizen__email="").select_related("appointment").select_for_update(of=("self",))
    mails = [_reminder(one, now) for one in rows]
    _send(mails, not_before=now, now=now)
    return len(mails)


def _reminder(summons: Summons, now: datetime) -> Mail:
    start_at = summons.appointment.start_at
    mail = _mail(summons, Occasion.REMINDER, (), start_at, now)
    mail.edition = int(start_at.timestamp() // 60)
    return mail
