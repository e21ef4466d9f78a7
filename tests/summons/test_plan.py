"""Step 3's pages."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import MONDAY, World, add_line, make_citizen, make_run


@pytest.mark.requirement("SUM-16")
def test_step_2_leads_on_to_the_board(as_bo: Client, nord: World) -> None:
    run = make_run(nord.bo, nord.team, nord.anna)
    for name in ("Karen Holst", "Yusuf Andersen"):
        add_line(run, make_citizen(nord.jobcentre, name), deadline=MONDAY)
    response = as_bo.post(f"/summons/runs/{run.pk}/plan/", follow=True)
    assert response.status_code == 200
    text = response.content.decode()
    assert "Karen Holst" in text
    assert "Indkald nu (2)" in text
