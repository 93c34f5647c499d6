-- 约谈与问责台账：人和事都有链；调任、提拔、退休都带着当日的职务，终身可查。
local persons_columns = {
  text "name" { "姓名", en = "Name", required = true }, text "post" { "当时职务", en = "Post then", required = true },
  date "from" { "任职起", en = "From", required = true }, date "to" { "任职止", en = "To" }, text "decision" { "处理", en = "Decision" },
}

return ledger {
  id = "accountability", title = "约谈与问责", en = "Interviews and accountability", family = "整改督察",
  about = "线索、约谈、离任审计意见与处理决定，按人按事都能查到当日任职。",
  number = "WZ-{year}-{seq:4}",
  open_by = { "leader" },
  fields = {
    choice "kind"     { "类型", en = "Kind", required = true, of = { "约谈", "离任审计意见", "问责线索", "责任追究" } },
    text   "title"    { "事由", en = "Subject", required = true, max = 120 },
    text   "problem"  { "事实", en = "Facts", required = true },
    case   "about_case" { "关联整改事项", en = "Rectification", of = "rectification" },
    unit   "owner"    { "被约谈或追责单位", en = "Unit", required = true },
    rows   "persons"  { "责任人（当日任职）", en = "Persons with their posts on the day", required = true, max = 50,
                        of = persons_columns },
    date   "happened" { "事实发生日", en = "Happened on", required = true },
    unit   "supervisor" { "承办单位", en = "In charge", required = true, differs_from = "owner" },
    date   "due"      { "整改或答复期限", en = "Limit" },
    text   "decision" { "处理决定", en = "Decision" },
  },
  guard = function(c)
    for _, p in ipairs(c.fields.persons) do
      if p.from > c.fields.happened or (p.to and p.to < c.fields.happened) then return p.name .. "在事实发生日不任“" .. p.post .. "” | did not hold that post on the day: " .. p.name end
    end
  end,
  states = { "受理", "办理", "决定", "归档", en = { "Accepted", "In hand", "Decided", "Filed" }, working = "办理", met = { "决定" }, closed = "归档" },
  actions = {
    action "begin"  { "办理", en = "Begin", from = "受理", to = "办理", by = { "supervisor", "leader" }, never_by = "owner" },
    action "interview" { "约谈", en = "Interview", from = "办理", by = { "supervisor", "leader" }, never_by = "owner", needs = { text "report" { "约谈纪要与整改承诺", en = "Minutes", required = true } } },
    action "reply"  { "说明整改", en = "Reply", from = "办理", by = "owner", needs = { text "report" { "整改情况", en = "Report", required = true } } },
    action "decide" { "决定", en = "Decide", from = "办理", to = "决定", by = "leader", never_by = "owner", sets = { "persons", "decision" },
                      needs = { text "decision" { "处理决定", en = "Decision", required = true },
                                rows "persons" { "责任人（含处理）", en = "Persons", required = true, max = 50,
                                  of = persons_columns } } },
    action "post"   { "登记职务变动", en = "Enter a change of post", from = { "受理", "办理", "决定" }, by = { "supervisor", "leader" }, never_by = "owner", needs = { text "report" { "变动（任职、提拔、退休）", en = "Change", required = true } } },
    action "file"   { "归档", en = "File", from = "决定", to = "归档", by = "leader", never_by = "owner" },
  },
  clock  = { due = "due", counts = "calendar", yellow = 15 },
  group  = "kind",
  list   = { columns = { "number", "kind", "title", "owner", "persons", "happened", "decision" } },
  forms  = { form "minutes" { "约谈通知书", en = "Notice of interview", rows = { { "被约谈单位", "owner" }, { "事由", "title" }, { "事实", "problem" }, { "责任人", "persons" }, { "整改或答复期限", "due" } }, sign = { "约谈单位（盖章）" }, history = false, evidence = false } },
  tests  = {
    { "责任随当日职务走", start = "2026-03-02 09:00", open_by = "office_leader",
      case = { kind = "问责线索", title = "弄虚作假", problem = "虚报完成", owner = "owner", supervisor = "supervisor", happened = "2025-08-01", persons = { { name = "张某", post = "局长", from = "2024-01-01", to = "2025-12-31" } } },
      steps = { { "begin", by = "supervisor", state = "办理" }, { "post", by = "supervisor", given = { report = "2026-01 调任" } },
                { "interview", by = "owner", given = { report = "x" }, fails = "case.forbidden" }, { "interview", by = "supervisor", given = { report = "已约谈，承诺月底前补报" } },
                { "reply", by = "owner", given = { report = "已补报" } },
                { "decide", by = "leader", given = { decision = "碧环问〔2026〕1号", persons = { { name = "张某", post = "局长", from = "2024-01-01", to = "2025-12-31", decision = "诫勉" } } }, state = "决定" },
                { "file", by = "owner_leader", fails = "case.forbidden" }, { "file", by = "leader", state = "归档" } } },
    { "当日不任职的不能列为责任人", fails = "case.gate_unmet", open_by = "office_leader",
      case = { kind = "问责线索", title = "t", problem = "p", owner = "owner", supervisor = "supervisor", happened = "2026-08-01", persons = { { name = "张某", post = "局长", from = "2024-01-01", to = "2025-12-31" } } } },
  },
}
