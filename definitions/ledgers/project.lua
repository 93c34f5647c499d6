-- 重点工程项目与资金绩效台账：节点按最终期限倒排，过了节点没有佐证就亮黄灯；建成以验收与运行数据为准，不以“已安装”为准。
local milestones_columns = {
  text "name" { "节点", en = "Milestone", required = true }, date "due" { "时限", en = "Limit", required = true },
  date "done" { "完成日期", en = "Done" }, text "proof" { "佐证", en = "Proof" },
}
local proofs = { "照片", "合同票据", "验收文件", "监测报告", "文件", "其他" }

-- 倒排：总时限移动多少天，未完成的节点随之移动多少天；移动前后都在记录里。
local function moved_along(c)
  local rows, days = c.fields.milestones or {}, days_between(c.fields.planned_to, c.fields.due)
  for _, r in ipairs(rows) do
    if not r.done then r.due = add_days(r.due, days) end
  end
  return { milestones = rows }
end

return ledger {
  id = "project", title = "重点项目", en = "Key projects", family = "工程项目",
  about = "治理工程的立项、开工、建成、验收与资金绩效：规模、节点、到位和支出，建成后看运行数据。",
  number = "XM-{year}-{seq:4}",

  fields = {
    text   "title"    { "项目名称", en = "Project", required = true, max = 120 },
    choice "kind"     { "项目类型", en = "Kind", required = true,
                        of = { "污水处理厂新建", "污水处理厂扩建", "污水处理厂提标", "污水管网", "固废处置", "大气治理", "生态修复", "监测能力", "其他" } },
    text   "problem"  { "建设内容", en = "What is built", required = true },
    number "size"     { "规模", en = "Size", min = 0 },
    choice "size_unit" { "规模单位", en = "Unit of size", required_when = { field = "kind", is = { "污水处理厂新建", "污水处理厂扩建", "污水处理厂提标", "污水管网", "固废处置" } },
                         of = { "t/d", "km", "t/a", "hm²", "座", "套" } },
    number "investment" { "总投资", en = "Investment", unit = "万元", min = 0 },
    number "central"  { "其中上级资金", en = "Of it from above", unit = "万元", min = 0 },
    number "arrived"  { "到位资金", en = "Arrived", unit = "万元", min = 0 },
    number "spent"    { "已支出", en = "Spent", unit = "万元", min = 0 },
    number "rate"     { "资金执行率", en = "Spent of arrived", unit = "%", decimals = 1,
                        value = function(c)
                          local a, s = c.fields.arrived, c.fields.spent
                          if a and s and a > 0 then return round(s * 100 / a, 1) end
                        end },
    rows   "milestones" { "节点", en = "Milestones", required = true, max = 30,
                          of = milestones_columns },
    number "progress" { "进度", en = "Progress", unit = "%", decimals = 0,
                        value = function(c)
                          local m, n, done = c.fields.milestones or {}, 0, 0
                          for _, x in ipairs(m) do
                            n = n + 1
                            if x.done and x.proof then done = done + 1 end
                          end
                          if n > 0 then return round(done * 100 / n, 0) end
                        end },
    text   "late"     { "滞后节点", en = "Milestones passed without proof",
                        value = function(c)
                          local names = ""
                          for _, x in ipairs(c.fields.milestones or {}) do
                            if x.due < c.today and not (x.done and x.proof) then names = names .. (names == "" and "" or "、") .. x.name end
                          end
                          return names
                        end },
    goal   "goal"     { "建成目标", en = "Goal", required = true },
    unit   "owner"    { "建设单位", en = "Builder", required = true },
    user   "person"   { "项目负责人", en = "Person in charge" },
    unit   "supervisor" { "主管部门", en = "Department in charge", required = true, differs_from = "owner" },
    date   "due"      { "建成时限", en = "Limit", required = true },
    date   "planned_to" { "节点排到", en = "Milestones planned to", value = function(c) return c.fields.due end },
    site   "site"     { "运行监测点位", en = "Site" },
    point  "place"    { "位置", en = "Place" },
  },

  states = { "储备", "开工", "建成", "验收", "运行达标",
             en = { "Planned", "Under construction", "Built", "Accepted", "Running to standard" },
             working = "开工", met = { "验收" }, closed = "运行达标" },

  actions = {
    action "start"  { "开工", en = "Begin", from = "储备", to = "开工", by = "owner",
                      needs = { text "report" { "开工情况", en = "Report", required = true } } },
    action "milestone" { "更新节点", en = "Update milestones", from = { "储备", "开工", "建成" }, by = "owner", sets = { "milestones" },
                         needs = { rows "milestones" { "节点", en = "Milestones", required = true, max = 30,
                                     of = milestones_columns },
                                   evidence "evidence" { "佐证材料", en = "Evidence", of = proofs } },
                         guard = function(c)
                           local new, old = c.given.milestones, c.fields.milestones or {}
                           for _, x in ipairs(new) do
                             if x.done and not x.proof then return "节点“" .. x.name .. "”完成须写佐证 | a milestone that is done wants its proof: " .. x.name end
                             if x.done and x.done > c.today then return "节点“" .. x.name .. "”的完成日期在今天之后 | done in the future: " .. x.name end
                             if x.due > c.fields.due then return "节点“" .. x.name .. "”晚于建成时限 " .. c.fields.due .. " | a milestone is later than the limit: " .. x.name end
                           end
                           if #new < #old then return "节点只可调整时限，不可删除（原" .. #old .. "个，现" .. #new .. "个） | milestones may move, not vanish" end
                         end },
    action "funds"  { "更新资金", en = "Update funds", from = { "储备", "开工", "建成", "验收" }, by = "owner", sets = { "arrived", "spent" },
                      needs = { number "arrived" { "到位资金", en = "Arrived", unit = "万元", min = 0, required = true },
                                number "spent" { "已支出", en = "Spent", unit = "万元", min = 0, required = true } },
                      guard = function(c)
                        if c.given.spent > c.given.arrived then return "支出超过到位资金 | more spent than arrived" end
                        if c.fields.investment and c.given.arrived > c.fields.investment then return "到位资金超过总投资 | more arrived than the investment" end
                      end },
    -- 最终期限移动，未完成的节点随之倒排，旧节点留在记录里。
    action "move"   { "调整期限", en = "Move the limit", from = { "储备", "开工" }, by = "supervisor", never_by = "owner", max = 2, sets = { "due" }, set = moved_along,
                      needs = { date "due" { "新的时限", en = "New limit", required = true }, text "reason" { "理由", en = "Why", required = true } } },
    action "built"  { "报告建成", en = "Report it built", from = "开工", to = "建成", by = "owner",
                      guard = function(c)
                        if c.fields.progress ~= 100 then return "节点完成" .. (c.fields.progress or 0) .. "%，有节点未完成或缺佐证 | milestones are not all done and proved" end
                      end,
                      needs = { text "report" { "建成情况", en = "Report", required = true },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = proofs } } },
    action "return" { "退回", en = "Return", from = { "建成", "验收" }, to = "开工", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "approve" { "验收", en = "Accept", from = "建成", to = "验收", by = "supervisor", never_by = "owner",
                       needs = { text "opinion" { "验收意见", en = "Opinion", required = true } } },
    action "run"    { "运行达标", en = "Running to standard", from = "验收", to = "运行达标", by = { "supervisor", "office" }, never_by = "owner", gate = "goal_met" },
  },

  clock    = { due = "due", counts = "calendar", yellow = 30, stages = "milestones" },
  evidence_kinds = 2,
  ladder   = { { -30, "调度", en = "Progress call", to = { "owner" }, rule = "建成时限前30日" }, { 1, "通报", en = "Circular", to = { "owner", "supervisor" }, rule = "逾期次日" },
               { workdays(20), "督办", en = "Supervision order", to = { "owner", "leader" }, rule = "逾期20个工作日" } },
  report   = { every = "month", on_day = 25, by = "owner", action = "funds", states = { "开工" } },
  lookback = { for_days = 365, reopen_to = "开工", on = "goal_broken", due_days = 60 },
  tree     = { children = { "project" }, weight = "investment", progress = "progress" },
  group    = "kind",
  list     = { columns = { "number", "title", "kind", "size", "size_unit", "investment", "rate", "progress", "late", "owner", "due" } },
  views    = { view "late" { "逾期", en = "Overdue", filter = { overdue = true } }, view "building" { "在建", en = "Under construction", filter = { state = "开工" } } },
  forms    = { form "sheet" { "重点项目进展表", en = "Project sheet",
                 rows = { { "项目名称", "title" }, { "建设内容", "problem" }, { "规模", "size" }, { "总投资（万元）", "investment" }, { "到位资金（万元）", "arrived" },
                          { "已支出（万元）", "spent" }, { "执行率（%）", "rate" }, { "节点", "milestones" }, { "进度（%）", "progress" } }, sign = { "建设单位（盖章）", "主管部门（盖章）" } } },
  excel    = { title = { "项目名称", "工程名称" }, problem = { "建设内容", "主要建设内容", "建设规模及内容" }, kind = { "项目类型", "类别" }, size = { "规模", "处理规模" },
               size_unit = { "规模单位" }, investment = { "总投资", "总投资（万元）", "计划投资" }, owner = { "建设单位", "责任单位", "实施单位" },
               supervisor = { "主管部门", "督导单位" }, due = { "建成时限", "完成时限", "竣工时间" }, goal = { "建成目标", "绩效目标" } },
  public   = { "number", "title", "kind", "problem", "size", "size_unit", "owner", "due", "progress", "state", "light" },

  tests = {
    { "节点过期没有佐证就列为滞后，补齐后才能报建成；装好不算，运行达标才销号", start = "2026-03-02 09:00",
      case = { title = "临港污水处理厂二期", kind = "污水处理厂扩建", problem = "新增处理能力5万吨/日", size = 50000, size_unit = "t/d", investment = 32000,
               milestones = { { name = "初步设计批复", due = "2026-03-31" }, { name = "主体完工", due = "2026-09-30" } }, owner = "owner", supervisor = "supervisor",
               due = "2026-12-31", goal = { text = "出水总氮日均值连续30天不高于15毫克/升", indicator = "source.day", site = 1, factor = "w21001", op = "<=", value = 15, unit = "mg/L", window = 30, period = "day" } },
      steps = {
        { "start", by = "owner", given = { report = "已开工" }, state = "开工", light = "green", computed = { progress = 0, late = false } },
        { "funds", by = "owner", days = 35, given = { arrived = 10000, spent = 4000 }, light = "yellow", computed = { rate = 40, late = "初步设计批复" } },
        { "funds", by = "owner", given = { arrived = 10000, spent = 12000 }, fails = "case.gate_unmet" },
        { "built", by = "owner", given = { report = "建成" }, fails = "case.gate_unmet" },
        { "milestone", by = "owner", given = { milestones = { { name = "初步设计批复", due = "2026-03-31", done = "2026-04-02", proof = "批复文件" } } }, fails = "case.gate_unmet" },
        { "milestone", by = "owner", given = { milestones = { { name = "初步设计批复", due = "2026-03-31", done = "2026-04-02", proof = "批复文件" },
                                                               { name = "主体完工", due = "2026-09-30", done = "2026-04-05", proof = "监理月报" } } }, computed = { progress = 100, late = false } },
        { "built", by = "owner", given = { report = "建成通水", evidence = { { kind = "照片", text = "通水", files = { 1 } } } }, state = "建成" },
        { "approve", by = "owner", given = { opinion = "同意" }, fails = "case.forbidden" },
        { "return", by = "supervisor", given = { reason = "竣工资料不全" }, state = "开工" },
        { "move", by = "owner_admin", given = { due = "2027-06-30", reason = "x" }, fails = "case.forbidden" },
        { "move", by = "supervisor", given = { due = "2027-01-31", reason = "资料补报" } },
        { "built", by = "owner", given = { report = "资料补齐" }, state = "建成" },
        { "approve", by = "supervisor", given = { opinion = "同意验收" }, state = "验收" },
        { "run", by = "office", data = "cannot_judge", fails = "case.gate_unmet" },
        { "run", by = "office", data = "met", state = "运行达标" },
        { "tick", days = 20, data = "broken", state = "开工", rebounds = 1 },
      } },
    { "缺规模单位", fails = "case.field_missing",
      case = { title = "管网", kind = "污水管网", problem = "105公里", size = 105, milestones = { { name = "开工", due = "2026-05-01" } }, owner = "owner", supervisor = "supervisor", due = "2026-12-31", goal = "建成" } },
  },
}
