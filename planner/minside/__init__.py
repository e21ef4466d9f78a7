"""«Min side»: a citizen's own pages. A client over HTTP of BorgerBookingService, with no other way in (SYNC-18)."""
