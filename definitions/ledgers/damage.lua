-- 生态环境损害赔偿台账：线索、鉴定评估、磋商或诉讼、修复、评估。赔了钱不算完，受损地点的监测证明恢复了才结案。
local repair_choices = { "自行修复", "委托修复", "替代修复", "货币赔偿" }
local proofs = { "照片", "监测报告", "现场核查", "文件", "其他" }

return ledger {
  id = "damage", title = "损害赔偿", en = "Damage compensation", family = "执法监管",
  about = "从线索到修复效果评估；支付不是结案，受损地点的测量才是。",
  number = "SH-{year}-{seq:4}",
  open_by = { "office", "supervisor" },

  fields = {
    choice "source"   { "线索来源", en = "Source", required = true, of = { "督察移交", "行政处罚", "突发事件", "信访举报", "检察建议", "资源环境审计", "其他" } },
    text   "title"    { "案件名称", en = "Case", required = true, max = 120 },
    text   "problem"  { "损害事实", en = "Damage", required = true },
    case   "penalty"  { "关联处罚", en = "Penalty", of = "penalty" },
    unit   "enterprise" { "赔偿义务人", en = "Who owes", required = true },
    unit   "owner"    { "承办单位", en = "Unit in charge", required = true },
    unit   "supervisor" { "监督单位", en = "Supervising unit", required = true, differs_from = "owner" },
    point  "place"    { "受损地点", en = "Place" },
    area   "range"    { "受损范围", en = "Range" },
    site   "site"     { "监测点位", en = "Site" },
    number "amount"   { "损害数额", en = "Damage in yuan", unit = "元", min = 0, decimals = 2 },
    choice "way"      { "途径", en = "Way", of = { "磋商", "诉讼" } },
    text   "agreement" { "协议或判决", en = "Agreement or judgment", max = 500 },
    number "paid"     { "已付", en = "Paid", unit = "元", min = 0, decimals = 2 },
    number "owed"     { "未付", en = "Owed", unit = "元", decimals = 2,
                        value = function(c)
                          if c.fields.amount then return round(c.fields.amount - (c.fields.paid or 0), 2) end
                        end },
    choice "repair"   { "修复方式", en = "Repair", of = repair_choices },
    goal   "goal"     { "修复目标", en = "Goal", required = true },
    date   "due"      { "修复期限", en = "Limit" },
  },

  states = { "线索", "评估", "磋商诉讼", "修复", "效果评估", "结案",
             en = { "Clue", "Assessment", "Negotiation or suit", "Repair", "Effect", "Closed" }, working = "修复", closed = "结案" },

  actions = {
    action "assess" { "启动评估", en = "Begin assessment", from = "线索", to = "评估", by = { "owner", "office" }, needs = { text "report" { "委托情况", en = "Report", required = true } } },
    action "drop"   { "不启动索赔", en = "Do not claim", from = { "线索", "评估" }, to = "结案", by = { "leader", "supervisor" }, never_by = { "owner", "enterprise" },
                      needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "value"  { "评估结论", en = "Assessment", from = "评估", to = "磋商诉讼", by = { "owner", "office" }, sets = { "amount" },
                      needs = { number "amount" { "损害数额", en = "Damage in yuan", unit = "元", min = 0, decimals = 2, required = true },
                                evidence "evidence" { "鉴定评估报告", en = "Report", of = { "鉴定评估报告", "监测报告", "照片", "文件", "其他" } } } },
    action "agree"  { "达成协议或判决", en = "Agreement or judgment", from = "磋商诉讼", to = "修复", by = { "owner", "office" }, sets = { "way", "agreement", "repair", "due" },
                      needs = { choice "way" { "途径", en = "Way", required = true, of = { "磋商", "诉讼" } }, text "agreement" { "协议或判决文号", en = "Agreement", required = true, max = 500 },
                                choice "repair" { "修复方式", en = "Repair", required = true, of = repair_choices },
                                date "due" { "修复期限", en = "Limit", required = true } } },
    action "pay"    { "付款", en = "Pay", from = { "磋商诉讼", "修复", "效果评估" }, by = { "owner", "office" }, sets = { "paid" },
                      needs = { number "paid" { "累计已付", en = "Paid so far", unit = "元", min = 0, decimals = 2, required = true }, text "report" { "凭证", en = "Voucher", required = true } },
                      guard = function(c)
                        if c.given.paid < (c.fields.paid or 0) then return "累计数不能减少 | the sum cannot shrink" end
                      end },
    action "report" { "修复进展", en = "Report the repair", from = "修复", by = { "enterprise", "owner" },
                      needs = { text "report" { "进展", en = "Progress", required = true },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "finish" { "修复完成", en = "Repaired", from = "修复", to = "效果评估", by = { "enterprise", "owner" },
                      needs = { text "report" { "完成情况", en = "Report", required = true },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "return" { "退回修复", en = "Return", from = "效果评估", to = "修复", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    -- 结案看受损地点测得怎样，不看钱付了没有；钱没付清也不能结。
    action "close"  { "结案", en = "Close", from = "效果评估", to = "结案", by = "supervisor", never_by = { "owner", "enterprise" }, gate = "goal_met",
                      guard = function(c)
                        if (c.fields.owed or 0) > 0 then return "尚有" .. c.fields.owed .. "元未付 | money is still owed" end
                      end },
  },

  clock    = { due = "due", counts = "calendar", yellow = 30 },
  evidence_kinds = 2,
  ladder   = { { -30, "调度", en = "Progress call", to = { "owner" }, rule = "修复期限前30日" }, { 1, "督办", en = "Supervision order", to = { "owner", "supervisor" }, rule = "逾期次日" } },
  lookback = { for_days = 365, reopen_to = "修复", on = "goal_broken", due_days = 90 },
  group    = "source",
  list     = { columns = { "number", "title", "enterprise", "amount", "paid", "owed", "repair", "owner", "due" } },
  forms    = { form "sheet" { "生态环境损害赔偿案件情况表", en = "Case sheet",
                 rows = { { "案件名称", "title" }, { "损害事实", "problem" }, { "赔偿义务人", "enterprise" }, { "损害数额（元）", "amount" }, { "途径", "way" }, { "协议或判决", "agreement" },
                          { "修复方式", "repair" }, { "修复目标", "goal" }, { "已付（元）", "paid" } }, sign = { "承办单位（盖章）" } } },
  public   = { "number", "title", "enterprise", "amount", "repair", "state", "closed" },

  tests = {
    { "钱付清了、监测没达标，仍不能结案", start = "2026-03-02 09:00",
      case = { source = "行政处罚", title = "偷排致河道受损", problem = "含锌废水入河", enterprise = "other", owner = "owner", supervisor = "supervisor",
               goal = { text = "断面锌连续30天不高于1.0毫克/升", indicator = "source.day", site = 1, factor = "w20123", op = "<=", value = 1, unit = "mg/L", window = 30, period = "day" } },
      steps = {
        { "assess", by = "owner", given = { report = "已委托" }, state = "评估" },
        { "value", by = "owner", given = { amount = 860000, evidence = { { kind = "鉴定评估报告", text = "报告", files = { 1 } } } }, state = "磋商诉讼" },
        { "agree", by = "owner", given = { way = "磋商", agreement = "碧赔协〔2026〕1号", repair = "自行修复", due = "2026-12-31" }, state = "修复" },
        { "pay", by = "owner", given = { paid = 860000, report = "电子凭证" }, computed = { owed = 0 } },
        { "pay", by = "owner", given = { paid = 500000, report = "改小" }, fails = "case.gate_unmet" },
        { "report", by = "other", given = { report = "清淤过半" } },
        { "finish", by = "owner", given = { report = "清淤完成", evidence = { { kind = "照片", text = "清淤", files = { 2 } } } }, state = "效果评估" },
        { "close", by = "owner", data = "met", fails = "case.forbidden" },
        { "close", by = "supervisor", data = "not_met", fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "断面仍超标" }, state = "修复" },
        { "finish", by = "other", given = { report = "二次清淤" }, state = "效果评估" },
        { "close", by = "supervisor", data = "met", state = "结案" },
      } },
    { "不启动索赔要有理由", start = "2026-03-02 09:00", case = { source = "信访举报", title = "疑似损害", problem = "鱼类死亡", enterprise = "other", owner = "owner", supervisor = "supervisor", goal = "恢复" },
      steps = { { "drop", by = "supervisor", fails = "case.field_missing" }, { "drop", by = "supervisor", given = { reason = "检测正常，系缺氧" }, state = "结案" } } },
  },
}
