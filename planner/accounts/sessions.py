"""Sessions in the database: what several requests of a person at once write does not undo each other."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError


class SessionStore(db.SessionStore):
    """A request that changed nothing only lasts the session longer.

    Django's own writes back all that it read when it began: a receipt that another request left meanwhile was lost.
    """

    def save(self, must_create: bool = False) -> None:
        """UpdateError where the session has ended meanwhile."""
        if must_create or self.modified or self.session_key is None:
            super().save(must_create)
        elif not self.model.objects.filter(pk=self.session_key).update(expire_date=self.get_expiry_date()):
            raise UpdateError
