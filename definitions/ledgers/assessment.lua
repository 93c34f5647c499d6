-- 责任考核台账：指标、权重、证据逐项列出，别的程序可以重算；被考核单位收到算式，可以申诉。
local items_columns = {
  text "item" { "指标", en = "Item", required = true }, number "weight" { "权重", en = "Weight", required = true, min = 0 },
  number "score" { "得分（百分制）", en = "Score", required = true, min = 0, max = 100 },
  text "evidence" { "证据", en = "Evidence", required = true },
}

-- 本年末有效的单位考核办法（scheme.lua）；没有办法就不扣分。
local function scheme_of(c)
  local best
  for _, s in ipairs(c.related.schemes) do
    if s.fields.from <= c.fields.year .. "-12-31" and (not best or s.fields.from > best.fields.from) then best = s end
  end
  return best
end

return ledger {
  id = "assessment", title = "责任考核", en = "Assessment of units", family = "整改督察",
  about = "单位年度生态环境责任考核：逐项得分、加权总分、反馈与申诉。",
  number = "KH-{year}-{seq:4}",
  open_by = { "office", "leader" },
  related = { schemes = { ledger = "scheme", where = { module = "module" }, states = { "生效" } }, held = { ledger = "rectification", where = { owner = "unit" } } },
  fields = {
    unit   "unit"     { "被考核单位", en = "Unit", required = true },
    unit   "owner"    { "考核办公室", en = "Office", required = true, differs_from = "unit" },
    number "year"     { "年度", en = "Year", required = true, min = 2016, max = 2100, decimals = 0 },
    text   "title"    { "考核名称", en = "Title", required = true, max = 100 },
    text   "problem"  { "考核办法文号", en = "Method", required = true },
    rows   "items"    { "指标得分", en = "Items", required = true, max = 100,
                        of = items_columns },
    choice "module"   { "考核类别", en = "Module", of = { "单位" }, default = "单位" },
    text   "scheme"   { "所用办法", en = "Scheme", value = function(c)
                          local s = scheme_of(c)
                          return s and s.number .. " " .. s.fields.paper .. "（自" .. s.fields.from .. "）"
                        end },
    -- 纸面销号与反弹的整改事项逐件列出，扣分按办法；指标权重与办法不符的不能反馈。
    rows   "deducted" { "纸面销号与反弹", en = "Closed on paper and rebounded", max = 500,
                        of = { text "case" { "整改事项", en = "Case" }, text "what" { "情形", en = "What" }, number "n" { "次数", en = "Times" }, number "points" { "扣分", en = "Off" } },
                        value = function(c)
                          local s, rows, y = scheme_of(c), {}, c.fields.year .. ""
                          for _, r in ipairs(s and c.related.held or {}) do
                            if r.closed and r.closed_how == "paper" and r.closed_on:sub(1, 4) == y then rows[#rows + 1] = { case = r.number, what = "纸面销号", n = 1, points = s.fields.on_paper } end
                            if r.rebounds > 0 and r.rebounded_on:sub(1, 4) == y then rows[#rows + 1] = { case = r.number, what = "反弹", n = r.rebounds, points = round(s.fields.rebound * r.rebounds, 2) } end
                          end
                          return rows
                        end },
    number "off"      { "扣分合计", en = "Off in all", decimals = 2, value = function(c)
                          local s, n = scheme_of(c), sum(c.fields.deducted or {}, "points")
                          return s and round(n > s.fields.most and s.fields.most or n, 2)
                        end },
    number "total"    { "总分", en = "Total", decimals = 2, value = function(c)
                          local w, s = 0, 0
                          for _, i in ipairs(c.fields.items or {}) do w, s = w + i.weight, s + i.weight * i.score end
                          if w == 0 then return end
                          local n = s / w - (c.fields.off or 0)
                          return round(n < 0 and 0 or n, 2)
                        end },
    text   "working"  { "计算过程", en = "Working", value = function(c)
                          local t, w = "", 0
                          for _, i in ipairs(c.fields.items or {}) do
                            t = t .. (t == "" and "" or " + ") .. i.weight .. "×" .. i.score
                            w = w + i.weight
                          end
                          return "(" .. t .. ") ÷ " .. w .. ((c.fields.off or 0) > 0 and " − " .. c.fields.off or "")
                        end },
  },
  states = { "打分", "反馈", "申诉复核", "归档", en = { "Scoring", "Feedback", "Appeal", "Filed" }, working = "打分", closed = "归档" },
  actions = {
    action "feedback" { "反馈", en = "Feed back", from = { "打分", "申诉复核" }, to = "反馈", by = { "owner", "office" }, never_by = "unit",
                      guard = function(c)
                        local s = scheme_of(c)
                        for _, w in ipairs(s and s.fields.items or {}) do
                          local got
                          for _, i in ipairs(c.fields.items) do if i.item == w.item then got = i.weight end end
                          if got ~= w.weight then return "“" .. w.item .. "”的权重应为" .. w.weight .. "（" .. s.number .. "） | by the scheme " .. s.number .. " the weight of " .. w.item .. " is " .. w.weight end
                        end
                      end },
    action "appeal" { "申诉", en = "Appeal", from = "反馈", to = "申诉复核", by = "unit", max = 2, needs = { text "reason" { "申诉理由与证据", en = "Why", required = true } } },
    action "correct" { "更正得分", en = "Correct", from = { "打分", "申诉复核" }, by = { "office", "leader" }, never_by = "unit", sets = { "items" },
                       needs = { rows "items" { "指标得分", en = "Items", required = true, max = 100,
                                   of = items_columns },
                                 text "reason" { "更正理由", en = "Why", required = true } } },
    action "file"   { "归档", en = "File", from = "反馈", to = "归档", by = "leader", never_by = { "unit", "owner" } },
  },
  list   = { columns = { "number", "unit", "year", "total", "off", "scheme" } },
  forms  = { form "letter" { "考核结果反馈函", en = "Letter of result", rows = { { "被考核单位", "unit" }, { "年度", "year" }, { "指标得分", "items" }, { "所用办法", "scheme" }, { "纸面销号与反弹", "deducted" }, { "计算过程", "working" }, { "总分", "total" } }, sign = { "考核办公室（盖章）" }, history = false, evidence = false } },
  tests  = {
    { "权重与办法不符不能反馈；纸面销号扣分", start = "2026-01-05 09:00",
      before = { { ledger = "scheme", open_by = "leader", case = { module = "单位", title = "t", problem = "p", paper = "〔2026〕1号", from = "2026-02-01", owner = "owner", items = { { item = "PM2.5", weight = 40, how = "h" }, { item = "整改", weight = 60, how = "h" } }, on_paper = 1.5, rebound = 3, most = 20 }, steps = { { "enact", by = "leader" } } },
                 { ledger = "rectification", case = { source = "中央督察", problem = "台账缺失", measures = { "补齐" }, owner = "other", supervisor = "supervisor", due = "2026-06-30", goal = "建账" },
                   steps = { { "accept", by = "other" }, { "submit", by = "other", given = { report = "已补齐", evidence = { { kind = "照片", text = "柜", files = { 3 } }, { kind = "文件", text = "账", files = { 4 } } } } }, { "approve", by = "supervisor" }, { "publish", by = "office" }, { "close", by = "office", days = 20 } } } },
      case = { unit = "other", owner = "owner", year = 2026, title = "2026年度考核", problem = "碧环委〔2026〕1号", items = { { item = "PM2.5", weight = 50, score = 90, evidence = "年均值33" }, { item = "整改", weight = 50, score = 75, evidence = "台账15项" } } },
      steps = {
        { "feedback", by = "office", fails = "case.gate_unmet" },
        { "correct", by = "office", given = { items = { { item = "PM2.5", weight = 40, score = 90, evidence = "年均值33" }, { item = "整改", weight = 60, score = 75, evidence = "台账15项" } }, reason = "按办法" },
          computed = { total = 79.5, off = 1.5, working = "(40×90 + 60×75) ÷ 100 − 1.5" } },
        { "feedback", by = "office", state = "反馈" },
      } },
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
