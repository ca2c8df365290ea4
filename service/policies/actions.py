"""Loading policies and levels of risk for a county: what a repeat does, what is refused, the event."""

from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter
from uuid import uuid5

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, Source
from schemas.events.payloads_records import PolicyLoaded, RiskAreasLoaded
from schemas.policies import PolicyIn, PolicyVersion, RiskArea
from service.context import Work
from service.db.bulk import write_many
from service.db.columns import table_of
from service.errors import DomainError
from service.ledger.actions import lock_or_open_streams
from service.ledger.bodies import content_hash
from service.policies import queries
from service.policies.models import Policy, RiskLevelOfArea
from service.policies.rules import ORDINARY, find_overlap
from service.records import county_stream, record_event


def load_policy(work: Work, *, form: PolicyIn, source: Source = Source.API) -> PolicyVersion:
    """From now on it is in force where and when it says. The same version with the same content again changes
    nothing; with other content it raises policy-version-used, for decisions name it; one that begins in its
    region on the day on which another begins raises policy-overlaps.
    """
    stream = county_stream(work.county_code)
    lock_or_open_streams(work.session, work.county_code, [stream])
    policy = PolicyVersion.model_validate(form.model_dump())
    book = queries.load_book(work.session, work.county_code)
    known = ORDINARY if form.version == ORDINARY.version else book.get(form.version)
    if known is not None:
        if known != policy:
            raise DomainError(ErrorCode.POLICY_VERSION_USED, facts={"policy": form.version})
        return known
    if (other := find_overlap(book.policies, policy)) is not None:
        raise DomainError(ErrorCode.POLICY_OVERLAPS, facts={"policy": other.version})
    content = policy.model_dump_json()
    identifier = uuid5(stream.id, form.version)
    work.session.add(
        Policy(
            county_code=work.county_code,
            version=form.version,
            id=identifier,
            content=content,
            loaded_at=work.now(),
        )
    )
    work.session.flush()
    payload = PolicyLoaded(
        record_id=identifier,
        policy=form.version,
        region=form.region or None,
        valid_from=form.valid_from,
        valid_until=form.valid_until,
        content_hash=content_hash(policy.model_dump(mode="json")),
    )
    record_event(work, payload, kind=EventKind.POLICY_LOADED, stream=stream, source=source)
    return policy


def load_areas(work: Work, *, areas: Sequence[RiskArea], source: Source = Source.API) -> int:
    """The levels as the list has them; an area's level from a day that is known already is written over. How
    many. Raises risk-areas-overlap where one area of the list has two levels on one day.
    """
    _check_periods(areas)
    stream = county_stream(work.county_code)
    lock_or_open_streams(work.session, work.county_code, [stream])
    rows = [
        {
            "county_code": work.county_code,
            "scheme": str(each.scheme),
            "area_code": each.area_code,
            "valid_from": each.valid_from,
            "valid_until": each.valid_until,
            "level": str(each.level),
            "source": each.source,
        }
        for each in areas
    ]
    write_many(work.session, table_of(RiskLevelOfArea), rows, conflict="overwrite")
    digest = content_hash({"areas": [each.model_dump(mode="json") for each in areas]})
    payload = RiskAreasLoaded(count=len(areas), content_hash=digest)
    record_event(work, payload, kind=EventKind.RISK_AREAS_LOADED, stream=stream, source=source)
    return len(areas)


def _check_periods(areas: Sequence[RiskArea]) -> None:
    ordered = sorted(areas, key=attrgetter("scheme", "area_code", "valid_from"))
    for one, next_one in pairwise(ordered):
        same = (one.scheme, one.area_code) == (next_one.scheme, next_one.area_code)
        if same and (one.valid_until is None or next_one.valid_from <= one.valid_until):
            raise DomainError(
                ErrorCode.RISK_AREAS_OVERLAP,
                facts={"area": one.area_code, "day": next_one.valid_from.isoformat()},
            )
