-- 问题线索台账（人防、物防、技防）：每条线索必有去处——成案、并案或写明理由不办；各发现渠道的准确率由此算出。
return ledger {
  id = "lead", title = "问题线索", en = "Leads", family = "整改督察",
  about = "发现、研判、处置：人、设备、模型报来的线索逐条研判，去处写明，渠道准确率可算。",
  number = "XS-{year}-{seq:6}",
  open_by = { "office", "supervisor", "responsible" },
  fields = {
    choice "by_what"  { "发现方式", en = "Found by", required = true, from_finding = "技防", of = { "人防", "物防", "技防" } },
    text   "channel"  { "渠道", en = "Channel", required = true, from_finding = "监测规则", max = 60 },
    text   "title"    { "线索", en = "Lead", max = 120 },
    text   "problem"  { "情况", en = "What was seen", required = true },
    unit   "enterprise" { "涉及对象", en = "Object" },
    point  "place"    { "位置", en = "Place" },
    site   "site"     { "点位", en = "Site" },
    file   "photos"   { "照片", en = "Photos", kinds = { "photo" } },
    unit   "owner"    { "研判单位", en = "Judged by", required = true },
    choice "verdict"  { "研判", en = "Verdict", of = { "属实成案", "并入已有事项", "不属实", "属实但已处置" } },
    text   "reason"   { "理由", en = "Why" },
    case   "into"     { "并入事项", en = "Merged into", of = "zero" },
    flag   "true_lead" { "准确", en = "True", value = function(c)
                          local v = c.fields.verdict
                          if v then return v ~= "不属实" end
                        end },
  },
  states = { "待研判", "研判", "办结", en = { "New", "Being judged", "Settled" }, working = "研判", closed = "办结" },
  actions = {
    action "judge"  { "研判", en = "Judge", from = "待研判", to = "研判", by = { "owner", "office", "supervisor" } },
    action "make"   { "成案交办", en = "Make it a problem", from = "研判", to = "办结", by = { "office", "supervisor" }, never_by = "owner",
                      needs = { choice "field" { "领域", en = "Field", required = true, of = { "工业污染", "城镇污水", "农业农村", "入河入海排污口", "饮用水水源", "黑臭水体", "固体废物", "土壤地下水", "大气扬尘", "噪声油烟", "生态破坏" } },
                                unit "unit" { "责任单位", en = "Responsible unit", required = true }, unit "over" { "督导单位", en = "Supervising unit", required = true }, text "goal" { "清零标准", en = "Goal", required = true }, date "due" { "时限", en = "Limit", required = true } },
                      set = function(c) return { verdict = "属实成案" } end,
                      open = function(c)
                        return { { ledger = "zero", fields = { field = c.given.field, source = "巡查", title = c.fields.title, problem = c.fields.problem, goal = c.given.goal, measures = { "按线索交办整治" }, owner = c.given.unit, supervisor = c.given.over,
                                   due = c.given.due, site = c.fields.site, place = c.fields.place } } }
                      end },
    action "into"   { "并入", en = "Merge", from = "研判", to = "办结", by = { "office", "supervisor" }, never_by = "owner", sets = { "into" }, set = function(c) return { verdict = "并入已有事项" } end,
                      needs = { case "into" { "并入事项", en = "Merged into", required = true, of = "zero" } } },
    action "dismiss" { "不办", en = "Dismiss", from = { "待研判", "研判" }, to = "办结", by = { "office", "supervisor" }, never_by = "owner", sets = { "verdict", "reason" },
                       needs = { choice "verdict" { "研判", en = "Verdict", required = true, of = { "不属实", "属实但已处置" } }, text "reason" { "理由", en = "Why", required = true } } },
  },
  clocks = { clock "judge" { "研判", en = "Judgement", from = "open", days = 2, counts = "workdays", stops = { "make", "into", "dismiss" }, source = "本市约定", certainty = "derived" } },
  clock  = { yellow = 1 },
  group  = "channel",
  list   = { columns = { "number", "by_what", "channel", "title", "verdict", "true_lead", "owner" } },
  tests  = {
    { "每条线索都有去处和理由", start = "2026-03-02 09:00",
      case = { by_what = "人防", channel = "网格员", problem = "晴天排口出水", title = "3号排口", owner = "owner" },
      steps = {
        { "judge", by = "owner", state = "研判" },
        { "dismiss", by = "owner", given = { verdict = "不属实", reason = "x" }, fails = "case.forbidden" },
        { "dismiss", by = "office", given = { verdict = "不属实" }, fails = "case.field_missing" },
        { "make", by = "office", given = { field = "入河入海排污口", unit = "owner", over = "supervisor", goal = "晴天无水排出", due = "2026-04-30" }, state = "办结", children = 1, computed = { verdict = "属实成案", true_lead = true } },
      } },
    { "不办的计为不准确", start = "2026-03-02 09:00", case = { by_what = "技防", channel = "异常模型", problem = "疑似", owner = "owner" },
      steps = { { "dismiss", by = "office", given = { verdict = "不属实", reason = "仪器校准" }, state = "办结", computed = { true_lead = false } } } },
    { "重复的线索并入已有事项", start = "2026-03-02 09:00",
      before = { { ledger = "zero", case = { field = "入河入海排污口", source = "巡查", problem = "3号排口晴天出水", goal = "晴天无水排出", measures = { "封堵" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30" } } },
      case = { by_what = "人防", channel = "网格员", problem = "晴天排口出水", title = "3号排口", owner = "owner" },
      steps = { { "judge", by = "office", state = "研判" }, { "into", by = "owner", given = { into = "@1" }, fails = "case.forbidden" },
                { "into", by = "office", given = { into = "@1" }, state = "办结", computed = { verdict = "并入已有事项" } } } },
  },
}
