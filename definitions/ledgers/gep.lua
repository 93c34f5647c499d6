-- 生态系统生产总值（GEP）核算台账：一地一年一份，逐项写明实物量、单价、价值、办法与来源。程序只加总和核对算式，不带任何系数：
-- 每个数都由人填报并注明出处，页面上标为“填报”。
local items = {
  choice "class" { "类别", en = "Class", required = true, of = { "物质产品", "调节服务", "文化服务" } }, text "item" { "核算科目", en = "Item", required = true },
  number "amount" { "实物量", en = "Amount", min = 0, max = 1000000000, decimals = 6 }, text "amount_unit" { "实物量单位", en = "Unit" },
  number "price" { "单价（元）", en = "Price (yuan)", min = 0, max = 1000000000, decimals = 6 },
  number "value" { "价值量", en = "Value", unit = "万元", required = true, min = 0, max = 1000000000, decimals = 4 },
  text "method" { "核算办法", en = "Method", required = true }, text "source" { "数据来源", en = "Source", required = true },
}
local function of(c, class)
  local t = 0
  for _, r in ipairs(c.fields.items or {}) do
    if not class or r.class == class then t = t + r.value end
  end
  return round(t, 4)
end
-- 单价与实物量都有的，价值要等于二者之积（元折万元）；相差不过万分之五，四舍五入的余地。
local function odd(rows)
  for i, r in ipairs(rows or {}) do
    if r.amount and r.price and math.abs(r.amount * r.price / 10000 - r.value) > 0.0005 * math.max(1, r.value) then
      return "第" .. i .. "行“" .. r.item .. "”：实物量×单价=" .. round(r.amount * r.price / 10000, 4) .. "万元，与价值量" .. r.value .. "不符 | row " .. i .. ": amount times price is not the value"
    end
    if (r.amount == nil) ~= (r.amount_unit == nil) then return "第" .. i .. "行“" .. r.item .. "”：实物量与单位须同时填写 | row " .. i .. ": amount and unit go together" end
  end
end

return ledger {
  id = "gep", title = "生态系统生产总值", en = "Gross ecosystem product", family = "目标规划",
  about = "生态系统生产总值的年度核算：逐项实物量、单价、价值量、办法和来源，均为填报数，程序核对算式并加总。",
  number = "GEP-{year}-{seq:3}",
  open_by = { "office", "responsible", "supervisor" },
  related = { years = { ledger = "gep", where = { region = "region" }, states = { "审定" } } },
  fields = {
    text   "region"   { "核算地区", en = "Place", required = true, max = 60 },
    number "year"     { "核算年度", en = "Year", required = true, min = 2000, max = 2100, decimals = 0 },
    text   "title"    { "名称", en = "Name", value = function(c) return c.fields.region .. c.fields.year .. "年生态系统生产总值核算（填报）" end },
    text   "standard" { "核算规范（名称与版本）", en = "Standard with its version", required = true, max = 200 },
    rows   "items"    { "核算科目", en = "Items", required = true, max = 200, of = items },
    number "supply"   { "物质产品", en = "Products", unit = "万元", decimals = 4, value = function(c) return of(c, "物质产品") end },
    number "regulate" { "调节服务", en = "Regulation", unit = "万元", decimals = 4, value = function(c) return of(c, "调节服务") end },
    number "culture"  { "文化服务", en = "Culture", unit = "万元", decimals = 4, value = function(c) return of(c, "文化服务") end },
    number "total"    { "生态系统生产总值", en = "Total", unit = "万元", decimals = 4, value = function(c) return of(c) end },
    number "gdp"      { "同年地区生产总值", en = "GDP of the year", unit = "万元", min = 0, max = 2000000000, decimals = 4 },
    number "ratio"    { "GEP与GDP之比", en = "GEP to GDP", decimals = 4, value = function(c) if (c.fields.gdp or 0) > 0 then return round(of(c) / c.fields.gdp, 4) end end },
    number "change"   { "比上年（审定数）", en = "Against the year before", unit = "%", decimals = 2, value = function(c)
                          for _, x in ipairs(c.related.years) do
                            if x.fields.year == c.fields.year - 1 and (x.fields.total or 0) > 0 then return round((of(c) / x.fields.total - 1) * 100, 2) end
                          end
                        end },
    file   "proof"    { "核算报告", en = "Report", max = 10 },
    unit   "owner"    { "核算单位", en = "Made by", required = true },
    unit   "supervisor" { "审定单位", en = "Settled by", required = true, differs_from = "owner" },
  },
  guard = function(c) return odd(c.fields.items) end,
  states = { "核算", "审核", "审定", en = { "Account", "Under check", "Settled" }, working = "核算", closed = "审定" },
  actions = {
    action "edit"   { "修改", en = "Edit", from = "核算", by = "owner", sets = { "items" }, needs = { rows "items" { "核算科目", en = "Items", required = true, max = 200, of = items } },
                      guard = function(c) return odd(c.given.items) end },
    action "submit" { "提交审核", en = "Submit", from = "核算", to = "审核", by = "owner", needs = { file "proof" { "核算报告", en = "Report", required = true, max = 10 } }, sets = { "proof" } },
    action "return" { "退回", en = "Send back", from = "审核", to = "核算", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "settle" { "审定", en = "Settle", from = "审核", to = "审定", by = "supervisor", never_by = "owner", needs = { text "opinion" { "审定意见", en = "Opinion", required = true } } },
    action "revise" { "修订", en = "Revise", from = "审定", reopens = true, by = { "office", "supervisor" }, never_by = "owner", needs = { text "reason" { "理由", en = "Why", required = true } } },
  },
  lookback = { for_days = 365, reopen_to = "核算" },
  group  = "region",
  list   = { columns = { "number", "region", "year", "supply", "regulate", "culture", "total", "change", "owner" } },
  forms  = { form "account" { "生态系统生产总值核算表（填报）", en = "Account (reported)", rows = { { "核算地区", "region" }, { "核算年度", "year" }, { "核算规范", "standard" }, { "核算科目", "items" }, { "物质产品（万元）", "supply" },
             { "调节服务（万元）", "regulate" }, { "文化服务（万元）", "culture" }, { "生态系统生产总值（万元）", "total" }, { "比上年（%）", "change" } }, sign = { "核算单位（盖章）", "审定单位（盖章）" } } },
  public = { "number", "region", "year", "total", "standard", "state" },
  tests  = {
    { "算式不符不收，上年审定后才有比较", start = "2026-03-02 09:00",
      before = { { ledger = "gep", case = { region = "北屏县", year = 2024, standard = "本地核算规范2023版", items = { { class = "物质产品", item = "农产品", value = 800, method = "统计法", source = "统计年鉴" } }, owner = "owner", supervisor = "supervisor" },
                   steps = { { "submit", by = "owner", given = { proof = { 1 } } }, { "settle", by = "supervisor", given = { opinion = "同意" }, state = "审定" } } } },
      case = { region = "北屏县", year = 2025, standard = "本地核算规范2023版", owner = "owner", supervisor = "supervisor", gdp = 2000,
               items = { { class = "物质产品", item = "农产品", value = 600, method = "统计法", source = "统计年鉴" }, { class = "调节服务", item = "水源涵养", amount = 500000, amount_unit = "m³", price = 8, value = 400, method = "替代成本法", source = "水资源公报" } } },
      steps = {
        { "edit", by = "owner", given = { items = { { class = "调节服务", item = "水源涵养", amount = 500000, amount_unit = "m³", price = 8, value = 300, method = "替代成本法", source = "公报" } } }, fails = "case.gate_unmet" },
        { "edit", by = "owner", given = { items = { { class = "物质产品", item = "农产品", value = 600, method = "统计法", source = "年鉴" }, { class = "调节服务", item = "水源涵养", amount = 500000, amount_unit = "m³", price = 8, value = 400, method = "替代成本法", source = "公报" } } },
          computed = { supply = 600, regulate = 400, culture = 0, total = 1000, ratio = 0.5, change = 25 } },
        { "submit", by = "owner", given = { proof = { 1 } }, state = "审核" },
        { "return", by = "supervisor", given = { reason = "缺文化服务" }, state = "核算" },
        { "submit", by = "owner", given = { proof = { 1 } }, state = "审核" },
        { "settle", by = "owner", given = { opinion = "x" }, fails = "case.forbidden" },
        { "settle", by = "supervisor", given = { opinion = "同意" }, state = "审定" },
        { "revise", by = "owner", given = { reason = "x" }, fails = "case.forbidden" },
        { "revise", by = "supervisor", given = { reason = "规范更新" }, state = "核算", rebounds = 1 },
      } },
    { "开立时算式不符", start = "2026-03-02 09:00", fails = "case.gate_unmet",
      case = { region = "北屏县", year = 2025, standard = "s", owner = "owner", supervisor = "supervisor", items = { { class = "调节服务", item = "水源涵养", amount = 10, amount_unit = "m³", price = 8, value = 400, method = "m", source = "s" } } } },
    { "缺来源", start = "2026-03-02 09:00", fails = "case.field_missing",
      case = { region = "北屏县", year = 2025, standard = "s", owner = "owner", supervisor = "supervisor", items = { { class = "调节服务", item = "水源涵养", value = 400, method = "m" } } } },
  },
}
