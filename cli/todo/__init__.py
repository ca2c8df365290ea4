"""`fangang roster todo`: what is missing about the people of a township.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

HELP_TODO: Final = (
    "列出本乡镇登记不全的人。\n\n"
    "包括没有能联系上的电话、儿童没有监护人、出发日期或务工地看不出来的。"
    "名单含姓名和证件末四位，查阅会被记录。\n\n"
    "例：fangang roster todo\n\n"
    "例：fangang roster todo --xlsx 待补清单.xlsx"
)
_HELP_TOWNSHIP: Final = "乡镇：名称、代码或拼音首字母；默认为账号所属乡镇。"
_HELP_XLSX: Final = "写成 .xlsx 交给村里补填，填好后可直接导入；已有同名文件时另加编号，不覆盖。"


def todo(
    *,
    township: Annotated[str, typer.Option("--township", help=_HELP_TOWNSHIP)] = "",
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=_HELP_XLSX)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="结果以JSON写到标准输出。")] = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.todo.listing import show_todo  # noqa: PLC0415 - keeps --help fast

    with connect() as api:
        show_todo(api, township=township, file=xlsx, as_json=as_json)
