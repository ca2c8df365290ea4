"""What is said about the error codes of who rode with whom, in Chinese and English: status, what is wrong, the
next step.
"""

from schemas.errors import ErrorCode, Message

_E = ErrorCode

CONTACTS: dict[ErrorCode, Message] = {
    _E.CONTACTS_PURPOSE: Message(
        403,
        (
            "这个账号只能为处置事故查询同乘人员",
            "处置事故请把用途写成“事故”（accident）；流调查询由卫健账号办理。",
        ),
        (
            "this account asks who rode with whom for an accident only",
            "Give the purpose accident; for an investigation a health officer asks.",
        ),
    ),
    _E.NAME_UNKNOWN: Message(
        404,
        (
            "没有查到这个人",
            "请核对证件号、电话或姓名（姓名要与登记的一字不差）；也可以改用车牌、日期和座位查。",
        ),
        (
            "nobody is known by this",
            "Check number, phone or name (exactly as registered); or ask by plate, date and seat.",
        ),
    ),
    _E.NO_TRIP_THEN: Message(
        404,
        ("这一天没有趟次", "请核对日期；跨天的趟次，发车日和到达日都能查到。"),
        (
            "there was no trip on that day",
            "Check the day; a trip is found on every day on which it was under way.",
        ),
    ),
    _E.SEAT_ABSENT: Message(
        404,
        ("这辆车上没有这个座位", "请按座位上写的号码填写；记不清的，不填座位，查全车。"),
        (
            "the vehicle has no such seat",
            "Write it as it is painted on the seat; if in doubt leave it out and ask for the whole vehicle.",
        ),
    ),
    _E.VEHICLE_UNKNOWN: Message(
        404,
        (
            "没有这个车牌或车次",
            "请核对车牌（火车填车厢编号）；也可以改用乘车人的姓名或证件号查。",
        ),
        (
            "no vehicle has this plate or designation",
            "Check it (of a train the carriage's designation); or ask by a passenger's name or number.",
        ),
    ),
}
