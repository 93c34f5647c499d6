-- 排污许可执行报告台账：每季、每年由程序在期末次日给每张有效的许可证立一件，期限是时限，到期没有报的次日列名；
-- 报来的排放量旁边就是自动监测核算的量（由程序填，缺了多少、替代了多少都写明）和许可量。
--
-- 季报在下一季首月15日前、年报在次年1月底前：多数副本如此，以许可证载明的为准（一处来源）。《排污许可管理条例》第二十二条要求按证报送。
local apart, enough = 0.10, 75
local figures_columns = {
  text "item" { "污染物", en = "Pollutant", required = true }, number "reported" { "报告排放量", en = "Reported", required = true, min = 0, unit = "t", decimals = 6 },
  number "measured" { "自动监测核算", en = "Measured", unit = "t", decimals = 6, hint = "由程序核算" }, number "with" { "含替代", en = "With substitutes", unit = "t", decimals = 6, hint = "由程序核算" },
  number "valid" { "有效时段占比", en = "Valid", unit = "%", decimals = 2, hint = "由程序核算" }, number "missing" { "缺失时段", en = "Missing", decimals = 0, hint = "由程序核算" },
}

-- 报告期内有效的许可量（t/a）：年报用；季报只比自动监测。
local function allowed(c, item)
  local best
  for _, a in ipairs(c.fields.allowed or {}) do
    if a.factor == item and a.from <= c.fields.to and (not best or a.from > best.from) then best = a end
  end
  return best and best.amount
end

return ledger {
  id = "execution", title = "许可证执行报告", en = "Permit execution reports", family = "执法监管",
  about = "季报、年报到期自动催报，缺报列名；报告量、自动监测核算量、许可量三数并列。",
  number = "ZX-{year}-{seq:5}",
  open_by = { "office", "supervisor" },
  related = { permits = { ledger = "permit", where = { number = "permit" } } },
  fields = {
    unit   "enterprise" { "排污单位", en = "Holder", required = true },
    unit   "supervisor" { "审批部门", en = "Authority", required = true, differs_from = "enterprise" },
    case   "permit"   { "许可证", en = "Permit", required = true, of = "permit" },
    choice "kind"     { "报告类型", en = "Kind", required = true, of = { "季度报告", "年度报告" } },
    number "year"     { "年度", en = "Year", required = true, min = 2017, max = 2100, decimals = 0 },
    date   "from"     { "报告期起", en = "From", required = true },
    date   "to"       { "报告期止", en = "To", required = true },
    text   "title"    { "报告", en = "Report", value = function(c) return c.fields.year .. "年" .. (c.fields.kind == "年度报告" and "年度" or "第" .. round((c.fields.from:sub(6, 7) + 2) / 3, 0) .. "季度") .. "执行报告" end },
    text   "problem"  { "报送要求", en = "What is asked", required = true },
    date   "due"      { "报送期限", en = "Limit", required = true },
    rows   "allowed"  { "许可排放量", en = "Permitted", max = 100, of = { text "factor" { "污染物", en = "Pollutant", required = true }, number "amount" { "许可量", en = "Amount", required = true, unit = "t/a", min = 0 }, date "from" { "生效日期", en = "From", required = true } } },
    rows   "figures"  { "排放量", en = "Amounts", max = 100, of = figures_columns },
    text   "result"   { "达标与超标情况", en = "Compliance" },
    text   "explained" { "差异说明", en = "Explanation" },
    rows   "compared" { "比对", en = "Compared", max = 100, of = { text "item" { "污染物", en = "Pollutant" }, text "text" { "结论", en = "Says" }, flag "wrong" { "须说明", en = "To be explained" } },
                        value = function(c)
                          local rows = {}
                          for n, f in ipairs(c.fields.figures or {}) do
                            local a, base, s, wrong = c.fields.kind == "年度报告" and allowed(c, f.item), f.with or f.measured, "", false
                            if not base then s = "没有自动监测核算量，不能比对"
                            elseif (f.valid or 0) < enough then s = "自动监测有效时段" .. round(f.valid or 0, 1) .. "%，不足" .. enough .. "%，不能比对（核算" .. base .. " t，缺" .. (f.missing or 0) .. "个时段）"
                            elseif math.abs(f.reported - base) > math.abs(base) * apart then s, wrong = "报告" .. f.reported .. " t，核算" .. base .. " t" .. ((f.missing or 0) > 0 and "（缺" .. f.missing .. "个时段，已按规则替代）" or "") .. "，差" .. round((f.reported - base) * 100 / base, 1) .. "%", true
                            else s = "报告与核算相符" end
                            if a then
                              local most = base and base > f.reported and base or f.reported
                              s = s .. "；许可" .. a .. " t/a，" .. (most > a and "超许可量" .. round(most - a, 3) .. " t" or "占" .. round(most * 100 / a, 1) .. "%")
                              wrong = wrong or most > a
                            end
                            rows[n] = { item = f.item, text = s, wrong = wrong }
                          end
                          return rows
                        end },
    file   "report"   { "报告文件", en = "Report file" },
  },
  states = { "待报", "已报", "审核通过", en = { "Due", "Sent", "Accepted" }, working = "待报", met = { "已报" }, closed = "审核通过" },
  actions = {
    action "send"   { "报送", en = "Send", from = { "待报", "已报" }, to = "已报", by = "enterprise", sets = { "figures", "result", "explained", "report" },
                      needs = { rows "figures" { "排放量", en = "Amounts", required = true, max = 100, of = figures_columns }, text "result" { "达标与超标情况", en = "Compliance", required = true }, text "explained" { "差异说明", en = "Explanation" },
                                file "report" { "报告文件", en = "Report file" } },
                      guard = function(c)
                        if c.today <= c.fields.to then return "报告期还没有结束 | the period is not over" end
                        for n, f in ipairs(c.given.figures) do for k = 1, n - 1 do if c.given.figures[k].item == f.item then return f.item .. "报了两次 | reported twice: " .. f.item end end end
                      end },
    action "return" { "退回", en = "Return", from = "已报", to = "待报", by = { "supervisor", "office" }, never_by = "enterprise", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "accept" { "审核通过", en = "Accept", from = "已报", to = "审核通过", by = { "supervisor", "office" }, never_by = "enterprise",
                      guard = function(c)
                        for _, r in ipairs(c.fields.compared or {}) do
                          if r.wrong and not c.fields.explained then return r.item .. "：" .. r.text .. "，没有说明 | " .. r.item .. " differs and is not explained" end
                        end
                      end },
  },
  clock  = { due = "due", counts = "calendar", yellow = 7 },
  ladder = { { -7, "预警", en = "Warning", to = { "enterprise" }, rule = "期限前7日" }, { 1, "通报", en = "Circular", to = { "enterprise", "supervisor" }, rule = "缺报次日列名（《排污许可管理条例》第二十二条）" } },
  group  = "kind",
  list   = { columns = { "number", "enterprise", "title", "permit", "due", "compared" } },
  views  = { view "missed" { "缺报", en = "Missed", filter = { overdue = true, state = "待报" } }, view "check" { "待审核", en = "To be checked", filter = { state = "已报" } } },
  forms  = { form "sheet" { "执行报告比对表", en = "Comparison", rows = { { "排污单位", "enterprise" }, { "报告", "title" }, { "排放量", "figures" }, { "许可排放量", "allowed" }, { "比对", "compared" }, { "差异说明", "explained" } }, sign = { "审批部门（盖章）" }, history = false, evidence = false } },
  public = { "number", "enterprise", "title", "due", "state", "light" },
  tests  = {
    { "三数并列；差异与超许可量不说明不通过；缺报次日列名", start = "2026-01-05 09:00",
      before = { { ledger = "permit", case = { enterprise = "owner", supervisor = "supervisor", category = "重点管理", title = "t", trade = "x", problem = "p" } } },
      case = { enterprise = "other", supervisor = "supervisor", permit = "@1", kind = "年度报告", year = 2025, from = "2025-01-01", to = "2025-12-31", due = "2026-01-31", problem = "按证报送",
               allowed = { { factor = "COD", amount = 20, from = "2021-01-01" }, { factor = "COD", amount = 10, from = "2025-07-01" } } },
      computed = { title = "2025年年度执行报告" },
      steps = {
        { "tick", days = 26, light = "yellow" }, { "tick", days = 1, light = "red" }, { "tick", days = 1, events = { rung = 2 } },                                -- 02-01 是周日
        { "send", by = "supervisor", given = { figures = {}, result = "x" }, fails = "case.forbidden" },
        { "send", by = "other", given = { figures = { { item = "COD", reported = 8, measured = 10.5, with = 11, valid = 90, missing = 12 } }, result = "达标" }, state = "已报",
          computed = { compared = { { item = "COD", text = "报告8 t，核算11 t（缺12个时段，已按规则替代），差-27.3%；许可10 t/a，超许可量1 t", wrong = true } } } },
        { "accept", by = "other_admin", fails = "case.forbidden" },
        { "accept", by = "supervisor", fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "说明差异" }, state = "待报" },
        { "send", by = "other", given = { figures = { { item = "COD", reported = 9, measured = 9, with = 9.1, valid = 60, missing = 3000 } }, result = "达标" },
          computed = { compared = { { item = "COD", text = "自动监测有效时段60%，不足75%，不能比对（核算9.1 t，缺3000个时段）；许可10 t/a，占91%", wrong = false } } } },
        { "accept", by = "supervisor", state = "审核通过" },
      } },
    { "报告期没有结束不能报", start = "2026-02-05 09:00",
      before = { { ledger = "permit", case = { enterprise = "owner", supervisor = "supervisor", category = "重点管理", title = "t", trade = "x", problem = "p" } } },
      case = { enterprise = "other", supervisor = "supervisor", permit = "@1", kind = "季度报告", year = 2026, from = "2026-01-01", to = "2026-03-31", due = "2026-04-15", problem = "按证报送" },
      computed = { title = "2026年第1季度执行报告" },
      steps = { { "send", by = "other", given = { figures = { { item = "COD", reported = 1 } }, result = "x" }, fails = "case.gate_unmet" },
                { "tick", days = 69, light = "yellow" }, { "tick", days = 1, light = "red" } } },
    { "须写明许可证", fails = "case.field_missing", case = { enterprise = "other", supervisor = "supervisor", kind = "季度报告", year = 2026, from = "2026-01-01", to = "2026-03-31", due = "2026-04-15", problem = "p" } },
  },
}
