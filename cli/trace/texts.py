"""What the trace commands say, in Chinese and English: the one table of this command group."""

from schemas.texts import Text


class TraceText(Text):
    ACTOR = ("账号 {actor}", "account {actor}")
    ERASED = ("部分内容已删除", "partly erased")
    EVENT = ("事件 {id}", "event {id}")
    EXCEPTIONS = ("例外：{names}", "exceptions: {names}")
    FILE = ("文件“{file}”", "file “{file}”")
    LATE = ("迟录{span}", "{span} late")
    LIST = ("名册第{version}版", "list version {version}")
    NO = ("否", "no")
    NOTHING = ("没有记录。", "Nothing is recorded.")
    NO_PLATE = (
        "没有车辆“{text}”。请核对车牌。",
        "No vehicle “{text}”. Check the plate.",
    )
    ORIGIN = (
        "  {feed}  {township}  {place}  {outcome}  {at}  回执 {receipt}",
        "  {feed}  {township}  {place}  {outcome}  {at}  receipt {receipt}",
    )
    ORIGINS = ("来源：", "From:")
    PEOPLE = ("{count}人", "{count} people")
    RECORDED = ("登记 {at}", "recorded {at}")
    REVERSED = ("已冲正", "reversed")
    ROW = ("第{row}行", "row {row}")
    SEALED = (
        "封存的内容（体温、地点、备注等）未显示；确有需要请加 --reason 理由（查阅会被记录）。",
        "Sealed details are not shown; add --reason if you need them (this is recorded).",
    )
    SEAT = ("{label}号座", "seat {label}")
    SEATED = ("{name}（{seat}号座）", "{name} (seat {seat})")
    SEAT_AT = ("第{row}排第{column}座", "row {row} seat {column}")
    SHEET = ("表“{sheet}”", "sheet “{sheet}”")
    TIMELINE = ("轨迹（北京时间）：{count} 条", "Events (China time): {count}")
    UNDONE = ("{at} 已撤销", "undone {at}")
    YES = ("是", "yes")
