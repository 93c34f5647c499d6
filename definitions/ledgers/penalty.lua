-- 行政处罚与移送台账：立案到执行完毕，罚款数额由裁量要素逐项算出；够移送条件的，没有移送回执或说明理由的不移送决定不能结案。
--
-- 裁量算法是一份可改的示例（各省有自己的裁量基准）：罚款 = 法定下限 + (法定上限 − 下限) × 裁量比例，比例 = 各要素得分之和，0 至 1。
-- 法定期限中的天数各法不同，这里列为可改的时钟并标明把握程度。
local factors = {
  harm   = { ["轻微"] = 0.00, ["一般"] = 0.15, ["较重"] = 0.30, ["严重"] = 0.40 },
  times  = { ["首次"] = 0.00, ["两年内第二次"] = 0.15, ["两年内第三次以上"] = 0.25 },
  fault  = { ["过失"] = 0.00, ["故意"] = 0.15 },
  mended = { ["立即改正"] = -0.10, ["限期内改正"] = 0.00, ["逾期未改"] = 0.20 },
}
local function share(f)
  local sum = 0
  for name, scale in pairs(factors) do
    local v = f[name] and scale[f[name]]
    if not v then return nil end
    sum = sum + v
  end
  return math.max(0, math.min(1, sum))
end

local times_choices = { "首次", "两年内第二次", "两年内第三次以上" }
local transfer_choices = { "不够移送条件", "够移送公安（刑事）", "够移送公安（行政拘留）" }

return ledger {
  id = "penalty", title = "行政处罚与移送", en = "Penalties and transfers", family = "执法监管",
  about = "立案、调查、告知、决定、执行；数额有算式，移送有回执，信用扣分有出处。",
  number = "CF-{year}-{seq:4}",
  open_by = { "office", "supervisor" },

  fields = {
    text   "title"    { "案由", en = "Cause", required = true, max = 120 },
    unit   "enterprise" { "当事人", en = "Party", required = true },
    text   "problem"  { "违法事实", en = "Facts", required = true },
    text   "law"      { "违反条款与处罚依据", en = "Law", required = true },
    case   "inspection" { "执法检查", en = "Inspection", of = "inspection" },
    date   "found"    { "发现日期", en = "Found on", required = true },
    unit   "owner"    { "办案机构", en = "Office in charge", required = true },
    unit   "supervisor" { "审核机构", en = "Reviewing office", required = true, differs_from = "owner" },
    user   "officer"  { "主办人", en = "Officer" },
    user   "officer2" { "协办人", en = "Second officer", differs_from = "officer" },
    number "low"      { "法定下限", en = "Least by law", unit = "元", min = 0, decimals = 2 },
    number "high"     { "法定上限", en = "Most by law", unit = "元", min = 0, decimals = 2 },
    choice "harm"     { "危害后果", en = "Harm", of = { "轻微", "一般", "较重", "严重" } },
    choice "times"    { "违法次数", en = "Times", of = times_choices },
    choice "fault"    { "主观过错", en = "Fault", of = { "过失", "故意" } },
    choice "mended"   { "改正情况", en = "Mended", of = { "立即改正", "限期内改正", "逾期未改" } },
    number "ratio"    { "裁量比例", en = "Ratio", unit = "%", decimals = 1,
                        value = function(c)
                          local s = share(c.fields)
                          return s and round(s * 100, 1)
                        end },
    number "amount"   { "裁量数额", en = "Amount by the benchmark", unit = "元", decimals = 2,
                        value = function(c)
                          local s, f = share(c.fields), c.fields
                          if s and f.low and f.high then return round(f.low + (f.high - f.low) * s, 2) end
                        end },
    text   "working"  { "裁量过程", en = "Working",
                        value = function(c)
                          local f, s = c.fields, share(c.fields)
                          if not (s and f.low and f.high) then return "" end
                          return "危害后果“" .. f.harm .. "”、违法次数“" .. f.times .. "”、主观过错“" .. f.fault .. "”、改正情况“" .. f.mended .. "”，比例合计" .. round(s * 100, 1) ..
                                 "%；" .. f.low .. " + (" .. f.high .. " − " .. f.low .. ") × " .. round(s * 100, 1) .. "% = " .. round(f.low + (f.high - f.low) * s, 2) .. "元"
                        end },
    number "fine"     { "罚款决定", en = "Fine", unit = "元", min = 0, decimals = 2 },
    text   "decision" { "决定书文号", en = "Decision number", max = 60 },
    choice "transfer" { "移送判断", en = "Transfer test", of = transfer_choices },
    text   "receipt"  { "移送回执", en = "Receipt of transfer", max = 200 },
    text   "no_transfer" { "不移送理由", en = "Why not transferred", max = 1000 },
    number "points"   { "信用记分", en = "Credit points", min = 0, max = 12, decimals = 0 },
    date   "paid"     { "缴款日期", en = "Paid on" },
    date   "due"      { "责令改正期限", en = "To be mended by" },
    goal   "goal"     { "改正标准", en = "Goal", required = true },
    site   "site"     { "排放口", en = "Outlet" },
  },

  states = { "立案", "调查", "告知", "决定", "执行", "结案",
             en = { "Filed", "Investigation", "Notice", "Decision", "Enforcement", "Closed" }, working = "调查", met = { "执行" }, closed = "结案" },

  actions = {
    action "investigate" { "指派调查", en = "Assign", from = "立案", to = "调查", by = { "office", "owner", "supervisor" }, sets = { "officer", "officer2" },
                           needs = { user "officer" { "主办人", en = "Officer", required = true }, user "officer2" { "协办人", en = "Second officer", required = true } },
                           guard = function(c)
                             if c.given.officer == c.given.officer2 then return "执法人员不得少于两人 | two officers at least" end
                           end },
    action "weigh"  { "裁量", en = "Weigh", from = { "调查", "告知" }, by = { "owner", "office", "supervisor" }, sets = { "low", "high", "harm", "times", "fault", "mended", "transfer" },
                      needs = { number "low" { "法定下限", en = "Least by law", unit = "元", min = 0, decimals = 2, required = true },
                                number "high" { "法定上限", en = "Most by law", unit = "元", min = 0, decimals = 2, required = true },
                                choice "harm" { "危害后果", en = "Harm", required = true, of = { "轻微", "一般", "较重", "严重" } },
                                choice "times" { "违法次数", en = "Times", required = true, of = times_choices },
                                choice "fault" { "主观过错", en = "Fault", required = true, of = { "过失", "故意" } },
                                choice "mended" { "改正情况", en = "Mended", required = true, of = { "立即改正", "限期内改正", "逾期未改" } },
                                choice "transfer" { "移送判断", en = "Transfer test", required = true, of = transfer_choices },
                                evidence "evidence" { "证据", en = "Evidence", of = { "现场检查笔录", "询问笔录", "监测报告", "照片", "视听资料", "文件", "其他" } } },
                      guard = function(c)
                        if c.given.low > c.given.high then return "法定下限高于上限 | the least is more than the most" end
                      end },
    action "notify" { "告知", en = "Give notice", from = "调查", to = "告知", by = { "owner", "office", "supervisor" },
                      needs = { text "report" { "告知书文号与送达情况", en = "Notice and service", required = true } },
                      guard = function(c)
                        if not c.fields.amount then return "未裁量，不能告知 | weigh the case first" end
                      end },
    -- 决定不得由办案机构自己审核；偏离裁量数额须写明理由。
    action "decide" { "决定", en = "Decide", from = "告知", to = "决定", by = { "supervisor", "leader" }, never_by = "owner", sets = { "fine", "decision", "points" },
                      needs = { number "fine" { "罚款决定", en = "Fine", unit = "元", min = 0, decimals = 2, required = true },
                                text "decision" { "决定书文号", en = "Decision number", required = true, max = 60 },
                                number "points" { "信用记分", en = "Credit points", min = 0, max = 12, decimals = 0 },
                                text "reason" { "偏离裁量的理由", en = "Why it departs from the benchmark" } },
                      guard = function(c)
                        local f, g = c.fields, c.given
                        if g.fine < f.low or g.fine > f.high then return "罚款须在法定" .. f.low .. "至" .. f.high .. "元之间 | the fine is outside what the law allows" end
                        if g.fine ~= f.amount and not g.reason then return "罚款与裁量数额" .. f.amount .. "元不同，须写明理由 | the fine departs from the benchmark: say why" end
                      end },
    action "transfer" { "移送", en = "Transfer", from = { "调查", "告知", "决定", "执行" }, by = { "owner", "office", "supervisor" }, sets = { "receipt" },
                        needs = { text "receipt" { "移送回执（文号、接收单位、日期）", en = "Receipt", required = true, max = 200 } } },
    action "keep"   { "不移送决定", en = "Decide not to transfer", from = { "调查", "告知", "决定", "执行" }, by = { "leader", "supervisor" }, never_by = "owner", sets = { "no_transfer" },
                      needs = { text "no_transfer" { "不移送理由", en = "Why not", required = true, max = 1000 } } },
    action "serve"  { "送达执行", en = "Serve", from = "决定", to = "执行", by = { "owner", "office" }, needs = { text "report" { "送达情况", en = "Service", required = true } } },
    action "paid"   { "缴款", en = "Paid", from = "执行", by = { "owner", "office" }, sets = { "paid" }, needs = { date "paid" { "缴款日期", en = "Paid on", required = true } } },
    action "mended" { "报告改正", en = "Report it mended", from = { "调查", "告知", "决定", "执行" }, by = { "enterprise", "owner" },
                      needs = { text "report" { "改正情况", en = "Report", required = true },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = { "照片", "监测报告", "现场核查", "文件", "其他" }, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "close"  { "结案", en = "Close", from = "执行", to = "结案", by = { "supervisor", "leader" }, never_by = { "owner", "enterprise" }, gate = "goal_met",
                      guard = function(c)
                        local f = c.fields
                        if f.transfer ~= "不够移送条件" and not f.receipt and not f.no_transfer then
                          return "够移送条件，没有移送回执或不移送理由不能结案 | it meets the transfer test: a receipt or a reasoned refusal comes first"
                        end
                        if f.fine and f.fine > 0 and not f.paid then return "罚款未缴 | the fine is not paid" end
                      end },
    action "found_again" { "复查又违法", en = "Found again", from = "结案", reopens = true, by = { "office", "supervisor" }, never_by = "owner",
                           needs = { text "reason" { "复查情况", en = "What was found", required = true } } },
  },

  clocks = { clock "decide" { "作出决定", en = "Decision", from = "open", days = 90, counts = "calendar", stops = { "decide" },
                              source = "行政处罚法：立案之日起90日内作出决定", certainty = "memory" } },
  clock    = { due = "due", counts = "calendar", yellow = 15 },
  evidence_kinds = 2,
  ladder   = { { -15, "预警", en = "Warning", to = { "owner" }, rule = "改正期限前15日" }, { 1, "督办", en = "Supervision order", to = { "owner", "supervisor" }, rule = "逾期次日" } },
  lookback = { for_days = 365, reopen_to = "调查", on = "goal_broken", due_days = 30 },
  group    = "harm",
  list     = { columns = { "number", "title", "enterprise", "found", "ratio", "amount", "fine", "transfer", "points", "owner" } },
  -- 决定书：履行方式和期限、救济途径由办案机构填写，台账里没有的不编。证据清单、附件校验值和裁量过程随书打印。
  forms    = { form "decision" { "行政处罚决定书", en = "Decision",
                 rows = { { "决定书文号", "decision" }, { "当事人", "enterprise" }, { "案由", "title" }, { "违法事实", "problem" }, { "违反条款与处罚依据", "law" }, { "裁量过程", "working" },
                          { "罚款（元）", "fine" }, { "责令改正期限", "due" }, { "缴款方式和期限", "" }, { "复议、诉讼的途径和期限", "" } }, sign = { "作出决定的行政机关（盖章）" }, history = false },
               form "working" { "行政处罚裁量说明", en = "Working of the fine",
                 rows = { { "决定书文号", "decision" }, { "当事人", "enterprise" }, { "违法事实", "problem" }, { "依据", "law" }, { "危害后果", "harm" }, { "违法次数", "times" }, { "主观过错", "fault" },
                          { "改正情况", "mended" }, { "法定下限（元）", "low" }, { "法定上限（元）", "high" }, { "裁量过程", "working" }, { "裁量数额（元）", "amount" }, { "罚款决定（元）", "fine" },
                          { "偏离裁量的理由", "reason" } }, sign = { "主办人", "协办人", "审核人" } },
               form "transfer" { "案件移送书", en = "Letter of transfer",
                 rows = { { "当事人", "enterprise" }, { "案由", "title" }, { "违法事实", "problem" }, { "移送判断", "transfer" }, { "移送回执", "receipt" } }, sign = { "移送单位（盖章）", "接收单位（盖章）" }, history = false } },
  public   = { "number", "title", "enterprise", "law", "fine", "decision", "state", "closed" },

  tests = {
    { "数额由裁量算出；够移送条件没有回执不能结案", start = "2026-03-02 09:00",
      case = { title = "超标排放水污染物", enterprise = "other", problem = "氨氮超标2.1倍", law = "水污染防治法第八十三条", found = "2026-02-27", owner = "owner", supervisor = "supervisor",
               goal = "连续达标排放" },
      steps = {
        { "investigate", by = "office", given = { officer = "office", officer2 = "office" }, fails = "case.gate_unmet" },
        { "investigate", by = "office", given = { officer = "office", officer2 = "supervisor" }, state = "调查", clocks = { decide = "2026-05-31" } },
        { "notify", by = "owner", given = { report = "已送达" }, fails = "case.gate_unmet" },
        { "weigh", by = "owner", given = { low = 1000000, high = 100000, harm = "较重", times = "首次", fault = "故意", mended = "限期内改正", transfer = "够移送公安（行政拘留）" }, fails = "case.gate_unmet" },
        { "weigh", by = "owner", given = { low = 100000, high = 1000000, harm = "较重", times = "首次", fault = "故意", mended = "限期内改正", transfer = "够移送公安（行政拘留）",
                                           evidence = { { kind = "现场检查笔录", text = "笔录", files = { 1 } }, { kind = "监测报告", text = "采样报告", files = { 2 } } } },
          computed = { ratio = 45, amount = 505000 } },
        { "notify", by = "owner", given = { report = "已送达" }, state = "告知" },
        { "decide", by = "owner", given = { fine = 505000, decision = "碧环罚〔2026〕3号" }, fails = "case.forbidden" },
        { "decide", by = "supervisor", given = { fine = 2000000, decision = "碧环罚〔2026〕3号" }, fails = "case.gate_unmet" },
        { "decide", by = "supervisor", given = { fine = 400000, decision = "碧环罚〔2026〕3号" }, fails = "case.gate_unmet" },
        { "decide", by = "supervisor", given = { fine = 505000, decision = "碧环罚〔2026〕3号", points = 3 }, state = "决定" },
        { "serve", by = "owner", given = { report = "直接送达" }, state = "执行" },
        { "close", by = "supervisor", fails = "case.gate_unmet" },
        { "keep", by = "owner_leader", given = { no_transfer = "x" }, fails = "case.forbidden" },
        { "keep", by = "supervisor", given = { no_transfer = "公安机关口头答复不受理，待书面" } },
        { "mended", by = "other", given = { report = "已停产检修" } },
        { "transfer", by = "owner", given = { receipt = "碧公（治）收〔2026〕8号" } },
        { "close", by = "supervisor", fails = "case.gate_unmet" },
        { "paid", by = "owner", given = { paid = "2026-03-02" } },
        { "close", by = "supervisor", state = "结案" },
        { "found_again", by = "supervisor", days = 60, given = { reason = "再次超标" }, rebounds = 1 },
      } },
    { "缺依据", fails = "case.field_missing",
      case = { title = "超标", enterprise = "other", problem = "超标", found = "2026-02-27", owner = "owner", supervisor = "supervisor", goal = "达标" } },
  },
}
