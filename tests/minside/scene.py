"""Who and what stands in the stories of «Min side»."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.test import Client

from admin_module.models import ConversationType, StandardText
from booking.models import Citizen, OnlineOffer, Summons
from planner.accounts.tenancy import acting_for
from tests.factories import make_citizen, make_nordby, make_offer

CPR = "1205881234"
OTHER_CPR = "0103751233"
RIGHTS = "Du har pligt til at møde op.\n\nDu har ret til at tage en bisidder med."


class Scene:
    """Nordby: Anna's and Birk's offer, and the citizens Jens and Lone. Every step is committed."""

    def __init__(self, url: str) -> None:
        self.url, self.world = url, make_nordby()
        with self.acting():
            self.offer = self.make_offer()
            self.jens = self._citizen("Jens Holm", CPR, "jens@example.dk")
            self.lone = self._citizen("Lone Krogh", OTHER_CPR, "")
            self.text = StandardText.objects.create(
                jobcentre=self.world.jobcentre,
                type_id=ConversationType.JOB_CONVERSATION,
                title="Jobsamtale",
                rights_and_duties=RIGHTS,
                rights_and_duties_en="You must come.",
            )

    def acting(self) -> AbstractContextManager[object]:
        return acting_for(self.world.jobcentre.pk, actor=self.world.bo.pk, source="test")

    def make_offer(self, **details: Any) -> OnlineOffer:
        usual = {
            "title": "Jobsamtale",
            "description": "Vi taler om din jobsøgning.",
            "title_en": "Job conversation",
            "description_en": "We talk about your job search.",
            "message_to_citizen": "Tag dit CV med.",
            "contact_phone": "70101214",
        }
        return make_offer(self.world.team, self.world.anna, self.world.birk, **(usual | details))

    def _citizen(self, name: str, cpr: str, email: str) -> Citizen:
        citizen = make_citizen(self.world.jobcentre, name, cpr=cpr)
        Citizen.objects.filter(pk=citizen.pk).update(email=email)
        return citizen

    def summonses(self, citizen: Citizen) -> list[Summons]:
        """The citizen's, oldest first."""
        with self.acting():
            found = Summons.objects.filter(citizen=citizen).select_related("appointment", "accepted_text", "sent_by")
            return list(found.order_by("number"))

    def browser(self, cpr: str = CPR) -> Client:
        """A browser in which a citizen is signed in."""
        client = Client()
        answer = client.post("/minside/sign-in/", {"cpr": cpr})
        assert answer.status_code == 302, answer.content.decode()
        return client
