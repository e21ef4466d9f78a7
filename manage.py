#!/usr/bin/env python
"""Django's command line, with Planner's settings and its Celery app at hand."""

import sys

from django.core.management import execute_from_command_line

import planner.celery  # noqa: F401 - names the settings; shared tasks find their broker

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
