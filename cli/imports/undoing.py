"""`fangang roster undo`: what would be taken back, a question, and the taking back."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from cli import output
from cli.api import Api, connect
from cli.exits import ExitCode
from cli.imports.state import drop_state
from cli.times import show_time
from schemas.imports import RosterImportOut, UndoOut
from schemas.texts import choose

_DOOR: Final = "/v1/roster-imports"


class Text(StrEnum):
    ALREADY = "already"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    CONFIRM = "confirm"
    DONE = "done"
    KEPT = "kept"
    LATER = "later"
    NOT_CONFIRMED = "not-confirmed"
    PLAN = "plan"
    TRAVELLED = "travelled"
    UNLISTED = "unlisted"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.ALREADY: (
            "{receipt} 已于 {at} 撤销：删除 {removed:,} 人，恢复 {restored:,} 人{unlisted}{kept}。",
            "{receipt} was undone at {at}: {removed:,} removed, {restored:,} restored{unlisted}{kept}.",
        ),
        Text.BLOCKED: (
            "没有撤销。要保留这些人、只撤销其余的人，请加 --keep-changed。",
            "Nothing was undone. Add --keep-changed to leave these people and take back the others.",
        ),
        Text.CANCELLED: ("已取消，没有撤销。", "Cancelled; nothing was undone."),
        Text.CHANGED: (
            "  {count:,} 人的记录之后又变过（再次导入、更正、暂缓、撤出、打过电话、发过函），不能直接撤销。",
            "  {count:,} were changed since (imported, corrected, held, withdrawn, called, asked for).",
        ),
        Text.CONFIRM: (
            "现在撤销吗？输入 y 撤销，直接回车取消：",
            "Undo it now? y to undo, Enter to cancel: ",
        ),
        Text.DONE: (
            "已撤销：删除 {removed:,} 人，恢复 {restored:,} 人{unlisted}{kept}。改好的文件可以重新导入。",
            (
                "Undone: {removed:,} removed, {restored:,} restored{unlisted}{kept}. "
                "The file may be imported anew."
            ),
        ),
        Text.KEPT: ("，保留 {count:,} 人", ", {count:,} left as they are"),
        Text.LATER: (
            "  请先撤销之后的导入：fangang roster undo {receipt}",
            "  Undo the later import first: fangang roster undo {receipt}",
        ),
        Text.NOT_CONFIRMED: (
            "没有撤销：不在终端中，不能询问。确认无误后请加 --yes 再运行一次。",
            "Nothing was undone: nobody to ask here. Run it again with --yes.",
        ),
        Text.PLAN: (
            "撤销 {receipt}：将删除由它新增的 {removed:,} 人，把 {restored:,} 人恢复到导入前{unlisted}{kept}。",
            (
                "Undoing {receipt}: {removed:,} who came with it are removed, {restored:,} restored "
                "to what they were{unlisted}{kept}."
            ),
        ),
        Text.TRAVELLED: (
            "  {count:,} 人之后编入过专车，不能撤销。",
            "  {count:,} were given a seat since and cannot be taken back.",
        ),
        Text.UNLISTED: (
            "，企业名单中 {count:,} 人退回到之前的名单或不再列出",
            ", {count:,} of the enterprise's list as an earlier one had them, or no longer listed",
        ),
    }
)


def get_text(text: Text, /, **values: object) -> str:
    return choose(*_TEXTS[text]).format_map(values)


def undo_import(
    receipt: str, *, yes: bool, keep_changed: bool, reason: str, as_json: bool
) -> ExitCode:
    """Some left as they are: 5, as where rows of an import are left out. `--json` writes one object:
    what was done, or else the plan.
    """
    with connect() as api:
        found = RosterImportOut.model_validate(api.get(_DOOR, receipt=receipt))
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
        output.write_json(plan.model_dump(mode="json"))
    elif stopped is None:
        output.write_line(_tell(Text.DONE, plan, shows_kept=True))
    if stopped is not None:
        return stopped
    return ExitCode.ROWS_REJECTED if plan.kept else ExitCode.OK


def _post(api: Api, found: RosterImportOut, wanted: dict[str, Any]) -> UndoOut:
    return UndoOut.model_validate(api.post(f"{_DOOR}/{found.id}/undo", wanted))


def _describe(plan: UndoOut, *, keep_changed: bool) -> Iterator[str]:
    if plan.undone_at is not None:
        yield _tell(Text.ALREADY, plan, shows_kept=True)
        return
    yield _tell(Text.PLAN, plan, shows_kept=keep_changed)
    if plan.travelled:
        yield get_text(Text.TRAVELLED, count=plan.travelled)
    if plan.changed:
        yield get_text(Text.CHANGED, count=plan.changed)
    for receipt in () if keep_changed else plan.later:
        yield get_text(Text.LATER, receipt=receipt)


def _tell(text: Text, plan: UndoOut, *, shows_kept: bool) -> str:
    return get_text(
        text,
        receipt=plan.receipt,
        at=show_time(plan.undone_at) if plan.undone_at else "",
        removed=plan.removed,
        restored=plan.restored,
        unlisted=(get_text(Text.UNLISTED, count=plan.unlisted) if plan.unlisted else ""),
        kept=get_text(Text.KEPT, count=plan.kept) if shows_kept and plan.kept else "",
    )


def _stop(plan: UndoOut, *, yes: bool, keep_changed: bool) -> ExitCode | None:
    """Why it goes no further than the plan; None to go on."""
    if plan.undone_at is not None:
        return ExitCode.OK
    if plan.kept and not keep_changed:
        output.say_error(get_text(Text.BLOCKED))
        return ExitCode.ROWS_REJECTED
    if yes:
        return None
    if not output.is_interactive():
        output.say_error(get_text(Text.NOT_CONFIRMED))
        return ExitCode.USAGE
    if output.confirm(get_text(Text.CONFIRM)):
        return None
    output.say(get_text(Text.CANCELLED))
    return ExitCode.OK
