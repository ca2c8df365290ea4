"""What the roster commands say, in Chinese and English: the one table of this command group."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.texts import choose


class Text(StrEnum):
    ASK_AT = "ask-at"
    CAUSE = "cause"
    CELLS = "cells"
    CHECKED = "checked"
    CHECKING = "checking"
    CODE = "code"
    COUNT = "count"
    DAY_SHAPE = "day-shape"
    ERROR_LIST = "error-list"
    ERROR_LIST_HOW = "error-list-how"
    ERROR_LIST_TITLE = "error-list-title"
    EXPLANATION = "explanation"
    FIELD_UNKNOWN = "field-unknown"
    FILE_MISSING = "file-missing"
    FOLDER_EMPTY = "folder-empty"
    HEADER = "header"
    HEADER_OF = "header-of"
    LIST_ENDING = "list-ending"
    LIST_UNWRITABLE = "list-unwritable"
    MAP_SHAPE = "map-shape"
    MAP_USED = "map-used"
    MAPS_FORGOTTEN = "maps-forgotten"
    MAPS_NONE = "maps-none"
    NOT_CHECKED = "not-checked"
    OPEN_ELSEWHERE = "open-elsewhere"
    ORIGIN_FILE = "origin-file"
    ORIGIN_ROW = "origin-row"
    ORIGIN_SHEET = "origin-sheet"
    PEOPLE = "people"
    PERSON_CODE = "person-code"
    READ = "read"
    REASON = "reason"
    REFUSED = "refused"
    REST = "rest"
    REST_UNLISTED = "rest-unlisted"
    ROW_ERROR = "row-error"
    SKIPPED_ENTRY = "skipped-entry"
    SKIPPED_HIDDEN = "skipped-hidden"
    SKIPPED_PEOPLE = "skipped-people"
    SKIPPED_SHEET = "skipped-sheet"
    TEMPLATE_ENDING = "template-ending"
    TEMPLATE_UNWRITABLE = "template-unwritable"
    TEMPLATE_WRITTEN = "template-written"
    TOTAL = "total"
    TOTAL_REFUSED = "total-refused"
    UNUSED = "unused"
    UNUSED_ALIKE = "unused-alike"
    UNUSED_RENAMED = "unused-renamed"
    UNWRITABLE = "unwritable"
    WARNED = "warned"
    WRITTEN = "written"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.ASK_AT: ("询问电话", "ask at"),
        Text.CAUSE: ("原因", "cause"),
        Text.CELLS: ("{sheets} 张表", "{sheets} sheets"),
        Text.CHECKED: (
            (
                "检查：共 {people:,} 人  可导入 {accepted:,}  有误 {rejected:,}  提醒 {warnings:,}"
                "  忽略 {ignored:,} 行{reasons}"
            ),
            (
                "Checked: {people:,} people  accepted {accepted:,}  rejected {rejected:,}  "
                "warnings {warnings:,}  ignored {ignored:,} rows{reasons}"
            ),
        ),
        Text.CHECKING: ("检查", "Checking"),
        Text.CODE: ("错误代码", "code"),
        Text.COUNT: ("处数", "count"),
        Text.DAY_SHAPE: (
            "日期“{day}”读不出来，请写成 2020-03-24。",
            "“{day}” is no date: write 2020-03-24.",
        ),
        Text.ERROR_LIST: ("错误清单", "errors"),
        Text.ERROR_LIST_HOW: (
            "标色的单元格有误。改好后保存，直接再次导入此清单即可。本清单只含有误的行：其余人员如尚未导入，请另外导入原表。",
            (
                "Coloured cells are wrong. Mend them, save, and import this list again; "
                "the others need no second import."
            ),
        ),
        Text.ERROR_LIST_TITLE: ("花名册错误清单", "Errors in rosters"),
        Text.EXPLANATION: ("说明", "notes"),
        Text.FIELD_UNKNOWN: (
            "--map 的字段“{field}”不存在。可用：{fields}，或 ignore（不读该列）。",
            "--map names the unknown field “{field}”. Fields: {fields}, or ignore.",
        ),
        Text.FILE_MISSING: (
            "找不到文件：{path}。请检查路径，或把文件拖到命令行窗口里。",
            "No such file: {path}. Check the path, or drag the file into the window.",
        ),
        Text.FOLDER_EMPTY: (
            "文件夹里没有花名册：{path}（.xlsx .xls .et .ods .csv .zip）。",
            "No roster in the folder: {path} (.xlsx .xls .et .ods .csv .zip).",
        ),
        Text.HEADER: (
            "识别表头：第 {row} 行，{columns} 列中 {mapped} 列对应{unused}",
            "Header: row {row}, {mapped} of {columns} columns used{unused}",
        ),
        Text.HEADER_OF: (
            "识别表头（{sheet}）：第 {row} 行，{columns} 列中 {mapped} 列对应{unused}",
            "Header ({sheet}): row {row}, {mapped} of {columns} columns used{unused}",
        ),
        Text.LIST_ENDING: (
            "文件名要以 .xlsx 结尾：{path}",
            "The file's name must end in .xlsx: {path}",
        ),
        Text.LIST_UNWRITABLE: (
            "写不了文件 {path}。如在WPS中打开着，请先关闭，或换一个文件名。",
            "Cannot write {path}. Close it where it is open, or choose another name.",
        ),
        Text.MAP_SHAPE: (
            "--map 要写成 '列名=字段'，例如 --map '联系方法=phone'。",
            "--map is 'heading=field', such as --map '联系方法=phone'.",
        ),
        Text.MAP_USED: (
            "按以前 --map 记住的列读取：{pairs}。不再需要时：fangang {group} forget-maps",
            "Columns read as mapped before: {pairs}. To forget: fangang {group} forget-maps",
        ),
        Text.MAPS_FORGOTTEN: ("已忘记：{pairs}", "Forgotten: {pairs}"),
        Text.MAPS_NONE: ("没有记住的列对应。", "No columns are remembered."),
        Text.NOT_CHECKED: (
            "{path} 里还有不是表格的文件，没有检查：{names}",
            "Not checked in {path}, because they are no tables: {names}",
        ),
        Text.OPEN_ELSEWHERE: (
            "注意：{file} 正在WPS中打开，未保存的修改不会被读取。",
            "Note: {file} is open in WPS; changes that are not saved are not read.",
        ),
        Text.ORIGIN_FILE: ("原文件", "original file"),
        Text.ORIGIN_ROW: ("原行号", "original row"),
        Text.ORIGIN_SHEET: ("原表", "original sheet"),
        Text.PEOPLE: ("村|姓名|证件末四位|联系电话", "village|name|end of id|ask at"),
        Text.PERSON_CODE: ("编号", "person code"),
        Text.READ: ("读取：{file}（{kind}{skipped}）", "Read: {file} ({kind}{skipped})"),
        Text.REASON: ("错误原因", "reason"),
        Text.REFUSED: (
            "未读取：{file}：{message}[{code}]",
            "Refused: {file}: {message} [{code}]",
        ),
        Text.REST: (
            "  其余 {count:,} 处见：{path}（改好后直接再次导入此清单即可）",
            "  {count:,} more in: {path} (mend it and import it again)",
        ),
        Text.REST_UNLISTED: (
            "  其余 {count:,} 处未列出；用 --report 文件名.xlsx 写出错误清单。",
            "  {count:,} more; write them all with --report FILE.xlsx.",
        ),
        Text.ROW_ERROR: (
            "  {sheet} 第{row}行 {cell} {column}：{message}[{code}]",
            "  {sheet} row {row} {cell} {column}: {message} [{code}]",
        ),
        Text.SKIPPED_ENTRY: ("未读压缩包里的“{names}”", "“{names}” in the archive not read"),
        Text.SKIPPED_HIDDEN: ("已跳过隐藏表“{names}”", "hidden sheets skipped: “{names}”"),
        Text.SKIPPED_PEOPLE: (
            "注意：表“{sheet}”没有表头，里面的人没有读。请在最上面加一行表头（姓名、身份证号、电话）再导入。",
            (
                "Note: sheet “{sheet}” has people and no header; nobody of it was read. Add a first row "
                "with headings (name, identity number, phone) and import again."
            ),
        ),
        Text.SKIPPED_SHEET: ("已跳过没有表头的表“{names}”", "sheets without header: “{names}”"),
        Text.TEMPLATE_ENDING: (
            "模板的文件名要以 .xlsx 结尾：{path}",
            "The template's name must end in .xlsx: {path}",
        ),
        Text.TEMPLATE_UNWRITABLE: (
            "写不了文件：{path}。请换一个位置或文件名。",
            "Cannot write {path}. Choose another place or name.",
        ),
        Text.TEMPLATE_WRITTEN: ("模板已写到：{path}", "Template written to: {path}"),
        Text.TOTAL: (
            "合计：{files:,} 个文件，共 {people:,} 人  可导入 {accepted:,}  有误 {rejected:,}{refused}",
            (
                "In all: {files:,} files, {people:,} people  accepted {accepted:,}  "
                "rejected {rejected:,}{refused}"
            ),
        ),
        Text.TOTAL_REFUSED: ("  未读取 {count:,} 个文件", "  refused {count:,} files"),
        Text.UNUSED: ("，未用 {count} 列（{headings}）", ", {count} unused ({headings})"),
        Text.UNUSED_ALIKE: (
            "  提示：没有读取的{alike}。如果是，请加上 {options} 再试一次。",
            "  Hint: of the columns not read {alike}. If so, add {options} and try again.",
        ),
        Text.UNUSED_RENAMED: (
            "  提示：没有读取的{alike}。如果是，请在WPS中把表头改成后面的名称，再试一次。",
            "  Hint: of the columns not read {alike}. If so, rename the headings and try again.",
        ),
        Text.UNWRITABLE: (
            "写不了文件：{path}。请换一个位置，例如 --report D:\\错误清单.xlsx。",
            "Cannot write {path}. Choose another place with --report.",
        ),
        Text.WARNED: (
            "  提醒：{message}，{count:,} 处（{rows}）[{code}]",
            "  Note: {message}: {count:,} ({rows}) [{code}]",
        ),
        Text.WRITTEN: (
            "  错误清单：{path}（改好后直接再次导入此清单即可；清单里只有有误的行）",
            "  Errors listed in: {path} (mend it and import it again)",
        ),
    }
)


def get_text(text: Text, **values: object) -> str:
    return choose(*_TEXTS[text]).format_map(values)
