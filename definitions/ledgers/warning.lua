-- 重污染天气预警台账：启动一级预警，清单每行一道减排令、一次核查；解除时全部收口。发令数与清单行数对不上就不能算启动完成。
return ledger {
  id = "warning", title = "重污染天气预警", en = "Heavy-pollution warnings", family = "大气与应急",
  about = "会商、启动、调整、解除与后评估；启动即按清单逐行发令，逐令核查。",
  number = "YJ-{year}-{seq:3}",
  related = { lines = { ledger = "reduction_line", states = { "有效" } } },
  fields = {
    choice "level"    { "预警级别", en = "Level", required = true, of = { "黄色", "橙色", "红色" } },
    text   "title"    { "预警名称", en = "Title", required = true, max = 100 },
    text   "problem"  { "会商依据（预报与实况数值）", en = "Basis", required = true },
    text   "decided"  { "决定人", en = "Decided by", required = true, max = 60 },
    time   "from"     { "启动时间", en = "From", required = true },
    time   "to"       { "预计解除", en = "To" },
    unit   "owner"    { "发令单位", en = "Issued by", required = true },
    number "lines"    { "清单有效行数", en = "Lines in force", decimals = 0, value = function(c)
                          if c.state == "会商" then return #c.related.lines end
                          return c.fields.lines
                        end },
    number "orders"   { "已发减排令", en = "Orders sent", decimals = 0, value = function(c) if c.children.n > 0 then return c.children.n end end },
    number "settled"  { "已核查收口", en = "Orders settled", decimals = 0, value = function(c) if c.children.n > 0 then return c.children.closed end end },
  },
  states = { "会商", "启动", "解除", "评估归档", en = { "Consultation", "In force", "Lifted", "Filed" }, working = "启动", closed = "评估归档" },
  actions = {
    action "start"  { "启动", en = "Start", from = "会商", to = "启动", by = { "leader", "office" },
                      guard = function(c)
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
  forms  = { form "order" { "预警启动令", en = "Start of a warning", rows = { { "预警名称", "title" }, { "级别", "level" }, { "依据", "problem" }, { "决定人", "decided" }, { "启动时间", "from" }, { "清单行数", "lines" } }, sign = { "指挥部（盖章）" }, history = false, evidence = false } },
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
    { "清单为空不能启动", start = "2026-11-20 08:00", case = { level = "黄色", title = "t", problem = "p", decided = "d", from = "2026-11-20 20:00", owner = "other" }, steps = { { "start", by = "office", fails = "case.gate_unmet" } } },
  },
}
