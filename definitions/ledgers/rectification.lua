-- 督察整改台账。怎样写一个台账见 docs/ledger.md。
--
-- 五要素（整改目标、责任单位、督导单位、整改措施、整改时限）缺一不可；验收与销号都要过数据这一关，
-- 承担整改的单位不能验收自己；销号以后数据反弹，原号重新打开。
return ledger {
  id = "rectification", title = "督察整改", en = "Inspection rectification", family = "整改督察",
  number = "ZG-{year}-{seq:4}",

  fields = {
    choice "source"     { "问题来源", en = "Source", required = true, from_finding = "监测发现",
                          of = { "中央督察", "省级督察", "长江经济带", "暗访暗查", "群众信访", "监测发现", "自查" } },
    text   "title"      { "事项名称", en = "Title" },
    text   "problem"    { "存在问题", en = "Problem", required = true },
    goal   "goal"       { "整改目标", en = "Goal", required = true },       -- 文字，或指标＋比较＋窗口
    list   "measures"   { "整改措施", en = "Measures", required = true },
    unit   "owner"      { "责任单位", en = "Responsible unit", required = true },
    user   "person"     { "责任人", en = "Responsible person" },
    unit   "supervisor" { "督导单位", en = "Supervising unit", required = true, differs_from = "owner" },
    date   "due"        { "整改时限", en = "Time limit", required = true },
    site   "site"       { "点位", en = "Site" },
  },

  -- met: the work is accepted, the time limit no longer runs.
  states = { "立案", "整改中", "申请验收", "验收", "公示", "销号",
             en = { "Filed", "Rectifying", "Acceptance requested", "Accepted", "Public notice", "Closed" },
             working = "整改中", met = { "验收", "公示" }, closed = "销号" },

  actions = {
    action "accept"  { "接收", en = "Accept", from = "立案", to = "整改中", by = "owner" },
    action "report"  { "报告进展", en = "Report progress", from = "整改中", by = "owner",
                       needs = { text "report" { "进展情况", en = "Progress", required = true },
                                 evidence "evidence" { "佐证材料", en = "Evidence",
                                   of = { "照片", "监测报告", "现场核查", "文件", "合同票据", "公众评议", "其他" } } } },
    action "extend"  { "延期", en = "Extend", from = "整改中", by = "supervisor", max = 2, never_by = "owner", sets = { "due" },
                       needs = { date "due" { "新的时限", en = "New limit", required = true },
                                 text "reason" { "理由", en = "Reason", required = true } },
                       guard = function(c)
                         if c.given.due <= c.fields.due then
                           return "新的时限须晚于原时限 " .. c.fields.due .. " | the new limit must be later than " .. c.fields.due
                         end
                       end },
    action "submit"  { "申请验收", en = "Request acceptance", from = "整改中", to = "申请验收", by = "owner",
                       needs = { text "report" { "整改完成情况", en = "Completion report", required = true },
                                 evidence "evidence" { "佐证材料", en = "Evidence",
                                   of = { "照片", "监测报告", "现场核查", "文件", "合同票据", "公众评议", "其他" } } } },
    action "return"  { "退回", en = "Return", from = { "申请验收", "验收" }, to = "整改中", by = "supervisor",
                       needs = { text "reason" { "理由", en = "Reason", required = true } } },
    action "approve" { "验收", en = "Accept the work", from = "申请验收", to = "验收", by = "supervisor", never_by = "owner",
                       gate = "goal_met", needs = { text "opinion" { "验收意见", en = "Opinion" } } },
    -- Publishing again after an objection was found groundless begins the notice anew.
    action "publish" { "公示", en = "Publish", from = { "验收", "公示" }, to = "公示", by = "office", never_by = "owner" },
    action "objection" { "收到异议", en = "Objection received", from = "公示", by = "office",
                       needs = { text "reason" { "异议内容", en = "Objection", required = true } } },
    action "uphold"  { "异议成立", en = "Uphold the objection", from = "公示", to = "整改中", by = "office",
                       needs = { text "reason" { "理由", en = "Reason", required = true } } },
    -- 公示期：各地 5 至 10 个工作日，这里取 10（天津东丽 2025 年实例，公示当日计入）。
    action "close"   { "销号", en = "Close", from = "公示", to = "销号", by = "office", never_by = "owner",
                       after = workdays(10), unless = "objection", gate = "goal_met" },
  },

  clock    = { due = "due", counts = "calendar", yellow = 7 },
  evidence_kinds = 2,                                                     -- 文字目标至少两类佐证
  ladder   = { { -30, "调度" }, { -7, "预警" }, { 1, "通报" }, { workdays(10), "督办" }, { workdays(30), "约谈" } },
  lookback = { for_days = 365, reopen_to = "整改中", on = "goal_broken", due_days = 30 },
  excel    = { problem = { "问题", "存在问题", "督察反馈问题" }, due = { "整改时限", "完成时限", "时限" },
               owner = { "责任单位", "责任主体" }, supervisor = { "督导单位" }, measures = { "整改措施" }, goal = { "整改目标" } },
  public   = { "number", "title", "problem", "goal", "measures", "owner", "due", "state", "light", "closed", "site", "history" },

  tests = {
    { "数据说了算：未达标不能验收，达标才能销号，反弹原号重开",
      case = { source = "自查", problem = "总排口氨氮超标", measures = { "检修曝气系统" }, owner = "owner", supervisor = "supervisor",
               due = "2026-06-30", goal = { text = "连续24小时氨氮不高于 8 mg/L", indicator = "source.hour", site = 1, factor = "w21003",
                                            op = "<=", value = 8, unit = "mg/L", window = 24, period = "hour" } },
      start = "2026-03-02 09:00",
      steps = {
        { "submit",  by = "owner", given = { report = "完成" }, fails = "case.no_such_action" },
        { "accept",  by = "supervisor", fails = "case.forbidden" },
        { "accept",  by = "owner", state = "整改中" },
        { "submit",  by = "owner", fails = "case.field_missing" },
        { "submit",  by = "owner", given = { report = "已检修" }, state = "申请验收" },
        { "approve", by = "owner", data = "met", fails = "case.forbidden" },
        { "approve", by = "owner_leader", data = "met", fails = "case.forbidden" },
        { "approve", by = "supervisor", data = "not_met", fails = "case.gate_unmet", state = "申请验收" },
        { "approve", by = "supervisor", data = "cannot_judge", fails = "case.gate_unmet", state = "申请验收" },
        { "return",  by = "supervisor", given = { reason = "数据未达标" }, state = "整改中" },
        { "submit",  by = "owner", given = { report = "再次检修" } },
        { "approve", by = "supervisor", data = "met", state = "验收" },
        { "publish", by = "office", state = "公示" },
        { "close",   by = "office", data = "met", fails = "case.gate_unmet", state = "公示" },
        { "close",   by = "office", days = 11, data = "met", fails = "case.gate_unmet" }, -- 03-02 起第 10 个工作日是 03-13
        { "close",   by = "office", days = 1, data = "not_met", fails = "case.gate_unmet" },
        { "close",   by = "office", data = "met", state = "销号", light = "grey" },
        { "tick",    days = 30, data = "met", state = "销号" },
        { "tick",    days = 1, data = "broken", state = "整改中", rebounds = 1 },
      } },
    { "文字目标要两类佐证",
      case = { source = "中央督察", problem = "台账缺失", measures = { "补齐台账" }, owner = "owner", supervisor = "supervisor",
               due = "2026-03-10", goal = "建立固体废物管理台账" },
      start = "2026-03-02 09:00",
      steps = {
        { "accept",  by = "owner", light = "green" },
        { "extend",  by = "supervisor", given = { due = "2026-03-01", reason = "雨季" }, fails = "case.gate_unmet" },
        { "extend",  by = "supervisor", days = 2, given = { due = "2026-03-31", reason = "雨季" }, light = "green" },
        { "submit",  by = "owner", given = { report = "已补齐", evidence = { { kind = "照片", text = "现场照片" } } } },
        { "approve", by = "supervisor", fails = "case.gate_unmet" },
        { "return",  by = "supervisor", given = { reason = "佐证不足" } },
        { "report",  by = "owner", given = { report = "补材料", evidence = { { kind = "文件", text = "台账扫描件" } } } },
        { "submit",  by = "owner", given = { report = "已补齐" } },
        { "approve", by = "supervisor", state = "验收" },
        { "publish", by = "office" },
        { "objection", by = "office", given = { reason = "群众反映台账不实" } },
        { "close",   by = "office", days = 30, fails = "case.gate_unmet" },
        { "publish", by = "office", state = "公示" },
        { "close",   by = "office", days = 20, state = "销号" },
        { "tick",    days = 10, data = "broken", state = "销号", rebounds = 0 }, -- 文字目标没有数据可回头看
      } },
    { "五要素缺一不可", fails = "case.field_missing",
      case = { source = "自查", problem = "扬尘", owner = "owner", supervisor = "supervisor", due = "2026-03-10", goal = "达标" } },
    { "责任单位不能督导自己", fails = "case.field_invalid",
      case = { source = "自查", problem = "扬尘", measures = { "喷淋" }, owner = "owner", supervisor = "owner", due = "2026-03-10",
               goal = "达标" } },
  },
}
