"""What enterprises tell, kept by enterprise and number: the newest list wins."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from schemas.ids import RANDOM_BYTES, make_uuid7
from service.context import Context
from service.db import write_many
from service.db.freezing import freeze
from service.stranded import queries
from service.stranded.rules import Statement, Told, find_bureau, find_home, make_source
from service.vault.vault import Keyring


def keep_statements(
    context: Context,
    session: Session,
    county_code: str,
    *,
    enterprise_id: UUID,
    import_id: UUID,
    as_of: date,
    statements: Sequence[Statement],
) -> None:
    """One row for each number of this enterprise, in a fixed number of statements. An older list
    changes nothing; what is said anew makes an earlier call void.
    """
    rows = queries.list_by_number(
        session, county_code, digests={each.id_digest for each in statements}, lock=True
    )
    stored = {row["id_number_index"]: row for row in rows if row["enterprise_id"] == enterprise_id}
    news = [
        (place, each, stored.get(each.id_digest))
        for place, each in enumerate(statements)
        if (known := stored.get(each.id_digest)) is None or known["as_of"] <= as_of
    ]
    told = {
        "enterprise_id": enterprise_id,
        "import_id": import_id,
        "as_of": as_of,
        "updated_at": context.now(),
    }
    heads = [
        _make_head(context, county_code, place, known, import_id=import_id)
        for place, _, known in news
    ]
    keyring = context.vault.make_keyring(
        session, county_code, [head["id"] for head in heads], classes=[PersonalClass.IDENTITY]
    )
    kept = [
        {**head, **told, **_describe(county_code, head["id"], each, known, keyring)}
        for head, (_, each, known) in zip(heads, news, strict=True)
    ]
    # In one order, so that two lists of the same people wait for each other and never in a ring.
    kept.sort(key=itemgetter("id_number_index"))
    write_many(session, queries.STRANDED, kept, conflict="overwrite")


def _make_head(
    context: Context, county_code: str, place: int, known: RowMapping | None, *, import_id: UUID
) -> dict[str, Any]:
    is_own = known is not None and known["import_id"] == import_id
    return {
        "county_code": county_code,
        "id": known["id"] if known else _make_id(context, place),
        "created_at": known["created_at"] if known else context.now(),
        "letter_id": known["letter_id"] if known else None,
        "requested_at": known["requested_at"] if known else None,
        "requested_by": known["requested_by"] if known else None,
        "previous": (known["previous"] if is_own else freeze(known)) if known else None,
    }


def _make_id(context: Context, place: int) -> UUID:
    """In the order of the list."""
    first = (place << 4).to_bytes(2, "big")
    noise = secrets.token_bytes(RANDOM_BYTES - len(first))
    return make_uuid7(at=context.now(), randomness=first + noise)


def _describe(
    county_code: str,
    stranded_id: UUID,
    statement: Statement,
    known: RowMapping | None,
    keyring: Keyring,
) -> dict[str, Any]:
    is_same = known is not None and known["content_mac"] == statement.content_mac
    home = find_home(statement.values["id_number"])
    sealed = keyring.seal(
        stranded_id,
        PersonalClass.IDENTITY,
        dict(statement.values),
        place=queries.sealing_place(stranded_id),
    )
    return {
        "id_number_index": statement.id_digest,
        "name_index": statement.name_digest,
        "home_code": home,
        "bureau_code": find_bureau(home, county_code=county_code),
        "statement_sealed": sealed,
        "content_mac": statement.content_mac,
        "sheet": statement.sheet,
        "row_number": statement.row_number,
        "call_result": known["call_result"] if known and is_same else None,
        "called_at": known["called_at"] if known and is_same else None,
    }


def list_told(
    context: Context, session: Session, county_code: str, *, digests: Iterable[bytes]
) -> Mapping[bytes, Sequence[Told]]:
    """Digest of a number → what enterprises said of it, the oldest first. One read, and one of keys
    where there is anything.
    """
    rows = queries.list_by_number(session, county_code, digests=digests)
    if not rows:
        return {}
    keyring = context.vault.open_keyring(session, county_code, [row["id"] for row in rows])
    found: dict[bytes, list[Told]] = {}
    for row in sorted(rows, key=lambda each: (each["as_of"], each["enterprise_id"])):
        values = queries.open_statement(keyring, row)
        if values:
            source = make_source(row["enterprise_id"], row["as_of"])
            told = Told(source, row["name_index"], row["content_mac"], values)
            found.setdefault(row["id_number_index"], []).append(told)
    return found
