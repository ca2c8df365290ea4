"""Of a season under February 2020 nothing of health is found in clear: not in the database, key store, logs,
errors, bodies of events, papers; and in answers only where health is what was asked for.
"""

import random
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from schemas.permissions import Role
from service.ledger.bodies import decode_body
from service.policies import files
from service.settings import Settings
from tests.canary.looking import OF_HEALTH, Places, find, read_places
from tests.canary.season import CODE_MARK, MARK, Outbreak, list_planted
from tests.dba import dba, is_sqlite
from tests.journeys.seasons import Case, Season, make_case

CASES: Final = [
    make_case(each) for each in files.list_shipped() if each.version == "liaoning-2020-02"
]
UNDER_FEBRUARY_2020: Final = pytest.mark.parametrize("case", CASES, ids=["liaoning-2020-02"])


WORDS: Final = (
    *(each for each in OF_HEALTH if each not in {"health_certificate", "armpit"}),
    *("exposure-declared", "screening-against", "temperature-high", "injury", "oxygen"),
)
"""By which something of health is said. (The policy names certificates, and where a temperature is taken.)"""
SEALED_FIELDS: Final = frozenset(
    {
        *("content", "temperature", "highest", "masked", "symptoms", "remark", "what", "note"),
        *("reason", "reason_class", "may_release"),
        *("given_to", "unit", "receiver", "receiver_phone"),
    }
)
"""None of them stands in the body of an event."""

OK: Final = 200
_READS_HEALTH: Final = frozenset({Role.COUNTY_COORDINATOR, Role.HEALTH_OFFICER})
EVERYTHING: Final = frozenset({"*"})
SHOWN: Final[Mapping[str, Collection[str]]] = {
    "GET /v1/workers/{id}/health-records": EVERYTHING,
    "POST /v1/workers/{id}/reveal": {"roster: health", "roster: remark"},
    "POST /v1/workers/{id}/trace": EVERYTHING,
    "POST /v1/trips/{id}/trace": EVERYTHING,
    "GET /v1/workers/{id}/clearance": {"screening: result_code"},
    "GET /v1/trips/{id}/gate": {"screening: result_code"},
    "GET /v1/health-missing": {"screening: result_code"},
    "POST /v1/contacts/lists of an accident": {"fever: symptoms", "check-in: symptoms"},
    "GET /v1/contacts/lists/{id}": {"another county's answer: note"},
    "POST /v1/contacts/lists/{id}/answers": {"another county's answer: note"},
}
"""Which answers show something, to whom health is shown, and of what: of a list of contacts the condition after
an accident, and what the other county wrote."""


@pytest.fixture
def outbreak(log: list[str], season: Season, settings: Settings, case: Case) -> Outbreak:
    assert settings.county_code == case.county
    assert log != []  # it was listened to from the beginning
    return Outbreak(season, random.Random(20200213))


def tell(outbreak: Outbreak, *, coaches: int) -> None:
    for _ in range(coaches):
        ride = outbreak.travel()
        outbreak.investigate(ride)
        outbreak.write_papers(ride)
        outbreak.err(ride)


def assert_nothing_in_clear(outbreak: Outbreak, log: list[str]) -> None:
    settings, papers = outbreak.world.settings, read_papers(outbreak.season.desk.folder)
    places = read_places(settings) | {"log": "\n".join(log).encode()}
    expected = (
        {"fangang.db", "fangang.db: event", "fangang.db.keys: subject_key"}
        if is_sqlite(settings)
        else {"public.event", "vault.subject_key"}
    )
    assert places.keys() >= {"fangang.kek", "log", *expected}
    assert len(log) > 100
    assert {name.partition("-")[0] for name in papers} == {"名册", "交接", "保险", "名单"}
    assert find(places | papers, (MARK, CODE_MARK, *WORDS)) == []
    assert list_open_fields(settings) == set()


def read_papers(folder: Path) -> Places:
    """What is in the workbooks at the desk, and every other file there."""
    papers: Places = {}
    for path in folder.rglob("*"):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                papers |= {f"{path.name}/{part}": book.read(part) for part in book.namelist()}
        elif path.is_file():
            papers[f"{path.name}"] = path.read_bytes()
    return papers


def list_open_fields(settings: Settings) -> set[str]:
    """Fields of health in the bodies of events."""
    with dba(settings) as connection:
        bodies = [row[0] for row in connection.execute(text("SELECT body FROM event"))]
    assert len(bodies) > 100
    told = (decode_body(bytes(each)) for each in bodies)
    return {name for body in told for name in (*body["data"], *body["decided"])} & SEALED_FIELDS


def assert_shown_to_few(outbreak: Outbreak) -> None:
    """Answers, errors among them, tell of health only who asked for it and may read it; and what was taken is
    read by somebody: it was not lost, or never said."""
    read: set[str] = set()
    for each in outbreak.answers:
        words = list_planted(each.text)
        read |= words
        said = {outbreak.words[word] for word in words}
        shown = SHOWN.get(each.operation, ()) if each.role in _READS_HEALTH else ()
        more = set() if shown is EVERYTHING and each.status == OK else said.difference(shown)
        assert more == set(), (each.role, each.operation, each.status)
    assert {word: what for word, what in outbreak.words.items() if word not in read} == {
        word: outbreak.words[word] for word in outbreak.refused
    }
    assert {outbreak.words[each] for shown in outbreak.shown for each in list_planted(shown)} <= {
        "screening: result_code"
    }, "of the gate, at the coordinator's desk"


@UNDER_FEBRUARY_2020
def test_one_coach(outbreak: Outbreak, log: list[str]) -> None:
    tell(outbreak, coaches=1)
    assert_nothing_in_clear(outbreak, log)
    assert_shown_to_few(outbreak)


@pytest.mark.long
@UNDER_FEBRUARY_2020
def test_a_season(outbreak: Outbreak, log: list[str]) -> None:
    """Six coaches; each time something else befalls other people, and everybody reads everything."""
    outbreak.thorough = True
    tell(outbreak, coaches=6)
    assert_nothing_in_clear(outbreak, log)
    assert_shown_to_few(outbreak)
