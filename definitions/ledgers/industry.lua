-- 工业治理项目台账：VOCs、LDAR、无组织、超低排放、清洁生产，一企一行；验收看治理后的测量，装了设备不算完成。
local proofs = { "照片", "合同票据", "治理后监测报告", "审核报告", "现场核查", "其他" }

return ledger {
  id = "industry", title = "工业治理项目", en = "Industrial treatment", family = "大气与应急",
  about = "一企一行的治理清单，治理前后各有测量，减排量由两次测量算出。",
  number = "GY-{year}-{seq:4}",
  fields = {
    choice "kind"     { "项目类型", en = "Kind", required = true, of = { "VOCs治理", "LDAR", "无组织排放治理", "水泥超低排放", "钢铁超低排放", "锅炉窑炉改造", "清洁生产审核", "其他" } },
    unit   "enterprise" { "企业", en = "Enterprise" },
    text   "title"    { "项目名称", en = "Project", required = true, max = 120 },
    text   "problem"  { "治理内容", en = "What is done", required = true },
    number "before"   { "治理前排放量", en = "Emission before", unit = "t/a", min = 0, decimals = 3 },
    number "after"    { "治理后排放量（实测核算）", en = "Emission after", unit = "t/a", min = 0, decimals = 3 },
    number "cut"      { "减排量", en = "Cut", unit = "t/a", decimals = 3,
                        value = function(c)
                          local f = c.fields
                          if f.before and f.after then return round(f.before - f.after, 3) end
                        end },
    choice "pollutant" { "主要污染物", en = "Pollutant", of = { "VOCs", "NOx", "SO₂", "颗粒物", "COD", "NH₃-N", "其他" } },
    goal   "goal"     { "治理目标", en = "Goal", required = true },
    unit   "owner"    { "实施单位", en = "Carried out by", required = true },
    unit   "supervisor" { "监管单位", en = "Supervising unit", required = true, differs_from = "owner" },
    date   "due"      { "完成时限", en = "Limit", required = true },
    number "investment" { "投资", en = "Investment", unit = "万元", min = 0 },
    site   "site"     { "监测点位", en = "Site" },
  },
  states = { "下达", "治理", "待验收", "完成", en = { "Ordered", "In hand", "To be accepted", "Done" }, working = "治理", closed = "完成" },
  actions = {
    action "take"   { "接收", en = "Take", from = "下达", to = "治理", by = "owner" },
    action "report" { "报告进展", en = "Report progress", from = "治理", by = "owner",
                      needs = { text "report" { "进展", en = "Progress", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "submit" { "申请验收", en = "Ask for acceptance", from = "治理", to = "待验收", by = "owner", sets = { "after" },
                      needs = { text "report" { "完成情况", en = "Report", required = true }, number "after" { "治理后排放量（实测核算）", en = "Emission after", unit = "t/a", min = 0, decimals = 3 },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "return" { "退回", en = "Return", from = "待验收", to = "治理", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "accept" { "验收完成", en = "Accept", from = "待验收", to = "完成", by = "supervisor", never_by = "owner", gate = "goal_met",
                      needs = { evidence "evidence" { "治理后监测（验收）", en = "Measured after", of = { "治理后监测报告", "审核报告", "现场核查" }, records = { ["现场核查"] = { "inspection", "patrol" } } }, text "opinion" { "验收意见", en = "Opinion", required = true } },
                      guard = function(c)
                        local report
                        for _, x in ipairs(c.given.evidence or {}) do report = report or x.kind == "治理后监测报告" or (c.fields.kind == "清洁生产审核" and x.kind == "审核报告") end
                        if not report then return "验收须附治理后监测报告（清洁生产审核附审核报告） | acceptance wants the report of what was measured after" end
                        if c.fields.kind ~= "清洁生产审核" and not c.fields.after then return "没有治理后实测，不能验收：安装设备不等于完成治理 | nothing was measured after the works: equipment is not a result" end
                      end },
    action "found_again" { "复查不达标", en = "Found again", from = "完成", reopens = true, by = { "office", "supervisor" }, never_by = "owner", needs = { text "reason" { "复查情况", en = "What was found", required = true } } },
  },
  clock    = { due = "due", counts = "calendar", yellow = 30 },
  evidence_kinds = 2,
  ladder   = { { -30, "调度", en = "Progress call", to = { "owner" }, rule = "时限前30日" }, { 1, "通报", en = "Circular", to = { "owner", "supervisor" }, rule = "逾期次日" } },
  report   = { every = "month", on_day = 25, by = "owner", action = "report", states = { "治理" } },
  lookback = { for_days = 365, reopen_to = "治理", on = "goal_broken", due_days = 60, recheck = { after_days = { 180 }, share = 0.1, by = "supervisor" } },
  group    = "kind",
  list     = { columns = { "number", "kind", "enterprise", "title", "pollutant", "before", "after", "cut", "owner", "due" } },
  excel    = { kind = { "项目类型", "类别", "治理类型" }, title = { "项目名称", "企业名称" }, problem = { "治理内容", "建设内容" }, goal = { "治理目标" }, owner = { "实施单位", "责任单位" }, supervisor = { "监管单位", "督导单位" }, due = { "完成时限", "完成时间" }, before = { "治理前排放量" } },
  forms    = { form "sheet" { "治理项目验收表", en = "Acceptance sheet", rows = { { "项目名称", "title" }, { "项目类型", "kind" }, { "治理内容", "problem" }, { "治理前排放量（t/a）", "before" }, { "治理后排放量（t/a）", "after" }, { "减排量（t/a）", "cut" } }, sign = { "实施单位（盖章）", "监管单位（盖章）" } } },
  public   = { "number", "kind", "title", "owner", "due", "state", "light" },
  tests = {
    { "装了设备不算，测了才验收", start = "2026-03-02 09:00",
      case = { kind = "VOCs治理", title = "喷涂线改造", problem = "安装RTO一套", before = 12.5, pollutant = "VOCs", goal = "非甲烷总烃稳定达标", owner = "owner", supervisor = "supervisor", due = "2026-10-31" },
      steps = {
        { "take", by = "owner", state = "治理" },
        { "report", by = "owner", given = { report = "设备到货" } },
        { "submit", by = "owner", given = { report = "RTO已安装", evidence = { { kind = "照片", text = "设备", files = { 1 } }, { kind = "合同票据", text = "发票", files = { 2 } } } }, state = "待验收" },
        { "accept", by = "supervisor", given = { opinion = "同意" }, fails = "case.gate_unmet" },
        { "accept", by = "supervisor", given = { opinion = "同意", evidence = { { kind = "治理后监测报告", text = "厂家检测" } } }, fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "缺治理后监测" } },
        { "submit", by = "owner", given = { report = "已监测", after = 2.1, evidence = { { kind = "治理后监测报告", text = "第三方报告", files = { 1 } } } }, computed = { cut = 10.4 } },
        { "accept", by = "supervisor", given = { opinion = "实测达标" }, fails = "case.gate_unmet" },                     -- 没附监测报告
        { "accept", by = "supervisor", given = { opinion = "实测达标", evidence = { { kind = "治理后监测报告", text = "第三方报告", files = { 2 } } } }, state = "完成" },
        { "found_again", by = "owner", given = { reason = "x" }, fails = "case.forbidden" },
        { "found_again", by = "supervisor", days = 60, given = { reason = "抽测超标" }, state = "治理", rebounds = 1 },
      } },
    { "缺监管单位", fails = "case.field_missing", case = { kind = "LDAR", title = "t", problem = "p", goal = "g", owner = "owner", due = "2026-10-31" } },
  },
}
