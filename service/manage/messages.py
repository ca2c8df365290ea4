"""Every sentence of `fangang-server` in Chinese and in English: helps, results, errors, faults of
verification, what is wrong with a field of a new account.
"""

from schemas.texts import Text


class HelpText(Text):
    """Helps of commands and options. A command line is declared before its language is known: as its
    help it names a member's `mark`.
    """

    @property
    def mark(self) -> str:
        return f"HELP_{self.name}"

    PROGRAM = (
        "返岗服务器管理程序。第一次使用：migrate → account create → serve。",
        "Fangang's server. The first time: migrate → account create → serve.",
    )
    LANG = ("输出语言：zh 或 en。", "Language of the output: zh or en.")
    MIGRATE = (
        "建立数据库或升级到最新版本（可重复运行）。例：fangang-server migrate",
        "Make the database or bring it up to date (repeatable). Example: fangang-server migrate",
    )
    SERVE = (
        "启动服务。例：fangang-server serve --port 8000",
        "Serve the API. Example: fangang-server serve --port 8000",
    )
    HOST = (
        "监听地址；对外服务请放在反向代理之后。",
        "Address to listen on; put a reverse proxy before it for others.",
    )
    PORT = ("监听端口；0 表示任选空闲端口。", "Port to listen on; 0 picks a free one.")
    ACCOUNT = (
        "账号：建立、查看、停用、改密码。",
        "Accounts: make, list, disable, new password.",
    )
    CREATE = (
        (
            "建立一个账号。\n\n密码从提示、FANGANG_PASSWORD 或标准输入读取。\n\n"
            "例：fangang-server account create wang --role county_coordinator --name 王协调"
        ),
        (
            "Make an account. Its password: from a prompt, FANGANG_PASSWORD or standard input."
            " Example: fangang-server account create wang --role county_coordinator --name 王协调"
        ),
    )
    CREATE_MANY = (
        (
            "按 CSV 文件批量建立账号，全部或都不建。\n\n例：fangang-server account create-many 账号.csv"
            "（列名：账号、角色、姓名；按角色另有 乡镇、企业、承运单位、趟次、输入地；可有 电话、密码）"
        ),
        (
            "Make the accounts of a CSV file, all or none."
            " Example: fangang-server account create-many clerks.csv"
            " (columns: username,role,name; by role township, enterprise, carrier, trips, division)"
        ),
    )
    LIST = (
        "列出账号。例：fangang-server account list",
        "List the accounts. Example: fangang-server account list",
    )
    DISABLE = (
        "停用账号，立即结束其全部登录。例：fangang-server account disable wang",
        "Disable an account and end its logins. Example: fangang-server account disable wang",
    )
    SET_PASSWORD = (
        "为忘记密码的人设新密码。例：fangang-server account set-password wang",
        "A new password for who forgot it. Example: fangang-server account set-password wang",
    )
    DEMO = (
        "演示全过程（合成数据）。例：fangang-server demo",
        "Show the whole job with synthetic people. Example: fangang-server demo",
    )
    DEMO_FOLDER = ("演示数据放在哪个文件夹。", "Folder for the demo's data.")
    VERIFY = (
        "核验全部记录链，指出第一条不符的记录。例：fangang-server verify",
        "Check all chains and name the first event that does not fit. Example: fangang-server verify",
    )
    REBUILD = (
        "由事件重算全部派生数据；--check 只比对不写入。例：fangang-server rebuild --check",
        (
            "Derive all state anew from the events; --check compares only."
            " Example: fangang-server rebuild --check"
        ),
    )
    POLICY = (
        "防控政策：载入、查看、比较。",
        "Dated policies: load, list, show, compare.",
    )
    POLICY_LOAD = (
        (
            "为本县载入一项政策（随程序提供的编号，或 TOML 文件），或各地风险等级文件。"
            "载入后不能改，改动用新编号。\n\n例：fangang-server policy load national-2020-02"
        ),
        (
            "Load a policy (a shipped version, or a TOML file), or a file of areas' levels of risk, for the"
            " county. It is never changed; what differs is a new version."
            " Example: fangang-server policy load national-2020-02"
        ),
    )
    POLICY_SOURCE = (
        "政策编号（见 policy list）或文件路径。",
        "A version (see policy list) or the path of a file.",
    )
    POLICY_LIST = (
        "列出本县已载入的和随程序提供的政策。例：fangang-server policy list",
        "List what is loaded and what is shipped. Example: fangang-server policy list",
    )
    POLICY_SHOW = (
        (
            "显示一项政策（TOML，可另存、修改后用新编号载入）。"
            "\n\n例：fangang-server policy show national-2020-02 > 本县.toml"
        ),
        (
            "Show a policy as TOML, to be saved, changed and loaded under a new version."
            " Example: fangang-server policy show national-2020-02 > ours.toml"
        ),
    )
    POLICY_DIFF = (
        "比较两项政策。例：fangang-server policy diff ordinary-1 national-2020-02",
        "Compare two policies. Example: fangang-server policy diff ordinary-1 national-2020-02",
    )
    POLICY_NAME = ("政策编号。", "Version of a policy.")
    COUNTY = (
        "县代码（默认取 FANGANG_COUNTY_CODE）。",
        "County code (default: FANGANG_COUNTY_CODE).",
    )
    CHECK = ("只比对，不写入。", "Compare only, write nothing.")
    SWEEP = (
        "删除没有对应数据的密钥（崩溃遗留，无害）。",
        "Delete keys that no row uses (left by a crash, harmless).",
    )
    USERNAME = ("账号名。", "User name.")
    ROLE = ("角色，英文或中文（如 乡镇经办）。", "Role, in English or Chinese.")
    NAME = ("使用人姓名。", "Name of the person.")
    PHONE = ("使用人电话。", "Telephone of the person.")
    TOWNSHIP = ("乡镇名称或代码（乡镇经办）。", "Township, name or code (for a clerk).")
    DIVISION = (
        "输入地区划代码（输入地人社）。",
        "Division code of the destination (for a destination officer).",
    )
    ENTERPRISE = (
        "企业：全称、统一社会信用代码或系统编号（企业接收人）。",
        "Enterprise: whole name, credit code or id (for a receiver).",
    )
    CARRIER = (
        "承运单位：全称、统一社会信用代码或系统编号（承运单位）。",
        "Carrier: whole name, credit code or id (for a carrier).",
    )
    TRIP = ("趟次编号，可重复（领队）。", "Trip number or id, repeatable (for an escort).")
    PASSWORD_STDIN = ("从标准输入读取密码。", "Read the password from standard input.")
    FILE = ("CSV 文件（UTF-8 或 GB18030）。", "CSV file (UTF-8 or GB18030).")
    OUT = (
        "写出自动生成密码的文件；缺省为原名加 -passwords。",
        "Where generated passwords are written; default: the name with -passwords.",
    )


class ResultText(Text):
    """What was done or found."""

    MIGRATED = ("数据库已就绪（版本 {revision}）。", "The database is ready (revision {revision}).")
    NEXT_ACCOUNT = (
        "下一步：fangang-server account create 账号名 --role administrator --name 姓名",
        "Next: fangang-server account create USERNAME --role administrator --name NAME",
    )
    SERVING = (
        "服务地址 {url}，接口文档 {url}/docs，按 Ctrl+C 停止。",
        "Serving {url}, API document {url}/docs, Ctrl+C to stop.",
    )
    POLICY_LOADED = (
        "已为 {county} 载入政策 {policy}；之后报备的趟次按发车日适用。",
        "Policy {policy} is loaded for {county}; trips filed from now on follow it by their day.",
    )
    POLICY_OVER = (
        "已于{until}截止，今后的趟次不会按它核验（可用 policy.switched）。",
        "It ended on {until}: no later trip is judged by it (policy.switched can name it).",
    )
    AREAS_LOADED = (
        "已为 {county} 载入 {count} 个地区的风险等级。",
        "The levels of {count} areas are loaded for {county}.",
    )
    POLICY_COLUMNS = ("编号,状态,地区,起,止,名称", "version,state,region,from,to,title")
    POLICY_PARAMETER = ("参数", "parameter")
    POLICY_IS_LOADED = ("已载入", "loaded")
    POLICY_IS_SHIPPED = ("未载入", "not loaded")
    CREATED = ("已建立账号 {username}（{role}）。", "Account {username} made ({role}).")
    CREATED_MANY = ("已建立 {count} 个账号。", "{count} accounts made.")
    PASSWORDS_WRITTEN = (
        "自动生成的密码写在 {path}（仅本人可读），请分发后删除。",
        "The generated passwords are in {path} (readable by you only): hand out, then delete it.",
    )
    DISABLED = ("已停用账号 {username}。", "Account {username} is disabled.")
    PASSWORD_SET = (
        "已为 {username} 设新密码，其原有登录已全部结束。",
        "{username} has a new password; all earlier logins have ended.",
    )
    VERIFIED = (
        "核验通过：{streams} 条链、{events} 条记录、{parts} 份密封内容全部相符（已删除 {erased} 份）。",
        "Verified: {streams} chains, {events} events and {parts} sealed parts fit ({erased} erased).",
    )
    FAULTS_FOUND = (
        "核验未通过：共 {count} 处不符。",
        "Not verified. Things that do not fit: {count}.",
    )
    FAULT = (
        "  {stream} 第 {seq} 条（{event}）：{what}",
        "  {stream} no. {seq} ({event}): {what}",
    )
    ATTACHMENTS_VERIFIED = (
        "附件已逐个解密核对：{count} 个（已删除 {erased} 个）。",
        "Attachments opened: {count} ({erased} erased).",
    )
    ATTACHMENT_FAULT = (
        "  附件 {name}（趟次 {trip}）：{what}",
        "  attachment {name} of trip {trip}: {what}",
    )
    ORPHAN_FILES = (
        "附件文件夹中另有 {count} 个没有登记的文件（崩溃遗留或正在上传，无害）：{names}",
        "Files without an attachment (left by a crash or being uploaded, harmless): {count}: {names}",
    )
    EVENT_GONE = ("记录已不存在", "the event is gone")
    ORPHAN_KEYS = (
        "另有 {count} 个没有数据的密钥（崩溃遗留，无害；--sweep 可清除）。",
        "{count} keys belong to no row (left by a crash, harmless; --sweep deletes them).",
    )
    UNERASED_KEYS = (
        "有 {count} 人的密钥已删除却又出现（可能恢复了旧的密钥备份）；请运行 verify --sweep 再次销毁。",
        "{count} destroyed keys are there again (an old archive was put back?); --sweep destroys them.",
    )
    SWEPT = ("已清除 {count} 个无主密钥。", "{count} keys without rows deleted.")
    REBUILD_CLEAN = (
        "派生数据与事件完全一致（{trips} 趟）。",
        "All derived data is what the events say ({trips} trips).",
    )
    REBUILD_DIFFERS = (
        "派生数据有 {count} 处与事件不一致：",
        "{count} derived values are not what the events say:",
    )
    DIFFERENCE = (
        "  {table} {row} {column}：库中 {stored}，应为 {expected}",
        "  {table} {row} {column}: stored {stored}, expected {expected}",
    )
    REFOLDED = (
        "已由事件重算 {trips} 趟，有 {changes} 处与原先不同。",
        "{trips} trips derived anew from their events; {changes} things are told otherwise.",
    )
    TOLD_OTHERWISE = (
        "  {column}：{before} → {after}（{rows}）",
        "  {column}: {before} -> {after} ({rows})",
    )
    REBUILT = ("已由事件重算 {trips} 趟。", "{trips} trips derived anew from their events.")
    NO_ACCOUNTS = ("还没有账号。", "There are no accounts yet.")
    ACTIVE = ("启用", "active")
    INACTIVE = ("停用", "disabled")
    COLUMNS = ("账号,角色,姓名,范围,状态", "username,role,name,scope,state")
    PASSWORD_PROMPT = ("密码", "Password")


class ErrorText(Text):
    """What went wrong, and what to do next."""

    NOT_MIGRATED = (
        "数据库尚未建立或不是最新版本（{place}）。请先运行：fangang-server migrate",
        "The database is missing or not up to date ({place}). Run first: fangang-server migrate",
    )
    TOO_NEW = (
        "数据库版本 {revision} 不是本程序所认识的，请用与之配套的程序。",
        "This program does not know the database's revision {revision}; use the newer program.",
    )
    POLICY_UNKNOWN = (
        "没有这项政策，也读不到这个文件：{source}。随程序提供的有：{names}",
        "Neither a shipped policy nor a readable file: {source}. Shipped are: {names}",
    )
    KEY_FILE_LOST = (
        "找不到密钥文件 {path}，而数据库里已有数据。请从备份中恢复该文件；另建新密钥将永远打不开原有数据。",
        (
            "The key file {path} is gone while the database holds data. Restore it from your backup;"
            " with a new one the stored data could never be opened again."
        ),
    )
    ALREADY_SERVED = (
        "另一个 serve 正在使用这个数据库文件（{path}）。请先停掉它。",
        "Another serve uses this database file ({path}). Stop that one first.",
    )
    CANNOT_LISTEN = (
        "不能监听 {host}:{port}（{reason}）。请换一个 --port。",
        "Cannot listen on {host}:{port} ({reason}). Choose another --port.",
    )
    NO_PASSWORD = (
        "没有密码：请设 FANGANG_PASSWORD，或加 --password-stdin，或在终端中运行。",
        "No password: set FANGANG_PASSWORD, add --password-stdin, or run it in a terminal.",
    )
    FILE_UNREADABLE = ("读不了文件 {path}（{reason}）。", "Cannot read {path} ({reason}).")
    FILE_UNWRITABLE = (
        "不能新建 {path}（{reason}）。请用 --out 指定别处。",
        "Cannot make {path} ({reason}). Name another place with --out.",
    )
    COLUMNS_MISSING = (
        (
            "第1行须有列名：账号、角色、姓名；可另有：乡镇、企业、承运单位、趟次、输入地、电话、密码。"
            "没有找到：{columns}。"
        ),
        (
            "Line 1 needs the column names username, role, name; there may be township, enterprise,"
            " carrier, trips, division, phone, password. Not found: {columns}."
        ),
    )
    NO_ROWS = ("文件中没有账号。", "The file holds no accounts.")
    NOTHING_CREATED = (
        "未建立任何账号。请改正后重新运行。",
        "No account was made. Mend the lines above and run it again.",
    )
    LINE = ("第{line}行：{message}", "Line {line}: {message}")
    NAME_TAKEN = ("账号名 {username} 已被使用。", "The name {username} is taken.")
    NAME_TWICE = ("账号名 {username} 在文件中出现两次。", "The name {username} is there twice.")
    NO_SUCH_ACCOUNT = ("没有账号 {username}。", "There is no account {username}.")
    NO_SUCH_ENTERPRISE = (
        "没有企业“{named}”。请用 fangang enterprise list 核对；没有的先登记（POST /v1/enterprises）。",
        "No enterprise “{named}”. See fangang enterprise list, or register it (POST /v1/enterprises). ",
    )
    NO_SUCH_CARRIER = (
        "没有承运单位“{named}”。请核对，没有的先登记（POST /v1/carriers）。",
        "No carrier “{named}”. Check it, or register it first (POST /v1/carriers). ",
    )
    SEVERAL_NAMED = (
        "名为“{named}”的不止一家，请填统一社会信用代码或系统编号。",
        "Several are called “{named}”: give the credit code or the id. ",
    )
    NO_SUCH_TRIP = (
        "没有趟次“{named}”。请用 fangang trip list 核对。",
        "No trip “{named}”. See fangang trip list. ",
    )


class FaultText(Text):
    """What verification found, by the names of FaultCode."""

    BODY_ALTERED = ("内容或其前一条被改动", "its content, or the one before it, was altered")
    COLUMN_ALTERED = ("索引列与内容不符", "a column differs from its content")
    EVENT_DOUBLED = ("这一条记录重复", "this event is there more than once")
    EVENT_MISSING = ("缺少这一条记录", "this event is missing")
    HEAD_DIFFERS = ("链尾与最后一条不符", "the head of the chain differs from its last event")
    PART_ALTERED = ("密封内容与承诺不符", "a sealed part differs from its commitment")
    PART_MISSING = ("密封内容缺失但密钥仍在", "a sealed part is gone although its key is there")
    PART_UNKNOWN = ("多出未登记的密封内容", "a sealed part that no event committed to")
    PENDING_DIFFERS = ("待入总账的登记不符", "the queue of the log differs")


class AttachmentFaultText(Text):
    """What is wrong with an attachment, by the names of AttachmentFault."""

    ALTERED = ("内容或登记被改动", "its content or its row was altered")
    FOREIGN = ("不是本系统的文件", "the file is none of ours")
    MISSING = ("内容缺失但密钥仍在", "its content is gone although its key is there")


class FieldText(Text):
    """What is wrong with a field of a new account, by the names of AccountIn's fields."""

    USERNAME = (
        "账号名须为2到40个字母、数字或汉字，可含 . _ -。",
        "A user name is 2 to 40 letters, digits or Han characters; . _ - may be inside.",
    )
    NAME = ("姓名不是有效的人名。", "The name is not a person's name.")
    PHONE = ("电话号码无效。", "The telephone number is not valid.")
    ROLE = (
        "角色无效。可用：{roles}。",
        "No such role. There are: {roles}.",
    )
    DIVISION_PREFIX = (
        "乡镇或区划与角色不符：乡镇经办须填本县乡镇，输入地人社须填输入地代码，其他角色不填。",
        (
            "Township or division does not fit the role: a clerk needs a township of this county,"
            " a destination officer the destination's code, others none."
        ),
    )
    ENTERPRISE_ID = (
        "企业接收人须填企业（全称、统一社会信用代码或系统编号），其他角色不填。",
        "Receivers need their enterprise (whole name, credit code or id), others none.",
    )
    CARRIER_ID = (
        "承运单位须填其全称、统一社会信用代码或系统编号，其他角色不填。",
        "Carriers need their whole name, credit code or id, others none.",
    )
    TRIP_IDS = (
        "领队可填趟次编号（见 fangang trip list），卫健人员可填，其他角色不填。",
        "Escorts may have trip numbers (see fangang trip list), health officers too, others none.",
    )
    PASSWORD = (
        "密码太弱：至少12个字符，不要用常见词或账号名。",
        "The password is weak: at least 12 characters, no common words, not the user name.",
    )
