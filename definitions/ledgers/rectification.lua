-- 督察整改台账。怎样写一个台账见 docs/ledger.md。
--
-- 五要素（整改目标、责任单位、督导单位、整改措施、整改时限）缺一不可；验收与销号都要过数据这一关，
-- 承担整改的单位不能验收自己；销号以后数据反弹，原号重新打开。
local plan_columns = {
  text "measure" { "整改措施", en = "Measure", required = true }, text "goal" { "阶段目标", en = "Goal", required = true },
  unit "unit" { "责任单位", en = "Unit", required = true }, text "person" { "责任人", en = "Person", required = true },
  date "due" { "时限", en = "Limit", required = true }, flag "done" { "完成", en = "Done" },
}
local proofs = { "照片", "监测报告", "现场核查", "文件", "合同票据", "公众评议", "其他" }

-- 倒排：总时限移动多少天，未完成的措施随之移动多少天；移动前后都在记录里。
local function moved_along(c)
  local rows, days = c.fields.plan or {}, days_between(c.fields.planned_to, c.fields.due)
  for _, r in ipairs(rows) do
    if not r.done then r.due = add_days(r.due, days) end
  end
  return { plan = rows }
end

return ledger {
  id = "rectification", title = "督察整改", en = "Inspection rectification", family = "整改督察",
  about = "督察反馈问题一项一方案：五要素齐全，逐级分解，验收与销号先问数据，公示期满才销号，反弹原号重开。",
  number = "ZG-{year}-{seq:4}",

  fields = {
    -- 四色：中央督察红、省级督察橙、长江经济带蓝，其余为本级发现的灰。
    choice "source"     { "问题来源", en = "Source", required = true, from_finding = "监测发现",
                          of = { "中央督察", "省级督察", "长江经济带", "暗访暗查", "群众信访", "监测发现", "自查" },
                          colours = { ["中央督察"] = "red", ["省级督察"] = "orange", ["长江经济带"] = "blue", ["暗访暗查"] = "grey", ["群众信访"] = "grey",
                                      ["监测发现"] = "grey", ["自查"] = "grey" } },
    text   "source_number" { "反馈问题编号", en = "Number at the source", max = 60 },
    text   "title"      { "事项名称", en = "Title" },
    text   "problem"    { "存在问题", en = "Problem", required = true },
    goal   "goal"       { "整改目标", en = "Goal", required = true },       -- 文字，或指标＋比较＋窗口
    list   "measures"   { "整改措施", en = "Measures", required = true },
    -- 措施清单：一条措施一行，也各有目标、单位、责任人和时限。
    rows   "plan"       { "措施清单", en = "List of measures", max = 100,
                          of = plan_columns },
    number "progress"   { "措施完成率", en = "Measures done", unit = "%", decimals = 0,
                          value = function(c)
                            local n, done = 0, 0
                            for _, m in ipairs(c.fields.plan or {}) do
                              n = n + 1
                              if m.done then done = done + 1 end
                            end
                            if n > 0 then return round(done * 100 / n, 0) end
                          end },
    number "weight"     { "权重", en = "Weight", min = 0 },
    -- 谁来验收：按来源分级（黄山 2022 年办法的“1+1+N”），各省可改。
    choice "level"      { "验收层级", en = "Accepted at", of = { "省级验收", "市级验收", "县级验收" } },
    -- 公示期各地 5、7、10 个工作日（天津东丽 2025 年实例为 10，其余凭记忆），这里默认 10。
    number "notice"     { "公示期", en = "Public notice", unit = "个工作日", min = 5, max = 30, decimals = 0, default = 10 },
    unit   "owner"      { "责任单位", en = "Responsible unit", required = true },
    user   "person"     { "责任人", en = "Responsible person" },
    unit   "supervisor" { "督导单位", en = "Supervising unit", required = true, differs_from = "owner" },
    date   "due"        { "整改时限", en = "Time limit", required = true },
    date   "planned_to" { "措施清单排到", en = "Measures planned to", value = function(c) return c.fields.due end },
    site   "site"       { "点位", en = "Site" },
    point  "place"      { "位置", en = "Place" },
    -- 立案那一刻的数据，由线索带入，不能填写也不再改动。
    rows   "slice"      { "立案数据", en = "Data at the opening", by_finding = true, max = 500,
                          of = { time "at" { "时间", en = "Hour" }, text "digits" { "数值", en = "Value" }, text "flag" { "标记", en = "Mark" } } },
    text   "siblings"   { "举一反三", en = "The same cause elsewhere" },
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
                                   of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "plan"    { "制定措施清单", en = "Set the list of measures", from = { "立案", "整改中" }, by = { "owner", "supervisor" }, sets = { "plan" },
                       needs = { rows "plan" { "措施清单", en = "List of measures", required = true, max = 100,
                                   of = plan_columns } },
                       guard = function(c)
                         for i, m in ipairs(c.given.plan) do
                           if m.due > c.fields.due then return "第" .. i .. "条措施的时限晚于整改时限 " .. c.fields.due .. " | measure " .. i .. " ends after the limit" end
                         end
                         if #c.given.plan < #(c.fields.plan or {}) then return "措施只可调整，不可删除 | measures may change, not vanish" end
                       end },
    -- 超标成案的执法监测：采什么、在哪里，采样单里写明；结果与自动监测值并列。
    action "sample"  { "下达采样单", en = "Order a sample", from = { "立案", "整改中", "申请验收" }, by = { "office", "supervisor" }, never_by = "owner",
                       needs = { list "factors" { "采样项目（编码）", en = "Factors, by code", required = true } },
                       guard = function(c)
                         if not c.fields.site then return "没有点位，不知道在哪里采样 | the case names no site" end
                       end,
                       open = function(c)
                         local items = {}
                         for n, f in ipairs(c.given.factors) do items[n] = { factor = f } end
                         return { { ledger = "sampling", fields = { problem = c.number .. " " .. c.fields.problem, enterprise = c.fields.owner, site = c.fields.site, items = items, supervisor = c.fields.supervisor } } }
                       end },
    action "stop"    { "中止计时", en = "Stop the clock", from = "整改中", by = "office", never_by = "owner", pauses = true,
                       needs = { text "reason" { "不可抗力情形", en = "Why", required = true } } },
    action "go_on"   { "恢复计时", en = "Run the clock again", from = "整改中", by = "office", resumes = true },
    action "extend"  { "延期", en = "Extend", from = "整改中", by = "supervisor", max = 2, never_by = "owner", sets = { "due" }, set = moved_along,
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
                                   of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "return"  { "退回", en = "Return", from = { "申请验收", "验收" }, to = "整改中", by = "supervisor",
                       needs = { text "reason" { "理由", en = "Reason", required = true } } },
    action "approve" { "验收", en = "Accept the work", from = "申请验收", to = "验收", by = "supervisor", never_by = "owner",
                       gate = { "goal_met", "children_closed" }, sets = { "siblings" },
                       needs = { text "opinion" { "验收意见", en = "Opinion" }, text "siblings" { "举一反三排查情况", en = "The same cause elsewhere" } } },
    -- Publishing again after an objection was found groundless begins the notice anew.
    action "publish" { "公示", en = "Publish", from = { "验收", "公示" }, to = "公示", by = "office", never_by = "owner" },
    action "objection" { "收到异议", en = "Objection received", from = "公示", by = "office",
                       needs = { text "reason" { "异议内容", en = "Objection", required = true } } },
    action "uphold"  { "异议成立", en = "Uphold the objection", from = "公示", to = "整改中", by = "office",
                       needs = { text "reason" { "理由", en = "Reason", required = true } } },
    -- 公示当日计入（天津东丽 2025 年实例）。
    action "close"   { "销号", en = "Close", from = "公示", to = "销号", by = "office", never_by = "owner",
                       after = workdays "notice", unless = "objection", gate = { "goal_met", "children_closed" } },
    action "found_again" { "回头看发现反弹", en = "Found again", from = "销号", reopens = true, by = { "office", "supervisor" }, never_by = "owner",
                       needs = { text "reason" { "核查情况", en = "What was found", required = true } } },
  },

  clock    = { due = "due", counts = "calendar", yellow = 7 },
  evidence_kinds = 2,                                                     -- 文字目标至少两类佐证
  -- 五种手段（吉林）：每级一次，落在工作日。
  ladder   = { { -30, "调度", en = "Progress call", to = { "owner" }, rule = "时限前30日调度" }, { -7, "预警", en = "Warning", to = { "owner", "supervisor" }, rule = "时限前7日预警" },
               { 1, "通报", en = "Circular", to = { "owner", "supervisor" }, rule = "逾期次日通报" }, { workdays(10), "督办", en = "Supervision order", to = { "owner", "leader" }, rule = "逾期10个工作日督办" },
               { workdays(30), "约谈", en = "Interview", to = { "owner", "leader" }, rule = "逾期30个工作日约谈" } },
  report   = { every = "month", on_day = 25, by = "owner", action = "report", states = { "整改中" } },
  lookback = { for_days = 365, reopen_to = "整改中", on = "goal_broken", due_days = 30, recheck = { after_days = { 90, 180 }, share = 0.1, by = "supervisor" } },
  tree     = { children = { "rectification", "project", "zero", "sampling" }, weight = "weight", progress = "progress" },
  group    = "source",
  list     = { columns = { "number", "source", "title", "goal", "owner", "supervisor", "progress", "due", "problem", "measures" } },
  views    = { view "late" { "逾期", en = "Overdue", filter = { overdue = true } }, view "check" { "待验收", en = "To be accepted", filter = { state = "申请验收" } },
               view "notice" { "公示中", en = "On public notice", filter = { state = "公示" } }, view "rebound" { "反弹", en = "Rebounded", filter = { rebounded = true } },
               view "missed" { "未按期报告", en = "Report missed", filter = { missed = true } } },
  forms    = { form "plan" { "整改方案", en = "Rectification plan",
                 rows = { { "编号", "number" }, { "问题来源", "source" }, { "存在问题", "problem" }, { "整改目标", "goal" }, { "整改措施", "measures" }, { "措施清单", "plan" },
                          { "责任单位", "owner" }, { "责任人", "person" }, { "督导单位", "supervisor" }, { "整改时限", "due" } }, sign = { "责任单位（盖章）", "督导单位（盖章）" } },
               form "acceptance" { "整改验收表", en = "Acceptance sheet",
                 rows = { { "编号", "number" }, { "存在问题", "problem" }, { "整改目标", "goal" }, { "整改完成情况", "report" }, { "验收层级", "level" }, { "验收意见", "opinion" }, { "举一反三", "siblings" } },
                 sign = { "责任单位（盖章）", "验收单位（盖章）" } },
               form "closing" { "销号申请表", en = "Application to close",
                 rows = { { "编号", "number" }, { "整改任务", "problem" }, { "整改目标", "goal" }, { "整改措施", "measures" }, { "完成情况", "report" }, { "公示期（工作日）", "notice" } },
                 sign = { "责任单位（盖章）", "督导单位（盖章）", "督察整改办（盖章）" } } },
  excel    = { problem = { "问题", "存在问题", "督察反馈问题" }, due = { "整改时限", "完成时限", "时限" },
               owner = { "责任单位", "责任主体" }, supervisor = { "督导单位" }, measures = { "整改措施" }, goal = { "整改目标" }, source = { "问题来源", "来源" },
               source_number = { "反馈问题编号", "序号（反馈）" }, notice = { "公示期", "公示期（工作日）" } },
  public   = { "number", "source", "title", "problem", "goal", "measures", "owner", "due", "state", "light", "closed", "site", "progress", "history" },

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
        { "sample",  by = "owner_admin", given = { factors = { "w21003" } }, fails = "case.forbidden" },
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
    { "下达的采样单没有办结，不能验收", start = "2026-03-02 09:00",
      case = { source = "监测发现", problem = "总排口氨氮超标", measures = { "检修" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30", site = 1,
               goal = { text = "氨氮不高于 8 mg/L", indicator = "source.hour", site = 1, factor = "w21003", op = "<=", value = 8, unit = "mg/L", window = 24, period = "hour" } },
      steps = {
        { "sample", by = "supervisor", given = { factors = { "w21003" } }, children = 1 },
        { "accept", by = "owner" }, { "submit", by = "owner", given = { report = "已检修" } },
        { "approve", by = "supervisor", data = "met", fails = "case.gate_unmet" },
      } },
    { "文字目标要两类佐证",
      case = { source = "中央督察", problem = "台账缺失", measures = { "补齐台账" }, owner = "owner", supervisor = "supervisor",
               due = "2026-03-10", goal = "建立固体废物管理台账" },
      start = "2026-03-02 09:00",
      steps = {
        { "accept",  by = "owner", light = "green" },
        { "extend",  by = "supervisor", given = { due = "2026-03-01", reason = "雨季" }, fails = "case.gate_unmet" },
        { "extend",  by = "supervisor", days = 2, given = { due = "2026-03-31", reason = "雨季" }, light = "green" },
        { "submit",  by = "owner", given = { report = "已补齐", evidence = { { kind = "照片", text = "现场照片", files = { 1 } } } } },
        { "approve", by = "supervisor", fails = "case.gate_unmet" },
        { "return",  by = "supervisor", given = { reason = "佐证不足" } },
        { "report",  by = "owner", given = { report = "补材料", evidence = { { kind = "文件", text = "台账扫描件", files = { 2 } } } } },
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
    { "措施清单不晚于时限、不可删除；不可抗力中止期间不能验收；异议成立退回；回头看反弹原号重开",
      case = { source = "中央督察", problem = "台账缺失", measures = { "补齐台账" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30", goal = "建立固体废物管理台账" },
      start = "2026-03-02 09:00",
      steps = {
        { "accept", by = "owner" },
        { "plan", by = "owner", given = { plan = { { measure = "建账", goal = "台账上线", unit = "owner", person = "甲", due = "2026-07-15" } } }, fails = "case.gate_unmet" },
        { "sample", by = "supervisor", given = { factors = { "w21003" } }, fails = "case.gate_unmet" },                     -- 没有点位
        { "plan", by = "owner", given = { plan = { { measure = "建账", goal = "台账上线", unit = "owner", person = "甲", due = "2026-04-30" }, { measure = "培训", goal = "全员", unit = "owner", person = "乙", due = "2026-05-31" } } } },
        { "plan", by = "owner", given = { plan = { { measure = "建账", goal = "台账上线", unit = "owner", person = "甲", due = "2026-04-30" } } }, fails = "case.gate_unmet" },
        { "stop", by = "owner_admin", given = { reason = "x" }, fails = "case.forbidden" },
        { "stop", by = "office", given = { reason = "台风停工" } },
        { "submit", by = "owner", given = { report = "已补齐", evidence = { { kind = "照片", text = "台账柜", files = { 3 } }, { kind = "文件", text = "台账扫描件", files = { 4 } } } }, state = "申请验收" },
        { "approve", by = "supervisor", given = { siblings = "另查3家" }, fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "先恢复计时" }, state = "整改中" },
        { "go_on", by = "office", days = 5, clocks = { due = "2026-07-05" } },
        { "submit", by = "owner", given = { report = "已补齐" }, state = "申请验收" },
        { "approve", by = "supervisor", given = { siblings = "另查3家" }, state = "验收" },
        { "publish", by = "office" },
        { "objection", by = "office", given = { reason = "台账与实物不符" } },
        { "uphold", by = "office", given = { reason = "经核属实" }, state = "整改中" },
        { "submit", by = "owner", given = { report = "已核对" } },
        { "approve", by = "supervisor", given = { siblings = "另查3家" }, state = "验收" },
        { "publish", by = "office" },
        { "close", by = "office", days = 20, state = "销号" },
        { "found_again", by = "owner", given = { reason = "x" }, fails = "case.forbidden" },
        { "found_again", by = "supervisor", days = 40, given = { reason = "回头看台账又停记" }, state = "整改中", rebounds = 1 },
      } },
  },
}
