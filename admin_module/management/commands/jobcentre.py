"""`manage.py jobcentre`: a new job centre with its codes, settings, root team and first administrator."""

from __future__ import annotations

import re
import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from admin_module.services.founding import found
from planner.accounts.models import User


class Command(BaseCommand):
    help = "Makes a job centre: name, one or more five-digit codes (the first is the main one), first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="«Jobcenter Fjordby»")
        parser.add_argument("codes", nargs="+", metavar="code", help="five digits, as DFDG knows the job centre")
        parser.add_argument("--administrator", required=True, metavar="USERNAME", help="made if there is no such user")
        parser.add_argument("--administrator-name", default="", metavar="«ADA KROG»", help="for a new user")
        parser.add_argument("--address", default="")
        parser.add_argument("--postal-code", default="")
        parser.add_argument("--city", default="")
        parser.add_argument("--word", default="jobcenter", help="the word for «jobcenter» in texts")
        parser.add_argument("--phone", default="", help="where citizens call")
        parser.add_argument("--email", default="", help="where citizens write")

    def handle(self, *_args: Any, name: str, codes: list[str], **options: Any) -> None:
        if wrong := [code for code in codes if not re.fullmatch(r"\d{5}", code)]:
            raise CommandError(f"En kode har fem cifre: {', '.join(wrong)}")
        try:
            with transaction.atomic():
                administrator, password = self._administrator(options["administrator"], options["administrator_name"])
                found(
                    name=name,
                    codes=codes,
                    address=options["address"],
                    postal_code=options["postal_code"],
                    city=options["city"],
                    word=options["word"],
                    administrator=administrator,
                    contact_phone=options["phone"],
                    contact_email=options["email"],
                    sender=name,
                )
        except IntegrityError as error:
            raise CommandError("En af koderne hører allerede til et jobcenter.") from error
        self.stdout.write(f"{name} er oprettet. Administrator: {administrator.username}")
        if password:
            self.stdout.write(f"Adgangskode (vises kun her): {password}")

    def _administrator(self, username: str, name: str) -> tuple[User, str]:
        """The user with this name, or a new one with a password that is shown once."""
        known = User.objects.filter(username__iexact=username).first()
        if known:
            return known, ""
        given_name, _space, family_name = name.rpartition(" ")
        if not given_name:
            raise CommandError(f"Der er ingen bruger «{username}». Sig hvem: --administrator-name «Fornavn Efternavn»")
        password = secrets.token_urlsafe(12)
        user = User(username=username, given_name=given_name, family_name=family_name)
        user.set_password(password)
        user.save()
        return user, password
