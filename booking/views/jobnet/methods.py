"""Who serves which method."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from booking.views.jobnet import acting, asking
from booking.views.jobnet.calls import Call
from booking.views.jobnet.replies import Reply
from planner.dfdg.jobnet.wire import Operation

SERVED: Mapping[Operation, Callable[[Call], Reply]] = {
    Operation.OFFERS: asking.offers,
    Operation.TIMES: asking.times,
    Operation.DETAILS: asking.details,
    Operation.RESERVE: acting.reserve,
    Operation.BOOK: acting.book,
    Operation.REBOOK: acting.rebook,
    Operation.ACCEPT: acting.accept,
    Operation.CANCEL: acting.cancel,
    Operation.FAULT: acting.fault,
    Operation.BOOKINGS: asking.bookings,
}
