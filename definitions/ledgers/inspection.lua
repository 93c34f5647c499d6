-- 执法检查台账：双随机抽取（对象与人员都由公布的随机种子算出，任何人可以重算）、现场检查、发现问题转处罚或整改。
--
-- 抽取：每一档把对象按 SM3(种子|档|代码) 排序，取前 ⌈比例×数量⌉ 个；人员按 SM3(种子|对象代码|账号) 取前两人，回避本单位。见 docs/ledger.md“双随机”。
-- 比例是可改的数据：重点单位县级 ≥25%/季、市级 ≥5%/季（确证）；信用好的少查、差的多查，比例各地自定。
local items_columns = {
  text "item" { "项目", en = "Item", required = true }, choice "result" { "结果", en = "Result", required = true, of = { "合格", "不合格", "不适用" } },
  text "note" { "说明", en = "Note" }, text "photo" { "照片", en = "Photo" },
}
local remote_means = { "自动监测数据", "用电监控", "视频", "无人机", "卫星遥感", "走航", "台账报表" }
local result_choices = { "未发现违法", "轻微，当场改正", "责令改正", "立案查处" }

return ledger {
  id = "inspection", title = "执法检查", en = "Inspections", family = "执法监管",
  about = "双随机一公开：抽取可重算，过程有记录，守法的少打扰，问题有去处。",
  number = "JC-{year}-{seq:5}",
  open_by = { "office", "supervisor" },
  related = { listed = { ledger = "positive", where = { enterprise = "enterprise" }, states = { "在单" } }, permits = { ledger = "permit", where = { enterprise = "enterprise" } }, penalties = { ledger = "penalty", where = { enterprise = "enterprise" } } },
  -- 正面清单上的不抽，除非有没办结的投诉、转办信访、线索，或没处理的监测超标线索指名（超标成案的已由清单自行移出）。
  draw   = { except = { ledger = "positive", where = { enterprise = "enterprise" }, states = { "在单" }, findings = "rectification",
                        named = { complaint = "enterprise", letter = "enterprise", lead = "enterprise" } },
             objects = "enterprise", tier = { ledger = "credit", field = "card", where = { enterprise = "enterprise" }, default = "未评", states = { "公布", "归档" } }, fields = { kind = "双随机" }, officers = "officers", per_object = 2,
             rates = { ["绿"] = 0.05, ["蓝"] = 0.10, ["黄"] = 0.25, ["红"] = 1, ["黑"] = 1, ["未评"] = 0.25, ["不能判定"] = 0.25 } },
  fields = {
    choice "kind"     { "检查类型", en = "Kind", required = true, of = { "双随机", "专项检查", "信访核查", "非现场检查", "四不两直" } },
    unit   "enterprise" { "检查对象", en = "Object", required = true },
    text   "title"    { "检查事项", en = "Subject", required = true, max = 120 },
    text   "problem"  { "检查内容", en = "What is checked", required = true },
    text   "cause"    { "检查由头", en = "What led to it", hint = "正面清单上的企业，专项检查须写明投诉、线索或通知的编号" },
    text   "seed"     { "随机种子", en = "Seed", max = 80, required_when = { field = "kind", is = { "双随机" } } },
    text   "tier"     { "抽取档次", en = "Tier", max = 20 },
    list   "officers" { "执法人员", en = "Officers", required = true },
    unit   "owner"    { "检查机构", en = "Inspecting office", required = true },
    unit   "supervisor" { "审核机构", en = "Reviewing office", required = true, differs_from = "enterprise" },
    date   "due"      { "检查期限", en = "Limit", required = true },
    time   "visited"  { "到场时间", en = "Visited" },
    -- 非现场检查单独计数：没有打扰企业的检查不算一次到场。
    flag   "off_site" { "非现场", en = "Off site", value = function(c) return c.fields.kind == "非现场检查" end },
    list   "means"    { "非现场手段", en = "Means" },
    text   "material" { "所查数据与影像", en = "What was looked at" },
    rows   "items"    { "检查记录", en = "Record", max = 100,
                        of = items_columns },
    choice "result"   { "检查结论", en = "Conclusion", of = result_choices },
    text   "permits"  { "持证情况", en = "Permits", value = function(c)
                          local s = ""
                          for _, p in ipairs(c.related.permits) do s = s .. (s == "" and "" or "；") .. (p.fields.permit_number or p.number) .. "（" .. p.state .. (p.fields.due and "，至" .. p.fields.due or "") .. "）" end
                          return s == "" and "无许可台账" or s
                        end },
    number "past"     { "近年处罚", en = "Penalties on file", unit = "件", decimals = 0, value = function(c) return #c.related.penalties end },
    file   "photos"   { "现场照片", en = "Photos", kinds = { "photo" } },
    signature "signed" { "被检查人签名", en = "Signed for the enterprise" },
    signature "officer_signed" { "执法人员签名", en = "Signed by the officer" },
    site   "site"     { "排放口点位", en = "Site" },
  },
  guard = function(c)
    if #c.fields.officers < 2 then return "执法人员不得少于两人 | two officers at least" end
    if #c.related.listed > 0 and not c.fields.cause and (c.fields.kind == "专项检查" or c.fields.kind == "四不两直") then
      return c.related.listed[1].number .. "：该企业在正面清单上，须写明检查由头 | it is on the positive list: say what led to this inspection"
    end
  end,
  states = { "派发", "检查", "审核", "办结", en = { "Sent out", "On site", "Under review", "Closed" }, working = "检查", closed = "办结" },
  actions = {
    action "visit"  { "到场", en = "Arrive", from = "派发", to = "检查", by = { "owner", "office", "supervisor" }, sets = { "visited" }, needs = { time "visited" { "到场时间", en = "Visited", required = true } },
                      guard = function(c)
                        if c.fields.off_site then return "非现场检查不到场，请用“非现场查证” | an off-site check visits nobody" end
                        if c.given.visited > c.today .. "T23:59" then return "到场时间在今天之后 | in the future" end
                      end },
    action "remote" { "非现场查证", en = "Check off site", from = "派发", to = "检查", by = { "owner", "office", "supervisor" }, sets = { "means", "material" },
                      needs = { list "means" { "非现场手段", en = "Means", required = true, hint = "自动监测数据、用电监控、视频、无人机、卫星遥感、走航" }, text "material" { "所查数据与影像（时段、点位、文件）", en = "What was looked at", required = true },
                                file "photos" { "影像与截图", en = "Pictures" } },
                      guard = function(c)
                        if not c.fields.off_site then return "检查类型不是非现场检查 | this is no off-site check" end
                        for _, m in ipairs(c.given.means) do
                          if not contains(remote_means, m) then return "“" .. m .. "”不是非现场手段：" .. table.concat(remote_means, "、") .. " | no such means: " .. m end
                        end
                      end },
    action "record" { "现场记录", en = "Record", from = "检查", to = "审核", by = { "owner", "office", "supervisor" }, sets = { "items", "result", "photos", "signed", "officer_signed" },
                      needs = { rows "items" { "检查记录", en = "Record", required = true, max = 100,
                                  of = items_columns },
                                choice "result" { "检查结论", en = "Conclusion", required = true, of = result_choices }, file "photos" { "现场照片", en = "Photos", kinds = { "photo" } },
                                signature "signed" { "被检查人签名", en = "Signed for the enterprise" }, signature "officer_signed" { "执法人员签名", en = "Signed by the officer" } },
                      guard = function(c)
                        for _, i in ipairs(c.given.items) do
                          if i.result == "不合格" and not (i.note and i.photo) then return "“" .. i.item .. "”不合格，须有说明和照片 | a failed item wants a note and a photo: " .. i.item end
                          if i.result == "不合格" and c.given.result == "未发现违法" then return "有不合格项，结论不能是未发现违法 | an item failed, so something was found" end
                        end
                      end },
    action "return" { "退回补充", en = "Return", from = "审核", to = "检查", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "file_case" { "立案处罚", en = "Open a penalty", from = "审核", to = "办结", by = { "supervisor", "leader" }, never_by = { "owner", "enterprise" },
                         needs = { text "law" { "违反条款与处罚依据", en = "Law", required = true }, unit "unit" { "办案机构", en = "Office in charge", required = true }, text "goal" { "改正标准", en = "Goal", required = true } },
                         guard = function(c)
                           if c.fields.result ~= "立案查处" then return "检查结论不是立案查处 | the conclusion does not ask for it" end
                         end,
                         open = function(c)
                           return { { ledger = "penalty", fields = { title = c.fields.title, enterprise = c.fields.enterprise, problem = c.fields.problem, law = c.given.law, inspection = c.number, found = c.today,
                                      owner = c.given.unit, supervisor = c.fields.supervisor, goal = c.given.goal, site = c.fields.site } } }
                         end },
    action "close"  { "审核办结", en = "Close", from = "审核", to = "办结", by = "supervisor", never_by = { "owner", "enterprise" },
                      guard = function(c)
                        if c.fields.result == "立案查处" then return "结论为立案查处，须立案 | open the penalty instead" end
                      end },
  },
  clock  = { due = "due", counts = "calendar", yellow = 5 },
  ladder = { { -5, "预警", en = "Warning", to = { "owner" }, rule = "检查期限前5日" }, { 1, "督办", en = "Supervision order", to = { "owner", "leader" }, rule = "逾期次日" } },
  group  = "kind",
  list   = { columns = { "number", "kind", "enterprise", "title", "tier", "officers", "result", "due" } },
  views  = { view "off" { "非现场检查", en = "Off site", filter = { group = "非现场检查" } }, view "late" { "逾期", en = "Overdue", filter = { overdue = true } } },
  forms  = { form "record" { "现场检查记录", en = "Record of the visit", rows = { { "检查对象", "enterprise" }, { "检查事项", "title" }, { "持证情况", "permits" }, { "近年处罚（件）", "past" }, { "到场时间", "visited" }, { "非现场手段", "means" }, { "所查数据与影像", "material" }, { "检查记录", "items" }, { "检查结论", "result" } },
               sign = { "执法人员", "被检查人" } } },
  public = { "number", "kind", "enterprise", "title", "seed", "tier", "result", "state" },
  tests  = {
    { "两人执法；不合格要有说明和照片；立案查处不能直接办结", start = "2026-03-02 09:00",
      case = { kind = "专项检查", enterprise = "other", title = "废气治理设施检查", problem = "检查治理设施运行", officers = { "甲", "乙" }, owner = "owner", supervisor = "supervisor", due = "2026-03-31" },
      steps = {
        { "visit", by = "owner", given = { visited = "2026-03-09 10:00" }, fails = "case.gate_unmet" },
        { "visit", by = "owner", given = { visited = "2026-03-02 10:00" }, state = "检查" },
        { "record", by = "owner", given = { items = { { item = "活性炭更换", result = "不合格" } }, result = "责令改正" }, fails = "case.gate_unmet" },
        { "record", by = "owner", given = { items = { { item = "活性炭更换", result = "不合格", note = "逾期3个月", photo = "IMG1" } }, result = "未发现违法" }, fails = "case.gate_unmet" },
        { "record", by = "owner", given = { items = { { item = "活性炭更换", result = "不合格", note = "逾期3个月", photo = "IMG1" } }, result = "立案查处" }, state = "审核" },
        { "close", by = "supervisor", fails = "case.gate_unmet" },
        { "file_case", by = "supervisor", given = { law = "大气污染防治法第四十五条", unit = "owner", goal = "按期更换" }, state = "办结", children = 1 },
      } },
    { "非现场检查不到场，手段要写明；单独计数", start = "2026-03-02 09:00",
      case = { kind = "非现场检查", enterprise = "other", title = "数据核查", problem = "夜间用电与排放不符", officers = { "甲", "乙" }, owner = "owner", supervisor = "supervisor", due = "2026-03-31" },
      computed = { off_site = true },
      steps = {
        { "visit", by = "owner", given = { visited = "2026-03-02 10:00" }, fails = "case.gate_unmet" },
        { "remote", by = "owner", given = { means = { "电话询问" }, material = "x" }, fails = "case.gate_unmet" },
        { "remote", by = "owner", given = { means = { "自动监测数据", "用电监控" }, material = "2026-02-20至02-28 总排口小时数据与治理设施用电" }, state = "检查" },
        { "record", by = "owner", given = { items = { { item = "用电与排放", result = "合格" } }, result = "未发现违法" }, state = "审核" },
      } },
    { "到场检查不能当非现场查证", start = "2026-03-02 09:00",
      case = { kind = "专项检查", enterprise = "other", title = "t", problem = "p", officers = { "甲", "乙" }, owner = "owner", supervisor = "supervisor", due = "2026-03-31" },
      computed = { off_site = false },
      steps = { { "remote", by = "owner", given = { means = { "视频" }, material = "x" }, fails = "case.gate_unmet" } } },
    { "正面清单上的企业，没有由头不开展专项检查", fails = "case.gate_unmet", start = "2026-03-10 09:00",
      before = { { ledger = "credit", case = { enterprise = "other", year = 2026, owner = "owner", method = "山东2016年办法" }, steps = { { "rate", by = "office" }, { "notify", by = "office" }, { "publish", by = "office" } } },
                 { ledger = "positive", case = { enterprise = "other", supervisor = "supervisor", kind = "信用优良", problem = "p" }, steps = { { "publish", by = "office" }, { "enter", by = "office", days = 7, given = { to = "2027-03-01" } } } } },
      case = { kind = "专项检查", enterprise = "other", title = "t", problem = "p", officers = { "甲", "乙" }, owner = "owner", supervisor = "supervisor", due = "2026-03-31" } },
    { "只有一名执法人员", fails = "case.gate_unmet",
      case = { kind = "专项检查", enterprise = "other", title = "t", problem = "p", officers = { "甲" }, owner = "owner", supervisor = "supervisor", due = "2026-03-31" } },
    { "不够立案的不能立案；退回补充后审核办结", start = "2026-03-02 09:00",
      case = { kind = "专项检查", enterprise = "other", title = "台账检查", problem = "检查危废台账", officers = { "甲", "乙" }, owner = "owner", supervisor = "supervisor", due = "2026-03-31" },
      steps = {
        { "visit", by = "owner", given = { visited = "2026-03-02 10:00" } },
        { "record", by = "owner", given = { items = { { item = "台账", result = "合格" } }, result = "未发现违法" }, state = "审核" },
        { "file_case", by = "supervisor", given = { law = "l", unit = "owner", goal = "g" }, fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "缺现场照片" }, state = "检查" },
        { "record", by = "owner", given = { items = { { item = "台账", result = "合格" } }, result = "未发现违法", photos = { 1 } }, state = "审核" },
        { "close", by = "owner", fails = "case.forbidden" },
        { "close", by = "supervisor", state = "办结" },
      } },
  },
}
