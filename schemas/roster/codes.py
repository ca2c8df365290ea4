"""The codes of a roster check and their sentences in Chinese and English: refused files, rejected rows,
warnings, ignored rows; and the sentence for ten or more alike in one column.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from schemas.texts import choose


class FileCode(StrEnum):
    """Why a whole file is refused."""

    DUPLICATE_COLUMN = "duplicate-column"
    ENCODING_UNKNOWN = "encoding-unknown"
    FILE_CORRUPT = "file-corrupt"
    FILE_EMPTY = "file-empty"
    FILE_ENCRYPTED = "file-encrypted"
    FILE_IN_USE = "file-in-use"
    FILE_TOO_LARGE = "file-too-large"
    FILE_TYPE_UNSUPPORTED = "file-type-unsupported"
    FORM_PER_PERSON = "form-per-person"
    HEADER_NOT_FOUND = "header-not-found"
    HOUSEHOLD_UNCLEAR = "household-unclear"
    NO_DATA_ROWS = "no-data-rows"
    REQUIRED_COLUMN_MISSING = "required-column-missing"
    TABLE_TRANSPOSED = "table-transposed"
    TABLES_SIDE_BY_SIDE = "tables-side-by-side"


class RowCode(StrEnum):
    """Why a row is refused."""

    CELL_ERROR = "cell-error"
    DUPLICATE_IN_FILE = "duplicate-in-file"
    GUARDIAN_MISSING = "guardian-missing"
    ID_15_DIGIT = "id-15-digit"
    ID_BIRTH_DATE = "id-birth-date"
    ID_CHECK_DIGIT = "id-check-digit"
    ID_FORMAT = "id-format"
    ID_MISSING = "id-missing"
    ID_NAME_CONFLICT = "id-name-conflict"
    NAME_INVALID = "name-invalid"
    NAME_MISSING = "name-missing"
    NUMBER_PRECISION_LOST = "number-precision-lost"
    ROW_RAGGED = "row-ragged"
    TABLE_UNREADABLE = "table-unreadable"
    UNDER_AGE = "under-age"


class WarningCode(StrEnum):
    """What is doubtful about a row or a file that is taken all the same."""

    BIRTH_DATE_MISMATCH = "birth-date-mismatch"
    DATE_UNREADABLE = "date-unreadable"
    DATE_YEAR_ASSUMED = "date-year-assumed"
    DATE_YEAR_DOUBTFUL = "date-year-doubtful"
    ENTRY_IGNORED = "entry-ignored"
    FORMULA_LIKE_TEXT = "formula-like-text"
    GENDER_MISMATCH = "gender-mismatch"
    HIDDEN_SHEET_IGNORED = "hidden-sheet-ignored"
    HOUSEHOLD_ROWS = "household-rows"
    ID_AREA_UNKNOWN = "id-area-unknown"
    PEOPLE_UNREAD = "people-unread"
    PHONE_INVALID = "phone-invalid"
    PHONE_LANDLINE = "phone-landline"
    PHONE_MISSING = "phone-missing"
    PHONE_SEVERAL = "phone-several"
    PHONE_SHARED = "phone-shared"
    SHEET_IGNORED = "sheet-ignored"
    TABLES_BESIDE = "tables-beside"
    VALUE_ABOVE_MISSING = "value-above-missing"
    VALUE_FROM_ABOVE = "value-from-above"
    VILLAGE_FROM_SECTION = "village-from-section"


class IgnoredReason(StrEnum):
    """Why a row is no person's row."""

    BLANK_ROW = "blank-row"
    EXAMPLE_ROW = "example-row"
    FOOTER_ROW = "footer-row"
    REPEATED_HEADER = "repeated-header"
    SAME_ROW = "same-row"
    SECTION_ROW = "section-row"
    TOTAL_ROW = "total-row"


class Detail(StrEnum):
    """The part of a file's message that tells what exactly was met."""

    ARCHIVE = "archive"
    BAD_QUOTES = "bad-quotes"
    BEFORE_97 = "before-97"
    CELL_EXTENT = "cell-extent"
    FILE_SIZE = "file-size"
    HTML = "html"
    INFLATED_SIZE = "inflated-size"
    NO_FILE = "no-file"
    OTHER = "other"
    OTHER_HEADING = "other-heading"
    PDF = "pdf"
    PICTURE = "picture"
    PRESENTATION = "presentation"
    ROWS = "rows"
    SAME_HEADING = "same-heading"
    TRUNCATED = "truncated"
    UNSAFE = "unsafe"
    WORD = "word"
    XLSB = "xlsb"


Code: TypeAlias = FileCode | RowCode | WarningCode | IgnoredReason


_MESSAGES: Final[Mapping[Code, tuple[str, str]]] = MappingProxyType(
    {
        FileCode.DUPLICATE_COLUMN: (
            ("表“{sheet}”有两列都是“{field}”：{columns}。请删掉多余的一列，{detail}。"),
            ("Sheet “{sheet}” has two columns for {field}: {columns}. Delete one, {detail}."),
        ),
        FileCode.ENCODING_UNKNOWN: (
            (
                "文字编码无法识别（不是UTF-8、带BOM的UTF-16或GB18030）。"
                "请用WPS打开原文件，另存为.xlsx后再试。"
            ),
            (
                "The text is neither UTF-8, UTF-16 with BOM nor GB18030. "
                "Open the original in WPS and save it as .xlsx."
            ),
        ),
        FileCode.FILE_CORRUPT: (
            "文件已损坏或不完整{detail}。请用WPS打开，另存为新的.xlsx；打不开就请对方重新发送。",
            (
                "The file is damaged or incomplete{detail}. Open it in WPS and save it as a new .xlsx; "
                "if it does not open, ask for it again."
            ),
        ),
        FileCode.FILE_EMPTY: (
            "文件是空的。请确认保存后再发送，或换一个文件。",
            "The file is empty. Save it again or take another file.",
        ),
        FileCode.FILE_ENCRYPTED: (
            "文件有打开密码{detail}。请在WPS中打开，“文件”-“文档加密”-取消密码，保存后再试。",
            "The file has a password{detail}. Open it in WPS, remove the password and save it.",
        ),
        FileCode.FILE_IN_USE: (
            "文件正被其他程序占用，读不出来。请在WPS中保存并关闭后再试。",
            "Another program holds the file. Save and close it in WPS.",
        ),
        FileCode.FILE_TOO_LARGE: (
            "文件过大{detail}。请把有人员的行复制到新表格，另存为.xlsx，或分成几个文件。",
            (
                "The file is too large{detail}. Copy the rows with people into a new sheet and save it "
                "as .xlsx, or split it."
            ),
        ),
        FileCode.FILE_TYPE_UNSUPPORTED: (
            "{detail}请把表格复制到WPS表格，另存为.xlsx。",
            "{detail}Copy the table into WPS Spreadsheets and save it as .xlsx.",
        ),
        FileCode.FORM_PER_PERSON: (
            (
                "表“{sheet}”是一人一张表（卡片），不是一人一行的花名册。"
                "请用 fangang roster template 生成空表，每人抄成一行再导入。"
            ),
            (
                "Sheet “{sheet}” has one form for each person, no list. "
                "Make an empty list with fangang roster template and write each person into a row."
            ),
        ),
        FileCode.HEADER_NOT_FOUND: (
            "前20行里没有找到表头（至少要有姓名、身份证号、手机号码）。{cure}",
            "No header within the first 20 rows (name, identity number and phone are needed). {cure}",
        ),
        FileCode.HOUSEHOLD_UNCLEAR: (
            (
                "表“{sheet}”一行写了一户几个人（{columns}），分不清哪个姓名配哪个号码。"
                "请改成一人一行（姓名、身份证号、手机号码），再导入。"
            ),
            (
                "Sheet “{sheet}” has several people of a household in a row ({columns}), and which name "
                "has which number is unclear. Write one person a row."
            ),
        ),
        FileCode.NO_DATA_ROWS: (
            "只有表头，没有人员。请确认是否选错了文件。",
            "There is a header and nobody below it. Is it the right file?",
        ),
        FileCode.REQUIRED_COLUMN_MISSING: (
            "表“{sheet}”第{row}行表头缺少：{fields}。{cure}",
            "The header in row {row} of sheet “{sheet}” lacks: {fields}. {cure}",
        ),
        FileCode.TABLE_TRANSPOSED: (
            (
                "表“{sheet}”是横着的：一人一列，表头在左边。请在WPS中复制整张表，"
                "“选择性粘贴-转置”到新表，成为一人一行，再导入。"
            ),
            (
                "Sheet “{sheet}” has one person a column. Copy it in WPS, paste it with “Transpose” "
                "into a new sheet, and import that."
            ),
        ),
        FileCode.TABLES_SIDE_BY_SIDE: (
            (
                "表“{sheet}”分左右两栏（{columns}）。"
                "请把右边的人接到左边下面（同一列对齐），删去右边，再导入。"
            ),
            (
                "Sheet “{sheet}” has tables side by side ({columns}). Move the people on the right "
                "below those on the left, column by column, and delete the right side."
            ),
        ),
        RowCode.CELL_ERROR: (
            (
                "单元格是错误值或公式没有结果（{found}）。请在WPS中重新计算，"
                "再“选择性粘贴-数值”，或直接填写。"
            ),
            (
                "An error value or a formula without result ({found}). Recalculate in WPS and paste "
                "as values, or type it."
            ),
        ),
        RowCode.DUPLICATE_IN_FILE: (
            "与{other}是同一人，但{fields}不同，已保留前一行。请核对后只留一行。",
            (
                "The same person as {other}, but {fields} differ; the earlier row is kept. "
                "Keep one row."
            ),
        ),
        RowCode.GUARDIAN_MISSING: (
            (
                "未满14周岁，缺少监护人身份证号。请在“监护人身份证号”列填写监护人的号码"
                "（没有这一列就加一列）；孩子自己的号码不要改。监护人不同行的，也填其号码；"
                "编入趟次后用 fangang worker consent 登记书面同意。"
            ),
            (
                "Under 14 without a guardian. Write the guardian's identity number into the column "
                "监护人身份证号 (add it where there is none), also of one who stays at home: then record the "
                "written consent (fangang worker consent) once the child has a place on a trip. Leave the "
                "child's own number."
            ),
        ),
        RowCode.ID_15_DIGIT: (
            "是15位旧号码（{found}），对应的18位可能是{detail}。请对照身份证填写18位号码。",
            (
                "A 15-digit number ({found}); its 18-digit form may be {detail}. "
                "Copy the 18 characters from the card."
            ),
        ),
        RowCode.ID_BIRTH_DATE: (
            "中间的出生日期不存在或不合理（{found}）。请对照证件核对第7至14位。",
            "The birth date inside is impossible ({found}). Check characters 7 to 14 with the card.",
        ),
        RowCode.ID_CHECK_DIGIT: (
            "有误（校验码不符），多为录错一位，请对照证件核对（{found}）。",
            (
                "The check character does not fit, mostly one mistyped digit: "
                "compare with the card ({found})."
            ),
        ),
        RowCode.ID_FORMAT: (
            "不是18位身份证号或含有无效字符（{found}，{detail}位）。请对照证件重新填写。",
            (
                "Not an 18-character identity number ({found}, {detail} characters). "
                "Copy it from the card."
            ),
        ),
        RowCode.ID_MISSING: (
            "没有填写。请补上18位身份证号。",
            "Missing. Fill in the 18 characters of the card.",
        ),
        RowCode.ID_NAME_CONFLICT: (
            "同一身份证号（{found}）写了不同的姓名，见{other}。这几行都不导入，请对照证件改正。",
            (
                "The same identity number ({found}) has different names, see {other}. "
                "None of them is imported: compare with the card."
            ),
        ),
        RowCode.NAME_INVALID: (
            (
                "“{found}”不像姓名（只能有汉字、字母和间隔号·，至少2个字）。"
                "请只写姓名，其他内容移到备注。"
            ),
            (
                "“{found}” is no name (Han characters, letters and · only, at least 2). "
                "Move anything else to the remarks."
            ),
        ),
        RowCode.NAME_MISSING: ("没有填写。请补上姓名。", "Missing. Fill in the name."),
        RowCode.NUMBER_PRECISION_LOST: (
            (
                "被存成了数字，末三位已丢失（显示为 {found}）。请先把该列设为“文本”，"
                "再按身份证重新输入（只改格式不能恢复）。"
            ),
            (
                "Stored as a number, its last three digits are lost (shown as {found}). Set the column "
                "to Text, then type it again from the card (changing the format restores nothing)."
            ),
        ),
        RowCode.ROW_RAGGED: (
            (
                "本行有{found}格，表头有{detail}格，内容可能错了列。多半是多了或少了一个分隔符（逗号），"
                "或内容里有逗号：请对照上下行改好，内容里的逗号改成顿号。"
            ),
            (
                "This row has {found} cells and its header {detail}: values may stand in wrong columns, "
                "mostly for a separator too many or too few. Mend it by the rows around it."
            ),
        ),
        RowCode.TABLE_UNREADABLE: (
            "这一行属于下面这个读不了的表头，没有导入。{detail}",
            "This row stands below a header that cannot be read, and is not imported. {detail}",
        ),
        RowCode.UNDER_AGE: (
            (
                "未满16周岁（{found}岁），不能作为务工人员。随行子女请在“人员类型”列填“儿童”，"
                "未满14周岁的还要在“监护人身份证号”列填监护人的号码（没有这些列就加上）。"
            ),
            (
                "Younger than 16 ({found}), no worker. Mark an accompanying child as 儿童 in the column "
                "人员类型, and under 14 name the guardian in 监护人身份证号 (add these columns)."
            ),
        ),
        WarningCode.BIRTH_DATE_MISMATCH: (
            "出生日期与身份证号不一致，以身份证号为准",
            "birth date differs from the identity number, which is taken",
        ),
        WarningCode.DATE_UNREADABLE: (
            "出发日期读不出来，已按原文保留（请写成 2020-03-28 或 2020年3月28日）",
            "departure date cannot be read, kept as text (write it like 2020-03-28)",
        ),
        WarningCode.DATE_YEAR_ASSUMED: (
            "出发日期没有写年份，按离名册日期最近的年份读",
            "departure date without a year, read as the year nearest to the roster's date",
        ),
        WarningCode.DATE_YEAR_DOUBTFUL: (
            "出发日期离名册日期一年以上，年份可能有误，已按原文保留",
            "departure date more than a year from the roster's date, kept as text: the year may be wrong",
        ),
        WarningCode.ENTRY_IGNORED: ("压缩包里的文件不是表格，未读", "not a workbook, not read"),
        WarningCode.FORMULA_LIKE_TEXT: (
            "内容以 = + - @ 开头，按文字处理",
            "begins with = + - @, kept as text",
        ),
        WarningCode.GENDER_MISMATCH: (
            "性别与身份证号不一致，以身份证号为准",
            "gender differs from the identity number, which is taken",
        ),
        WarningCode.HIDDEN_SHEET_IGNORED: ("隐藏的表，未读", "hidden sheet, not read"),
        WarningCode.HOUSEHOLD_ROWS: (
            "一行写了一户几个人，家庭成员也各读成一人",
            "rows of whole households: each member is read as a person",
        ),
        WarningCode.ID_AREA_UNKNOWN: (
            "身份证号前6位不在区划表中，请核对",
            "the first 6 digits are in no list of divisions",
        ),
        WarningCode.PEOPLE_UNREAD: (
            "没有读的地方有身份证号",
            "identity numbers outside of what is read",
        ),
        WarningCode.PHONE_INVALID: (
            "电话读不出来，已按原文保留",
            "phone cannot be read, kept as text",
        ),
        WarningCode.PHONE_LANDLINE: ("只有座机，没有手机", "only a landline"),
        WarningCode.PHONE_MISSING: ("没有电话", "no phone"),
        WarningCode.PHONE_SEVERAL: (
            "有几个号码，第一个手机号作为本人电话",
            "several numbers, the first mobile is taken",
        ),
        WarningCode.PHONE_SHARED: (
            "同一电话出现在三人以上",
            "one phone on three or more people",
        ),
        WarningCode.SHEET_IGNORED: ("没有表头的表，未读", "sheet without header, not read"),
        WarningCode.TABLES_BESIDE: (
            "左右两栏，各按一张表读",
            "tables side by side, each read as one",
        ),
        WarningCode.VALUE_ABOVE_MISSING: (
            "写了“同上”，但上一行没有内容，未填；请改成内容本身",
            "says “as above”, and nothing stands above: left empty; write the value itself",
        ),
        WarningCode.VALUE_FROM_ABOVE: (
            "沿用上一行",
            "taken from the row above",
        ),
        WarningCode.VILLAGE_FROM_SECTION: (
            "村名取自分段的标题行",
            "village taken from the section's heading row",
        ),
        IgnoredReason.BLANK_ROW: ("空行", "blank"),
        IgnoredReason.EXAMPLE_ROW: ("示例行", "example"),
        IgnoredReason.FOOTER_ROW: ("填表人等", "footer"),
        IgnoredReason.REPEATED_HEADER: ("重复表头", "repeated header"),
        IgnoredReason.SAME_ROW: ("完全相同的行", "same row"),
        IgnoredReason.SECTION_ROW: ("分段标题", "section heading"),
        IgnoredReason.TOTAL_ROW: ("合计", "total"),
    }
)

# Ten or more cells of one column with one code are one message.
_MANY: Final[Mapping[RowCode, tuple[str, str]]] = MappingProxyType(
    {
        RowCode.NUMBER_PRECISION_LOST: (
            "{column}列有{count}个身份证号被存成数字，末三位已丢失，本表无法恢复；请向村里要原始文件",
            (
                "column {column}: {count} identity numbers were stored as numbers, their last three "
                "digits are lost and this file cannot restore them; ask the village for the original"
            ),
        ),
        RowCode.ID_15_DIGIT: (
            "{column}列有{count}个15位旧身份证号；请对照身份证补成18位",
            "column {column}: {count} 15-digit numbers; copy the 18 characters from the cards",
        ),
        RowCode.CELL_ERROR: (
            "{column}列有{count}个单元格是错误值或公式没有结果；请整列重新计算后“选择性粘贴-数值”",
            (
                "column {column}: {count} error values or formulas without result; recalculate and "
                "paste as values"
            ),
        ),
        RowCode.ID_MISSING: (
            "{column}列有{count}人没有身份证号；请补齐",
            "column {column}: {count} people without an identity number",
        ),
        RowCode.NAME_MISSING: (
            "{column}列有{count}人没有姓名；请补齐",
            "column {column}: {count} people without a name",
        ),
    }
)
_MANY_OTHERS: Final = (
    "{column}列（{heading}）有{count}处同样的问题，如第{row}行：{message}",
    "column {column} ({heading}) has {count} of the same, such as row {row}: {message}",
)


def get_message(code: Code, **values: object) -> str:
    return choose(*_MESSAGES[code]).format_map(values)


def get_group_message(code: RowCode, **values: object) -> str:
    return choose(*_MANY.get(code, _MANY_OTHERS)).format_map(values)
