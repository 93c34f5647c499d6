-- 设施开放日台账：哪天、哪处、接待多少人；公众不登录报名；办完的写到场人数，按县区和类别统计全年场次和人次。
local function facility(c)
  for _, f in ipairs(c.related.facility) do return f end
end
local function booked(c, only)
  local n = 0
  for _, v in ipairs(c.related.visits) do
    local o = v.fields.outcome
    if only and o == only or not only and o ~= "已取消" then n = n + v.fields.people end
  end
  return n
end

return ledger {
  id = "openday", title = "设施开放日", en = "Opening days", family = "信访公众",
  about = "四类设施的开放日：排期、公众报名、接待和人次；市和各县区四类是否都开放过由台账列出。",
  number = "KF-{year}-{seq:4}",
  open_by = { "office", "owner" },
  related = { facility = { ledger = "facility", where = { number = "facility" } }, visits = { ledger = "visit", where = { day = "number" } } },
  fields = {
    case   "facility" { "开放设施", en = "Facility", required = true, of = "facility" },
    date   "due"      { "开放日期", en = "Day", required = true },
    text   "hours"    { "时间", en = "Hours", required = true, max = 40, hint = "如 09:00-11:00" },
    text   "meeting"  { "集合地点", en = "Where to meet", required = true, max = 200 },
    number "capacity" { "名额", en = "Places", required = true, min = 1, max = 500, decimals = 0 },
    text   "problem"  { "参观内容", en = "What is shown", required = true },
    unit   "owner"    { "接待单位", en = "Host", required = true },
    unit   "supervisor" { "主管单位", en = "Supervising unit", required = true, differs_from = "owner" },
    text   "title"    { "名称", en = "Title", value = function(c)
                          local f = facility(c)
                          return (f and f.fields.title or "") .. " " .. c.fields.due .. "开放日"
                        end },
    choice "kind"     { "设施类别", en = "Kind", of = { "环境监测", "城市污水处理", "城市生活垃圾处理", "危险废物和废弃电器电子产品处理" }, value = function(c) local f = facility(c) return f and f.fields.kind end },
    unit   "county"   { "所在县区", en = "County", value = function(c) local f = facility(c) return f and f.fields.county end },
    number "visitors" { "接待人数", en = "Visitors", min = 0, max = 5000, decimals = 0, unit = "人" },
    number "signed_in" { "其中报名到场", en = "Of them signed up", decimals = 0, unit = "人", value = function(c) if c.fields.visitors then return booked(c, "已到场") end end },
    file   "photos"   { "现场照片", en = "Photos", kinds = { "photo" } },
    text   "summary"  { "开放情况", en = "How it went" },
    choice "outcome"  { "结果", en = "Outcome", of = { "已举办", "已取消" }, colours = { ["已举办"] = "green", ["已取消"] = "grey" } },
  },
  guard = function(c)
    if c.fields.visitors or c.fields.outcome then return "举办以后才登记人数 | visitors are entered when it was held" end
    local f = facility(c)
    if not f or f.state ~= "开放" then return "该设施没有核准开放 | the facility is not approved" end
    if c.fields.capacity > f.fields.capacity then return "名额超过设施每次接待人数" .. f.fields.capacity .. " | more places than the facility can receive" end
    if c.fields.due < c.today then return "开放日期已过 | that day is over" end
  end,
  states = { "计划", "报名", "待核", "结束", en = { "Planned", "Signing up", "Under check", "Over" }, working = "报名", met = { "待核" }, closed = "结束" },
  actions = {
    action "announce" { "开放报名", en = "Open the signing up", from = "计划", to = "报名", by = { "owner", "office" },
                        guard = function(c)
                          if c.fields.due < c.today then return "开放日期已过 | that day is over" end
                        end },
    action "hold"     { "登记举办情况", en = "It was held", from = "报名", to = "待核", by = "owner", sets = { "visitors", "photos", "summary" },
                        needs = { number "visitors" { "接待人数", en = "Visitors", required = true, min = 1, max = 5000, decimals = 0 }, file "photos" { "现场照片", en = "Photos", required = true, kinds = { "photo" } }, text "summary" { "开放情况", en = "How it went", required = true } },
                        guard = function(c)
                          if c.today < c.fields.due then return "开放日还没到 | the day has not come" end
                          local came = booked(c, "已到场")
                          if c.given.visitors < came then return "接待人数少于报名到场" .. round(came, 0) .. "人 | fewer visitors than came of those signed up" end
                          if booked(c, "已报名") > 0 then return "还有报名没有登记到场或未到 | some who signed up are neither here nor missing yet" end
                        end },
    action "return"   { "退回", en = "Return", from = "待核", to = "报名", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "confirm"  { "核实", en = "Confirm", from = "待核", to = "结束", by = { "supervisor", "office" }, never_by = "owner", set = function(c) return { outcome = "已举办" } end },
    action "call_off" { "取消开放", en = "Call off", from = { "计划", "报名" }, to = "结束", by = { "supervisor", "office" }, never_by = "owner", set = function(c) return { outcome = "已取消" } end, needs = { text "reason" { "理由（并告知报名人）", en = "Why", required = true } } },
  },
  clock  = { due = "due", counts = "calendar", yellow = 3 },
  ladder = { { 3, "督办", en = "Supervision order", to = { "owner" }, rule = "开放日后3日未登记" } },
  group  = "kind",
  tables = { cross "held" { "开放场次与接待人次", en = "Days held and visitors", rows = "county", columns = "kind", all = "district", add = "visitors", year = "due", states = "结束", public = true } },
  list   = { columns = { "number", "title", "kind", "county", "due", "hours", "capacity", "visitors", "signed_in", "outcome", "owner" } },
  views  = { view "coming" { "报名中", en = "Signing up", filter = { state = "报名" }, order = "due" } },
  excel  = { facility = { "设施编号" }, due = { "开放日期" }, hours = { "时间" }, meeting = { "集合地点" }, capacity = { "名额" }, problem = { "参观内容" }, owner = { "接待单位" }, supervisor = { "主管单位" } },
  forms  = { form "sheet" { "设施开放日登记表", en = "Sheet of an opening day", rows = { { "名称", "title" }, { "设施类别", "kind" }, { "时间", "hours" }, { "名额", "capacity" }, { "接待人数", "visitors" }, { "其中报名到场", "signed_in" }, { "开放情况", "summary" } }, sign = { "接待单位（盖章）" } } },
  public = { "number", "facility", "title", "kind", "county", "due", "hours", "meeting", "capacity", "problem", "owner", "state", "visitors", "outcome", "closed" },
  tests  = {
    { "核准开放的设施才能排期；报名没登记到场的不能办结；人数要对得上", start = "2026-03-02 09:00",
      before = { { ledger = "facility", case = { kind = "城市污水处理", title = "临港污水处理厂", county = "other", owner = "owner", supervisor = "supervisor", capacity = 40, address = "港北路1号", guide = "穿平底鞋" }, steps = { { "approve", by = "supervisor" } } } },
      case = { facility = "@1", due = "2026-03-20", hours = "09:00-11:00", meeting = "厂门口", capacity = 30, problem = "看中控室和生化池", owner = "owner", supervisor = "supervisor" }, computed = { kind = "城市污水处理", county = "other", visitors = false },
      steps = {
        { "announce", by = "other", fails = "case.forbidden" }, { "announce", by = "owner", state = "报名" },
        { "hold", by = "owner", given = { visitors = 28, photos = { 1 }, summary = "顺利" }, fails = "case.gate_unmet" },
        { "tick", days = 18, light = "yellow" },
        { "hold", by = "owner", days = 1, given = { visitors = 28, photos = { 1 }, summary = "顺利" }, state = "待核", computed = { signed_in = 0 } },
        { "return", by = "supervisor", given = { reason = "照片不全" }, state = "报名" }, { "hold", by = "owner", given = { visitors = 28, photos = { 1, 2 }, summary = "顺利" } },
        { "confirm", by = "owner", fails = "case.forbidden" }, { "confirm", by = "supervisor", state = "结束", computed = { outcome = "已举办" } },
      } },
    { "没核准开放的设施不能排期", start = "2026-03-02 09:00", fails = "case.gate_unmet",
      before = { { ledger = "facility", case = { kind = "环境监测", title = "监测中心", county = "other", owner = "owner", supervisor = "supervisor", capacity = 40 } } },
      case = { facility = "@1", due = "2026-03-20", hours = "09:00", meeting = "门口", capacity = 30, problem = "实验室", owner = "owner", supervisor = "supervisor" } },
    { "名额不能超过设施的接待能力", start = "2026-03-02 09:00", fails = "case.gate_unmet",
      before = { { ledger = "facility", case = { kind = "环境监测", title = "监测中心", county = "other", owner = "owner", supervisor = "supervisor", capacity = 20, address = "a", guide = "b" }, steps = { { "approve", by = "supervisor" } } } },
      case = { facility = "@1", due = "2026-03-20", hours = "09:00", meeting = "门口", capacity = 30, problem = "实验室", owner = "owner", supervisor = "supervisor" } },
    { "取消的不算场次；过了日子不能再开放报名", start = "2026-03-02 09:00",
      before = { { ledger = "facility", case = { kind = "环境监测", title = "监测中心", county = "other", owner = "owner", supervisor = "supervisor", capacity = 40, address = "a", guide = "b" }, steps = { { "approve", by = "supervisor" } } } },
      case = { facility = "@1", due = "2026-03-20", hours = "09:00", meeting = "门口", capacity = 30, problem = "实验室", owner = "owner", supervisor = "supervisor" },
      steps = { { "announce", by = "owner", days = 30, fails = "case.gate_unmet" }, { "call_off", by = "supervisor", given = { reason = "天气" }, state = "结束", computed = { outcome = "已取消", visitors = false } } } },
  },
}
