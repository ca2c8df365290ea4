"""The most memory that reading a file took: `python -m tests.bench.imports.peaks check|calamine FILE`.

In a process of its own with nothing else in it, told by the kernel (VmHWM), in MB.
"""

import sys
from datetime import date
from pathlib import Path

AS_OF = date(2020, 3, 24)


def main() -> None:
    what, file = sys.argv[1], Path(sys.argv[2])
    {"check": _check, "calamine": _read}[what](file)
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) / 1024)


def _check(file: Path) -> None:
    from cli.roster.reading import Source, check_source  # noqa: PLC0415 - weighs, and is not calamine's

    check_source(Source(file.name, file), as_of=AS_OF, county_code="211221")


def _read(file: Path) -> None:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    for _ in CalamineWorkbook.from_path(file).get_sheet_by_index(0).iter_rows():
        pass


if __name__ == "__main__":
    main()
