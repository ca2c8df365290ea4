"""What is said about the error codes of trips, passengers and their events, in Chinese and English: status,
what is wrong, the next step.
"""

from schemas.errors import ErrorCode, Message

_E = ErrorCode

JOURNEYS: dict[ErrorCode, Message] = {
    _E.ALREADY_ABOARD: Message(
        409,
        ("此人已经上车", "无需重复登记；如登记有误，请先冲正原记录。"),
        ("this person is aboard already", "Nothing to do; if that was wrong, reverse it first."),
    ),
    _E.ALREADY_ON_THIS_TRIP: Message(
        409,
        ("此人已在本趟名册中", "无需重复编入；要换座位，请登记“换座”。"),
        ("this person is on this trip already", "Nothing to do; to move them, change the seat."),
    ),
    _E.ALREADY_ON_TRIP: Message(
        409,
        ("此人已编入另一趟车", "请先从原趟次移出，再编入本趟。"),
        ("this person is on another trip", "Take them off the other trip first."),
    ),
    _E.APPROVAL_INCOMPLETE: Message(
        422,
        (
            "电话批准的内容不全",
            "请写明批准人姓名（person）、职务（post）和批准时间（approved_at）。",
        ),
        (
            "an approval by telephone is incomplete",
            "Say who approved (person), the post held (post) and when (approved_at).",
        ),
    ),
    _E.APPROVAL_UNKNOWN: Message(
        409,
        ("没有这项待确认的电话批准", "请核对编号；可能已经确认或冲正。"),
        (
            "no such approval waits for its confirmation",
            "Check the id: it may have been confirmed or reversed.",
        ),
    ),
    _E.BATCH_CANCELLED: Message(
        409,
        ("该批次已取消", "取消的批次不能再修改，也不能再加趟次；请另建批次。"),
        (
            "this batch was cancelled",
            "It is not changed and takes no trips any more: open a new one.",
        ),
    ),
    _E.CANNOT_REVERSE: Message(
        409,
        ("该记录不能冲正", "冲正记录本身及系统记录不能再冲正；请补录正确的事实。"),
        ("this event cannot be reversed", "Record the correct fact as a new event instead."),
    ),
    _E.CAPTAIN_MISSING: Message(
        409,
        (
            "领队同时带几趟车，本趟还没有车长",
            "请先指定一名本趟乘客或驾驶员为车长（captain.named）。",
        ),
        (
            "the escort leads several trips at once, and this one has no captain",
            "Name one of its passengers or drivers first: captain.named.",
        ),
    ),
    _E.CLOCK_AHEAD: Message(
        422,
        ("手机时间不对", "发生时间比现在晚24小时以上，请校准手机时间后重发。"),
        ("the device's clock is wrong", "It is over 24 h ahead; set the clock and send again."),
    ),
    _E.CODE_WRONG: Message(
        403,
        ("交接码不正确", "请核对交接单上的交接码，或改用其他签收方式。"),
        ("the handover code is wrong", "Check the code on the sheet or sign another way."),
    ),
    _E.DESTINATION_FIXED: Message(
        409,
        (
            "批次的目的地已不能改",
            "有趟次已函告输入地、已锁定名册或已发车；请另建批次，取消没发车的趟次，在新批次中重建。",
        ),
        (
            "the destination of this batch stands",
            "A trip was filed, locked or departed: open a new batch, and plan the others anew there.",
        ),
    ),
    _E.DRIVER_BUSY: Message(
        409,
        (
            "驾驶员在同一时间已排在另一趟次",
            "请换驾驶员或改时间；已经发生的，请用“事后补录”方式登记。",
        ),
        (
            "the driver is on another trip then",
            "Take another driver or time; if it happened: afterwards.",
        ),
    ),
    _E.DRIVER_OVERWORKED: Message(
        409,
        (
            "驾驶员7天内的驾驶时间超过上限",
            "请换驾驶员，或加一名驾驶员分担后再锁定名册。",
        ),
        (
            "a driver would drive too many hours in seven days",
            "Take another driver, or add one to share the driving, then lock the list.",
        ),
    ),
    _E.EQUATION_OPEN: Message(
        409,
        (
            "人数尚未平衡",
            (
                "还有人员没有去向，请逐人登记接收、移交、离开或失联；没有上车的，登记“未到”；"
                "上车时被拦下的，补登“不准上车”（加 --afterwards --at 时间）。"
            ),
        ),
        (
            "the sum does not balance",
            (
                "Record an end for each; a no-show for who never boarded; denied, told afterwards "
                "with its time, for who was refused at the door."
            ),
        ),
    ),
    _E.ESCORT_BUSY: Message(
        409,
        ("领队在同一时间已带另一批次的车", "同一领队只能带同一批次的几趟车；请换领队或改时间。"),
        (
            "the escort leads a trip of another batch then",
            "One escort may lead several trips of one batch only: name another, or another time.",
        ),
    ),
    _E.EVENT_KIND_RETIRED: Message(
        422,
        ("这类事件已停用", "请改用新的事件类型。"),
        ("this kind of event is not taken any more", "Use the kind that took its place."),
    ),
    _E.EVENT_KIND_UNKNOWN: Message(
        422,
        ("不接受该事件类型", "请查阅接口文档中的事件清单。"),
        ("this kind of event is not accepted here", "See the list of kinds in the API document."),
    ),
    _E.EVENT_UNREADABLE: Message(
        422,
        (
            "这条事件无法识别",
            "同时提交的其他事件不受影响；请按提示修改，或升级程序后，用同一编号重发。",
        ),
        (
            "this event cannot be read",
            "The others were not affected; mend it, or update, and send it again with the same id.",
        ),
    ),
    _E.EXCEPTIONS_OPEN: Message(
        409,
        ("还有例外情况未说明", "请逐项冲正或说明后再归档。"),
        ("exceptions are still open", "Correct or explain each of them before closing."),
    ),
    _E.EXCEPTION_UNKNOWN: Message(
        409,
        ("没有这项待说明的例外", "请先查看趟次的例外清单。"),
        ("there is no such open exception", "Look at the trip's list of exceptions first."),
    ),
    _E.FILING_UNACKNOWLEDGED: Message(
        409,
        (
            "输入地尚未回复确认",
            (
                "请先登记“输入地确认”：何人（person）、何单位（unit）、何种方式（channel）；"
                "电话确认的，另写职务（post）和批准时间（approved_at）。"
            ),
        ),
        (
            "the destination has not acknowledged",
            (
                "Record who acknowledged first: person, unit and channel; of a call post and "
                "approved_at, too."
            ),
        ),
    ),
    _E.HEALTH_HOLD: Message(
        409,
        ("此人暂缓出行", "请联系卫健部门，解除后再安排。"),
        ("this person is on hold", "Ask the health office to release the hold first."),
    ),
    _E.HOLD_UNKNOWN: Message(
        409,
        ("没有这项暂缓记录", "请先查看此人的暂缓清单。"),
        ("there is no such open hold", "Look at the person's holds first."),
    ),
    _E.ID_REUSED: Message(
        409,
        ("编号已用于另一内容", "同一编号只能重发相同内容；新内容请换新编号。"),
        ("the id was used for other content", "Repeat it unchanged, or use a new id."),
    ),
    _E.INCIDENT_UNKNOWN: Message(
        409,
        ("没有这件未了结的情况", "请核对编号：是“报告事件”那条记录的编号；可能已经了结。"),
        (
            "no such incident is open",
            "Check the id: it is that of the report (incident.reported); it may be settled already.",
        ),
    ),
    _E.LICENCE_EXPIRED: Message(
        409,
        (
            "车辆、驾驶员或本趟的证件在到达前已过期",
            "请更换车辆或驾驶员；证件已换新的，请先更新有效期。",
        ),
        (
            "papers of vehicle, driver or trip end before arrival",
            "Replace it, or enter the renewal.",
        ),
    ),
    _E.LIST_EMPTY: Message(
        409,
        ("名册上还没有人", "请先把乘客编入本趟，再锁定名册。"),
        ("nobody is on the list", "Assign passengers before locking."),
    ),
    _E.MANIFEST_LOCKED: Message(
        409,
        ("名册已锁定", "请先说明原因解锁，改好后重新锁定。"),
        ("the manifest is locked", "Unlock it with a reason, change it, and lock it again."),
    ),
    _E.MANIFEST_NOT_LOCKED: Message(
        409,
        ("名册尚未锁定", "请先锁定名册；已经发生的事请用“事后补录”方式登记。"),
        ("the manifest is not locked", "Lock it first; what already happened: mode afterwards."),
    ),
    _E.NOT_ABOARD: Message(
        409,
        (
            "此人没有上车记录",
            "请先补录“上车”（登记成“未到”等的，先冲正那一条）；确已发生的，用“事后补录”登记。",
        ),
        (
            "this person is not recorded as ever aboard",
            "Tell the boarding first (reverse a wrong no-show before); or send it afterwards.",
        ),
    ),
    _E.NOT_BALANCED_HANDOVER: Message(
        409,
        (
            "签收名单与记录不一致",
            "登记有误的先冲正，没登记上车的补录“上车”，不在场的从名单去掉；确已签收的，用“事后补录”登记。",
        ),
        (
            "the signed list differs from the record",
            "Reverse what was wrong, tell a missing boarding, or leave them out; else: mode afterwards.",
        ),
    ),
    _E.NOT_DISINFECTED: Message(
        409,
        (
            "车辆还没有按规定消毒",
            "请在上一趟结束后、本次上车前消毒（归档前为返程后消毒），登记“车辆消毒”，再继续。",
        ),
        (
            "the vehicle is not disinfected as the policy asks",
            "Disinfect it after its run before (to close: after this one), tell vehicle.disinfected, go on.",
        ),
    ),
    _E.NOT_ON_LIST: Message(
        409,
        (
            "此人不在本趟名册中",
            "请核对人和趟次；要上车须先编入名册，已在车上的请登记“名单外在车”。",
        ),
        ("this person is not on the list", "Check person and trip; if aboard: found aboard."),
    ),
    _E.OVERLAPPING_TRIP: Message(
        409,
        ("与此人的另一趟车时间重叠", "请先从另一趟移出，或调整计划时间。"),
        ("this overlaps another trip of this person", "Take them off it, or change a plan's time."),
    ),
    _E.OVER_CAPACITY: Message(
        409,
        ("超过可乘人数", "请减少人数，或改用更大的车辆。"),
        ("more people than places", "Take fewer people or a larger vehicle."),
    ),
    _E.PASSENGER_UNKNOWN: Message(
        409,
        (
            "本趟没有这名人员",
            "请核对趟次和人员编号（见本趟人员列表）；还没编入本趟的，请先编入。",
        ),
        (
            "nobody with this id is on the trip's record",
            "Check the trip and the passenger's id in the trip's list of passengers.",
        ),
    ),
    _E.PERSON_UNKNOWN: Message(
        404,
        (
            "没有找到证件号码和姓名都相符的人员",
            "请对照证件重新输入；确实没有登记的，按未登记人员（unregistered）登记。",
        ),
        (
            "nobody has both this number and this name",
            "Compare with the card; record somebody who is in no registry as unregistered.",
        ),
    ),
    _E.PHONE_UNREACHABLE: Message(
        409,
        (
            "有人没有可联系的电话",
            "请补录本人、家属或村里的电话后再锁定名册；清单见 fangang roster todo。",
        ),
        ("somebody has no phone", "Add an own, family or village number: fangang roster todo."),
    ),
    _E.PLAN_INCOMPLETE: Message(
        409,
        ("趟次方案不完整", "请补齐车辆、驾驶员、上下车点、计划时间和联系人。"),
        ("the plan is incomplete", "Add vehicle, driver, points, times and contacts."),
    ),
    _E.PLATE_EXISTS: Message(
        409,
        ("该车牌已登记", "请直接使用已登记的车辆。"),
        ("the plate is registered already", "Use the vehicle that is there."),
    ),
    _E.DECLARATION_EXPIRED: Message(
        409,
        ("健康申报已过期", "请重新询问本人并登记健康申报。"),
        ("the declaration of health is too old", "Ask the person again and note the answers."),
    ),
    _E.COMPANION_ABSENT: Message(
        409,
        ("未成年人的同行照看人不在名册上", "请换人照看，重新登记监护人同意。"),
        ("the minor's companion is not on the list", "Name somebody else in a new consent."),
    ),
    _E.CONSENT_MISSING: Message(
        409,
        (
            "未满16周岁，监护人不在本趟名册上，也没有监护人书面同意",
            "请登记监护人同意（附照片），写明同行照看人和接收人。",
        ),
        (
            "younger than 16, without the guardian on this list or the guardian's consent",
            "Record the consent with a photograph, the companion and the receiver.",
        ),
    ),
    _E.CONSENT_UNPROVED: Message(
        409,
        ("监护人同意没有附上书面材料", "请先拍照或扫描上传同意书，再在登记中写上附件编号。"),
        ("the consent names no paper", "Upload a photograph or scan of it and name that."),
    ),
    _E.DECLARATION_MISSING: Message(
        409,
        ("没有健康申报", "请按本政策的问题询问本人并登记。"),
        ("there is no declaration of health", "Ask the policy's questions and note the answers."),
    ),
    _E.EXPOSURE_DECLARED: Message(
        409,
        ("健康申报中有需要核实的回答", "请联系卫健部门；情况有变的重新申报。"),
        (
            "an answer of the declaration is yes",
            "Ask the health office; declare again if it changed.",
        ),
    ),
    _E.NOTHING_HELD: Message(
        409,
        ("此人没有需要破例的情况", "可以正常上车。"),
        ("nothing stands against this person", "They may board as they are."),
    ),
    _E.PROOF_AGAINST: Message(
        409,
        ("证明结果异常", "请联系卫健部门核实。"),
        ("a proof of health is not normal", "Ask the health office to look into it."),
    ),
    _E.PROOF_EXPIRED: Message(
        409,
        ("健康证明到达时已过期", "请重新开具后登记。"),
        ("the proof of health ends before the arrival", "Get a new one and note it."),
    ),
    _E.PROOF_RESULT_MISSING: Message(
        409,
        ("健康证明没有登记所要求的结果", "请核对阴性或绿码后重新登记。"),
        ("the proof was noted without the result asked for", "Look at it and note it again."),
    ),
    _E.PROOF_UNRECOGNISED: Message(
        409,
        ("健康证明的出具地不被认可", "请在认可的地方重新开具。"),
        ("the proof was issued where it is not recognised", "Get one that is recognised."),
    ),
    _E.RISK_AREA: Message(
        409,
        ("往来地区的风险等级不准出行", "请由县里决定改期、改线或改用政策。"),
        ("nobody travels from or to areas of this level of risk", "Another day, way or policy."),
    ),
    _E.SCREENING_AGAINST: Message(
        409,
        ("核查系统有返回结果", "请联系卫健部门核实。"),
        ("the screening found something", "Ask the health office to look into it."),
    ),
    _E.TEMPERATURE_HIGH: Message(
        409,
        ("体温超过标准", "请复测；仍超过的不上车，并联系卫健部门。"),
        (
            "the temperature is above the limit",
            "Measure again; if it stays, no boarding: health office.",
        ),
    ),
    _E.PROOF_MISSING: Message(
        409,
        ("缺少有效的健康证明", "请先登记防控政策要求的证明，且出行当日仍有效。"),
        ("a valid health proof is missing", "Record one that the policy asks for and is valid."),
    ),
    _E.SEAT_KEPT_FREE: Message(
        409,
        ("该座位按方案须空出", "请另选座位。"),
        ("this seat is kept free by the plan", "Choose another seat."),
    ),
    _E.SEAT_TAKEN: Message(
        409,
        ("该座位已有人", "请另选座位。"),
        ("this seat is taken", "Choose another seat."),
    ),
    _E.SEAT_UNKNOWN: Message(
        409,
        ("车上没有这个座位", "请核对车辆座位图。"),
        ("the vehicle has no such seat", "Look at the vehicle's seat layout."),
    ),
    _E.STATE_FORBIDS: Message(
        409,
        (
            "当前状态下不能这样做",
            "请查看趟次状态和可做的下一步；登记有误的先冲正，已经发生的用“事后补录”登记。",
        ),
        (
            "the present state does not allow this",
            "See what may come next; reverse what was wrong; what happened already: afterwards.",
        ),
    ),
    _E.TIME_OUT_OF_RANGE: Message(
        422,
        ("时间不合理", "请核对日期和时间。"),
        ("the time is out of range", "Check date and time."),
    ),
    _E.TRIPS_OPEN: Message(
        409,
        ("批次中还有没结束的趟次", "请先逐趟取消；已经发车的，归档后再取消批次。"),
        (
            "trips of this batch are still open",
            "Cancel each of them first, or close those that have departed; then cancel the batch.",
        ),
    ),
    _E.MINOR_UNACCOMPANIED: Message(
        409,
        (
            "车上有未成年人，其监护人或同行照看人不在车上",
            "请等照看人上车，或让孩子下车，或重新登记监护人同意后再发车。",
        ),
        (
            "a minor is aboard without the guardian or companion",
            "Wait for them, let the minor leave, or record a new consent; then depart.",
        ),
    ),
    _E.RECEIVER_DIFFERENT: Message(
        409,
        (
            "该未成年人只能交给监护人同意书上写的接收人",
            "请核对来人，单独登记“接收”，在接收人（receiver）中填写其姓名；监护人改了主意的，先重新登记监护人同意。",
        ),
        (
            "this minor is handed over only to the receiver whom the guardian named",
            "Check who it is; record the receiving by itself with the receiver's name, or a new consent first.",
        ),
    ),
    _E.UNDER_AGE: Message(
        409,
        ("未满16周岁，不能作为务工人员", "如为随行家属，请改为家属或儿童并填写监护人。"),
        ("younger than 16: not as a worker", "Enter as family or child with a guardian."),
    ),
    _E.VEHICLE_BUSY: Message(
        409,
        ("车辆在同一时间已排在另一趟次", "请换车辆或改时间；已经发生的，请用“事后补录”方式登记。"),
        (
            "the vehicle is on another trip then",
            "Take another or another time; if it happened: afterwards.",
        ),
    ),
    _E.WORKER_WITHDRAWN: Message(
        409,
        ("此人已撤出", "如确需出行，请先恢复登记。"),
        ("this person was withdrawn", "Register the person again first."),
    ),
}
