-- 网格台账：网格的五定（定区域、定职责、定人员、定任务、定考核）。每个地方恰在一个末级网格里，由 `bihuan ledger grid` 核对。
-- 级别名称各地不同：山东一级为地市、二级为县、三级为乡镇，这里的级别只表示上下。
return ledger {
  id = "grid", title = "环境监管网格", en = "Grid cells", family = "执法监管",
  about = "网格边界与五定，巡查任务和考核都落在网格上。",
  number = "WG-{year}-{seq:4}",
  fields = {
    text   "title"    { "网格名称", en = "Cell", required = true, max = 80 },
    text   "code"     { "网格编码", en = "Code", required = true, max = 30 },
    choice "level"    { "级别", en = "Level", required = true, of = { "一级", "二级", "三级", "四级" } },
    flag   "leaf"     { "末级网格", en = "Leaf", required = true },
    area   "range"    { "区域", en = "Area", required = true },
    text   "problem"  { "职责", en = "Duty", required = true },
    unit   "owner"    { "责任单位", en = "Responsible unit", required = true },
    unit   "supervisor" { "上级网格单位", en = "Unit above", required = true, differs_from = "owner" },
    user   "person"   { "网格长", en = "Grid chief", required = true },
    list   "members"  { "网格员", en = "Grid staff", required = true },
    list   "tasks"    { "巡查对象与频次", en = "Objects and frequency", required = true },
    text   "assessment" { "考核办法", en = "Assessment", required = true },
  },
  states = { "设立", "运行", "撤销", en = { "Set up", "In use", "Dissolved" }, working = "运行", closed = "撤销" },
  actions = {
    action "begin"  { "启用", en = "Begin", from = "设立", to = "运行", by = { "office", "supervisor" },
                      guard = function(c)
                        if #c.fields.members < 2 then return "每个网格不少于2名网格员 | two members at least" end
                      end },
    action "staff"  { "调整人员", en = "Change staff", from = "运行", by = { "owner", "office" }, sets = { "person", "members" },
                      needs = { user "person" { "网格长", en = "Grid chief", required = true }, list "members" { "网格员", en = "Grid staff", required = true } } },
    action "tasks"  { "调整任务", en = "Change tasks", from = "运行", by = { "owner", "office", "supervisor" }, sets = { "tasks" }, needs = { list "tasks" { "巡查对象与频次", en = "Objects and frequency", required = true } } },
    action "dissolve" { "撤销", en = "Dissolve", from = "运行", to = "撤销", by = { "office", "supervisor" }, never_by = "owner", needs = { text "reason" { "理由与区域去向", en = "Why, and who takes the area", required = true } } },
  },
  group  = "level",
  list   = { columns = { "number", "code", "title", "level", "leaf", "owner", "person" } },
  public = { "number", "code", "title", "level", "range", "problem", "owner", "state" },
  tests  = {
    { "五定齐全才立得住，不少于两名网格员", start = "2026-03-02 09:00",
      case = { title = "云溪镇第1网格", code = "YX-01", level = "三级", leaf = true, range = { { 122.4, 36.4 }, { 122.6, 36.4 }, { 122.6, 36.6 } }, problem = "巡查辖区内污染源", owner = "owner", supervisor = "supervisor", person = "owner",
               members = { "甲" }, tasks = { "重点源每周1次" }, assessment = "按月计分" },
      steps = { { "begin", by = "office", fails = "case.gate_unmet" } } },
    { "缺考核", fails = "case.field_missing",
      case = { title = "n", code = "c", level = "三级", leaf = true, range = { { 122.4, 36.4 }, { 122.6, 36.4 }, { 122.6, 36.6 } }, problem = "d", owner = "owner", supervisor = "supervisor", person = "owner", members = { "甲", "乙" }, tasks = { "t" } } },
    { "网格启用、换人、改任务、撤销都有记录", start = "2026-03-02 09:00",
      case = { title = "云溪镇第3网格", code = "YX-03", level = "三级", leaf = true, range = { { 122.4, 36.4 }, { 122.6, 36.4 }, { 122.6, 36.6 } }, problem = "巡查辖区内污染源", owner = "owner", supervisor = "supervisor", person = "owner",
               members = { "甲", "乙" }, tasks = { "重点源每周1次" }, assessment = "按月计分" },
      steps = {
        { "begin", by = "office", state = "运行" },
        { "staff", by = "owner", given = { person = "owner", members = { "甲", "丙" } } },
        { "tasks", by = "supervisor", given = { tasks = { "重点源每周2次" } } },
        { "dissolve", by = "owner_admin", given = { reason = "x" }, fails = "case.forbidden" },
        { "dissolve", by = "office", given = { reason = "并入第1网格" }, state = "撤销" },
      } },
  },
}
