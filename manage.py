#!/usr/bin/env python
"""Django's command line, with Planner's settings and its Celery app at hand."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")
    from django.core.management import execute_from_command_line

    import planner.celery  # noqa: F401 - shared tasks find their broker

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
