-- 参观报名台账：公众不登录报名，姓名电话加密封存，只有接待单位和值班可以打开且留痕；名额由程序守住；凭查询号可以取消。
local function the_day(c)
  for _, d in ipairs(c.related.day) do return d end
end

return ledger {
  id = "visit", title = "参观报名", en = "Signing up for a visit", family = "信访公众",
  about = "开放日的报名：不用登录，姓名电话加密封存，名额报满为止，凭查询号查看和取消。",
  number = "BM-{year}-{seq:6}",
  open_by = { "office", "public" },
  related = { day = { ledger = "openday", where = { number = "day" } }, others = { ledger = "visit", where = { day = "day" } } },
  fields = {
    case   "day"      { "开放日", en = "Opening day", required = true, of = "openday" },
    text   "name"     { "姓名", en = "Name", required = true, secret = true, max = 30 },
    text   "phone"    { "电话", en = "Telephone", required = true, secret = true, max = 20 },
    number "people"   { "人数", en = "How many", required = true, min = 1, max = 10, decimals = 0 },
    text   "note"     { "备注", en = "Note", max = 200, hint = "请勿填写证件号等个人信息" },
    text   "title"    { "名称", en = "Title", value = function(c)
                          local d = the_day(c)
                          return (d and d.fields.title or "") .. " " .. round(c.fields.people, 0) .. "人"
                        end },
    date   "due"      { "开放日期", en = "Day", value = function(c) local d = the_day(c) return d and d.fields.due end },
    unit   "host"     { "接待单位", en = "Host", value = function(c) local d = the_day(c) return d and d.fields.owner end },
    choice "outcome"  { "到场", en = "Came", of = { "已报名", "已到场", "未到场", "已取消" }, colours = { ["已到场"] = "green", ["已取消"] = "grey" },
                        value = function(c) return c.fields.ended or "已报名" end },
    choice "ended"    { "结束方式", en = "How it ended", of = { "已到场", "未到场", "已取消" } },
  },
  guard = function(c)
    if c.fields.ended then return "报名时还没有到场情况 | nobody has come yet" end
    local d = the_day(c)
    if not d or d.state ~= "报名" then return "该开放日没有开放报名 | that day is not open for signing up" end
    if d.fields.due < c.today then return "该开放日已过 | that day is over" end
    local n = 0
    for _, v in ipairs(c.related.others) do
      if v.fields.outcome ~= "已取消" then n = n + v.fields.people end
    end
    local left = d.fields.capacity - n
    if c.fields.people > left then return "名额不足，还剩" .. round(left, 0) .. "个 | only " .. round(left, 0) .. " places are left" end
  end,
  states = { "已报名", "结束", en = { "Signed up", "Over" }, working = "已报名", closed = "结束" },
  actions = {
    action "attend" { "到场", en = "Came", from = "已报名", to = "结束", by = { "host", "office" }, set = function(c) return { ended = "已到场" } end,
                      guard = function(c)
                        if c.fields.due and c.today < c.fields.due then return "开放日还没到 | the day has not come" end
                      end },
    action "absent" { "未到场", en = "Did not come", from = "已报名", to = "结束", by = { "host", "office" }, set = function(c) return { ended = "未到场" } end,
                      guard = function(c)
                        if c.fields.due and c.today < c.fields.due then return "开放日还没到 | the day has not come" end
                      end },
    action "cancel" { "取消报名", en = "Cancel", from = "已报名", to = "结束", by = { "reporter", "office" }, set = function(c) return { ended = "已取消" } end,
                      guard = function(c)
                        if c.fields.due and c.today > c.fields.due then return "开放日已过，不能取消 | the day is over" end
                      end },
  },
  clock  = { due = "due", counts = "calendar", yellow = 1 },
  group  = "outcome",
  tables = { cross "places" { "各开放日报名人数", en = "Places taken", rows = "day", columns = "outcome", add = "people", public = true } },
  list   = { columns = { "number", "day", "due", "people", "outcome", "host", "note" } },
  public = { "number", "day", "title", "due", "people", "state", "outcome", "closed" },
  intake = { "day", "name", "phone", "people", "note" },
  tests  = {
    { "报满为止；凭查询号取消后名额空出；姓名电话封存", start = "2026-03-02 09:00", open_by = "public",
      before = { { ledger = "facility", case = { kind = "城市污水处理", title = "污水处理厂", county = "other", owner = "owner", supervisor = "supervisor", capacity = 40, address = "a", guide = "b" }, steps = { { "approve", by = "supervisor" } } },
                 { ledger = "openday", case = { facility = "@1", due = "2026-03-20", hours = "09:00", meeting = "门口", capacity = 10, problem = "看厂", owner = "owner", supervisor = "supervisor" }, steps = { { "announce", by = "owner" } } },
                 { open_by = "public", case = { day = "KF-2026-0001", name = "甲", phone = "1", people = 8 } } },
      case = { day = "@2", name = "乙", phone = "2", people = 2 }, computed = { outcome = "已报名", due = "2026-03-20", host = "owner" },
      steps = { { "attend", by = "office", fails = "case.gate_unmet" }, { "absent", by = "office", fails = "case.gate_unmet" }, { "cancel", by = "public", fails = "case.forbidden" }, { "cancel", by = "owner", fails = "case.forbidden" },
                { "cancel", by = "reporter", state = "结束", computed = { outcome = "已取消" } } } },
    { "超出名额的不收", start = "2026-03-02 09:00", open_by = "public", fails = "case.gate_unmet",
      before = { { ledger = "facility", case = { kind = "城市污水处理", title = "污水处理厂", county = "other", owner = "owner", supervisor = "supervisor", capacity = 40, address = "a", guide = "b" }, steps = { { "approve", by = "supervisor" } } },
                 { ledger = "openday", case = { facility = "@1", due = "2026-03-20", hours = "09:00", meeting = "门口", capacity = 10, problem = "看厂", owner = "owner", supervisor = "supervisor" }, steps = { { "announce", by = "owner" } } },
                 { open_by = "public", case = { day = "KF-2026-0001", name = "甲", phone = "1", people = 8 } } },
      case = { day = "@2", name = "乙", phone = "2", people = 3 } },
    { "没开放报名的不收", start = "2026-03-02 09:00", open_by = "public", fails = "case.gate_unmet",
      before = { { ledger = "facility", case = { kind = "城市污水处理", title = "污水处理厂", county = "other", owner = "owner", supervisor = "supervisor", capacity = 40, address = "a", guide = "b" }, steps = { { "approve", by = "supervisor" } } },
                 { ledger = "openday", case = { facility = "@1", due = "2026-03-20", hours = "09:00", meeting = "门口", capacity = 10, problem = "看厂", owner = "owner", supervisor = "supervisor" } } },
      case = { day = "@2", name = "乙", phone = "2", people = 2 } },
    { "到场与未到场由接待单位登记；过了日子取消不了", start = "2026-03-02 09:00", open_by = "public",
      before = { { ledger = "facility", case = { kind = "城市污水处理", title = "污水处理厂", county = "other", owner = "owner", supervisor = "supervisor", capacity = 40, address = "a", guide = "b" }, steps = { { "approve", by = "supervisor" } } },
                 { ledger = "openday", case = { facility = "@1", due = "2026-03-20", hours = "09:00", meeting = "门口", capacity = 10, problem = "看厂", owner = "owner", supervisor = "supervisor" }, steps = { { "announce", by = "owner" } } } },
      case = { day = "@2", name = "乙", phone = "2", people = 2 },
      steps = { { "cancel", by = "reporter", days = 19, fails = "case.gate_unmet" }, { "attend", by = "host", fails = "case.forbidden" }, { "attend", by = "owner", state = "结束", computed = { outcome = "已到场" } } } },
    { "未到场的也登记", start = "2026-03-02 09:00", open_by = "public",
      before = { { ledger = "facility", case = { kind = "城市污水处理", title = "污水处理厂", county = "other", owner = "owner", supervisor = "supervisor", capacity = 40, address = "a", guide = "b" }, steps = { { "approve", by = "supervisor" } } },
                 { ledger = "openday", case = { facility = "@1", due = "2026-03-20", hours = "09:00", meeting = "门口", capacity = 10, problem = "看厂", owner = "owner", supervisor = "supervisor" }, steps = { { "announce", by = "owner" } } } },
      case = { day = "@2", name = "乙", phone = "2", people = 2 }, steps = { { "absent", by = "owner", days = 18, state = "结束", computed = { outcome = "未到场" } } } },
    { "没有电话的不收", fails = "case.field_missing", open_by = "public", case = { name = "乙", people = 2 } },
  },
}
