-- 政务双微排名台账：一个账号、一个榜单、一个月一条，数字照榜单原文录入或导入，标明来源；核对的人看过原文才公布。
-- 排名是发布机构报出的数字，不是本系统测的：没核对的写“上报，未核对”。
local function month_before(m)
  local y, n = tonumber(m:sub(1, 4)), tonumber(m:sub(6, 7))
  if not (y and n) then return "" end -- what was typed is checked by `wrong`
  n = n - 1
  if n == 0 then y, n = y - 1, 12 end
  return string.format("%04d-%02d", round(y, 0), round(n, 0))
end
local figures = {
  number "rank" { "名次", en = "Rank", required = true, min = 1, max = 100000, decimals = 0 }, number "among" { "参评账号数", en = "Among", min = 1, max = 100000, decimals = 0 },
  number "index" { "传播力指数", en = "Index", min = 0, decimals = 2 }, text "link" { "榜单出处", en = "Where", max = 300 },
}
local function wrong(f, today)
  local m = f.month
  local y, n = m and tonumber(m:sub(1, 4)), m and tonumber(m:sub(6, 7))
  if not (y and n) or #m ~= 7 or m:sub(5, 5) ~= "-" or n < 1 or n > 12 then return "月份写作 2026-03 | a month is written 2026-03" end
  if m > today:sub(1, 7) then return "月份在本月之后 | a month that has not come" end
  if f.among and f.rank > f.among then return "名次大于参评账号数 | the rank is beyond how many there are" end
end

return ledger {
  id = "social", title = "政务双微排名", en = "Rank of social accounts", family = "信访公众",
  about = "微博、微信等政务账号在公开榜单上的月度名次：照原文录入或导入，注明来源，核对后公布，逐月看升降。",
  number = "SW-{year}-{seq:4}",
  open_by = { "office", "owner" },
  related = { same = { ledger = "social", where = { account = "account", board = "board" } } },
  fields = {
    text   "account"  { "账号", en = "Account", required = true, max = 60 },
    choice "platform" { "平台", en = "Platform", required = true, of = { "微博", "微信", "短视频", "头条号", "其他" } },
    text   "board"    { "榜单", en = "Ranking list", required = true, max = 80 },
    choice "scope"    { "范围", en = "Scope", required = true, of = { "全国", "全省", "全市" } },
    text   "month"    { "月份", en = "Month", required = true, max = 7, hint = "如 2026-03" },
    number "rank"     { "名次", en = "Rank", required = true, min = 1, max = 100000, decimals = 0 },
    number "among"    { "参评账号数", en = "Among", min = 1, max = 100000, decimals = 0 },
    number "index"    { "传播力指数", en = "Index", min = 0, decimals = 2 },
    text   "source"   { "数据来源（发布机构）", en = "Source", required = true, max = 100 },
    text   "link"     { "榜单出处", en = "Where", max = 300 },
    file   "proof"    { "榜单截图", en = "Picture of the list" },
    unit   "owner"    { "账号单位", en = "Unit", required = true },
    unit   "supervisor" { "核对单位", en = "Checked by", required = true, differs_from = "owner" },
    text   "title"    { "名称", en = "Title", value = function(c) return c.fields.account .. " " .. c.fields.month .. " " .. c.fields.board end },
    number "before"   { "上月名次", en = "Rank of the month before", decimals = 0, value = function(c)
                          local want = month_before(c.fields.month)
                          for _, o in ipairs(c.related.same) do if o.fields.month == want then return o.fields.rank end end
                        end },
    number "change"   { "较上月升降", en = "Places gained", decimals = 0, hint = "正数为上升", value = function(c) return c.fields.before and c.fields.before - c.fields.rank end },
    choice "basis"    { "依据", en = "Basis", of = { "上报，未核对", "已核对榜单原文" }, value = function(c) return (c.taken.check or 0) > 0 and "已核对榜单原文" or c.state == "公布" and "已核对榜单原文" or "上报，未核对" end },
  },
  guard = function(c)
    local why = wrong(c.fields, c.today)
    if why then return why end
    for _, o in ipairs(c.related.same) do
      if o.fields.month == c.fields.month then return "该账号该月已有" .. o.number .. " | that month is there already" end
    end
  end,
  states = { "上报", "公布", en = { "Reported", "Published" }, working = "上报", closed = "公布" },
  actions = {
    action "correct" { "更正", en = "Correct", from = "上报", by = { "owner", "office" }, sets = { "rank", "among", "index", "link" }, needs = figures,
                       guard = function(c) return wrong({ month = c.fields.month, rank = c.given.rank, among = c.given.among }, c.today) end },
    action "proof"   { "补榜单截图", en = "Add a picture", from = "上报", by = { "owner", "office" }, sets = { "proof" }, needs = { file "proof" { "榜单截图", en = "Picture of the list", required = true } } },
    action "check"   { "核对公布", en = "Check and publish", from = "上报", to = "公布", by = { "supervisor", "office" }, never_by = "owner",
                       guard = function(c)
                         if not c.fields.link and not c.fields.proof then return "没有榜单出处也没有截图，无从核对 | neither a link nor a picture to check it by" end
                       end },
  },
  group  = "account",
  tables = { cross "boards" { "账号与范围", en = "Accounts and scopes", rows = "account", columns = "scope" } },
  list   = { columns = { "number", "account", "platform", "month", "board", "scope", "rank", "among", "change", "source", "basis" } },
  views  = { view "new" { "待核对", en = "To be checked", filter = { state = "上报" } } },
  excel  = { account = { "账号", "账号名称" }, platform = { "平台" }, board = { "榜单", "榜单名称" }, scope = { "范围" }, month = { "月份", "统计月份" }, rank = { "名次", "排名" }, among = { "参评账号数", "总数" }, index = { "传播力指数", "指数" },
             source = { "数据来源", "发布机构" }, link = { "榜单出处", "链接" }, owner = { "账号单位" }, supervisor = { "核对单位" } },
  public = { "number", "title", "account", "platform", "board", "scope", "month", "rank", "among", "index", "change", "source", "link", "basis", "state" },
  tests  = {
    { "逐月看升降；没有出处的核对不了", start = "2026-04-05 09:00",
      before = { { case = { account = "碧湾生态环境", platform = "微博", board = "全国环境微博榜", scope = "全国", month = "2026-02", rank = 12, source = "榜单发布机构", owner = "owner", supervisor = "supervisor" } } },
      case = { account = "碧湾生态环境", platform = "微博", board = "全国环境微博榜", scope = "全国", month = "2026-03", rank = 11, among = 300, source = "榜单发布机构", owner = "owner", supervisor = "supervisor" },
      computed = { before = 12, change = 1, basis = "上报，未核对" },
      steps = {
        { "correct", by = "owner", given = { rank = 400, among = 300 }, fails = "case.gate_unmet" }, { "correct", by = "owner", given = { rank = 9, among = 300 }, computed = { change = 3 } },
        { "check", by = "supervisor", fails = "case.gate_unmet" }, { "proof", by = "owner", given = { proof = { 1 } } }, { "check", by = "owner", fails = "case.forbidden" },
        { "check", by = "supervisor", state = "公布", computed = { basis = "已核对榜单原文" } },
      } },
    { "同一账号同一榜单一个月一条", start = "2026-04-05 09:00", fails = "case.gate_unmet",
      before = { { case = { account = "碧湾生态环境", platform = "微博", board = "榜", scope = "全国", month = "2026-03", rank = 12, source = "机构", owner = "owner", supervisor = "supervisor" } } },
      case = { account = "碧湾生态环境", platform = "微博", board = "榜", scope = "全国", month = "2026-03", rank = 3, source = "机构", owner = "owner", supervisor = "supervisor" } },
    { "还没到的月份没有名次", start = "2026-04-05 09:00", fails = "case.gate_unmet", case = { account = "a", platform = "微信", board = "榜", scope = "全省", month = "2026-05", rank = 1, source = "机构", owner = "owner", supervisor = "supervisor" } },
    { "月份写得不对", start = "2026-04-05 09:00", fails = "case.gate_unmet", case = { account = "a", platform = "微信", board = "榜", scope = "全省", month = "三月", rank = 1, source = "机构", owner = "owner", supervisor = "supervisor" } },
    { "没有来源的不收", start = "2026-04-05 09:00", fails = "case.field_missing", case = { account = "a", platform = "微信", board = "榜", scope = "全省", month = "2026-03", rank = 1, owner = "owner", supervisor = "supervisor" } },
  },
}
