"""A season whose health keys were destroyed, all of them: it rebuilds clean, verifies, and tells nothing."""

from schemas.events.fields import PersonalClass
from schemas.permissions import Role
from service.manage.verify import verify
from service.trips.actions.rebuild import check_derived, write_derived
from service.workers.rebuild import check_workers, write_workers
from tests.factories import COUNTY, World
from tests.service.health.saying import know
from tests.stories import tell_story


def test_a_season_without_health_keys_rebuilds_clean(world: World) -> None:
    story = tell_story(world)
    trip, held = story.trip_id, story.held_worker_id
    before = story.scene.rows()
    people = story.scene.people(trip)
    assert len(know(world, held)[held].measurements) == 1
    vault, gone = world.context.vault, [*story.worker_ids, trip]
    with world.context.database.write(world.console) as session:
        vault.destroy(session, COUNTY, gone, at=world.clock.now, classes=[PersonalClass.HEALTH])
    with world.context.reading(world.console) as work:
        assert list(check_derived(work.session, COUNTY)) == []
        assert list(check_workers(work.session, COUNTY)) == []
        found = verify(work)
        assert (list(found.faults), found.erased_parts > 0) == ([], True)
    with world.context.database.write(world.console) as session:
        write_derived(session, COUNTY)
        write_workers(session, COUNTY)
    assert story.scene.rows() == before
    assert story.scene.people(trip) == people
    assert know(world, held)[held].erased == 6
    officer = world.client(Role.HEALTH_OFFICER)
    assert officer.get(f"/v1/workers/{held}/clearance").json()["may_travel"] is False
    records = officer.get(f"/v1/workers/{held}/health-records").json()["items"]
    assert {(each["what"], each["content"]) for each in records} == {(None, None)}
