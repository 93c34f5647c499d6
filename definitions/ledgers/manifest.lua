-- 危险废物转移联单：一车一单，移出人、承运人、接受人各填各的、各担各的；重量对不上、超期未确认都留下记录。
--
-- 依据《危险废物转移管理办法》（部令第23号，2022-01-01 起施行）：编号14位（年4＋省2＋市2＋流水6，第15条）、一车一单（第16条）、
-- 5 个工作日内确认接受（第18条）、差异须告知并报告（第18条）、保存10年（第20条）。差异容许值是归纳的，可改。
-- 重量记到 0.0001 吨，比较也按此修约，不受二进制小数的影响。
local function tolerance(t) return round(math.max(t * 0.01, 0.01), 4) end
local function apart(a, b) return round(math.abs(a - b), 4) end

local use_choices = { "利用", "焚烧", "填埋", "物化", "贮存", "其他" }

return ledger {
  id = "manifest", title = "危险废物联单", en = "Hazardous-waste manifests", family = "固废土壤",
  about = "从移出到接受逐单核对重量与去向，是产废、运输、利用处置三方的复式账。",
  number = "{year}{area:4}{seq:6}",
  open_by = { "producer", "office" },

  fields = {
    unit   "producer" { "移出人", en = "Sender", required = true },
    unit   "carrier"  { "承运人", en = "Carrier", required = true, differs_from = "receiver" },
    unit   "receiver" { "接受人", en = "Receiver", required = true, differs_from = "producer" },
    unit   "authority" { "主管部门", en = "Authority", hint = "差异事项由其督导；不填的由接受人督导", hint_en = "Supervises the case about a difference; without it the receiver does" },
    text   "title"    { "废物名称", en = "Waste", required = true, max = 100 },
    text   "code"     { "废物代码", en = "Waste code", required = true, max = 12 },
    choice "form"     { "形态", en = "Form", required = true, of = { "固态", "半固态", "液态", "气态" } },
    text   "hazard"   { "危险特性", en = "Hazard", required = true, max = 60 },
    text   "packing"  { "包装方式与数量", en = "Packing", required = true, max = 100 },
    number "sent"     { "移出重量", en = "Weight sent", required = true, unit = "t", min = 0.0001, decimals = 4 },
    text   "problem"  { "应急措施与注意事项", en = "Emergency measures", required = true },
    text   "plan"     { "管理计划备案号", en = "Management plan", required = true, max = 60 },
    text   "vehicle"  { "车牌号", en = "Vehicle", max = 20 },
    text   "driver"   { "驾驶员与押运员", en = "Driver and escort", max = 60 },
    time   "left"     { "起运时间", en = "Left" },
    time   "arrived"  { "到达时间", en = "Arrived" },
    number "received" { "接受重量", en = "Weight received", unit = "t", min = 0, decimals = 4 },
    choice "use"      { "利用处置方式", en = "Way of disposal", of = use_choices },
    number "gap"      { "重量差", en = "Difference", unit = "t", decimals = 4,
                        value = function(c)
                          if c.fields.received then return round(c.fields.sent - c.fields.received, 4) end
                        end },
    text   "difference" { "差异", en = "What differs", value = function(c)
                          local f = c.fields
                          if not f.received then return "" end
                          local d = apart(f.sent, f.received)
                          if d > tolerance(f.sent) then return "重量差" .. round(f.sent - f.received, 4) .. "吨，超过容许值" .. tolerance(f.sent) .. "吨" end
                          return ""
                        end },
    goal   "goal"     { "接受确认", en = "Goal" },
  },
  states = { "填写", "待承运", "运输", "待接受", "差异处理", "办结", en = { "Draft", "For the carrier", "On the road", "For the receiver", "Difference", "Closed" },
             working = "运输", closed = "办结" },
  actions = {
    action "send"   { "提交移出", en = "Send", from = "填写", to = "待承运", by = "producer" },
    action "cancel" { "作废", en = "Cancel", from = { "填写", "待承运" }, to = "办结", by = { "producer", "office" }, needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "load"   { "承运", en = "Load", from = "待承运", to = "运输", by = "carrier", sets = { "vehicle", "driver", "left" },
                      needs = { text "vehicle" { "车牌号", en = "Vehicle", required = true, max = 20 }, text "driver" { "驾驶员与押运员", en = "Driver and escort", required = true, max = 60 },
                                time "left" { "起运时间", en = "Left", required = true } } },
    action "decline" { "拒绝承运", en = "Decline", from = "待承运", to = "填写", by = "carrier", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "arrive" { "到达", en = "Arrive", from = "运输", to = "待接受", by = "carrier", sets = { "arrived" }, needs = { time "arrived" { "到达时间", en = "Arrived", required = true } },
                      guard = function(c)
                        if c.given.arrived < c.fields.left then return "到达早于起运 | it arrived before it left" end
                      end },
    action "receive" { "接受", en = "Receive", from = { "待接受", "差异处理" }, to = "办结", by = "receiver", sets = { "received", "use" },
                       needs = { number "received" { "接受重量", en = "Weight received", required = true, unit = "t", min = 0, decimals = 4 },
                                 choice "use" { "利用处置方式", en = "Way of disposal", required = true, of = use_choices } },
                       guard = function(c)
                         local d = apart(c.fields.sent, c.given.received)
                         if d > tolerance(c.fields.sent) and c.state ~= "差异处理" then
                           return "重量差" .. d .. "吨超过容许值，须先登记差异 | the weights differ by more than the tolerance: enter the difference first"
                         end
                       end },
    -- 第18条：名称、数量、特性、形态、包装与联单不符的，告知移出人，视情决定是否接受，同时向所在地主管部门报告。
    action "differ" { "登记差异", en = "Enter a difference", from = "待接受", to = "差异处理", by = "receiver", sets = { "received" },
                      needs = { number "received" { "实收重量", en = "Weight found", required = true, unit = "t", min = 0, decimals = 4 },
                                text "report" { "差异与告知、报告情况", en = "What differs, who was told", required = true } },
                      open = function(c)
                        return { { ledger = "zero", fields = { field = "固体废物", source = "自查", title = "联单" .. c.number .. "重量不符",
                                   problem = "联单" .. c.number .. "移出" .. c.fields.sent .. "吨，实收" .. c.given.received .. "吨：" .. c.given.report,
                                   goal = "查清差额去向", measures = { "核对过磅记录与运输轨迹" }, owner = c.fields.producer, supervisor = c.fields.authority or c.fields.receiver, due = add_days(c.today, 15) } } }
                      end },
    action "return" { "退回", en = "Return", from = "差异处理", to = "填写", by = "receiver", needs = { text "reason" { "理由", en = "Why", required = true } } },
  },
  clocks = { clock "confirm" { "确认接受", en = "Confirmation", from = "arrive", days = 5, counts = "workdays", stops = { "receive", "return" }, source = "部令第23号第18条：5个工作日内确认接受", certainty = "confirmed" } },
  clock  = { yellow = 1 },
  ladder = { { 1, "督办", en = "Supervision order", to = { "leader" }, rule = "超过5个工作日未确认" } },
  group  = "code",
  list   = { columns = { "number", "title", "code", "producer", "carrier", "receiver", "sent", "received", "gap", "vehicle" } },
  views  = { view "differ" { "有差异", en = "With a difference", filter = { state = "差异处理" } } },
  forms  = { form "manifest" { "危险废物转移联单", en = "Manifest", rows = { { "联单编号", "number" }, { "移出人", "producer" }, { "承运人", "carrier" }, { "接受人", "receiver" }, { "废物名称", "title" }, { "废物代码", "code" },
               { "形态", "form" }, { "危险特性", "hazard" }, { "包装", "packing" }, { "移出重量（吨）", "sent" }, { "车牌号", "vehicle" }, { "起运时间", "left" }, { "到达时间", "arrived" }, { "接受重量（吨）", "received" }, { "处置方式", "use" } },
               sign = { "移出人", "承运人", "接受人" } } },
  public = { "number", "title", "state" },
  tests  = {
    { "一车一单，三方各填各的；重量差超过容许值先登记差异", open_by = "owner", start = "2026-03-02 09:00",
      case = { producer = "owner", carrier = "other", receiver = "supervisor", title = "废矿物油", code = "900-249-08", form = "液态", hazard = "毒性、易燃性", packing = "吨桶8只", sent = 8, problem = "防泄漏", plan = "2026-BW-017" },
      steps = {
        { "load", by = "other", given = { vehicle = "鲁Z12345", driver = "甲、乙", left = "2026-03-02 10:00" }, fails = "case.no_such_action" },
        { "send", by = "owner", state = "待承运" },
        { "load", by = "owner", given = { vehicle = "鲁Z12345", driver = "甲、乙", left = "2026-03-02 10:00" }, fails = "case.forbidden" },
        { "load", by = "other", given = { vehicle = "鲁Z12345", driver = "甲、乙", left = "2026-03-02 10:00" }, state = "运输" },
        { "arrive", by = "other", given = { arrived = "2026-03-02 09:00" }, fails = "case.gate_unmet" },
        { "arrive", by = "other", given = { arrived = "2026-03-02 15:00" }, state = "待接受", clocks = { confirm = "2026-03-09" } },
        { "receive", by = "supervisor_responsible", given = { received = 7, use = "利用" }, fails = "case.gate_unmet" },   -- 少1吨
        { "differ", by = "supervisor_responsible", given = { received = 7, report = "少1吨，已告知移出人并报告" }, state = "差异处理", children = 1 },
        { "return", by = "supervisor_responsible", given = { reason = "数量不符" }, state = "填写" },
        { "send", by = "owner" },
        { "decline", by = "other", given = { reason = "车辆不合格" }, state = "填写" },
        { "send", by = "owner" },
        { "load", by = "other", given = { vehicle = "鲁Z12345", driver = "甲、乙", left = "2026-03-02 16:00" } },
        { "arrive", by = "other", given = { arrived = "2026-03-02 18:00" } },
        { "receive", by = "supervisor_responsible", given = { received = 8, use = "利用" }, state = "办结" },
      } },
    { "正好在容许值上的收下，多差一斤就不收", open_by = "owner", start = "2026-03-02 09:00",
      case = { producer = "owner", carrier = "other", receiver = "supervisor", title = "废矿物油", code = "900-249-08", form = "液态", hazard = "毒性、易燃性", packing = "桶", sent = 1, problem = "防泄漏", plan = "2026-BW-017" },
      steps = { { "send", by = "owner" }, { "load", by = "other", given = { vehicle = "鲁Z12345", driver = "甲、乙", left = "2026-03-02 10:00" } }, { "arrive", by = "other", given = { arrived = "2026-03-02 15:00" } },
                { "receive", by = "supervisor_responsible", given = { received = 0.9895, use = "利用" }, fails = "case.gate_unmet" },
                { "receive", by = "supervisor_responsible", given = { received = 0.99, use = "利用" }, state = "办结", computed = { difference = false } } } },
    { "没有起运的可以作废", open_by = "owner", start = "2026-03-02 09:00",
      case = { producer = "owner", carrier = "other", receiver = "supervisor", title = "废矿物油", code = "900-249-08", form = "液态", hazard = "毒性、易燃性", packing = "吨桶8只", sent = 8, problem = "防泄漏", plan = "2026-BW-017" },
      steps = { { "cancel", by = "other", given = { reason = "x" }, fails = "case.forbidden" }, { "cancel", by = "owner", given = { reason = "填错" }, state = "办结" } } },
    { "缺管理计划备案号", fails = "case.field_missing", open_by = "owner",
      case = { producer = "owner", carrier = "other", receiver = "supervisor", title = "废矿物油", code = "900-249-08", form = "液态", hazard = "毒性", packing = "桶", sent = 8, problem = "防泄漏" } },
  },
}
