"""A trip's papers as the API would give them: 合成 people only."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cli.times import CHINA
from schemas.passengers import HandoverLine, HandoverOut, HandoverPoint, ManifestLine, ManifestOut
from schemas.trips import BalanceOut, PointOut
from tests.factories import make_id_number, make_name, make_phone

DEPARTURE = datetime(2020, 3, 24, 7, 30, tzinfo=CHINA)
PRINTED_AT = datetime(2020, 3, 23, 18, 5, tzinfo=CHINA)
DIGEST = "ab12" * 16
STATION, FACTORY, CANTEEN = UUID(int=1), UUID(int=2), UUID(int=3)


def make_point(identifier: UUID, kind: str, ordinal: int, name: str) -> PointOut:
    return PointOut.model_validate(
        {
            "id": identifier,
            "kind": kind,
            "ordinal": ordinal,
            "name": name,
            "planned_at": DEPARTURE + timedelta(hours=15),
            "enterprise_id": None,
            "division_code": None,
        }
    )


POINTS = [
    make_point(STATION, "boarding", 1, "铁岭县客运站"),
    make_point(FACTORY, "handover", 1, "合成电子有限公司3号门"),
    make_point(CANTEEN, "handover", 2, "合成食品有限公司"),
]


def make_manifest_line(number: int, **given: Any) -> ManifestLine:
    return ManifestLine.model_validate(
        {
            "passenger_id": UUID(int=100 + number),
            "seat_label": str(number),
            "seat_row": (number + 3) // 4,
            "seat_column": 1,
            "name": make_name(number),
            "gender": "男",
            "id_number": make_id_number(sequence=2 * number + 1),
            "phone": make_phone(number),
            "emergency_phone": make_phone(900 + number),
            "township": "凡河镇",
            "village": "东兴村",
            "employer": "合成电子有限公司",
            "boarding_point_id": STATION,
            "handover_point_id": FACTORY,
            "role": "worker",
            "status": "listed",
            "stand_by": False,
            "verdict": "cleared",
            "let_pass": False,
            **given,
        }
    )


def make_stand_by(number: int) -> ManifestLine:
    seat = dict.fromkeys(("seat_label", "seat_row", "seat_column"))
    return make_manifest_line(number, **seat, status="stand_by", stand_by=True)


def make_manifest_out(lines: list[ManifestLine], **given: Any) -> ManifestOut:
    return ManifestOut.model_validate(
        {
            "trip_id": UUID(int=9),
            "number": "P20200324-01",
            "state": "locked",
            "list_version": 3,
            "list_hash": DIGEST,
            "plate": "辽M12345",
            "vehicle_kind": "coach",
            "carrier": "铁岭示例客运有限公司",
            "licensed_places": 47,
            "route": "铁岭—沈阳—苏州",
            "charter_sign_number": "辽M-0324",
            "planned_departure_at": DEPARTURE,
            "planned_arrival_at": DEPARTURE + timedelta(hours=15),
            "drivers": ["李永福 15400000001", "王德胜 15400000002"],
            "captain": None,
            "escort": "周长山",
            "escort_phone": "15400000003",
            "reception": "钱主任",
            "reception_phone": "0512-65001234",
            "duty_phone": "024-74840000",
            "points": POINTS,
            "lines": lines,
            **given,
        }
    )


def make_balance(**counts: int) -> BalanceOut:
    named = ("received", "refused", "given_on", "left", "moved", "returned", "missing")
    values = dict.fromkeys((*named, "unaccounted"), 0) | counts
    carried = sum(values.values())
    return BalanceOut.model_validate(
        {
            **values,
            "carried": carried,
            "balanced": values["unaccounted"] == 0,
            "line": f"上车{carried} = 接收{values['received']}；未平{values['unaccounted']}",
        }
    )


def make_handover_line(number: int, **given: Any) -> HandoverLine:
    return HandoverLine.model_validate(
        {
            "passenger_id": UUID(int=100 + number),
            "seat_label": str(number),
            "name": make_name(number),
            "id_number_end": "341X",
            "phone": make_phone(number),
            "employer": "合成电子有限公司",
            "status": "boarded",
            "signed": None,
            **given,
        }
    )


def make_handover_out(points: list[HandoverPoint], **given: Any) -> HandoverOut:
    return HandoverOut.model_validate(
        {
            "trip_id": UUID(int=9),
            "number": "P20200324-01",
            "state": "arrived",
            "list_version": 3,
            "list_hash": DIGEST,
            "plate": "辽M12345",
            "vehicle_kind": "coach",
            "carrier": "铁岭示例客运有限公司",
            "balance": make_balance(received=2, unaccounted=1),
            "exceptions": ["signed-not-received"],
            "points": points,
            **given,
        }
    )
