-- 环境信息强制性披露台账：企业披露的数与自己上传的数对不上的，公布前先列出来。
-- 核算值与有效率由程序在报送时从该企业排放口上传的数据里算（有效时段的累计排放量），企业填不了；有效率不足 75% 的不能判定。
-- 差异线 10% 与有效率线 75% 是本市约定，可改。
local apart, enough = 0.10, 75
local figures_columns = {
  text "item" { "项目", en = "Item", required = true }, number "disclosed" { "披露值", en = "Disclosed", required = true },
  number "measured" { "自动监测核算值", en = "Measured", decimals = 6, hint = "由程序从自动监测数据核算" }, text "unit" { "单位", en = "Unit", required = true },
  number "valid" { "有效时段占比", en = "Valid", unit = "%", decimals = 6, hint = "由程序核算" },
  date "from" { "核算期起", en = "From", hint = "不填为年初" }, date "to" { "核算期止", en = "To", hint = "不填为年末" },
}

return ledger {
  id = "disclosure", title = "环境信息披露", en = "Mandatory disclosure", family = "信访公众",
  about = "应披露企业的年度报告、与自动监测核算数的比对、缺报名单。",
  number = "PL-{year}-{seq:4}",
  open_by = { "office" },
  fields = {
    unit   "enterprise" { "企业", en = "Enterprise", required = true },
    unit   "supervisor" { "管理单位", en = "Authority", required = true, differs_from = "enterprise" },
    number "year"     { "报告年度", en = "Year", required = true, min = 2016, max = 2100, decimals = 0 },
    text   "title"    { "报告", en = "Report", required = true, max = 120 },
    text   "problem"  { "披露要求", en = "What is asked", required = true },
    rows   "figures"  { "披露数据", en = "Figures", max = 200,
                        of = figures_columns },
    rows   "differences" { "差异", en = "Differences", max = 200, of = { text "item" { "项目", en = "Item" }, text "text" { "差异", en = "Difference" } },
                           value = function(c)
                             local d = {}
                             for _, f in ipairs(c.fields.figures or {}) do
                               if not f.measured then d[#d + 1] = { item = f.item, text = "没有自动监测核算值，不能判定" }
                               elseif f.valid and f.valid < enough then d[#d + 1] = { item = f.item, text = "自动监测有效时段" .. round(f.valid, 1) .. "%，不足" .. enough .. "%，不能判定（核算" .. f.measured .. f.unit .. "）" }
                               elseif math.abs(f.disclosed - f.measured) > math.abs(f.measured) * apart then
                                 d[#d + 1] = { item = f.item, text = "披露" .. f.disclosed .. "，核算" .. f.measured .. f.unit .. "，差" .. round((f.disclosed - f.measured) * 100 / f.measured, 1) .. "%" }
                               end
                             end
                             return d
                           end },
    text   "explained" { "差异说明", en = "Explanation" },
    date   "due"      { "报送期限", en = "Limit", required = true },
    file   "report"   { "报告文件", en = "Report file" },
  },
  states = { "待报", "已报", "公布", en = { "Due", "Sent", "Published" }, working = "待报", met = { "已报" }, closed = "公布" },
  actions = {
    action "send"   { "报送", en = "Send", from = { "待报", "已报" }, to = "已报", by = "enterprise", sets = { "figures", "explained" },
                      needs = { rows "figures" { "披露数据", en = "Figures", required = true, max = 200,
                                  of = figures_columns },
                                text "explained" { "差异说明", en = "Explanation" } } },
    action "return" { "退回", en = "Return", from = "已报", to = "待报", by = { "supervisor", "office" }, needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "publish" { "公布", en = "Publish", from = "已报", to = "公布", by = { "supervisor", "office" }, never_by = "enterprise",
                       guard = function(c)
                         if #(c.fields.differences or {}) > 0 and not c.fields.explained then return "有" .. #c.fields.differences .. "项差异没有说明，不能公布 | differences without an explanation" end
                       end },
  },
  clock  = { due = "due", counts = "calendar", yellow = 15 },
  ladder = { { -15, "预警", en = "Warning", to = { "enterprise" }, rule = "期限前15日" }, { 1, "通报", en = "Circular", to = { "enterprise", "supervisor" }, rule = "缺报次日列名" } },
  list   = { columns = { "number", "enterprise", "year", "title", "differences", "due" } },
  public = { "number", "enterprise", "year", "figures", "differences", "explained", "state" },
  tests  = {
    { "有效数据不足的不能判定，也要先说明", start = "2026-03-02 09:00",
      case = { enterprise = "owner", supervisor = "supervisor", year = 2025, title = "2025年度披露报告", problem = "排放总量", due = "2026-03-15" },
      steps = { { "send", by = "owner", given = { figures = { { item = "COD", disclosed = 10, measured = 10, valid = 74.9, unit = "t" } } }, state = "已报" },
                { "publish", by = "supervisor", fails = "case.gate_unmet" },
                { "send", by = "owner", given = { figures = { { item = "COD", disclosed = 10, measured = 10, valid = 75, unit = "t" } } } },
                { "publish", by = "supervisor", state = "公布" } } },
    { "差异先列出，说明了才公布", start = "2026-03-02 09:00",
      case = { enterprise = "owner", supervisor = "supervisor", year = 2025, title = "2025年度披露报告", problem = "排放总量", due = "2026-03-15" },
      steps = {
        { "send", by = "owner", given = { figures = { { item = "COD", disclosed = 10, measured = 14, unit = "t" }, { item = "氨氮", disclosed = 1, measured = 1.05, unit = "t" } } }, state = "已报" },
        { "publish", by = "supervisor", fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "差异须说明" }, state = "待报" },
        { "send", by = "owner", given = { figures = { { item = "COD", disclosed = 10, measured = 14, unit = "t" } }, explained = "停运期间手工监测" }, state = "已报" },
        { "publish", by = "supervisor", state = "公布" },
      } },
  },
}
