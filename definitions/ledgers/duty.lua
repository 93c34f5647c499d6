-- 责任清单与履职日历：谁、每多久、做什么、依据哪一条；空一期次日就列出来。温州：每季至少研究1次；吉林：党委每半年、政府每季。
local meetings_columns = { date "on" { "日期", en = "On", required = true }, text "what" { "议题与文号", en = "Subject and paper", required = true } }

return ledger {
  id = "duty", title = "履职日历", en = "Duty calendar", family = "整改督察",
  about = "部门职责清单与定期研究、报告的日历，漏一期次日列名并写明依据条款。",
  number = "LZ-{year}-{seq:4}",
  fields = {
    text   "title"    { "职责", en = "Duty", required = true, max = 120 },
    text   "problem"  { "内容", en = "What is to be done", required = true },
    text   "clause"   { "依据条款", en = "Clause", required = true, max = 200 },
    choice "body"     { "履职主体", en = "Body", required = true, of = { "党委", "政府", "人大报告", "部门" } },
    unit   "owner"    { "责任单位", en = "Responsible unit", required = true },
    unit   "supervisor" { "督促单位", en = "Watched by", required = true, differs_from = "owner" },
    number "year"     { "年度", en = "Year", required = true, min = 2016, max = 2100, decimals = 0 },
    rows   "meetings" { "履职记录", en = "Record", max = 100, of = meetings_columns },
  },
  states = { "下达", "履行", "年终归档", en = { "Set", "Running", "Filed" }, working = "履行", closed = "年终归档" },
  actions = {
    action "begin"  { "启用", en = "Begin", from = "下达", to = "履行", by = { "office", "supervisor" } },
    action "meet"   { "登记履职", en = "Enter a meeting", from = "履行", by = "owner", sets = { "meetings" },
                      needs = { rows "meetings" { "履职记录（含已有）", en = "All records", required = true, max = 100, of = meetings_columns },
                                evidence "evidence" { "会议纪要", en = "Minutes", of = { "会议纪要", "文件", "照片" } } },
                      guard = function(c)
                        if #c.given.meetings <= #(c.fields.meetings or {}) then return "须保留已有记录并加上本次 | keep the earlier records and add this one" end
                        for _, m in ipairs(c.given.meetings) do if m.on > c.today then return "日期在今天之后 | in the future" end end
                      end },
    action "file"   { "年终归档", en = "File", from = "履行", to = "年终归档", by = { "supervisor", "office" }, never_by = "owner" },
  },
  report = { every = "quarter", by = "owner", action = "meet", states = { "履行" } },
  group  = "body",
  list   = { columns = { "number", "title", "body", "clause", "owner", "year" } },
  views  = { view "missed" { "漏期", en = "Missed", filter = { missed = true } } },
  public = { "number", "title", "body", "clause", "owner", "state" },
  tests  = {
    { "一季没开会，次日列出", start = "2026-01-05 09:00",
      case = { title = "研究生态环境保护工作", problem = "每季至少研究一次", clause = "温州市责任规定：至少每季度研究1次", body = "政府", owner = "owner", supervisor = "supervisor", year = 2026 },
      steps = {
        { "begin", by = "office", state = "履行" },
        { "meet", by = "owner", days = 40, given = { meetings = { { on = "2026-02-10", what = "常务会第3次" } }, evidence = { { kind = "会议纪要", text = "纪要", files = { 1 } } } } },
        { "meet", by = "owner", given = { meetings = { { on = "2026-02-14", what = "换掉原来的记录" } } }, fails = "case.gate_unmet" },
        { "tick", days = 46, events = { missed = 0 } },                                      -- 04-01：一季度已开
        { "tick", days = 91, events = { missed = 1 } },                                      -- 07-01：二季度漏
        { "file", by = "owner", fails = "case.forbidden" },
        { "file", by = "supervisor", state = "年终归档" },
      } },
    { "缺依据条款", fails = "case.field_missing", case = { title = "t", problem = "p", body = "政府", owner = "owner", supervisor = "supervisor", year = 2026 } },
  },
}
