-- 网络与媒体信息台账：监测服务推送的帖文、报道逐条登记（可整表导入），当日研判；要办的当日立号进入“舆情与曝光”，不办的写明理由。
-- 条目由人录入或导入，程序不抓取网络。
local sources = { "电视曝光栏目", "报纸", "网络媒体", "微博", "微信", "短视频", "论坛", "其他" }

return ledger {
  id = "post", title = "网络与媒体信息", en = "Posts and press items", family = "信访公众",
  about = "监测服务推送的帖文和报道：整表导入，逐条当日研判，要办的立号交办，同一内容重复推送的并入已有编号。",
  number = "WX-{year}-{seq:6}",
  open_by = { "office", "supervisor" },
  related = { same = { ledger = "post", where = { link = "link" } } },
  fields = {
    choice "source"   { "来源", en = "Source", required = true, of = sources, default = "其他" },
    text   "outlet"   { "媒体或账号", en = "Outlet", max = 100 },
    text   "title"    { "标题", en = "Title", required = true, max = 200 },
    text   "problem"  { "内容摘要", en = "What is said", required = true },
    text   "link"     { "链接", en = "Link", max = 500 },
    time   "published" { "发布时间", en = "Published", required = true },
    time   "seen"     { "推送时间", en = "Sent to us" },
    choice "tone"     { "倾向", en = "Tone", of = { "正面", "中性", "负面" }, colours = { ["负面"] = "red", ["正面"] = "green" } },
    number "heat"     { "互动量", en = "Reach", min = 0, decimals = 0 },
    text   "region"   { "涉及地区", en = "Region", max = 100 },
    text   "service"  { "监测服务", en = "Monitoring service", max = 60 },
    -- 同一链接在此之前已经登记过：研判时并入，不重复立号。
    text   "repeats"  { "重复推送", en = "Sent before", value = function(c)
                          for _, p in ipairs(c.related.same) do
                            if c.number == "" or p.number < c.number then return p.number end
                          end
                        end },
    choice "verdict"  { "研判", en = "Verdict", of = { "立号交办", "并入已有编号", "不涉本市职责", "宣传报道", "不实信息" } },
    text   "reason"   { "理由", en = "Why" },
    case   "into"     { "并入编号", en = "Merged into", of = "opinion" },
    choice "judged"   { "研判时效", en = "Judged", of = { "当日研判", "迟研判" }, value = function(c)
                          if c.fields.judged then return c.fields.judged end
                          if c.fields.verdict then return c.opened == c.today and "当日研判" or "迟研判" end
                        end },
  },
  guard = function(c)
    if c.fields.published:sub(1, 10) > c.today then return "发布时间在今天之后 | published in the future" end
  end,
  states = { "待研判", "已研判", en = { "New", "Judged" }, working = "待研判", closed = "已研判" },
  actions = {
    action "make"    { "立号交办", en = "Number and assign", from = "待研判", to = "已研判", by = { "office", "supervisor" },
                       needs = { unit "unit" { "责任单位", en = "Responsible unit", required = true }, unit "over" { "督办单位", en = "Supervising unit", required = true, differs_from = "unit" },
                                 text "goal" { "处置目标", en = "Goal", required = true } },
                       guard = function(c)
                         for _, p in ipairs(c.related.same) do
                           if p.fields.verdict == "立号交办" then return "同一链接已由" .. p.number .. "立号，请并入 | the same link was numbered already: merge it" end
                         end
                       end,
                       set = function(c) return { verdict = "立号交办" } end,
                       open = function(c)
                         local f = c.fields
                         return { { ledger = "opinion", fields = { source = f.source, title = f.title, link = f.link, seen = f.seen or f.published,
                                    heat = (f.heat or 0) >= 10000 and "高" or (f.heat or 0) >= 1000 and "较高" or "一般", problem = f.problem, owner = c.given.unit, supervisor = c.given.over, goal = c.given.goal } } }
                       end },
    action "into"    { "并入已有编号", en = "Merge", from = "待研判", to = "已研判", by = { "office", "supervisor" }, sets = { "into" }, set = function(c) return { verdict = "并入已有编号" } end,
                       needs = { case "into" { "并入编号", en = "Merged into", required = true, of = "opinion" } } },
    action "dismiss" { "不办", en = "Dismiss", from = "待研判", to = "已研判", by = { "office", "supervisor" }, sets = { "verdict", "reason" },
                       needs = { choice "verdict" { "研判", en = "Verdict", required = true, of = { "不涉本市职责", "宣传报道", "不实信息" } }, text "reason" { "理由", en = "Why", required = true } } },
  },
  clocks = { clock "judge" { "当日研判", en = "Judged the same day", from = "open", days = 1, counts = "workdays", yellow = 1, stops = { "make", "into", "dismiss" }, source = "本市约定：当日研判，至迟次一工作日", certainty = "derived" } },
  clock  = { yellow = 1 },
  tree   = { children = { "opinion" } },
  group  = "source",
  tables = { cross "verdict" { "来源与研判", en = "Sources and verdicts", rows = "source", columns = "verdict" }, cross "judged" { "来源与研判时效", en = "Sources and how soon", rows = "source", columns = "judged" } },
  list   = { columns = { "number", "source", "outlet", "title", "published", "tone", "heat", "verdict", "judged", "repeats" } },
  views  = { view "new" { "待研判", en = "To be judged", filter = { state = "待研判" } } },
  excel  = { title = { "标题", "文章标题", "稿件标题" }, problem = { "内容摘要", "摘要", "内容", "正文" }, link = { "链接", "原文链接", "URL", "网址" }, published = { "发布时间", "发布日期", "日期" }, seen = { "推送时间", "采集时间" },
             source = { "来源", "媒体类型", "来源类型", "平台" }, outlet = { "媒体或账号", "媒体名称", "媒体", "作者", "账号" }, tone = { "倾向", "情感", "情感倾向", "属性" }, heat = { "互动量", "热度", "阅读量", "转评赞" }, region = { "涉及地区", "地域" }, service = { "监测服务" } },
  tests  = {
    { "要办的当日立号，重复推送的不再立号", start = "2026-03-02 09:00", before = { { case = { source = "微博", title = "河道发黑", problem = "碧溪河发黑", link = "https://x.test/1", published = "2026-03-02 07:00" } } },
      case = { source = "论坛", title = "河道发黑（转）", problem = "碧溪河发黑", link = "https://x.test/1", published = "2026-03-02 08:00", heat = 1200 }, computed = { repeats = "WX-2026-000001", judged = false },
      steps = { { "make", by = "owner", given = { unit = "owner", over = "supervisor", goal = "消除黑臭" }, fails = "case.forbidden" },
                { "make", by = "office", given = { unit = "owner", over = "owner", goal = "消除黑臭" }, fails = "case.field_invalid" },
                { "make", by = "office", given = { unit = "owner", over = "supervisor", goal = "消除黑臭" }, state = "已研判", children = 1, computed = { verdict = "立号交办", judged = "当日研判" } } } },
    { "同一链接已立号的只能并入", start = "2026-03-02 09:00",
      before = { { ledger = "opinion", case = { source = "微博", title = "河道发黑", seen = "2026-03-02 07:00", problem = "发黑", owner = "owner", supervisor = "supervisor", goal = "消除黑臭" } },
                 { case = { source = "微博", title = "河道发黑", problem = "碧溪河发黑", link = "https://x.test/1", published = "2026-03-02 07:00" }, steps = { { "make", by = "office", given = { unit = "owner", over = "supervisor", goal = "消除黑臭" } } } } },
      case = { source = "论坛", title = "河道发黑（转）", problem = "碧溪河发黑", link = "https://x.test/1", published = "2026-03-02 08:00" },
      steps = { { "make", by = "office", given = { unit = "owner", over = "supervisor", goal = "消除黑臭" }, fails = "case.gate_unmet" },
                { "into", by = "office", days = 1, given = { into = "@1" }, state = "已研判", computed = { verdict = "并入已有编号", judged = "迟研判" } } } },
    { "不办的写明理由；隔日未研判亮灯", start = "2026-03-02 09:00", case = { title = "植树活动", problem = "志愿者植树", published = "2026-03-02 08:00" },
      steps = { { "tick", days = 2, light = "red", clocks = { judge = "2026-03-03" } }, { "dismiss", by = "office", given = { verdict = "宣传报道" }, fails = "case.field_missing" },
                { "dismiss", by = "office", given = { verdict = "宣传报道", reason = "正面报道" }, state = "已研判", computed = { judged = "迟研判" } } } },
    { "还没发布的不能登记", fails = "case.gate_unmet", start = "2026-03-02 09:00", case = { title = "河道发黑", problem = "发黑", published = "2026-03-03 08:00" } },
  },
}
