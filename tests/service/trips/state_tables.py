"""The tables of test_every_state.py, written by hand and read from no rule: which kind fits which state of a
trip and status of a passenger, where it leads, what each policy refuses; and what follows from them.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from schemas.errors import ErrorCode
from schemas.events.kinds import ExceptionCode, Mode
from schemas.policies import ProofKind
from schemas.trips import PassengerStatus, TripState

_E, _S, _T = ErrorCode, PassengerStatus, TripState

STATES: Final = {
    "dr": _T.DRAFT,
    "re": _T.READY,
    "fi": _T.FILED,
    "lo": _T.LOCKED,
    "bo": _T.BOARDING,
    "tr": _T.IN_TRANSIT,
    "hu": _T.HELD_UP,
    "ar": _T.ARRIVED,
    "ho": _T.HANDED_OVER,
    "tb": _T.TURNED_BACK,
    "rt": _T.RETURNED,
    "cl": _T.CLOSED,
    "ca": _T.CANCELLED,
}
REFUSED: Final = {
    ".": _E.STATE_FORBIDS,
    "a": _E.NOT_ABOARD,
    "e": _E.EQUATION_OPEN,
    "l": _E.MANIFEST_LOCKED,
    "n": _E.MANIFEST_NOT_LOCKED,
    "p": _E.PLAN_INCOMPLETE,
    "r": _E.EVENT_KIND_RETIRED,
    "2": _E.ALREADY_ABOARD,
}
"""Anything else in a cell is taken: + changes no state, two letters are the state that follows."""
OF_TRIPS: Final = """
                         dr re fi lo bo tr hu ar ho tb rt cl ca
approval.confirmed     D +  +  +  +  +  +  +  +  +  +  +  +  +
captain.named          D +  +  +  +  +  +  +  +  +  +  +  .  .
driver.replaced        O +  +  +  +  +  +  +  +  +  +  +  .  .
escort.replaced        O +  +  +  +  +  +  +  +  +  +  +  .  .
event.reversed         D +  +  +  +  +  +  +  +  +  +  +  +  .
exception.explained    D +  +  +  +  +  +  +  +  +  +  +  +  +
filing.acknowledged    O .  .  +  +  +  .  .  .  .  .  .  .  .
handover.signed        D .  .  .  .  .  +  +  +  +  +  +  +  .
incident.reported      O +  +  +  +  +  +  +  +  +  +  +  .  .
incident.settled       D +  +  +  +  +  +  +  +  +  +  +  +  +
kit.issued             O +  +  +  +  +  +  +  +  +  +  +  .  .
manifest.locked        D p  lo lo .  .  .  .  .  .  .  .  .  .
manifest.unlocked      D .  .  .  fi fi .  .  .  .  .  .  .  .
policy.switched        D +  +  +  +  +  +  +  +  +  +  +  .  .
stop.begun             O .  .  .  .  .  +  +  .  .  .  .  .  .
stop.ended             O .  .  .  .  .  +  +  .  .  .  .  .  .
temperature_round.taken O .  .  .  +  +  +  +  +  +  .  .  .  .
trip.arrived           O .  .  .  .  .  ar ar .  .  .  .  .  .
trip.boarding_opened   D .  .  .  bo .  .  .  .  .  .  .  .  .
trip.cancelled         D ca ca ca ca ca .  .  .  .  .  .  .  .
trip.changed           D +  +  +  +  +  .  .  .  .  .  .  .  .
trip.changed/seats     D +  +  +  l  l  .  .  .  .  .  .  .  .
trip.closed            D .  .  .  .  .  .  .  e  cl cl cl .  .
trip.delayed           O +  +  +  +  +  +  +  .  .  .  .  .  .
trip.departed          O .  .  .  tr tr .  .  .  .  .  .  .  .
trip.filed             D p  fi fi +  +  .  .  .  .  .  .  .  .
trip.held_up           O .  .  .  .  .  hu .  .  .  .  .  .  .
trip.opened            D +  +  +  +  +  +  +  +  +  +  +  +  +
trip.resumed           O .  .  .  .  .  .  tr .  .  .  .  .  .
trip.returned          O .  .  .  .  .  rt rt .  .  rt .  .  .
trip.turned_back       O .  .  .  .  .  tb tb tb tb .  .  .  .
vehicle.disinfected    O +  +  +  +  +  +  +  +  +  +  +  .  .
vehicle.inspected      O +  +  +  +  +  +  +  +  +  +  +  .  .
vehicle.replaced       O +  +  +  +  +  +  +  +  +  +  +  .  .
vehicle.ventilated     O +  +  +  +  +  +  +  +  +  +  +  .  .
"""
"""D: a decision, judged whenever it comes. O: what happened; told afterwards it is taken in any state. Of an
arrived trip somebody is still aboard, so that it is not closed."""
TOLD_TRIPS: Final = {
    "trip.departed": "tr",
    "trip.arrived": "ar",
    "trip.closed": "cl",
    "trip.turned_back": "tb",
    "trip.returned": "rt",
}
"""Where what does not fit leads all the same; a closed trip stays closed."""
OF_PEOPLE: Final = """
                           dr re fi lo bo tr hu ar ho tb rt cl ca
passenger.assigned       D +  +  +  l  l  .  .  .  .  .  .  .  .
passenger.boarded        O n  n  n  +  +  .  .  .  .  .  .  .  .
passenger.checked_in     O n  n  n  +  +  .  .  .  .  .  .  .  .
passenger.consent_recorded D +  +  +  +  +  +  +  +  +  +  +  .  .
passenger.denied         O +  +  +  +  +  .  .  .  .  .  .  .  .
passenger.exempted       D +  +  +  +  +  .  .  .  .  .  .  .  .
passenger.fever_found    O r  r  r  r  r  r  r  r  r  r  r  r  r
passenger.found          O .  .  .  +  +  +  +  +  +  +  +  .  .
passenger.found_aboard   O .  .  .  +  +  +  +  +  +  +  +  .  .
passenger.left           O .  .  .  +  +  +  +  +  +  +  +  .  .
passenger.left/given_on  O .  .  .  +  +  +  +  +  +  +  +  .  .
passenger.linked         D +  +  +  +  +  +  +  +  +  +  +  +  +
passenger.missing        O .  .  .  +  +  +  +  +  +  +  +  .  .
passenger.moved          O +  +  +  +  +  +  +  +  +  +  +  .  .
passenger.no_show        O +  +  +  +  +  +  +  +  +  +  +  .  .
passenger.noted          O +  +  +  +  +  +  +  +  +  +  +  .  .
passenger.notified       O +  +  +  +  +  +  +  +  +  +  +  .  .
passenger.received       O .  .  .  +  +  +  +  +  +  +  +  .  .
passenger.refused        O .  .  .  +  +  +  +  +  +  +  +  .  .
passenger.returned       O .  .  .  +  +  +  +  +  +  +  +  .  .
passenger.seat_changed   D +  +  +  +  +  +  +  +  +  +  +  .  .
passenger.substituted    D +  +  +  +  +  .  .  .  .  .  .  .  .
passenger.transferred    O r  r  r  r  r  r  r  r  r  r  r  r  r
passenger.unassigned     D +  +  +  l  l  w  w  w  w  w  w  w  +
"""
"""What the trip's state allows, where the passenger's status does. w: only a stand-by, who stayed behind."""
STATUSES: Final = {
    "ex": _S.EXPECTED,
    "li": _S.LISTED,
    "sb": _S.STAND_BY,
    "ci": _S.CHECKED_IN,
    "bo": _S.BOARDED,
    "de": _S.DENIED,
    "ns": _S.NO_SHOW,
    "le": _S.LEFT,
    "mo": _S.MOVED,
    "rc": _S.RECEIVED,
    "rf": _S.REFUSED,
    "mi": _S.MISSING,
    "rt": _S.RETURNED,
    "rm": _S.REMOVED,
}
BY_STATUS: Final = """
                          ex li sb ci bo de ns le mo rc rf mi rt rm
passenger.boarded         .  bo .  bo 2  .  .  .  .  .  .  .  .  .
passenger.checked_in      .  ci .  .  .  ci ci .  .  .  .  .  .  .
passenger.denied          .  de .  de .  .  .  .  .  .  .  .  .  .
passenger.fever_found     .  .  .  .  +  .  .  .  .  .  .  .  .  .
passenger.found           .  .  .  .  .  .  .  bo .  .  .  bo .  .
passenger.left            a  a  a  a  le a  a  .  .  .  .  .  .  a
passenger.left/given_on   a  a  a  a  le a  a  .  .  .  le le .  a
passenger.missing         .  .  .  mi mi .  .  .  .  .  mi .  .  .
passenger.moved           .  mo .  mo mo .  .  .  .  .  .  mo .  .
passenger.no_show         .  ns .  ns .  .  .  .  .  .  .  .  .  .
passenger.notified        .  +  +  +  .  +  +  .  .  .  .  .  .  .
passenger.received        a  a  a  a  rc a  a  .  .  .  rc rc .  a
passenger.refused         a  a  a  a  rf a  a  .  .  .  rf .  .  a
passenger.returned        a  a  a  a  rt a  a  rt .  .  rt rt .  a
passenger.seat_changed    .  +  .  +  +  .  .  .  .  .  .  .  .  .
passenger.substituted     .  .  li .  .  .  .  .  .  .  .  .  .  .
passenger.transferred     a  a  a  a  le a  a  .  .  .  le le .  a
passenger.unassigned      .  rm rm rm .  .  .  .  .  .  .  .  .  .
"""
IN_ANY_STATUS: Final = frozenset(
    {"passenger.consent_recorded", "passenger.exempted"}
    | {"passenger.linked", "passenger.noted"}
    | {"passenger.boarding_refused", "passenger.assigned", "passenger.found_aboard"}
)
"""The last two are about somebody who is new to the trip; a refused boarding is written by the gate itself."""
TOLD_PEOPLE: Final = {
    "passenger.boarded": "bo",
    "passenger.checked_in": "ci",
    "passenger.denied": "de",
    "passenger.found": "bo",
    "passenger.found_aboard": "bo",
    "passenger.left": "le",
    "passenger.left/given_on": "le",
    "passenger.missing": "mi",
    "passenger.moved": "mo",
    "passenger.no_show": "ns",
    "passenger.received": "rc",
    "passenger.refused": "rf",
    "passenger.returned": "rt",
    "passenger.transferred": "le",
}
"""People are where they were seen."""

UNFIT: Final = {
    ExceptionCode.NOT_ON_LIST: ("boarded found_aboard", "ex sb rm"),
    ExceptionCode.BOARDED_THOUGH_DENIED: ("boarded found_aboard", "de"),
    ExceptionCode.BOARDED_TWICE: ("boarded found_aboard", "bo"),
    ExceptionCode.RECEIVED_WITHOUT_BOARDING: ("received", "ex li sb ci de ns rm"),
}
"""What is told of people and does not fit, where it has a name of its own; else it is out of order."""

POLICIES: Final = """
                      answer clean back questions limit low medium high kept denied
ordinary-1            .      .     .    .         .     12  12     12   .    .
national-2020-02      x      x     x    x         x     7   7      7    x    .
national-2020-03      .      x     x    x         x     8   7      7    x    .
liaoning-2020-02      x      x     x    x         x     7   7      7    x    .
sichuan-2020-02-17    x      x     x    x         x     7   7      7    x    .
sichuan-2020-02-26    x      x     x    x         x     7   7      7    x    .
spring-festival-2021  .      x     .    .         x     8   8      7    x    high
autumn-2022           .      .     .    .         x     12  12     12   .    high,medium
from-2023-01          .      .     .    .         .     12  12     12   .    .
"""
"""Asked for: the destination's answer before locking; a clean vehicle before boarding, and when it is back;
answers to questions; 37.3 °C. How many may ride in a coach of fourteen places with a driver and an escort, by
the level of risk; whether its last two rows of two stay free; levels with which nobody goes."""
PAPERS: Final[Mapping[str, Mapping[ProofKind, timedelta]]] = {
    "liaoning-2020-02": {
        ProofKind.FOLLOW_UP_SHEET: timedelta(days=14),
        ProofKind.HEALTH_CERTIFICATE: timedelta(days=14),
    },
    "sichuan-2020-02-17": {ProofKind.HEALTH_CERTIFICATE: timedelta(days=3)},
    "sichuan-2020-02-26": {ProofKind.HEALTH_CERTIFICATE: timedelta(days=14)},
    "spring-festival-2021": {
        ProofKind.HEALTH_CODE: timedelta(days=1),
        ProofKind.NUCLEIC_TEST: timedelta(days=7),
    },
    "autumn-2022": {ProofKind.NUCLEIC_TEST: timedelta(hours=48)},
}
"""Which papers do, one of them, and how long before the arrival they may have been made."""
RESULTS: Final = {ProofKind.HEALTH_CODE: "green", ProofKind.NUCLEIC_TEST: "negative"}
"""What has to stand on a paper; on the others nothing."""
LEVELS: Final = ("low", "medium", "high")


class Lack(NamedTuple):
    """One thing that is wrong. `asked`: which column of the policies minds it. `person`: stands against
    somebody, who then does not ride (RIDES)."""

    asked: str
    refusals: str
    person: ErrorCode | None = None


RIDES: Final = """
passenger.assigned      dr re fi
passenger.boarded       lo bo           live
passenger.substituted   dr re fi lo bo
manifest.locked         re fi
"""
LISTED_RIDES: Final = "\n".join(line for line in RIDES.splitlines() if "assigned" not in line)
"""Papers may still be brought, and what the others of a list decide is asked of who is on it."""
_PLACES: Final = """
passenger.assigned      dr re fi        over-capacity
passenger.checked_in    lo bo           over-capacity live
passenger.substituted   dr re fi lo bo  over-capacity
trip.closed             ho tb rt        equation-open
"""
"""The others stand on the list, and nobody said what became of them."""
FULL: Final = frozenset({"full", "one too many"})
LACKS: Final[Mapping[str, Lack]] = {
    "nothing": Lack("always", ""),
    "no answer": Lack("answer", "manifest.locked re fi filing-unacknowledged"),
    "arrival moved": Lack("answer", "manifest.locked re fi filing-unacknowledged"),
    "not clean": Lack("clean", "trip.boarding_opened lo not-disinfected live"),
    "not clean, back": Lack("back", "trip.closed ho tb rt not-disinfected"),
    "full": Lack("always", _PLACES),
    "one too many": Lack(
        "always",
        f"""{_PLACES}
        driver.replaced     dr re fi lo bo over-capacity live
        manifest.locked     re fi          over-capacity
        policy.switched     lo bo          over-capacity
        trip.changed        dr re fi lo bo over-capacity
        trip.changed/seats  dr re fi       over-capacity
        vehicle.replaced    dr re fi lo bo over-capacity live
        """,
    ),
    "one too many, not filed": Lack("comes", "trip.filed lo bo over-capacity"),
    "in a kept row": Lack(
        "kept",
        """
        manifest.locked   re fi seat-kept-free
        policy.switched   lo bo seat-kept-free
        vehicle.replaced  lo bo manifest-locked live
        """,
    ),
    "in a kept row, not filed": Lack("kept", "trip.filed lo bo seat-kept-free"),
    "to a kept row": Lack(
        "kept",
        """
        passenger.assigned      dr re fi                         seat-kept-free
        passenger.boarded       lo bo                            seat-kept-free live
        passenger.seat_changed  dr re fi lo bo tr hu ar ho tb rt seat-kept-free
        """,
    ),
    "warm round": Lack("limit", "temperature_round.taken any field-invalid"),
    "not asked": Lack("questions", LISTED_RIDES, _E.DECLARATION_MISSING),
    "asked too early": Lack("questions", LISTED_RIDES, _E.DECLARATION_EXPIRED),
    "said yes": Lack("questions", RIDES, _E.EXPOSURE_DECLARED),
    "no paper": Lack("papers", LISTED_RIDES, _E.PROOF_MISSING),
    "old paper": Lack("papers", LISTED_RIDES, _E.PROOF_EXPIRED),
    "paper against": Lack("papers", RIDES, _E.PROOF_AGAINST),
    "paper without result": Lack("results", LISTED_RIDES, _E.PROOF_RESULT_MISSING),
    "too warm": Lack("limit", RIDES, _E.TEMPERATURE_HIGH),
    "screened": Lack("limit", RIDES, _E.SCREENING_AGAINST),
    "held": Lack("always", RIDES, _E.HEALTH_HOLD),
    "withdrawn": Lack("always", RIDES, _E.WORKER_WITHDRAWN),
    "too young": Lack("always", RIDES, _E.UNDER_AGE),
    "child alone": Lack("always", LISTED_RIDES, _E.CONSENT_MISSING),
    "high": Lack("to high", RIDES, _E.RISK_AREA),
    "medium": Lack("to medium", RIDES, _E.RISK_AREA),
}


# --- reading them ---------------------------------------------------------------------------------
def read_grid(table: str) -> tuple[list[str], dict[str, list[str]]]:
    """The heading, and the cells of each row."""
    heading, *rows = (line.split() for line in table.strip().splitlines())
    return heading, {row[0]: row[1:] for row in rows}


class Row(NamedTuple):
    """D or O, and the mark under each state."""

    how: str
    marks: dict[str, str]


def read_marks(table: str) -> dict[str, Row]:
    heading, rows = read_grid(table)
    assert heading == list(STATES)
    return {
        row: Row(how, dict(zip(heading, marks, strict=True))) for row, (how, *marks) in rows.items()
    }


def _read_statuses() -> dict[str, dict[str, str]]:
    heading, rows = read_grid(BY_STATUS)
    assert heading == list(STATUSES)
    return {row: dict(zip(heading, marks, strict=True)) for row, marks in rows.items()}


def _read_policies() -> dict[str, dict[str, str]]:
    heading, rows = read_grid(POLICIES)
    told = {name: dict(zip(heading, cells, strict=True)) for name, cells in rows.items()}
    return {
        name: cells
        | {"always": "x", "papers": "x" if name in PAPERS else "."}
        | {"results": "x" if PAPERS.get(name, {}).keys() & RESULTS.keys() else "."}
        | {"comes": "." if name == "ordinary-1" else "x"}
        | {f"to {level}": "x" if level in cells["denied"] else "." for level in LEVELS}
        for name, cells in told.items()
    }


def _read_refusals(lack: Lack) -> dict[tuple[str, str], tuple[ErrorCode, bool]]:
    """(row, state) → code, and whether only a live one is refused."""
    found = {}
    for row, *words in (
        line.split() for line in lack.refusals.strip().splitlines() if line.strip()
    ):
        live = words[-1] == "live"
        states = [word for word in words if word in STATES] or (
            list(STATES) if "any" in words else []
        )
        code = lack.person or ErrorCode(next(word for word in words if word in _CODES))
        found |= {(row, state): (code, live) for state in states}
    return found


_CODES: Final = frozenset(map(str, ErrorCode))
MARKS: Final = read_marks(OF_TRIPS) | read_marks(OF_PEOPLE)
STATUS_MARKS: Final = _read_statuses()
POLICY: Final = _read_policies()
REFUSALS: Final = {name: _read_refusals(lack) for name, lack in LACKS.items()}


class Asked(NamedTuple):
    row: str
    state: str
    status: str
    mode: Mode


BY_LAW: Final = frozenset({_E.CONSENT_MISSING, _E.UNDER_AGE})
"""Nobody is let pass against these."""


def expect(asked: Asked, policy: str, lack: str = "nothing") -> ErrorCode | None:
    """By the tables: the passenger's status, then the trip's state, then what is wrong."""
    how, marks = MARKS[asked.row]
    live = asked.mode is Mode.LIVE
    if marks[asked.state] == "r":
        return _E.EVENT_KIND_RETIRED
    if how == "D" or live:
        by_status = STATUS_MARKS.get(asked.row, {}).get(asked.status, "+")
        mark = marks[asked.state]
        if mark == "w":
            mark = "+" if asked.status == "sb" else "."
        for each in (by_status, mark):
            if each in REFUSED:
                return REFUSED[each]
    wrong = POLICY[policy][LACKS[lack].asked] == "x"
    code, only_live = REFUSALS[lack].get((asked.row, asked.state), (None, False))
    if wrong and code is not None and (live or not only_live):
        return code
    if asked.row == "passenger.exempted" and live:
        person = LACKS[lack].person if wrong else None
        return person if person in BY_LAW else None if person else _E.NOTHING_HELD
    return None


def name_unfit(row: str, status: str) -> ExceptionCode:
    short = row.removeprefix("passenger.")
    fitting = (
        code
        for code, (rows, statuses) in UNFIT.items()
        if short in rows.split() and status in statuses.split()
    )
    return next(fitting, ExceptionCode.OUT_OF_ORDER)
