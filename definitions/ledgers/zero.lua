-- 突出问题清零台账（11 个领域，三年）：月末存量 = 月初存量 + 新增 − 销号。改了领域算一出一进，问题不会因改名消失。
-- 11 个领域的名目各地自定，这里是一份可改的清单；温州方案只写“11个重点领域”。
local field_choices = { "工业污染", "城镇污水", "农业农村", "入河入海排污口", "饮用水水源", "黑臭水体", "固体废物", "土壤地下水", "大气扬尘", "噪声油烟", "生态破坏" }
local proofs = { "照片", "监测报告", "现场核查", "文件", "群众评议", "其他" }

return ledger {
  id = "zero", title = "问题清零", en = "Clear-to-zero", family = "整改督察",
  about = "按领域清点突出问题，逐月看存量、新增和销号，做到底数清、去向明、不因改名消失。",
  number = "QL-{year}-{seq:5}",

  fields = {
    choice "field"    { "领域", en = "Field", required = true, from_finding = "工业污染",
                        of = field_choices },
    choice "source"   { "来源", en = "Source", required = true, from_finding = "监测发现",
                        of = { "中央督察", "省级督察", "长江经济带", "暗访", "自查", "群众信访", "监测发现", "审计", "巡查" } },
    text   "title"    { "问题名称", en = "Title", max = 100 },
    text   "problem"  { "问题描述", en = "Problem", required = true },
    goal   "goal"     { "清零标准", en = "Goal", required = true },
    list   "measures" { "清零措施", en = "Measures", required = true },
    unit   "owner"    { "责任单位", en = "Responsible unit", required = true },
    unit   "supervisor" { "督导单位", en = "Supervising unit", required = true, differs_from = "owner" },
    date   "due"      { "清零时限", en = "Limit", required = true },
    site   "site"     { "点位", en = "Site" },
    point  "place"    { "位置", en = "Place" },
  },

  states = { "入库", "治理", "待核", "清零", en = { "In stock", "In hand", "Under check", "Cleared" }, working = "治理", closed = "清零" },

  actions = {
    action "take"   { "接收", en = "Take", from = "入库", to = "治理", by = "owner" },
    action "report" { "报告进展", en = "Report progress", from = "治理", by = "owner",
                      needs = { text "report" { "进展情况", en = "Progress", required = true },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "relabel" { "调整领域", en = "Change the field", from = { "入库", "治理" }, by = "office", never_by = "owner", sets = { "field" },
                       needs = { choice "field" { "领域", en = "Field", required = true,
                                   of = field_choices },
                                 text "reason" { "理由", en = "Why", required = true } } },
    action "submit" { "申请清零", en = "Ask to clear", from = "治理", to = "待核", by = "owner",
                      needs = { text "report" { "完成情况", en = "Report", required = true },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "return" { "退回", en = "Return", from = "待核", to = "治理", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "clear"  { "核实清零", en = "Clear", from = "待核", to = "清零", by = "supervisor", never_by = "owner", gate = "goal_met",
                      needs = { text "opinion" { "核实意见", en = "Opinion", required = true },
                                list "siblings" { "举一反三排查情况", en = "The same cause elsewhere", required = true } } },
    action "found_again" { "回头看发现反弹", en = "Found again", from = "清零", reopens = true, by = { "office", "supervisor" }, never_by = "owner",
                           needs = { text "reason" { "核查情况", en = "What was found", required = true } } },
  },

  clock    = { due = "due", counts = "calendar", yellow = 15 },
  evidence_kinds = 2,
  ladder   = { { -30, "调度", en = "Progress call", to = { "owner" }, rule = "时限前30日" }, { -7, "预警", en = "Warning", to = { "owner" }, rule = "时限前7日" },
               { 1, "通报", en = "Circular", to = { "owner", "supervisor" }, rule = "逾期次日" }, { workdays(10), "督办", en = "Supervision order", to = { "owner", "leader" }, rule = "逾期10个工作日" } },
  report   = { every = "month", on_day = 25, by = "owner", action = "report", states = { "治理" } },
  lookback = { for_days = 365, reopen_to = "治理", on = "goal_broken", due_days = 30, recheck = { after_days = { 90 }, share = 0.1, by = "supervisor" } },
  group    = "field",
  list     = { columns = { "number", "field", "title", "source", "owner", "supervisor", "due" } },
  views    = { view "late" { "逾期", en = "Overdue", filter = { overdue = true } }, view "check" { "待核", en = "To be checked", filter = { state = "待核" } } },
  excel    = { field = { "领域", "所属领域" }, problem = { "问题描述", "问题", "存在问题" }, source = { "来源", "问题来源" }, goal = { "清零标准", "整改目标" }, measures = { "清零措施", "整改措施" },
               owner = { "责任单位" }, supervisor = { "督导单位" }, due = { "清零时限", "完成时限" } },
  public   = { "number", "field", "title", "problem", "owner", "due", "state", "light", "closed" },

  tests = {
    { "改领域不改存量，销号要核实和举一反三", start = "2026-03-02 09:00",
      case = { field = "工业污染", source = "自查", problem = "电镀园雨水口混排", goal = "雨污分流到位", measures = { "改管" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30" },
      steps = {
        { "take", by = "owner", state = "治理" },
        { "relabel", by = "owner", given = { field = "城镇污水", reason = "归口" }, fails = "case.forbidden" },
        { "relabel", by = "office", given = { field = "城镇污水", reason = "归口住建" }, state = "治理" },
        { "report", by = "owner", given = { report = "管线过半" } },
        { "submit", by = "owner", given = { report = "完成" }, state = "待核" },
        { "clear", by = "supervisor", given = { opinion = "属实", siblings = { "另查3家" } }, fails = "case.gate_unmet" }, -- 没有佐证
        { "return", by = "supervisor", given = { reason = "没有佐证" }, state = "治理" },
        { "submit", by = "owner", given = { report = "完成", evidence = { { kind = "照片", text = "改管", files = { 1 } }, { kind = "文件", text = "核查表", files = { 2 } } } }, state = "待核" },
        { "clear", by = "supervisor", given = { opinion = "属实" }, fails = "case.field_missing" },
        { "clear", by = "supervisor", given = { opinion = "属实", siblings = { "另查3家，无同类问题" } }, state = "清零" },
        { "found_again", by = "owner", given = { reason = "x" }, fails = "case.forbidden" },
        { "found_again", by = "supervisor", days = 60, given = { reason = "雨天又混排" }, state = "治理", rebounds = 1 },
      } },
    { "缺清零标准", fails = "case.field_missing",
      case = { field = "工业污染", source = "自查", problem = "混排", measures = { "改管" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30" } },
  },
}
