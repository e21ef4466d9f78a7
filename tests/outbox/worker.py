"""A worker of its own process, to be killed: `python -m tests.outbox.worker <job centre>` drains until it dies."""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
django.setup()

from planner.outbox import engine  # noqa: E402 - needs the settings
from planner.outbox.models import Receiver  # noqa: E402

if __name__ == "__main__":
    engine.LEASE = timedelta(seconds=float(os.environ["LEASE_SECONDS"]))
    print("ready", flush=True)
    while True:
        engine.drain(int(sys.argv[1]), Receiver.DFDG)
        time.sleep(0.02)
