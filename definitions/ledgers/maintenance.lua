-- 运维工单台账：数据无效、存疑、中断先是设备的事，转运维，不按超标立案；修好要看数据恢复，超过时限升级。
local proofs = { "运维记录", "校准记录", "质控报告", "照片", "现场核查", "文件", "其他" }

return ledger {
  id = "maintenance", title = "运维工单", en = "Maintenance jobs", family = "执法监管",
  about = "监测设备的无效、存疑与中断数据转运维：接单、处置、复核，数据恢复才办结；查出人为干扰的另行立案。",
  number = "YW-{year}-{seq:5}",
  fields = {
    choice "fault"    { "故障类型", en = "Fault", from_finding = "待查", of = { "待查", "仪器故障", "校准质控", "通讯中断", "断电", "采样管路", "人为干扰", "非故障" } },
    text   "title"    { "事项", en = "Title", max = 200 },
    text   "problem"  { "异常情况", en = "What is wrong", required = true },
    list   "measures" { "处置要求", en = "What is to be done" },
    goal   "goal"     { "恢复标准", en = "Goal", required = true },
    unit   "owner"    { "运维责任单位", en = "Maintainer", required = true },
    unit   "supervisor" { "复核单位", en = "Checking unit", required = true, differs_from = "owner" },
    date   "due"      { "恢复时限", en = "Limit", required = true },
    site   "site"     { "点位", en = "Site" },
    -- 立案那一刻的数据，由线索带入，不能填写也不再改动。
    rows   "slice"      { "立案数据", en = "Data at the opening", by_finding = true, max = 500,
                          of = { time "at" { "时间", en = "Hour" }, text "digits" { "数值", en = "Value" }, text "flag" { "标记", en = "Mark" } } },
  },
  states = { "派单", "处置", "待复核", "办结", en = { "Sent out", "In hand", "Under check", "Done" }, working = "处置", closed = "办结" },
  actions = {
    action "take"   { "接单", en = "Take", from = "派单", to = "处置", by = "owner" },
    action "report" { "处置进展", en = "Report", from = "处置", by = "owner", needs = { text "report" { "进展", en = "Progress", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = proofs } } },
    action "submit" { "申请复核", en = "Ask for the check", from = "处置", to = "待复核", by = "owner", sets = { "fault" },
                      needs = { choice "fault" { "查明原因", en = "Cause", required = true, of = { "仪器故障", "校准质控", "通讯中断", "断电", "采样管路", "人为干扰", "非故障" } },
                                text "report" { "处置情况", en = "What was done", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = proofs } } },
    action "return" { "退回", en = "Return", from = "待复核", to = "处置", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    -- 人为干扰不是运维能了结的：先有问题线索，工单才能办结。
    action "lead"   { "转问题线索", en = "Make it a lead", from = { "处置", "待复核" }, by = { "supervisor", "office" }, never_by = "owner",
                      needs = { unit "judge" { "研判单位", en = "To be judged by", required = true } },
                      open = function(c)
                        return { { ledger = "lead", fields = { by_what = "技防", channel = "运维工单", title = c.fields.title, problem = c.fields.problem, owner = c.given.judge, site = c.fields.site } } }
                      end },
    action "close"  { "办结", en = "Close", from = "待复核", to = "办结", by = "supervisor", never_by = "owner", gate = "goal_met",
                      guard = function(c)
                        if c.fields.fault == "人为干扰" and c.children.n == 0 then return "查明人为干扰，须先转问题线索 | tampering: make it a lead first" end
                      end },
  },
  clock  = { due = "due", counts = "calendar", yellow = 1 },
  evidence_kinds = 2,
  ladder = { { 1, "督办", en = "Supervision order", to = { "owner", "supervisor" }, rule = "逾期次日" } },
  tree   = { children = { "lead" } },
  group  = "fault",
  list   = { columns = { "number", "fault", "title", "owner", "supervisor", "due" } },
  views  = { view "late" { "逾期", en = "Overdue", filter = { overdue = true } }, view "check" { "待复核", en = "To be checked", filter = { state = "待复核" } } },
  forms  = { form "job" { "运维工单", en = "Job", rows = { { "编号", "number" }, { "事项", "title" }, { "异常情况", "problem" }, { "立案数据", "slice" }, { "处置要求", "measures" }, { "恢复标准", "goal" }, { "恢复时限", "due" } }, sign = { "运维责任单位（盖章）", "复核单位（盖章）" } } },
  tests  = {
    { "修好要看数据，人为干扰先转线索", start = "2026-03-02 09:00",
      case = { problem = "二氧化硫连续13小时数据无效", owner = "owner", supervisor = "supervisor", due = "2026-03-04",
               goal = { text = "连续24小时有数据", indicator = "site.online", site = 1, op = ">=", value = 1, window = 24, period = "hour" } },
      steps = {
        { "take", by = "owner", state = "处置" },
        { "report", by = "owner", given = { report = "换泵" } },
        { "submit", by = "owner", given = { fault = "人为干扰", report = "采样管被拔" }, state = "待复核" },
        { "close", by = "supervisor", data = "met", fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "补照片" }, state = "处置" },
        { "submit", by = "owner", given = { fault = "人为干扰", report = "采样管被拔" }, state = "待复核" },
        { "lead", by = "owner_admin", given = { judge = "supervisor" }, fails = "case.forbidden" },
        { "lead", by = "supervisor", given = { judge = "supervisor" }, children = 1 },
        { "close", by = "supervisor", data = "not_met", fails = "case.gate_unmet" },
        { "close", by = "owner_supervisor", data = "met", fails = "case.forbidden" },
        { "close", by = "supervisor", data = "met", state = "办结" },
        } },
    { "立案数据只由线索带入", fails = "case.field_invalid",
      case = { problem = "p", owner = "owner", supervisor = "supervisor", due = "2026-03-04", goal = "恢复", slice = { { at = "2026-03-01T09:00", digits = "1", flag = "N" } } } },
  },
}
