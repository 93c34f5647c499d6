-- 应急减排清单：一企（或一条生产线、一个工地）一行，各级预警的措施写死在行里；启动预警时每行一道令，一道不多一道不少。
return ledger {
  id = "reduction_line", title = "应急减排清单", en = "Emergency reduction list", family = "大气与应急",
  about = "企业、工序、工地逐行登记的应急减排措施与减排量，按预警级别执行。",
  number = "JP-{year}-{seq:5}",
  fields = {
    unit   "enterprise" { "企业", en = "Enterprise" },
    text   "title"    { "企业或工地、生产线", en = "Line", required = true, max = 120 },
    choice "kind"     { "类别", en = "Kind", required = true, of = { "工业企业", "施工工地", "移动源", "其他" } },
    choice "grade"    { "绩效分级", en = "Grade", of = { "A", "B", "C", "D", "引领性", "非引领性", "民生豁免" } },
    text   "problem"  { "主要产排污工序", en = "Process", required = true },
    text   "yellow"   { "黄色预警措施", en = "Yellow", required = true },
    text   "orange"   { "橙色预警措施", en = "Orange", required = true },
    text   "red"      { "红色预警措施", en = "Red", required = true },
    number "cut_yellow" { "黄色减排量", en = "Cut at yellow", unit = "kg/d", min = 0 },
    number "cut_orange" { "橙色减排量", en = "Cut at orange", unit = "kg/d", min = 0 },
    number "cut_red"  { "红色减排量", en = "Cut at red", unit = "kg/d", min = 0 },
    unit   "owner"    { "执行单位", en = "Carried out by", required = true },
    unit   "supervisor" { "监管单位", en = "Supervising unit", required = true, differs_from = "owner" },
    site   "site"     { "监测点位", en = "Site" },
  },
  guard = function(c)
    local f = c.fields
    if (f.cut_orange or 0) < (f.cut_yellow or 0) or (f.cut_red or 0) < (f.cut_orange or 0) then return "减排量须随级别不减 | a higher level cannot cut less" end
  end,
  states = { "登记", "有效", "退出", en = { "Entered", "In force", "Withdrawn" }, working = "有效", closed = "退出" },
  actions = {
    action "confirm" { "审核生效", en = "Confirm", from = "登记", to = "有效", by = { "supervisor", "office" }, never_by = "owner" },
    action "change" { "调整措施", en = "Change", from = "有效", by = { "supervisor", "office" }, never_by = "owner", sets = { "yellow", "orange", "red" },
                      needs = { text "yellow" { "黄色预警措施", en = "Yellow", required = true }, text "orange" { "橙色预警措施", en = "Orange", required = true }, text "red" { "红色预警措施", en = "Red", required = true } } },
    action "withdraw" { "退出清单", en = "Withdraw", from = { "登记", "有效" }, to = "退出", by = { "supervisor", "office" }, never_by = "owner", needs = { text "reason" { "理由（关闭、搬迁等）", en = "Why", required = true } } },
  },
  group  = "kind",
  list   = { columns = { "number", "kind", "title", "grade", "yellow", "orange", "red", "cut_red", "owner" } },
  excel  = { title = { "企业名称", "企业或工地、生产线", "名称" }, kind = { "类别", "行业类别" }, grade = { "绩效分级", "绩效等级" }, problem = { "主要产排污工序", "工序" }, yellow = { "黄色预警措施", "黄色预警减排措施" }, orange = { "橙色预警措施", "橙色预警减排措施" },
             red = { "红色预警措施", "红色预警减排措施" }, owner = { "执行单位" }, supervisor = { "监管单位", "属地" }, cut_yellow = { "黄色减排量" }, cut_orange = { "橙色减排量" }, cut_red = { "红色减排量" } },
  public = { "number", "title", "kind", "grade", "state" },
  tests  = {
    { "措施三级齐全，执行单位不能自己审核", start = "2026-10-08 09:00",
      case = { title = "云溪纸业2号锅炉", kind = "工业企业", problem = "燃煤锅炉", yellow = "降负荷20%", orange = "降负荷30%", red = "停产", cut_yellow = 100, cut_orange = 150, cut_red = 500, owner = "owner", supervisor = "supervisor" },
      steps = { { "confirm", by = "owner", fails = "case.forbidden" }, { "confirm", by = "supervisor", state = "有效" },
                { "change", by = "owner_admin", given = { yellow = "y", orange = "o", red = "r" }, fails = "case.forbidden" }, { "change", by = "supervisor", given = { yellow = "降负荷25%", orange = "降负荷35%", red = "停产" } },
                { "withdraw", by = "office", given = { reason = "锅炉拆除" }, state = "退出" } } },
    { "红色减排量不能小于橙色", fails = "case.gate_unmet",
      case = { title = "x", kind = "工业企业", problem = "p", yellow = "y", orange = "o", red = "r", cut_yellow = 100, cut_orange = 150, cut_red = 120, owner = "owner", supervisor = "supervisor" } },
  },
}
