"""A citizen's deadlines («frister») and contact group, as DFDG pushes them (SYNC-17).

A look-up tells of all of them at once: what was written down before it is in it, and changes nothing after it.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from admin_module.models import ContactGroup, ConversationType
from booking.models import BookingDeadline, Citizen
from booking.services.citizens import citizens_by_cpr
from planner.dfdg.codes import ChangeKind
from planner.dfdg.wire import Fields, contact_group_from, deadline_from
from planner.inbox.readers import News


def read_deadline(news: News) -> bool:
    """Whether anything changed. Of a citizen who has nothing to do with us nothing is kept."""
    citizen = _known(news)
    if citizen is None:
        return False
    of_it = BookingDeadline.objects.filter(external_id=news.message.external_id)
    if news.message.change is ChangeKind.DELETED:
        return bool(of_it.update(status=BookingDeadline.Status.CANCELLED, fetched_at=news.now))
    said = deadline_from(Fields(news.message.body))
    kind, _made = ConversationType.objects.get_or_create(
        code=said.conversation_type, defaults={"name": str(said.conversation_type)}
    )
    BookingDeadline.objects.filter(citizen=citizen, type=kind, external_id=None).delete()
    BookingDeadline.objects.update_or_create(
        jobcentre_id=news.jobcentre_id,
        external_id=news.message.external_id,
        defaults={
            "citizen": citizen,
            "type": kind,
            "book_by": said.book_by,
            "hold_by": said.hold_by,
            "status": said.status,
            "fetched_at": news.now,
        },
    )
    return True


def read_contact_group(news: News) -> bool:
    """Whether the citizen is now known to be in another group, or in it since another day."""
    citizen = _known(news)
    if citizen is None or news.message.change is ChangeKind.DELETED:
        return False
    said = contact_group_from(Fields(news.message.body))
    today = timezone.localdate(news.now)
    if said.starts_on > today or (said.ends_on and said.ends_on < today):
        return False
    if citizen.contact_group_told_at and news.registered_at < citizen.contact_group_told_at:
        return False
    ContactGroup.objects.get_or_create(code=said.code, defaults={"name": (said.name or str(said.code))[:100]})
    Citizen.objects.filter(pk=citizen.pk).update(
        contact_group=said.code, contact_group_from=said.starts_on, contact_group_told_at=news.registered_at
    )
    return (citizen.contact_group_id, citizen.contact_group_from) != (said.code, said.starts_on)


def _known(news: News) -> Citizen | None:
    """The citizen, unless they were looked up since."""
    citizen = citizens_by_cpr([news.message.cpr]).get(news.message.cpr)
    return None if citizen is None or _looked_up_since(citizen, news.registered_at) else citizen


def _looked_up_since(citizen: Citizen, registered_at: datetime) -> bool:
    return citizen.fetched_at is not None and registered_at < citizen.fetched_at
