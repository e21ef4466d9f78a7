"""What the web server calls."""

from django.core.wsgi import get_wsgi_application

import planner.celery  # noqa: F401 - names the settings; shared tasks find their broker

application = get_wsgi_application()
