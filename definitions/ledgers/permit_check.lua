-- 排污许可证后核查台账：2017年以来核发的许可证逐证复核（大连要求），每证一件；不符的限期改，改完复核才销。
local points = { "排放口与实际一致", "许可限值与标准一致", "许可排放量核算", "自行监测方案", "环境管理台账", "执行报告", "信息公开", "其他" }
local items_columns = {
  choice "item" { "核查内容", en = "Point", required = true, of = points }, choice "result" { "结果", en = "Result", required = true, of = { "相符", "不相符", "不适用" } }, text "note" { "说明", en = "Note" },
}

return ledger {
  id = "permit_check", title = "许可证后核查", en = "Re-check of permits", family = "执法监管",
  about = "已发的许可证逐证复核：与实际是否一致、按证排污是否落实，不相符的限期整改、复核销号。",
  number = "HC-{year}-{seq:5}",
  open_by = { "office", "supervisor" },
  related = { permit_case = { ledger = "permit", where = { number = "permit" } }, reports = { ledger = "execution", where = { permit = "permit" } } },
  fields = {
    case   "permit"   { "许可证", en = "Permit", required = true, of = "permit" },
    unit   "enterprise" { "排污单位", en = "Holder", required = true },
    unit   "owner"    { "核查单位", en = "Checked by", required = true, differs_from = "enterprise" },
    unit   "supervisor" { "审核单位", en = "Reviewed by", required = true, differs_from = "enterprise" },
    choice "kind"     { "核查类型", en = "Kind", required = true, of = { "2017年以来逐证复核", "发证质量抽查", "证后执法核查" } },
    text   "title"    { "名称", en = "Title", value = function(c) return c.fields.enterprise .. " " .. c.fields.kind end },
    text   "problem"  { "核查要求", en = "What is checked", required = true },
    date   "due"      { "核查或整改期限", en = "Limit", required = true },
    text   "reports"  { "执行报告", en = "Execution reports", value = function(c)
                          local n, late = 0, 0
                          for _, r in ipairs(c.related.reports) do
                            n = n + 1
                            if r.state == "待报" and r.fields.due < c.today then late = late + 1 end
                          end
                          return "应报" .. n .. "，缺报" .. late
                        end },
    rows   "items"    { "核查记录", en = "Record", max = 50, of = items_columns },
    number "wrong"    { "不相符", en = "Wrong", unit = "项", decimals = 0, value = function(c)
                          local n = 0
                          for _, i in ipairs(c.fields.items or {}) do if i.result == "不相符" then n = n + 1 end end
                          return n
                        end },
    choice "conclusion" { "结论", en = "Conclusion", of = { "相符", "限期整改", "变更许可证", "撤销许可" } },
    text   "mended"   { "整改情况", en = "What was mended" },
  },
  guard = function(c)
    local p = c.related.permit_case[1]
    if p and p.fields.enterprise ~= c.fields.enterprise then return p.number .. " 不是该单位的许可证 | that permit is another's" end
  end,
  states = { "待核查", "整改", "待复核", "办结", en = { "To be checked", "To be mended", "To be checked again", "Done" }, working = "待核查", closed = "办结" },
  actions = {
    action "pass"   { "核查相符", en = "Found right", from = { "待核查", "待复核" }, to = "办结", by = "supervisor", never_by = { "enterprise", "owner" }, sets = { "items" },
                      needs = { rows "items" { "核查记录", en = "Record", required = true, max = 50, of = items_columns } },
                      set = function(c) return { conclusion = "相符" } end,
                      guard = function(c)
                        if #c.given.items < 3 then return "至少核查三项内容 | three points at least" end
                        for _, i in ipairs(c.given.items) do if i.result == "不相符" then return i.item .. "不相符，不能按相符办结 | " .. i.item .. " is wrong" end end
                      end },
    action "wrong"  { "责令整改", en = "Order it mended", from = { "待核查", "待复核" }, to = "整改", by = { "owner", "supervisor" }, never_by = "enterprise", sets = { "items", "conclusion", "due" },
                      needs = { rows "items" { "核查记录", en = "Record", required = true, max = 50, of = items_columns }, choice "conclusion" { "结论", en = "Conclusion", required = true, of = { "限期整改", "变更许可证", "撤销许可" } }, date "due" { "整改期限", en = "Limit", required = true } },
                      guard = function(c)
                        local n = 0
                        for _, i in ipairs(c.given.items) do
                          if i.result == "不相符" then n = n + 1 end
                          if i.result == "不相符" and not i.note then return i.item .. "不相符，须说明 | say what is wrong: " .. i.item end
                        end
                        if n == 0 then return "没有不相符的内容 | nothing is wrong" end
                        if c.given.due <= c.today then return "整改期限须在今天之后 | the limit is not in the future" end
                      end },
    action "mend"   { "报告整改", en = "Report it mended", from = "整改", to = "待复核", by = "enterprise", sets = { "mended" }, needs = { text "mended" { "整改情况", en = "What was mended", required = true }, file "proof" { "佐证", en = "Proof" } } },
    action "give_up" { "撤销或变更完成", en = "Permit changed or withdrawn", from = "整改", to = "办结", by = "supervisor", never_by = { "enterprise", "owner" }, needs = { text "paper" { "决定文号", en = "Paper", required = true } },
                       guard = function(c)
                         local p = c.related.permit_case[1]
                         if c.fields.conclusion == "限期整改" then return "结论是限期整改，须复核 | it is to be mended and checked again" end
                         if c.fields.conclusion == "撤销许可" and not (p and p.closed) then return "许可证还没有注销 | the permit is still valid" end
                       end },
  },
  clock  = { due = "due", counts = "calendar", yellow = 7 },
  ladder = { { 1, "督办", en = "Supervision order", to = { "owner", "leader" }, rule = "期限次日" } },
  group  = "kind",
  list   = { columns = { "number", "enterprise", "permit", "kind", "wrong", "conclusion", "reports", "due" } },
  views  = { view "mending" { "整改中", en = "Being mended", filter = { state = "整改" } }, view "late" { "逾期", en = "Overdue", filter = { overdue = true } } },
  forms  = { form "record" { "证后核查记录", en = "Record", rows = { { "排污单位", "enterprise" }, { "许可证", "permit" }, { "核查类型", "kind" }, { "执行报告", "reports" }, { "核查记录", "items" }, { "结论", "conclusion" }, { "整改情况", "mended" } }, sign = { "核查人员", "排污单位" }, history = false } },
  public = { "number", "enterprise", "kind", "conclusion", "state" },
  tests  = {
    { "不相符的不能按相符办结；整改复核后另一单位办结", start = "2026-03-02 09:00",
      before = { { ledger = "permit", case = { enterprise = "other", supervisor = "supervisor", category = "重点管理", title = "t", trade = "x", problem = "p" } } },
      case = { permit = "@1", enterprise = "other", owner = "owner", supervisor = "supervisor", kind = "2017年以来逐证复核", problem = "逐证复核", due = "2026-04-30" },
      computed = { reports = "应报0，缺报0" },
      steps = {
        { "pass", by = "owner", given = { items = {} }, fails = "case.forbidden" },
        { "pass", by = "supervisor", given = { items = { { item = "自行监测方案", result = "不相符" }, { item = "执行报告", result = "相符" }, { item = "环境管理台账", result = "相符" } } }, fails = "case.gate_unmet" },
        { "wrong", by = "other_admin", given = { items = { { item = "自行监测方案", result = "不相符", note = "x" } }, conclusion = "限期整改", due = "2026-05-31" }, fails = "case.forbidden" },
        { "wrong", by = "owner", given = { items = { { item = "自行监测方案", result = "不相符" } }, conclusion = "限期整改", due = "2026-05-31" }, fails = "case.gate_unmet" },
        { "wrong", by = "owner", given = { items = { { item = "自行监测方案", result = "不相符", note = "缺总氮" } }, conclusion = "限期整改", due = "2026-05-31" }, state = "整改", computed = { wrong = 1 } },
        { "give_up", by = "supervisor", given = { paper = "x" }, fails = "case.gate_unmet" },
        { "give_up", by = "other_admin", given = { paper = "x" }, fails = "case.forbidden" },
        { "mend", by = "other", given = { mended = "已补" }, state = "待复核" },
        { "pass", by = "other_admin", given = { items = {} }, fails = "case.forbidden" },
        { "pass", by = "supervisor", given = { items = { { item = "自行监测方案", result = "相符" }, { item = "执行报告", result = "相符" }, { item = "环境管理台账", result = "相符" } } }, state = "办结", computed = { conclusion = "相符", wrong = 0 } },
      } },
    { "别人的许可证", fails = "case.gate_unmet",
      before = { { ledger = "permit", case = { enterprise = "owner", supervisor = "supervisor", category = "重点管理", title = "t", trade = "x", problem = "p" } } },
      case = { permit = "@1", enterprise = "other", owner = "owner", supervisor = "supervisor", kind = "发证质量抽查", problem = "p", due = "2026-04-30" } },
  },
}
