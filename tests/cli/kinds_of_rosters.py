"""Clean rosters to which one kind of trouble is done at a random place, with everybody who is in them."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.cli.workbook_factories import make_xlsx
from tests.schemas.roster_factories import make_id, make_phone

COLUMNS: Final = ("姓名", "身份证号", "手机号码", "村", "务工地", "用工单位", "拟出发日期", "备注")
_VILLAGES: Final = ("东兴村", "新立村", "大台村", "松山村")
Row = list[str]


@dataclass
class Drawn:
    """`people`: number → the values of that person by heading. `outside`: those who stand where nobody
    reads; `is_text`: the file is a csv.
    """

    rows: list[Row]
    people: dict[str, dict[str, str]]
    is_text: bool
    outside: set[str] = field(default_factory=set)
    not_people: set[str] = field(default_factory=set)

    def to_bytes(self) -> bytes:
        if not self.is_text:
            return make_xlsx({"花名册": self.rows})
        text = io.StringIO(newline="")
        csv.writer(text).writerows(self.rows)
        return text.getvalue().encode()


def draw_clean(chance: Random) -> Drawn:
    """People in their villages, with employer and destination that nobody else has."""
    count, people, rows = chance.randint(4, 9), {}, [list(COLUMNS)]
    for number in range(1, count + 1):
        village = _VILLAGES[number * 2 // (count + 1)]
        values = dict(
            zip(
                COLUMNS,
                (
                    "王" + "一二三四五六七八九"[number - 1],
                    make_id(number),
                    make_phone(number),
                    village,
                    f"苏州{'甲乙丙丁戊己庚辛壬'[number - 1]}区",
                    f"合成{'子丑寅卯辰巳午未申'[number - 1]}厂",
                    f"2020-04-{number:02d}",
                    chance.choice(("", "带行李")),
                ),
                strict=True,
            )
        )
        people[values["身份证号"]] = values
        rows.append([values[heading] for heading in COLUMNS])
    return Drawn(rows, people, is_text=chance.random() < 0.5)


def _pick(drawn: Drawn, chance: Random) -> int:
    return chance.randrange(1, len(drawn.rows))


def add_example(drawn: Drawn, chance: Random) -> None:
    drawn.rows = [
        ["序号", *drawn.rows[0]],
        *([str(n), *r] for n, r in enumerate(drawn.rows[1:], 1)),
    ]
    number = make_id(99)
    cells = ["张三", number, make_phone(99), "东兴村", "苏州", "合成厂", "2020-04-01", ""]
    first = chance.choice(("示例", "例", "样表", "【示例】", "例1"))
    drawn.rows.insert(chance.randint(1, len(drawn.rows)), [first, *cells])
    drawn.not_people.add(number)


def begin_another_table(drawn: Drawn, chance: Random) -> None:
    place, order = _pick(drawn, chance), list(range(len(COLUMNS)))
    chance.shuffle(order)
    below = [[row[each] for each in order] for row in (drawn.rows[0], *drawn.rows[place:])]
    title = [["二组返岗人员名单"]] if chance.random() < 0.5 else []
    drawn.rows = [*drawn.rows[:place], *title, *below]


def set_side_by_side(drawn: Drawn, chance: Random) -> None:
    heading, people = drawn.rows[0], drawn.rows[1:]
    half, gap = (len(people) + 1) // 2, [""] * chance.randint(0, 1)
    blank = [""] * len(heading)
    right = [*people[half:], *[blank] * (2 * half - len(people))]
    drawn.rows = [
        [*one, *gap, *other]
        for one, other in zip((heading, *people[:half]), (heading, *right), strict=True)
    ]


def leave_out_below(drawn: Drawn, chance: Random) -> None:
    mark = chance.choice(("", "同上", "〃", '"'))
    if mark:
        column = chance.choice(("村", "务工地", "用工单位", "拟出发日期"))
        place = COLUMNS.index(column)
        row = chance.randrange(2, len(drawn.rows))
        number = drawn.rows[row][1]
        drawn.people[number][column] = drawn.rows[row - 1][place]
        drawn.rows[row][place] = mark
        return
    drawn.is_text = True
    place = COLUMNS.index("村")
    for row in range(len(drawn.rows) - 1, 1, -1):
        if drawn.rows[row][place] == drawn.rows[row - 1][place]:
            drawn.rows[row][place] = ""


def name_villages_in_rows(drawn: Drawn, chance: Random) -> None:
    place = COLUMNS.index("村")
    shape = chance.choice(("{}", "一、{}（3人）", "{}："))
    rows, last = [drawn.rows[0]], ""
    for row in drawn.rows[1:]:
        if row[place] != last:
            rows.append([shape.format(row[place])])
            last = row[place]
        rows.append(row)
    drawn.rows = [
        [cell for at, cell in enumerate(row) if at != place] if len(row) > 1 else row
        for row in rows
    ]


def make_ragged(drawn: Drawn, chance: Random) -> None:
    drawn.is_text = True
    for row in drawn.rows[1:]:
        row[-1] = "有"
        drawn.people[row[1]]["备注"] = "有"
    row = drawn.rows[_pick(drawn, chance)]
    place = chance.randrange(1, len(row))
    if chance.random() < 0.5:
        row.insert(place, chance.choice(("", "另")))
    else:
        del row[place]


def put_outside(drawn: Drawn, chance: Random) -> None:
    number = make_id(88)
    drawn.outside.add(number)
    kind = chance.randrange(3)
    if kind == 0:
        for row in drawn.rows:
            row.append("")
        drawn.rows[0][-1] = "配偶号码"
        drawn.rows[_pick(drawn, chance)][-1] = chance.choice((number, f"李四 {number}"))
    elif kind == 1:
        drawn.rows.insert(0, ["李四", number, make_phone(88), "", "", "", "", ""])
    else:
        drawn.rows.append([f"注：李四{number}也要去", "", "", "", "", "", "", ""])


def repeat_heading(drawn: Drawn, chance: Random) -> None:
    drawn.rows.insert(_pick(drawn, chance), list(drawn.rows[0]))


KINDS: Final[Sequence[Callable[[Drawn, Random], None]]] = (
    add_example,
    begin_another_table,
    set_side_by_side,
    leave_out_below,
    name_villages_in_rows,
    make_ragged,
    put_outside,
    repeat_heading,
)
