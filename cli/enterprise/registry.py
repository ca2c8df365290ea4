"""`fangang enterprise list` and `staff`: which enterprise a typed name means; import of lists; the list and
its columns; people to telephone and their export; results of calls; all their sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cli import exports, output, times
from cli.api import Api, connect, make_id
from cli.exits import CommandError, ExitCode
from cli.exports import reserve_file
from cli.names import get_name
from cli.roster.check import forget_columns, read_day, read_mapping
from cli.roster.importing import import_files
from cli.roster.reading import get_today
from cli.roster.sending import ImportOptions
from cli.times import show_time
from cli.trips.finding import check_target, read_id, read_purpose
from schemas.accounts import MeOut
from schemas.divisions.table import name_division
from schemas.enterprises import EnterpriseOut
from schemas.events.payloads_records import CallResult
from schemas.roster.columns import make_staff_mapping
from schemas.stranded import CALL_RESULT_NAMES, CallOut, ChaseLine, StrandedPersonOut
from schemas.texts import Text, choose, say


class EnterpriseText(Text):
    ENTERPRISES = (
        "名称|类别|统一社会信用代码|所在地|编号",
        "name|kind|credit code|place|id",
    )
    NAME_DIFFERS = ("姓名不一致", "another name")
    PEOPLE = (
        "姓名|身份证号|电话|户籍地|企业|计划返岗|对比|电话结果|发函|编号",
        "name|identity number|phone|home|enterprise|planned|match|call|letter|id",
    )
    CALLED = ("{name}：已登记“{result}”。", "{name}: “{result}” is noted.")
    CHASE_SHEET = ("电话核实", "to telephone")
    CHASE_WRITTEN = ("已写出 {path}：{count:,} 人。", "Written: {path}, {count:,} people.")
    FILE_ENDING = (
        "文件名要以 .xlsx 结尾，如 电话核实.xlsx。",
        "The file's name has to end in .xlsx.",
    )
    FILE_EXISTS = (
        "文件已存在：{path}。请换一个文件名，或加 --force 覆盖。",
        "{path} exists. Choose another name, or add --force.",
    )
    FILE_UNWRITABLE = (
        "写不了 {path}：请检查文件夹，若在WPS中打开请先关闭。",
        "Cannot write {path}: check the folder, close the file elsewhere.",
    )
    NEXT = (
        (
            "下一步：看谁没有对上 fangang enterprise staff list；本县的逐个打电话 "
            "fangang enterprise staff chase；外县的发协助函 fangang enterprise letters --out 协助函"
        ),
        (
            "Next: who is not known: fangang enterprise staff list; telephone our own: "
            "fangang enterprise staff chase; write for the others: fangang enterprise letters "
            "--out FOLDER"
        ),
    )
    NOBODY = ("没有符合条件的人。", "Nobody fits.")
    NOBODY_TO_CALL = ("没有要打电话核实的人。", "Nobody to telephone.")
    NO_ENTERPRISE = (
        "没有名称以“{name}”开头的企业。请先登记企业，或核对名称。",
        "No enterprise's name begins with “{name}”. Register it first, or check the name.",
    )
    NO_ENTERPRISES = ("还没有登记企业。", "No enterprise is registered yet.")
    NO_RESULT = (
        "不认识“{text}”。可以写：{results}。",
        "“{text}” is no result. Write one of: {results}.",
    )
    PERSON_SHAPE = (
        "“{text}”不是系统编号。请照抄 fangang enterprise staff chase 显示的编号。",
        "“{text}” is no id. Copy the one that fangang enterprise staff chase shows.",
    )
    PRIVATE = (
        "文件里有完整的姓名、电话等个人信息，请妥善保管，用完删除。",
        "The file holds names and phones in full: keep it safe, delete it afterwards.",
    )
    PURPOSE = (
        "请用 --purpose 写明导出用途（2至200字），会留痕。",
        "State what it is for with --purpose (2 to 200 characters); it is recorded.",
    )
    SEVERAL_ENTERPRISES = (
        "名称以“{name}”开头的企业不止一家，请写全名或编号：\n{names}",
        "Several enterprises begin with “{name}”; write the whole name or the id:\n{names}",
    )
    WHICH_ENTERPRISE = (
        "请用 --enterprise 指明是哪家企业的名单。",
        "Say with --enterprise whose list it is.",
    )


_SHOWN = 5


def find_enterprise_id(api: Api, typed: str) -> UUID:
    """Raises CommandError, naming the next step, where that is not exactly one."""
    if not typed.strip():
        own = MeOut.model_validate(api.get("/v1/me")).scope.enterprise_id
        if own is None:
            raise CommandError(say(EnterpriseText.WHICH_ENTERPRISE), ExitCode.USAGE)
        return own
    try:
        return UUID(typed.strip())
    except ValueError:
        return _find_by_name(api, typed.strip())


def _find_by_name(api: Api, name: str) -> UUID:
    items = api.get_list("/v1/enterprises", q=name, limit=_SHOWN + 1)
    found = [EnterpriseOut.model_validate(each) for each in items]
    exact = [each for each in found if each.name == name]
    chosen = exact if len(exact) == 1 else found
    if len(chosen) == 1:
        return chosen[0].id
    if not found:
        raise CommandError(say(EnterpriseText.NO_ENTERPRISE, name=name), ExitCode.USAGE)
    names = "\n".join(f"  {each.name or ''}  {each.id}" for each in found[:_SHOWN])
    message = say(EnterpriseText.SEVERAL_ENTERPRISES, name=name, names=names)
    raise CommandError(message, ExitCode.USAGE)


def show_enterprises(api: Api, name: str, *, as_json: bool) -> None:
    """`name`: how it begins; empty for all."""
    found = list(api.iterate("/v1/enterprises", limit=200, q=name.strip() or None))
    if as_json:
        output.write_json(found)
    elif found:
        shown = (EnterpriseOut.model_validate(each) for each in found)
        output.write_table(
            say(EnterpriseText.ENTERPRISES).split("|"),
            [_make_enterprise_line(each) for each in shown],
        )
    else:
        empty = EnterpriseText.NO_ENTERPRISE if name.strip() else EnterpriseText.NO_ENTERPRISES
        output.tell(say(empty, name=name))


def _make_enterprise_line(enterprise: EnterpriseOut) -> list[str]:
    return [
        enterprise.name or "",
        get_name(enterprise.kind),
        enterprise.credit_code or "",
        name_division(enterprise.division_code[:6]),
        str(enterprise.id),
    ]


@dataclass(frozen=True, slots=True)
class ListOptions:
    state: str
    home: str
    enterprise: str
    as_json: bool


def show_list(api: Api, options: ListOptions) -> None:
    enterprise = options.enterprise
    chosen = find_enterprise_id(api, enterprise) if enterprise else None
    people = list(
        api.iterate(
            "/v1/stranded-people",
            limit=200,
            state=None if options.state == "all" else options.state,
            home=options.home or None,
            enterprise=None if chosen is None else str(chosen),
        )
    )
    if options.as_json:
        output.write_json(people)
        return
    if not people:
        output.tell(say(EnterpriseText.NOBODY))
        return
    shown = [StrandedPersonOut.model_validate(each) for each in people]
    output.write_table(
        say(EnterpriseText.PEOPLE).split("|"), [_make_person_line(each) for each in shown]
    )


def _make_person_line(person: StrandedPersonOut) -> list[str]:
    match = person.township or get_name(person.state)
    differs = say(EnterpriseText.NAME_DIFFERS) if person.name_differs else ""
    return [
        person.name,
        person.id_number,
        person.phone or "",
        person.home or person.home_code or "",
        person.enterprise or "",
        person.planned_on.isoformat() if person.planned_on else "",
        f"{match} {differs}".strip(),
        get_name(person.call_result) if person.call_result else "",
        show_time(person.requested_at)[:10],
        str(person.id),
    ]


_IMPORTED: Final = frozenset({ExitCode.OK, ExitCode.ROWS_REJECTED})


@dataclass(frozen=True, slots=True)
class StaffOptions:
    """As typed. `enterprise` empty: the account's own."""

    enterprise: str
    as_of: str
    mapped: Sequence[str]
    dry_run: bool
    yes: bool
    as_json: bool
    accept_partial: bool


def import_lists(files: Sequence[str], typed: StaffOptions) -> ExitCode:
    """Exit code: the gravest of all files. Raises CommandError for what stops all of them."""
    as_of = read_day(typed.as_of) if typed.as_of else get_today()
    mapping = read_mapping(typed.mapped)
    with connect() as api:
        enterprise_id = find_enterprise_id(api, typed.enterprise)
    options = ImportOptions(
        as_of=as_of,
        mapping=mapping,
        dry_run=typed.dry_run,
        yes=typed.yes,
        as_json=typed.as_json,
        accept_partial=typed.accept_partial,
        enterprise_id=str(enterprise_id),
        known=make_staff_mapping(),
    )
    code = import_files(files, options)
    if typed.enterprise and not (typed.dry_run or typed.as_json) and code in _IMPORTED:
        output.tell(say(EnterpriseText.NEXT))
    return code


def forget_columns_of(enterprise: str) -> None:
    """What was mapped by hand for this enterprise's lists."""
    with connect() as api:
        enterprise_id = find_enterprise_id(api, enterprise)
    forget_columns(str(enterprise_id))


_PATH: Final = "/v1/stranded-people"
_CHASE_COLUMNS: Final = (
    ("姓名", "name", 12),
    ("证件末四位", "id, last 4", 12),
    ("电话", "phone", 26),
    ("户籍地", "home", 26),
    ("现在地", "now at", 26),
    ("企业", "enterprise", 28),
    ("计划返岗", "planned", 12),
    ("花名册乡镇（姓名不一致）", "township (another name)", 24),
    ("上次结果", "last result", 12),
    ("编号", "id", 38),
)


@dataclass(frozen=True, slots=True)
class ChaseOptions:
    path: Path | None
    purpose: str
    force: bool
    as_json: bool


def list_chase(api: Api, options: ChaseOptions) -> None:
    """On the screen each page is recorded as read, in a file as exported."""
    if options.path is not None:
        _export(api, options.path, options)
        return
    people = list(api.iterate(f"{_PATH}/chase", limit=200))
    if options.as_json:
        output.write_json(people)
    elif not people:
        output.tell(say(EnterpriseText.NOBODY_TO_CALL))
    else:
        output.write_table(*_make_table(people))


def _export(api: Api, path: Path, options: ChaseOptions) -> None:
    purpose = _check(path, options)
    unwritable = say(EnterpriseText.FILE_UNWRITABLE, path=path)
    with reserve_file(path, unwritable=unwritable) as file:
        people = list(api.iterate(f"{_PATH}/chase", limit=200, export=purpose))
        if not people:
            output.tell(say(EnterpriseText.NOBODY_TO_CALL))
            return
        file.write(_make_workbook(*_make_table(people)))
    if options.as_json:
        output.write_json({"file": str(path), "people": len(people)})
        return
    output.write_line(say(EnterpriseText.CHASE_WRITTEN, path=path, count=len(people)))
    output.tell(say(EnterpriseText.PRIVATE))


def _check(path: Path, options: ChaseOptions) -> str:
    """Before anything is asked of the server: an export is recorded."""
    check_target(
        path,
        force=options.force,
        ending=EnterpriseText.FILE_ENDING,
        exists=EnterpriseText.FILE_EXISTS,
    )
    return read_purpose(options.purpose, otherwise=EnterpriseText.PURPOSE)


def _make_table(people: list[Any]) -> tuple[list[str], list[list[str]]]:
    headings = [choose(zh, en) for zh, en, _ in _CHASE_COLUMNS]
    return headings, [_make_chase_line(ChaseLine.model_validate(each)) for each in people]


def _make_chase_line(person: ChaseLine) -> list[str]:
    phones = [person.phone, *person.other_phones, person.phone_text]
    return [
        person.name,
        person.id_number_end,
        "、".join(phone for phone in phones if phone),
        person.home or "",
        person.current_place or "",
        person.enterprise or "",
        person.planned or "",
        person.township or "",
        get_name(person.call_result) if person.call_result else "",
        str(person.id),
    ]


def _make_workbook(headings: list[str], lines: list[list[str]]) -> bytes:
    widths = [width for _, _, width in _CHASE_COLUMNS]
    name = say(EnterpriseText.CHASE_SHEET)
    return exports.make_workbook(exports.Table(name, widths, [headings, *lines]))


def note_call(api: Api, person: str, result: str, *, at: str, as_json: bool) -> None:
    """`result` as the API writes it, or as people say it."""
    called_at = times.read_time(at) if at else times.now()
    told = _read_result(result)
    form = {
        "id": str(make_id()),
        "result": told,
        "called_at": called_at.isoformat(),
    }
    answer = api.post(
        f"{_PATH}/{read_id(person, otherwise=EnterpriseText.PERSON_SHAPE)}/calls", form
    )
    if as_json:
        output.write_json(answer)
        return
    noted = CallOut.model_validate(answer)
    output.write_line(say(EnterpriseText.CALLED, name=noted.person.name, result=get_name(told)))


def _read_result(text: str) -> CallResult:
    wanted = text.strip().lower()
    for result, both in CALL_RESULT_NAMES.items():
        if wanted in (result.value, *both):
            return result
    results = output.join_words(choose(*both) for both in CALL_RESULT_NAMES.values())
    message = say(EnterpriseText.NO_RESULT, text=text, results=results)
    raise CommandError(message, ExitCode.USAGE)
