-- 人员考核台账：公务员、事业单位人员、编外人员分三类考核；权重取考核期末有效的办法（scheme.lua），逐项得分有证据，
-- 本人承办的整改事项里纸面销号的、反弹的逐件列出扣分；本人收到算式，可以申诉两次；任何程序凭这一件里的数可以重算。
local items_columns = {
  text "item" { "指标", en = "Item", required = true, max = 80 }, number "score" { "得分（百分制）", en = "Score", required = true, min = 0, max = 100, decimals = 2 },
  text "evidence" { "证据", en = "Evidence", required = true },
}

-- 考核期末有效的那一版。
local function scheme_of(c)
  local best
  for _, s in ipairs(c.related.schemes) do
    if s.fields.from <= c.fields.to and (not best or s.fields.from > best.fields.from) then best = s end
  end
  return best
end

return ledger {
  id = "appraisal", title = "人员考核", en = "Appraisal of staff", family = "整改督察",
  about = "公务员、事业单位人员、编外人员分类考核：权重按版本，得分逐项有出处，本人看得到算式，可以申诉。",
  number = "RK-{year}-{seq:5}",
  open_by = { "office", "leader" },
  read_by = { "office", "owner", "who" },                  -- 个人的考核，别的单位和个人不看
  related = { schemes = { ledger = "scheme", where = { module = "module" }, states = { "生效" } }, held = { ledger = "rectification", where = { person = "who" } } },
  guard = function(c)
    if c.fields.from > c.fields.to then return "考核期起在止之后 | the period ends before it begins" end
    if not scheme_of(c) then return "没有" .. c.fields.to .. "有效的“" .. c.fields.module .. "”考核办法 | no scheme for it was in force on " .. c.fields.to end
  end,
  fields = {
    choice "module"   { "考核类别", en = "Module", required = true, of = { "公务员", "事业单位人员", "编外人员" } },
    user   "who"      { "被考核人", en = "Person", required = true },
    text   "post"     { "职务或岗位", en = "Post", required = true, max = 80 },
    unit   "workplace" { "所在单位", en = "Unit", required = true },
    unit   "owner"    { "考核办公室", en = "Office", required = true },
    date   "from"     { "考核期起", en = "From", required = true },
    date   "to"       { "考核期止", en = "To", required = true },
    text   "title"    { "名称", en = "Title", value = function(c) return c.fields.from .. " 至 " .. c.fields.to .. " " .. c.fields.module .. "考核" end },
    text   "problem"  { "说明", en = "Notes" },
    rows   "items"    { "逐项得分", en = "Scores", required = true, max = 60, of = items_columns },
    -- 下面都由程序算出；算出以后办法再改版也不动。
    text   "scheme"   { "所用办法", en = "Scheme", value = function(c)
                          local s = scheme_of(c)
                          return s and s.number .. " " .. s.fields.paper .. "（自" .. s.fields.from .. "）"
                        end },
    rows   "lines"    { "计算明细", en = "Working, line by line", max = 60,
                        of = { text "item" { "指标", en = "Item" }, number "weight" { "权重", en = "Weight" }, number "score" { "得分", en = "Score" }, number "points" { "折算", en = "Points" }, text "evidence" { "证据", en = "Evidence" } },
                        value = function(c)
                          local s, rows = scheme_of(c), {}
                          if not s then return end
                          for _, i in ipairs(s.fields.items) do
                            local got
                            for _, g in ipairs(c.fields.items) do if g.item == i.item then got = g end end
                            rows[#rows + 1] = { item = i.item, weight = i.weight, score = got and got.score, points = got and round(i.weight * got.score / 100, 4), evidence = got and got.evidence or "没有得分" }
                          end
                          return rows
                        end },
    rows   "deducted" { "纸面销号与反弹", en = "Closed on paper and rebounded", max = 500,
                        of = { text "case" { "整改事项", en = "Case" }, text "what" { "情形", en = "What" }, number "n" { "次数", en = "Times" }, number "points" { "扣分", en = "Off" } },
                        value = function(c)
                          local s, rows = scheme_of(c), {}
                          for _, r in ipairs(s and c.related.held or {}) do
                            if r.closed and r.closed_how == "paper" and r.closed_on >= c.fields.from and r.closed_on <= c.fields.to then rows[#rows + 1] = { case = r.number, what = "纸面销号", n = 1, points = s.fields.on_paper } end
                            if r.rebounds > 0 and r.rebounded_on >= c.fields.from and r.rebounded_on <= c.fields.to then rows[#rows + 1] = { case = r.number, what = "反弹", n = r.rebounds, points = round(s.fields.rebound * r.rebounds, 2) } end
                          end
                          return rows
                        end },
    number "off"      { "扣分合计", en = "Off in all", decimals = 2, value = function(c)
                          local s, n = scheme_of(c), sum(c.fields.deducted or {}, "points")
                          return s and round(n > s.fields.most and s.fields.most or n, 2)
                        end },
    number "total"    { "总分", en = "Total", decimals = 2, value = function(c)
                          local n = 0
                          for _, l in ipairs(c.fields.lines or {}) do
                            if not l.points then return nil end                                   -- 缺一项就没有总分
                            n = n + l.points
                          end
                          n = n - (c.fields.off or 0)
                          return round(n < 0 and 0 or n, 2)
                        end },
    text   "working"  { "计算过程", en = "Working", value = function(c)
                          local t = ""
                          for _, l in ipairs(c.fields.lines or {}) do t = t .. (t == "" and "" or " + ") .. l.weight .. "×" .. (l.score or "缺") end
                          return "(" .. t .. ") ÷ 100 − " .. (c.fields.off or 0) .. (c.fields.total and " = " .. c.fields.total or "，有指标没有得分，不能计总分")
                        end },
  },
  states = { "打分", "反馈", "申诉复核", "归档", en = { "Scoring", "Fed back", "Appeal", "Filed" }, working = "打分", met = { "反馈" }, closed = "归档" },
  actions = {
    action "count"  { "重新计算", en = "Compute again", from = { "打分", "申诉复核" }, by = { "office", "owner" } },
    action "feedback" { "反馈本人", en = "Feed back", from = { "打分", "申诉复核" }, to = "反馈", by = { "owner", "office" }, guard = function(c)
                          if c.actor.name == c.fields.who then return "本人不能办理自己的考核 | nobody handles their own appraisal" end
                          if not c.fields.total then return c.fields.working .. " | an item has no score yet" end
                        end },
    action "received" { "本人签收", en = "Sign for it", from = "反馈", by = "who", needs = { signature "signed" { "签名", en = "Signature" } } },
    action "appeal" { "申诉", en = "Appeal", from = "反馈", to = "申诉复核", by = "who", max = 2, needs = { text "reason" { "申诉理由", en = "Why", required = true }, text "about" { "针对的指标或事项", en = "About", required = true } } },
    action "correct" { "更正得分", en = "Correct", from = { "打分", "申诉复核" }, by = { "office", "leader" }, sets = { "items" },
                       needs = { rows "items" { "逐项得分", en = "Scores", required = true, max = 60, of = items_columns }, text "reason" { "更正理由", en = "Why", required = true } },
                       guard = function(c)
                         if c.actor.name == c.fields.who then return "本人不能更正自己的得分 | nobody corrects their own score" end
                       end },
    action "file"   { "归档", en = "File", from = "反馈", to = "归档", by = "leader", never_by = "owner",
                      guard = function(c)
                        if c.actor.name == c.fields.who then return "本人不能办理自己的考核 | nobody handles their own appraisal" end
                      end },
  },
  clocks = { clock "appeal" { "复核", en = "Review of the appeal", from = "appeal", days = 10, counts = "workdays", stops = { "feedback" }, source = "本市约定", certainty = "derived" } },
  clock  = { yellow = 3 },
  group  = "module",
  list   = { columns = { "number", "module", "who", "workplace", "to", "total", "off", "scheme" } },
  views  = { view "appeal" { "申诉中", en = "Under appeal", filter = { state = "申诉复核" } } },
  forms  = { form "letter" { "考核结果告知书", en = "Result", rows = { { "被考核人", "who" }, { "类别", "module" }, { "所在单位", "workplace" }, { "所用办法", "scheme" }, { "计算明细", "lines" }, { "纸面销号与反弹", "deducted" }, { "计算过程", "working" }, { "总分", "total" } }, sign = { "考核办公室（盖章）", "本人签收" }, history = false, evidence = false } },
  excel  = { module = { "考核类别" }, who = { "被考核人" }, post = { "职务或岗位" }, workplace = { "所在单位" }, owner = { "考核办公室" }, from = { "考核期起" }, to = { "考核期止" } },
  tests  = {
    { "权重按期末有效的版本；纸面销号与反弹逐件扣分；本人申诉，别人不能代", start = "2026-01-05 09:00",
      before = { { ledger = "scheme", open_by = "leader", case = { module = "公务员", title = "t", problem = "p", paper = "〔2026〕1号", from = "2026-01-10", owner = "owner", items = { { item = "履职", weight = 70, how = "h" }, { item = "群众评议", weight = 30, how = "h" } }, on_paper = 2, rebound = 3.5, most = 20 }, steps = { { "enact", by = "leader" } } },
                 { ledger = "scheme", open_by = "leader", case = { module = "公务员", title = "t", problem = "p", paper = "〔2026〕9号", from = "2026-07-01", owner = "owner", items = { { item = "履职", weight = 10, how = "h" }, { item = "群众评议", weight = 90, how = "h" } }, on_paper = 9, rebound = 9, most = 99 }, steps = { { "enact", by = "leader" } } },
                 { ledger = "rectification", case = { source = "中央督察", problem = "台账缺失", measures = { "补齐" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30", goal = "建账", person = "responsible" },
                   steps = { { "accept", by = "owner" }, { "submit", by = "owner", given = { report = "已补齐", evidence = { { kind = "照片", text = "柜", files = { 3 } }, { kind = "文件", text = "账", files = { 4 } } } } }, { "approve", by = "supervisor" }, { "publish", by = "office" },
                             { "close", by = "office", days = 20, state = "销号" } } } },
      case = { module = "公务员", who = "responsible", post = "科长", workplace = "other", owner = "owner", from = "2026-01-01", to = "2026-03-31", items = { { item = "履职", score = 92.5, evidence = "履职日历4次" } } },
      computed = { total = false, deducted = { { case = "ZG-2026-0001", what = "纸面销号", n = 1, points = 2 } }, off = 2 },
      steps = {
        { "feedback", by = "office", fails = "case.gate_unmet" },                                                                     -- 缺一项
        { "correct", by = "office", given = { items = { { item = "履职", score = 92.5, evidence = "履职日历4次" }, { item = "群众评议", score = 81, evidence = "评议表" } }, reason = "补评议" },
          computed = { total = 87.05, working = "(70×92.5 + 30×81) ÷ 100 − 2 = 87.05" } },
        { "count", by = "responsible", fails = "case.forbidden" },
        { "count", by = "office", computed = { total = 87.05, off = 2 } },
        { "feedback", by = "office", state = "反馈" },
        { "appeal", by = "other", given = { reason = "x", about = "x" }, fails = "case.forbidden" },
        { "received", by = "responsible" },
        { "appeal", by = "responsible", given = { reason = "现场已整改，材料后补", about = "ZG-2026-0001" }, state = "申诉复核", clocks = { appeal = "2026-02-06" } },
        { "feedback", by = "office", state = "反馈" },
        { "appeal", by = "responsible", given = { reason = "再申诉", about = "群众评议" }, state = "申诉复核" },
        { "feedback", by = "office", state = "反馈" },
        { "appeal", by = "responsible", given = { reason = "三次", about = "x" }, fails = "case.gate_unmet" },
        { "file", by = "owner_leader", fails = "case.forbidden" },
        { "file", by = "leader", state = "归档" },
      } },
    { "没有自己的考核可办", start = "2026-01-15 09:00",
      before = { { ledger = "scheme", open_by = "leader", case = { module = "编外人员", title = "t", problem = "p", paper = "x", from = "2026-01-15", owner = "owner", items = { { item = "巡查", weight = 100, how = "h" } }, on_paper = 0, rebound = 0, most = 0 }, steps = { { "enact", by = "leader" } } } },
      case = { module = "编外人员", who = "leader", post = "巡查员", workplace = "other", owner = "owner", from = "2026-01-01", to = "2026-01-31", items = { { item = "巡查", score = 88, evidence = "轨迹30条" } } },
      steps = { { "correct", by = "leader", given = { items = { { item = "巡查", score = 100, evidence = "x" } }, reason = "x" }, fails = "case.gate_unmet" }, { "feedback", by = "leader", fails = "case.gate_unmet" },
                { "feedback", by = "office", state = "反馈", computed = { total = 88 } }, { "file", by = "leader", fails = "case.gate_unmet" } } },
    { "没有那时有效的办法", fails = "case.gate_unmet", case = { module = "事业单位人员", who = "responsible", post = "p", workplace = "other", owner = "owner", from = "2026-01-01", to = "2026-01-31", items = { { item = "巡查", score = 88, evidence = "x" } } } },
  },
}
