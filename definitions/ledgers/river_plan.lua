-- 一河（湾）一策台账：每条措施写明预期效果和实测效果，落到控制断面的同一指标上。
-- 实测降幅由程序从控制断面的小时数据算，牵头单位填不了：开工前30天与完成后30天有效小时均值之比，任一段有效小时不足75%的不算；
-- 30天与75%是本市约定。先后之比不能单独归因于这一条措施，只说断面变了多少。
local works_columns = {
  text "what" { "措施", en = "Measure", required = true }, text "unit" { "责任单位", en = "Unit", required = true },
  date "due" { "期限", en = "Limit", required = true }, text "factor" { "作用指标", en = "Indicator", required = true },
  number "expected" { "预期降幅", en = "Expected", required = true, unit = "%" }, date "begun" { "开工", en = "Begun" }, date "done" { "完成", en = "Done" },
  number "before" { "开工前均值", en = "Before", hint = "由程序从断面数据算" }, number "after" { "完成后均值", en = "After", hint = "由程序从断面数据算" },
  number "measured" { "实测降幅", en = "Measured", unit = "%", hint = "由程序从断面数据算" },
}

return ledger {
  id = "river_plan", title = "一河一策", en = "One plan a river or bay", family = "水环境",
  about = "一条河或一个湾的问题、措施、预期与实测效果；以控制断面说话。",
  number = "HC-{year}-{seq:3}",
  fields = {
    text   "title"    { "河流或海湾", en = "River or bay", required = true, max = 80 },
    text   "chief"    { "河长、湾长", en = "Chief", required = true, max = 60 },
    text   "problem"  { "主要问题", en = "Problem", required = true },
    site   "site"     { "控制断面", en = "Section", required = true },
    goal   "goal"     { "目标", en = "Goal", required = true },
    rows   "works"    { "措施与效果", en = "Measures and effect", required = true, max = 100,
                        of = works_columns },
    text   "effect"   { "成效", en = "Effect", value = function(c)
                          local done, short, unknown = 0, 0, 0
                          for _, w in ipairs(c.fields.works or {}) do
                            if w.done then
                              done = done + 1
                              if not w.measured then unknown = unknown + 1 elseif w.measured < w.expected then short = short + 1 end
                            end
                          end
                          return "完成" .. done .. "项，未达预期" .. short .. "项，未测效果" .. unknown .. "项"
                        end },
    unit   "owner"    { "牵头单位", en = "Lead unit", required = true },
    unit   "supervisor" { "督导单位", en = "Supervising unit", required = true, differs_from = "owner" },
    date   "due"      { "期限", en = "Limit", required = true },
  },
  states = { "编制", "实施", "评估", "完成", en = { "Drafted", "Under way", "Assessed", "Done" }, working = "实施", closed = "完成" },
  actions = {
    action "approve" { "批准实施", en = "Approve", from = "编制", to = "实施", by = { "leader", "supervisor" }, never_by = "owner" },
    action "update" { "更新措施", en = "Update", from = { "实施", "评估" }, by = "owner", sets = { "works" },
                      needs = { rows "works" { "措施与效果", en = "Measures and effect", required = true, max = 100,
                                  of = works_columns } },
                      guard = function(c)
                        for i, w in ipairs(c.fields.works or {}) do
                          local n = c.given.works[i]
                          if not n or n.what ~= w.what or n.expected ~= w.expected then return "原有措施和预期不能改动（第" .. i .. "项） | what was planned stays: row " .. i end
                        end
                      end },
    action "assess" { "申请评估", en = "Ask for assessment", from = "实施", to = "评估", by = "owner", needs = { text "report" { "总结", en = "Report", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = { "监测报告", "照片", "文件", "其他" } } } },
    action "return" { "退回", en = "Return", from = "评估", to = "实施", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "close"  { "完成", en = "Close", from = "评估", to = "完成", by = "supervisor", never_by = "owner", gate = "goal_met" },
  },
  clock  = { due = "due", counts = "calendar", yellow = 30 },
  evidence_kinds = 2,
  report = { every = "quarter", on_day = 10, by = "owner", action = "update", states = { "实施" } },
  lookback = { for_days = 365, reopen_to = "实施", on = "goal_broken", due_days = 90 },
  tree   = { children = { "zero", "project", "outfall" } },
  list   = { columns = { "number", "title", "chief", "effect", "owner", "due" } },
  public = { "number", "title", "chief", "problem", "goal", "works", "effect", "state" },
  tests  = {
    { "预期不能事后改低；断面不达标不算完成", start = "2026-03-02 09:00",
      case = { title = "云临河", chief = "王某", problem = "氨氮偏高", site = 1, goal = { text = "氨氮连续30天不高于1.0毫克/升", indicator = "source.day", site = 1, factor = "w21003", op = "<=", value = 1, unit = "mg/L", window = 30, period = "day" },
               works = { { what = "封堵混接", unit = "云溪区", due = "2026-06-30", factor = "氨氮", expected = 20 } }, owner = "owner", supervisor = "supervisor", due = "2026-12-31" },
      steps = {
        { "approve", by = "supervisor", state = "实施" },
        { "update", by = "owner", given = { works = { { what = "封堵混接", unit = "云溪区", due = "2026-06-30", factor = "氨氮", expected = 5, measured = 6, done = "2026-06-01" } } }, fails = "case.gate_unmet" },
        { "update", by = "owner", given = { works = { { what = "封堵混接", unit = "云溪区", due = "2026-06-30", factor = "氨氮", expected = 20, measured = 6, done = "2026-06-01" } } }, computed = { effect = "完成1项，未达预期1项，未测效果0项" } },
        { "assess", by = "owner", given = { report = "总结" }, state = "评估" },
        { "close", by = "supervisor", data = "not_met", fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "断面未达标" }, state = "实施" },
        { "assess", by = "owner", given = { report = "再总结" }, state = "评估" },
        { "close", by = "supervisor", data = "met", state = "完成" },
      } },
  },
}
