"""Help texts of the commands that import. Apart from texts.py, so that --help needs no rules."""

from typing import Final

HELP_IMPORT: Final = (
    "检查花名册，与县数据库比对，确认后导入。同一文件再导一次不会重复。\n\n"
    "例：fangang roster import 凡河镇花名册.xlsx\n\n"
    "例：fangang roster import 各村花名册 --township 凡河镇 --dry-run\n\n"
    "退出码：0 完成，2 用法有误或没有确认（没有终端时请加 --yes），3 文件未读取，4 未登录或无权限，"
    "5 有行未导入，6 网络中断（可续传），130 被中断。"
)
HELP_RESUME: Final = (
    "继续一次中断的导入；已写入的不会重复。\n\n例：fangang roster resume R-20200324-7F3A"
)
HELP_STATUS: Final = "查看一次导入进行到哪里。\n\n例：fangang roster status R-20200324-7F3A"
HELP_TOWNSHIP: Final = (
    "乡镇：名称、代码或拼音首字母；默认为账号所属乡镇。表中自带乡镇列的以列为准。"
)
HELP_DRY_RUN: Final = "只检查和比对，不导入。"
HELP_YES: Final = "不再询问，直接导入。"
HELP_ACCEPT_PARTIAL: Final = "有误的人超过20%时也导入其余人员。"
HELP_ALL_OR_NOTHING: Final = "只要有一人有误就整表不导入。"
HELP_REQUIRE_PHONE: Final = "没有电话（或读不出来）的人不导入。"
HELP_SHOW_CHANGES: Final = "列出将更新的每一行和改动的列。"
HELP_RECEIPT: Final = "回执号，如 R-20200324-7F3A。"
HELP_AS_OF: Final = "名册是哪一天的，如 2020-03-24；也按这一天计算年龄。默认今天（北京时间）。"
HELP_UNDO: Final = (
    "撤销一次导入，恢复到导入之前。\n\n"
    "新增的人删除，更新的人恢复到导入前。已编入专车的人、之后又变过的人不能撤销；"
    "超过30天不能撤销。撤销也会记入台账。\n\n"
    "例：fangang roster undo R-20200324-7F3A\n\n"
    "例：fangang roster undo R-20200324-7F3A --yes --reason 选错了文件\n\n"
    "退出码：0 完成，2 没有确认，4 未登录或无权限，5 有人不能撤销，6 网络中断（可原样重试）。"
)
HELP_ABSENT: Final = (
    "列出上次有、本次没有的人。\n\n"
    "指住在表中各村、数据库里有、这次的表里没有的人。不会自动删除任何人。"
    "名单含姓名和证件末四位，查阅会被记录。\n\n"
    "例：fangang roster absent R-20200324-7F3A\n\n"
    "例：fangang roster absent R-20200324-7F3A --xlsx 待核实.xlsx"
)
HELP_UNDO_YES: Final = "不再询问，直接撤销。"
HELP_KEEP_CHANGED: Final = "保留不能撤销的人，只撤销其余的人。"
HELP_REASON: Final = "撤销的原因，随台账封存。"
HELP_XLSX: Final = "写成 .xlsx；已有同名文件时另加编号，不覆盖。"
