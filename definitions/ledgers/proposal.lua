-- 建议提案与网络问政台账：答复里许下的事就是任务，有日期，跟到办完。
local promises_columns = { text "what" { "事项", en = "What", required = true }, date "due" { "期限", en = "Limit", required = true } }

return ledger {
  id = "proposal", title = "建议提案问政", en = "Proposals and questions", family = "信访公众",
  about = "人大建议、政协提案、网络问政、行风在线的办理与答复；答复中的承诺成为有日期的任务。",
  number = "JY-{year}-{seq:4}",
  open_by = { "office" },
  fields = {
    choice "kind"     { "类别", en = "Kind", required = true, of = { "人大建议", "政协提案", "网络问政", "行风在线" } },
    text   "source_number" { "原编号", en = "Number", max = 60 },
    text   "title"    { "题目", en = "Title", required = true, max = 120 },
    text   "by_whom"  { "提出人", en = "By", required = true, max = 100 },
    text   "problem"  { "内容", en = "Content", required = true },
    unit   "owner"    { "承办单位", en = "Responsible unit", required = true },
    unit   "supervisor" { "督办单位", en = "Supervising unit", required = true, differs_from = "owner" },
    date   "due"      { "答复期限", en = "Limit", required = true },
    text   "reply"    { "答复", en = "Reply" },
    rows   "promises" { "答复中的承诺", en = "Promises", max = 20, of = promises_columns },
    choice "satisfied" { "满意度", en = "Satisfaction", of = { "满意", "基本满意", "不满意" } },
  },
  states = { "交办", "办理", "已答复", "办结", en = { "Dispatched", "In hand", "Answered", "Closed" }, working = "办理", met = { "已答复" }, closed = "办结" },
  actions = {
    action "take"   { "承办", en = "Take", from = "交办", to = "办理", by = "owner" },
    action "answer" { "答复", en = "Answer", from = "办理", to = "已答复", by = "owner", sets = { "reply", "promises" },
                      needs = { text "reply" { "答复", en = "Reply", required = true }, rows "promises" { "答复中的承诺", en = "Promises", max = 20, of = promises_columns } },
                      open = function(c)
                        local tasks = {}
                        for i, p in ipairs(c.given.promises or {}) do
                          tasks[i] = { ledger = "committee", fields = { body = "专业委员会", level = "市级", title = p.what, problem = "答复" .. c.number .. "中的承诺", decision = p.what, met = c.today, owner = c.fields.owner, supervisor = c.fields.supervisor,
                                       goal = p.what, due = p.due } }
                        end
                        return tasks
                      end },
    action "visit"  { "回访", en = "Ask for satisfaction", from = "已答复", by = { "supervisor", "office" }, never_by = "owner", sets = { "satisfied" }, needs = { choice "satisfied" { "满意度", en = "Satisfaction", required = true, of = { "满意", "基本满意", "不满意" } } } },
    action "again"  { "重新办理", en = "Do it again", from = "已答复", to = "办理", by = { "supervisor", "office" }, needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "close"  { "办结", en = "Close", from = "已答复", to = "办结", by = { "supervisor", "office" }, never_by = "owner", gate = "children_closed",
                      guard = function(c)
                        if c.fields.satisfied == "不满意" then return "不满意的须重新办理 | not satisfied: do it again" end
                        if not c.fields.satisfied then return "未回访 | ask for satisfaction first" end
                      end },
  },
  clock  = { due = "due", counts = "calendar", yellow = 15 },
  ladder = { { -15, "调度", en = "Progress call", to = { "owner" }, rule = "答复期限前15日" }, { 1, "督办", en = "Supervision order", to = { "owner", "leader" }, rule = "逾期次日" } },
  group  = "kind",
  list   = { columns = { "number", "kind", "source_number", "title", "by_whom", "owner", "satisfied", "due" } },
  public = { "number", "kind", "title", "problem", "owner", "reply", "state" },
  tests  = {
    { "承诺成为任务，任务没办完不能办结", start = "2026-03-02 09:00",
      case = { kind = "人大建议", title = "整治油烟", by_whom = "代表甲", problem = "海晏路油烟", owner = "owner", supervisor = "supervisor", due = "2026-06-30" },
      steps = {
        { "take", by = "owner" }, { "answer", by = "owner", given = { reply = "年内完成", promises = { { what = "23家油烟净化设施改造", due = "2026-12-31" } } }, state = "已答复", children = 1 },
        { "close", by = "supervisor", fails = "case.gate_unmet" }, { "visit", by = "supervisor", given = { satisfied = "满意" } }, { "close", by = "supervisor", fails = "case.gate_unmet" },
        { "again", by = "supervisor", given = { reason = "代表要求补充进度" }, state = "办理" }, { "answer", by = "owner", given = { reply = "已改造12家，其余年内完成" }, state = "已答复" },
        { "take", on = 1, by = "owner" }, { "submit", on = 1, by = "owner", given = { report = "23家全部改造", evidence = { { kind = "照片", text = "改造后", files = { 1 } }, { kind = "其他", text = "核查表", files = { 2 } } } } },
        { "close", on = 1, by = "supervisor", state = "办结" },
        { "close", by = "owner", fails = "case.forbidden" }, { "close", by = "supervisor", state = "办结" },
      } },
  },
}
