"""«Book et møde»: an offer, a time, perhaps a counsellor, a confirmation, a receipt; and rebooking the same way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from planner.dfdg.jobnet import wire
from planner.minside.client import NotFound, TimeGone, made
from planner.minside.forms import AcceptForm
from planner.minside.session import Choice, Receipt, Visit
from planner.minside.shown import Meeting, OfferCard, Start, Times, deadline_of, masked_email, times_of, week_of
from planner.minside.views.appointments import meeting_of
from planner.minside.views.door import for_citizen, shown

LONGEST_AHEAD = timedelta(weeks=27)


@require_safe
@for_citizen
def offers(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What the citizen may book, each with its description; or why there is nothing, and what happens now."""
    answer = visit.service.bookings()
    visit.kept.offers = visit.service.offers(answer.citizen)
    cards = [OfferCard(one) for one in visit.kept.offers]
    context: dict[str, Any] = {"cards": cards, "deadline": deadline_of(answer), "coming": len(answer.bookings)}
    return shown(request, visit, "offers", **context)


@dataclass(frozen=True, slots=True)
class Wanted:
    """For what a time is chosen: an offer, or a booking that is to be moved."""

    offer_id: UUID
    title: str
    minutes: int | None
    address: str
    meeting: Meeting | None = None
    conversation_type: int | None = None

    @property
    def booking_id(self) -> UUID | None:
        return self.meeting.pk if self.meeting else None


def _offer_wanted(visit: Visit, offer_id: UUID) -> Wanted:
    if not any(one.offer_id == offer_id for one in visit.kept.offers):
        visit.kept.offers = visit.service.offers(visit.service.bookings().citizen)
    found = next((one for one in visit.kept.offers if one.offer_id == offer_id), None)
    if found is None:
        raise NotFound(_("Mødet kan ikke bookes længere."))
    address = reverse("minside:times", args=[offer_id])
    return Wanted(offer_id, OfferCard(found).title, found.minutes, address, None, found.conversation_type)


def _move_wanted(visit: Visit, pk: UUID) -> Wanted:
    meeting = meeting_of(visit, pk)
    own = meeting.details.own
    offer_id = own.offer_id if own and own.offer_id else pk
    return Wanted(offer_id, meeting.title, meeting.details.minutes, reverse("minside:rebook", args=[pk]), meeting)


@require_http_methods(["GET", "HEAD", "POST"])
@for_citizen
def times(request: HttpRequest, visit: Visit, offer_id: UUID) -> HttpResponse:
    """The free times of an offer."""
    return _times(request, visit, _offer_wanted(visit, offer_id))


@require_http_methods(["GET", "HEAD", "POST"])
@for_citizen
def rebook(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    """The times to which the citizen may move a conversation; or which condition fails."""
    wanted = _move_wanted(visit, pk)
    if wanted.meeting and not wanted.meeting.may_rebook:
        return shown(request, visit, "not_rebook", status=409, meeting=wanted.meeting)
    return _times(request, visit, wanted)


def _times(request: HttpRequest, visit: Visit, wanted: Wanted) -> HttpResponse:
    try:
        free = _free(visit, wanted)
        return (
            _choose(request, visit, wanted, free) if request.method == "POST" else _list(request, visit, wanted, free)
        )
    except TimeGone:
        if request.method == "POST":
            return _lost(wanted)
        return _list(request, visit, wanted, Times((), (), names_shown=False, last=None))


def _free(visit: Visit, wanted: Wanted) -> Times:
    now = timezone.now()
    asked = made(wire.TimesRequest, first_at=now, last_at=now + LONGEST_AHEAD, booking_id=wanted.booking_id)
    return times_of(visit.service.times(wanted.offer_id, asked))


def _list(request: HttpRequest, visit: Visit, wanted: Wanted, free: Times) -> HttpResponse:
    """The first free time on top, then a week at a time, by day and part of day."""
    mark = request.GET.get("with", "") if free.names_shown else ""
    starts = free.of(mark)
    answer = visit.service.bookings()
    if "choose" in request.GET and free.names_shown:
        return shown(request, visit, "counsellors", wanted=wanted, counsellors=free.counsellors)
    context: dict[str, Any] = {
        "wanted": wanted,
        "free": free,
        "first": starts[0] if starts else None,
        "week": week_of(starts, _date(request.GET.get("week", ""))),
        "mark": mark,
        "counsellor": free.counsellor(mark),
        "lost": "lost" in request.GET,
        "deadline": deadline_of(answer, wanted.conversation_type) if not wanted.meeting else None,
    }
    return shown(request, visit, "times", **context)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _choose(request: HttpRequest, visit: Visit, wanted: Wanted, free: Times) -> HttpResponse:
    """A time was pressed: with whom, if that is the citizen's to say; then it is held while they confirm."""
    start = free.at(request.POST.get("at", ""))
    if start is None:
        return _lost(wanted)
    who = request.POST.get("who", "")
    if free.names_shown and len(start.counsellors) > 1 and not who:
        return shown(request, visit, "with_whom", wanted=wanted, start=start)
    chosen = next((one for one in start.counsellors if free.names_shown and one.mark == who), None)
    if chosen is None and who not in {"", "any"}:
        return _lost(wanted)
    visit.kept.choice = _hold(visit, wanted, start, chosen.employee_id if chosen else None)
    return redirect("minside:confirm")


def _hold(visit: Visit, wanted: Wanted, start: Start, employee_id: str | None) -> Choice:
    asked = made(
        wire.DetailsRequest,
        starts_at=start.at,
        employee_id=employee_id,
        contact_mode=start.mode,
        booking_id=wanted.booking_id,
    )
    details = visit.service.details(wanted.offer_id, asked)
    offer_id = wanted.offer_id if wanted.offer_id != wanted.booking_id else None
    hold = made(
        wire.ReservationRequest, offer_id=offer_id, starts_at=start.at, employee_id=employee_id, contact_mode=start.mode
    )
    expires_at = visit.service.reserve(details.booking_id, hold)
    before = wanted.meeting.details if wanted.meeting else None
    return Choice(
        offer_id=offer_id, details=details, before=before, employee_id=employee_id, expires_at=expires_at,
        address=wanted.address,
    )  # fmt: skip


def _lost(wanted: Wanted) -> HttpResponse:
    return redirect(f"{wanted.address}?lost")


@require_http_methods(["GET", "HEAD", "POST"])
@for_citizen
def confirm(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything on one page; «Rettigheder og pligter» must be accepted before it is booked."""
    choice = visit.kept.choice
    if choice is None:
        return redirect("minside:receipt" if visit.kept.receipt else "minside:offers")
    meeting = Meeting(choice.details)
    must_accept = bool(meeting.rights) and choice.before is None
    form = AcceptForm(request.POST if request.method == "POST" and must_accept else None)
    if request.method == "POST" and (not must_accept or form.is_valid()):
        try:
            details = _finish(visit, choice)
        except TimeGone:
            visit.kept.choice = None
            return redirect(f"{choice.address}?lost")
        visit.kept.receipt = Receipt(act="rebooked" if choice.before else "booked", details=details)
        visit.kept.choice = None
        return redirect("minside:receipt")
    before = Meeting(choice.before) if choice.before else None
    context: dict[str, Any] = {
        "meeting": meeting,
        "before": before,
        "choice": choice,
        "form": form,
        "must_accept": must_accept,
    }
    return shown(request, visit, "confirm", status=422 if form.is_bound else 200, **context)


def _finish(visit: Visit, choice: Choice) -> wire.Details:
    details = choice.details
    rights = details.own.rights_and_duties if details.own else None
    own = made(
        wire.OwnRequest,
        language="en" if get_language() == "en" else "da",
        accepted_edition=rights.edition if rights and choice.before is None else None,
        on_behalf_by=visit.staff_id,
    )
    same = {"offer_id": choice.offer_id, "starts_at": details.starts_at, "employee_id": choice.employee_id, "own": own}
    mode = details.contact_mode
    if choice.before:
        return visit.service.rebook(details.booking_id, made(wire.RebookingRequest, **same, contact_mode=mode))
    return visit.service.book(details.booking_id, made(wire.BookingRequest, **same, contact_mode=mode))


@require_safe
@for_citizen
def receipt(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What was done, how it is changed, and the files to keep."""
    kept, citizen = visit.kept.receipt, visit.citizen
    if kept is None:
        return redirect("minside:appointments")
    told = masked_email(citizen.email) if citizen.gets_mail and kept.act == "booked" else ""
    return shown(request, visit, "receipt", meeting=Meeting(kept.details), act=kept.act, told=told)
