"""All kinds of events (`subject.past_participle`) with their names in Chinese and English; mode, source,
nature, streams and their order of locking, subjects; the codes of exceptions.

Nothing else may be recorded.
"""

from enum import StrEnum


class EventKind(StrEnum):
    ACCESS_EXPORTED = "access.exported"
    ACCESS_LISTED = "access.listed"
    ACCESS_REVEALED = "access.revealed"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_LOGGED_IN = "account.logged_in"
    ACCOUNT_LOGGED_OUT = "account.logged_out"
    ACCOUNT_LOGIN_FAILED = "account.login_failed"
    ACCOUNT_PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 (a kind, not a password)
    ACCOUNT_SCOPE_CHANGED = "account.scope_changed"
    APPROVAL_CONFIRMED = "approval.confirmed"
    BATCH_CANCELLED = "batch.cancelled"
    BATCH_CHANGED = "batch.changed"
    BATCH_OPENED = "batch.opened"
    CAPTAIN_NAMED = "captain.named"
    CARRIER_CHANGED = "carrier.changed"
    CARRIER_REGISTERED = "carrier.registered"
    CONTACTS_ANSWERED = "contacts.answered"
    CONTACTS_ASKED = "contacts.asked"
    DRIVER_CHANGED = "driver.changed"
    DRIVER_REGISTERED = "driver.registered"
    DRIVER_REPLACED = "driver.replaced"
    ENTERPRISE_CHANGED = "enterprise.changed"
    ENTERPRISE_REGISTERED = "enterprise.registered"
    ESCORT_REPLACED = "escort.replaced"
    EVENT_REVERSED = "event.reversed"
    EXCEPTION_EXPLAINED = "exception.explained"
    FILING_ACKNOWLEDGED = "filing.acknowledged"
    HANDOVER_SIGNED = "handover.signed"
    INCIDENT_REPORTED = "incident.reported"
    INCIDENT_SETTLED = "incident.settled"
    KIT_ISSUED = "kit.issued"
    MANIFEST_LOCKED = "manifest.locked"
    MANIFEST_UNLOCKED = "manifest.unlocked"
    PASSENGER_ASSIGNED = "passenger.assigned"
    PASSENGER_BOARDED = "passenger.boarded"
    PASSENGER_BOARDING_REFUSED = "passenger.boarding_refused"
    PASSENGER_CHECKED_IN = "passenger.checked_in"
    PASSENGER_CONSENT_RECORDED = "passenger.consent_recorded"
    PASSENGER_DENIED = "passenger.denied"
    PASSENGER_EXEMPTED = "passenger.exempted"
    PASSENGER_FEVER_FOUND = "passenger.fever_found"
    PASSENGER_FOUND = "passenger.found"
    PASSENGER_FOUND_ABOARD = "passenger.found_aboard"
    PASSENGER_LEFT = "passenger.left"
    PASSENGER_LINKED = "passenger.linked"
    PASSENGER_MISSING = "passenger.missing"
    PASSENGER_MOVED = "passenger.moved"
    PASSENGER_NO_SHOW = "passenger.no_show"
    PASSENGER_NOTED = "passenger.noted"
    PASSENGER_NOTIFIED = "passenger.notified"
    PASSENGER_RECEIVED = "passenger.received"
    PASSENGER_REFUSED = "passenger.refused"
    PASSENGER_RETURNED = "passenger.returned"
    PASSENGER_SEAT_CHANGED = "passenger.seat_changed"
    PASSENGER_SUBSTITUTED = "passenger.substituted"
    PASSENGER_TRANSFERRED = "passenger.transferred"
    PASSENGER_UNASSIGNED = "passenger.unassigned"
    POLICY_LOADED = "policy.loaded"
    POLICY_SWITCHED = "policy.switched"
    RISK_AREAS_LOADED = "risk_areas.loaded"
    ROSTER_APPLIED = "roster.applied"
    ROSTER_UNDONE = "roster.undone"
    STOP_BEGUN = "stop.begun"
    STOP_ENDED = "stop.ended"
    STRANDED_PERSON_CALLED = "stranded_person.called"
    STRANDED_PERSON_REQUESTED = "stranded_person.requested"
    TEMPERATURE_ROUND_TAKEN = "temperature_round.taken"
    TRIP_ARRIVED = "trip.arrived"
    TRIP_BOARDING_OPENED = "trip.boarding_opened"
    TRIP_CANCELLED = "trip.cancelled"
    TRIP_CHANGED = "trip.changed"
    TRIP_CLOSED = "trip.closed"
    TRIP_DELAYED = "trip.delayed"
    TRIP_DEPARTED = "trip.departed"
    TRIP_FILED = "trip.filed"
    TRIP_HELD_UP = "trip.held_up"
    TRIP_OPENED = "trip.opened"
    TRIP_RESUMED = "trip.resumed"
    TRIP_RETURNED = "trip.returned"
    TRIP_TURNED_BACK = "trip.turned_back"
    VEHICLE_CHANGED = "vehicle.changed"
    VEHICLE_DISINFECTED = "vehicle.disinfected"
    VEHICLE_INSPECTED = "vehicle.inspected"
    VEHICLE_REGISTERED = "vehicle.registered"
    VEHICLE_REPLACED = "vehicle.replaced"
    VEHICLE_VENTILATED = "vehicle.ventilated"
    WORKER_CHANGED = "worker.changed"
    WORKER_HEALTH_NOTED = "worker.health_noted"
    WORKER_HELD = "worker.held"
    WORKER_HOLD_RELEASED = "worker.hold_released"
    WORKER_TRAVEL_CHANGED = "worker.travel_changed"
    WORKER_WITHDRAWN = "worker.withdrawn"


class Mode(StrEnum):
    """`live` passes the gate and may be refused; `afterwards` tells what already happened."""

    AFTERWARDS = "afterwards"
    LIVE = "live"


class Source(StrEnum):
    """How the statement reached us; what was typed in from paper or a call stays visible as such."""

    API = "api"
    APP = "app"
    CLI = "cli"
    PAPER = "paper"
    TELEPHONE = "telephone"


class Nature(StrEnum):
    """A decision is judged against the present; an observation tells what happened."""

    DECISION = "decision"
    OBSERVATION = "observation"


class StreamKind(StrEnum):
    """Where an event lives; also the order in which streams are locked (trips before workers)."""

    TRIP = "trip"
    WORKER = "worker"
    BATCH = "batch"
    IMPORT = "import"
    ACCOUNT = "account"
    COUNTY = "county"


class SubjectKind(StrEnum):
    """Whose fold reads the event."""

    ACCOUNT = "account"
    BATCH = "batch"
    COUNTY = "county"
    IMPORT = "import"
    PASSENGER = "passenger"
    TRIP = "trip"
    WORKER = "worker"


class ExceptionCode(StrEnum):
    """What does not fit, recorded beside the fact. It blocks closing until corrected or explained."""

    ABOARD_ELSEWHERE = "aboard-elsewhere"
    BOARDED_AFTER_DEPARTURE = "boarded-after-departure"
    BOARDED_AGAINST_CLEARANCE = "boarded-against-clearance"
    BOARDED_THOUGH_DENIED = "boarded-though-denied"
    BOARDED_TWICE = "boarded-twice"
    CLOCK_AHEAD = "clock-ahead"
    CONTRADICTS = "contradicts"
    COUNT_DIFFERS = "count-differs"
    DEPARTED_EMPTY = "departed-empty"
    DRIVER_BUSY = "driver-busy"
    ESCORT_BUSY = "escort-busy"
    MANIFEST_NOT_LOCKED = "manifest-not-locked"
    MINOR_UNACCOMPANIED = "minor-unaccompanied"
    MOVED_NOT_ARRIVED = "moved-not-arrived"
    NOT_DISINFECTED = "not-disinfected"
    NOT_ON_LIST = "not-on-list"
    OPEN_AFTER_CLOSING = "open-after-closing"
    OTHER_DESTINATION = "other-destination"
    OUT_OF_ORDER = "out-of-order"
    OVER_CAPACITY = "over-capacity"
    RECEIVED_BEFORE_ARRIVAL = "received-before-arrival"
    RECEIVED_BY_ANOTHER = "received-by-another"
    RECEIVED_WITHOUT_BOARDING = "received-without-boarding"
    REVERSAL_WAITS = "reversal-waits"
    SEAT_TAKEN = "seat-taken"
    SEAT_UNKNOWN = "seat-unknown"
    SIGNED_NOT_RECEIVED = "signed-not-received"
    UNREGISTERED = "unregistered"
    VEHICLE_BUSY = "vehicle-busy"


_K = EventKind

EVENT_NAMES: dict[EventKind, tuple[str, str]] = {
    _K.ACCESS_EXPORTED: ("导出名单", "list exported"),
    _K.ACCESS_LISTED: ("查看名单", "list read"),
    _K.ACCESS_REVEALED: ("查看明文", "person revealed"),
    _K.ACCOUNT_CREATED: ("开立账号", "account created"),
    _K.ACCOUNT_DISABLED: ("停用账号", "account disabled"),
    _K.ACCOUNT_LOGGED_IN: ("登录", "logged in"),
    _K.ACCOUNT_LOGGED_OUT: ("退出", "logged out"),
    _K.ACCOUNT_LOGIN_FAILED: ("登录失败", "login failed"),
    _K.ACCOUNT_PASSWORD_CHANGED: ("修改密码", "password changed"),
    _K.ACCOUNT_SCOPE_CHANGED: ("调整范围", "scope changed"),
    _K.APPROVAL_CONFIRMED: ("确认电话批准", "approval confirmed"),
    _K.BATCH_CANCELLED: ("取消批次", "batch cancelled"),
    _K.BATCH_CHANGED: ("修改批次", "batch changed"),
    _K.BATCH_OPENED: ("建立批次", "batch opened"),
    _K.CAPTAIN_NAMED: ("指定车长", "captain named"),
    _K.CARRIER_CHANGED: ("修改承运单位", "carrier changed"),
    _K.CARRIER_REGISTERED: ("登记承运单位", "carrier registered"),
    _K.CONTACTS_ANSWERED: ("同乘人员查询有答复", "contacts answered"),
    _K.CONTACTS_ASKED: ("查询同乘人员", "contacts asked"),
    _K.DRIVER_CHANGED: ("修改驾驶员", "driver changed"),
    _K.DRIVER_REGISTERED: ("登记驾驶员", "driver registered"),
    _K.DRIVER_REPLACED: ("更换驾驶员", "driver replaced"),
    _K.ENTERPRISE_CHANGED: ("修改企业", "enterprise changed"),
    _K.ENTERPRISE_REGISTERED: ("登记企业", "enterprise registered"),
    _K.ESCORT_REPLACED: ("更换领队", "escort replaced"),
    _K.EVENT_REVERSED: ("冲正", "reversed"),
    _K.EXCEPTION_EXPLAINED: ("说明例外", "exception explained"),
    _K.FILING_ACKNOWLEDGED: ("输入地确认", "filing acknowledged"),
    _K.HANDOVER_SIGNED: ("签收交接", "handover signed"),
    _K.INCIDENT_REPORTED: ("报告事件", "incident reported"),
    _K.INCIDENT_SETTLED: ("情况了结", "incident settled"),
    _K.KIT_ISSUED: ("发放物资", "kit issued"),
    _K.MANIFEST_LOCKED: ("锁定名册", "manifest locked"),
    _K.MANIFEST_UNLOCKED: ("解锁名册", "manifest unlocked"),
    _K.PASSENGER_ASSIGNED: ("编入专车", "assigned"),
    _K.PASSENGER_BOARDED: ("上车", "boarded"),
    _K.PASSENGER_BOARDING_REFUSED: ("上车被拦", "boarding refused"),
    _K.PASSENGER_CHECKED_IN: ("点名", "checked in"),
    _K.PASSENGER_CONSENT_RECORDED: ("监护人同意", "guardian's consent"),
    _K.PASSENGER_DENIED: ("不准上车", "denied"),
    _K.PASSENGER_EXEMPTED: ("破例放行", "let pass"),
    _K.PASSENGER_FEVER_FOUND: ("记录情况", "noted"),
    _K.PASSENGER_FOUND: ("找到", "found"),
    _K.PASSENGER_FOUND_ABOARD: ("名单外在车", "found aboard"),
    _K.PASSENGER_LEFT: ("途中离开", "left"),
    _K.PASSENGER_LINKED: ("认定人员", "linked"),
    _K.PASSENGER_MISSING: ("失联", "missing"),
    _K.PASSENGER_MOVED: ("换乘", "moved"),
    _K.PASSENGER_NO_SHOW: ("未到", "no-show"),
    _K.PASSENGER_NOTED: ("记录情况", "noted"),
    _K.PASSENGER_NOTIFIED: ("通知", "notified"),
    _K.PASSENGER_RECEIVED: ("接收", "received"),
    _K.PASSENGER_REFUSED: ("未接收", "refused"),
    _K.PASSENGER_RETURNED: ("返回", "returned"),
    _K.PASSENGER_SEAT_CHANGED: ("换座", "seat changed"),
    _K.PASSENGER_SUBSTITUTED: ("候补顶替", "substituted"),
    _K.PASSENGER_TRANSFERRED: ("途中离开", "left"),
    _K.PASSENGER_UNASSIGNED: ("移出名册", "unassigned"),
    _K.POLICY_LOADED: ("载入防控政策", "policy loaded"),
    _K.POLICY_SWITCHED: ("改用防控政策", "policy switched"),
    _K.RISK_AREAS_LOADED: ("载入风险等级", "risk levels loaded"),
    _K.ROSTER_APPLIED: ("导入名册", "roster applied"),
    _K.ROSTER_UNDONE: ("撤销导入", "roster undone"),
    _K.STOP_BEGUN: ("停靠", "stop begun"),
    _K.STOP_ENDED: ("停靠结束", "stop ended"),
    _K.STRANDED_PERSON_CALLED: ("致电滞留人员", "stranded person called"),
    _K.STRANDED_PERSON_REQUESTED: ("发协助函", "letter of request written"),
    _K.TEMPERATURE_ROUND_TAKEN: ("全车测温", "temperature round"),
    _K.TRIP_ARRIVED: ("抵达", "arrived"),
    _K.TRIP_BOARDING_OPENED: ("开始上车", "boarding opened"),
    _K.TRIP_CANCELLED: ("取消趟次", "trip cancelled"),
    _K.TRIP_CHANGED: ("修改方案", "plan changed"),
    _K.TRIP_CLOSED: ("归档", "trip closed"),
    _K.TRIP_DELAYED: ("晚点", "delayed"),
    _K.TRIP_DEPARTED: ("发车", "departed"),
    _K.TRIP_FILED: ("函告输入地", "plan filed"),
    _K.TRIP_HELD_UP: ("途中受阻", "held up"),
    _K.TRIP_OPENED: ("建立趟次", "trip opened"),
    _K.TRIP_RESUMED: ("恢复行驶", "resumed"),
    _K.TRIP_RETURNED: ("返回出发地", "trip returned"),
    _K.TRIP_TURNED_BACK: ("被劝返", "turned back"),
    _K.VEHICLE_CHANGED: ("修改车辆", "vehicle changed"),
    _K.VEHICLE_DISINFECTED: ("车辆消毒", "vehicle disinfected"),
    _K.VEHICLE_INSPECTED: ("出车前检查", "vehicle inspected"),
    _K.VEHICLE_REGISTERED: ("登记车辆", "vehicle registered"),
    _K.VEHICLE_REPLACED: ("更换车辆", "vehicle replaced"),
    _K.VEHICLE_VENTILATED: ("车辆通风", "vehicle ventilated"),
    _K.WORKER_CHANGED: ("更正登记", "details corrected"),
    _K.WORKER_HEALTH_NOTED: ("健康记录", "health noted"),
    _K.WORKER_HELD: ("暂缓出行", "held"),
    _K.WORKER_HOLD_RELEASED: ("解除暂缓", "hold released"),
    _K.WORKER_TRAVEL_CHANGED: ("暂缓或解除暂缓", "held or released"),
    _K.WORKER_WITHDRAWN: ("撤出", "withdrawn"),
}

EXCEPTION_NAMES: dict[ExceptionCode, tuple[str, str]] = {
    ExceptionCode.ABOARD_ELSEWHERE: ("人在另一趟车上", "aboard another vehicle"),
    ExceptionCode.BOARDED_AFTER_DEPARTURE: ("发车后上车", "boarded after departure"),
    ExceptionCode.BOARDED_THOUGH_DENIED: ("未准上车却已上车", "boarded though denied"),
    ExceptionCode.BOARDED_AGAINST_CLEARANCE: (
        "核验未通过而上车",
        "boarded against the clearance",
    ),
    ExceptionCode.REVERSAL_WAITS: ("要冲正的记录尚未收到", "reverses what has not come in"),
    ExceptionCode.BOARDED_TWICE: ("重复上车", "boarded twice"),
    ExceptionCode.CLOCK_AHEAD: ("设备时间偏快", "device clock ahead"),
    ExceptionCode.MINOR_UNACCOMPANIED: (
        "车上有未成年人无人照看",
        "a minor aboard without guardian or companion",
    ),
    ExceptionCode.MOVED_NOT_ARRIVED: ("换乘后未见上车", "moved, not seen aboard there"),
    ExceptionCode.CONTRADICTS: ("两台设备登记不一致", "two devices contradict"),
    ExceptionCode.COUNT_DIFFERS: ("清点人数不符", "head count differs"),
    ExceptionCode.DEPARTED_EMPTY: ("发车时无人登记上车", "departed with nobody recorded aboard"),
    ExceptionCode.DRIVER_BUSY: ("驾驶员同时在另一趟车上", "driver on another trip at that time"),
    ExceptionCode.ESCORT_BUSY: (
        "领队同时在另一批次的车上",
        "escort on a trip of another batch at that time",
    ),
    ExceptionCode.MANIFEST_NOT_LOCKED: ("名册未锁定", "manifest not locked"),
    ExceptionCode.NOT_DISINFECTED: ("上车前未消毒", "not disinfected before boarding"),
    ExceptionCode.NOT_ON_LIST: ("不在名册上", "not on the list"),
    ExceptionCode.OPEN_AFTER_CLOSING: (
        "归档后又有人没有去向",
        "somebody unaccounted for after closing",
    ),
    ExceptionCode.OTHER_DESTINATION: ("与本人登记的去向不同", "wants to go to another city"),
    ExceptionCode.OUT_OF_ORDER: ("先后顺序不合", "out of order"),
    ExceptionCode.OVER_CAPACITY: ("超员", "over capacity"),
    ExceptionCode.RECEIVED_BEFORE_ARRIVAL: ("抵达前已接收", "received before arrival"),
    ExceptionCode.RECEIVED_BY_ANOTHER: (
        "未成年人不是由指定的人接收",
        "a minor was not received by the person named",
    ),
    ExceptionCode.RECEIVED_WITHOUT_BOARDING: ("未上车却已接收", "received without boarding"),
    ExceptionCode.SEAT_TAKEN: ("座位重复", "seat taken"),
    ExceptionCode.SEAT_UNKNOWN: ("没有这个座位", "no such seat"),
    ExceptionCode.SIGNED_NOT_RECEIVED: ("已签收但未登记接收", "signed for, not received"),
    ExceptionCode.UNREGISTERED: ("未登记人员", "in no registry"),
    ExceptionCode.VEHICLE_BUSY: ("车辆同时在另一趟车上", "vehicle on another trip at that time"),
}
