"""«Samtaletyper»: the national list, which nobody changes here."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from admin_module.models import ConversationType, StandardText
from admin_module.services.retiring import retire
from tests.admin_module.test_variants import make_variant
from tests.factories import World

LIST = "/administration/types/"


@pytest.mark.requirement("TYPE-01")
def test_the_types_are_listed_as_locked_with_their_variants_and_text(as_ada: Client, nord: World) -> None:
    make_variant(nord, "Over 30 år", (7,))
    gone = make_variant(nord, "Gammel", (7,))
    retire(row=gone, now=timezone.now())
    StandardText.objects.create(jobcentre=nord.jobcentre, type_id=7, title="Jobsamtale", edition=3)
    response = as_ada.get(LIST)
    rows = [(row.name, row.variant_count, row.edition) for row in response.context["page"].rows]
    assert rows == [("Informationsmøde", 0, None), ("Jobsamtale", 1, 3), ("Opfølgningssamtale", 0, None)]
    text = response.content.decode()
    assert text.count("system (låst)") == 3
    assert [words for words in ("3 samtaletyper", "Udgave 3", "Skriv den", "?type=7") if words not in text] == []


@pytest.mark.requirement("TYPE-01")
def test_nothing_can_be_changed_or_deleted_here(as_ada: Client, nord: World) -> None:
    region = as_ada.get(LIST).content.decode().split('<section id="types"')[1].split("</section>")[0]
    assert [words for words in ("Slet", "Rediger", "Opret ny", 'method="post"') if words in region] == []
    assert as_ada.post(LIST, {"name": "Min egen"}).status_code == 405


@pytest.mark.requirement("TYPE-01", "APP-10", "SYNC-12")
def test_the_list_is_searched_sorted_and_tells_the_expired(as_ada: Client, nord: World) -> None:
    ConversationType.objects.filter(pk=9).update(expired_at=timezone.now())

    def names(**asked: Any) -> list[str]:
        return [row.name for row in as_ada.get(LIST, asked).context["page"].rows]

    assert names(q="samtale") == names(state="valid") == ["Jobsamtale", "Opfølgningssamtale"]
    assert names(state="expired") == ["Informationsmøde"]
    assert names(sort="code") == ["Opfølgningssamtale", "Jobsamtale", "Informationsmøde"]
    assert "Udløbet " in as_ada.get(LIST).content.decode()
    assert "Ingen samtaletyper passer til filtrene." in as_ada.get(LIST, {"q": "findes ikke"}).content.decode()


@pytest.mark.requirement("TYPE-01")
def test_before_the_first_night_the_list_says_where_they_come_from(as_ada: Client, nord: World) -> None:
    ConversationType.objects.all().delete()
    text = as_ada.get(LIST).content.decode()
    assert [words for words in ("De hentes fra DFDG hver nat.", "Hent dem nu") if words not in text] == []


@pytest.mark.requirement("TYPE-01", "APP-10")
def test_the_list_takes_as_many_statements_for_three_types_as_for_one(as_ada: Client, nord: World) -> None:
    with CaptureQueriesContext(connection) as of_three:
        as_ada.get(LIST)
    ConversationType.objects.exclude(pk=7).delete()
    with CaptureQueriesContext(connection) as of_one:
        as_ada.get(LIST)
    assert len(of_three) == len(of_one)


@pytest.mark.requirement("SEC-01", "TYPE-01")
def test_another_job_centres_variants_and_texts_are_not_counted(as_carla: Client, nord: World) -> None:
    make_variant(nord, "Over 30 år", (7,))
    StandardText.objects.create(jobcentre=nord.jobcentre, type_id=7, title="Jobsamtale")
    rows = {row.pk: (row.variant_count, row.edition) for row in as_carla.get(LIST).context["page"].rows}
    assert rows[7] == (0, None)
