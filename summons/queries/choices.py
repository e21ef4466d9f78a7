"""What a list of summonses can be filtered by, as (value, label)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from admin_module.models import ConversationType, Counsellor, MyTeam, Team
from booking.models import OnlineOffer
from planner.ui.formatting import date_year
from summons.models import Run

RUNS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team of the tree, in the tree's order; `depth` 0 is the job centre itself."""

    pk: int
    name: str
    depth: int
    below: frozenset[int]

    @property
    def value(self) -> str:
        return str(self.pk)


def team_tree() -> list[TeamChoice]:
    """The living teams in the order of the tree, each with all that lie below it; one statement."""
    children: dict[int | None, list[Team]] = defaultdict(list)
    for team in Team.objects.living().without_tree_fields().order_by("position", "pk"):
        children[team.parent_id].append(team)
    return list(_walk(children, None, 0))


def _walk(children: dict[int | None, list[Team]], parent: int | None, depth: int) -> Iterator[TeamChoice]:
    for team in children[parent]:
        inside = list(_walk(children, team.pk, depth + 1))
        yield TeamChoice(team.pk, team.name, depth, frozenset(choice.pk for choice in inside))
        yield from inside


def with_those_below(chosen: Collection[int], tree: Collection[TeamChoice]) -> frozenset[int]:
    """«Medtag underteams»."""
    return frozenset(chosen).union(*(choice.below for choice in tree if choice.pk in chosen))


def my_teams(user_id: int) -> tuple[int, ...]:
    """«Mine teams», as the user chose them."""
    return tuple(MyTeam.objects.filter(user_id=user_id).order_by("pk").values_list("team_id", flat=True))


def proposed_team(user_id: int) -> int | None:
    """The first of «Mine teams», else the team of the user's latest run, else the only one that can summon."""
    living = Team.objects.living().without_tree_fields()
    mine = living.filter(pk__in=MyTeam.objects.filter(user_id=user_id).values("team")).order_by("position", "pk")
    latest = Run.objects.filter(author=user_id, team__retired_at=None).order_by("-saved_at")
    able = living.filter(counsellors__in=Counsellor.objects.summonable()).distinct().order_by("pk")
    for found in (
        mine.values_list("pk", flat=True)[:1],
        latest.exclude(team=None).values_list("team", flat=True)[:1],
        able.values_list("pk", flat=True)[:2],
    ):
        if len(found) == 1:
            return int(found[0])
    return None


def counsellor_choices() -> list[tuple[str, str]]:
    return [(str(counsellor.pk), counsellor.full_name) for counsellor in Counsellor.objects.filter(retired_at=None)]


def type_choices() -> list[tuple[str, str]]:
    return [(str(row.pk), row.name) for row in ConversationType.objects.filter(expired_at=None)]


def run_choices() -> list[tuple[str, str]]:
    """The latest runs of which something was sent."""
    runs = Run.objects.filter(sent_at__isnull=False).order_by("-sent_at").only("pk", "name", "sent_at")[:RUNS_SHOWN]
    return [(str(run.pk), run_label(run.name, run.sent_at.date() if run.sent_at else None)) for run in runs]


def run_label(name: str, sent_on: date | None) -> str:
    return name or (_("uden navn, sendt %(day)s") % {"day": date_year(sent_on)} if sent_on else _("uden navn"))


def offer_choices() -> list[tuple[str, str]]:
    """The online offers that were ever open, those in use first, each with its number."""
    known = OnlineOffer.objects.filter(published_at__isnull=False).order_by("-is_active", "title", "number")
    return [(str(pk), f"{title} ({number})") for pk, title, number in known.values_list("pk", "title", "number")]
