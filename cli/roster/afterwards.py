"""`fangang roster undo` and `absent`: plan and question of an undo, what stops it, its exit code; people of
the file's villages that the file lacks, what to do about each, the list's notes; all their sentences.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from cli import output
from cli.api import Api, connect
from cli.exits import CommandError, ExitCode
from cli.roster.importing import drop_state, read_import
from cli.roster.worklists import WorkList, give_list
from cli.times import show_time
from schemas.demands import DemandState
from schemas.imports import AbsentOut, ImportState, RosterImportOut, UndoOut
from schemas.roster.columns import Field
from schemas.roster.report import get_field_label
from schemas.texts import Text, choose, say

_DOOR: Final = "/v1/roster-imports"


class UndoText(Text):
    ALREADY = (
        "{receipt} 已于 {at} 撤销：删除 {removed:,} 人，恢复 {restored:,} 人{unlisted}{kept}。",
        "{receipt} was undone at {at}: {removed:,} removed, {restored:,} restored{unlisted}{kept}.",
    )
    BLOCKED = (
        "没有撤销。要保留这些人、只撤销其余的人，请加 --keep-changed。",
        "Nothing was undone. Add --keep-changed to leave these people and take back the others.",
    )
    CANCELLED = ("已取消，没有撤销。", "Cancelled; nothing was undone.")
    CHANGED = (
        "  {count:,} 人的记录之后又变过（再次导入、更正、暂缓、撤出、打过电话、发过函），不能直接撤销。",
        "  {count:,} were changed since (imported, corrected, held, withdrawn, called, asked for).",
    )
    CONFIRM = (
        "现在撤销吗？输入 y 撤销，直接回车取消：",
        "Undo it now? y to undo, Enter to cancel: ",
    )
    DONE = (
        "已撤销：删除 {removed:,} 人，恢复 {restored:,} 人{unlisted}{kept}。改好的文件可以重新导入。",
        (
            "Undone: {removed:,} removed, {restored:,} restored{unlisted}{kept}. "
            "The file may be imported anew."
        ),
    )
    KEPT = ("，保留 {count:,} 人", ", {count:,} left as they are")
    LATER = (
        "  请先撤销之后的导入：fangang roster undo {receipt}",
        "  Undo the later import first: fangang roster undo {receipt}",
    )
    NOT_CONFIRMED = (
        "没有撤销：不在终端中，不能询问。确认无误后请加 --yes 再运行一次。",
        "Nothing was undone: nobody to ask here. Run it again with --yes.",
    )
    PLAN = (
        "撤销 {receipt}：将删除由它新增的 {removed:,} 人，把 {restored:,} 人恢复到导入前{unlisted}{kept}。",
        (
            "Undoing {receipt}: {removed:,} who came with it are removed, {restored:,} restored "
            "to what they were{unlisted}{kept}."
        ),
    )
    TRAVELLED = (
        "  {count:,} 人之后编入过专车，不能撤销。",
        "  {count:,} were given a seat since and cannot be taken back.",
    )
    UNLISTED = (
        "，企业名单中 {count:,} 人退回到之前的名单或不再列出",
        ", {count:,} of the enterprise's list as an earlier one had them, or no longer listed",
    )


def undo_import(
    receipt: str, *, yes: bool, keep_changed: bool, reason: str, as_json: bool
) -> ExitCode:
    """Some left as they are: 5, as where rows of an import are left out. `--json` writes one object:
    what was done, or else the plan.
    """
    with connect() as api:
        found = RosterImportOut.model_validate(read_import(api, receipt))
        plan = _post(api, found, {"dry_run": True})
        if not as_json:
            for line in _describe(plan, keep_changed=keep_changed):
                output.write_line(line)
        stopped = _stop(plan, yes=yes, keep_changed=keep_changed)
        if stopped is None:
            wanted = {"keep_changed": keep_changed, **({"reason": reason} if reason else {})}
            plan = _post(api, found, wanted)
            drop_state(found.receipt)
    if as_json:
        output.write_json(plan)
    elif stopped is None:
        output.write_line(_tell(UndoText.DONE, plan, shows_kept=True))
    if stopped is not None:
        return stopped
    return ExitCode.ROWS_REJECTED if plan.kept else ExitCode.OK


def _post(api: Api, found: RosterImportOut, wanted: dict[str, Any]) -> UndoOut:
    return UndoOut.model_validate(api.post(f"{_DOOR}/{found.id}/undo", wanted))


def _describe(plan: UndoOut, *, keep_changed: bool) -> Iterator[str]:
    if plan.undone_at is not None:
        yield _tell(UndoText.ALREADY, plan, shows_kept=True)
        return
    yield _tell(UndoText.PLAN, plan, shows_kept=keep_changed)
    if plan.travelled:
        yield say(UndoText.TRAVELLED, count=plan.travelled)
    if plan.changed:
        yield say(UndoText.CHANGED, count=plan.changed)
    for receipt in () if keep_changed else plan.later:
        yield say(UndoText.LATER, receipt=receipt)


def _tell(text: UndoText, plan: UndoOut, *, shows_kept: bool) -> str:
    return say(
        text,
        receipt=plan.receipt,
        at=show_time(plan.undone_at) if plan.undone_at else "",
        removed=plan.removed,
        restored=plan.restored,
        unlisted=(say(UndoText.UNLISTED, count=plan.unlisted) if plan.unlisted else ""),
        kept=say(UndoText.KEPT, count=plan.kept) if shows_kept and plan.kept else "",
    )


def _stop(plan: UndoOut, *, yes: bool, keep_changed: bool) -> ExitCode | None:
    """Why it goes no further than the plan; None to go on."""
    if plan.undone_at is not None:
        return ExitCode.OK
    if plan.kept and not keep_changed:
        output.tell_error(say(UndoText.BLOCKED))
        return ExitCode.ROWS_REJECTED
    if yes:
        return None
    if not output.is_interactive():
        output.tell_error(say(UndoText.NOT_CONFIRMED))
        return ExitCode.USAGE
    if output.confirm(say(UndoText.CONFIRM)):
        return None
    output.tell(say(UndoText.CANCELLED))
    return ExitCode.OK


class AbsentText(Text):
    ASK = ("请核实去向；不去了的，撤出", "ask; whoever does not go is withdrawn")
    COUNT = (
        "本次没有的共 {count:,} 人，都没有删除。逐人撤出：fangang worker withdraw 编号",
        "{count:,} are not in the file; nobody was deleted. See: fangang worker withdraw ID",
    )
    NOBODY = ("本次没有遗漏的人。", "Nobody is missing from the file.")
    NOTES = (
        (
            "上次有、本次没有的人：怎样核实，怎样交回\n"
            "1. 请逐人核实去向。各人怎么办，见“怎么办”一列。\n"
            "2. 不去了的：由经办撤出，fangang worker withdraw 编号（编号在最后一列）。\n"
            "3. 漏登的、仍要去的：对照身份证填写完整的18位号码，替换带 * 的内容；"
            "电话有变的填在“{phone}”列。\n"
            "4. 保存后把本文件拖到“导入花名册”上，或运行：fangang roster import 本文件名。\n"
            "5. 身份证号还带 * 的行不导入，其余的照常导入；空着的格不会改动已登记的内容。\n"
            "6. 本清单含姓名和电话，请妥善保管，用完删除。"
        ),
        (
            "Who is not in the file: how to ask, and how to hand this back\n"
            "1. Ask each of them; what to do stands beside the name.\n"
            "2. Whoever does not go: fangang worker withdraw ID (the last column).\n"
            "3. Whoever goes after all: write all 18 characters of the identity number over the "
            "ones with *, and a new number into “{phone}”.\n"
            "4. Save it and run: fangang roster import FILE.\n"
            "5. Rows that still have * are left out; an empty cell changes nothing.\n"
            "6. This list holds names and phones: keep it safe and delete it afterwards."
        ),
    )
    PURPOSE = ("核实上次有、本次没有的人", "to ask after people who are not in the file")
    SEATED = ("已编入专车；如不去，请告知县协调员", "has a seat; tell the coordinator")
    SHEET = ("本次没有", "not in the file")
    TRAVELLED = ("已出行，不用处理", "has travelled; nothing to do")
    UNDONE = (
        "这次导入已经撤销，没有“本次没有”的人可列。",
        "This import was undone: nobody is missing from it.",
    )
    WHAT_TO_DO = ("怎么办", "what to do")
    WITHDRAWN = ("已撤出，不用处理", "withdrawn; nothing to do")
    WRITTEN = (
        (
            "已写入 {path}（{count:,} 人）。核实、交回的办法见第一张表“说明”。"
            "名单含姓名和电话，请妥善保管；导出已记录。"
        ),
        (
            "Written: {path} ({count:,} people). Its first sheet says how to hand it back. "
            "It holds names and phones; the export is recorded."
        ),
    )


_ADVICE: Final = {
    DemandState.ASSIGNED: AbsentText.SEATED,
    DemandState.TRAVELLED: AbsentText.TRAVELLED,
}


def list_absent(receipt: str, *, file: Path | None, as_json: bool) -> None:
    """The server records each reading."""
    kind = _make_kind()
    with connect() as api:
        found = RosterImportOut.model_validate(read_import(api, receipt))
        if found.state is ImportState.UNDONE:
            raise CommandError(say(AbsentText.UNDONE), ExitCode.USAGE)
        give_list(
            kind,
            partial(_list_people, api, found),
            purpose=say(AbsentText.PURPOSE),
            file=file,
            as_json=as_json,
        )


def _list_people(api: Api, found: RosterImportOut, purpose: str | None) -> list[AbsentOut]:
    """By village, each village in the order of entry."""
    items = api.iterate(f"{_DOOR}/{found.id}/absent", export=purpose)
    people = [AbsentOut.model_validate(item) for item in items]
    return sorted(people, key=lambda each: each.village or "")


def _make_kind() -> WorkList[AbsentOut]:
    phone = get_field_label(Field.PHONE)
    return WorkList(
        sheet=say(AbsentText.SHEET),
        notes=say(AbsentText.NOTES, phone=phone),
        nobody=say(AbsentText.NOBODY),
        count=choose(*AbsentText.COUNT.value),
        written=choose(*AbsentText.WRITTEN.value),
        told=[say(AbsentText.WHAT_TO_DO)],
        tell=partial(_advise),
        columns=(Field.NAME, Field.ID_NUMBER, Field.PHONE, Field.VILLAGE),
        fill=lambda _: {},
    )


def _advise(person: AbsentOut) -> list[str]:
    return [say(_choose_advice(person))]


def _choose_advice(person: AbsentOut) -> Text:
    if person.withdrawn and person.demand is not DemandState.ASSIGNED:
        return AbsentText.WITHDRAWN
    return _ADVICE.get(person.demand, AbsentText.ASK) if person.demand else AbsentText.ASK
