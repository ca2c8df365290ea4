"""What the worker commands say, in Chinese and English: the one table of this command group."""

from schemas.texts import Text


class WorkerText(Text):
    ASK_CHANGE = (
        "要改的一项，如“手机号码=15400001234”（等号后留空表示清空；直接回车结束）：",
        "What to change, as in phone=15400001234 (nothing after = empties; Enter ends): ",
    )
    ASK_FIND = ("身份证号、手机号或姓名：", "Identity number, phone or name: ")
    ASK_WHY = ("为什么恢复（如“登记错人”）：", "Why (as in “the wrong person”): ")
    CHANGED = (
        "已更正：{fields}（第{version}版）",
        "Corrected: {fields} (version {version})",
    )
    CLEARED = ("正常", "nothing against travelling")
    DEMAND = (
        "出行需求：{state}  {where}  {employer}  {window}",
        "Demand: {state}  {where}  {employer}  {window}",
    )
    DEMAND_CANCELLED = ("出行需求已取消。", "The travel demand is cancelled.")
    DEMAND_OPEN = ("出行需求重新待安排。", "The travel demand is open again.")
    FIELD_FIXED = (
        (
            "身份证号不能改：号码不同就不是同一个人。请把此人撤出"
            "（fangang worker withdraw {worker} --reason 重复），用正确的号码另行导入。"
        ),
        (
            "The identity number stays: another number is another person. Withdraw this one "
            "(fangang worker withdraw {worker} --reason duplicate) and import the right one."
        ),
    )
    FIELD_TWICE = (
        "“{field}”写了两次。请只留一行；没有改动任何内容。",
        "“{field}” stands there twice. Keep one line; nothing was changed.",
    )
    FIELD_UNKNOWN = (
        "第{line}行的“{field}”不能更正或认不出。可以改：{fields}。没有改动任何内容。",
        "Line {line}: “{field}” is unknown or cannot be changed. Possible: {fields}. Nothing was changed.",
    )
    FIELD_WRONG = (
        "没有改动任何内容，请改正后重来：\n{problems}",
        "Nothing was changed. Mend and try again:\n{problems}",
    )
    HELD = ("暂缓出行", "on hold")
    IDENTITY = (
        "{name}  {id_number}  {gender}  {role}",
        "{name}  {id_number}  {gender}  {role}",
    )
    LINE_SHAPE = (
        "第{line}行没有等号。请写成“手机号码=15400001234”；没有改动任何内容。",
        "Line {line} has no equals sign. Write phone=15400001234; nothing was changed.",
    )
    NOBODY = (
        "没有找到；也可能不在您的乡镇。",
        "Nobody found; perhaps not of your township.",
    )
    NOTHING_TO_CHANGE = ("没有输入要改的内容。", "Nothing to change.")
    NOTHING_TO_FIND = ("没有输入要查找的内容。", "Nothing to look for.")
    NOT_WITHDRAWN = (
        "{name} 没有撤出，不用恢复。",
        "{name} is not withdrawn: nothing to undo.",
    )
    NO_DEMAND = ("出行需求：无", "Demand: none")
    NO_REASON = (
        "请写明原因：--reason {reasons}；要恢复请用 --undo。",
        "Say why: --reason {reasons}; to take it back: --undo.",
    )
    NO_WHY = ("没有写为什么恢复，没有改动。", "No reason given: nothing was changed.")
    ORIGINS = ("来源：", "From:")
    PLACE = (
        "{township}  {village}  电话 {phone}（{reachable}）",
        "{township}  {village}  phone {phone} ({reachable})",
    )
    REASON_AND_UNDO = (
        "--reason 和 --undo 只能用一个。",
        "Either --reason or --undo, not both.",
    )
    REASON_UNKNOWN = (
        "没有“{reason}”这个原因。可以用：{reasons}。",
        "No such reason: “{reason}”. Possible: {reasons}.",
    )
    REACHABLE = ("能联系上", "reachable")
    RESTORED = ("已恢复：{name}。", "Restored: {name}.")
    SEATED = (
        "此人已编入专车，座位还留着。请告知县协调员移出名册：{command}",
        "This person has a seat and keeps it. The coordinator must take it back: {command}",
    )
    SEATED_ON = (
        "fangang trip event {trip} 移出名册 --passenger {passenger}",
        "fangang trip event {trip} passenger.unassigned --passenger {passenger}",
    )
    SIXTEEN = ("  {day} 满16周岁", "  16 on {day}")
    STATE = (
        "状态：{state}  编号 {id}  第{version}版",
        "State: {state}  id {id}  version {version}",
    )
    UNCHANGED = (
        "与登记的一致，没有改动。",
        "This is what stands there already; nothing was changed.",
    )
    UNREACHABLE = ("联系不上", "cannot be reached")
    WITHDRAWN = ("已撤出", "withdrawn")
    WITHDRAWN_AT = ("已撤出（{at}）", "withdrawn ({at})")
    WITHDRAWN_NOW = (
        "已撤出：{name}，{reason}。登记错了可以恢复：fangang worker withdraw {id} --undo",
        "Withdrawn: {name}, {reason}. To take it back: fangang worker withdraw {id} --undo",
    )
