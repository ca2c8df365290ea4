"""What is said beside a code: which kind of file it is, why a number is none, which columns are meant."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.roster.cells import letter_column
from schemas.roster.codes import Detail, FileCode, Language
from schemas.roster.columns import Field, get_heading
from schemas.roster.headers import Column
from schemas.roster.proposals import split_by_typing, write_options

_DETAILS: Final[Mapping[Detail, tuple[str, str]]] = MappingProxyType(
    {
        Detail.ARCHIVE: (
            "这是压缩文件，里面没有能读的表格。请先解压，",
            "This archive holds no workbook that can be read. Unpack it. ",
        ),
        Detail.BAD_QUOTES: ("（引号不成对，无法分清单元格）", " (its quotes do not pair)"),
        Detail.CELL_EXTENT: (
            "（很远的地方有零散内容，范围超出限制）",
            " (stray cells far away span too large an area)",
        ),
        Detail.FILE_SIZE: ("（超过大小限制）", " (over the size limit)"),
        Detail.HTML: ("这是网页文件，不是真正的表格，", "This is a web page, not a workbook. "),
        Detail.INFLATED_SIZE: ("（解压后超过限制）", " (over the limit once inflated)"),
        Detail.NO_FILE: ("这是管道或设备，不是文件，", "This is a pipe or a device, no file. "),
        Detail.OTHER: ("这不是表格文件，", "This is no workbook. "),
        Detail.PDF: ("这是PDF文件，", "This is a PDF file. "),
        Detail.PICTURE: (
            "这是图片，请向村里要表格原件，或重新录入，",
            "This is a picture. Ask the village for the workbook. ",
        ),
        Detail.PRESENTATION: ("这是演示文稿，", "This is a presentation. "),
        Detail.ROWS: ("（行数超过限制）", " (over the limit of rows)"),
        Detail.TRUNCATED: ("（内容不全）", " (truncated)"),
        Detail.UNSAFE: ("（含有不安全的内容）", " (unsafe content)"),
        Detail.WORD: ("这是Word文档，", "This is a Word document. "),
        Detail.XLSB: ("这是二进制.xlsb表格，", "This is a binary .xlsb workbook. "),
    }
)
_HIDDEN_ID: Final = (
    "号码被遮盖（带 *），不能导入。请对照身份证填写完整的18位号码。",
    "The number is masked (with *). Write all 18 characters from the card.",
)


def get_hidden_id_message(language: Language) -> str:
    """Instead of what is said about any other number in a wrong form."""
    return _HIDDEN_ID[language == "en"]


def get_detail(detail: Detail | None, language: Language = "zh") -> str:
    return "" if detail is None else _DETAILS[detail][language == "en"]


_ALIKE: Final = ("“{heading}”可能就是“{label}”", "“{heading}” may be {label}")
_ALIKE_AT: Final = (
    "{column}列“{heading}”可能就是“{label}”",
    "column {column} “{heading}” may be {label}",
)
_PROPOSED: Final = (
    "表中{alike}。如果是，请加上 {options} 再试一次，或把表头改成后面的名称。",
    "In the sheet {alike}. If so, add {options} and try again, or rename the headings.",
)
_RENAMED: Final = (
    "表中{alike}。如果是，请在WPS中把表头改成后面的名称，再试一次。",
    "In the sheet {alike}. If so, rename the headings in WPS and try again.",
)
_LONGEST_SHOWN: Final = 40
_CURES: Final[Mapping[FileCode, tuple[str, str]]] = MappingProxyType(
    {
        FileCode.HEADER_NOT_FOUND: ("请在表格上方补上表头行。", "Add a header row."),
        FileCode.REQUIRED_COLUMN_MISSING: (
            "请补上该列，或用 --map '列名={example}' 指明是哪一列。",
            "Add the column, or name it with --map 'heading={example}'.",
        ),
    }
)


def get_field_label(name: Field, language: Language) -> str:
    return name.value if language == "en" else get_heading(name)


def describe_cure(
    code: FileCode, proposal: Mapping[Column, Field], language: Language, **values: object
) -> str:
    """What to do about columns that were not found: the ready options where they can be guessed and
    typed.
    """
    is_english = language == "en"
    if not proposal:
        return _CURES[code][is_english].format_map(values) if code in _CURES else ""
    cures = [
        text[is_english].format(alike=describe_alike(part, language), options=write_options(part))
        for text, part in zip((_PROPOSED, _RENAMED), split_by_typing(proposal), strict=True)
        if part
    ]
    return (" " if is_english else "").join(cures)


def describe_alike(proposal: Mapping[Column, Field], language: Language) -> str:
    """With its place where a heading cannot be typed, each once."""
    is_english = language == "en"
    typed, _ = split_by_typing(proposal)
    said = (
        (_ALIKE if column in typed else _ALIKE_AT)[is_english].format(
            column=letter_column(column.place),
            heading=shorten_heading(column.heading),
            label=get_field_label(field, language),
        )
        for column, field in proposal.items()
    )
    return (", " if is_english else "，").join(dict.fromkeys(said))


def shorten_heading(heading: str) -> str:
    """A cell may hold 32,767 characters; what the beginning says is enough to find it."""
    return heading if len(heading) <= _LONGEST_SHOWN else f"{heading[:_LONGEST_SHOWN]}…"
