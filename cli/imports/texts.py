"""What the commands that import say, in Chinese and English: the one table of this group."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.texts import choose


class Text(StrEnum):
    ABSENT = "absent"
    ABSENT_LIST = "absent-list"
    ALREADY = "already"
    CANCELLED = "cancelled"
    CHANGED_ROW = "changed-row"
    COMPARED = "compared"
    COMPLETE = "complete"
    CONFIRM = "confirm"
    CONFIRM_REST = "confirm-rest"
    CONFLICTS = "conflicts"
    CONFLICT_ROW = "conflict-row"
    CONFLICT_ROWS = "conflict-rows"
    DEMAND = "demand"
    FILE_CHANGED = "file-changed"
    LEFT_OUT = "left-out"
    MORE = "more"
    NOBODY_LEFT = "nobody-left"
    NOTE_ROW = "note-row"
    NOTE_ROWS = "note-rows"
    NOT_ALL = "not-all"
    NOT_CONFIRMED = "not-confirmed"
    NOT_RESUMABLE = "not-resumable"
    NO_STATE = "no-state"
    PLACE = "place"
    RESUME = "resume"
    SENDING = "sending"
    SENT = "sent"
    SHOW_CHANGES = "show-changes"
    STAFF_COMPARED = "staff-compared"
    STAFF_KEPT = "staff-kept"
    STAFF_MATCHES = "staff-matches"
    STAFF_SENT = "staff-sent"
    STAFF_STATUS = "staff-status"
    STAFF_STATUS_MATCHED = "staff-status-matched"
    STAFF_TO_SEND = "staff-to-send"
    STAGING = "staging"
    STATUS = "status"
    STATUS_APPLIED = "status-applied"
    STATUS_EXPIRED = "status-expired"
    STATUS_STAGED = "status-staged"
    STATUS_UNDONE = "status-undone"
    TOO_MANY_WRONG = "too-many-wrong"
    TOWNSHIP_UNKNOWN = "township-unknown"
    WRITTEN_BEFORE = "written-before"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.ABSENT: (
            "；上次有、本次没有 {count:,} 人（不自动删除）",
            "; {count:,} known people of these villages are not in the file (nobody is deleted)",
        ),
        Text.ABSENT_LIST: (
            "上次有、本次没有 {count:,} 人（不自动删除）：fangang roster absent {receipt}",
            "{count:,} known people are not in the file: fangang roster absent {receipt}",
        ),
        Text.ALREADY: (
            "{file}：已导入过，无变化。回执号 {receipt}",
            "{file}: imported before, nothing changed. Receipt {receipt}",
        ),
        Text.CANCELLED: ("已取消，没有导入。", "Cancelled; nothing was imported."),
        Text.CHANGED_ROW: (
            "  更新 {sheet} 第{row}行：{fields}",
            "  update {sheet} row {row}: {fields}",
        ),
        Text.COMPARED: (
            (
                "与县数据库比对：新增 {new:,}  更新 {updated:,}{hint}  无变化 {unchanged:,}"
                "{conflicts}{before}{absent}"
            ),
            (
                "Compared: new {new:,}  updated {updated:,}{hint}  unchanged {unchanged:,}"
                "{conflicts}{before}{absent}"
            ),
        ),
        Text.COMPLETE: (
            "导入完成：{written:,} 条已写入{before}，用时 {seconds:.1f} 秒。回执号 {receipt}",
            "Imported: {written:,} written{before} in {seconds:.1f} s. Receipt {receipt}",
        ),
        Text.CONFIRM: (
            "现在导入 {count:,} 人吗？输入 y 导入，直接回车取消：",
            "Import {count:,} people now? y to import, Enter to cancel: ",
        ),
        Text.CONFIRM_REST: (
            "有误的 {rejected:,} 人本次不导入。现在导入其余 {count:,} 人吗？输入 y 导入，直接回车取消：",
            (
                "{rejected:,} wrong rows are left out. Import the other {count:,} people now? "
                "y to import, Enter to cancel: "
            ),
        ),
        Text.CONFLICTS: ("  冲突 {count:,}", "  conflicts {count:,}"),
        Text.CONFLICT_ROW: (
            "  未导入 {sheet} 第{row}行：{message}[{code}]",
            "  left out: {sheet} row {row}: {message} [{code}]",
        ),
        Text.CONFLICT_ROWS: (
            "  未导入 {count:,} 人：{message}（{rows}）[{code}]",
            "  left out: {count:,} people: {message} ({rows}) [{code}]",
        ),
        Text.DEMAND: ("出行需求", "travel demand"),
        Text.FILE_CHANGED: (
            "文件已改动：{path}。不能续传，请重新导入：fangang roster import；已写入的不会重复。",
            "The file changed: {path}. Import it anew; nothing will be doubled.",
        ),
        Text.LEFT_OUT: (
            "有 {count:,} 人因与登记不符或不属本乡镇，未导入（原因见上）。",
            "{count:,} rows are in conflict with the registry and were left out.",
        ),
        Text.MORE: (
            "  其余 {count:,} 行未列出，用 --json 查看全部。",
            "  {count:,} more; see --json.",
        ),
        Text.NOBODY_LEFT: (
            "{file}：没有可以导入的人，什么都没有写入。请先改正有误的 {rejected:,} 人。",
            "{file}: nobody left to import; nothing was written. Mend the {rejected:,} wrong rows first.",
        ),
        Text.NOTE_ROW: (
            "  注意 {sheet} 第{row}行：{message}[{code}]",
            "  note: {sheet} row {row}: {message} [{code}]",
        ),
        Text.NOTE_ROWS: (
            "  注意 {count:,} 人：{message}（{rows}）[{code}]",
            "  note: {count:,} people: {message} ({rows}) [{code}]",
        ),
        Text.NOT_ALL: (
            "{file}：有误 {rejected:,} 人，按 --all-or-nothing 整表不导入。请改正后再试。",
            "{file}: {rejected:,} wrong rows; with --all-or-nothing nothing of it is imported.",
        ),
        Text.NOT_CONFIRMED: (
            "未导入：只比对，没有写入（不在终端中，不能询问）。确认无误后请加 --yes 再运行一次。",
            "Not imported: only compared, nothing written (nobody to ask here). Run it again with --yes.",
        ),
        Text.NOT_RESUMABLE: (
            "已中断，已送达的不会丢失。从标准输入读取的不能续传：请把同样的内容再导入一次，不会重复。",
            (
                "Interrupted; what arrived is kept. Standard input cannot be resumed: import the "
                "same again, nothing will be doubled."
            ),
        ),
        Text.NO_STATE: (
            "本机没有 {receipt} 的续传记录。重新导入同一文件即可，已写入的不会重复。",
            "Nothing is known here about {receipt}. Import the file again; nothing will be doubled.",
        ),
        Text.PLACE: ("第{row}行", "row {row}"),
        Text.RESUME: (
            "已中断，已送达的不会丢失。继续：fangang roster resume {receipt}",
            "Interrupted; what arrived is kept. Go on with: fangang roster resume {receipt}",
        ),
        Text.SENDING: ("已送达", "Delivered"),
        Text.SENT: ("已送达 {done:,}/{total:,}", "Delivered {done:,}/{total:,}"),
        Text.SHOW_CHANGES: ("（查看：--show-changes）", " (see --show-changes)"),
        Text.STAFF_COMPARED: ("与县数据库比对：{matches}", "Compared: {matches}"),
        Text.STAFF_KEPT: (
            "名单已收下：{matches}，用时 {seconds:.1f} 秒。回执号 {receipt}",
            "List kept: {matches}, in {seconds:.1f} s. Receipt {receipt}",
        ),
        Text.STAFF_MATCHES: (
            "对上 {known:,} 人（补充资料 {updated:,} 人），未对上 {unmatched:,} 人{conflicts}",
            "{known:,} known ({updated:,} with news), {unmatched:,} not known{conflicts}",
        ),
        Text.STAFF_SENT: (
            "名单已提交：{received:,} 人，用时 {seconds:.1f} 秒。回执号 {receipt}",
            "List sent: {received:,} people in {seconds:.1f} s. Receipt {receipt}",
        ),
        Text.STAFF_STATUS: (
            "回执号 {receipt}：{state}  共 {accepted:,} 人",
            "{receipt}: {state}  people {accepted:,}",
        ),
        Text.STAFF_STATUS_MATCHED: (
            "回执号 {receipt}：{state}  共 {accepted:,} 人  {matches}",
            "{receipt}: {state}  people {accepted:,}  {matches}",
        ),
        Text.STAFF_TO_SEND: ("名单可以提交：{received:,} 人", "Ready to send: {received:,} people"),
        Text.STAGING: ("比对", "Comparing"),
        Text.STATUS: (
            (
                "回执号 {receipt}：{state}  共 {accepted:,} 人  新增 {new:,}  更新 {updated:,}  "
                "无变化 {unchanged:,}  冲突 {conflicts:,}"
            ),
            (
                "{receipt}: {state}  people {accepted:,}  new {new:,}  updated {updated:,}  "
                "unchanged {unchanged:,}  conflicts {conflicts:,}"
            ),
        ),
        Text.STATUS_APPLIED: ("已导入", "applied"),
        Text.STATUS_EXPIRED: ("已过期，请重新导入", "expired, import it again"),
        Text.STATUS_STAGED: ("未完成", "not finished"),
        Text.STATUS_UNDONE: ("已撤销", "undone"),
        Text.TOO_MANY_WRONG: (
            (
                "{file}：有误 {rejected:,} 人，超过20%，整表不导入。请先改正；"
                "确要先导入其余人员，请加 --accept-partial。"
            ),
            (
                "{file}: {rejected:,} wrong rows, over 20 %: nothing of it is imported. Mend them, or "
                "add --accept-partial to import the others."
            ),
        ),
        Text.TOWNSHIP_UNKNOWN: (
            "不认识这个乡镇：{name}。请写全名、代码或拼音首字母，如 凡河镇、211221105。",
            "Unknown township: {name}. Write its name, code or initials.",
        ),
        Text.WRITTEN_BEFORE: (
            "（中断前已写入 {count:,} 条，不重复）",
            " ({count:,} were written before it broke off)",
        ),
    }
)


def get_text(text: Text, **values: object) -> str:
    return choose(*_TEXTS[text]).format_map(values)
