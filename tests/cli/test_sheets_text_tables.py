import codecs

import pytest

from cli.sheets.opening import FileKind, open_table
from cli.sheets.refusals import FileRefusedError
from cli.sheets.text_tables import find_encoding
from schemas.roster.cells import Row
from schemas.roster.codes import Detail, FileCode

TEXT = "姓名,身份证号,手机号码\n张三,1,2\n"
ROWS = [(1, ["姓名", "身份证号", "手机号码"]), (2, ["张三", "1", "2"])]


def read(data: bytes) -> list[Row]:
    (sheet,) = open_table(data).sheets
    assert (sheet.name, sheet.own_name) == ("csv", "csv")
    return [(number, list(cells)) for number, cells in sheet.rows]


def refuse(data: bytes) -> tuple[FileCode, Detail | None]:
    with pytest.raises(FileRefusedError) as caught:
        [list(sheet.rows) for sheet in open_table(data).sheets]
    return caught.value.error.code, caught.value.error.detail


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("gbk"),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode("gbk"),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace(",", "\t").encode("gbk"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "|").encode(),
        b"sep=;\r\n" + TEXT.replace(",", ";").encode(),
        b'"sep=,"\n' + TEXT.encode(),
        b"sep=\t\n" + TEXT.replace(",", "\t").encode("gbk"),
    ],
)
def test_encodings_and_delimiters(data: bytes) -> None:
    assert open_table(data).kind is FileKind.TEXT
    assert read(data) == ROWS


def test_rare_names_survive_gb18030() -> None:
    text = TEXT.replace("张三", "刘㛃䶮𬍛")
    assert read(text.encode("gb18030"))[1][1][0] == "刘㛃䶮𬍛"


def test_the_delimiter_is_the_one_that_shows_the_headings() -> None:
    text = "登记表,凡河镇,2020年,三月,a,b\n姓名;身份证号;手机号码\n张三,李四;1;2\n"
    assert read(text.encode())[2] == (3, ["张三,李四", "1", "2"])


def test_row_numbers_are_those_of_a_spreadsheet() -> None:
    text = '姓名,身份证号,手机号码\n\n张三,1,"第一行\n第二行,""引号"""\n李四,2,3\n'
    assert read(text.encode()) == [
        ROWS[0],
        (2, []),
        (3, ["张三", "1", '第一行\n第二行,"引号"']),
        (4, ["李四", "2", "3"]),
    ]


@pytest.mark.parametrize(
    ("data", "code", "detail"),
    [
        (b"", FileCode.FILE_EMPTY, None),
        (b" \r\n\t", FileCode.FILE_EMPTY, None),
        (TEXT.encode("gbk") + b"\xff\xff", FileCode.ENCODING_UNKNOWN, None),
        (codecs.BOM_UTF8 + TEXT.encode("gbk"), FileCode.ENCODING_UNKNOWN, None),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x41", FileCode.ENCODING_UNKNOWN, None),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), FileCode.ENCODING_UNKNOWN, None),
        (TEXT.encode() + "王".encode()[:1], FileCode.ENCODING_UNKNOWN, None),
        (b"\x01\x00\x02\x00abc", FileCode.FILE_TYPE_UNSUPPORTED, Detail.OTHER),
        (TEXT.encode() + b'1,"2,3\n4,5,6\n', FileCode.FILE_CORRUPT, Detail.BAD_QUOTES),
        (b"<html><table><tr><td>x", FileCode.FILE_TYPE_UNSUPPORTED, Detail.HTML),
        (b"\xef\xbb\xbf\r\n <TABLE border=1>", FileCode.FILE_TYPE_UNSUPPORTED, Detail.HTML),
        (b"<?xml version='1.0'?><Workbook>", FileCode.FILE_TYPE_UNSUPPORTED, Detail.HTML),
        (b"MIME-Version: 1.0\r\n", FileCode.FILE_TYPE_UNSUPPORTED, Detail.HTML),
        (b"%PDF-1.4\n", FileCode.FILE_TYPE_UNSUPPORTED, Detail.PDF),
        (b"\x89PNG\r\n\x1a\n", FileCode.FILE_TYPE_UNSUPPORTED, Detail.PICTURE),
        (b"\xff\xd8\xff\xe0", FileCode.FILE_TYPE_UNSUPPORTED, Detail.PICTURE),
        (b"BM\x00\x00\x00\x00", FileCode.FILE_TYPE_UNSUPPORTED, Detail.PICTURE),
        (b"Rar!\x1a\x07", FileCode.FILE_TYPE_UNSUPPORTED, Detail.ARCHIVE),
        (b"7z\xbc\xaf\x27", FileCode.FILE_TYPE_UNSUPPORTED, Detail.ARCHIVE),
        (b"{\\rtf1\\ansi", FileCode.FILE_TYPE_UNSUPPORTED, Detail.WORD),
    ],
)
def test_what_is_refused(data: bytes, code: FileCode, detail: Detail | None) -> None:
    assert refuse(data) == (code, detail)


def test_a_text_that_begins_like_a_picture() -> None:
    assert read(b"BMI,a\n1,2\n")[0] == (1, ["BMI", "a"])


def test_one_wrong_byte_at_the_end_of_a_long_file_decides() -> None:
    long = TEXT.encode("gbk") * 100_000
    assert find_encoding(long) == "gb18030"
    assert refuse(long + b"\xff") == (FileCode.ENCODING_UNKNOWN, None)


def test_a_stray_cell_far_to_the_right_costs_nothing() -> None:
    """Saved as text, it draws every row out to its own column."""
    lines = TEXT.replace("\n", "," * 16_380 + "\n").encode("gbk")
    rows = [(number, cells[:3], set(cells[3:])) for number, cells in read(lines)]
    assert rows == [(number, cells, {""}) for number, cells in ROWS]
