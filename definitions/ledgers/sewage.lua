-- 农村污水台账：一处设施一档，周期内有流量或用电数据才算“在运行”；覆盖率、运行率由台账算出。
local runs_columns = {
  text "month" { "月份", en = "Month", required = true, max = 7 }, number "water" { "处理水量", en = "Water", unit = "t", min = 0 },
  number "power" { "用电量", en = "Power", unit = "kWh", min = 0 }, flag "passed" { "出水达标", en = "Passed" },
}
-- 点位的流量由程序每次判定时汇总成月水量，人填不进去；有在线数据的月份以在线为准，填报的只作核对。
local measured_columns = {
  text "month" { "月份", en = "Month", required = true, max = 7 }, number "water" { "在线水量", en = "Flow measured", unit = "t", min = 0 },
  number "hours" { "有流量数据的小时", en = "Hours with flow data", min = 0, decimals = 0 },
}

-- 判定看上一个整月：这个月没有流量也没有用电数据的，不算运行。
local function month_before(today)
  local y, m = today:sub(1, 4) + 0, today:sub(6, 7) - 1
  if m == 0 then y, m = y - 1, 12 end
  return round(y, 0) .. (m < 10 and "-0" or "-") .. round(m, 0)
end
local function online(f, month)
  for _, r in ipairs(f.measured or {}) do if r.month == month and r.hours > 0 then return r end end
end
-- 填报与在线的月份合在一起：在线有数的，水量用在线的。
local function months(f)
  local all, known = {}, {}
  for _, r in ipairs(f.runs or {}) do
    local d = online(f, r.month)
    known[r.month] = true
    all[#all + 1] = { month = r.month, water = d and d.water or r.water, power = not d and r.power or nil, passed = r.passed }
  end
  for _, r in ipairs(f.measured or {}) do
    if r.hours > 0 and not known[r.month] then all[#all + 1] = { month = r.month, water = r.water } end
  end
  return all
end
local function verdict(f, today)
  local period, last, all = month_before(today), nil, months(f)
  for _, r in ipairs(all) do if r.month >= period and (not last or r.month > last.month) then last = r end end
  if #all == 0 then return "不能判定：没有运行数据" end
  if not last then return "不能判定：" .. period .. "没有运行数据" end
  if (last.water or 0) <= 0 and (last.power or 0) <= 0 then return "停运（" .. last.month .. "）" end
  if f.size >= 30 and last.passed == nil then return "运行，出水未测（" .. last.month .. "）" end
  if last.passed == false then return "运行，出水不达标（" .. last.month .. "）" end
  return "正常运行（" .. last.month .. "）"
end
local function status(f, today)
  local v = verdict(f, today)
  return v:sub(1, 12) == "正常运行" and "正常运行" or v:sub(1, 6) == "运行" and "运行，未达标" or v:sub(1, 6) == "停运" and "停运" or "不能判定"
end

return ledger {
  id = "sewage", title = "农村污水", en = "Rural sewage", family = "水环境",
  about = "设施清单、运行巡检与整治；没有流量或用电数据的不算运行。",
  number = "NW-{year}-{seq:5}",
  fields = {
    text   "title"    { "设施名称", en = "Facility", required = true, max = 100 },
    text   "village"  { "村（社区）", en = "Village", required = true, max = 60 },
    text   "town"     { "镇街", en = "Town", required = true, max = 60 },
    number "size"     { "设计规模", en = "Size", required = true, unit = "t/d", min = 0, decimals = 1 },
    number "households" { "受益户数", en = "Households", min = 0, decimals = 0, unit = "户" },
    flag   "big"      { "30吨以上（须达标排放）", en = "30 t/d or more", value = function(c) return c.fields.size >= 30 end },
    text   "problem"  { "存在问题", en = "Problem", required = true },
    rows   "runs"     { "运行数据", en = "Running data", max = 400,
                        of = runs_columns },
    rows   "measured" { "在线水量（程序汇总）", en = "Flow of the site", max = 400, of = measured_columns },
    text   "differs"  { "填报与在线核对", en = "Entered against measured", value = function(c)
                          for i = #(c.fields.runs or {}), 1, -1 do
                            local r = c.fields.runs[i]
                            local d = online(c.fields, r.month)
                            if d and r.water and math.abs(r.water - d.water) > 0.2 * math.max(d.water, 1) then
                              return r.month .. "填报" .. r.water .. "吨，在线" .. d.water .. "吨"
                            end
                          end
                        end },
    text   "running"  { "运行判定", en = "Running", value = function(c) return verdict(c.fields, c.today) end },
    -- 运行率 = 正常运行 ÷ 全部设施，按本字段统计；没有数据的在分母里。
    choice "status"   { "运行状态", en = "Status", of = { "正常运行", "运行，未达标", "停运", "不能判定" }, value = function(c) return status(c.fields, c.today) end },
    -- 每月1日由程序按上一个整月重新判定。
    date   "look"     { "下次判定", en = "Next look", value = function(c)
                          local y, m = c.today:sub(1, 4) + 0, c.today:sub(6, 7) + 1
                          if m > 12 then y, m = y + 1, 1 end
                          return round(y, 0) .. (m < 10 and "-0" or "-") .. round(m, 0) .. "-01"
                        end },
    goal   "goal"     { "整治目标", en = "Goal", required = true },
    list   "measures" { "整治措施", en = "Measures", required = true },
    unit   "owner"    { "责任单位", en = "Responsible unit", required = true },
    unit   "supervisor" { "监管单位", en = "Supervising unit", required = true, differs_from = "owner" },
    date   "due"      { "整治期限", en = "Limit", required = true },
    point  "place"    { "位置", en = "Place" },
    site   "site"     { "监测点位", en = "Site" },
  },
  states = { "建档", "整治", "待核", "销号", en = { "On file", "In hand", "Under check", "Closed" }, working = "整治", closed = "销号" },
  actions = {
    action "take"   { "接收", en = "Take", from = "建档", to = "整治", by = "owner" },
    action "run"    { "登记运行数据", en = "Enter running data", from = { "建档", "整治", "待核" }, by = { "owner", "office" }, sets = { "runs" },
                      needs = { rows "runs" { "运行数据（含已有）", en = "All running data", required = true, max = 400,
                                  of = runs_columns } },
                      guard = function(c)
                        if #c.given.runs < #(c.fields.runs or {}) then return "运行数据不能删除 | running data cannot vanish" end
                      end },
    action "judge"  { "按今日判定", en = "Judge as of today", from = { "建档", "整治", "待核", "销号" }, by = "office", sets = { "measured" },
                      needs = { rows "measured" { "在线水量（由程序汇总，不用填）", en = "Filled by the program", max = 400, of = measured_columns } } },
    action "submit" { "申请核查", en = "Ask for the check", from = "整治", to = "待核", by = "owner",
                      needs = { text "report" { "完成情况", en = "Report", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = { "照片", "监测报告", "运维合同", "现场核查", "其他" }, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "return" { "退回", en = "Return", from = "待核", to = "整治", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "close"  { "销号", en = "Close", from = "待核", to = "销号", by = "supervisor", never_by = "owner", gate = "goal_met",
                      guard = function(c)
                        local v = verdict(c.fields, c.today)
                        if v:sub(1, 12) ~= "正常运行" then return "运行判定为“" .. v .. "”，不能销号 | it is not running normally" end
                      end },
    action "found_again" { "复查停运", en = "Found again", from = "销号", reopens = true, by = { "office", "supervisor" }, never_by = "owner", needs = { text "reason" { "复查情况", en = "What was found", required = true } } },
  },
  clock    = { due = "due", counts = "calendar", yellow = 15 },
  evidence_kinds = 2,
  ladder   = { { -30, "调度", en = "Progress call", to = { "owner" }, rule = "期限前30日" }, { 1, "通报", en = "Circular", to = { "owner", "supervisor" }, rule = "逾期次日" } },
  report   = { every = "month", on_day = 25, by = "owner", action = "run", states = { "整治" } },
  lookback = { for_days = 365, reopen_to = "整治", on = "goal_broken", due_days = 30, recheck = { after_days = { 90 }, share = 0.2, by = "supervisor" } },
  wake     = { on = "look", action = "judge" },
  group    = "status",
  tables   = { cross "towns" { "镇街与运行状态", en = "Towns and running", rows = "town", columns = "status", public = true }, cross "big" { "30吨以上与运行状态", en = "Facilities of 30 t/d or more", rows = "big", columns = "status", public = true },
               cross "households" { "镇街受益户数", en = "Households by town", rows = "town", columns = "status", add = "households" } },
  list     = { columns = { "number", "title", "town", "village", "size", "running", "status", "owner", "due" } },
  excel    = { title = { "设施名称", "处理设施名称" }, village = { "村（社区）", "行政村", "村名" }, town = { "镇街", "乡镇" }, size = { "设计规模", "设计规模（吨/日）", "处理能力" }, households = { "受益户数" }, problem = { "存在问题" }, goal = { "整治目标" }, measures = { "整治措施" },
               owner = { "责任单位" }, supervisor = { "监管单位" }, due = { "整治期限", "完成时限" } },
  forms    = { form "sheet" { "农村生活污水处理设施档案", en = "Facility sheet", rows = { { "设施名称", "title" }, { "镇街", "town" }, { "村（社区）", "village" }, { "设计规模（t/d）", "size" }, { "运行数据", "runs" }, { "运行判定", "running" } }, sign = { "责任单位（盖章）" } } },
  public   = { "number", "title", "town", "village", "size", "running", "state" },
  tests = {
    { "没有流量或用电就不算运行，停运的不能销号", start = "2026-03-02 09:00",
      case = { title = "石桥村站", village = "石桥村", town = "云溪镇", size = 30, problem = "停运", goal = "恢复运行并达标", measures = { "换泵" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30" },
      steps = {
        { "take", by = "owner", computed = { running = "不能判定：没有运行数据", big = true } },
        { "run", by = "owner", given = { runs = { { month = "2026-02", water = 0, power = 0 } } }, computed = { running = "停运（2026-02）" } },
        { "submit", by = "owner", given = { report = "已换泵", evidence = { { kind = "照片", text = "泵", files = { 1 } }, { kind = "运维合同", text = "合同", files = { 2 } } } }, state = "待核" },
        { "close", by = "supervisor", fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "停运" }, state = "整治" },
        { "submit", by = "owner", given = { report = "已通电" }, state = "待核" },
        { "run", by = "owner", given = { runs = { { month = "2026-02", water = 0, power = 0 }, { month = "2026-03", water = 610, power = 380, passed = true } } }, computed = { running = "正常运行（2026-03）" } },
        { "run", by = "office", given = { runs = { { month = "2026-03", water = 610, power = 380, passed = true } } }, fails = "case.gate_unmet" }, -- 已有的月份不能删
        { "close", by = "supervisor", state = "销号" },
        { "found_again", by = "supervisor", days = 40, given = { reason = "又停运" }, state = "整治", rebounds = 1 },
      } },
    { "上一个整月没有数据的不能判定，次月1日由程序重新判定", start = "2026-03-02 09:00", computed = { status = "不能判定" },
      case = { title = "石桥村站", village = "石桥村", town = "云溪镇", size = 10, problem = "运维", goal = "稳定运行", measures = { "巡检" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30" },
      steps = {
        { "take", by = "owner" },
        { "run", by = "owner", given = { runs = { { month = "2026-02", power = 120 } } }, computed = { status = "正常运行", look = "2026-04-01" } },
        { "tick", days = 29, computed = { status = "正常运行" } },
        { "tick", days = 1, computed = { status = "不能判定", running = "不能判定：2026-03没有运行数据", look = "2026-05-01" } },
        { "run", by = "owner", given = { runs = { { month = "2026-02", power = 120 }, { month = "2026-03", water = 0, power = 0 } } }, computed = { status = "停运" } },
        { "judge", by = "office", computed = { status = "停运" } },
      } },
    { "在线有流量的以在线为准：填报有水在线没水的算停运，只有在线数据的也能判定；销号后每月照样重新判定", start = "2026-03-02 09:00",
      case = { title = "石桥村站", village = "石桥村", town = "云溪镇", size = 40, problem = "运维", goal = "稳定运行", measures = { "巡检" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30" },
      steps = {
        { "take", by = "owner" },
        { "judge", by = "office", given = { measured = { { month = "2026-02", water = 800, hours = 600 } } }, computed = { running = "运行，出水未测（2026-02）", status = "运行，未达标" } },
        { "run", by = "owner", given = { runs = { { month = "2026-02", water = 820, power = 400, passed = true } } }, computed = { status = "正常运行", differs = false } },
        { "judge", by = "office", given = { measured = { { month = "2026-02", water = 0, hours = 600 } } }, computed = { running = "停运（2026-02）", differs = "2026-02填报820吨，在线0吨" } },
        { "judge", by = "office", given = { measured = { { month = "2026-02", water = 0, hours = 0 } } }, computed = { status = "正常运行", differs = false } },              -- 没有一个小时有数的不算在线
        { "submit", by = "owner", given = { report = "正常", evidence = { { kind = "照片", text = "泵", files = { 1 } }, { kind = "运维合同", text = "合同", files = { 2 } } } } },
        { "close", by = "supervisor", state = "销号" },
        { "tick", days = 30, computed = { status = "不能判定" }, state = "销号" },
      } },
    { "缺设计规模", fails = "case.field_missing", case = { title = "站", village = "v", town = "t", problem = "p", goal = "g", measures = { "m" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30" } },
  },
}
