"""The sentences of `fangang roster check`, `template`, `import`, `resume` and `status`, of the error list and
of imported enterprises' lists, in Chinese and English.
"""

from schemas.texts import Text


class RosterText(Text):
    ASK_AT = ("询问电话", "ask at")
    CAUSE = ("原因", "cause")
    CELLS = ("{sheets} 张表", "{sheets} sheets")
    CHECKED = (
        (
            "检查：共 {people:,} 人  可导入 {accepted:,}  有误 {rejected:,}  提醒 {warnings:,}"
            "  忽略 {ignored:,} 行{reasons}"
        ),
        (
            "Checked: {people:,} people  accepted {accepted:,}  rejected {rejected:,}  "
            "warnings {warnings:,}  ignored {ignored:,} rows{reasons}"
        ),
    )
    CHECKING = ("检查", "Checking")
    CODE = ("错误代码", "code")
    COUNT = ("处数", "count")
    DAY_SHAPE = (
        "日期“{day}”读不出来，请写成 2020-03-24。",
        "“{day}” is no date: write 2020-03-24.",
    )
    ERROR_LIST = ("错误清单", "errors")
    ERROR_LIST_HOW = (
        "标色的单元格有误。改好后保存，直接再次导入此清单即可。本清单只含有误的行：其余人员如尚未导入，请另外导入原表。",
        (
            "Coloured cells are wrong. Mend them, save, and import this list again; "
            "the others need no second import."
        ),
    )
    ERROR_LIST_TITLE = ("花名册错误清单", "Errors in rosters")
    EXPLANATION = ("说明", "notes")
    FIELD_UNKNOWN = (
        "--map 的字段“{field}”不存在。可用：{fields}，或 ignore（不读该列）。",
        "--map names the unknown field “{field}”. Fields: {fields}, or ignore.",
    )
    FILE_MISSING = (
        "找不到文件：{path}。请检查路径，或把文件拖到命令行窗口里。",
        "No such file: {path}. Check the path, or drag the file into the window.",
    )
    FOLDER_EMPTY = (
        "文件夹里没有花名册：{path}（.xlsx .xls .et .ods .csv .zip）。",
        "No roster in the folder: {path} (.xlsx .xls .et .ods .csv .zip).",
    )
    HEADER = (
        "识别表头：第 {row} 行，{columns} 列中 {mapped} 列对应{unused}",
        "Header: row {row}, {mapped} of {columns} columns used{unused}",
    )
    HEADER_OF = (
        "识别表头（{sheet}）：第 {row} 行，{columns} 列中 {mapped} 列对应{unused}",
        "Header ({sheet}): row {row}, {mapped} of {columns} columns used{unused}",
    )
    LIST_ENDING = (
        "文件名要以 .xlsx 结尾：{path}",
        "The file's name must end in .xlsx: {path}",
    )
    LIST_UNWRITABLE = (
        "写不了文件 {path}。如在WPS中打开着，请先关闭，或换一个文件名。",
        "Cannot write {path}. Close it where it is open, or choose another name.",
    )
    MAP_SHAPE = (
        "--map 要写成 '列名=字段'，例如 --map '联系方法=phone'。",
        "--map is 'heading=field', such as --map '联系方法=phone'.",
    )
    MAP_USED = (
        "按以前 --map 记住的列读取：{pairs}。不再需要时：fangang {group} forget-maps",
        "Columns read as mapped before: {pairs}. To forget: fangang {group} forget-maps",
    )
    MAPS_FORGOTTEN = ("已忘记：{pairs}", "Forgotten: {pairs}")
    MAPS_NONE = ("没有记住的列对应。", "No columns are remembered.")
    NOT_CHECKED = (
        "{path} 里还有不是表格的文件，没有检查：{names}",
        "Not checked in {path}, because they are no tables: {names}",
    )
    OPEN_ELSEWHERE = (
        "注意：{file} 正在WPS中打开，未保存的修改不会被读取。",
        "Note: {file} is open in WPS; changes that are not saved are not read.",
    )
    ORIGIN_FILE = ("原文件", "original file")
    ORIGIN_ROW = ("原行号", "original row")
    ORIGIN_SHEET = ("原表", "original sheet")
    PEOPLE = ("村|姓名|证件末四位|联系电话", "village|name|end of id|ask at")
    PERSON_CODE = ("编号", "person code")
    READ = ("读取：{file}（{kind}{skipped}）", "Read: {file} ({kind}{skipped})")
    REASON = ("错误原因", "reason")
    REFUSED = (
        "未读取：{file}：{message}[{code}]",
        "Refused: {file}: {message} [{code}]",
    )
    REST = (
        "  其余 {count:,} 处见：{path}（改好后直接再次导入此清单即可）",
        "  {count:,} more in: {path} (mend it and import it again)",
    )
    REST_UNLISTED = (
        "  其余 {count:,} 处未列出；用 --report 文件名.xlsx 写出错误清单。",
        "  {count:,} more; write them all with --report FILE.xlsx.",
    )
    ROW_ERROR = (
        "  {sheet} 第{row}行 {cell} {column}：{message}[{code}]",
        "  {sheet} row {row} {cell} {column}: {message} [{code}]",
    )
    SKIPPED_ENTRY = ("未读压缩包里的“{names}”", "“{names}” in the archive not read")
    SKIPPED_HIDDEN = ("已跳过隐藏表“{names}”", "hidden sheets skipped: “{names}”")
    SKIPPED_HIDDEN_PEOPLE = ("{name}（{people:,}人）", "{name} ({people:,} people)")
    SKIPPED_SHEET = ("已跳过没有表头的表“{names}”", "sheets without header: “{names}”")
    TEMPLATE_ENDING = (
        "模板的文件名要以 .xlsx 结尾：{path}",
        "The template's name must end in .xlsx: {path}",
    )
    TEMPLATE_UNWRITABLE = (
        "写不了文件：{path}。请换一个位置或文件名。",
        "Cannot write {path}. Choose another place or name.",
    )
    TEMPLATE_WRITTEN = ("模板已写到：{path}", "Template written to: {path}")
    TOTAL = (
        "合计：{files:,} 个文件，共 {people:,} 人  可导入 {accepted:,}  有误 {rejected:,}{refused}",
        (
            "In all: {files:,} files, {people:,} people  accepted {accepted:,}  "
            "rejected {rejected:,}{refused}"
        ),
    )
    TOTAL_REFUSED = ("  未读取 {count:,} 个文件", "  refused {count:,} files")
    UNUSED = ("，未用 {count} 列（{headings}）", ", {count} unused ({headings})")
    UNUSED_ALIKE = (
        "  提示：没有读取的{alike}。如果是，请加上 {options} 再试一次。",
        "  Hint: of the columns not read {alike}. If so, add {options} and try again.",
    )
    UNUSED_RENAMED = (
        "  提示：没有读取的{alike}。如果是，请在WPS中把表头改成后面的名称，再试一次。",
        "  Hint: of the columns not read {alike}. If so, rename the headings and try again.",
    )
    UNWRITABLE = (
        "写不了文件：{path}。请换一个位置，例如 --report D:\\错误清单.xlsx。",
        "Cannot write {path}. Choose another place with --report.",
    )
    YEAR_ASSUMED = (
        "出发日期没有写年份，按{year}年读（{first} 至 {last}）",
        "departure dates without a year, read as of {year} ({first} to {last})",
    )
    YEAR_PAST = (
        "，其中 {past} 个早于名册日期 {as_of}",
        ", {past} of them before the roster's date {as_of}",
    )
    WARNED = (
        "  提醒：{message}，{count:,} 处（{rows}）[{code}]",
        "  Note: {message}: {count:,} ({rows}) [{code}]",
    )
    WHOLE_ROW = ("原行内容", "the whole row")
    WRITTEN = (
        "  错误清单：{path}（改好后直接再次导入此清单即可；清单里只有有误的行）",
        "  Errors listed in: {path} (mend it and import it again)",
    )


class NoticeText(Text):
    BESIDE = (
        "  提醒：{sheet}左右两栏，按 {total} 张表各自读取[{code}]",
        "  Note: {sheet}tables side by side, read as {total} tables [{code}]",
    )
    EXAMPLES = (
        "  示例行不导入，{count:,} 行（第{rows}行）",
        "  Example rows are not imported: {count:,} (row {rows})",
    )
    FROM_ABOVE = (
        "  提醒：{sheet}{column}列“{heading}”沿用上一行，{total:,} 行[{code}]",
        "  Note: {sheet}column {column} “{heading}” taken from the row above: {total:,} rows [{code}]",
    )
    FROM_SECTION = (
        "  提醒：{sheet}村名取自分段的标题行，{total:,} 人[{code}]",
        "  Note: {sheet}villages taken from the section headings: {total:,} people [{code}]",
    )
    HOUSEHOLDS = (
        "  提醒：{sheet}一行写了一户，家庭成员也各读成一人，{total:,} 人[{code}]",
        "  Note: {sheet}rows of households, members read as people: {total:,} [{code}]",
    )
    PEOPLE_IN_COLUMN = (
        (
            "注意：表“{sheet}”{column}列“{heading}”没有读，里面有 {people:,} 个身份证号。"
            "是要返岗的人，请改成一人一行再导入；不是，请加上 --map '{option}=ignore' 确认不读。"
        ),
        (
            "Note: column {column} “{heading}” of sheet “{sheet}” is not read and holds {people:,} "
            "identity numbers. Write these people into rows of their own, or confirm with "
            "--map '{option}=ignore'."
        ),
    )
    PEOPLE_IN_HEADING = (
        (
            "注意：表“{sheet}”第{row}行的表头里或表头上面有 {people:,} 个身份证号，没有读。"
            "请把这些人移到表头下面，一人一行，再导入。"
        ),
        (
            "Note: in or above the header (row {row}) of sheet “{sheet}” are {people:,} identity numbers "
            "that were not read. Move these people below the header and import again."
        ),
    )
    PEOPLE_IN_ROW = (
        (
            "注意：表“{sheet}”第{row}行等没有当作人员的行里有 {people:,} 个身份证号。"
            "是要返岗的人，请按表头一格一项填好再导入。"
        ),
        (
            "Note: rows of sheet “{sheet}” that are nobody's (such as row {row}) hold {people:,} identity "
            "numbers. Write these people cell by cell below the header and import again."
        ),
    )
    PEOPLE_IN_SHEET = (
        (
            "注意：表“{sheet}”没有能读的表头，里面的 {people:,} 人没有读。"
            "请在最上面加一行表头（姓名、身份证号、电话），一人一行，再导入。"
        ),
        (
            "Note: sheet “{sheet}” has {people:,} people and no header that can be read; nobody of it was "
            "read. Add a first row with headings (name, identity number, phone) and import again."
        ),
    )
    SPOKEN = (
        "  按意思读取的表头：{pairs}",
        "  Headings read by their meaning: {pairs}",
    )


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
    NO_IMPORT = (
        "没有回执 {receipt}。请核对；fangang roster list 列出已导入的。",
        "No import {receipt}. Check it; fangang roster list names those there are.",
    )
    NO_IMPORTS = ("没有导入记录。", "No imports.")
    LIST_ACCOUNT = ("账号", "account")
    LIST_AT = ("时间", "when")
    LIST_CHANGED = ("新增/更新/不变/冲突", "new/updated/unchanged/conflict")
    LIST_RECEIPT = ("回执", "receipt")
    LIST_ROWS = ("行数", "rows")
    LIST_STATE = ("状态", "state")
    LIST_TOWNSHIP = ("乡镇", "township")
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
