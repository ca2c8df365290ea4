"""What the commands that import say, in Chinese and English: the one table of this group."""

from schemas.texts import Text


class ImportText(Text):
    ABSENT = (
        "；上次有、本次没有 {count:,} 人（不自动删除）",
        "; {count:,} known people of these villages are not in the file (nobody is deleted)",
    )
    ABSENT_LIST = (
        "上次有、本次没有 {count:,} 人（不自动删除）：fangang roster absent {receipt}",
        "{count:,} known people are not in the file: fangang roster absent {receipt}",
    )
    ALREADY = (
        "{file}：已导入过，无变化。回执号 {receipt}",
        "{file}: imported before, nothing changed. Receipt {receipt}",
    )
    CANCELLED = ("已取消，没有导入。", "Cancelled; nothing was imported.")
    CHANGED_ROW = (
        "  更新 {sheet} 第{row}行：{fields}",
        "  update {sheet} row {row}: {fields}",
    )
    COMPARED = (
        (
            "与县数据库比对：新增 {new:,}  更新 {updated:,}{hint}  无变化 {unchanged:,}"
            "{conflicts}{before}{absent}"
        ),
        (
            "Compared: new {new:,}  updated {updated:,}{hint}  unchanged {unchanged:,}"
            "{conflicts}{before}{absent}"
        ),
    )
    COMPLETE = (
        "导入完成：{written:,} 条已写入{before}，用时 {seconds:.1f} 秒。回执号 {receipt}",
        "Imported: {written:,} written{before} in {seconds:.1f} s. Receipt {receipt}",
    )
    CONFIRM = (
        "现在导入 {count:,} 人吗？输入 y 导入，直接回车取消：",
        "Import {count:,} people now? y to import, Enter to cancel: ",
    )
    CONFIRM_REST = (
        "有误的 {rejected:,} 人本次不导入。现在导入其余 {count:,} 人吗？输入 y 导入，直接回车取消：",
        (
            "{rejected:,} wrong rows are left out. Import the other {count:,} people now? "
            "y to import, Enter to cancel: "
        ),
    )
    CONFLICTS = ("  冲突 {count:,}", "  conflicts {count:,}")
    CONFLICT_ROW = (
        "  未导入 {sheet} 第{row}行：{message}[{code}]",
        "  left out: {sheet} row {row}: {message} [{code}]",
    )
    CONFLICT_ROWS = (
        "  未导入 {count:,} 人：{message}（{rows}）[{code}]",
        "  left out: {count:,} people: {message} ({rows}) [{code}]",
    )
    DEMAND = ("出行需求", "travel demand")
    FILE_CHANGED = (
        "文件已改动：{path}。不能续传，请重新导入：fangang roster import；已写入的不会重复。",
        "The file changed: {path}. Import it anew; nothing will be doubled.",
    )
    LEFT_OUT = (
        "有 {count:,} 人因与登记不符或不属本乡镇，未导入（原因见上）。",
        "{count:,} rows are in conflict with the registry and were left out.",
    )
    MORE = (
        "  其余 {count:,} 行未列出，用 --json 查看全部。",
        "  {count:,} more; see --json.",
    )
    NOBODY_LEFT = (
        "{file}：没有可以导入的人，什么都没有写入。请先改正有误的 {rejected:,} 人。",
        "{file}: nobody left to import; nothing was written. Mend the {rejected:,} wrong rows first.",
    )
    NOTE_ROW = (
        "  注意 {sheet} 第{row}行：{message}[{code}]",
        "  note: {sheet} row {row}: {message} [{code}]",
    )
    NOTE_ROWS = (
        "  注意 {count:,} 人：{message}（{rows}）[{code}]",
        "  note: {count:,} people: {message} ({rows}) [{code}]",
    )
    NOT_ALL = (
        "{file}：有误 {rejected:,} 人，按 --all-or-nothing 整表不导入。请改正后再试。",
        "{file}: {rejected:,} wrong rows; with --all-or-nothing nothing of it is imported.",
    )
    NOT_CONFIRMED = (
        "未导入：只比对，没有写入（不在终端中，不能询问）。确认无误后请加 --yes 再运行一次。",
        "Not imported: only compared, nothing written (nobody to ask here). Run it again with --yes.",
    )
    NOT_RESUMABLE = (
        "已中断，已送达的不会丢失。从标准输入读取的不能续传：请把同样的内容再导入一次，不会重复。",
        (
            "Interrupted; what arrived is kept. Standard input cannot be resumed: import the "
            "same again, nothing will be doubled."
        ),
    )
    NO_STATE = (
        "本机没有 {receipt} 的续传记录。重新导入同一文件即可，已写入的不会重复。",
        "Nothing is known here about {receipt}. Import the file again; nothing will be doubled.",
    )
    PLACE = ("第{row}行", "row {row}")
    RESUME = (
        "已中断，已送达的不会丢失。继续：fangang roster resume {receipt}",
        "Interrupted; what arrived is kept. Go on with: fangang roster resume {receipt}",
    )
    SENDING = ("已送达", "Delivered")
    SENT = ("已送达 {done:,}/{total:,}", "Delivered {done:,}/{total:,}")
    SHOW_CHANGES = ("（查看：--show-changes）", " (see --show-changes)")
    STAFF_COMPARED = ("与县数据库比对：{matches}", "Compared: {matches}")
    STAFF_KEPT = (
        "名单已收下：{matches}，用时 {seconds:.1f} 秒。回执号 {receipt}",
        "List kept: {matches}, in {seconds:.1f} s. Receipt {receipt}",
    )
    STAFF_MATCHES = (
        "对上 {known:,} 人（补充资料 {updated:,} 人），未对上 {unmatched:,} 人{conflicts}",
        "{known:,} known ({updated:,} with news), {unmatched:,} not known{conflicts}",
    )
    STAFF_SENT = (
        "名单已提交：{received:,} 人，用时 {seconds:.1f} 秒。回执号 {receipt}",
        "List sent: {received:,} people in {seconds:.1f} s. Receipt {receipt}",
    )
    STAFF_STATUS = (
        "回执号 {receipt}：{state}  共 {accepted:,} 人",
        "{receipt}: {state}  people {accepted:,}",
    )
    STAFF_STATUS_MATCHED = (
        "回执号 {receipt}：{state}  共 {accepted:,} 人  {matches}",
        "{receipt}: {state}  people {accepted:,}  {matches}",
    )
    STAFF_TO_SEND = ("名单可以提交：{received:,} 人", "Ready to send: {received:,} people")
    STAGING = ("比对", "Comparing")
    STATUS = (
        (
            "回执号 {receipt}：{state}  共 {accepted:,} 人  新增 {new:,}  更新 {updated:,}  "
            "无变化 {unchanged:,}  冲突 {conflicts:,}"
        ),
        (
            "{receipt}: {state}  people {accepted:,}  new {new:,}  updated {updated:,}  "
            "unchanged {unchanged:,}  conflicts {conflicts:,}"
        ),
    )
    STATUS_APPLIED = ("已导入", "applied")
    STATUS_EXPIRED = ("已过期，请重新导入", "expired, import it again")
    STATUS_STAGED = ("未完成", "not finished")
    STATUS_UNDONE = ("已撤销", "undone")
    TOO_MANY_WRONG = (
        (
            "{file}：有误 {rejected:,} 人，超过20%，整表不导入。请先改正；"
            "确要先导入其余人员，请加 --accept-partial。"
        ),
        (
            "{file}: {rejected:,} wrong rows, over 20 %: nothing of it is imported. Mend them, or "
            "add --accept-partial to import the others."
        ),
    )
    TOWNSHIP_UNKNOWN = (
        "不认识这个乡镇：{name}。请写全名、代码或拼音首字母，如 凡河镇、211221105。",
        "Unknown township: {name}. Write its name, code or initials.",
    )
    WRITTEN_BEFORE = (
        "（中断前已写入 {count:,} 条，不重复）",
        " ({count:,} were written before it broke off)",
    )
