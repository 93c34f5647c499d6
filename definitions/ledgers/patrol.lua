-- 网格巡查台账：一次巡查一件，带轨迹；速度不可能、原地打点、离开网格的轨迹不收。
-- 判据是可改的：两点间平均速度超过 120 km/h 为不可能；同一坐标重复超过一半且超过 10 点为原地打点；一半以上的点在网格外为离开网格。
local fastest, most_repeats = 120, 10

local function refuse_track(track, ring)
  if #track < 2 then return "轨迹不足2点 | the track has fewer than two points" end
  local same, outside, seen = 0, 0, {}
  for i, p in ipairs(track) do
    local key = p.lon .. "," .. p.lat
    if seen[key] then same = same + 1 end
    seen[key] = true
    if ring and not in_area(p, ring) then outside = outside + 1 end
    if i > 1 then
      local q = track[i - 1]
      local hours = seconds_between(q.at, p.at) / 3600
      local km = distance_m(q, p) / 1000
      if hours < 0 then return "轨迹时间倒退（第" .. i .. "点） | time runs backwards at point " .. i end
      if km > 0.05 and (hours == 0 or km / hours > fastest) then
        return "第" .. i .. "点速度不可能：" .. round(km, 2) .. "公里用时" .. round(hours * 60, 1) .. "分钟 | an impossible speed at point " .. i
      end
    end
  end
  if same > most_repeats and same * 2 > #track then return "重复坐标" .. same .. "个，超过一半 | the same coordinates again and again" end
  if ring and outside * 2 > #track then return "一半以上的点在网格之外 | more than half of the track is outside the cell" end
end

return ledger {
  id = "patrol", title = "网格巡查", en = "Patrols", family = "执法监管",
  about = "网格员巡查的轨迹、照片与发现；发现的问题直接成为清零事项，轨迹作假的不收。",
  number = "XC-{year}-{seq:6}",
  open_by = { "owner", "office", "responsible" },
  fields = {
    case   "cell"     { "网格", en = "Cell", required = true, of = "grid" },
    area   "range"    { "网格区域", en = "Area of the cell" },
    unit   "owner"    { "巡查单位", en = "Unit", required = true },
    unit   "supervisor" { "复核单位", en = "Checking unit", required = true, differs_from = "owner" },
    text   "person"   { "网格员", en = "Member", required = true, max = 60 },
    text   "title"    { "巡查对象", en = "Object", required = true, max = 120 },
    choice "finding"  { "结果", en = "Result", required = true, of = { "未发现问题", "现场处置", "上报" } },
    text   "problem"  { "巡查情况", en = "What was seen", required = true },
    track  "track"    { "轨迹", en = "Track", required = true },
    number "length"   { "里程", en = "Length", unit = "km", decimals = 2,
                        value = function(c)
                          local m, t = 0, c.fields.track or {}
                          for i = 2, #t do m = m + distance_m(t[i - 1], t[i]) end
                          return round(m / 1000, 2)
                        end },
    file   "photos"   { "照片", en = "Photos", kinds = { "photo" }, required_when = { field = "finding", is = { "现场处置", "上报" } } },
    signature "signed" { "网格员签名", en = "Signature" },
    point  "place"    { "问题位置", en = "Where", required_when = { field = "finding", is = { "现场处置", "上报" } } },
  },
  guard = function(c) return refuse_track(c.fields.track, c.fields.range) end,
  states = { "上报", "复核", "归档", en = { "Reported", "Under check", "Filed" }, working = "上报", closed = "归档" },
  actions = {
    action "check"  { "受理复核", en = "Check", from = "上报", to = "复核", by = { "supervisor", "office" }, never_by = "owner" },
    action "refer"  { "转为问题", en = "Make it a problem", from = "复核", to = "归档", by = { "supervisor", "office" }, never_by = "owner",
                      needs = { choice "field" { "领域", en = "Field", required = true,
                                  of = { "工业污染", "城镇污水", "农业农村", "入河入海排污口", "饮用水水源", "黑臭水体", "固体废物", "土壤地下水", "大气扬尘", "噪声油烟", "生态破坏" } },
                                unit "unit" { "责任单位", en = "Responsible unit", required = true }, text "goal" { "清零标准", en = "Goal", required = true }, date "due" { "时限", en = "Limit", required = true } },
                      open = function(c)
                        return { { ledger = "zero", fields = { field = c.given.field, source = "巡查", title = c.fields.title, problem = c.fields.problem, goal = c.given.goal, measures = { "按巡查交办整治" },
                                   owner = c.given.unit, supervisor = c.fields.supervisor, due = c.given.due } } }
                      end },
    action "file"   { "归档", en = "File", from = "复核", to = "归档", by = { "supervisor", "office" }, never_by = "owner",
                      guard = function(c)
                        if c.fields.finding == "上报" then return "上报的问题须转为问题或写明理由退回 | what was reported must become a problem" end
                      end },
    action "reject" { "退回不收", en = "Reject", from = "复核", to = "归档", by = { "supervisor", "office" }, never_by = "owner", needs = { text "reason" { "理由", en = "Why", required = true } } },
  },
  clocks = { clock "check" { "复核", en = "Check", from = "open", days = 3, counts = "workdays", stops = { "check" }, source = "本市约定", certainty = "derived" } },
  clock  = { yellow = 1 },
  group  = "finding",
  list   = { columns = { "number", "cell", "title", "person", "finding", "length", "owner" } },
  tests  = {
    { "速度不可能的轨迹不收", fails = "case.gate_unmet", start = "2026-03-02 18:00",
      before = { { ledger = "grid", case = { title = "云溪镇第1网格", code = "YX-01", level = "三级", leaf = true, range = { { 122.4, 36.4 }, { 122.6, 36.4 }, { 122.6, 36.6 } }, problem = "巡查", owner = "owner", supervisor = "supervisor", person = "owner",
                                                    members = { "甲", "乙" }, tasks = { "每周1次" }, assessment = "按月" } } },
      case = { cell = "@1", owner = "owner", supervisor = "supervisor", person = "甲", title = "沿河巡查", finding = "未发现问题", problem = "正常",
               track = { { at = "2026-03-02 09:00:00", lon = 122.50, lat = 36.45 }, { at = "2026-03-02 09:01:00", lon = 122.60, lat = 36.45 } } } },
    { "正常轨迹收下并算出里程，上报的问题转为清零事项", start = "2026-03-02 18:00", open_by = "owner",
      before = { { ledger = "grid", case = { title = "云溪镇第2网格", code = "YX-02", level = "三级", leaf = true, range = { { 122.4, 36.4 }, { 122.6, 36.4 }, { 122.6, 36.6 } }, problem = "巡查", owner = "owner", supervisor = "supervisor", person = "owner",
                                                    members = { "甲", "乙" }, tasks = { "每周1次" }, assessment = "按月" } } },
      case = { cell = "@1", owner = "owner", supervisor = "supervisor", person = "甲", title = "沿河巡查", finding = "上报", problem = "3号排口晴天出水", place = { lon = 122.51, lat = 36.45 }, photos = { 1 },
               track = { { at = "2026-03-02 09:00:00", lon = 122.50, lat = 36.45 }, { at = "2026-03-02 09:10:00", lon = 122.505, lat = 36.45 }, { at = "2026-03-02 09:20:00", lon = 122.51, lat = 36.452 } } },
      steps = {
        { "check", by = "owner", fails = "case.forbidden" },
        { "check", by = "supervisor", state = "复核" },
        { "file", by = "supervisor", fails = "case.gate_unmet" },
        { "refer", by = "supervisor", given = { field = "入河入海排污口", unit = "owner", goal = "晴天无水排出", due = "2026-04-30" }, state = "归档", children = 1 },
      } },
    { "没有问题的巡查归档", start = "2026-03-02 18:00", open_by = "owner",
      before = { { ledger = "grid", case = { title = "云溪镇第4网格", code = "YX-04", level = "三级", leaf = true, range = { { 122.4, 36.4 }, { 122.6, 36.4 }, { 122.6, 36.6 } }, problem = "巡查", owner = "owner", supervisor = "supervisor", person = "owner",
                                                    members = { "甲", "乙" }, tasks = { "每周1次" }, assessment = "按月" } } },
      case = { cell = "@1", owner = "owner", supervisor = "supervisor", person = "甲", title = "沿河巡查", finding = "未发现问题", problem = "正常",
               track = { { at = "2026-03-02 09:00:00", lon = 122.50, lat = 36.45 }, { at = "2026-03-02 09:10:00", lon = 122.505, lat = 36.45 } } },
      steps = { { "check", by = "office" }, { "file", by = "supervisor", state = "归档" } } },
    { "不实的巡查退回不收", start = "2026-03-02 18:00", open_by = "owner",
      before = { { ledger = "grid", case = { title = "云溪镇第4网格", code = "YX-04", level = "三级", leaf = true, range = { { 122.4, 36.4 }, { 122.6, 36.4 }, { 122.6, 36.6 } }, problem = "巡查", owner = "owner", supervisor = "supervisor", person = "owner",
                                                    members = { "甲", "乙" }, tasks = { "每周1次" }, assessment = "按月" } } },
      case = { cell = "@1", owner = "owner", supervisor = "supervisor", person = "甲", title = "沿河巡查", finding = "未发现问题", problem = "正常",
               track = { { at = "2026-03-02 09:00:00", lon = 122.50, lat = 36.45 }, { at = "2026-03-02 09:10:00", lon = 122.505, lat = 36.45 } } },
      steps = { { "check", by = "office" }, { "reject", by = "supervisor", given = { reason = "照片与轨迹不符" }, state = "归档" } } },
  },
}
