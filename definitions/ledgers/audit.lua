-- 危险废物第三方专业化审核台账：审核机构须独立于被审单位（同一单位、隶属单位、承接过它的废物的都不行），发现的问题逐条成为整改事项，
-- 整改没办结的审核不能办结；结论由发现的问题推出，不由人填。
local columns = {
  text "what" { "问题", en = "Finding", required = true, max = 80 }, text "clause" { "依据条款", en = "Clause", max = 120 },
  choice "weight" { "程度", en = "Weight", required = true, of = { "一般", "严重" } }, date "due" { "整改期限", en = "Limit", required = true },
}

return ledger {
  id = "audit", title = "第三方审核", en = "Third-party audits", family = "固废土壤",
  about = "第三方机构对产废单位的专业化审核：机构独立、现场审核、问题逐条整改、合格率由结论算出。",
  number = "SH3-{year}-{seq:4}",
  open_by = { "office", "supervisor" },
  related = { sent = { ledger = "manifest", where = { producer = "enterprise", receiver = "auditor" } }, carried = { ledger = "manifest", where = { producer = "enterprise", carrier = "auditor" } } },
  fields = {
    number "year"     { "年度", en = "Year", required = true, min = 2016, max = 2100, decimals = 0 },
    unit   "enterprise" { "被审核单位", en = "Audited", required = true },
    unit   "auditor"  { "审核机构", en = "Auditor", required = true, independent_of = "enterprise" },
    list   "staff"    { "审核人员", en = "Auditors" },
    unit   "supervisor" { "监管单位", en = "Supervising unit", required = true, differs_from = "enterprise" },
    date   "due"      { "审核期限", en = "Limit", required = true },
    text   "problem"  { "审核范围", en = "Scope", required = true },
    text   "title"    { "名称", en = "Title", max = 100 },
    date   "visited"  { "现场审核日期", en = "Visited" },
    rows   "findings" { "发现的问题", en = "Findings", max = 100, of = columns },
    file   "report"   { "审核报告", en = "Report" },
    text   "summary"  { "审核结论说明", en = "Summary" },
    choice "result"   { "结论", en = "Result", of = { "合格", "基本合格", "不合格" }, colours = { ["合格"] = "green", ["基本合格"] = "yellow", ["不合格"] = "red" },
                        value = function(c)
                          if not c.fields.visited then return end
                          local worst = "合格"
                          for _, f in ipairs(c.fields.findings or {}) do
                            if f.weight == "严重" then return "不合格" end
                            worst = "基本合格"
                          end
                          return worst
                        end },
    flag   "pass"     { "合格", en = "Passed", value = function(c) if c.fields.result then return c.fields.result == "合格" end end },
  },
  guard = function(c)
    local n = #c.related.sent + #c.related.carried
    if n > 0 then return "审核机构承接过被审核单位的危险废物（联单" .. n .. "份），不独立 | the auditor took this producer's waste (" .. n .. " manifests) and is not independent" end
  end,
  states = { "计划", "现场审核", "整改", "完成", en = { "Planned", "On site", "Rectification", "Done" }, working = "现场审核", met = { "整改" }, closed = "完成" },
  actions = {
    action "replace" { "更换审核机构", en = "Another auditor", from = { "计划", "现场审核" }, by = { "supervisor", "office" }, never_by = "enterprise", sets = { "auditor" },
                       needs = { unit "auditor" { "审核机构", en = "Auditor", required = true, independent_of = "enterprise" }, text "reason" { "理由", en = "Why", required = true } } },
    action "start"   { "开始现场审核", en = "Begin on site", from = "计划", to = "现场审核", by = "auditor", never_by = "enterprise",
                       guard = function(c)
                         local n = #c.related.sent + #c.related.carried
                         if n > 0 then return "审核机构承接过被审核单位的危险废物，不独立 | the auditor took this producer's waste and is not independent" end
                       end },
    action "report"  { "提交审核报告", en = "Hand in the report", from = "现场审核", to = "整改", by = "auditor", never_by = "enterprise", sets = { "visited", "findings", "report", "summary" },
                       needs = { date "visited" { "现场审核日期", en = "Visited", required = true }, rows "findings" { "发现的问题（没有就不填）", en = "Findings", max = 100, of = columns }, file "report" { "审核报告", en = "Report", required = true }, text "summary" { "审核结论说明", en = "Summary", required = true } },
                       guard = function(c)
                         if c.given.visited > c.today then return "现场审核日期在今天之后 | that day has not come" end
                       end,
                       open = function(c)
                         local list, f = {}, c.fields
                         for i, one in ipairs(c.given.findings or {}) do
                           list[i] = { ledger = "zero", fields = { field = "固体废物", source = "自查", title = "第三方审核：" .. one.what,
                             problem = c.number .. "发现：" .. one.what .. (one.clause and "（" .. one.clause .. "）" or ""), goal = "问题整改并经核查", measures = { "按审核意见整改" }, owner = f.enterprise, supervisor = f.supervisor, due = one.due } }
                         end
                         return list
                       end },
    action "return"  { "退回重审", en = "Return", from = "整改", to = "现场审核", by = "supervisor", never_by = { "enterprise", "auditor" }, needs = { text "reason" { "理由", en = "Why", required = true } },
                       guard = function(c)
                         if c.children.n > 0 then return "问题已交办整改，不能退回 | its findings are being rectified already" end
                       end },
    action "accept"  { "核实办结", en = "Close", from = "整改", to = "完成", by = { "supervisor", "office" }, never_by = { "enterprise", "auditor" }, gate = "children_closed" },
  },
  clock  = { due = "due", counts = "calendar", yellow = 15 },
  ladder = { { -15, "调度", en = "Progress call", to = { "auditor", "supervisor" }, rule = "期限前15日" }, { 1, "通报", en = "Circular", to = { "auditor", "supervisor" }, rule = "逾期次日" } },
  tree   = { children = { "zero" } },
  group  = "result",
  tables = { cross "auditors" { "审核机构与结论", en = "Auditors and results", rows = "auditor", columns = "result" } },
  list   = { columns = { "number", "enterprise", "auditor", "year", "visited", "result", "supervisor", "due" } },
  views  = { view "failed" { "不合格", en = "Failed", filter = { group = "不合格" } }, view "open" { "整改中", en = "In rectification", filter = { state = "整改" } } },
  excel  = { year = { "年度" }, enterprise = { "被审核单位", "单位名称" }, auditor = { "审核机构" }, supervisor = { "监管单位" }, due = { "审核期限" }, problem = { "审核范围" } },
  forms  = { form "sheet" { "第三方审核意见表", en = "Sheet of an audit", rows = { { "被审核单位", "enterprise" }, { "审核机构", "auditor" }, { "审核人员", "staff" }, { "现场审核日期", "visited" }, { "发现的问题", "findings" }, { "结论", "result" }, { "说明", "summary" } }, sign = { "审核机构（盖章）", "被审核单位（盖章）" }, history = false, evidence = false } },
  public = { "number", "enterprise", "auditor", "year", "visited", "result", "state" },
  tests  = {
    { "被审单位不能审自己", fails = "case.field_invalid", start = "2026-03-02 09:00", case = { year = 2026, enterprise = "enterprise", auditor = "enterprise", supervisor = "supervisor", due = "2026-06-30", problem = "年度审核" } },
    { "承接过它的危险废物的机构不独立", fails = "case.gate_unmet", start = "2026-03-02 09:00",
      before = { { ledger = "manifest", open_by = "producer", case = { producer = "producer", carrier = "carrier", receiver = "receiver", title = "废酸", code = "900-300-34", form = "液态", hazard = "腐蚀性", packing = "吨桶1个", sent = 5, problem = "防泄漏", plan = "P-1" } } },
      case = { year = 2026, enterprise = "producer", auditor = "receiver", supervisor = "supervisor", due = "2026-06-30", problem = "年度审核" } },
    { "承运过的也不行，换了机构才能开始", start = "2026-03-02 09:00",
      case = { year = 2026, enterprise = "producer", auditor = "auditor", supervisor = "supervisor", due = "2026-06-30", problem = "年度审核" },
      before = { { ledger = "manifest", open_by = "producer", case = { producer = "producer", carrier = "carrier", receiver = "receiver", title = "废酸", code = "900-300-34", form = "液态", hazard = "腐蚀性", packing = "吨桶1个", sent = 5, problem = "防泄漏", plan = "P-1" } } },
      steps = { { "replace", by = "supervisor", given = { auditor = "producer", reason = "x" }, fails = "case.field_invalid" }, { "replace", by = "supervisor", given = { auditor = "carrier", reason = "x" } }, { "start", by = "carrier", fails = "case.gate_unmet" },
                { "replace", by = "supervisor", given = { auditor = "auditor", reason = "不独立" } }, { "start", by = "auditor", state = "现场审核" } } },
    { "问题逐条成为整改事项，没办结的审核不能办结，被审单位和审核机构自己都不能办结", start = "2026-03-02 09:00", case = { year = 2026, enterprise = "enterprise", auditor = "auditor", supervisor = "supervisor", due = "2026-06-30", problem = "年度审核" }, computed = { result = false },
      steps = {
        { "start", by = "enterprise", fails = "case.forbidden" }, { "start", by = "auditor" }, { "report", by = "auditor", given = { visited = "2026-05-01", report = { 1 }, summary = "x" }, fails = "case.gate_unmet" },
        { "report", by = "auditor", given = { visited = "2026-03-02", report = { 1 }, summary = "贮存间标识缺失", findings = { { what = "贮存间标识缺失", weight = "一般", due = "2026-04-01" }, { what = "台账与联单不符", clause = "HJ 1259-2022", weight = "严重", due = "2026-04-15" } } },
          state = "整改", children = 2, computed = { result = "不合格", pass = false } },
        { "return", by = "supervisor", given = { reason = "重写" }, fails = "case.gate_unmet" }, { "accept", by = "supervisor", fails = "case.gate_unmet" }, { "accept", by = "auditor", fails = "case.forbidden" }, { "accept", by = "enterprise", fails = "case.forbidden" },
        { "take", on = 1, by = "enterprise" }, { "submit", on = 1, by = "enterprise", given = { report = "已补", evidence = { { kind = "照片", text = "标识", files = { 2 } }, { kind = "文件", text = "台账", files = { 3 } } } } }, { "clear", on = 1, by = "supervisor", given = { opinion = "属实", siblings = { "无" } } },
        { "accept", by = "supervisor", fails = "case.gate_unmet" },
        { "take", on = 2, by = "enterprise" }, { "submit", on = 2, by = "enterprise", given = { report = "已核对", evidence = { { kind = "照片", text = "台账", files = { 4 } }, { kind = "文件", text = "联单", files = { 5 } } } } }, { "clear", on = 2, by = "supervisor", given = { opinion = "属实", siblings = { "无" } } },
        { "accept", by = "supervisor", state = "完成" },
      } },
    { "没有问题的为合格，可以退回重审", start = "2026-03-02 09:00", case = { year = 2026, enterprise = "enterprise", auditor = "auditor", supervisor = "supervisor", due = "2026-06-30", problem = "年度审核" },
      steps = { { "start", by = "auditor" }, { "report", by = "auditor", given = { visited = "2026-03-02", report = { 1 }, summary = "符合" }, computed = { result = "合格", pass = true }, children = 0 },
                { "return", by = "supervisor", given = { reason = "报告没有现场照片" }, state = "现场审核" }, { "report", by = "auditor", given = { visited = "2026-03-02", report = { 2 }, summary = "符合" } }, { "accept", by = "office", state = "完成" } } },
  },
}
