"""All settings. Every environment variable is read here once; a wrong one stops the start and says what to do."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from planner import logs

ROOT = Path(__file__).resolve().parent.parent


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str) -> bool:
    value = text(name, "0").lower()
    if value not in {"0", "1", "", "true", "false"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true"}


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def origins(name: str) -> list[str]:
    """Addresses with their scheme; «https://planner.fjordby.dk» for instance."""
    found = words(name, "")
    for one in found:
        if urlsplit(one).scheme not in {"http", "https"} or not urlsplit(one).hostname:
            raise ImproperlyConfigured(f"{name} must hold addresses like https://planner.example, not {one!r}.")
    return found


def address(name: str, default: str, *schemes: str) -> str:
    """An address with one of these schemes; empty where the default is."""
    value = text(name) or default
    if value and (urlsplit(value).scheme not in schemes or not urlsplit(value).hostname):
        raise ImproperlyConfigured(f"{name} must look like {schemes[0]}://host:port/, with {' or '.join(schemes)}.")
    return value


def thumbprints(name: str) -> frozenset[str]:
    """SHA-256 thumbprints of certificates, with or without colons."""
    found = {word.replace(":", "").lower() for word in words(name, "")}
    if wrong := [one for one in found if not re.fullmatch(r"[0-9a-f]{64}", one)]:
        raise ImproperlyConfigured(f"{name} must hold SHA-256 thumbprints of 64 hexadecimal digits, not {wrong[0]!r}.")
    return frozenset(found)


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks; «10.2.0.0/16» for instance."""
    try:
        return [ip_network(word) for word in words(name, "")]
    except ValueError as fault:
        raise ImproperlyConfigured(f"{name} must hold addresses like 10.2.0.0/16: {fault}.") from None


def file(name: str) -> str:
    """The path of a file that can be read; empty where none is given."""
    value = text(name)
    if value and not os.access(value, os.R_OK):
        raise ImproperlyConfigured(f"{name} must name a file that Planner may read; {value!r} is none.")
    return value


def level(name: str) -> str:
    value = text(name, "INFO").upper()
    if value not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
        raise ImproperlyConfigured(f"{name} must be DEBUG, INFO, WARNING, ERROR or CRITICAL, not {value!r}.")
    return value


def key(name: str, name_of_file: str) -> str:
    """A secret: from the environment, else from a key file in the data folder, made at first start."""
    if value := text(name):
        if not EMBEDDED and (len(value) < SHORTEST_KEY or "demo" in value.lower()):
            raise ImproperlyConfigured(
                f"{name} must be a secret of at least {SHORTEST_KEY} characters. Make one with:"
                " python -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return value
    path = DATA / name_of_file
    if not path.exists():
        _make_key(path)
    return path.read_text()


def derived(name: str) -> str:
    """A token that our own programs know of each other: from the environment, else the same wherever the key is."""
    return text(name) or hmac.digest(SECRET_KEY.encode(), name.encode(), "sha256").hex()


def _make_key(path: Path) -> None:
    """Whole or not at all, and once, also when several processes start together."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


def database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    try:
        port = parts.port or 5432
    except ValueError:
        port = 0
    if parts.scheme not in {"postgres", "postgresql"} or not port:
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://planner_app:password@host:5432/planner")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "planner",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "options": f"{DATABASE_OPTIONS} {text('PGOPTIONS')}",
            "prepare_threshold": 1,  # of `planner.prepared` alone: Django's own cursors prepare nothing
        },
    }


DATABASE_OPTIONS = "-c random_page_cost=1.0 -c jit=off"
SHORTEST_KEY = 32
DATA = Path(text("PLANNER_DATA") or ROOT / ".planner")
EMBEDDED = flag("PLANNER_EMBEDDED")
DEBUG = False
SECRET_KEY = key("PLANNER_SECRET_KEY", "secret.key")
CPR_KEY = key("PLANNER_CPR_KEY", "cpr.key")
ALLOWED_HOSTS = words("PLANNER_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = origins("PLANNER_TRUSTED_ORIGINS")

DATABASES = {"default": database(text("DATABASE_URL", "postgresql://planner_app@127.0.0.1:5432/planner"))}
DATABASE_APP_ROLE = text("DATABASE_APP_ROLE", "planner_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "tree_queries",
    "csp",
    "planner.accounts",
    "planner.audit",
    "planner.outbox",
    "planner.inbox",
    "planner.dfdg",
    "planner.ui",
    "admin_module",
    "booking",
    "summons",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "planner.metrics.RequestMetricsMiddleware",
    "planner.ui.middleware.RequestIdMiddleware",
    "planner.ui.middleware.UnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "planner.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "planner.accounts.middleware.MembershipMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "planner.ui.middleware.FragmentMiddleware",
    "planner.ui.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "planner.urls"
WSGI_APPLICATION = "planner.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "planner.ui.context.frame",
            ],
            "builtins": ["planner.ui.templatetags.ui"],
        },
    }
]

# Signing in (SEC-03, GUARD-13)
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
SIGN_IN_TRIES = 10
SIGN_IN_MINUTES = 15
SESSION_ENGINE = "planner.accounts.sessions"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_LONGEST_HOURS = 10
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]

# Security (GUARD-06)
SECURE = not EMBEDDED and not flag("PLANNER_PLAIN_HTTP")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = False  # the balancer's part
SILENCED_SYSTEM_CHECKS = ["security.W008"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
BEHIND_PROXY = flag("PLANNER_BEHIND_PROXY")  # our own balancer sets X-Forwarded-Proto and adds to X-Forwarded-For
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "planner.ui.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Language and time
LANGUAGE_CODE = "da"
LANGUAGES = [("da", _("Dansk")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
LANGUAGE_COOKIE_NAME = "planner_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"
USE_THOUSAND_SEPARATOR = False

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Jobs (FAULT-04: the broker may come and go)
REDIS_URL = address("REDIS_URL", "redis://127.0.0.1:6379/0", "redis", "rediss", "sentinel")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "visibility_timeout": 3600,
    "max_retries": 1,  # of connecting in order to publish; the worker's own connection is retried for ever
    "interval_start": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULE = {
    "outbox-dfdg": {
        "task": "planner.outbox.tasks.sweep",
        "schedule": 1.0,
        "args": ("dfdg",),
        "options": {"queue": "dfdg", "expires": 2},
    },
    "outbox-mail": {
        "task": "planner.outbox.tasks.sweep",
        "schedule": 5.0,
        "args": ("mail",),
        "options": {"queue": "mail", "expires": 10},
    },
    "inbox": {
        "task": "planner.inbox.tasks.sweep",
        "schedule": 2.0,
        "options": {"queue": "inbox", "expires": 4},
    },
    "forget-received": {"task": "planner.inbox.tasks.forget", "schedule": crontab(hour="2", minute="50")},
    "outbox-calendar": {
        "task": "planner.outbox.tasks.sweep",
        "schedule": 5.0,
        "args": ("calendar",),
        "options": {"queue": "calendar", "expires": 10},
    },
    "busy-times": {
        "task": "booking.tasks.read_calendars",
        "schedule": 300.0,
        "options": {"queue": "calendar", "expires": 300},
    },
    "compare-calendars": {
        "task": "booking.tasks.compare_calendars",
        "schedule": crontab(hour="2", minute="10"),
        "options": {"queue": "calendar"},
    },
    "reminders": {"task": "booking.tasks.remind", "schedule": crontab(hour="8-19", minute="5")},
    "look-ups-left-behind": {"task": "summons.tasks.take_up_look_ups", "schedule": 60.0, "options": {"expires": 60}},
    "plannings-left-behind": {"task": "summons.tasks.take_up_plannings", "schedule": 60.0, "options": {"expires": 60}},
    "letters-left-behind": {"task": "summons.tasks.take_up_letters", "schedule": 60.0, "options": {"expires": 60}},
    "heartbeat": {"task": "booking.tasks.beat", "schedule": 60.0, "options": {"expires": 60}},
    "release-overdue": {"task": "booking.tasks.release_overdue", "schedule": 3600.0},
    "forget-old-sessions": {"task": "planner.accounts.tasks.forget_old", "schedule": 3600.0},
    "forget-handed-lists": {"task": "summons.tasks.forget_handed_lists", "schedule": 86_400.0},
    "newcomers": {"task": "booking.tasks.look_up_newcomers", "schedule": 600.0, "options": {"expires": 600}},
    "comparison": {"task": "booking.tasks.compare", "schedule": crontab(hour="1-4", minute="*/10")},
    "past-its-time": {"task": "booking.tasks.forget_past_its_time", "schedule": crontab(hour="2", minute="40")},
    "reference-lists": {"task": "admin_module.tasks.refresh_reference", "schedule": crontab(hour="3", minute="20")},
    "forget-drafts": {"task": "summons.tasks.forget_drafts", "schedule": 86_400.0},
}
CELERY_TIMEZONE = TIME_ZONE

# Other systems
DFDG_URL = address("DFDG_URL", "", "https", "http")
DFDG_CERTIFICATE = file("DFDG_CERTIFICATE")
DFDG_TIMEOUT_SECONDS = 10.0

# Counsellors' own calendars (SYNC-19): which servers may be called, and Planner's registration with Microsoft 365
PLANNER_URL = address("PLANNER_URL", "", "https", "http")  # where staff open Planner; entries link back to it
CALENDAR_HOSTS = words("CALENDAR_HOSTS", "")
CALENDAR_TIMEOUT_SECONDS = 5.0
DEMO_CALENDARS = address("DEMO_CALENDARS", "", "http")  # where `make run` keeps the demo's
GRAPH_URL = address("GRAPH_URL", "https://graph.microsoft.com/v1.0", "https")
GRAPH_LOGIN_URL = address("GRAPH_LOGIN_URL", "https://login.microsoftonline.com", "https")
GRAPH_TENANT = text("GRAPH_TENANT")
GRAPH_CLIENT_ID = text("GRAPH_CLIENT_ID")
GRAPH_CLIENT_SECRET = text("GRAPH_CLIENT_SECRET")

# BorgerBookingService (SYNC-15, SYNC-18): where its methods are, and who may call them (docs/spec/dfdg.md 1)
BORGERBOOKING_PATHS = {
    "offers": "v1/BorgerBooking/Moedetilbud",
    "times": "v1/BorgerBooking/Moedetilbud/{offer_id}/Moedetider",
    "details": "v1/BorgerBooking/Moedetilbud/{offer_id}/Detaljer",
    "reserve": "v1/BorgerBooking/Booking/{booking_id}/action/reserver",
    "book": "v1/BorgerBooking/Booking/{booking_id}",
    "rebook": "v1/BorgerBooking/Booking/{booking_id}",
    "accept": "v1/BorgerBooking/Booking/{booking_id}/action/accepter",
    "cancel": "v1/BorgerBooking/Booking/{booking_id}/action/aflys",
    "fault": "v1/BorgerBooking/Fejlmelding",
    "bookings": "v1/BorgerBooking/Booking",
}
BORGERBOOKING_CERTIFICATES = thumbprints("BORGERBOOKING_CERTIFICATES")
BORGERBOOKING_CERTIFICATE_HEADER = text("BORGERBOOKING_CERTIFICATE_HEADER", "X-Client-Certificate-SHA256")
BORGERBOOKING_ADDRESSES = networks("BORGERBOOKING_ADDRESSES")  # empty = from anywhere
BORGERBOOKING_TOKEN = derived("BORGERBOOKING_TOKEN") if EMBEDDED else ""  # of a trial run
BORGERBOOKING_OWN_TOKEN = derived("BORGERBOOKING_OWN_TOKEN")  # of «Min side»
BORGERBOOKING_URL = address("BORGERBOOKING_URL", "", "http", "https")
BORGERBOOKING_EMPTY_LIST = flag("BORGERBOOKING_EMPTY_LIST")  # an empty list where nothing can be booked, not 4770

# «Min side» (SELF-07): whether anybody may sign in as any citizen, in a demo without real people
MINSIDE_TEST_SIGN_IN = flag("MINSIDE_TEST_SIGN_IN")

# E-mail (LET-02); without SMTP_URL none is sent
SMTP = urlsplit(address("SMTP_URL", "", "smtp", "smtps", "smtp+starttls"))
EMAIL_HOST, EMAIL_PORT = SMTP.hostname or "", SMTP.port or {"smtps": 465, "smtp+starttls": 587}.get(SMTP.scheme, 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(SMTP.username or ""), unquote(SMTP.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = SMTP.scheme == "smtps", SMTP.scheme == "smtp+starttls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = text("MAIL_FROM") or "planner@localhost"

METRICS_TOKEN = text("PLANNER_METRICS_TOKEN")

logs.configure()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "planner.logs.Formatter"}},
    "filters": {"answered": {"()": "planner.logs.Answered"}},
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stream"], "level": level("PLANNER_LOG_LEVEL")},
    "loggers": {
        "django.request": {"filters": ["answered"]},
        "django.server": {"handlers": ["stream"], "propagate": False},
        "httpx2": {"level": "WARNING"},
    },
}
