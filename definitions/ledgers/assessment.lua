-- 责任考核台账：指标、权重、证据逐项列出，别的程序可以重算；被考核单位收到算式，可以申诉。
local items_columns = {
  text "item" { "指标", en = "Item", required = true }, number "weight" { "权重", en = "Weight", required = true, min = 0 },
  number "score" { "得分（百分制）", en = "Score", required = true, min = 0, max = 100 },
  text "evidence" { "证据", en = "Evidence", required = true },
}

return ledger {
  id = "assessment", title = "责任考核", en = "Assessment of units", family = "整改督察",
  about = "单位年度生态环境责任考核：逐项得分、加权总分、反馈与申诉。",
  number = "KH-{year}-{seq:4}",
  open_by = { "office", "leader" },
  fields = {
    unit   "unit"     { "被考核单位", en = "Unit", required = true },
    unit   "owner"    { "考核办公室", en = "Office", required = true, differs_from = "unit" },
    number "year"     { "年度", en = "Year", required = true, min = 2016, max = 2100, decimals = 0 },
    text   "title"    { "考核名称", en = "Title", required = true, max = 100 },
    text   "problem"  { "考核办法文号", en = "Method", required = true },
    rows   "items"    { "指标得分", en = "Items", required = true, max = 100,
                        of = items_columns },
    number "total"    { "总分", en = "Total", decimals = 2, value = function(c)
                          local w, s = 0, 0
                          for _, i in ipairs(c.fields.items or {}) do w, s = w + i.weight, s + i.weight * i.score end
                          if w > 0 then return round(s / w, 2) end
                        end },
    text   "working"  { "计算过程", en = "Working", value = function(c)
                          local t, w = "", 0
                          for _, i in ipairs(c.fields.items or {}) do
                            t = t .. (t == "" and "" or " + ") .. i.weight .. "×" .. i.score
                            w = w + i.weight
                          end
                          return "(" .. t .. ") ÷ " .. w
                        end },
  },
  states = { "打分", "反馈", "申诉复核", "归档", en = { "Scoring", "Feedback", "Appeal", "Filed" }, working = "打分", closed = "归档" },
  actions = {
    action "feedback" { "反馈", en = "Feed back", from = { "打分", "申诉复核" }, to = "反馈", by = { "owner", "office" }, never_by = "unit" },
    action "appeal" { "申诉", en = "Appeal", from = "反馈", to = "申诉复核", by = "unit", max = 2, needs = { text "reason" { "申诉理由与证据", en = "Why", required = true } } },
    action "correct" { "更正得分", en = "Correct", from = { "打分", "申诉复核" }, by = { "office", "leader" }, never_by = "unit", sets = { "items" },
                       needs = { rows "items" { "指标得分", en = "Items", required = true, max = 100,
                                   of = items_columns },
                                 text "reason" { "更正理由", en = "Why", required = true } } },
    action "file"   { "归档", en = "File", from = "反馈", to = "归档", by = "leader", never_by = { "unit", "owner" } },
  },
  list   = { columns = { "number", "unit", "year", "total" } },
  forms  = { form "letter" { "考核结果反馈函", en = "Letter of result", rows = { { "被考核单位", "unit" }, { "年度", "year" }, { "指标得分", "items" }, { "计算过程", "working" }, { "总分", "total" } }, sign = { "考核办公室（盖章）" }, history = false, evidence = false } },
  tests  = {
    { "总分可重算，被考核单位可申诉", start = "2026-12-20 09:00",
      case = { unit = "other", owner = "owner", year = 2026, title = "2026年度考核", problem = "碧环委〔2026〕1号", items = { { item = "PM2.5", weight = 40, score = 90, evidence = "年均值33" }, { item = "整改", weight = 60, score = 75, evidence = "台账15项" } } },
      steps = {
        { "feedback", by = "office", state = "反馈", computed = { total = 81, working = "(40×90 + 60×75) ÷ 100" } },
        { "correct", by = "office", given = { items = {}, reason = "x" }, fails = "case.no_such_action" },
        { "appeal", by = "other", given = { reason = "整改已完成16项，附台账" }, state = "申诉复核" },
        { "correct", by = "other_admin", given = { items = { { item = "整改", weight = 60, score = 100, evidence = "x" } }, reason = "自改" }, fails = "case.forbidden" },
        { "correct", by = "office", given = { items = { { item = "PM2.5", weight = 40, score = 90, evidence = "年均值33" }, { item = "整改", weight = 60, score = 80, evidence = "台账16项" } }, reason = "核对台账" }, computed = { total = 84 } },
        { "feedback", by = "office", state = "反馈" },
        { "file", by = "owner_leader", fails = "case.forbidden" },
        { "file", by = "leader", state = "归档" },
      } },
  },
}
