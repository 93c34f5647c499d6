-- 饮用水水源地问题台账：保护区内的违法建设项目、排污口、垃圾与交通穿越等，一处一档，清理后复核，水质说话。
local proofs = { "照片", "监测报告", "现场核查", "遥感影像", "文件", "其他" }

return ledger {
  id = "drinking", title = "水源地问题", en = "Drinking-water sources", family = "水环境",
  about = "保护区内问题逐处建档、限期清理、现场复核；水源水质达标是底线。",
  number = "SY-{year}-{seq:4}",

  fields = {
    text   "source"   { "水源地", en = "Source", required = true, max = 80 },
    choice "zone"     { "保护区级别", en = "Zone", required = true, of = { "一级保护区", "二级保护区", "准保护区" } },
    choice "kind"     { "问题类型", en = "Kind", required = true, of = { "违法建设项目", "排污口", "工业企业", "畜禽养殖", "农业面源", "生活污水垃圾", "旅游餐饮", "交通穿越", "航运码头", "隔离防护缺失", "其他" } },
    text   "title"    { "问题名称", en = "Title", max = 100 },
    text   "problem"  { "问题情况", en = "Problem", required = true },
    point  "place"    { "位置", en = "Place" },
    area   "boundary" { "保护区边界", en = "Boundary" },
    text   "inside"   { "与边界的关系", en = "Against the boundary",
                        value = function(c)
                          local f = c.fields
                          if not (f.place and f.boundary) then return "缺位置或边界，未核" end
                          return in_area(f.place, f.boundary) and "在边界内" or "在边界外"
                        end },
    -- 影像图斑叠加保护区边界（POST /ledgers/drinking/overlay）立的，带图斑编号和占用面积；同一图斑只立一次。
    text   "spot"     { "图斑编号", en = "Spot", max = 60 },
    number "area"     { "占用面积", en = "Area taken", unit = "m²", min = 0, decimals = 0 },
    goal   "goal"     { "整治目标", en = "Goal", required = true },
    list   "measures" { "整治措施", en = "Measures", required = true },
    unit   "owner"    { "责任单位", en = "Responsible unit", required = true },
    unit   "supervisor" { "监管单位", en = "Supervising unit", required = true, differs_from = "owner" },
    date   "due"      { "整治期限", en = "Limit", required = true },
    site   "site"     { "水源监测点位", en = "Site" },
  },
  states = { "建档", "整治", "待核", "销号", en = { "On file", "In hand", "Under check", "Closed" }, working = "整治", closed = "销号" },
  actions = {
    action "take"   { "接收", en = "Take", from = "建档", to = "整治", by = "owner" },
    action "report" { "报告进展", en = "Report progress", from = "整治", by = "owner",
                      needs = { text "report" { "进展", en = "Progress", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "submit" { "申请核查", en = "Ask for the check", from = "整治", to = "待核", by = "owner",
                      needs = { text "report" { "完成情况", en = "Report", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "return" { "退回", en = "Return", from = "待核", to = "整治", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "close"  { "销号", en = "Close", from = "待核", to = "销号", by = "supervisor", never_by = "owner", gate = "goal_met",
                      needs = { text "opinion" { "现场核查情况", en = "Site check", required = true } } },
    action "found_again" { "遥感或巡查发现反弹", en = "Found again", from = "销号", reopens = true, by = { "office", "supervisor" }, never_by = "owner", needs = { text "reason" { "情况", en = "What was found", required = true } } },
  },
  clock    = { due = "due", counts = "calendar", yellow = 15 },
  evidence_kinds = 2,
  ladder   = { { -30, "调度", en = "Progress call", to = { "owner" }, rule = "期限前30日" }, { 1, "通报", en = "Circular", to = { "owner", "supervisor" }, rule = "逾期次日" }, { workdays(10), "约谈", en = "Interview", to = { "owner", "leader" }, rule = "逾期10个工作日" } },
  report   = { every = "month", on_day = 25, by = "owner", action = "report", states = { "整治" } },
  lookback = { for_days = 730, reopen_to = "整治", on = "goal_broken", due_days = 30, recheck = { after_days = { 90, 365 }, share = 0.2, by = "supervisor" } },
  group    = "kind",
  list     = { columns = { "number", "source", "zone", "kind", "title", "inside", "owner", "due" } },
  excel    = { source = { "水源地", "水源地名称" }, zone = { "保护区级别" }, kind = { "问题类型" }, problem = { "问题情况", "具体问题", "存在问题" }, goal = { "整治目标", "整改目标" }, measures = { "整治措施", "整改措施" },
               owner = { "责任单位" }, supervisor = { "监管单位", "督导单位" }, due = { "整治期限", "完成时限" } },
  forms    = { form "sheet" { "水源地环境问题整治表", en = "Problem sheet", rows = { { "水源地", "source" }, { "保护区级别", "zone" }, { "问题情况", "problem" }, { "与边界的关系", "inside" }, { "整治目标", "goal" }, { "整治措施", "measures" } },
                 sign = { "责任单位（盖章）", "监管单位（盖章）" } } },
  public   = { "number", "source", "zone", "kind", "title", "problem", "goal", "owner", "due", "state", "light", "closed" },
  tests = {
    { "边界内的建筑要清，清了还要复核", start = "2026-03-02 09:00",
      case = { source = "北屏水库", zone = "一级保护区", kind = "旅游餐饮", problem = "农家乐1处", place = { lon = 122.5, lat = 36.5 }, boundary = { { 122.4, 36.4 }, { 122.6, 36.4 }, { 122.6, 36.6 }, { 122.4, 36.6 } },
               goal = "拆除并复绿", measures = { "拆除", "复绿" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30" },
      steps = {
        { "take", by = "owner", state = "整治", computed = { inside = "在边界内" } },
        { "report", by = "owner", given = { report = "已签拆除协议" } },
        { "submit", by = "owner", given = { report = "已拆除", evidence = { { kind = "照片", text = "拆除后", files = { 1 } } } }, state = "待核" },
        { "close", by = "supervisor", given = { opinion = "现场属实" }, fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "缺现场核查或遥感" } },
        { "submit", by = "owner", given = { report = "已拆除", evidence = { { kind = "遥感影像", text = "前后对比", files = { 2 } } } } },
        { "close", by = "supervisor", given = { opinion = "现场属实" }, state = "销号" },
        { "found_again", by = "office", days = 100, given = { reason = "遥感发现新建" }, state = "整治", rebounds = 1 },
      } },
    { "缺保护区级别", fails = "case.field_missing", case = { source = "北屏水库", kind = "其他", problem = "x", goal = "y", measures = { "z" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30" } },
  },
}
