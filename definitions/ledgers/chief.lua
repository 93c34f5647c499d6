-- 河湖湾林长名录：一段一档，每段每级恰有一名长；换人写明日期和文号，前任留在记录里。交办（委员会与河湖长交办台账）从这里认人。
local levels = { "市级", "县级", "镇级", "村级" }
local chiefs_columns = {
  choice "level" { "级别", en = "Level", required = true, of = levels }, text "name" { "姓名", en = "Name", required = true, max = 40 },
  text "post" { "职务", en = "Post", required = true, max = 60 }, date "from" { "任长起", en = "From", required = true },
}

-- 应设的每一级恰有一名；没有应设的级别不收。
local function refuse(wanted, chiefs)
  local seen = {}
  for _, p in ipairs(chiefs) do
    if seen[p.level] then return p.level .. "有两名长：" .. seen[p.level] .. "、" .. p.name .. " | two chiefs at one level" end
    if not contains(wanted, p.level) then return p.level .. "不是这一段应设的级别 | no chief is wanted at that level: " .. p.level end
    seen[p.level] = p.name
  end
  for _, l in ipairs(wanted) do
    if not seen[l] then return l .. "没有长 | no chief at a level that wants one: " .. l end
  end
end

return ledger {
  id = "chief", title = "河湖湾林长名录", en = "River, lake, bay and forest chiefs", family = "整改督察",
  about = "每一河段、湖库、海湾、林区的各级长：应设哪几级，每级恰有一名，换人留痕。",
  number = "HZ-{year}-{seq:4}",
  fields = {
    text   "segment"  { "河段、湖库、海湾或林区", en = "Segment", required = true, max = 100 },
    choice "body"     { "长", en = "Chief of", required = true, of = { "河长", "湖长", "湾长", "林长" } },
    text   "title"    { "名称", en = "Title", value = function(c) return c.fields.segment .. c.fields.body end },
    text   "problem"  { "起止与范围", en = "From where to where", required = true },
    list   "levels"   { "应设级别", en = "Levels that want a chief", required = true, max = 4 },
    rows   "chiefs"   { "各级长", en = "Chiefs", required = true, max = 4, of = chiefs_columns },
    text   "paper"    { "任命文号", en = "Paper of appointment", max = 60 },
    unit   "owner"    { "河（湖、湾、林）长办", en = "Office of the chiefs", required = true },
    unit   "supervisor" { "上级长办", en = "Office above", required = true, differs_from = "owner" },
    site   "site"     { "考核断面", en = "Section" },
  },
  related = { same = { ledger = "chief", where = { segment = "segment", body = "body" } } },
  guard = function(c)
    for _, x in ipairs(c.related.same) do
      if x.state ~= "撤销" then return c.fields.segment .. c.fields.body .. "已在名录中（" .. x.number .. "） | this segment is in the list already: " .. x.number end
    end
    for _, l in ipairs(c.fields.levels) do
      if not contains(levels, l) then return "没有“" .. l .. "”这一级 | there is no such level: " .. l end
    end
    return refuse(c.fields.levels, c.fields.chiefs)
  end,
  states = { "在册", "履职", "撤销", en = { "Listed", "In office", "Taken off" }, working = "履职", closed = "撤销" },
  actions = {
    action "begin"  { "公布", en = "Publish", from = "在册", to = "履职", by = "office" },
    action "change" { "换人", en = "Change chiefs", from = { "在册", "履职" }, by = { "office", "owner" }, sets = { "chiefs", "paper" },
                      needs = { rows "chiefs" { "各级长（全部）", en = "All chiefs", required = true, max = 4, of = chiefs_columns }, text "paper" { "任命文号", en = "Paper of appointment", required = true, max = 60 } },
                      guard = function(c) return refuse(c.fields.levels, c.given.chiefs) end },
    action "remove" { "撤销", en = "Take off", from = { "在册", "履职" }, to = "撤销", by = "office", never_by = "owner", needs = { text "reason" { "理由与该段去向", en = "Why, and who takes it", required = true } } },
  },
  group  = "body",
  list   = { columns = { "number", "body", "segment", "levels", "chiefs", "owner" } },
  public = { "number", "title", "segment", "body", "levels", "chiefs", "state", "history" },
  tests  = {
    { "每级恰有一名，换人不能缺级也不能多人", start = "2026-03-02 09:00",
      case = { segment = "云临河中段", body = "河长", problem = "云溪镇界至闸口", levels = { "市级", "县级" }, owner = "owner", supervisor = "supervisor",
               chiefs = { { level = "市级", name = "甲", post = "副市长", from = "2026-01-01" }, { level = "县级", name = "乙", post = "副县长", from = "2026-01-01" } } },
      steps = {
        { "begin", by = "office", state = "履职", computed = { title = "云临河中段河长" } },
        { "change", by = "owner", given = { paper = "碧河办〔2026〕3号", chiefs = { { level = "市级", name = "甲", post = "副市长", from = "2026-01-01" } } }, fails = "case.gate_unmet" },
        { "change", by = "owner", given = { paper = "碧河办〔2026〕3号", chiefs = { { level = "市级", name = "甲", post = "副市长", from = "2026-01-01" }, { level = "县级", name = "丙", post = "副县长", from = "2026-03-02" } } } },
        { "remove", by = "owner_admin", given = { reason = "x" }, fails = "case.forbidden" },
        { "remove", by = "office", given = { reason = "并入上段" }, state = "撤销" },
      } },
    { "一级两名长不收", fails = "case.gate_unmet",
      case = { segment = "云临河中段", body = "河长", problem = "p", levels = { "县级" }, owner = "owner", supervisor = "supervisor",
               chiefs = { { level = "县级", name = "甲", post = "副县长", from = "2026-01-01" }, { level = "县级", name = "乙", post = "副县长", from = "2026-01-01" } } } },
    { "同一段不登记两次", fails = "case.gate_unmet",
      before = { { ledger = "chief", case = { segment = "青屿湾", body = "湾长", problem = "p", levels = { "市级" }, owner = "owner", supervisor = "supervisor", chiefs = { { level = "市级", name = "甲", post = "副市长", from = "2026-01-01" } } } } },
      case = { segment = "青屿湾", body = "湾长", problem = "p", levels = { "市级" }, owner = "owner", supervisor = "supervisor", chiefs = { { level = "市级", name = "乙", post = "副市长", from = "2026-01-01" } } } },
  },
}
