-- 生态环境委员会与河湖湾林长台账：一个决定就是一件交办，有承办、有期限；哪一段由谁任长，从名录（chief.lua）里认。
local proofs = { "照片", "文件", "会议纪要", "监测报告", "现场核查", "其他" }

local chiefs = { "河长", "湖长", "湾长", "林长" }

-- 名录中这一段这一级的长；名录保证至多一名。
local function chief_of(c)
  for _, x in ipairs(c.related.listed) do
    for _, p in ipairs(x.state ~= "撤销" and x.fields.chiefs or {}) do
      if p.level == c.fields.level then return p end
    end
  end
end

return ledger {
  id = "committee", title = "委员会与河湖长交办", en = "Committee and chiefs", family = "整改督察",
  about = "顶格协调的议题、决定与交办，河长湾长林长的巡查与协调事项。",
  number = "WY-{year}-{seq:4}",
  open_by = { "leader", "office" },
  fields = {
    choice "body"     { "议事机构", en = "Body", required = true, of = { "生态环境委员会", "专业委员会", "河长", "湖长", "湾长", "林长" } },
    choice "level"    { "级别", en = "Level", required = true, of = { "市级", "县级", "镇级", "村级" } },
    text   "segment"  { "河段、湖库、海湾或林区", en = "Segment", max = 100, required_when = { field = "body", is = chiefs } },
    -- 由名录认出，交办时是谁就写谁，以后换人不改。
    text   "chief"    { "长（姓名与职务）", en = "Chief", value = function(c)
                          if c.fields.chief then return c.fields.chief end
                          local p = chief_of(c)
                          return p and p.name .. " " .. p.post
                        end },
    text   "title"    { "议题", en = "Subject", required = true, max = 120 },
    text   "problem"  { "需协调的问题", en = "Issue", required = true },
    text   "decision" { "决定", en = "Decision", required = true },
    date   "met"      { "会议或巡查日期", en = "Met on", required = true },
    unit   "owner"    { "承办单位", en = "Responsible unit", required = true },
    unit   "supervisor" { "督办单位", en = "Supervising unit", required = true, differs_from = "owner" },
    goal   "goal"     { "完成标准", en = "Goal", required = true },
    date   "due"      { "完成期限", en = "Limit", required = true },
    site   "site"     { "断面或点位", en = "Site" },
  },
  related = { listed = { ledger = "chief", where = { segment = "segment", body = "body" } } },
  guard = function(c)
    if contains(chiefs, c.fields.body) and not chief_of(c) then
      return "河湖湾林长名录里没有" .. c.fields.segment .. "的" .. c.fields.level .. c.fields.body .. "，先登记再交办 | the list of chiefs has none for this segment at this level"
    end
  end,
  states = { "交办", "承办", "待核", "办结", en = { "Dispatched", "In hand", "Under check", "Done" }, working = "承办", closed = "办结" },
  actions = {
    action "take"   { "签收", en = "Take", from = "交办", to = "承办", by = "owner" },
    action "report" { "报告进展", en = "Report progress", from = "承办", by = "owner", needs = { text "report" { "进展", en = "Progress", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "submit" { "申请办结", en = "Ask to close", from = "承办", to = "待核", by = "owner", needs = { text "report" { "完成情况", en = "Report", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "return" { "退回", en = "Return", from = "待核", to = "承办", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "close"  { "办结", en = "Close", from = "待核", to = "办结", by = "supervisor", never_by = "owner", gate = "goal_met" },
  },
  clock  = { due = "due", counts = "calendar", yellow = 7 },
  evidence_kinds = 2,
  ladder = { { -7, "预警", en = "Warning", to = { "owner" }, rule = "期限前7日" }, { 1, "督办", en = "Supervision order", to = { "owner", "leader" }, rule = "逾期次日" } },
  lookback = { for_days = 365, reopen_to = "承办", on = "goal_broken", due_days = 30 },
  group  = "body",
  list   = { columns = { "number", "body", "level", "segment", "chief", "title", "owner", "due" } },
  public = { "number", "body", "level", "segment", "chief", "title", "state" },
  tests  = {
    { "从名录认出长，决定有承办有期限", start = "2026-03-02 09:00",
      before = { { ledger = "chief", case = { segment = "云临河中段", body = "河长", problem = "p", levels = { "市级", "县级" }, owner = "owner", supervisor = "supervisor",
                                              chiefs = { { level = "市级", name = "李某", post = "副市长", from = "2026-01-01" }, { level = "县级", name = "王某", post = "副县长", from = "2026-01-01" } } } } },
      case = { body = "河长", level = "县级", segment = "云临河中段", title = "巡河", problem = "排口", decision = "封堵", met = "2026-03-01", owner = "owner", supervisor = "supervisor", goal = "封堵到位", due = "2026-03-31" },
      computed = { chief = "王某 副县长" },
      steps = { { "take", by = "owner", state = "承办" }, { "report", by = "owner", given = { report = "正在封堵" } }, { "submit", by = "owner", given = { report = "已封堵" } },
                { "close", by = "supervisor", fails = "case.gate_unmet" }, { "return", by = "supervisor", given = { reason = "没有佐证" }, state = "承办" },
                { "submit", by = "owner", given = { report = "已封堵", evidence = { { kind = "照片", text = "a", files = { 1 } }, { kind = "文件", text = "b", files = { 2 } } } } }, { "close", by = "supervisor", state = "办结" } } },
    { "名录里没有长的不能以长的名义交办", fails = "case.gate_unmet",
      case = { body = "湾长", level = "市级", segment = "青屿湾", title = "t", problem = "p", decision = "d", met = "2026-03-01", owner = "owner", supervisor = "supervisor", goal = "g", due = "2026-03-31" } },
    { "河长交办须写河段", fails = "case.field_missing",
      case = { body = "河长", level = "县级", title = "t", problem = "p", decision = "d", met = "2026-03-01", owner = "owner", supervisor = "supervisor", goal = "g", due = "2026-03-31" } },
  },
}
