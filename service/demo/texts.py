"""What the demo tells, in Chinese and in English."""

from schemas.texts import Text


class DemoText(Text):
    """In the order of the story; the first line of each act is its title."""

    TITLE = (
        "返岗演示：从村里的花名册到厂门口的签收（合成数据，无真实人员）",
        "Fangang demo: from a village's roster to a signature at the factory gate (synthetic people)",
    )
    CLOCK = (
        "服务器是真的，只有时钟由演示推进：故事从 {day} 18:00 开始。",
        "The server is the real one; only its clock is moved by the demo: it begins on {day} 18:00.",
    )
    OPENING = (
        "一、开张：数据库、密钥、账号、企业、车辆",
        "1 Opening: database, keys, accounts, coaches",
    )
    MADE = (
        "数据在 {folder}；服务在 {url}",
        "The data lies in {folder}; the server is at {url}",
    )
    ACCOUNTS = (
        "管理员开了 {count} 个账号：经办、协调员、卫健、审计。没有默认账号。",
        "Accounts made by the administrator: {count} (clerk, coordinator, health, auditor). No defaults.",
    )
    FLEET = (
        "登记了 2 家企业、1 家客运公司、2 辆大客车（{plates}）、1 辆较小的备用车（{spare}）、6 名驾驶员。",
        "Registered: 2 enterprises, 1 carrier, 2 coaches ({plates}), a smaller spare ({spare}), 6 drivers.",
    )
    ROSTER = (
        "二、乡镇经办导入花名册（命令行）",
        "2 The township clerk imports a roster (command line)",
    )
    AGAIN = ("同一个文件再导一次：", "The same file once more:")
    DEMAND = (
        "三、县协调员：谁想去哪里、给哪家企业",
        "3 The coordinator: who wants to go where, for whom",
    )
    PLANNING = (
        "四、建批次和两趟专车，一次编满一台车",
        "4 A batch, two trips, a coach filled in one call",
    )
    SEATED = (
        "{number}：{people} 人已排座（一家人挨着坐），候补 {stand_by} 人，余座 {left}。",
        "{number}: seated {people} (families side by side), stand-bys {stand_by}, seats left {left}.",
    )
    TWO_YEARS = (
        "五、同一台车，两个年份：常规年份与2020年2月",
        "5 One coach, two years: an ordinary one, and February 2020",
    )
    SWITCHED = (
        "{number} 改用2020年2月的政策（留痕，写明理由）：最多载客 {places} 人，后两排留空。",
        "{number} is switched to the policy of February 2020, with a reason: it carries {places} now.",
    )
    DECLARED = (
        "逐人询问五个问题并登记：{count} 人，全部通过核验。",
        "Everybody was asked the five questions: {count}, all cleared.",
    )
    TOO_WARM = (
        "体温37.4，上车被拦：{title}。一刻钟后复测正常，放行。",
        "37.4 at the door, refused: {title}. A quarter of an hour later it is normal, and aboard.",
    )
    PAPERS = (
        "六、通知、函告、确认、锁定名册、打印",
        "6 Told, filed, acknowledged, locked, printed",
    )
    NOTIFIED = ("逐人通知：{reached} 人通知到。", "Each was told; reached: {reached}.")
    LOCKED = (
        "名册已锁定：第 {version} 版，{count} 人，指纹 {hash}…",
        "Manifest locked: version {version}, people {count}, hash {hash}…",
    )
    PRINTED = ("乘客信息登记表已打印：{file}", "Passenger list printed: {file}")
    DOOR = (
        "七、05:10 车门口：一人没来，候补顶上",
        "7 05:10 at the door: one does not come, a stand-by does",
    )
    HELD = (
        "卫健部门对一人暂缓出行；此人上车被拦下，留痕（公开记录只写“被拦”）：{title}",
        "Health put one on hold; boarding was refused and kept (publicly only that): {title}",
    )
    NO_SHOW = (
        "{seat} 号座的人没来；候补顶替，名册升为第 {version} 版。",
        "Seat {seat} did not come; a stand-by took it, the list is version {version} now.",
    )
    NOT_LISTED = (
        "名单外的人现场要上车，拦下：{title}",
        "Somebody off the list wants to board, refused: {title}",
    )
    DEPARTED = ("发车：车上 {aboard} 人。", "Departed. Aboard: {aboard}.")
    ROAD = (
        "八、路上：坐错车、发热、测温、换车",
        "8 On the road: the wrong coach, a fever, temperatures, another coach",
    )
    BETWEEN = (
        "第一个服务区：{number} 的领队报告一人换乘到 {other}；在 {other} 登记上车前，此人列入“无人负责”名单。",
        "At the first stop: one went over from {number} to {other}; until seen there, in nobody's hands.",
    )
    WRONG_COACH = (
        "点名找到了此人：登记“名单外在车”，“无人负责”名单清空。例外：不在名册上",
        "The roll call finds him aboard; nobody is in nobody's hands. Exception: not on the list",
    )
    FEVER = (
        "一人发热 38.6℃，移交留验站；公开的只有“途中移交”，其余封存",
        "One has a fever of 38.6 °C and goes to a health point; in public only: given on",
    )
    ROUND = (
        "全车测温：{count} 人正常，一条记完。",
        "Temperature round: {count} normal, in one line.",
    )
    REPLACED = (
        (
            "大客车在天津附近抛锚，备用车 {plate} 接上全部 {count} 人；已经发生的事不拦，照实登记："
            "超员 {beyond} 人，{seatless} 人的座位在新车上没有。"
        ),
        (
            "The coach breaks down near Tianjin; the spare {plate} takes all {count}. What happened is "
            "not refused but told: beyond the places {beyond}, on seats that it lacks {seatless}."
        ),
    )
    GATE = ("九、到厂交接：数目要平", "9 At the gate: the sum must balance")
    TOO_EARLY = ("人没交清就想归档，拦下：{title}", "Closing before that is refused: {title}")
    SIGNED = (
        "企业用自己的账号签收 {count} 人。",
        "Signed for by the enterprise's own account: {count}.",
    )
    SIGNED_BY_PHONE = (
        "企业电话签收 {count} 人，由协调员代录，记录上看得出来。",
        "Signed for {count} by telephone, typed in by the coordinator, which stays visible.",
    )
    PHOTOGRAPHED = (
        "领队拍下签字的交接单上传：拍摄位置已去除，加密保存；哈希 {sha256}…",
        "The escort photographs the signed sheet: its place removed, sealed; hash {sha256}…",
    )
    BALANCE = ("{line}", "{line}")
    CLOSED = ("{number} 已归档。", "{number} is closed.")
    HANDOVER_PRINTED = ("人员交接单已打印：{file}", "Handover sheet printed: {file}")
    QUESTIONS = (
        "十、一年后有人问：这个人怎么走的？",
        "10 A year later somebody asks: what happened to this person?",
    )
    ABOARD = (
        "{at} 车上（{plate}）{count} 人，发热者前后各一排：{seats} 号座。",
        "Aboard at {at} ({plate}): {count}; the fever's row and the next ones: seats {seats}.",
    )
    TWO_COACHES = (
        "本趟先后使用的车辆：{plates}。",
        "The coaches of this trip, one after the other: {plates}.",
    )
    TAMPERING = (
        "十一、有人动了记录：核验指得出是哪一条",
        "11 Somebody alters the record: verify names it",
    )
    ALTERED = ("副本一：改了一条体温。核验：", "Copy 1: one temperature changed. Verify says:")
    DELETED = ("副本二：删了一条事件。核验：", "Copy 2: one event deleted. Verify says:")
    EXPLORE = (
        "数据留在 {folder}。想自己看看：",
        "The data stays in {folder}. To look around:",
    )
    TRY = ("再试三条命令（先按上面启动服务）：", "Three commands to try (with the server running):")
    LOGIN_AS = (
        "演示账号 {username}，密码在 {file}",
        "The demo's account {username}; its password is in {file}",
    )
    DONE = (
        "演示完成：每一步都真实发生并已核对。",
        "Done: every step really happened and was checked.",
    )
    FAILED = ("演示中断：{what}", "The demo stopped: {what}")
