-- 整改公开记录台账（媒体记录）：方案、进展、结果各在哪里、哪天公开，链接与留存件（附件按内容哈希入链）逐条可核；
-- 公众页把首次公开的方案与今天的逐处并列，每条记录都连到那里。
local outlets = { "党报党刊", "广播电视", "政府网站", "政务新媒体", "新闻发布会", "现场公示栏" }

return ledger {
  id = "media", title = "整改公开记录", en = "Media log", family = "整改督察",
  about = "整改方案、进展、结果全程公开：哪一项、公开到哪一步、在哪里、哪天、链接与留存。",
  number = "GK-{year}-{seq:4}",
  open_by = { "office", "supervisor" },
  related = { about_case = { ledger = "rectification", where = { number = "about" } }, others = { ledger = "media", where = { about = "about" }, states = { "已公开", "归档" } } },
  fields = {
    case   "about"    { "整改事项", en = "Rectification", required = true, of = "rectification" },
    choice "stage"    { "公开内容", en = "What is made public", required = true, of = { "整改方案", "整改进展", "整改结果" }, colours = { ["整改方案"] = "blue", ["整改进展"] = "yellow", ["整改结果"] = "green" } },
    text   "title"    { "标题", en = "Title", required = true, max = 150 },
    text   "problem"  { "内容要点", en = "What it says", required = true },
    unit   "owner"    { "公开责任单位", en = "Published by", required = true },
    unit   "supervisor" { "督促单位", en = "Watched by", required = true, differs_from = "owner" },
    date   "due"      { "公开期限", en = "To be public by", required = true },
    choice "outlet"   { "公开途径", en = "Kind of medium", of = outlets },
    text   "where"    { "媒体或网站名称", en = "Where", max = 100 },
    date   "on"       { "公开日期", en = "On" },
    text   "link"     { "链接", en = "Link", max = 400 },
    file   "copy"     { "留存件（截图、报样）", en = "Copy kept" },
    text   "earlier"  { "此前公开", en = "Made public before", value = function(c)
                          local s = ""
                          for _, o in ipairs(c.related.others) do s = s .. (s == "" and "" or "；") .. o.fields.stage .. " " .. (o.fields.on or "") .. " " .. (o.fields.where or "") end
                          return s == "" and "无" or s
                        end },
  },
  states = { "待公开", "已公开", "归档", en = { "To be published", "Published", "Filed" }, working = "待公开", met = { "已公开" }, closed = "归档" },
  actions = {
    action "publish" { "登记公开", en = "Enter the publication", from = { "待公开", "已公开" }, to = "已公开", by = { "owner", "office" }, sets = { "outlet", "where", "on", "link", "copy" },
                       needs = { choice "outlet" { "公开途径", en = "Kind of medium", required = true, of = outlets }, text "where" { "媒体或网站名称", en = "Where", required = true, max = 100 }, date "on" { "公开日期", en = "On", required = true },
                                 text "link" { "链接（网上公开的必填）", en = "Link", max = 400 }, file "copy" { "留存件（截图、报样）", en = "Copy kept", required = true } },
                       guard = function(c)
                         local g, r = c.given, c.related.about_case[1]
                         if g.on > c.today then return "公开日期在今天之后 | in the future" end
                         if g.on < r.opened then return "公开早于立案 " .. r.opened .. " | public before the case was opened" end
                         local web = g.outlet == "政府网站" or g.outlet == "政务新媒体"
                         if web and not g.link then return "网上公开的须有链接 | what is on the web has a link" end
                         if g.link and g.link:sub(1, 8) ~= "https://" and g.link:sub(1, 7) ~= "http://" then return "链接须以 http:// 或 https:// 开头 | a link begins with http:// or https://" end
                         if c.fields.stage == "整改结果" and not contains({ "验收", "公示", "销号" }, r.state) then
                           return r.number .. " 还在“" .. r.state .. "”，没有验收，不能公开整改结果 | its work is not accepted yet: there is no result to publish"
                         end
                       end },
    action "verify" { "核对归档", en = "Check and file", from = "已公开", to = "归档", by = { "supervisor", "office" }, never_by = "owner",
                      needs = { text "opinion" { "核对情况（链接可打开、内容一致）", en = "What was checked", required = true } } },
    action "return" { "退回", en = "Return", from = "已公开", to = "待公开", by = { "supervisor", "office" }, never_by = "owner", needs = { text "reason" { "理由", en = "Why", required = true } } },
  },
  clock  = { due = "due", counts = "calendar", yellow = 3 },
  ladder = { { 1, "督办", en = "Supervision order", to = { "owner", "leader" }, rule = "公开期限次日" } },
  group  = "stage",
  list   = { columns = { "number", "about", "stage", "title", "where", "on", "link", "owner", "due" } },
  views  = { view "late" { "逾期未公开", en = "Late", filter = { overdue = true } }, view "check" { "待核对", en = "To be checked", filter = { state = "已公开" } } },
  forms  = { form "sheet" { "整改公开情况表", en = "Publication", rows = { { "整改事项", "about" }, { "公开内容", "stage" }, { "标题", "title" }, { "公开途径", "outlet" }, { "媒体或网站名称", "where" }, { "公开日期", "on" }, { "链接", "link" }, { "此前公开", "earlier" } }, sign = { "公开责任单位（盖章）" }, history = false } },
  public = { "number", "about", "stage", "title", "outlet", "where", "on", "link", "owner", "state" },
  tests  = {
    { "没有验收不能公开结果；日期、链接可核；责任单位不核对自己", start = "2026-03-02 09:00",
      before = { { ledger = "rectification", case = { source = "中央督察", problem = "台账缺失", measures = { "补齐" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30", goal = "建账" } } },
      case = { about = "@1", stage = "整改结果", title = "整改结果公示", problem = "p", owner = "owner", supervisor = "supervisor", due = "2026-03-10" },
      steps = { { "publish", by = "owner", given = { outlet = "党报党刊", where = "碧湾日报", on = "2026-03-02", copy = { 1 } }, fails = "case.gate_unmet" }, { "tick", days = 9, light = "red", events = { rung = 1 } } } },
    { "方案公开有留存、有链接、有核对", start = "2026-03-02 09:00",
      before = { { ledger = "rectification", case = { source = "中央督察", problem = "台账缺失", measures = { "补齐" }, owner = "owner", supervisor = "supervisor", due = "2026-06-30", goal = "建账" } } },
      case = { about = "@1", stage = "整改方案", title = "整改方案公开", problem = "五要素", owner = "owner", supervisor = "supervisor", due = "2026-03-10" },
      computed = { earlier = "无" },
      steps = {
        { "publish", by = "owner", given = { outlet = "政府网站", where = "市政府网站", on = "2026-03-02" }, fails = "case.field_missing" },
        { "publish", by = "owner", given = { outlet = "政府网站", where = "市政府网站", on = "2026-03-02", copy = { 1 } }, fails = "case.gate_unmet" },                                        -- 没有链接
        { "publish", by = "owner", given = { outlet = "政府网站", where = "市政府网站", on = "2026-03-02", link = "javascript:alert(1)", copy = { 1 } }, fails = "case.gate_unmet" },
        { "publish", by = "owner", given = { outlet = "政府网站", where = "市政府网站", on = "2026-03-09", link = "https://example.invalid/1", copy = { 1 } }, fails = "case.gate_unmet" },      -- 明天
        { "publish", by = "owner", given = { outlet = "政府网站", where = "市政府网站", on = "2026-01-09", link = "https://example.invalid/1", copy = { 1 } }, fails = "case.gate_unmet" },      -- 立案前
        { "publish", by = "owner", given = { outlet = "政府网站", where = "市政府网站", on = "2026-03-02", link = "https://example.invalid/1", copy = { 1 } }, state = "已公开" },
        { "verify", by = "owner_supervisor", given = { opinion = "x" }, fails = "case.forbidden" },
        { "return", by = "owner_admin", given = { reason = "x" }, fails = "case.forbidden" },
        { "return", by = "supervisor", given = { reason = "链接打不开" }, state = "待公开" },
        { "publish", by = "owner", given = { outlet = "党报党刊", where = "碧湾日报", on = "2026-03-02", copy = { 1 } }, state = "已公开" },
        { "verify", by = "supervisor", given = { opinion = "报样相符" }, state = "归档" },
      } },
    { "须写明整改事项", fails = "case.field_missing", case = { stage = "整改方案", title = "t", problem = "p", owner = "owner", supervisor = "supervisor", due = "2026-03-10" } },
  },
}
