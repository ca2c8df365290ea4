"""Words of trips and passengers: states that the wire shows."""

from enum import StrEnum


class TripState(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    FILED = "filed"
    LOCKED = "locked"
    BOARDING = "boarding"
    IN_TRANSIT = "in_transit"
    HELD_UP = "held_up"
    ARRIVED = "arrived"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    TURNED_BACK = "turned_back"


class PassengerStatus(StrEnum):
    """`expected` is only the fold's beginning: nothing has been said about the person yet."""

    EXPECTED = "expected"
    LISTED = "listed"
    STAND_BY = "stand_by"
    CHECKED_IN = "checked_in"
    BOARDED = "boarded"
    DENIED = "denied"
    NO_SHOW = "no_show"
    LEFT = "left"
    TRANSFERRED = "transferred"
    MOVED = "moved"
    RECEIVED = "received"
    REFUSED = "refused"
    MISSING = "missing"
    RETURNED = "returned"
    REMOVED = "removed"


TRIP_STATE_NAMES: dict[TripState, tuple[str, str]] = {
    TripState.DRAFT: ("草拟", "draft"),
    TripState.READY: ("方案齐备", "plan ready"),
    TripState.FILED: ("已函告输入地", "filed"),
    TripState.LOCKED: ("名册锁定", "manifest locked"),
    TripState.BOARDING: ("组织上车", "boarding"),
    TripState.IN_TRANSIT: ("在途", "in transit"),
    TripState.HELD_UP: ("途中受阻", "held up"),
    TripState.ARRIVED: ("已抵达", "arrived"),
    TripState.HANDED_OVER: ("已交接", "handed over"),
    TripState.CLOSED: ("已归档", "closed"),
    TripState.CANCELLED: ("已取消", "cancelled"),
    TripState.RETURNED: ("中途返回", "returned"),
    TripState.TURNED_BACK: ("被劝返（未准入）", "turned back"),
}

PASSENGER_STATUS_NAMES: dict[PassengerStatus, tuple[str, str]] = {
    PassengerStatus.EXPECTED: ("未登记", "not recorded"),
    PassengerStatus.LISTED: ("已编入专车", "listed"),
    PassengerStatus.STAND_BY: ("候补", "stand-by"),
    PassengerStatus.CHECKED_IN: ("已点名", "checked in"),
    PassengerStatus.BOARDED: ("已上车", "boarded"),
    PassengerStatus.DENIED: ("未准上车", "denied"),
    PassengerStatus.NO_SHOW: ("未到", "no-show"),
    PassengerStatus.LEFT: ("途中离开", "left"),
    PassengerStatus.TRANSFERRED: ("已移交医疗机构", "transferred"),
    PassengerStatus.MOVED: ("已换乘", "moved"),
    PassengerStatus.RECEIVED: ("已接收", "received"),
    PassengerStatus.REFUSED: ("企业未接收", "refused"),
    PassengerStatus.MISSING: ("失联", "missing"),
    PassengerStatus.RETURNED: ("随车返回", "returned"),
    PassengerStatus.REMOVED: ("已移出", "removed"),
}
