-- 督察转办信访件台账：督察进驻期间按批转来的来电（D）来信（X），当日转办，边督边改，按批公开。
--
-- 受理编号如 D3SX202505280018：来电或来信、轮次、省份、日期、流水（官方公开页 9 例归纳）。公开距批次约 9 天，工作时限取 10 日（归纳，可改）。
local truth_choices = { "属实", "基本属实", "部分属实", "不属实" }
local proofs = { "照片", "监测报告", "现场核查", "文件", "群众评议", "其他" }

return ledger {
  id = "letter", title = "督察转办信访件", en = "Letters passed on by inspectors", family = "整改督察",
  about = "督察组按批次转办的群众举报：当日交办，10日内查处并公开，阶段性办结的盯到办结。",
  number = "ZB-{year}-{seq:5}",

  fields = {
    text   "letter_number" { "受理编号", en = "Number", required = true, max = 20 },
    number "batch"    { "批次", en = "Batch", required = true, min = 1, max = 99, decimals = 0 },
    date   "received" { "转办日期", en = "Passed on", required = true },
    flag   "key"      { "重点件", en = "Key letter" },
    text   "title"    { "标题", en = "Title", max = 80 },
    text   "problem"  { "举报内容", en = "Content", required = true },
    choice "kind"     { "污染类型", en = "Kind", required = true, of = { "大气", "水", "噪声", "土壤", "生态", "海洋", "辐射", "其他" } },
    text   "place"    { "行政区域", en = "District", max = 100 },
    unit   "enterprise" { "涉及企业", en = "Enterprise" },
    site   "site"     { "相关点位", en = "Site" },
    unit   "owner"    { "责任单位", en = "Responsible unit", required = true },
    unit   "supervisor" { "督导单位", en = "Supervising unit", required = true, differs_from = "owner" },
    goal   "goal"     { "办结目标", en = "Goal", required = true },
    choice "truth"    { "是否属实", en = "True", of = truth_choices },
    text   "finding"  { "调查核实情况", en = "What was found" },
    list   "measures" { "处理和整改情况", en = "Measures" },
    number "accountable" { "问责人数", en = "Persons held to account", min = 0, decimals = 0, unit = "人" },
    text   "accountability" { "问责情况", en = "Accountability" },
    flag   "published" { "已公开", en = "Published" },
  },

  states = { "转办", "办理", "阶段性办结", "待核", "已办结",
             en = { "Passed on", "Handling", "Settled in part", "Under check", "Settled" },
             working = "办理", closed = "已办结" },

  actions = {
    action "sign"   { "签收", en = "Sign for", from = "转办", to = "办理", by = "owner" },
    action "report" { "报告进展", en = "Report progress", from = { "办理", "阶段性办结" }, by = "owner",
                      needs = { text "report" { "进展情况", en = "Progress", required = true },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "stage"  { "阶段性办结", en = "Settled in part", from = "办理", to = "阶段性办结", by = "owner", sets = { "truth", "finding", "measures" },
                      needs = { choice "truth" { "是否属实", en = "True", required = true, of = truth_choices },
                                text "finding" { "调查核实情况", en = "What was found", required = true },
                                list "measures" { "处理和整改情况", en = "Measures", required_when = { field = "truth", is = { "属实", "基本属实", "部分属实" } } },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "submit" { "申请办结", en = "Ask to settle", from = { "办理", "阶段性办结" }, to = "待核", by = "owner",
                      sets = { "truth", "finding", "measures", "accountable", "accountability" },
                      needs = { choice "truth" { "是否属实", en = "True", required = true, of = truth_choices },
                                text "finding" { "调查核实情况", en = "What was found", required = true },
                                list "measures" { "处理和整改情况", en = "Measures", required_when = { field = "truth", is = { "属实", "基本属实", "部分属实" } } },
                                number "accountable" { "问责人数", en = "Persons held to account", min = 0, decimals = 0, unit = "人" },
                                text "accountability" { "问责情况", en = "Accountability" },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "return" { "退回", en = "Return", from = { "待核", "阶段性办结" }, to = "办理", by = "supervisor",
                      needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "publish" { "公开", en = "Publish", from = { "办理", "阶段性办结", "待核" }, by = "office", never_by = "owner",
                       set = function(c) return { published = true } end,
                       guard = function(c)
                         if not c.fields.finding then return "查处情况未填，不能公开 | nothing found is written yet, so nothing can be published" end
                       end },
    action "settle" { "办结", en = "Settle", from = "待核", to = "已办结", by = "supervisor", never_by = "owner", gate = "goal_met",
                      needs = { text "opinion" { "核查意见", en = "Opinion", required = true } },
                      guard = function(c)
                        if not c.fields.published then return "查处情况未公开，不能办结 | the result is not published yet" end
                      end },
    action "found_again" { "回头看发现反弹", en = "Found again", from = "已办结", reopens = true, by = { "office", "supervisor" }, never_by = "owner",
                           needs = { text "reason" { "核查情况", en = "What was found", required = true } } },
  },

  clocks = {
    clock "finish" { "查处公开", en = "Result published", from = "open", days = 10, counts = "calendar", stops = { "publish", "settle" },
                     source = "公开距批次约9天（2025年公开页归纳），工作时限10日", certainty = "derived" },
    clock "sign"   { "签收", en = "Signing", from = "open", days = 1, counts = "calendar", stops = { "sign" }, source = "当日转办、次日前签收（本市约定）", certainty = "derived" },
  },
  clock    = { yellow = 3 },
  evidence_kinds = 2,
  ladder   = { { -3, "预警", en = "Warning", to = { "owner" }, rule = "时限前3日" }, { 1, "通报", en = "Circular", to = { "owner", "supervisor" }, rule = "逾期次日" },
               { workdays(3), "督办", en = "Supervision order", to = { "owner", "leader" }, rule = "逾期3个工作日" } },
  lookback = { for_days = 365, reopen_to = "办理", on = "goal_broken", due_days = 15, recheck = { after_days = { 60, 180 }, share = 0.1, by = "supervisor" } },

  group    = "kind",
  list     = { columns = { "number", "letter_number", "batch", "title", "kind", "place", "owner", "truth", "accountable" } },
  views    = { view "part" { "阶段性办结", en = "Settled in part", filter = { state = "阶段性办结" } } },
  forms    = { form "result" { "群众举报件办理情况", en = "Result of a letter",
                 rows = { { "受理编号", "letter_number" }, { "交办问题基本情况", "problem" }, { "行政区域", "place" }, { "污染类型", "kind" }, { "调查核实情况", "finding" },
                          { "是否属实", "truth" }, { "处理和整改情况", "measures" }, { "是否办结", "state" }, { "问责情况", "accountability" } },
                 sign = { "责任单位（盖章）" } } },
  excel    = { letter_number = { "受理编号", "举报编号" }, batch = { "批次" }, received = { "转办日期", "转办时间" }, problem = { "交办问题基本情况", "举报内容", "群众反映问题", "信访内容" },
               kind = { "污染类型" }, place = { "行政区域", "属地" }, owner = { "责任单位", "承办单位" }, supervisor = { "督导单位", "督办单位" }, goal = { "办结目标" } },
  public   = { "number", "letter_number", "batch", "title", "problem", "kind", "place", "truth", "finding", "measures", "accountability", "state", "closed" },

  tests = {
    { "公开了才能办结，阶段性办结不算办结", start = "2026-06-02 18:00",
      case = { letter_number = "X4BW202606020007", batch = 5, received = "2026-06-02", problem = "工业园夜间有刺激性气味", kind = "大气", owner = "owner", supervisor = "supervisor",
               goal = "厂界异味消除" },
      steps = {
        { "sign", by = "owner", state = "办理", clocks = { finish = "2026-06-12" } },
        { "publish", by = "office", fails = "case.gate_unmet" },
        { "stage", by = "owner", days = 6, given = { truth = "部分属实", finding = "污水站未密闭", measures = { "加盖收集" }, evidence = { { kind = "照片", text = "加盖照片", files = { 1 } } } }, state = "阶段性办结" },
        { "submit", by = "owner", given = { truth = "部分属实", finding = "污水站未密闭", measures = { "加盖收集" } }, state = "待核" },
        { "settle", by = "supervisor", given = { opinion = "同意" }, fails = "case.gate_unmet" },                      -- 未公开，也只有一类佐证
        { "return", by = "supervisor", given = { reason = "未公开" }, state = "办理" },
        { "report", by = "owner", given = { report = "除臭设备到货" } },
        { "publish", by = "office" },
        { "submit", by = "owner", days = 20, given = { truth = "部分属实", finding = "污水站未密闭", measures = { "加盖收集", "安装除臭" }, accountable = 0,
                                                        evidence = { { kind = "监测报告", text = "厂界臭气浓度报告", files = { 2 } } } }, state = "待核" },
        { "settle", by = "owner", given = { opinion = "同意" }, fails = "case.forbidden" },
        { "settle", by = "supervisor", given = { opinion = "现场核查属实" }, state = "已办结" },
        { "found_again", by = "supervisor", days = 60, given = { reason = "夜查又闻到异味" }, state = "办理", rebounds = 1 },
      } },
    { "逾期未公开亮红灯，预警与通报各一次", start = "2026-06-02 09:00",
      case = { letter_number = "D4BW202606020011", batch = 5, received = "2026-06-02", problem = "河水发黑", kind = "水", owner = "owner", supervisor = "supervisor", goal = "河道消除黑臭" },
      steps = { { "sign", by = "owner" }, { "tick", days = 8, events = { rung = 1 } }, { "tick", days = 3, light = "red", events = { rung = 1 } }, -- 06-13 是星期六，通报顺到 06-15
                { "tick", days = 2, events = { rung = 2 } }, { "tick", days = 1, events = { rung = 2 } } } },
    { "缺受理编号", fails = "case.field_missing",
      case = { batch = 5, received = "2026-06-02", problem = "扬尘", kind = "大气", owner = "owner", supervisor = "supervisor", goal = "扬尘受控" } },
  },
}
