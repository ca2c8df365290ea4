"""Help texts of the roster commands. Apart from texts.py, so that --help needs no rules."""

from typing import Final

HELP_GROUP: Final = "花名册：检查、导入、模板。"
HELP_CHECK: Final = (
    "检查花名册（不联网、不需要登录）。\n\n"
    "例：fangang roster check 凡河镇花名册.xlsx\n\n"
    "例：fangang roster check 各村花名册 --json"
)
HELP_TEMPLATE: Final = (
    "写出空白花名册模板（.xlsx）。\n\n例：fangang roster template 花名册模板.xlsx"
)
HELP_FILES: Final = "文件或文件夹，可以多个；- 表示从标准输入读取。"
HELP_JSON: Final = "结果以JSON写到标准输出。"
HELP_INCLUDE_IDS: Final = "JSON中写出完整的身份证号和电话（默认遮盖）。"
HELP_AS_OF: Final = "按哪一天计算年龄，如 2020-03-24；默认今天（北京时间）。"
HELP_MAP: Final = (
    "手工对应列，如 --map '联系方法=phone'；'列名=ignore' 表示不读该列。可重复。"
    "本机按乡镇记住，下次自动使用。"
)
HELP_FORGET: Final = (
    "忘记用 --map 记住的列对应。\n\n例：fangang roster forget-maps --township 凡河镇"
)
HELP_REQUIRE_PHONE: Final = "没有电话（或电话读不出来）的人算作有误。"
HELP_TOWNSHIP: Final = "用哪个乡镇记住的列对应；默认为上次登录的账号所属乡镇。"
HELP_REPORT: Final = "错误清单写到哪个文件；默认写在花名册旁边。"
HELP_NO_REPORT: Final = "不写错误清单。"
HELP_TEMPLATE_PATH: Final = "写到哪个文件。"
