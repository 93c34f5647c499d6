-- 生态环境信访投诉台账：12369、网络、来信来访、公众随手拍。
--
-- 受理告知 15 日、办结 60 日、经批准延长不超过 30 日，均为自然日（福建 2015 年规定，依国家热线工作规程；
-- 《信访工作条例》2022 年的同样数字未核原文）。属实的，治理结果能用数据说明的由数据说明；不属实也要有两类佐证。
local kind_choices = { "大气", "水", "噪声", "固体废物", "辐射", "生态", "其他" }
local truth_choices = { "属实", "基本属实", "部分属实", "不属实" }
local satisfied_choices = { "满意", "基本满意", "不满意", "联系不上", "不愿评价" }
local proofs = { "照片", "监测报告", "现场核查", "文件", "群众评议", "其他" }

return ledger {
  id = "complaint", title = "信访投诉", en = "Complaints", family = "信访公众",
  about = "群众投诉从登记、受理、调查到答复、回访、办结；重复投诉并案，领导包案，久拖的挂牌督办。",
  number = "XF-{year}-{seq:5}",
  open_by = { "office", "supervisor", "public" },
  related = { again = { ledger = "complaint", where = { repeat_of = "number" } } },
  -- 领导包案：每人认领6件（青岛2019年要点），由 POST /ledgers/complaint/deal 分派。
  deal = { action = "package", field = "leader", per = 6 },

  fields = {
    choice "source"   { "来源", en = "Source", required = true, from_finding = "监测发现", from_public = "公众上报",
                        of = { "12369热线", "网络举报", "微信举报", "来信", "来访", "领导信箱", "网络问政", "媒体曝光", "公众上报", "上级转办", "监测发现" } },
    text   "source_number" { "来源编号", en = "Number at the source", max = 60 },
    text   "title"    { "标题", en = "Title", max = 80 },
    text   "problem"  { "投诉内容", en = "Complaint", required = true },
    choice "kind"     { "污染类型", en = "Kind", of = kind_choices },
    text   "object"   { "被投诉对象", en = "Object", max = 200 },
    unit   "enterprise" { "涉及企业", en = "Enterprise" },
    text   "address"  { "地址", en = "Address", max = 200 },
    point  "place"    { "位置", en = "Place" },
    site   "site"     { "相关点位", en = "Site" },
    file   "photos"   { "照片", en = "Photos", kinds = { "photo" } },
    text   "complainant" { "投诉人", en = "Complainant", max = 60 },
    text   "contact"  { "联系方式", en = "Contact", max = 60 },
    flag   "anonymous" { "匿名", en = "Anonymous" },
    unit   "owner"    { "承办单位", en = "Handling unit", differs_from = "supervisor" },
    user   "person"   { "承办人", en = "Handler" },
    unit   "supervisor" { "督办单位", en = "Supervising unit" },
    user   "leader"   { "包案领导", en = "Leader in charge" },
    flag   "listed"   { "挂牌督办", en = "Listed for supervision" },
    goal   "goal"     { "化解目标", en = "Goal" },
    choice "truth"    { "查实情况", en = "Finding", of = truth_choices },
    text   "finding"  { "调查核实情况", en = "What was found" },
    list   "measures" { "处理措施", en = "Measures" },
    text   "reply"    { "答复内容", en = "Reply" },
    choice "satisfied" { "满意度", en = "Satisfaction", of = satisfied_choices },
    text   "refusal"  { "不予受理理由", en = "Why not accepted" },
    case   "repeat_of" { "前次信访件", en = "Repeats", of = "complaint" },
    -- 初次办理的事实：第一次答复、第一次回访时记下，退回重办、再次回访都改不了。
    number "first_left" { "首次答复时距期限", en = "Days left at the first reply", unit = "天", decimals = 0,
                          value = function(c)
                            if c.fields.first_left then return c.fields.first_left end
                            if c.state == "已答复" then return c.days_left end
                          end },
    choice "first_satisfied" { "首次回访满意度", en = "First satisfaction", of = satisfied_choices,
                               value = function(c)
                                 if c.fields.first_satisfied then return c.fields.first_satisfied end
                                 if c.state == "已答复" then return c.fields.satisfied end
                               end },
  },

  states = { "登记", "办理", "答复审核", "已答复", "办结",
             en = { "Registered", "Handling", "Reply under review", "Answered", "Closed" },
             working = "办理", met = { "已答复" }, closed = "办结" },

  actions = {
    action "accept" { "受理交办", en = "Accept and assign", from = "登记", to = "办理", by = { "office", "supervisor" }, never_by = "owner",
                      sets = { "owner", "supervisor", "goal", "kind" },
                      needs = { unit "owner" { "承办单位", en = "Handling unit", required = true },
                                unit "supervisor" { "督办单位", en = "Supervising unit", required = true, differs_from = "owner" },
                                choice "kind" { "污染类型", en = "Kind", required = true, of = kind_choices },
                                goal "goal" { "化解目标", en = "Goal", required = true } } },
    action "refuse" { "不予受理", en = "Not accepted", from = "登记", to = "办结", by = "office", never_by = "owner", sets = { "refusal" },
                      needs = { text "refusal" { "不予受理理由", en = "Why", required = true } } },
    action "package" { "领导包案", en = "Give to a leader", from = { "登记", "办理", "答复审核" }, by = "office", sets = { "leader" },
                       needs = { user "leader" { "包案领导", en = "Leader", required = true } } },
    -- 包案不是挂名：领导的约访、现场督办、会商都是一步记录。
    action "step"   { "包案行动", en = "Leader's step", from = "办理", by = "leader",
                      needs = { choice "step" { "行动", en = "Step", required = true, of = { "约访", "现场督办", "专题会商", "带案下访", "电话回访" } },
                                text "report" { "情况", en = "What was done", required = true } },
                      guard = function(c)
                        if c.fields.leader ~= c.actor.name then return "由包案领导本人记 | it is the step of the leader in charge" end
                      end },
    action "list"   { "挂牌督办", en = "List for supervision", from = "办理", by = "office", max = 1,
                      set = function(c) return { listed = true } end,
                      needs = { text "reason" { "挂牌理由", en = "Why", required = true } } },
    action "report" { "报告进展", en = "Report progress", from = "办理", by = "owner",
                      needs = { text "report" { "进展情况", en = "Progress", required = true },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "pause"  { "中止计时", en = "Stop the clock", from = "办理", by = { "office", "supervisor" }, never_by = "owner", pauses = true,
                      needs = { text "reason" { "理由（须等待司法、行政复议等结论）", en = "Why", required = true } } },
    action "resume" { "恢复计时", en = "Run the clock again", from = "办理", by = { "office", "supervisor" }, resumes = true },
    action "extend" { "延期", en = "Extend", from = "办理", by = { "leader", "supervisor" }, never_by = "owner", max = 1, extends = { "finish", days = 30 },
                      needs = { text "reason" { "延期理由（并告知投诉人）", en = "Why", required = true } } },
    action "answer" { "提交答复", en = "Submit the reply", from = "办理", to = "答复审核", by = "owner", sets = { "truth", "finding", "measures", "reply" },
                      needs = { choice "truth" { "查实情况", en = "Finding", required = true, of = truth_choices },
                                text "finding" { "调查核实情况", en = "What was found", required = true },
                                list "measures" { "处理措施", en = "Measures", required_when = { field = "truth", is = { "属实", "基本属实", "部分属实" } } },
                                text "reply" { "答复内容", en = "Reply", required = true },
                                evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "return" { "退回重办", en = "Return", from = { "答复审核", "已答复" }, to = "办理", by = { "supervisor", "office" },
                      needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "approve" { "审核并答复", en = "Approve and answer", from = "答复审核", to = "已答复", by = "supervisor", never_by = "owner", gate = "goal_met",
                       needs = { text "opinion" { "审核意见", en = "Opinion" } } },
    action "visit"  { "回访", en = "Return visit", from = "已答复", by = { "office", "supervisor" }, never_by = "owner", sets = { "satisfied" },
                      needs = { choice "satisfied" { "满意度", en = "Satisfaction", required = true, of = satisfied_choices },
                                text "report" { "回访情况", en = "What was said" } } },
    action "close"  { "办结", en = "Close", from = "已答复", to = "办结", by = { "office", "supervisor" }, never_by = "owner", gate = "goal_met",
                      guard = function(c)
                        local s = c.fields.satisfied
                        if not s then return "办结前须回访 | a return visit comes before closing" end
                        if s == "不满意" and (c.taken.visit or 0) < 2 then
                          return "投诉人不满意，须退回重办或再次回访说明 | the complainant is not satisfied: return it, or visit again and explain"
                        end
                      end },
    -- “可能重复”由程序列出理由，是不是由人认定；办结后的重复件计入前次的初次办理质量。
    action "repeated" { "认定为重复件", en = "It repeats an earlier one", from = { "登记", "办理", "答复审核", "已答复" }, by = { "office", "supervisor" }, never_by = "owner",
                        sets = { "repeat_of" }, needs = { case "repeat_of" { "前次信访件", en = "The earlier one", required = true, of = "complaint" } },
                        guard = function(c)
                          if c.given.repeat_of >= c.number then return "前次信访件须早于本件 | the earlier one must be earlier" end
                        end },
    action "found_again" { "复查发现反弹", en = "Found again", from = "办结", reopens = true, by = { "office", "supervisor" }, never_by = "owner",
                           needs = { text "reason" { "复查情况", en = "What was found", required = true } } },
  },

  clocks = {
    clock "accept" { "受理告知", en = "Acceptance", from = "open", days = 15, counts = "calendar", stops = { "accept", "refuse" },
                     source = "12369 热线：15日内告知是否受理", certainty = "confirmed" },
    clock "finish" { "办结", en = "Closing", from = "accept", days = 60, counts = "calendar", stops = { "approve", "refuse" },
                     source = "受理之日起60日内办结，经批准延长不超过30日", certainty = "confirmed" },
  },
  clock    = { yellow = 7 },
  evidence_kinds = 2,
  ladder   = { { -15, "调度", en = "Progress call", to = { "owner" }, rule = "办结期限前15日" }, { -5, "预警", en = "Warning", to = { "owner", "supervisor" }, rule = "办结期限前5日" },
               { 1, "通报", en = "Circular", to = { "owner", "supervisor", "leader" }, rule = "逾期次日" },
               { workdays(10), "督办", en = "Supervision order", to = { "owner", "leader" }, rule = "逾期10个工作日" },
               { workdays(30), "约谈", en = "Interview", to = { "owner", "leader" }, rule = "逾期30个工作日" } },
  lookback = { for_days = 180, reopen_to = "办理", on = "goal_broken", due_days = 30,
               recheck = { after_days = { 90 }, share = 0.1, by = "supervisor" } },

  -- 初次办理质量：分值是本市约定，可改；没有办到那一步的（如联系不上）不计分也不扣分。
  score = { by = "owner", grades = { { 90, "优", "excellent" }, { 75, "良", "good" }, { 60, "中", "fair" }, { 0, "差", "poor" } },
    items = {
      item "accepted" { "15日内受理告知", en = "Accepted in time", points = 10, value = function(c)
                          local k = c.clocks.accept
                          if k.stopped ~= "" then return k.late and { 0, "受理告知" .. k.stopped .. "，期限" .. k.deadline } or 1 end
                        end },
      item "in_time" { "按期答复", en = "Answered in time", points = 25, value = function(c)
                         local d = c.fields.first_left
                         if d then return d >= 0 and 1 or { 0, "首次答复已超期" .. -d .. "天" } end
                       end },
      item "visited" { "办结前回访", en = "Return visit", points = 10, value = function(c)
                         if c.fields.first_left then return (c.taken.visit or 0) > 0 and 1 or { 0, "没有回访" } end
                       end },
      item "satisfied" { "首次回访满意", en = "Satisfied at the first visit", points = 25, value = function(c)
                           local s = c.fields.first_satisfied
                           return s == "满意" and 1 or s == "基本满意" and { 0.8, s } or s == "不满意" and { 0, s } or nil
                         end },
      item "once" { "一次办成，未退回", en = "Not sent back", points = 10, value = function(c)
                      local n = c.taken["return"] or 0
                      if c.fields.first_left then return n == 0 and 1 or { 0, "退回" .. n .. "次" } end
                    end },
      item "lasting" { "办结后未再反映", en = "Not told again", points = 20, value = function(c)
                         if not c.fields.first_left then return end
                         local again = #c.related.again
                         if again > 0 then return { 0, "重复件" .. c.related.again[1].number .. (again > 1 and "等" .. again .. "件" or "") } end
                         return c.rebounds == 0 and 1 or { 0, "复查反弹" .. c.rebounds .. "次" }
                       end },
    } },
  tables = { cross "truth" { "承办单位与查实情况", en = "Units and findings", rows = "owner", columns = "truth" },
             cross "satisfaction" { "承办单位与首次满意度", en = "Units and first satisfaction", rows = "owner", columns = "first_satisfied" } },
  group    = "kind",
  list     = { columns = { "number", "title", "source", "kind", "object", "owner", "supervisor", "leader", "truth", "satisfied" } },
  views    = { view "late"    { "逾期未办结", en = "Overdue", filter = { overdue = true } },
               view "new"     { "待受理", en = "To be accepted", filter = { state = "登记" } },
               view "answered" { "待回访", en = "To be visited", filter = { state = "已答复" } } },
  -- 送出的函、单只有正文：办理经过里有经办人，不随文发出。
  forms    = { form "reply" { "信访事项答复函", en = "Letter of reply",
                 rows = { { "信访编号", "number" }, { "投诉内容", "problem" }, { "被投诉对象", "object" }, { "查实情况", "truth" },
                          { "调查核实情况", "finding" }, { "处理措施", "measures" }, { "答复意见", "reply" } }, sign = { "承办单位（盖章）" }, history = false, evidence = false },
               form "handover" { "信访事项交办单", en = "Handing-over sheet",
                 rows = { { "信访编号", "number" }, { "来源", "source" }, { "投诉内容", "problem" }, { "地址", "address" }, { "承办单位", "owner" },
                          { "督办单位", "supervisor" }, { "办结期限", "due" } }, sign = { "交办单位（盖章）", "承办单位签收" }, history = false, evidence = false } },
  excel    = { problem = { "投诉内容", "举报内容", "反映问题", "信访内容" }, source = { "来源", "举报方式" }, source_number = { "受理编号", "举报编号" },
               object = { "被投诉对象", "被举报单位", "污染源名称" }, address = { "地址", "行政区", "详细地址" }, kind = { "污染类型", "举报类型" },
               complainant = { "投诉人", "举报人" }, contact = { "联系电话", "联系方式" } },
  public   = { "number", "title", "problem", "kind", "object", "owner", "state", "light", "truth", "finding", "measures", "reply", "closed", "history" },
  intake   = { "problem", "object", "address", "place", "photos", "contact", "complainant", "kind" },

  tests = {
    { "从受理到回访办结：期限由记录推出，延期有批准人", open_by = "office",
      case = { source = "12369热线", problem = "海晏路某饭店油烟直排，夜间尤其严重", object = "海晏路某饭店" },
      start = "2026-03-02 09:00",
      steps = {
        { "accept", by = "owner", given = { owner = "owner", supervisor = "supervisor", kind = "大气", goal = "油烟净化设施正常使用" }, fails = "case.forbidden" },
        { "accept", by = "office", given = { owner = "owner", supervisor = "owner", kind = "大气", goal = "油烟净化设施正常使用" }, fails = "case.field_invalid" },
        { "accept", by = "office", days = 10, given = { owner = "owner", supervisor = "supervisor", kind = "大气", goal = "油烟净化设施正常使用" }, state = "办理",
          clocks = { finish = "2026-05-11" } },                                            -- 03-12 起第 60 日
        { "extend", by = "owner", given = { reason = "等待检测" }, fails = "case.forbidden" },
        { "extend", by = "supervisor", given = { reason = "等待检测" }, clocks = { finish = "2026-06-10" } },
        { "extend", by = "supervisor", given = { reason = "再等" }, fails = "case.gate_unmet" },
        { "step", by = "leader", given = { step = "现场督办", report = "到店查看" }, fails = "case.gate_unmet" },                    -- 没有包案
        { "package", by = "office", given = { leader = "leader" } },
        { "step", by = "leader", given = { step = "现场督办", report = "到店查看" } },
        { "list", by = "office", given = { reason = "久拖未决" }, computed = { listed = true } },
        { "list", by = "office", given = { reason = "再挂" }, fails = "case.gate_unmet" },
        { "report", by = "owner", given = { report = "已约谈业主" } },
        { "pause",  by = "supervisor", given = { reason = "等待司法鉴定" } },
        { "resume", by = "supervisor", days = 5, clocks = { finish = "2026-06-15" } },
        { "answer", by = "owner", given = { truth = "属实", finding = "净化器停用", reply = "已整改" }, fails = "case.field_missing" }, -- 属实须有处理措施
        { "answer", by = "owner", given = { truth = "属实", finding = "净化器停用", measures = { "责令改正" }, reply = "已责令改正并清洗",
                                            evidence = { { kind = "照片", text = "现场照片", files = { 1 } } } }, state = "答复审核" },
        { "approve", by = "supervisor", fails = "case.gate_unmet" },                        -- 只有一类佐证
        { "return", by = "supervisor", given = { reason = "佐证不足" } },
        { "answer", by = "owner", given = { truth = "属实", finding = "净化器停用", measures = { "责令改正" }, reply = "已责令改正并清洗",
                                            evidence = { { kind = "监测报告", text = "油烟检测报告", files = { 2 } } } } },
        { "approve", by = "supervisor", state = "已答复" },
        { "close",  by = "office", fails = "case.gate_unmet" },                             -- 未回访
        { "visit",  by = "office", given = { satisfied = "不满意" } },
        { "close",  by = "office", fails = "case.gate_unmet" },
        { "visit",  by = "office", given = { satisfied = "基本满意" } },
        { "close",  by = "office", state = "办结", light = "grey" },
        { "found_again", by = "owner", given = { reason = "又直排" }, fails = "case.forbidden" },
        { "found_again", by = "supervisor", days = 40, given = { reason = "现场复查又见直排" }, state = "办理", rebounds = 1,
          score = { in_time = 1, visited = 1, satisfied = 0, once = 0, lasting = 0 } },
      } },
    { "初次办理质量只看初次：退回重办、再次回访改不了", start = "2026-03-02 09:00",
      case = { source = "12369热线", problem = "海晏路某饭店油烟直排" },
      steps = {
        { "accept", by = "office", days = 20, given = { owner = "owner", supervisor = "supervisor", kind = "大气", goal = "油烟净化设施正常使用" }, score = { in_time = false, lasting = false } },
        { "answer", by = "owner", days = 70, given = { truth = "不属实", finding = "未见", reply = "已查", evidence = { { kind = "照片", text = "现场", files = { 1 } }, { kind = "监测报告", text = "报告", files = { 2 } } } } },
        { "approve", by = "supervisor", state = "已答复", computed = { first_left = -10 } },
        { "visit", by = "office", given = { satisfied = "不满意" }, computed = { first_satisfied = "不满意" } },
        { "visit", by = "office", given = { satisfied = "满意" }, computed = { first_satisfied = "不满意", satisfied = "满意" } },
        { "close", by = "office", state = "办结", score = { accepted = 0, in_time = 0, visited = 1, satisfied = 0, once = 1, lasting = 1 } },
      } },
    { "认定为重复件：只能是早先的", start = "2026-03-02 09:00", before = { { case = { source = "来信", problem = "河道发黑" } } },
      case = { source = "来访", problem = "河里又黑了" },
      steps = { { "repeated", by = "responsible", given = { repeat_of = "@1" }, fails = "case.forbidden" },
                { "repeated", by = "office", given = { repeat_of = "XF-2026-00002" }, fails = "case.gate_unmet" },
                { "repeated", by = "office", given = { repeat_of = "@1" }, computed = { repeat_of = "XF-2026-00001" } } } },
    { "15日未受理告知即亮红灯", case = { source = "来信", problem = "河道发黑" }, start = "2026-03-02 09:00",
      steps = { { "tick", days = 15, light = "yellow", clocks = { accept = "2026-03-17" } }, { "tick", days = 1, light = "red" } } },
    { "公众上报只填允许的内容", open_by = "public", computed = { source = "公众上报" }, case = { problem = "工地夜间施工扰民", address = "望海路" }, start = "2026-03-02 09:00",
      steps = { { "refuse", by = "office", given = { refusal = "属城管职责，已转交" }, state = "办结" } } },
    { "没有内容不能登记", fails = "case.field_missing", case = { source = "来信" } },
  },
}
