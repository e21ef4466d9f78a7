"""BorgerBookingService (`dfdg.md` 1): what Jobnet, through DFDG, and «Min side» say to us, and what we answer."""
