-- 污水零直排区台账：园区、社区、镇街逐片排查、建设、验收、回头看；混接点改完、工程逐项完成才能验收，验收后复查发现直排的原号重开。
local works_columns = {
  text "what" { "工程内容", en = "Work", required = true }, number "length" { "管网长度", en = "Length", unit = "km", min = 0, decimals = 2 },
  date "due" { "计划完成", en = "Planned", required = true }, date "done" { "完成日期", en = "Done" }, file "proof" { "竣工材料", en = "Proof" },
}
local function left(f)
  local n = 0
  for _, w in ipairs(f.works or {}) do if not w.done then n = n + 1 end end
  return n
end

return ledger {
  id = "direct", title = "污水零直排区", en = "Zero direct discharge", family = "水环境",
  about = "园区、社区、镇街污水零直排区的排查、建设、验收和回头看；村庄覆盖数和验收数按县区统计。",
  number = "LZP-{year}-{seq:4}",
  fields = {
    choice "kind"     { "类型", en = "Kind", required = true, of = { "工业园区", "生活小区（社区）", "镇街" } },
    text   "title"    { "名称", en = "Area", required = true, max = 100 },
    unit   "county"   { "所在县区", en = "County", required = true },
    text   "town"     { "镇街", en = "Town", max = 60 },
    area   "range"    { "范围", en = "Area on the map" },
    point  "place"    { "位置", en = "Place" },
    number "households" { "涉及户数", en = "Households", min = 0, decimals = 0, unit = "户" },
    number "villages" { "行政村数", en = "Villages", min = 0, max = 10000, decimals = 0, unit = "个" },
    number "villages_done" { "已完成村数", en = "Villages done", min = 0, max = 10000, decimals = 0, unit = "个" },
    number "outlets"  { "排查排口数", en = "Outlets surveyed", min = 0, decimals = 0 },
    number "mixed"    { "雨污混接点", en = "Wrong connections", min = 0, decimals = 0 },
    number "mended"   { "已改混接点", en = "Mended", min = 0, decimals = 0 },
    text   "problem"  { "存在问题", en = "Problem", required = true },
    rows   "works"    { "工程", en = "Works", max = 200, of = works_columns },
    number "built"    { "已建管网", en = "Pipes built", unit = "km", decimals = 2, value = function(c)
                          local n = 0
                          for _, w in ipairs(c.fields.works or {}) do if w.done then n = n + (w.length or 0) end end
                          return n
                        end },
    number "progress" { "工程进度", en = "Progress", unit = "%", decimals = 1, value = function(c)
                          local n = #(c.fields.works or {})
                          if n > 0 then return (n - left(c.fields)) * 100 / n end
                        end },
    choice "stage"    { "阶段", en = "Stage", of = { "排查", "建设", "待验收", "建成" }, value = function(c) return c.state end },
    goal   "goal"     { "建设目标", en = "Goal", required = true },
    list   "measures" { "建设措施", en = "Measures", required = true },
    unit   "owner"    { "责任单位", en = "Responsible unit", required = true },
    unit   "supervisor" { "监管单位", en = "Supervising unit", required = true, differs_from = "owner" },
    date   "due"      { "完成期限", en = "Limit", required = true },
  },
  states = { "排查", "建设", "待验收", "建成", en = { "Survey", "Building", "Under check", "Built" }, working = "建设", closed = "建成" },
  actions = {
    action "survey"  { "完成排查", en = "Surveyed", from = "排查", to = "建设", by = "owner", sets = { "outlets", "mixed", "works" },
                       needs = { number "outlets" { "排查排口数", en = "Outlets surveyed", required = true, min = 0, decimals = 0 }, number "mixed" { "雨污混接点", en = "Wrong connections", required = true, min = 0, decimals = 0 }, rows "works" { "工程", en = "Works", required = true, max = 200, of = works_columns } } },
    action "work"    { "报工程进度", en = "Report the works", from = "建设", by = "owner", sets = { "works", "mended", "villages_done" },
                       needs = { rows "works" { "工程（含已有）", en = "All works", required = true, max = 200, of = works_columns }, number "mended" { "已改混接点", en = "Mended", required = true, min = 0, decimals = 0 }, number "villages_done" { "已完成村数", en = "Villages done", min = 0, max = 10000, decimals = 0 } },
                       guard = function(c)
                         if #c.given.works < #(c.fields.works or {}) then return "工程不能删除 | works cannot vanish" end
                         for _, w in ipairs(c.given.works) do
                           if w.done and w.done > c.today then return "完成日期在今天之后 | that day has not come" end
                           if w.done and not w.proof then return "“" .. w.what .. "”没有竣工材料 | no proof that it is built" end
                         end
                         if c.given.villages_done and c.given.villages_done > (c.fields.villages or 0) then return "已完成村数多于行政村数 | more villages than there are" end
                       end },
    action "submit"  { "申请验收", en = "Ask for acceptance", from = "建设", to = "待验收", by = "owner",
                       needs = { text "report" { "完成情况", en = "Report", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = { "照片", "监测报告", "管网检测报告", "现场核查", "文件", "其他" }, records = { ["现场核查"] = { "inspection", "patrol" } } } },
                       guard = function(c)
                         local n = left(c.fields)
                         if n > 0 or #(c.fields.works or {}) == 0 then return "还有" .. n .. "项工程没有完成 | " .. n .. " works are not done" end
                         if (c.fields.mended or 0) < (c.fields.mixed or 0) then return "混接点还剩" .. round(c.fields.mixed - (c.fields.mended or 0), 0) .. "处 | wrong connections are left" end
                         if (c.fields.villages_done or 0) < (c.fields.villages or 0) then return "还有村没有完成 | some villages are not done" end
                       end },
    action "return"  { "退回", en = "Return", from = "待验收", to = "建设", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "accept"  { "验收", en = "Accept", from = "待验收", to = "建成", by = "supervisor", never_by = "owner", gate = "goal_met", needs = { text "opinion" { "验收意见", en = "Opinion" } } },
    action "found_again" { "回头看发现直排", en = "Found again", from = "建成", reopens = true, by = { "office", "supervisor" }, never_by = "owner", needs = { text "reason" { "复查情况", en = "What was found", required = true } } },
  },
  clock    = { due = "due", counts = "calendar", yellow = 30 },
  evidence_kinds = 2,
  ladder   = { { -60, "调度", en = "Progress call", to = { "owner" }, rule = "期限前60日" }, { 1, "通报", en = "Circular", to = { "owner", "supervisor" }, rule = "逾期次日" }, { workdays(10), "督办", en = "Supervision order", to = { "owner", "leader" }, rule = "逾期10个工作日" } },
  report   = { every = "month", on_day = 25, by = "owner", action = "work", states = { "建设" } },
  lookback = { for_days = 730, reopen_to = "建设", on = "goal_broken", due_days = 60, recheck = { after_days = { 180, 365 }, share = 0.2, by = "supervisor" } },
  group    = "stage",
  tables   = { cross "kinds" { "类型与阶段", en = "Kinds and stages", rows = "kind", columns = "stage", public = true }, cross "counties" { "县区与阶段", en = "Counties and stages", rows = "county", columns = "stage", all = "district", public = true },
               cross "villages" { "县区已完成村数", en = "Villages done by county", rows = "county", columns = "stage", all = "district", add = "villages_done", public = true } },
  list     = { columns = { "number", "title", "kind", "county", "town", "progress", "built", "mixed", "mended", "villages", "villages_done", "owner", "due" } },
  views    = { view "building" { "建设中", en = "Building", filter = { state = "建设" } }, view "built" { "已建成", en = "Built", filter = { state = "建成" } } },
  excel    = { kind = { "类型" }, title = { "名称", "零直排区名称" }, county = { "所在县区", "县区" }, town = { "镇街" }, households = { "涉及户数" }, villages = { "行政村数" }, problem = { "存在问题" }, goal = { "建设目标" }, measures = { "建设措施" }, owner = { "责任单位" }, supervisor = { "监管单位" }, due = { "完成期限", "完成时限" } },
  forms    = { form "acceptance" { "污水零直排区验收表", en = "Acceptance sheet", rows = { { "名称", "title" }, { "类型", "kind" }, { "镇街", "town" }, { "工程", "works" }, { "已建管网（km）", "built" }, { "雨污混接点", "mixed" }, { "已改混接点", "mended" }, { "验收意见", "" } }, sign = { "责任单位（盖章）", "验收单位（盖章）" } } },
  public   = { "number", "title", "kind", "county", "town", "villages", "villages_done", "progress", "stage", "state", "closed" },
  tests    = {
    { "排查、建设、验收、回头看：工程没完、混接没改的不能验收，验收后发现直排原号重开", start = "2026-03-02 09:00",
      case = { kind = "镇街", title = "云溪镇", county = "other", town = "云溪镇", villages = 3, problem = "雨污混接", goal = "晴天无污水直排", measures = { "雨污分流" }, owner = "owner", supervisor = "supervisor", due = "2026-12-31" }, computed = { stage = "排查" },
      steps = {
        { "survey", by = "owner", given = { outlets = 40, mixed = 12, works = { { what = "主干管", length = 3.2, due = "2026-06-30" }, { what = "入户管", length = 1.5, due = "2026-08-31" } } }, state = "建设", computed = { progress = 0, stage = "建设" } },
        { "submit", by = "owner", given = { report = "完成" }, fails = "case.gate_unmet" },
        { "work", by = "owner", given = { mended = 5, works = { { what = "主干管", length = 3.2, due = "2026-06-30", done = "2026-03-02", proof = { 1 } } } }, fails = "case.gate_unmet" },
        { "work", by = "owner", given = { mended = 5, works = { { what = "主干管", length = 3.2, due = "2026-06-30", done = "2026-03-02" }, { what = "入户管", length = 1.5, due = "2026-08-31" } } }, fails = "case.gate_unmet" },
        { "work", by = "owner", given = { mended = 5, villages_done = 4, works = { { what = "主干管", length = 3.2, due = "2026-06-30", done = "2026-03-02", proof = { 1 } }, { what = "入户管", length = 1.5, due = "2026-08-31" } } }, fails = "case.gate_unmet" },
        { "work", by = "owner", given = { mended = 5, villages_done = 2, works = { { what = "主干管", length = 3.2, due = "2026-06-30", done = "2026-03-02", proof = { 1 } }, { what = "入户管", length = 1.5, due = "2026-08-31" } } }, computed = { progress = 50, built = 3.2 } },
        { "work", by = "owner", days = 60, given = { mended = 11, villages_done = 3, works = { { what = "主干管", length = 3.2, due = "2026-06-30", done = "2026-03-02", proof = { 1 } }, { what = "入户管", length = 1.5, due = "2026-08-31", done = "2026-05-01", proof = { 2 } } } }, computed = { progress = 100, built = 4.7 } },
        { "submit", by = "owner", given = { report = "完成" }, fails = "case.gate_unmet" },                                                                              -- 还有一处混接
        { "work", by = "owner", given = { mended = 12, villages_done = 3, works = { { what = "主干管", length = 3.2, due = "2026-06-30", done = "2026-03-02", proof = { 1 } }, { what = "入户管", length = 1.5, due = "2026-08-31", done = "2026-05-01", proof = { 2 } } } } },
        { "submit", by = "owner", given = { report = "完成", evidence = { { kind = "照片", text = "现场", files = { 3 } } } }, state = "待验收" }, { "accept", by = "supervisor", fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "缺检测报告" } }, { "submit", by = "owner", given = { report = "完成", evidence = { { kind = "管网检测报告", text = "CCTV检测", files = { 4 } } } } },
        { "accept", by = "owner", fails = "case.forbidden" }, { "accept", by = "supervisor", state = "建成", computed = { stage = "建成" } },
        { "tick", days = 180, events = { recheck_due = 1 } }, { "found_again", by = "supervisor", given = { reason = "晴天排口出水" }, state = "建设", rebounds = 1, computed = { stage = "建设" } },
      } },
    { "没有期限不能立", fails = "case.field_missing", case = { kind = "工业园区", title = "x", county = "other", problem = "p", goal = "g", measures = { "m" }, owner = "owner", supervisor = "supervisor" } },
  },
}
