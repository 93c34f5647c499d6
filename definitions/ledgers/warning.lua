-- 重污染天气预警台账：预报达到分级条件由程序起草（rules/forecast-warning.lua），草案写明数值、条文和还缺什么，人来定。启动一级预警，清单每行一道减排令、一次核查；解除时全部收口。发令数与清单行数对不上就不能算启动完成。
return ledger {
  id = "warning", title = "重污染天气预警", en = "Heavy-pollution warnings", family = "大气与应急",
  about = "会商、启动、调整、解除与后评估；启动即按清单逐行发令，逐令核查。",
  number = "YJ-{year}-{seq:3}",
  related = { lines = { ledger = "reduction_line", states = { "有效" } } },
  fields = {
    choice "level"    { "预警级别", en = "Level", required = true, of = { "黄色", "橙色", "红色" } },
    text   "title"    { "预警名称", en = "Title", required = true, max = 100 },
    text   "problem"  { "会商依据（预报与实况数值）", en = "Basis", required = true },
    text   "decided"  { "决定人", en = "Decided by", max = 60 },
    text   "clause"   { "分级条文", en = "Rule and clause", max = 400 },
    text   "missing"  { "尚缺", en = "Still missing", max = 600 },
    text   "ended"    { "系统提示", en = "What the program saw since", max = 400 },
    time   "from"     { "启动时间", en = "From", required = true },
    time   "to"       { "预计解除", en = "To" },
    unit   "owner"    { "发令单位", en = "Issued by", required = true },
    number "lines"    { "清单有效行数", en = "Lines in force", decimals = 0, value = function(c)
                          if c.state == "草拟" or c.state == "会商" then return #c.related.lines end
                          return c.fields.lines
                        end },
    number "orders"   { "已发减排令", en = "Orders sent", decimals = 0, value = function(c) if c.children.n > 0 then return c.children.n end end },
    number "settled"  { "已核查收口", en = "Orders settled", decimals = 0, value = function(c) if c.children.n > 0 then return c.children.closed end end },
  },
  states = { "草拟", "会商", "启动", "解除", "评估归档", en = { "Draft", "Consultation", "In force", "Lifted", "Filed" }, working = "启动", closed = "评估归档" },
  actions = {
    -- 程序按新的预报改写尚未决定的草案；人立的预警它不动。
    action "renew"  { "按新预报改写草案", en = "Redraft", from = { "草拟", "会商" }, by = "office", sets = { "level", "title", "problem", "clause", "missing", "from", "to" },
                      needs = { choice "level" { "预警级别", en = "Level", required = true, of = { "黄色", "橙色", "红色" } }, text "title" { "预警名称", en = "Title", required = true, max = 100 }, text "problem" { "会商依据（预报与实况数值）", en = "Basis", required = true },
                                text "clause" { "分级条文", en = "Rule and clause", required = true, max = 400 }, text "missing" { "尚缺", en = "Still missing", required = true, max = 600 }, time "from" { "启动时间", en = "From", required = true }, time "to" { "预计解除", en = "To" } } },
    action "ended"  { "系统提示", en = "The program's word", from = { "草拟", "会商", "启动" }, by = "office", sets = { "ended" }, needs = { text "ended" { "系统提示", en = "What was seen", required = true, max = 400 } } },
    action "consult" { "提交会商", en = "Consult", from = "草拟", to = "会商", by = { "office", "leader" }, needs = { text "report" { "会商意见", en = "What was said", required = true } } },
    action "drop"   { "不启动", en = "Drop", from = { "草拟", "会商" }, to = "解除", by = { "leader", "office" }, sets = { "decided" }, needs = { text "decided" { "决定人", en = "Decided by", required = true, max = 60 }, text "reason" { "不启动的理由", en = "Why not", required = true } } },
    action "decide" { "定决定人", en = "Name who decides", from = { "草拟", "会商" }, by = { "leader", "office" }, sets = { "decided", "level" }, needs = { text "decided" { "决定人", en = "Decided by", required = true, max = 60 }, choice "level" { "预警级别", en = "Level", required = true, of = { "黄色", "橙色", "红色" } } } },
    action "start"  { "启动", en = "Start", from = { "草拟", "会商" }, to = "启动", by = { "leader", "office" },
                      guard = function(c)
                        if not c.fields.decided then return "决定人未定，不能启动 | nobody has decided" end
                        if #c.related.lines == 0 then return "清单为空，无令可发 | the list is empty" end
                      end,
                      open = function(c)
                        local orders, measure = {}, { ["黄色"] = "yellow", ["橙色"] = "orange", ["红色"] = "red" }
                        for i, l in ipairs(c.related.lines) do
                          orders[i] = { ledger = "reduction_order", fields = { line = l.number, title = l.fields.title, level = c.fields.level, problem = l.fields[measure[c.fields.level]],
                                        owner = l.fields.owner, supervisor = l.fields.supervisor, site = l.fields.site } }
                        end
                        return orders
                      end },
    action "count"  { "清点", en = "Count", from = { "启动", "解除" }, by = { "office", "leader" },
                      guard = function(c)
                        if c.children.n ~= c.fields.lines then return "发令" .. c.children.n .. "道，清单" .. c.fields.lines .. "行，不符 | orders and lines do not match" end
                      end },
    action "lift"   { "解除", en = "Lift", from = "启动", to = "解除", by = { "leader", "office" }, needs = { text "reason" { "解除依据", en = "Why", required = true } } },
    action "file"   { "后评估归档", en = "File", from = "解除", to = "评估归档", by = "leader", never_by = "owner", gate = "children_closed",
                      needs = { text "report" { "减排效果评估（给出区间）", en = "Effect, with an interval", required = true } } },
  },
  list   = { columns = { "number", "level", "title", "from", "to", "lines", "orders", "settled" } },
  tree   = { children = { "reduction_order" } },
  group  = "level",
  forms  = { form "order" { "预警启动令", en = "Start of a warning", rows = { { "预警名称", "title" }, { "级别", "level" }, { "依据", "problem" }, { "分级条文", "clause" }, { "决定人", "decided" }, { "启动时间", "from" }, { "清单行数", "lines" } }, sign = { "指挥部（盖章）" }, history = false, evidence = false } },
  public = { "number", "level", "title", "from", "to", "state" },
  tests  = {
    { "启动一次发令，逐行一道，不多不少", start = "2026-11-20 08:00", open_by = "office",
      before = { { ledger = "reduction_line", case = { title = "甲厂", kind = "工业企业", problem = "p", yellow = "限产20%", orange = "限产30%", red = "停产", owner = "owner", supervisor = "supervisor" }, steps = { { "confirm", by = "supervisor" } } },
                 { ledger = "reduction_line", case = { title = "乙工地", kind = "施工工地", problem = "土方", yellow = "停土方", orange = "停土方", red = "停工", owner = "owner", supervisor = "supervisor" }, steps = { { "confirm", by = "supervisor" } } },
                 { ledger = "reduction_line", case = { title = "未生效行", kind = "其他", problem = "p", yellow = "y", orange = "o", red = "r", owner = "owner", supervisor = "supervisor" } } },
      case = { level = "橙色", title = "11月20日橙色预警", problem = "预报AQI日均值>200持续2天", decided = "林局长", from = "2026-11-20 20:00", owner = "other" },
      steps = {
        { "start", by = "owner", fails = "case.forbidden" },
        { "start", by = "office", state = "启动", children = 2, computed = { lines = 2 } },
        { "count", by = "office" },
        { "open", ledger = "reduction_order", case = { title = "清单外", level = "橙色", problem = "限产", owner = "owner", supervisor = "supervisor" } },
        { "count", by = "office", fails = "case.gate_unmet", children = 3 },                 -- 清单外多发了一道
        { "lift", by = "office", given = { reason = "扩散条件转好" }, state = "解除" },
        { "file", by = "office_leader", given = { report = "减排12至18%" }, fails = "case.gate_unmet" },
        { "settle", on = 1, by = "supervisor", given = { check = "已落实", report = "用电下降32%" }, state = "收口" },
        { "file", by = "office_leader", given = { report = "减排12至18%" }, fails = "case.gate_unmet" }, -- 还有一道没收口
        { "settle", on = 2, by = "supervisor", given = { check = "部分落实", report = "现场仍有土方" }, state = "收口" },
        { "settle", on = 3, by = "supervisor", given = { check = "未落实", report = "误发" }, state = "收口" },
        { "file", by = "leader", given = { report = "减排12至18%" }, state = "评估归档" },
      } },
    { "草案由人决定：没有决定人不能启动，可以不启动", start = "2026-11-20 08:00", open_by = "office",
      before = { { ledger = "reduction_line", case = { title = "甲厂", kind = "工业企业", problem = "p", yellow = "限产20%", orange = "限产30%", red = "停产", owner = "owner", supervisor = "supervisor" }, steps = { { "confirm", by = "supervisor" } } } },
      case = { level = "黄色", title = "11-22起黄色预警（系统按预报起草）", problem = "预报日AQI：11-22 215", clause = "AQI>200", missing = "决定人未定", from = "2026-11-22 00:00", owner = "other" },
      steps = {
        { "start", by = "office", fails = "case.gate_unmet" },
        { "renew", by = "office", given = { level = "橙色", title = "t", problem = "预报日AQI：11-22 230、11-23 220", clause = "AQI>200 持续48小时", missing = "决定人未定", from = "2026-11-22 00:00" }, computed = { level = "橙色" } },
        { "consult", by = "owner", given = { report = "r" }, fails = "case.forbidden" },
        { "consult", by = "office", given = { report = "扩散条件差，同意橙色" }, state = "会商" },
        { "start", by = "leader", fails = "case.gate_unmet" },
        { "decide", by = "leader", given = { decided = "林局长", level = "橙色" } },
        { "ended", by = "office", given = { ended = "11-24起低于条件" } },
        { "start", by = "leader", state = "启动", children = 1 },
        { "lift", by = "office", given = { reason = "低于条件36小时" }, state = "解除" },
      } },
    { "不启动也要写明谁定的、为什么", start = "2026-11-20 08:00", open_by = "office",
      case = { level = "黄色", title = "t", problem = "p", from = "2026-11-22 00:00", owner = "other" },
      steps = { { "drop", by = "office", given = { reason = "沙尘" }, fails = "case.field_missing" }, { "drop", by = "leader", given = { decided = "林局长", reason = "沙尘过程，不计" }, state = "解除" } } },
    { "清单为空不能启动", start = "2026-11-20 08:00", case = { level = "黄色", title = "t", problem = "p", decided = "d", from = "2026-11-20 20:00", owner = "other" }, steps = { { "start", by = "office", fails = "case.gate_unmet" } } },
  },
}
