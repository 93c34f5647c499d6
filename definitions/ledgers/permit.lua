-- 排污许可台账：一证一户，限值按日期分版；改限值只影响生效日起的判定，之前的判定不动。
--
-- 《排污许可管理条例》（国务院令第736号，2021-03-01 起施行）：有效期5年，届满60日前申请延续、20日内决定；简化管理20日、重点管理30日
-- （需现场核查的45日）作出决定；超许可浓度、总量的按日计入（确证）。执行报告期限各行业有别，这里按季。
local limits_columns = {
  text "outlet" { "排放口", en = "Outlet", required = true }, text "factor" { "污染物", en = "Pollutant", required = true },
  number "limit" { "许可浓度", en = "Limit", required = true, min = 0 }, text "unit" { "单位", en = "Unit", required = true },
  date "from" { "生效日期", en = "From", required = true }, text "clause" { "依据", en = "Basis" },
}
local totals_columns = {
  text "factor" { "污染物", en = "Pollutant", required = true },
  number "amount" { "许可量", en = "Amount", required = true, unit = "t/a", min = 0 }, date "from" { "生效日期", en = "From", required = true },
}
local reports_columns = {
  text "period" { "期间", en = "Period", required = true }, date "sent" { "提交日期", en = "Sent", required = true },
  text "result" { "达标与超标情况", en = "Result", required = true },
}

-- 下一个该催报的日子：下一季的第一天。
local function next_quarter(day)
  local y, q = day:sub(1, 4) + 0, (day:sub(6, 7) - 1) // 3 + 1
  if q == 4 then return (y + 1) .. "-01-01" end
  return y .. "-" .. (q == 3 and "10" or "0" .. (q * 3 + 1)) .. "-01"
end

-- 今天所在季度之前的那一季；一月里还有上一年的年报。持证不足一个季度（年报三个月）的，从取证日起报。
local function asked(c)
  local f, first = c.fields, c.today:sub(1, 7) .. "-01"
  local y, m = first:sub(1, 4) + 0, first:sub(6, 7) + 0
  local q = (m - 1) // 3                                   -- 上一季的序号，0 为上年四季度
  local year = q == 0 and y - 1 or y
  if q == 0 then q = 4 end
  local begin = year .. "-" .. (q == 4 and "10" or "0" .. (q * 3 - 2)) .. "-01"
  local last = add_days(y .. "-" .. (m - (m - 1) % 3 < 10 and "0" or "") .. (m - (m - 1) % 3) .. "-01", -1)
  local list, common = {}, { enterprise = f.enterprise, supervisor = f.supervisor, permit = c.number, year = year, allowed = f.totals, problem = "按 " .. (f.permit_number or c.number) .. " 载明的内容报送" }
  local function ask(kind, from, to, due)
    if not f.issued or f.issued > to then return end
    local one = { kind = kind, from = f.issued > from and f.issued or from, to = to, due = due }
    for k, v in pairs(common) do one[k] = v end
    list[#list + 1] = { ledger = "execution", fields = one }
  end
  ask("季度报告", begin, last, add_days(last, 15))
  if q == 4 then ask("年度报告", year .. "-01-01", year .. "-12-31", (year + 1) .. "-01-31") end
  return list
end

return ledger {
  id = "permit", title = "排污许可", en = "Discharge permits", family = "执法监管",
  about = "一证式管理：许可内容、限值分版、执行报告、延续变更与注销。",
  number = "XK-{year}-{seq:5}",
  open_by = { "office", "enterprise" },
  fields = {
    unit   "enterprise" { "排污单位", en = "Holder", required = true },
    unit   "supervisor" { "审批部门", en = "Authority", required = true, differs_from = "enterprise" },
    choice "category" { "管理类别", en = "Category", required = true, of = { "重点管理", "简化管理", "登记管理" } },
    text   "title"    { "单位与场所", en = "Unit and place", required = true, max = 120 },
    text   "trade"    { "行业类别", en = "Trade", required = true, max = 60 },
    text   "problem"  { "主要生产设施与工艺", en = "Facilities", required = true },
    text   "permit_number" { "许可证编号", en = "Permit number", max = 30 },
    date   "issued"   { "发证日期", en = "Issued" },
    date   "due"      { "有效期至", en = "Valid to" },
    rows   "limits"   { "许可限值（分版）", en = "Limits by date", max = 500,
                        of = limits_columns },
    rows   "totals"   { "许可排放量", en = "Amounts", max = 100, of = totals_columns },
    rows   "reports"  { "执行报告", en = "Reports", max = 200, of = reports_columns },
    site   "site"     { "主要排放口点位", en = "Site" },
    date   "ask_on"   { "下次催报执行报告", en = "Reports next asked on", value = function(c) if c.state == "有效" and c.fields.category ~= "登记管理" then return next_quarter(c.today) end end },
  },
  states = { "申请", "受理审查", "有效", "延续审查", "注销", en = { "Applied", "Under review", "Valid", "Renewal", "Cancelled" }, working = "受理审查", met = { "有效" }, closed = "注销" },
  actions = {
    action "incomplete" { "补正告知", en = "Ask for what is missing", from = { "申请" }, by = { "office", "supervisor" }, needs = { text "reason" { "须补正的内容", en = "What is missing", required = true } } },
    action "accept" { "受理", en = "Accept", from = "申请", to = "受理审查", by = { "office", "supervisor" } },
    action "grant"  { "发证", en = "Grant", from = "受理审查", to = "有效", by = "supervisor", never_by = "enterprise", sets = { "permit_number", "issued", "due", "limits", "totals" },
                      needs = { text "permit_number" { "许可证编号", en = "Permit number", required = true, max = 30 }, date "issued" { "发证日期", en = "Issued", required = true }, date "due" { "有效期至", en = "Valid to", required = true },
                                rows "limits" { "许可限值（分版）", en = "Limits by date", required = true, max = 500,
                                  of = limits_columns },
                                rows "totals" { "许可排放量", en = "Amounts", max = 100, of = totals_columns } },
                      guard = function(c)
                        if days_between(c.given.issued, c.given.due) > 5 * 366 then return "有效期不超过5年 | five years at most" end
                      end },
    action "refuse" { "不予许可", en = "Refuse", from = "受理审查", to = "注销", by = "supervisor", never_by = "enterprise", needs = { text "reason" { "理由", en = "Why", required = true } } },
    -- 变更限值：旧版留着，新版从生效日起；不能回到过去。
    action "change" { "变更限值", en = "Change limits", from = "有效", by = "supervisor", never_by = "enterprise", sets = { "limits", "totals" },
                      needs = { rows "limits" { "全部限值（含旧版）", en = "All limits", required = true, max = 500,
                                  of = limits_columns },
                                rows "totals" { "许可排放量", en = "Amounts", max = 100, of = totals_columns },
                                text "reason" { "变更事由", en = "Why", required = true } },
                      guard = function(c)
                        local old = c.fields.limits or {}
                        for i, l in ipairs(old) do
                          local n = c.given.limits[i]
                          if not n or n.outlet ~= l.outlet or n.factor ~= l.factor or n.limit ~= l.limit or n.from ~= l.from then return "旧版限值（第" .. i .. "行）须原样保留 | earlier limits stay as they are: row " .. i end
                        end
                        for i = #old + 1, #c.given.limits do
                          if c.given.limits[i].from < c.today then return "新限值的生效日期不得早于今天 | a new limit cannot begin in the past" end
                        end
                      end },
    action "report" { "提交执行报告", en = "Send a report", from = "有效", by = "enterprise", sets = { "reports" },
                      needs = { rows "reports" { "执行报告（含已有）", en = "All reports", required = true, max = 200, of = reports_columns } } },
    -- 每季首日由程序给上一季（一月还有上一年）的执行报告立件，到期没有报的列名。
    action "ask"    { "催报执行报告", en = "Ask for the reports", from = "有效", by = { "office", "supervisor" }, never_by = "enterprise", open = asked },
    action "renew"  { "申请延续", en = "Ask for renewal", from = "有效", to = "延续审查", by = "enterprise",
                      needs = { text "report" { "延续理由", en = "Why", required = true } },
                      guard = function(c)
                        if c.fields.due < c.today then return "许可证已过期，须重新申请 | it has expired: apply anew" end
                      end },
    action "renewed" { "准予延续", en = "Renew", from = "延续审查", to = "有效", by = "supervisor", never_by = "enterprise", sets = { "due" }, needs = { date "due" { "有效期至", en = "Valid to", required = true } } },
    action "cancel" { "注销", en = "Cancel", from = { "有效", "延续审查" }, to = "注销", by = "supervisor", never_by = "enterprise", needs = { text "reason" { "理由", en = "Why", required = true } } },
  },
  clocks = { clock "decide" { "审批决定", en = "Decision", from = "accept", days = 30, counts = "workdays", stops = { "grant", "refuse" }, source = "条例：重点管理30日（简化20日，现场核查45日）", certainty = "confirmed" },
             clock "renew" { "延续决定", en = "Renewal", from = "renew", days = 20, counts = "workdays", stops = { "renewed", "cancel" }, source = "条例：20日内决定", certainty = "confirmed" } },
  wake   = { on = "ask_on", action = "ask" },
  tree   = { children = { "execution", "permit_check" } },
  clock  = { due = "due", counts = "calendar", yellow = 60 },
  ladder = { { -60, "预警", en = "Warning", to = { "enterprise", "supervisor" }, rule = "有效期届满60日前须申请延续" }, { 1, "督办", en = "Supervision order", to = { "supervisor", "leader" }, rule = "过期次日" } },
  report = { every = "quarter", on_day = 15, by = "enterprise", action = "report", states = { "有效" } },
  group  = "category",
  list   = { columns = { "number", "permit_number", "title", "enterprise", "category", "trade", "issued", "due" } },
  views  = { view "late" { "已过期", en = "Expired", filter = { light = "red" } }, view "soon" { "60日内到期", en = "Expiring", filter = { light = "yellow" } } },
  excel  = { enterprise = { "排污单位", "单位名称" }, category = { "管理类别" }, title = { "单位与场所", "生产经营场所" }, trade = { "行业类别" }, problem = { "主要生产设施与工艺" }, supervisor = { "审批部门" } },
  forms  = { form "copy" { "排污许可证副本摘要", en = "Permit", rows = { { "许可证编号", "permit_number" }, { "排污单位", "enterprise" }, { "管理类别", "category" }, { "行业", "trade" }, { "有效期至", "due" }, { "许可限值", "limits" }, { "许可排放量", "totals" } }, sign = { "审批部门（盖章）" }, history = false, evidence = false } },
  public = { "number", "permit_number", "title", "enterprise", "category", "trade", "issued", "due", "limits", "totals", "state" },
  tests  = {
    { "限值分版，旧版不能改，新版不能回溯", open_by = "office", start = "2026-03-02 09:00",
      case = { enterprise = "owner", supervisor = "supervisor", category = "重点管理", title = "海湾化工", trade = "有机化学原料制造", problem = "苯胺装置" },
      steps = {
        { "incomplete", by = "office", given = { reason = "缺自行监测方案" } },
        { "accept", by = "office", state = "受理审查", clocks = { decide = "2026-04-14" } },
        { "grant", by = "owner", given = { permit_number = "91370000X001P", issued = "2026-03-02", due = "2031-03-01", limits = {} }, fails = "case.forbidden" },
        { "grant", by = "supervisor", given = { permit_number = "91370000X001P", issued = "2026-03-02", due = "2036-03-01", limits = { { outlet = "DW001", factor = "化学需氧量", limit = 80, unit = "mg/L", from = "2026-03-02" } } }, fails = "case.gate_unmet" }, -- 超过5年
        { "grant", by = "supervisor", given = { permit_number = "91370000X001P", issued = "2026-03-02", due = "2031-03-01", limits = { { outlet = "DW001", factor = "化学需氧量", limit = 80, unit = "mg/L", from = "2026-03-02" } } }, state = "有效", light = "green" },
        { "change", by = "supervisor", days = 30, given = { reason = "提标", limits = { { outlet = "DW001", factor = "化学需氧量", limit = 50, unit = "mg/L", from = "2026-03-02" } } }, fails = "case.gate_unmet" },
        { "change", by = "supervisor", given = { reason = "提标", limits = { { outlet = "DW001", factor = "化学需氧量", limit = 80, unit = "mg/L", from = "2026-03-02" }, { outlet = "DW001", factor = "化学需氧量", limit = 50, unit = "mg/L", from = "2026-03-20" } } }, fails = "case.gate_unmet" },
        { "change", by = "supervisor", given = { reason = "提标", limits = { { outlet = "DW001", factor = "化学需氧量", limit = 80, unit = "mg/L", from = "2026-03-02" }, { outlet = "DW001", factor = "化学需氧量", limit = 50, unit = "mg/L", from = "2026-07-01" } } }, state = "有效" },
        { "report", by = "owner", given = { reports = { { period = "2026年第一季度", sent = "2026-04-10", result = "达标" } } } },
        { "ask", by = "owner_admin", fails = "case.forbidden" },
        { "renew", by = "owner", given = { report = "继续生产" }, state = "延续审查" },
        { "renewed", by = "owner_admin", given = { due = "2036-03-01" }, fails = "case.forbidden" },
        { "renewed", by = "supervisor", given = { due = "2026-05-01" }, state = "有效" },
        { "renew", by = "owner", days = 60, given = { report = "逾期才申请" }, fails = "case.gate_unmet" },
        { "cancel", by = "supervisor", given = { reason = "停产关闭" }, state = "注销" },
      } },
    { "每季首日催报，一月有年报", open_by = "office", start = "2026-11-02 09:00",
      case = { enterprise = "owner", supervisor = "supervisor", category = "重点管理", title = "海湾化工", trade = "有机化学原料制造", problem = "苯胺装置" },
      steps = {
        { "accept", by = "office" },
        { "grant", by = "supervisor", given = { permit_number = "91370000X001P", issued = "2026-11-02", due = "2031-11-01", limits = { { outlet = "DW001", factor = "化学需氧量", limit = 80, unit = "mg/L", from = "2026-11-02" } }, totals = { { factor = "化学需氧量", amount = 12, from = "2026-11-02" } } },
          computed = { ask_on = "2027-01-01" } },
        { "tick", days = 59 }, { "tick", days = 1, children = 2, computed = { ask_on = "2027-04-01" } },
        { "tick", on = 1, clocks = { due = "2027-01-15" } }, { "tick", on = 2, clocks = { due = "2027-01-31" } },
        { "tick", days = 90, children = 3 },
      } },
    { "不予许可要有理由", open_by = "office", start = "2026-03-02 09:00",
      case = { enterprise = "owner", supervisor = "supervisor", category = "重点管理", title = "海湾化工", trade = "有机化学原料制造", problem = "苯胺装置" },
      steps = { { "accept", by = "office" }, { "refuse", by = "supervisor", fails = "case.field_missing" }, { "refuse", by = "supervisor", given = { reason = "位于饮用水水源保护区" }, state = "注销" } } },
    { "缺行业", fails = "case.field_missing", case = { enterprise = "owner", supervisor = "supervisor", category = "重点管理", title = "t", problem = "p" } },
  },
}
