"""No workbook and no CSV leaves either program but through the door that neutralises formulas."""

import ast
import io

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest

from cli.exports import open_workbook, write_text
from schemas.formulas import neutralise
from tests.architecture.sources import Source, list_imports, list_sources, parse

DOOR = "cli.exports"
# Who may write cells elsewhere, and why.
_OWN_TEXTS = {
    "service.manage.account_files": "user names of a strict pattern and passwords of our own making",
    "service.demo.preparing": "the demo's own synthetic roster, with cells that are wrong on purpose",
}
_CELLS = {
    "add_write_handler",
    "write_column",
    "write_comment",
    "write_formula",
    "write_rich_string",
    "write_string",
    "write_url",
    "writeheader",
    "writerow",
    "writerows",
}
# Of a sheet only with row, column and value; a file and a paper have methods of these names too.
_PLACED = {"write", "write_row"}
_CELL_ARGUMENTS = 3


def _writes(source: Source) -> list[str]:
    """Calls that put a text into a cell."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            is_cell = name in _CELLS or (name in _PLACED and len(node.args) >= _CELL_ARGUMENTS)
            if is_cell or (name == "merge_range" and not _merges_blank(node)):
                found.append(f"{source.at(node)} {name}")
    return found


def _merges_blank(node: ast.Call) -> bool:
    texts = [each for each in node.args if isinstance(each, ast.Constant)]
    return any(each.value == "" for each in texts)


def _makes_workbooks(source: Source) -> list[str]:
    called = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return [
        source.at(node)
        for node in called
        if ast.unparse(node.func) in ("Workbook", "xlsxwriter.Workbook")
    ]


def test_cells_are_written_at_one_place() -> None:
    found = [
        each
        for source in list_sources("cli", "service")
        if source.name != DOOR and source.name not in _OWN_TEXTS
        for each in [*_writes(source), *_makes_workbooks(source)]
    ]
    assert found == []


def test_no_other_library_writes_workbooks() -> None:
    others = ("openpyxl", "pandas", "xlwt", "odf", "docx", "polars")
    found = [
        f"{source.at(node)} {name}"
        for source in list_sources("cli", "service")
        for node, name in list_imports(source)
        if name.split(".")[0] in others
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "sheet.write_string(0, 0, name)",
        "sheet.write(0, 0, name)",
        "sheet.write_row(0, 0, names)",
        "writer.writerow([name])",
        "sheet.merge_range(0, 0, 0, 3, name, form)",
        "book = xlsxwriter.Workbook(path)",
    ],
)
def test_the_guard_sees(line: str) -> None:
    probe = parse("cli.probe", line)
    assert len([*_writes(probe), *_makes_workbooks(probe)]) == 1


@pytest.mark.parametrize(
    "line",
    ["file.write(text)", "paper.write_row(*texts)", 'sheet.merge_range(0, 0, 0, 3, "", form)'],
)
def test_the_guard_lets_through(line: str) -> None:
    assert _writes(parse("cli.probe", line)) == []


def test_who_is_let_through_is_there() -> None:
    assert set(_OWN_TEXTS) <= {source.name for source in list_sources("cli", "service")}


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+86", "-1", "@SUM(A1)", " =1", "\t=1", "\r\n@x"),
        *("＝1+1", "＋86", "－1", "＠SUM(A1)", " ＝cmd|' /C calc'!A0"),
    ],
)
def test_what_looks_like_a_formula_stays_text(text: str) -> None:
    assert neutralise(text) == f"'{text}"
    buffer = io.BytesIO()
    with open_workbook(buffer) as book:
        write_text(book.add_worksheet(), 0, 0, text)
    loaded = openpyxl.load_workbook(buffer)
    cell = loaded.active["A1"]
    assert (cell.data_type, str(cell.value).startswith("'")) == ("s", True)
    loaded.close()


@pytest.mark.parametrize(
    "text",
    [
        *("", "张三", "15400001234", "'=1", "a=1", "·", "http://x", "张－三"),
        *("-", "－", "—", "——", " － ", "--", "＋"),  # an empty cell's mark
    ],
)
def test_what_does_not_stays_as_it_is(text: str) -> None:
    assert neutralise(text) == text
