"""Digests that were sealed with the staged rows are taken when they are applied, and made anew where they would
be others now.
"""

from uuid import UUID

from schemas.permissions import Role
from service.rosters.queries.imports import list_leaves
from service.rosters.rules.imports import Leaf
from tests.factories import COUNTY, World
from tests.service.rosters.conftest import MakeSender, Sender, make_rows

HOME = "211221105"
ROWS = [*make_rows(1), *make_rows(2, township="铁岭县新台子镇")]


def read_leaves(world: World, import_id: str) -> list[Leaf]:
    with world.context.reading(world.console) as work:
        return list_leaves(work.session, COUNTY, import_id=UUID(import_id), chunk=0)


def bring(sender: Sender, planner: Sender) -> str:
    """Planned by one account and applied by the other."""
    import_id: str = planner.open(len(ROWS), township=HOME).json()["id"]
    assert planner.stage(import_id, ROWS).status_code == 200
    assert sender.apply(import_id).status_code == 200
    return import_id


def test_another_account_applies_what_was_planned(world: World, make_sender: MakeSender) -> None:
    """A row that is out of its scope is digested as such, whoever planned it."""
    county = make_sender(world.client(Role.COUNTY_COORDINATOR))
    township = make_sender(world.client(Role.TOWNSHIP_CLERK, township=HOME))
    leaves = [
        read_leaves(world, bring(applying, planning))
        for applying, planning in ((township, county), (township, township))
    ]
    crossed, alone = leaves
    assert [leaf.code for leaf in crossed] == [None, "township-out-of-scope"]
    assert [leaf.content_mac for leaf in crossed] == [leaf.content_mac for leaf in alone]
    whole = read_leaves(world, bring(county, county))
    assert whole[0].content_mac == alone[0].content_mac
    assert whole[1].content_mac != alone[1].content_mac
