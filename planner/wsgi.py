"""What the web server calls."""

import gc

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

import planner.celery  # noqa: F401 - names the settings; shared tasks find their broker

application = get_wsgi_application()
pages = get_resolver().url_patterns
"""Read here, so that every page is loaded before the first is asked for."""

# What is loaded stays: looking through it for rubbish held up one answer in twelve for a tenth of a second.
gc.freeze()
