"""Shared out among processes, `verify` finds exactly what it finds alone."""

from itertools import pairwise

import pytest

from service.ledger import queries
from service.manage.verify import check_span, count_processes, list_strays, verify
from tests.dba import is_sqlite
from tests.ledgers import ACTOR, COUNTY, TRIP, WORKER, Ledger
from tests.tamper.attacks import BATCH, Attack, Named, Victim, name_faults
from tests.tamper.test_events import EVENT_ATTACKS, OTHER_ATTACKS, delete_middle

STREAMS = [BATCH, TRIP, WORKER]


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_the_spans_are_everything_and_nothing_twice(victim: Victim, count: int) -> None:
    with victim.ledger.context.database.read(ACTOR) as session:
        whole = list(queries.iterate_chain(session, COUNTY))
        spans = queries.list_spans(session, COUNTY, count=count)
        found = [list(queries.iterate_chain(session, COUNTY, span)) for span in spans]
    assert (spans[0].start, spans[-1].end) == (None, None)
    assert all(before.end == after.start for before, after in pairwise(spans))
    assert [row for rows in found for row in rows] == whole
    assert len(spans) == {1: 1, 2: 2, 3: 2, 8: 3}[count]  # no stream is cut
    assert all(found[1:])


def test_nothing_is_one_span(ledger: Ledger) -> None:
    with ledger.context.database.read(ACTOR) as session:
        assert queries.list_spans(session, COUNTY, count=4) == [queries.EVERYTHING]
        assert count_processes(session, COUNTY) == 1


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("attack", EVENT_ATTACKS | OTHER_ATTACKS, ids=lambda each: each.__name__)
def test_an_attack_is_named_in_its_span(victim: Victim, attack: Attack) -> None:
    victim.attack(attack)
    assert name_in_spans(victim) == (EVENT_ATTACKS | OTHER_ATTACKS)[attack]


def name_in_spans(victim: Victim) -> list[Named]:
    with victim.ledger.context.reading(ACTOR) as work:
        spans = queries.list_spans(work.session, COUNTY, count=8)
        faults = [fault for span in spans for fault in check_span(work, span).faults]
        faults += list_strays(work.session, COUNTY)
    return [(fault.code, fault.stream, fault.seq) for fault in faults]


def test_processes_find_what_one_finds(victim: Victim) -> None:
    """Two more processes, one for each further stream; one more on PostgreSQL."""
    victim.attack(delete_middle)
    victim.attack(lambda each: each.set_part(each.worker[1], sealed=b"\x01\x01"))
    victim.attack(lambda each: each.edit_body(each.batch[0], measured=3))
    ledger = victim.ledger
    with ledger.context.reading(ACTOR) as work:
        apart = verify(work, processes=8 if is_sqlite(ledger.context.settings) else 2)
    assert apart == ledger.verify()
    assert [name[0] for name in name_faults(victim)] == [
        *("body-altered", "event-missing", "part-altered", "event-missing")
    ]
    assert (apart.events, apart.parts, apart.streams) == (7, 2, 3)
