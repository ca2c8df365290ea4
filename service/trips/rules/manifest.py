"""The locked list: what its hash covers. Names are not in it: the hash must survive erasure, and
the printed list shows the hash beside the names, so paper and ledger can be held together."""

from typing import Any

from schemas.trips import PassengerStatus
from service.ledger.hashing import content_hash
from service.trips.rules.overview import TripView


def list_content(view: TripView, *, version: int) -> dict[str, Any]:
    """Vehicle, drivers, and for each person on the list: pseudonym, seat, point, role, stand-by."""
    return {
        "v": 1,
        "trip": str(view.id),
        "version": version,
        "vehicle": str(view.course.vehicle_id) if view.course.vehicle_id else None,
        "drivers": sorted(str(each) for each in view.course.driver_ids),
        "passengers": [
            {
                "passenger": str(each.id),
                "worker": str(each.worker_id),
                "role": str(each.role),
                "seat_row": each.seat_row,
                "seat_column": each.seat_column,
                "handover_point": str(each.handover_point_id) if each.handover_point_id else None,
                "stand_by": each.status is PassengerStatus.STAND_BY,
            }
            for each in view.on_list()
        ],
    }


def list_hash(view: TripView, *, version: int) -> str:
    """Lower-case hexadecimal SHA-256 of the list at that version."""
    return content_hash(list_content(view, version=version))
