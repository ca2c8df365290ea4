"""Rows that the server leaves out: one line each, and one for ten or more of a kind."""

import pytest

from schemas.permissions import Role
from tests.cli.client_commands import Desk, make_line
from tests.cli.workbook_factories import make_xlsx
from tests.factories import World

HEADINGS = ["乡镇", "姓名", "身份证号", "手机号码"]
FIRST_ROWS = "（花名册 第2行、第3行、第4行、第5行、第6行……）"
ELSEWHERE = "不属于您的乡镇，未导入；请由该乡镇或县里导入。"


def _write(desk: Desk, *townships: str) -> None:
    rows = [
        [township, *(make_line(number)[name] for name in ("name", "id_number", "phone"))]
        for number, township in enumerate(townships, start=1)
    ]
    (desk.folder / "表.xlsx").write_bytes(make_xlsx({"花名册": [HEADINGS, *rows]}))


@pytest.mark.parametrize(
    ("count", "lines"),
    [
        (2, [f"  未导入 花名册 第{row}行：{ELSEWHERE}[township-out-of-scope]" for row in (2, 3)]),
        (9, [f"  未导入 花名册 第{row}行：{ELSEWHERE}[township-out-of-scope]" for row in range(2, 11)]),
        (10, [f"  未导入 10 人：{ELSEWHERE}{FIRST_ROWS}[township-out-of-scope]"]),
    ],
)  # fmt: skip
def test_another_townships_rows(world: World, desk: Desk, count: int, lines: list[str]) -> None:
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK))
    _write(desk, *["新台子镇"] * count, "凡河镇", "无此镇")
    done = desk.roster("表.xlsx", "--yes")
    unknown = f"  未导入 花名册 第{count + 3}行：不认识这个乡镇，未导入；"
    shown = done.out.splitlines()
    place = next(n for n, line in enumerate(shown) if line.startswith("与县数据库比对"))
    assert shown[place + 1 : place + 1 + len(lines)] == lines
    assert shown[place + 1 + len(lines)].startswith(unknown)
    assert shown[place + 2 + len(lines)] == (
        f"有 {count + 1} 人因与登记不符或不属本乡镇，未导入（原因见上）。"
    )
    assert (done.code, "1 条已写入" in done.out) == (5, True)
    told = desk.roster("表.xlsx", "--dry-run", "--as-of", "2020-03-25", "--json").json
    assert len(told["plan"]["conflicts"]) == count + 1


def test_what_was_shown_before_is_not_shown_again(world: World, desk: Desk) -> None:
    """A corrected name, and somebody else's: each one line, before the question."""
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK))
    _write(desk, "凡河镇", "凡河镇")
    assert desk.roster("表.xlsx", "--yes").code == 0
    first, second = (make_line(number) for number in (1, 2))
    names = [f"{first['name'][:-1]}玮", "欧阳"]
    rows = [
        ["凡河镇", name, line["id_number"], line["phone"]]
        for name, line in zip(names, (first, second), strict=True)
    ]
    (desk.folder / "表.xlsx").write_bytes(make_xlsx({"花名册": [HEADINGS, *rows]}))
    done = desk.roster("表.xlsx", "--yes")
    assert [done.out.count(f"[{code}]") for code in ("name-changed", "id-name-conflict")] == [1, 1]
    assert done.code == 5
