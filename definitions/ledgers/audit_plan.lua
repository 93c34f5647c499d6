-- 危险废物第三方审核年度计划：一年不少于 40 家次（衢州 2020 要点）；完成数、合格率、覆盖率由审核台账和产废台账核出，从未申报的产废单位在分母里。
local least = 40

-- 一年的产废单位：纳管的危险废物、医疗废物账户，一家一次；有一户申报过就算申报过。
local function producers(c)
  local all, n, never = {}, 0, 0
  for _, w in ipairs(c.related.waste) do
    local f = w.fields
    if f.included and f.sort ~= "一般工业固体废物" then
      if all[f.enterprise] == nil then n = n + 1 end
      all[f.enterprise] = all[f.enterprise] or f.coverage == "纳管，已申报"
    end
  end
  for _, declared in pairs(all) do if not declared then never = never + 1 end end
  return all, n, never
end
local function audits(c)
  local done, passed, of = 0, 0, {}
  for _, a in ipairs(c.related.audits) do
    if a.fields.result and a.state ~= "计划" and a.state ~= "现场审核" then
      done = done + 1
      if a.fields.result == "合格" then passed = passed + 1 end
      of[a.fields.enterprise] = true
    end
  end
  return done, passed, of
end

-- 测试用：四十家次审核，前 open 家还没有办结。
local function forty(open)
  local list = {}
  for i = 1, 40 do
    list[i] = { ledger = "audit", case = { year = 2026, enterprise = "enterprise", auditor = "auditor", supervisor = "supervisor", due = "2026-06-30", problem = "审核" .. i },
                steps = { { "start", by = "auditor" }, { "report", by = "auditor", given = { visited = "2026-01-10", report = { i }, summary = "符合" } }, i > open and { "accept", by = "supervisor" } or nil } }
  end
  return list
end

return ledger {
  id = "audit_plan", title = "第三方审核计划", en = "Plan of third-party audits", family = "固废土壤",
  about = "危险废物规范化环境管理第三方审核的年度计划：家次、完成、合格率和覆盖率，从未申报的产废单位计入分母。",
  number = "SJ-{year}-{seq:3}",
  related = { audits = { ledger = "audit", where = { year = "year" } }, waste = { ledger = "waste", where = { year = "year" } } },
  fields = {
    number "year"     { "年度", en = "Year", required = true, min = 2016, max = 2100, decimals = 0 },
    text   "title"    { "计划名称", en = "Plan", required = true, max = 100 },
    text   "problem"  { "审核范围与重点", en = "Scope", required = true },
    number "target"   { "计划审核家次", en = "Audits planned", required = true, min = 1, max = 100000, decimals = 0 },
    unit   "owner"    { "组织单位", en = "Organised by", required = true },
    unit   "supervisor" { "督导单位", en = "Supervising unit", required = true, differs_from = "owner" },
    date   "due"      { "完成期限", en = "Limit", required = true },
    number "done"     { "已审核家次", en = "Audits done", decimals = 0, value = function(c) local d = audits(c) return d end },
    number "passed"   { "合格家次", en = "Passed", decimals = 0, value = function(c) local _, p = audits(c) return p end },
    number "pass_rate" { "合格率", en = "Pass rate", unit = "%", decimals = 1, value = function(c)
                           local d, p = audits(c)
                           if d > 0 then return p * 100 / d end
                         end },
    number "producers" { "应覆盖产废单位", en = "Producers", decimals = 0, value = function(c) local _, n = producers(c) return n end },
    number "never"    { "其中从未申报", en = "Never declared", decimals = 0, value = function(c) local _, _, n = producers(c) return n end },
    number "covered"  { "已审核单位", en = "Producers audited", decimals = 0, value = function(c)
                          local all = producers(c)
                          local _, _, of = audits(c)
                          local n = 0
                          for code in pairs(of) do if all[code] ~= nil then n = n + 1 end end
                          return n
                        end },
    number "coverage" { "覆盖率", en = "Coverage", unit = "%", decimals = 1, value = function(c)
                          if c.fields.producers and c.fields.producers > 0 then return c.fields.covered * 100 / c.fields.producers end
                        end },
    date   "look"     { "下次核算", en = "Next look", value = function(c) return add_days(c.today, 1) end },
  },
  guard = function(c)
    if c.fields.target < least then return "年度计划不少于" .. least .. "家次 | a year's plan has at least " .. least .. " audits" end
  end,
  states = { "编制", "执行", "待核", "完成", en = { "Drafted", "Running", "Under check", "Done" }, working = "执行", met = { "待核" }, closed = "完成" },
  actions = {
    action "begin"   { "下达", en = "Begin", from = "编制", to = "执行", by = { "supervisor", "office" }, never_by = "owner" },
    action "refresh" { "按今日核算", en = "Work out as of today", from = { "执行", "待核" }, by = { "owner", "supervisor", "office" } },
    action "submit"  { "报送完成情况", en = "Report it done", from = "执行", to = "待核", by = "owner", needs = { text "report" { "完成情况", en = "Report", required = true } },
                       guard = function(c)
                         local d = audits(c)
                         if d < c.fields.target then return "已审核" .. d .. "家次，计划" .. round(c.fields.target, 0) .. "家次 | " .. d .. " audits are done of those planned" end
                       end },
    action "return"  { "退回", en = "Return", from = "待核", to = "执行", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "close"   { "核实完成", en = "Close", from = "待核", to = "完成", by = { "supervisor", "office" }, never_by = "owner",
                       guard = function(c)
                         for _, a in ipairs(c.related.audits) do
                           if a.state ~= "完成" then return "审核" .. a.number .. "还没有办结 | the audit " .. a.number .. " is not closed" end
                         end
                       end },
  },
  clock  = { due = "due", counts = "calendar", yellow = 60 },
  ladder = { { -60, "调度", en = "Progress call", to = { "owner" }, rule = "期限前60日" }, { 1, "通报", en = "Circular", to = { "owner", "supervisor" }, rule = "逾期次日" } },
  wake   = { on = "look", action = "refresh" },
  list   = { columns = { "number", "title", "year", "target", "done", "pass_rate", "producers", "never", "covered", "coverage", "due" } },
  forms  = { form "sheet" { "第三方审核年度情况表", en = "The year's audits", rows = { { "年度", "year" }, { "计划家次", "target" }, { "已审核家次", "done" }, { "合格率（%）", "pass_rate" }, { "应覆盖产废单位", "producers" }, { "其中从未申报", "never" }, { "覆盖率（%）", "coverage" } }, sign = { "组织单位（盖章）" }, history = false, evidence = false } },
  public = { "number", "title", "year", "target", "done", "pass_rate", "coverage", "state" },
  tests  = {
    { "少于40家次的计划不收", fails = "case.gate_unmet", start = "2026-01-10 09:00", case = { year = 2026, title = "2026年审核", problem = "重点产废单位", target = 39, owner = "owner", supervisor = "supervisor", due = "2026-12-20" } },
    { "从未申报的在分母里；没审够的报不了完成；审核没办结的关不了", start = "2026-01-10 09:00",
      before = { { ledger = "waste", case = { enterprise = "enterprise", supervisor = "supervisor", year = 2026, title = "废矿物油", code = "900-249-08", basis = "投产满3年：近3年最大", yearly = 6, one_year = true, stock_begin = 0 } },
                 { ledger = "waste", case = { enterprise = "other", supervisor = "supervisor", year = 2026, title = "废酸", code = "900-300-34", basis = "投产满3年：近3年最大", yearly = 60, one_year = true, stock_begin = 0 }, steps = { { "open_book", by = "office" }, { "declare", by = "office", given = { generated = 5, outside = 0, stock_end = 5 } } } },
                 { ledger = "audit", case = { year = 2026, enterprise = "other", auditor = "auditor", supervisor = "supervisor", due = "2026-06-30", problem = "年度审核" },
                   steps = { { "start", by = "auditor" }, { "report", by = "auditor", days = 5, given = { visited = "2026-01-12", report = { 1 }, summary = "符合" } } } } },
      case = { year = 2026, title = "2026年审核", problem = "重点产废单位", target = 40, owner = "owner", supervisor = "supervisor", due = "2026-12-20" },
      computed = { producers = 2, never = 1, covered = 1, coverage = 50, done = 1, passed = 1, pass_rate = 100 },
      steps = {
        { "begin", by = "owner", fails = "case.forbidden" }, { "begin", by = "supervisor", state = "执行" }, { "submit", by = "owner", given = { report = "完成" }, fails = "case.gate_unmet" },
        { "refresh", by = "owner", computed = { done = 1 } }, { "tick", days = 1, events = { refresh = 2 } },
      } },
    { "四十家次审完、都办结才能完成", start = "2026-01-10 09:00",
      before = forty(1),
      case = { year = 2026, title = "2026年审核", problem = "重点产废单位", target = 40, owner = "owner", supervisor = "supervisor", due = "2026-12-20" }, computed = { done = 40, passed = 40 },
      steps = { { "begin", by = "supervisor" }, { "submit", by = "owner", given = { report = "完成" }, state = "待核" }, { "return", by = "supervisor", given = { reason = "报告不全" }, state = "执行" }, { "submit", by = "owner", given = { report = "完成" } },
                { "close", by = "owner", fails = "case.forbidden" }, { "close", by = "supervisor", fails = "case.gate_unmet" } } },
    { "没有审核对象的年度，覆盖率不能算", start = "2026-01-10 09:00", case = { year = 2027, title = "2027年审核", problem = "x", target = 40, owner = "owner", supervisor = "supervisor", due = "2027-12-20" }, computed = { coverage = false, pass_rate = false, producers = 0 } },
    { "全部办结后关闭", start = "2026-01-10 09:00",
      before = forty(0),
      case = { year = 2026, title = "2026年审核", problem = "重点产废单位", target = 40, owner = "owner", supervisor = "supervisor", due = "2026-12-20" },
      steps = { { "begin", by = "supervisor" }, { "submit", by = "owner", given = { report = "完成" } }, { "close", by = "supervisor", state = "完成" } } },
  },
}
