"""`verify` beside an import: keys that came after its snapshot belong to somebody."""

from service.manage.leftover_keys import confirm, list_orphan_keys
from tests.factories import COUNTY, World
from tests.service.rosters.conftest import Sender, make_rows


def test_whoever_was_imported_meanwhile_is_no_orphan(world: World, clerk: Sender) -> None:
    context = world.context
    left = world.new_id()
    with context.database.write(world.console) as session:
        context.vault.make_keyring(session, COUNTY, [left])
    with context.reading(world.console) as work:
        assert list_orphan_keys(work) == [left]  # the snapshot begins
        clerk.send(make_rows(1, 2))
        suspects = list_orphan_keys(work)
        assert (len(suspects) > 1) is context.database.is_sqlite  # its keys lie in another file
        assert confirm(work, list_orphan_keys) == [left]
