-- 小微产废单位收运台账：一家一年一户，按约定间隔上门收运；到期前预警，过期次日成事项；从来没有收运过的也在覆盖率的分母里。
local columns = {
  date "day" { "收运日期", en = "Day", required = true }, number "amount" { "数量", en = "Amount", required = true, unit = "t", min = 0, decimals = 4 }, text "manifest" { "联单编号", en = "Manifest", max = 40 },
}
local function last(f)
  local d
  for _, p in ipairs(f.pickups or {}) do if not d or p.day > d then d = p.day end end
  return d
end
local function limit(f) return add_days(last(f) or f.since, f.every) end

return ledger {
  id = "pickup", title = "小微收运", en = "Pick-ups from small producers", family = "固废土壤",
  about = "汽修、诊所、实验室等小微产废单位的统一收运：按约定间隔上门，到期预警，过期成事项；从未收运的计入覆盖率分母。",
  number = "XW-{year}-{seq:5}",
  open_by = { "office", "collector" },
  fields = {
    number "year"     { "年度", en = "Year", required = true, min = 2016, max = 2100, decimals = 0 },
    text   "title"    { "产废单位", en = "Producer", required = true, max = 100 },
    choice "trade"    { "行业", en = "Trade", required = true, of = { "机动车维修", "医疗门诊", "学校实验室", "检测机构", "小微制造", "其他" } },
    text   "address"  { "地址", en = "Address", max = 200 },
    point  "place"    { "位置", en = "Place" },
    text   "code"     { "废物代码", en = "Waste code", required = true, max = 12 },
    -- 登记管理的一档（HJ 1259-2022：10 t/a 以下）；再多的进“固体废物产生贮存”。
    number "yearly"   { "年产生量", en = "Yearly amount", required = true, unit = "t/a", min = 0, max = 9.999, decimals = 3 },
    unit   "county"   { "所在县区", en = "County", required = true },
    unit   "collector" { "收运单位", en = "Collector", required = true },
    unit   "supervisor" { "监管单位", en = "Supervising unit", required = true, differs_from = "collector" },
    date   "since"    { "签约日期", en = "Contract of", required = true },
    number "every"    { "收运间隔", en = "Every", required = true, unit = "天", min = 1, max = 365, decimals = 0 },
    text   "problem"  { "收运约定", en = "What was agreed", max = 1000 },
    rows   "pickups"  { "收运记录", en = "Pick-ups", max = 400, of = columns },
    date   "last"     { "最近收运", en = "Last", value = function(c) return last(c.fields) end },
    number "amount"   { "累计收运", en = "Amount", unit = "t", decimals = 4, value = function(c) return sum(c.fields.pickups, "amount") end },
    date   "due"      { "应收运日期", en = "Next due", value = function(c) return limit(c.fields) end },
    choice "status"   { "收运情况", en = "Status", of = { "按期收运", "逾期未收运", "从未收运" }, colours = { ["按期收运"] = "green", ["逾期未收运"] = "red", ["从未收运"] = "orange" },
                        value = function(c)
                          if not last(c.fields) then return "从未收运" end
                          return limit(c.fields) < c.today and "逾期未收运" or "按期收运"
                        end },
    flag   "covered"  { "本年已收运", en = "Picked up this year", value = function(c)
                          local d = last(c.fields)
                          return d ~= nil and d:sub(1, 4) == round(c.fields.year, 0) .. ""
                        end },
    date   "look"     { "下次核对", en = "Next look", value = function(c)
                          local d = add_days(limit(c.fields), 1)
                          return d > c.today and d or add_days(c.today, 1)
                        end },
  },
  guard = function(c)
    if c.fields.since > c.today then return "签约日期在今天之后 | the contract has not begun" end
  end,
  states = { "在册", "停用", en = { "Kept", "Ended" }, working = "在册", closed = "停用" },
  actions = {
    action "pick"    { "登记收运", en = "Enter pick-ups", from = "在册", by = { "collector", "office" }, sets = { "pickups" },
                       needs = { rows "pickups" { "收运记录（含已有）", en = "All pick-ups", required = true, max = 400, of = columns } },
                       guard = function(c)
                         if #c.given.pickups < #(c.fields.pickups or {}) then return "收运记录不能删除 | pick-ups cannot vanish" end
                         for _, p in ipairs(c.given.pickups) do
                           if p.day > c.today then return "收运日期在今天之后 | that day has not come" end
                         end
                       end },
    -- 过期次日由程序做：一次逾期一件事项，收运以前不重复立。
    action "refresh" { "按今日核对", en = "Check as of today", from = "在册", by = { "office", "supervisor", "collector" },
                       open = function(c)
                         local f = c.fields
                         local title = f.title .. "逾期未收运（应于" .. limit(f) .. "）"
                         if limit(f) >= c.today then return end
                         for _, k in ipairs(c.children.list) do if k.fields.title == title then return end end
                         return { { ledger = "zero", fields = { field = "固体废物", source = "自查", title = title, problem = c.number .. "：" .. f.title .. "应于" .. limit(f) .. "前收运，逾期未收", goal = "完成收运", measures = { "上门收运" }, owner = f.collector, supervisor = f.supervisor, due = add_days(c.today, 15) } } }
                       end },
    action "stop"    { "停用", en = "End", from = "在册", to = "停用", by = { "supervisor", "office" }, never_by = "collector", gate = "children_closed", needs = { text "reason" { "理由", en = "Why", required = true } } },
  },
  clock  = { due = "due", counts = "calendar", yellow = 10 },
  ladder = { { -10, "预警", en = "Warning", to = { "collector" }, rule = "应收运前10日" }, { 1, "督办", en = "Supervision order", to = { "collector", "supervisor" }, rule = "逾期次日" } },
  wake   = { on = "look", action = "refresh" },
  tree   = { children = { "zero" } },
  group  = "status",
  tables = { cross "coverage" { "县区与收运情况", en = "Counties and pick-ups", rows = "county", columns = "status", all = "district", states = "在册" }, cross "trades" { "行业与本年收运", en = "Trades and this year", rows = "trade", columns = "covered", states = "在册" } },
  list   = { columns = { "number", "title", "trade", "county", "collector", "yearly", "last", "due", "status", "amount" } },
  views  = { view "late" { "逾期未收运", en = "Late", filter = { group = "逾期未收运" } }, view "never" { "从未收运", en = "Never", filter = { group = "从未收运" } } },
  excel  = { year = { "年度" }, title = { "产废单位", "单位名称" }, trade = { "行业" }, address = { "地址" }, code = { "废物代码" }, yearly = { "年产生量", "年产生量（吨）" }, county = { "所在县区", "县区" }, collector = { "收运单位" }, supervisor = { "监管单位" }, since = { "签约日期" }, every = { "收运间隔", "收运间隔（天）" } },
  public = { "number", "title", "trade", "county", "collector", "status", "last", "state" },
  tests  = {
    { "到期前预警，过期次日成一件事项，收运后转绿；有事项没办结的不能停用", start = "2026-03-02 09:00",
      case = { year = 2026, title = "顺通汽修", trade = "机动车维修", code = "900-214-08", yearly = 1.2, county = "other", collector = "collector", supervisor = "supervisor", since = "2026-03-01", every = 60 },
      computed = { status = "从未收运", due = "2026-04-30", covered = false },
      steps = {
        { "pick", by = "collector", given = { pickups = { { day = "2026-05-01", amount = 0.1 } } }, fails = "case.gate_unmet" },
        { "tick", days = 49, light = "yellow" }, { "tick", days = 10, children = 0 }, { "tick", days = 1, light = "red", children = 1, computed = { status = "从未收运" } }, { "tick", days = 3, children = 1 },
        { "pick", by = "collector", given = { pickups = { { day = "2026-05-03", amount = 0.2 } } }, light = "green", computed = { status = "按期收运", amount = 0.2, covered = true, due = "2026-07-02" } },
        { "pick", by = "collector", given = { pickups = { { day = "2026-05-03", amount = 0.2 } } } }, { "refresh", by = "office", children = 1 },
        { "tick", days = 61, children = 2, computed = { status = "逾期未收运" } },
        { "stop", by = "collector", given = { reason = "歇业" }, fails = "case.forbidden" }, { "stop", by = "supervisor", given = { reason = "歇业" }, fails = "case.gate_unmet" },
      } },
    { "没有欠账的可以停用", start = "2026-03-02 09:00", case = { year = 2026, title = "顺通汽修", trade = "机动车维修", code = "900-214-08", yearly = 1.2, county = "other", collector = "collector", supervisor = "supervisor", since = "2026-03-01", every = 60 },
      steps = { { "stop", by = "supervisor", given = { reason = "歇业" }, state = "停用" } } },
    { "10吨以上的不是小微", fails = "case.field_invalid", case = { year = 2026, title = "x", trade = "其他", code = "c", yearly = 10, county = "other", collector = "collector", supervisor = "supervisor", since = "2026-03-01", every = 60 } },
    { "还没签约的不收", fails = "case.gate_unmet", start = "2026-03-02 09:00", case = { year = 2026, title = "x", trade = "其他", code = "c", yearly = 1, county = "other", collector = "collector", supervisor = "supervisor", since = "2026-04-01", every = 60 } },
  },
}
