from admin_module.models import Team
from booking.models import Citizen
from planner.accounts.models import Jobcentre, User
from planner.accounts.tenancy import acting_for
from tests.factories import World, make_citizen


def test_whoever_acts_for_another_job_centre_sees_no_row_of_this_one(
    nord: World, skovby: tuple[Jobcentre, User]
) -> None:
    citizen = make_citizen(nord.jobcentre, "Jens Hansen")
    with acting_for(skovby[0].pk):
        assert list(Citizen.objects.all()) == []
        assert [team.name for team in Team.objects.all()] == ["Jobcenter Skovby"]
    assert list(Citizen.objects.all()) == [citizen]


def test_the_database_computes_the_full_name_and_its_place_in_the_danish_alphabet(nord: World) -> None:
    citizen = make_citizen(nord.jobcentre, "Åse Ærø")
    citizen.refresh_from_db()
    assert (citizen.full_name, citizen.sort_key) == ("Åse Ærø", "}se {r|")
