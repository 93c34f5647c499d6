-- 设施开放单位台账：环境监测、城市污水处理、城市生活垃圾处理、危险废物和废弃电器电子产品处理四类设施，逐处建档，市和各县区四类是否齐全由台账列出。
-- 四类的名目见《关于进一步做好全国环保设施和城市污水垃圾处理设施向公众开放工作的通知》一类文件的通行写法；原文未核。
local kinds = { "环境监测", "城市污水处理", "城市生活垃圾处理", "危险废物和废弃电器电子产品处理" }

return ledger {
  id = "facility", title = "设施开放单位", en = "Facilities open to the public", family = "信访公众",
  about = "向公众开放的四类设施：谁在运营、在哪个县区、能接待多少人、怎么参观；哪个县区缺哪一类一眼看出。",
  number = "SS-{year}-{seq:3}",
  open_by = { "office", "owner" },
  fields = {
    choice "kind"     { "设施类别", en = "Kind", required = true, of = kinds },
    text   "title"    { "设施名称", en = "Facility", required = true, max = 100 },
    unit   "county"   { "所在县区", en = "County", required = true },
    unit   "owner"    { "运营单位", en = "Operator", required = true },
    unit   "supervisor" { "主管单位", en = "Supervising unit", required = true, differs_from = "owner" },
    text   "address"  { "地址", en = "Address", max = 200 },
    point  "place"    { "位置", en = "Place" },
    number "capacity" { "每次接待人数", en = "Visitors at a time", required = true, min = 1, max = 500, decimals = 0 },
    text   "guide"    { "参观须知", en = "What to know", max = 1000 },
    text   "stopped"  { "停止开放原因", en = "Why it closed" },
  },
  states = { "申报", "开放", "停止开放", en = { "Applied", "Open", "Closed" }, working = "开放", closed = "停止开放" },
  actions = {
    action "describe" { "补充参观须知", en = "Say what to know", from = { "申报", "开放" }, by = { "owner", "office" }, sets = { "address", "guide", "capacity" },
                        needs = { text "address" { "地址", en = "Address", required = true, max = 200 }, text "guide" { "参观须知", en = "What to know", required = true, max = 1000 }, number "capacity" { "每次接待人数", en = "Visitors at a time", required = true, min = 1, max = 500, decimals = 0 } } },
    action "approve"  { "核准开放", en = "Approve", from = "申报", to = "开放", by = "supervisor", never_by = "owner",
                        guard = function(c)
                          if not c.fields.address or not c.fields.guide then return "没有地址或参观须知 | the address or what to know is missing" end
                        end },
    action "return"   { "退回", en = "Return", from = "开放", to = "申报", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "stop"     { "停止开放", en = "Close", from = { "申报", "开放" }, to = "停止开放", by = { "supervisor", "office" }, never_by = "owner", sets = { "stopped" }, needs = { text "stopped" { "原因", en = "Why", required = true } } },
  },
  group  = "kind",
  tables = { cross "coverage" { "四类设施覆盖（处）", en = "Facilities by county and kind", rows = "county", columns = "kind", all = "district", states = "开放", public = true } },
  list   = { columns = { "number", "kind", "title", "county", "owner", "capacity", "address" } },
  views  = { view "open" { "开放中", en = "Open", filter = { state = "开放" } } },
  excel  = { kind = { "设施类别", "类别" }, title = { "设施名称" }, county = { "所在县区", "县区" }, owner = { "运营单位" }, supervisor = { "主管单位" }, address = { "地址" }, capacity = { "每次接待人数", "接待能力" }, guide = { "参观须知" } },
  forms  = { form "sheet" { "设施开放单位登记表", en = "Facility sheet", rows = { { "设施名称", "title" }, { "设施类别", "kind" }, { "所在县区", "county" }, { "运营单位", "owner" }, { "地址", "address" }, { "每次接待人数", "capacity" }, { "参观须知", "guide" } }, sign = { "运营单位（盖章）" }, history = false, evidence = false } },
  public = { "number", "kind", "title", "county", "owner", "address", "place", "capacity", "guide", "state" },
  tests  = {
    { "有地址和须知才能核准，自己不能核准自己", start = "2026-03-02 09:00", case = { kind = "城市污水处理", title = "临港污水处理厂", county = "other", owner = "owner", supervisor = "supervisor", capacity = 40 },
      steps = {
        { "approve", by = "supervisor", fails = "case.gate_unmet" }, { "describe", by = "owner", given = { address = "港北路1号", guide = "穿平底鞋，听从引导", capacity = 30 }, computed = { capacity = 30 } },
        { "approve", by = "owner", fails = "case.forbidden" }, { "approve", by = "supervisor", state = "开放" }, { "return", by = "supervisor", given = { reason = "检修" }, state = "申报" }, { "approve", by = "supervisor" },
        { "stop", by = "owner", given = { stopped = "检修" }, fails = "case.forbidden" }, { "stop", by = "supervisor", given = { stopped = "搬迁" }, state = "停止开放" },
      } },
    { "四类之外的不收", fails = "case.field_invalid", case = { kind = "加油站", title = "x", county = "other", owner = "owner", supervisor = "supervisor", capacity = 40 } },
  },
}
