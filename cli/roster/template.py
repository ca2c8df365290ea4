"""The empty roster that townships are asked to use."""

from pathlib import Path
from typing import Final

import xlsxwriter

from cli.exits import CommandError, ExitCode
from cli.exports import find_free, open_workbook, write_text
from cli.roster.texts import Text, get_text
from schemas.roster.columns import REQUIRED, Field, get_heading

_SHEET: Final = "花名册"
_NOTES: Final = "填写说明"
_TEXT_ROWS: Final = 3_000
_COLUMN_WIDTH: Final = 16
# What to write and a worked example, column by column. It stands on a sheet of its own, upright,
# so that nobody imports the example.
_COLUMNS: Final = (
    (Field.SERIAL, "可不填", "1"),
    (Field.NAME, "与身份证一致；少数民族姓名用间隔号·", "张三"),
    (Field.GENDER, "男或女", "男"),
    (Field.ID_NUMBER, "18位，先把整列设为“文本”再填", "211221197805123417"),
    (Field.ETHNICITY, "", "满族"),
    (Field.PHONE, "本人手机；几个号码用/隔开；没有就写“无”", "15400001234"),
    (Field.TOWNSHIP, "", "凡河镇"),
    (Field.VILLAGE, "", "东兴村"),
    (Field.DESTINATION, "写到市", "辽宁省大连市"),
    (Field.EMPLOYER, "没有单位可不填", "合成食品有限公司"),
    (Field.OCCUPATION, "", "焊工"),
    (Field.DEPARTURE_DATE, "年-月-日；没定就写“待定”", "2020-03-28"),
    (Field.HEALTH, "", "正常"),
    (Field.EMERGENCY_PHONE, "", "15400005678"),
    (Field.PERSON_ROLE, "务工、家属或儿童；不填就是务工", "务工"),
    (Field.GUARDIAN_ID, "未满14周岁的儿童必填", ""),
    (Field.RETURN_STATUS, "", "未返岗"),
    (Field.NOT_RETURNED_REASON, "", "等待企业通知"),
    (Field.REMARK, "", ""),
)


def write_template(wanted: Path) -> Path:
    """Where it was written: beside a file of that name, which may hold somebody's roster."""
    if wanted.suffix.lower() != ".xlsx":
        message = get_text(Text.TEMPLATE_ENDING, path=wanted)
        raise CommandError(message, ExitCode.USAGE)
    path = find_free(wanted) if wanted.exists() else wanted
    try:
        _write(path)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        message = get_text(Text.TEMPLATE_UNWRITABLE, path=path)
        raise CommandError(message, ExitCode.USAGE) from error
    return path


def _write(path: Path) -> None:
    with open_workbook(str(path)) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True, "bg_color": "#D9E1F2"})
        sheet = book.add_worksheet(_SHEET)
        sheet.set_column(0, len(_COLUMNS) - 1, _COLUMN_WIDTH, text)
        for place, (field, _, _) in enumerate(_COLUMNS):
            star = "*" if field in REQUIRED else ""
            write_text(sheet, 0, place, star + get_heading(field), bold)
        sheet.freeze_panes(1, 0)
        notes = book.add_worksheet(_NOTES)
        notes.set_column(0, 2, 2 * _COLUMN_WIDTH, text)
        for line, (field, hint, example) in enumerate(_COLUMNS):
            for place, value in enumerate((get_heading(field), hint, example)):
                write_text(notes, line, place, value, text)
