-- 考核办法台账：每一类人员（单位、公务员、事业单位人员、编外人员）各有办法，按生效日期分版；指标、权重、扣分标准写在里面，
-- 考核按考核期末有效的那一版算，新版不改旧账。衢州三类人员分列考核；权重由本市约定。
local items_columns = {
  text "item" { "指标", en = "Item", required = true, max = 80 }, number "weight" { "权重", en = "Weight", required = true, min = 0, max = 100, decimals = 2 },
  text "how" { "评分标准", en = "How it is scored", required = true },
}

return ledger {
  id = "scheme", title = "考核办法", en = "Assessment schemes", family = "整改督察",
  about = "分类考核办法按日期分版：指标与权重、纸面销号与反弹怎样扣分，生效后不能改，只能出新版。",
  number = "BF-{year}-{seq:3}",
  open_by = { "leader", "office" },
  related = { same = { ledger = "scheme", where = { module = "module" }, states = { "生效" } } },
  fields = {
    choice "module"   { "考核类别", en = "Module", required = true, of = { "单位", "公务员", "事业单位人员", "编外人员" } },
    text   "title"    { "办法名称", en = "Title", required = true, max = 120 },
    text   "problem"  { "适用范围", en = "Applies to", required = true },
    text   "paper"    { "文号", en = "Paper", required = true, max = 80 },
    date   "from"     { "生效日期", en = "In force from", required = true },
    unit   "owner"    { "制定单位", en = "Made by", required = true },
    rows   "items"    { "指标与权重", en = "Items and weights", required = true, max = 60, of = items_columns },
    number "on_paper" { "每件纸面销号扣分", en = "Off for each case closed on paper", required = true, min = 0, max = 100, decimals = 2 },
    number "rebound"  { "每次反弹扣分", en = "Off for each rebound", required = true, min = 0, max = 100, decimals = 2 },
    number "most"     { "扣分上限", en = "At most", required = true, min = 0, max = 100, decimals = 2 },
    number "sum"      { "权重合计", en = "Sum of weights", decimals = 2, value = function(c) return round(sum(c.fields.items or {}, "weight"), 2) end },
  },
  guard = function(c)
    local seen = {}
    for _, i in ipairs(c.fields.items) do
      if seen[i.item] then return "指标“" .. i.item .. "”列了两次 | listed twice: " .. i.item end
      seen[i.item] = true
    end
    if round(sum(c.fields.items, "weight"), 2) ~= 100 then return "权重合计须为100，现为" .. round(sum(c.fields.items, "weight"), 2) .. " | the weights come to " .. round(sum(c.fields.items, "weight"), 2) .. ", not 100" end
  end,
  states = { "拟定", "生效", "废止", en = { "Draft", "In force", "Withdrawn" }, working = "拟定", met = { "生效" }, closed = "废止" },
  actions = {
    action "enact"  { "发布", en = "Enact", from = "拟定", to = "生效", by = "leader",
                      guard = function(c)
                        for _, s in ipairs(c.related.same) do if s.fields.from >= c.fields.from then return s.number .. " 自 " .. s.fields.from .. " 已生效，新版的生效日期须在其后 | " .. s.number .. " holds from " .. s.fields.from end end
                        if c.fields.from < c.today then return "生效日期不得早于今天 | it cannot begin in the past" end
                      end },
    action "withdraw" { "废止", en = "Withdraw", from = { "拟定", "生效" }, to = "废止", by = "leader", never_by = "owner", needs = { text "reason" { "文号与理由", en = "Why", required = true } } },
  },
  clock  = { yellow = 7 },
  group  = "module",
  list   = { columns = { "number", "module", "title", "paper", "from", "sum", "on_paper", "rebound" } },
  views  = { view "now" { "有效", en = "In force", filter = { state = "生效" } } },
  forms  = { form "sheet" { "考核办法", en = "Scheme", rows = { { "办法名称", "title" }, { "考核类别", "module" }, { "文号", "paper" }, { "生效日期", "from" }, { "指标与权重", "items" }, { "每件纸面销号扣分", "on_paper" }, { "每次反弹扣分", "rebound" }, { "扣分上限", "most" } }, sign = { "制定单位（盖章）" }, history = false, evidence = false } },
  tests  = {
    { "生效后只能出新版，新版在后", start = "2026-01-05 09:00", open_by = "leader",
      before = { { ledger = "scheme", open_by = "leader", case = { module = "公务员", title = "公务员考核办法", problem = "p", paper = "〔2025〕1号", from = "2026-03-01", owner = "owner", items = { { item = "履职", weight = 100, how = "h" } }, on_paper = 2, rebound = 3, most = 20 },
                   steps = { { "enact", by = "leader", state = "生效" } } } },
      case = { module = "公务员", title = "公务员考核办法", problem = "p", paper = "〔2026〕1号", from = "2026-03-01", owner = "owner", items = { { item = "履职", weight = 60, how = "h" }, { item = "廉洁", weight = 40, how = "h" } }, on_paper = 2, rebound = 3, most = 20 },
      computed = { sum = 100 },
      steps = { { "enact", by = "office", fails = "case.forbidden" }, { "enact", by = "leader", fails = "case.gate_unmet" }, { "withdraw", by = "owner_leader", given = { reason = "x" }, fails = "case.forbidden" },
                { "withdraw", by = "leader", given = { reason = "日期有误" }, state = "废止" } } },
    { "不能追溯", start = "2026-01-05 09:00", open_by = "leader",
      case = { module = "编外人员", title = "t", problem = "p", paper = "x", from = "2026-01-01", owner = "owner", items = { { item = "a", weight = 100, how = "h" } }, on_paper = 0, rebound = 0, most = 0 }, steps = { { "enact", by = "leader", fails = "case.gate_unmet" } } },
    { "权重合计不是100", fails = "case.gate_unmet", open_by = "leader",
      case = { module = "编外人员", title = "t", problem = "p", paper = "x", from = "2026-01-01", owner = "owner", items = { { item = "a", weight = 99, how = "h" } }, on_paper = 0, rebound = 0, most = 0 } },
  },
}
