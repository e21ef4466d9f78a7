"""BorgerBookingService: what Jobnet, through DFDG, and «Min side» ask of us (SYNC-15, SYNC-18, `dfdg.md` 1)."""
