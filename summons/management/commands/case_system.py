"""`manage.py case_system NAME --jobcentre CODE`: let a case system hand over lists, or stop it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from planner.accounts.models import JobcentreCode
from planner.accounts.tenancy import acting_for, jobcentre_ids
from summons.models import CaseSystem
from summons.services import handover


class Command(BaseCommand):
    help = "Lets a case system of a job centre hand over lists and prints its token, this once; --stop closes the door."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the case system is called, «Opera» for instance")
        parser.add_argument("--jobcentre", required=True, metavar="CODE", help="the job centre's five-digit code")
        parser.add_argument("--stop", action="store_true", help="from now on its token opens nothing")

    def handle(self, *_args: Any, name: str, jobcentre: str, stop: bool, **_options: Any) -> None:
        for jobcentre_id in jobcentre_ids():
            with acting_for(jobcentre_id, source="command"):
                if JobcentreCode.objects.filter(code=jobcentre).exists():
                    self._act(jobcentre_id, name, stop=stop)
                    return
        raise CommandError(f"Der er intet jobcenter med koden {jobcentre}. (No job centre has this code.)")

    def _act(self, jobcentre_id: int, name: str, *, stop: bool) -> None:
        known = CaseSystem.objects.filter(name=name).first()
        if stop and known:
            handover.stop(system=known, now=timezone.now())
        elif stop:
            raise CommandError(f"{name} har ingen adgang at lukke. (No case system has this name.)")
        elif known:
            raise CommandError(f"{name} har allerede adgang. (It has a token already; use another name.)")
        else:
            self.stdout.write(handover.register(jobcentre_id=jobcentre_id, name=name, now=timezone.now()))
