-- 监督执法正面清单台账：进单有条件、有公示、有期限；条件一破（处罚、信用档次下降、超标成案、许可过期），程序当日移出并写明原因；
-- 在单的不列入双随机抽取，除非投诉、线索或监测发现指名（见 inspection.lua 的 draw.except）；标杆企业上公众页。
--
-- 进单条件由本市约定，可改：信用档次、无处罚年限写在下面。
local cards, clean_days = { "绿" }, 365

-- 近一年的处罚（以发现日期计，修复不抹去这里的日期）。
local function penalty_of(c)
  for _, p in ipairs(c.related.penalties) do
    local f = p.fields
    if f.found and days_between(f.found, c.today) <= clean_days then return p.number .. "（" .. f.found .. " " .. f.title .. "）" end
  end
end

-- 最近一次公布的信用档次。
local function card_of(c)
  local n = #c.related.credits
  return n > 0 and c.related.credits[n].fields.card or nil, n > 0 and c.related.credits[n].number or nil
end

-- 监测发现成案、还没有销号的。
local function exceeding(c)
  for _, r in ipairs(c.related.rectifications) do if not r.closed and r.fields.source == "监测发现" then return r.number end end
end

local function expired(c)
  for _, p in ipairs(c.related.permits) do if p.fields.due and p.fields.due < c.today then return p.fields.permit_number or p.number end end
end

-- 逐条列出，进单与移出都看这一张表。
local function conditions(c)
  local card, from = card_of(c)
  local p, x, e = penalty_of(c), exceeding(c), expired(c)
  return {
    { item = "信用档次为" .. table.concat(cards, "、"), met = card ~= nil and contains(cards, card), says = card and card .. "（" .. from .. "）" or "没有公布的信用评价" },
    { item = "近" .. clean_days .. "日无环境违法处罚", met = p == nil, says = p or "无" },
    { item = "没有未销号的监测超标事项", met = x == nil, says = x or "无" },
    { item = "排污许可证在有效期内", met = e == nil, says = e and e .. " 已过期" or #c.related.permits > 0 and "有效" or "无许可台账" },
  }
end

local function broken(c)
  if c.fields.to and c.fields.to < c.today then return "有效期至" .. c.fields.to .. "，已满" end
  for _, r in ipairs(conditions(c)) do
    if not r.met then return r.item .. "：不满足，" .. r.says end
  end
end

return ledger {
  id = "positive", title = "监督执法正面清单", en = "Positive list", family = "执法监管",
  about = "守法企业无事不扰：条件逐条可核，条件一破当日自动移出，标杆企业公开。",
  number = "ZM-{year}-{seq:4}",
  open_by = { "office", "enterprise" },
  related = { penalties = { ledger = "penalty", where = { enterprise = "enterprise" } }, credits = { ledger = "credit", where = { enterprise = "enterprise" }, states = { "公布", "归档" } },
              permits = { ledger = "permit", where = { enterprise = "enterprise" }, states = { "有效", "延续审查" } }, rectifications = { ledger = "rectification", where = { owner = "enterprise" } },
              others = { ledger = "positive", where = { enterprise = "enterprise" }, states = { "申报", "公示", "在单" } } },
  guard = function(c)
    if #c.related.others > 0 then return "已有 " .. c.related.others[1].number .. " | it has an entry already: " .. c.related.others[1].number end
  end,
  fields = {
    unit   "enterprise" { "企业", en = "Enterprise", required = true },
    unit   "supervisor" { "管理单位", en = "Authority", required = true, differs_from = "enterprise" },
    text   "title"    { "名称", en = "Title", value = function(c) return c.fields.enterprise .. " 正面清单" end },
    text   "problem"  { "申报理由", en = "Why", required = true },
    choice "kind"     { "类别", en = "Kind", of = { "重点工程", "民生保障", "污染小吸纳就业多", "信用优良", "治理水平高" }, required = true },
    flag   "benchmark" { "标杆企业", en = "Benchmark enterprise" },
    text   "example"  { "示范做法", en = "What others can learn", required_when = { field = "benchmark", is = { true } } },
    rows   "conditions" { "进单条件", en = "Conditions", max = 10, of = { text "item" { "条件", en = "Condition" }, flag "met" { "满足", en = "Met" }, text "says" { "依据", en = "From" } }, value = conditions },
    date   "from"     { "在单自", en = "From" },
    date   "to"       { "有效期至", en = "To" },
    date   "left"     { "移出日期", en = "Left on" },
    text   "left_why" { "移出原因", en = "Why it left" },
  },
  states = { "申报", "公示", "在单", "移出", en = { "Applied", "Public notice", "On the list", "Left" }, working = "申报", met = { "在单" }, closed = "移出" },
  actions = {
    action "check"  { "核对条件", en = "Check the conditions", from = { "申报", "公示" }, by = { "office", "supervisor" }, never_by = "enterprise" },
    action "publish" { "公示", en = "Publish", from = "申报", to = "公示", by = { "office", "supervisor" }, never_by = "enterprise", guard = broken },
    -- 公示期各地不一，这里5个工作日，公示当日计入。
    action "enter"  { "列入", en = "Enter", from = "公示", to = "在单", by = "office", never_by = "enterprise", after = workdays(5), guard = broken, sets = { "to" },
                      needs = { date "to" { "有效期至", en = "To", required = true } }, set = function(c) return { from = c.today } end },
    action "refuse" { "不列入", en = "Refuse", from = { "申报", "公示" }, to = "移出", by = { "office", "supervisor" }, never_by = "enterprise", needs = { text "reason" { "理由", en = "Why", required = true } },
                      set = function(c) return { left_why = c.given.reason } end },
    action "leave"  { "移出", en = "Leave", from = "在单", to = "移出", by = "office", never_by = "enterprise", needs = { text "reason" { "理由（条件已破的由程序写）", en = "Why, unless a condition broke" } },
                      guard = function(c)
                        if not broken(c) and not c.given.reason then return "条件都满足，移出须写理由 | every condition holds: say why" end
                      end,
                      set = function(c) return { left = c.today, left_why = broken(c) or c.given.reason } end },
  },
  -- 别的台账里出了事（处罚、信用重评、超标成案），当日移出，不等人。
  follow = { when = broken, action = "leave" },
  clock  = { yellow = 30 },
  group  = "kind",
  list   = { columns = { "number", "enterprise", "kind", "benchmark", "from", "to", "left", "left_why" } },
  views  = { view "on" { "在单", en = "On the list", filter = { state = "在单" } }, view "left" { "已移出", en = "Left", filter = { state = "移出" } } },
  forms  = { form "notice" { "正面清单列入告知书", en = "Notice of entry", rows = { { "编号", "number" }, { "企业", "enterprise" }, { "类别", "kind" }, { "进单条件", "conditions" }, { "在单自", "from" }, { "有效期至", "to" }, { "移出原因", "left_why" } }, sign = { "管理单位（盖章）" }, history = false, evidence = false } },
  excel  = { enterprise = { "企业", "企业名称" }, kind = { "类别" }, problem = { "申报理由" }, supervisor = { "管理单位" } },
  public = { "number", "enterprise", "kind", "benchmark", "example", "from", "to", "left", "left_why", "state", "history" },
  tests  = {
    { "条件逐条满足、公示期满才列入；处罚当日自动移出", start = "2026-03-02 09:00",
      before = { { ledger = "credit", case = { enterprise = "other", year = 2026, owner = "owner", method = "山东2016年办法" }, steps = { { "rate", by = "office" }, { "notify", by = "office" }, { "publish", by = "office" } } } },
      case = { enterprise = "other", supervisor = "supervisor", kind = "信用优良", problem = "连续三年绿标" },
      computed = { conditions = { { item = "信用档次为绿", met = true, says = "绿（XY-2026-0001）" }, { item = "近365日无环境违法处罚", met = true, says = "无" }, { item = "没有未销号的监测超标事项", met = true, says = "无" }, { item = "排污许可证在有效期内", met = true, says = "无许可台账" } } },
      steps = {
        { "check", by = "other_admin", fails = "case.forbidden" },
        { "check", by = "office" },
        { "publish", by = "other_admin", fails = "case.forbidden" },
        { "publish", by = "supervisor", state = "公示" },
        { "enter", by = "office", given = { to = "2027-03-01" }, fails = "case.gate_unmet" },               -- 公示未满
        { "enter", by = "office", days = 7, given = { to = "2027-03-01" }, state = "在单" },
        { "leave", by = "office", fails = "case.gate_unmet" },                                             -- 没有理由
        { "tick", days = 1, state = "在单" },
        { "tick", days = 356, state = "在单" },                                                            -- 2027-03-01，末日仍在单
        { "tick", days = 1, state = "移出", computed = { left_why = "有效期至2027-03-01，已满", left = "2027-03-02" } },
      } },
    { "条件都满足的，写明理由才能移出", start = "2026-03-02 09:00",
      before = { { ledger = "credit", case = { enterprise = "other", year = 2026, owner = "owner", method = "山东2016年办法" }, steps = { { "rate", by = "office" }, { "notify", by = "office" }, { "publish", by = "office" } } } },
      case = { enterprise = "other", supervisor = "supervisor", kind = "信用优良", problem = "连续三年绿标" },
      steps = {
        { "publish", by = "supervisor", state = "公示" },
        { "enter", by = "office", days = 7, given = { to = "2027-03-01" }, state = "在单" },
        { "leave", by = "supervisor", given = { reason = "企业申请退出" }, fails = "case.forbidden" },
        { "leave", by = "office", given = { reason = "企业申请退出" }, state = "移出", computed = { left_why = "企业申请退出" } },
      } },
    { "没有信用评价的不能公示，不列入要有理由", start = "2026-03-02 09:00",
      case = { enterprise = "other", supervisor = "supervisor", kind = "民生保障", problem = "供热" },
      steps = { { "publish", by = "supervisor", fails = "case.gate_unmet" }, { "refuse", by = "supervisor", fails = "case.field_missing" },
                { "refuse", by = "other_admin", given = { reason = "x" }, fails = "case.forbidden" }, { "refuse", by = "supervisor", given = { reason = "没有信用评价" }, state = "移出" } } },
    { "有过处罚的不能公示", start = "2026-03-02 09:00",
      before = { { ledger = "credit", case = { enterprise = "other", year = 2025, owner = "owner", method = "山东2016年办法" }, steps = { { "rate", by = "office" }, { "notify", by = "office" }, { "publish", by = "office" } } },
                 { ledger = "penalty", case = { title = "超标排放", enterprise = "other", problem = "p", law = "l", found = "2026-02-01", owner = "owner", supervisor = "supervisor", goal = "g" } } },
      case = { enterprise = "other", supervisor = "supervisor", kind = "信用优良", problem = "p" },
      steps = { { "publish", by = "supervisor", fails = "case.gate_unmet" } } },
    { "同一企业不列两次", fails = "case.gate_unmet", start = "2026-03-02 09:00",
      before = { { ledger = "positive", case = { enterprise = "other", supervisor = "supervisor", kind = "信用优良", problem = "p" } } },
      case = { enterprise = "other", supervisor = "supervisor", kind = "信用优良", problem = "p" } },
    { "标杆企业要写做法", fails = "case.field_missing", case = { enterprise = "other", supervisor = "supervisor", kind = "信用优良", problem = "p", benchmark = true } },
  },
}
