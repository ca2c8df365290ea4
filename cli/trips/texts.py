"""What the trip commands say, in Chinese and English: the one table of this command group."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.texts import choose, get_language


class Text(StrEnum):
    ABOARD = "aboard"
    ABOARD_AT = "aboard-at"
    ACKNOWLEDGED = "acknowledged"
    ARRIVED = "arrived"
    BALANCE = "balance"
    BATCH = "batch"
    BOARDING_POINTS = "boarding-points"
    CHARTER_SIGN = "charter-sign"
    CUSTODY = "custody"
    DATA_SHAPE = "data-shape"
    DATA_WHOLE = "data-whole"
    DATA_WRONG = "data-wrong"
    DEPARTED = "departed"
    DEPARTURE = "departure"
    DESTINATION = "destination"
    EVENT_EXCEPTIONS = "event-exceptions"
    EVENT_KEPT = "event-kept"
    EVENT_RECEIPT = "event-receipt"
    EVENT_RESEND = "event-resend"
    EVENT_STATUS = "event-status"
    EXCEPTIONS = "exceptions"
    EXCEPTION_OF = "exception-of"
    EXPECTED = "expected"
    FIELDS_MISSING = "fields-missing"
    FIELD_TWICE = "field-twice"
    FIELD_UNKNOWN = "field-unknown"
    FILED = "filed"
    FILE_ENDING = "file-ending"
    FILE_EXISTS = "file-exists"
    FILE_MISSING = "file-missing"
    FILE_UNWRITABLE = "file-unwritable"
    FOLLOW = "follow"
    FROM = "from"
    HANDOVER_POINTS = "handover-points"
    HANDOVER_WRITTEN = "handover-written"
    ID = "id"
    KIND_UNKNOWN = "kind-unknown"
    KM = "km"
    MANIFEST_WRITTEN = "manifest-written"
    NAME = "name"
    NOBODY_TO_SIGN = "nobody-to-sign"
    NONE = "none"
    NOTICE = "notice"
    NO_PASSENGER = "no-passenger"
    NO_POINT = "no-point"
    NO_POINTS = "no-points"
    NO_SEAT = "no-seat"
    NO_STATE = "no-state"
    NO_TRIP = "no-trip"
    NO_TRIPS = "no-trips"
    NO_VEHICLE = "no-vehicle"
    NUMBER = "number"
    ONE_PASSENGER = "one-passenger"
    PASSENGER_NEEDED = "passenger-needed"
    PASSENGER_SHAPE = "passenger-shape"
    PASSENGER_UNUSED = "passenger-unused"
    PEOPLE = "people"
    PLATE = "plate"
    POINT_UNUSED = "point-unused"
    PRIVATE_HANDOVER = "private-handover"
    PRIVATE_MANIFEST = "private-manifest"
    PURPOSE = "purpose"
    ROLE = "role"
    ROUTE = "route"
    SEAT = "seat"
    SEAT_AT = "seat-at"
    SEVERAL_PASSENGERS = "several-passengers"
    SEVERAL_POINTS = "several-points"
    SINCE = "since"
    SOURCE = "source"
    STATE = "state"
    TAKEN = "taken"
    TO = "to"
    UUID_SHAPE = "uuid-shape"
    WHOLE_TRIP = "whole-trip"
    WITHOUT_POINT = "without-point"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.ABOARD: ("在车", "aboard"),
        Text.ABOARD_AT: ("{at}（北京时间）车上 {count} 人", "{at} (China time): {count} aboard"),
        Text.ACKNOWLEDGED: ("输入地确认", "acknowledged"),
        Text.ARRIVED: ("实际抵达", "arrived"),
        Text.BALANCE: ("人数平衡", "Sum"),
        Text.BATCH: ("批次", "batch"),
        Text.BOARDING_POINTS: ("上车点", "boarding"),
        Text.CHARTER_SIGN: ("包车标志牌号", "charter sign"),
        Text.CUSTODY: ("责任方", "held by"),
        Text.DATA_SHAPE: (
            "--data 要写成 字段=值，例如 --data temperature=36.5。",
            "--data is field=value, such as --data temperature=36.5.",
        ),
        Text.DATA_WHOLE: ("“{kind}”还不完整：{rule}。", "“{kind}” is not complete: {rule}."),
        Text.DATA_WRONG: (
            "--data {field}（{name}）的值不合要求：{rule}。",
            "--data {field} ({name}) does not fit: {rule}.",
        ),
        Text.DEPARTED: ("实际发车", "departed"),
        Text.DEPARTURE: ("计划发车", "departure"),
        Text.DESTINATION: ("目的地", "destination"),
        Text.EVENT_EXCEPTIONS: (
            "例外：{names}（照实登记；冲正或说明后才能归档）",
            "Exceptions: {names} (correct or explain them before closing)",
        ),
        Text.EVENT_KEPT: ("已留痕：{kind}", "Kept as: {kind}"),
        Text.EVENT_RECEIPT: (
            "回执：事件 {id}  第 {sequence} 条  {at}  {hash}",
            "Receipt: event {id}  no. {sequence}  {at}  {hash}",
        ),
        Text.EVENT_RESEND: (
            "不确定是否已登记。网络恢复后，原样再发一次并加上：--id {id} --at {at}（不会重复登记）",
            "It may or may not be recorded. Send the same again with: --id {id} --at {at}",
        ),
        Text.EVENT_STATUS: ("{status}：{kind}  {who}  {at}", "{status}: {kind}  {who}  {at}"),
        Text.EXCEPTIONS: ("例外", "exceptions"),
        Text.EXCEPTION_OF: ("  {who}：{names}", "  {who}: {names}"),
        Text.EXPECTED: ("预计抵达", "expected"),
        Text.FIELDS_MISSING: (
            "“{kind}”还要写明：{fields}。例如 {example}",
            "“{kind}” needs: {fields}. Such as {example}",
        ),
        Text.FIELD_TWICE: ("--data {field} 写了两次。", "--data {field} stands there twice."),
        Text.FIELD_UNKNOWN: (
            "“{kind}”没有字段 {field}。可用：{fields}。",
            "“{kind}” has no field {field}. Fields: {fields}.",
        ),
        Text.FILED: ("函告输入地", "filed"),
        Text.FILE_ENDING: (
            "文件名要以 .xlsx 结尾，例如 -o 名册.xlsx。",
            "The file's name must end in .xlsx, such as -o list.xlsx.",
        ),
        Text.FILE_EXISTS: (
            "文件已存在：{path}。请换一个文件名，或加 --force 覆盖。",
            "{path} exists. Choose another name, or add --force to overwrite it.",
        ),
        Text.FILE_MISSING: (
            "读不了文件：{path}。请检查路径。",
            "Cannot read {path}. Check the path.",
        ),
        Text.FILE_UNWRITABLE: (
            "写不了文件：{path}。如在WPS中打开，请先关闭；或换一个位置。",
            "Cannot write {path}. Close it if it is open, or choose another place.",
        ),
        Text.FOLLOW: ("接下来可以", "May come next"),
        Text.FROM: ("上座", "from"),
        Text.HANDOVER_POINTS: ("交接点", "handover"),
        Text.HANDOVER_WRITTEN: (
            "人员交接单已写到：{path}（{points} 个交接点，{people} 人，{version}）",
            "Handover sheet written to {path} ({points} points, {people} people, {version})",
        ),
        Text.ID: ("编号", "id"),
        Text.KIND_UNKNOWN: (
            "没有事件“{kind}”。可用：{kinds}",
            "No event “{kind}”. Events: {kinds}",
        ),
        Text.KM: ("{km} 公里", "{km} km"),
        Text.MANIFEST_WRITTEN: (
            "乘客信息登记表已写到：{path}（乘车 {people} 人，候补 {stand_bys} 人，{version}）",
            "Passenger list written to {path} ({people} people, {stand_bys} stand-bys, {version})",
        ),
        Text.NAME: ("姓名", "name"),
        Text.NOBODY_TO_SIGN: (
            "该交接点还没有“已接收”的人员。请先登记接收，再登记签收。",
            "Nobody is received at this point yet. Record who was received first.",
        ),
        Text.NONE: ("无", "none"),
        Text.NOTICE: ("通知", "notice"),
        Text.NO_PASSENGER: (
            "名册上没有“{text}”。请用 fangang trip passengers {trip} 查看。",
            "Nobody “{text}” on the list. See fangang trip passengers {trip}.",
        ),
        Text.NO_POINT: (
            "没有交接点“{text}”。可用：{points}。",
            "No point “{text}”. Points: {points}.",
        ),
        Text.NO_POINTS: (
            "这趟车还没有交接点。请先在方案里填写交接点。",
            "The trip has no handover point yet. Put one into its plan first.",
        ),
        Text.NO_SEAT: ("这辆车没有座位“{text}”。", "The vehicle has no seat “{text}”."),
        Text.NO_STATE: (
            "没有状态“{text}”。可用：{states}。",
            "No state “{text}”. States: {states}.",
        ),
        Text.NO_TRIP: (
            "没有趟次“{text}”。请用 fangang trip list 查看趟次。",
            "No trip “{text}”. See fangang trip list.",
        ),
        Text.NO_TRIPS: ("没有趟次。", "No trips."),
        Text.NO_VEHICLE: (
            "没有车牌为“{text}”的车辆。请核对车牌，或先登记车辆。",
            "No vehicle with the plate “{text}”. Check it, or register the vehicle first.",
        ),
        Text.NUMBER: ("趟次", "trip"),
        Text.ONE_PASSENGER: (
            "--passenger、--seat、--name 只能用一个，也不能再写 --data passenger_id。",
            "Use just one of --passenger, --seat and --name, and no --data passenger_id.",
        ),
        Text.PASSENGER_NEEDED: (
            "“{kind}”要指明人员：--seat 座位，或 --name 姓名（证件末四位），或 --passenger 编号。",
            "“{kind}” needs a person: --seat, --name (or the id's last four), or --passenger.",
        ),
        Text.PASSENGER_SHAPE: (
            "“{text}”不是编号。按座位找用 --seat，按姓名或证件末四位找用 --name。",
            "“{text}” is no id. Use --seat for a seat, --name for a name or the id's last four.",
        ),
        Text.PASSENGER_UNUSED: (
            "“{kind}”说的是整趟车，不用指明人员。",
            "“{kind}” is about the whole trip: name no passenger.",
        ),
        Text.PEOPLE: ("人员", "People"),
        Text.PLATE: ("车牌", "plate"),
        Text.POINT_UNUSED: ("“{kind}”不用交接点。", "“{kind}” has no handover point."),
        Text.PRIVATE_HANDOVER: (
            "文件里有姓名和电话，仅本人可读；用完请删除。本次导出已记录用途。",
            "The file holds names and phones. Delete it after use; this export is recorded.",
        ),
        Text.PRIVATE_MANIFEST: (
            "文件里有完整身份证号，仅本人可读；用完请删除。本次导出已记录用途。",
            "The file holds whole identity numbers. Delete it after use; this export is recorded.",
        ),
        Text.PURPOSE: (
            "用途要写 2 到 200 个字，例如 --purpose 随车名册。",
            "The purpose needs 2 to 200 characters, such as --purpose 'for the escort'.",
        ),
        Text.ROLE: ("类别", "role"),
        Text.ROUTE: ("路线", "route"),
        Text.SEAT: ("座位", "seat"),
        Text.SEAT_AT: ("第{row}排第{column}座", "row {row} seat {column}"),
        Text.SEVERAL_PASSENGERS: (
            "“{text}”有 {count} 人，请用 --passenger 编号：{people}",
            "“{text}” fits {count} people, use --passenger: {people}",
        ),
        Text.SEVERAL_POINTS: (
            "有几个交接点，请用 --point 指明：{points}。",
            "There are several points, name one with --point: {points}.",
        ),
        Text.SINCE: ("自", "since"),
        Text.SOURCE: ("依据", "by"),
        Text.STATE: ("状态", "state"),
        Text.TAKEN: ("人数/座位", "people/places"),
        Text.TO: ("离座", "to"),
        Text.UUID_SHAPE: ("“{text}”不是编号。", "“{text}” is no id."),
        Text.WHOLE_TRIP: ("全车", "whole trip"),
        Text.WITHOUT_POINT: ("未指定交接点", "without a point"),
    }
)


def get_text(text: Text, /, **values: object) -> str:
    return choose(*_TEXTS[text]).format_map(values)


def colon() -> str:
    return ": " if get_language() == "en" else "："


def comma() -> str:
    return ", " if get_language() == "en" else "、"
