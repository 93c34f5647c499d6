-- 总量减排基准台账：每项污染物一份基准年排放清单，定稿后是核算削减率的分母。削减量不在这里填：由工业治理项目台账中验收销号的项目逐项累加，
-- 新增排放量要写明依据并从中扣除。目标页据此算出各污染物的削减率、差距和构成它的项目。
local inventory = {
  text "source" { "排放源或行业", en = "Source", required = true }, number "t" { "排放量", en = "Emission", unit = "t", required = true, min = 0, max = 100000000, decimals = 3 },
  text "basis" { "核算依据", en = "Basis", required = true },
}
local growth = {
  number "year" { "年度", en = "Year", required = true, min = 2000, max = 2100, decimals = 0 }, number "t" { "新增排放量", en = "New emission", unit = "t", required = true, min = 0, max = 100000000, decimals = 3 },
  text "basis" { "核算依据", en = "Basis", required = true },
}

return ledger {
  id = "emission", title = "总量减排基准", en = "Base-year emissions", family = "目标规划",
  about = "各项主要污染物的基准年排放清单与新增量；削减率由验收销号的治理项目逐项累加算出，没有验收的不算。",
  number = "JZ-{year}-{seq:3}",
  open_by = { "office", "supervisor" },
  related = { others = { ledger = "emission", where = { pollutant = "pollutant", base_year = "base_year" }, states = { "定稿" } },
              projects = { ledger = "industry", where = { pollutant = "pollutant" }, states = { "完成" } } },
  fields = {
    choice "pollutant" { "污染物", en = "Pollutant", required = true, of = { "SO₂", "NOx", "COD", "NH₃-N", "VOCs", "颗粒物" } },
    number "base_year" { "基准年", en = "Base year", required = true, min = 2000, max = 2100, decimals = 0 },
    text   "title"    { "名称", en = "Name", value = function(c) return c.fields.base_year .. "年" .. c.fields.pollutant .. "排放基准" end },
    rows   "inventory" { "基准年清单", en = "Inventory", required = true, max = 500, of = inventory },
    number "base"     { "基准排放量", en = "Base emission", unit = "t", decimals = 3, value = function(c) return round(sum(c.fields.inventory, "t"), 3) end },
    rows   "added"    { "新增排放量", en = "New emissions", max = 50, of = growth },
    number "cut"      { "已验收项目减排量（最近一次办理时）", en = "Verified cut at the last step", unit = "t", decimals = 3,
                        value = function(c) return round(sum(c.related.projects, "cut"), 3) end },
    text   "source"   { "清单来源（文件、文号）", en = "Source", required = true, max = 200 },
    file   "proof"    { "清单文件", en = "Document", max = 10 },
    unit   "owner"    { "编制单位", en = "Made by", required = true },
    unit   "supervisor" { "审核单位", en = "Checked by", required = true, differs_from = "owner" },
  },
  states = { "编制", "审核", "定稿", en = { "Drafted", "Under check", "Settled" }, working = "编制", closed = "定稿" },
  actions = {
    action "submit" { "提交审核", en = "Submit", from = "编制", to = "审核", by = "owner",
                      guard = function(c)
                        if (c.fields.base or 0) <= 0 then return "基准排放量为零，无法作分母 | the base emission is zero" end
                      end },
    action "edit"   { "修改清单", en = "Edit", from = "编制", by = "owner", sets = { "inventory", "source" },
                      needs = { rows "inventory" { "基准年清单", en = "Inventory", required = true, max = 500, of = inventory }, text "source" { "清单来源（文件、文号）", en = "Source", required = true, max = 200 } } },
    action "grow"   { "登记新增量", en = "Enter new emissions", from = { "编制", "审核" }, by = { "owner", "supervisor" }, sets = { "added" },
                      needs = { rows "added" { "新增排放量（含已有）", en = "All new emissions", required = true, max = 50, of = growth } } },
    action "return" { "退回", en = "Send back", from = "审核", to = "编制", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "settle" { "定稿", en = "Settle", from = "审核", to = "定稿", by = "supervisor", never_by = "owner", needs = { text "opinion" { "审核意见", en = "Opinion", required = true } },
                      guard = function(c)
                        for _, x in ipairs(c.related.others) do
                          if x.number ~= c.number then return "已有同一污染物同一基准年的清单 " .. x.number .. " | there is one already: " .. x.number end
                        end
                      end },
    action "revise" { "修订", en = "Revise", from = "定稿", reopens = true, by = { "office", "supervisor" }, never_by = "owner", needs = { text "reason" { "理由", en = "Why", required = true } } },
  },
  lookback = { for_days = 1825, reopen_to = "编制" },
  group  = "pollutant",
  list   = { columns = { "number", "pollutant", "base_year", "base", "cut", "source", "owner" } },
  forms  = { form "sheet" { "总量减排基准表", en = "Base-year sheet", rows = { { "污染物", "pollutant" }, { "基准年", "base_year" }, { "基准年清单", "inventory" }, { "基准排放量（t）", "base" }, { "新增排放量", "added" },
             { "已验收项目减排量（t）", "cut" }, { "清单来源", "source" } }, sign = { "编制单位（盖章）", "审核单位（盖章）" } } },
  tests  = {
    { "定稿才作分母，同一基准年只有一份", start = "2026-03-02 09:00",
      before = { { ledger = "industry", case = { kind = "VOCs治理", title = "喷涂线改造", problem = "安装RTO", before = 12.5, pollutant = "VOCs", goal = "达标", owner = "owner", supervisor = "supervisor", due = "2026-10-31" },
                   steps = { { "take", by = "owner" }, { "submit", by = "owner", given = { report = "已监测", after = 2.1, evidence = { { kind = "照片", text = "x", files = { 3 } }, { kind = "治理后监测报告", text = "报告", files = { 1 } } } } },
                             { "accept", by = "supervisor", given = { opinion = "达标", evidence = { { kind = "治理后监测报告", text = "报告", files = { 2 } } } }, state = "完成" } } } },
      case = { pollutant = "VOCs", base_year = 2025, inventory = { { source = "石化", t = 800, basis = "环境统计" }, { source = "涂装", t = 200, basis = "产排污系数" } }, source = "2025年环境统计年报", owner = "owner", supervisor = "supervisor" },
      steps = {
        { "edit", by = "owner", given = { inventory = { { source = "石化", t = 800, basis = "环境统计" } }, source = "年报" }, computed = { base = 800, cut = 10.4 } },
        { "grow", by = "owner", given = { added = { { year = 2026, t = 3, basis = "新建项目环评" } } } },
        { "settle", by = "supervisor", given = { opinion = "x" }, fails = "case.no_such_action" },
        { "submit", by = "owner", state = "审核" },
        { "return", by = "supervisor", given = { reason = "缺涂装" }, state = "编制" },
        { "submit", by = "owner", state = "审核" },
        { "settle", by = "owner", given = { opinion = "x" }, fails = "case.forbidden" },
        { "settle", by = "supervisor", given = { opinion = "与年报一致" }, state = "定稿" },
        { "revise", by = "owner", given = { reason = "x" }, fails = "case.forbidden" },
        { "revise", by = "supervisor", given = { reason = "二污普更新" }, state = "编制", rebounds = 1 },
      } },
    { "零不能作分母", start = "2026-03-02 09:00", case = { pollutant = "SO₂", base_year = 2025, inventory = { { source = "热电", t = 0, basis = "统计" } }, source = "年报", owner = "owner", supervisor = "supervisor" },
      steps = { { "submit", by = "owner", fails = "case.gate_unmet" } } },
    { "重复的基准年", start = "2026-03-02 09:00",
      before = { { ledger = "emission", case = { pollutant = "SO₂", base_year = 2025, inventory = { { source = "热电", t = 10, basis = "统计" } }, source = "年报", owner = "owner", supervisor = "supervisor" },
                   steps = { { "submit", by = "owner" }, { "settle", by = "supervisor", given = { opinion = "同意" }, state = "定稿" } } } },
      case = { pollutant = "SO₂", base_year = 2025, inventory = { { source = "热电", t = 12, basis = "统计" } }, source = "年报", owner = "owner", supervisor = "supervisor" },
      steps = { { "submit", by = "owner", state = "审核" }, { "settle", by = "supervisor", given = { opinion = "同意" }, fails = "case.gate_unmet" } } },
    { "缺清单", fails = "case.field_missing", case = { pollutant = "SO₂", base_year = 2025, source = "年报", owner = "owner", supervisor = "supervisor" } },
  },
}
