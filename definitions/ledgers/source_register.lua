-- 放射源台账：每枚在用源的持有单位、编码、类别、围栏与定位终端。启用后终端报告的位置即按围栏判断，越出围栏由程序立案（definitions/rules/source-fence.lua）。
-- 放射源分类（Ⅰ至Ⅴ）与编码的条文未能读到，字段凭通行做法设置；围栏由持有单位申报、监管部门核定。
return ledger {
  id = "source_register", title = "放射源台账", en = "Radioactive sources", family = "执法监管",
  about = "在用放射源的持有单位、编码、类别、围栏与定位终端；越出围栏、终端失联由系统发现。",
  number = "FSY-{year}-{seq:4}",
  open_by = { "office", "supervisor", "responsible" },
  fields = {
    text   "code"     { "放射源编码", en = "Source code", required = true, max = 20 },
    text   "title"    { "名称", en = "Name", required = true, max = 60 },
    text   "nuclide"  { "核素", en = "Nuclide", required = true, max = 20 },
    choice "category" { "类别", en = "Category", required = true, of = { "Ⅰ类", "Ⅱ类", "Ⅲ类", "Ⅳ类", "Ⅴ类" } },
    text   "activity" { "出厂活度", en = "Activity", required = true, max = 40 },
    flag   "mobile"   { "移动使用", en = "Mobile", required = true },
    text   "problem"  { "用途与场所", en = "Use and place", required = true },
    unit   "owner"    { "持有单位", en = "Holder", required = true },
    unit   "supervisor" { "监管单位", en = "Supervising unit", required = true, differs_from = "owner" },
    text   "licence"  { "辐射安全许可证", en = "Licence", required = true, max = 60 },
    text   "person"   { "责任人及电话", en = "Person and telephone", required = true, max = 60 },
    site   "site"     { "定位终端", en = "Position device" },
    area   "fence"    { "围栏（多边形）", en = "Fence, as an area" },
    point  "centre"   { "围栏圆心", en = "Fence, centre" },
    number "radius"   { "围栏半径", en = "Fence, radius", unit = "米", decimals = 0, min = 10, max = 50000 },
  },
  states = { "登记", "在用", "注销", en = { "Registered", "In use", "Withdrawn" }, working = "在用", closed = "注销" },
  actions = {
    action "begin"  { "启用", en = "Begin", from = "登记", to = "在用", by = { "office", "supervisor" }, never_by = "owner",
                      guard = function(c)
                        local f = c.fields
                        if not f.site then return "未绑定定位终端 | no position device" end
                        if not f.fence and not (f.centre and f.radius) then return "未核定围栏（多边形，或圆心加半径） | no fence: an area, or a centre with a radius" end
                      end },
    action "fence"  { "调整围栏", en = "Change the fence", from = { "登记", "在用" }, by = { "office", "supervisor" }, never_by = "owner", sets = { "site", "centre", "radius" },
                      needs = { site "site" { "定位终端", en = "Position device", required = true }, point "centre" { "围栏圆心", en = "Centre", required = true },
                                number "radius" { "围栏半径", en = "Radius", required = true, unit = "米", decimals = 0, min = 10, max = 50000 }, text "reason" { "理由与批准文件", en = "Why, and by what paper", required = true } } },
    action "amend"  { "变更责任人", en = "Another person", from = { "登记", "在用" }, by = { "owner", "office" }, sets = { "person" }, needs = { text "person" { "责任人及电话", en = "Person and telephone", required = true, max = 60 } } },
    action "withdraw" { "注销（送贮、返厂或转让）", en = "Withdraw", from = { "登记", "在用" }, to = "注销", by = { "office", "supervisor" }, never_by = "owner", needs = { text "reason" { "去向与凭证", en = "Where it went, and the paper", required = true } } },
  },
  group  = "category",
  list   = { columns = { "number", "code", "title", "nuclide", "category", "mobile", "owner", "site" } },
  forms  = { form "card" { "放射源登记卡", en = "Source card", rows = { { "编码", "code" }, { "名称", "title" }, { "核素", "nuclide" }, { "类别", "category" }, { "出厂活度", "activity" }, { "用途与场所", "problem" }, { "持有单位", "owner" }, { "许可证", "licence" }, { "责任人及电话", "person" }, { "围栏半径（米）", "radius" } }, sign = { "持有单位（盖章）", "监管单位（盖章）" }, evidence = false } },
  tests  = {
    { "没有终端或围栏不能启用；围栏由监管方核定", start = "2026-03-02 09:00", open_by = "office",
      case = { code = "0326CS000011", title = "γ探伤机1号", nuclide = "Ir-192", category = "Ⅱ类", activity = "3.7 TBq", mobile = true, problem = "管道探伤", owner = "owner", supervisor = "supervisor", licence = "辐证[00001]", person = "丁工 139", site = 1 },
      steps = { { "begin", by = "office", fails = "case.gate_unmet" },
                { "fence", by = "owner_admin", given = { site = 1, centre = { lon = 123.6, lat = 35.6 }, radius = 200, reason = "x" }, fails = "case.forbidden" },
                { "fence", by = "office", given = { site = 1, centre = { lon = 123.6, lat = 35.6 }, radius = 200, reason = "作业方案备案" } },
                { "begin", by = "owner_admin", fails = "case.forbidden" },
                { "begin", by = "office", state = "在用" },
                { "amend", by = "owner", given = { person = "李工 138" } },
                { "withdraw", by = "owner_admin", given = { reason = "x" }, fails = "case.forbidden" },
                { "withdraw", by = "office", given = { reason = "送贮，回执5号" }, state = "注销" } } },
    { "只有圆心没有半径也不行", start = "2026-03-02 09:00", open_by = "office",
      case = { code = "c", title = "料位计", nuclide = "Cs-137", category = "Ⅳ类", activity = "1.1 GBq", mobile = false, problem = "料位", owner = "owner", supervisor = "supervisor", licence = "l", person = "p", site = 1, centre = { lon = 123.6, lat = 35.6 } },
      steps = { { "begin", by = "office", fails = "case.gate_unmet" } } },
  },
}
