-- 无废城市方案台账：方案写了多少项指标、多少项任务、多少个细胞，清单里就该有多少；每次核对都把差数和重名写进记录，并按县市区排出进度。
local kinds = { "指标", "任务", "细胞" }
local function count(c)
  local n, by_name, doubled = { ["指标"] = 0, ["任务"] = 0, ["细胞"] = 0 }, {}, {}
  for _, x in ipairs(c.related.items) do
    local f = x.fields
    n[f.kind] = n[f.kind] + 1
    -- 同一类别、同一县市区、同一名称算重名；各地同名的指标是各地各一条。
    local key = f.kind .. "|" .. f.region .. "|" .. f.title
    if by_name[key] then doubled[#doubled + 1] = f.kind .. "“" .. f.title .. "”（" .. f.region .. "）重复：" .. by_name[key] .. "、" .. x.number end
    by_name[key] = by_name[key] or x.number
  end
  return n, doubled
end
local function differences(c)
  local n, doubled = count(c)
  local want, out = { ["指标"] = c.fields.indicators, ["任务"] = c.fields.tasks, ["细胞"] = c.fields.cells }, {}
  for _, k in ipairs(kinds) do
    local unit = k == "细胞" and "个" or "项"
    if n[k] ~= want[k] then out[#out + 1] = k .. "：方案" .. want[k] .. unit .. "，清单" .. n[k] .. unit .. "，" .. (n[k] < want[k] and "少" or "多") .. math.abs(want[k] - n[k]) .. unit end
  end
  for i = 1, math.min(#doubled, 50) do out[#out + 1] = doubled[i] end
  return out
end

return ledger {
  id = "wastefree_plan", title = "无废城市方案", en = "Zero-waste city plans", family = "固废土壤",
  about = "无废城市建设方案的体系与数目（指标、任务、细胞）对清单核对，点出差数和重名，按县市区排出进度。",
  number = "WFC-{year}-{seq:3}",
  open_by = { "office", "supervisor" },
  related = { items = { ledger = "wastefree" } },
  fields = {
    text   "title"    { "方案名称", en = "Plan", required = true, max = 120 },
    text   "system"   { "建设体系", en = "System", required = true, max = 100, hint = "如“1+5+12”" },
    text   "problem"  { "依据（文件、文号）", en = "Paper", required = true },
    number "indicators" { "方案指标数", en = "Indicators of the plan", required = true, min = 0, max = 10000, decimals = 0, unit = "项" },
    number "tasks"    { "方案任务数", en = "Tasks of the plan", required = true, min = 0, max = 10000, decimals = 0, unit = "项" },
    number "cells"    { "方案细胞数", en = "Cells of the plan", required = true, min = 0, max = 10000, decimals = 0, unit = "个" },
    number "have_indicators" { "清单指标数", en = "Indicators in the list", decimals = 0, unit = "项", value = function(c) local n = count(c) return n["指标"] end },
    number "have_tasks" { "清单任务数", en = "Tasks in the list", decimals = 0, unit = "项", value = function(c) local n = count(c) return n["任务"] end },
    number "have_cells" { "清单细胞数", en = "Cells in the list", decimals = 0, unit = "个", value = function(c) local n = count(c) return n["细胞"] end },
    list   "differences" { "差数与重名", en = "Differences and doubles", max = 60, value = function(c)
                             local d = differences(c)
                             if #d > 0 then return d end
                           end },
    rows   "ranking"  { "县市区进度", en = "Progress by district", max = 200,
                        of = { number "rank" { "名次", en = "Rank", decimals = 0 }, text "region" { "县市区", en = "District" }, number "all" { "应完成", en = "All", decimals = 0 }, number "done" { "已验收", en = "Done", decimals = 0 },
                               number "percent" { "完成率", en = "Done", unit = "%", decimals = 1 }, number "progress" { "平均进度", en = "Mean progress", unit = "%", decimals = 1 } },
                        value = function(c)
                          local rows, at = {}, {}
                          for _, x in ipairs(c.related.items) do
                            local f = x.fields
                            local r = at[f.region]
                            if not r then
                              r = { region = f.region, all = 0, done = 0, progress = 0 }
                              at[f.region] = r
                              rows[#rows + 1] = r
                            end
                            r.all, r.done, r.progress = r.all + 1, r.done + (x.state == "完成" and 1 or 0), r.progress + (x.state == "完成" and 100 or f.progress or 0)
                          end
                          for _, r in ipairs(rows) do r.percent, r.progress = round(100 * r.done / r.all, 1), round(r.progress / r.all, 1) end
                          table.sort(rows, function(a, b)
                            if a.percent ~= b.percent then return a.percent > b.percent end
                            if a.progress ~= b.progress then return a.progress > b.progress end
                            return a.region < b.region
                          end)
                          -- 完成率与平均进度都相同的并列。
                          for i, r in ipairs(rows) do
                            local before = rows[i - 1]
                            r.rank = before and before.percent == r.percent and before.progress == r.progress and before.rank or i
                          end
                          return rows
                        end },
    unit   "owner"    { "牵头单位", en = "Lead unit", required = true },
    unit   "supervisor" { "督导单位", en = "Supervising unit", required = true, differs_from = "owner" },
    date   "due"      { "建成时限", en = "Limit", required = true },
  },
  states = { "建设", "建成", en = { "Under way", "Built" }, working = "建设", closed = "建成" },
  actions = {
    action "check"  { "核对清单", en = "Check the lists", from = "建设", by = { "office", "owner", "supervisor" } },
    action "finish" { "建成", en = "Finish", from = "建设", to = "建成", by = "supervisor", never_by = "owner", needs = { text "opinion" { "验收意见", en = "Opinion", required = true } },
                      guard = function(c)
                        local d = differences(c)
                        if #d > 0 then return "清单与方案不符：" .. d[1] .. " | the lists do not match the plan" end
                        for _, x in ipairs(c.related.items) do
                          if x.state ~= "完成" then return "还有未验收的：" .. x.number .. " " .. x.fields.title .. " | not all are accepted: " .. x.number end
                        end
                      end },
  },
  clock  = { due = "due", counts = "calendar", yellow = 60 },
  report = { every = "month", on_day = 25, by = "owner", action = "check", states = { "建设" } },
  list   = { columns = { "number", "title", "system", "indicators", "have_indicators", "tasks", "have_tasks", "cells", "have_cells", "due" } },
  forms  = { form "sheet" { "无废城市建设进度表", en = "Progress sheet", rows = { { "方案名称", "title" }, { "建设体系", "system" }, { "方案指标数", "indicators" }, { "清单指标数", "have_indicators" }, { "方案任务数", "tasks" },
             { "清单任务数", "have_tasks" }, { "方案细胞数", "cells" }, { "清单细胞数", "have_cells" }, { "差数与重名", "differences" }, { "县市区进度", "ranking" } }, sign = { "牵头单位（盖章）" }, history = false } },
  public = { "number", "title", "system", "indicators", "tasks", "cells", "ranking", "due", "state" },
  tests  = {
    { "数目不符和重名都点出来，齐了才能建成", start = "2026-03-02 09:00",
      before = { { ledger = "wastefree", case = { kind = "细胞", title = "海韵小区", region = "望海区", owner = "owner", supervisor = "supervisor", due = "2026-12-31" },
                   steps = { { "submit", by = "owner", given = { report = "r", evidence = { { kind = "照片", text = "x", files = { 1 } } } } }, { "accept", by = "supervisor", given = { opinion = "合格" }, state = "完成" } } },
                 { ledger = "wastefree", case = { kind = "细胞", title = "海韵小区", region = "望海区", owner = "owner", supervisor = "supervisor", due = "2026-12-31" } },
                 { ledger = "wastefree", case = { kind = "任务", title = "收运体系", region = "临港区", progress = 40, owner = "owner", supervisor = "supervisor", due = "2026-12-31" } } },
      case = { title = "方案", system = "1+5+12", problem = "文号", indicators = 1, tasks = 1, cells = 2, owner = "owner", supervisor = "supervisor", due = "2026-12-31" },
      steps = {
        { "check", by = "office", computed = { have_indicators = 0, have_tasks = 1, have_cells = 2 } },
        { "finish", by = "owner", given = { opinion = "x" }, fails = "case.forbidden" },
        { "finish", by = "supervisor", given = { opinion = "x" }, fails = "case.gate_unmet" },
      } },
    { "全部验收才建成", start = "2026-03-02 09:00",
      before = { { ledger = "wastefree", case = { kind = "细胞", title = "海韵小区", region = "望海区", owner = "owner", supervisor = "supervisor", due = "2026-12-31" },
                   steps = { { "submit", by = "owner", given = { report = "r", evidence = { { kind = "照片", text = "x", files = { 1 } } } } }, { "accept", by = "supervisor", given = { opinion = "合格" }, state = "完成" } } } },
      case = { title = "方案", system = "1+5+12", problem = "文号", indicators = 0, tasks = 0, cells = 1, owner = "owner", supervisor = "supervisor", due = "2026-12-31" },
      steps = { { "finish", by = "supervisor", given = { opinion = "同意" }, state = "建成", computed = { differences = false } } } },
    { "缺体系", fails = "case.field_missing", case = { title = "t", problem = "p", indicators = 1, tasks = 1, cells = 1, owner = "owner", supervisor = "supervisor", due = "2026-12-31" } },
  },
}
