"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

from planner.celery import app as celery_app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "planner.settings")

application = get_wsgi_application()

__all__ = ["application", "celery_app"]
