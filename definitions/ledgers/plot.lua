-- 污染地块名录台账：列入名录的地块不得用作敏感用地；逐点对账，超标点只有同一点后来的合格结果才能销。
local use_choices = { "住宅用地", "公共管理与公共服务用地（学校医院等）", "商服用地", "工业用地", "绿地", "其他" }
local points_columns = {
  text "point" { "点位", en = "Point", required = true }, text "factor" { "污染物", en = "Pollutant", required = true },
  number "value" { "调查值", en = "Value", required = true, unit = "mg/kg" },
  number "limit" { "筛选值或修复目标", en = "Limit", required = true, unit = "mg/kg" }, date "sampled" { "调查采样日期", en = "Sampled" }, date "tested" { "复测日期", en = "Tested" },
  number "after" { "复测值", en = "After", unit = "mg/kg" },
}

return ledger {
  id = "plot", title = "污染地块", en = "Contaminated plots", family = "固废土壤",
  about = "调查、风险评估、管控或修复、效果评估；名录内地块限制开工与规划许可，超标点位逐点销号。",
  number = "DK-{year}-{seq:4}",
  related = { stores = { ledger = "waste", where = { plot = "number" } } },

  fields = {
    text   "title"    { "地块名称", en = "Plot", required = true, max = 120 },
    text   "code"     { "地块编码", en = "Code", max = 40 },
    text   "problem"  { "污染情况", en = "Contamination", required = true },
    choice "use"      { "规划用途", en = "Planned use", required = true, of = use_choices },
    flag   "listed"   { "在名录内", en = "On the list",
                        value = function(c) return c.state ~= "移出名录" and c.state ~= "初查" end },
    text   "restriction" { "用地限制", en = "Restriction",
                        value = function(c)
                          if c.state == "初查" or c.state == "移出名录" then return "" end
                          return "名录内地块：修复达标移出前，不得作为住宅、公共管理与公共服务用地，不得办理相关规划许可"
                        end },
    text   "stores"   { "地块上的固废贮存", en = "Waste stores on it",
                        value = function(c)
                          local s = ""
                          for _, w in ipairs(c.related.stores) do s = s .. (s == "" and "" or "；") .. w.number .. " " .. w.fields.enterprise .. " " .. w.fields.title .. "（" .. w.fields.storage .. "）" end
                          return s
                        end },
    area   "range"    { "范围", en = "Range" },
    point  "place"    { "位置", en = "Place" },
    unit   "owner"    { "责任单位", en = "Responsible unit", required = true },
    unit   "supervisor" { "监管单位", en = "Supervising unit", required = true, differs_from = "owner" },
    choice "risk"     { "风险等级", en = "Risk", of = { "低", "中", "高" } },
    choice "way"      { "处置方式", en = "Way", of = { "风险管控", "治理修复", "制度控制" } },
    rows   "points"   { "超标点位", en = "Points above the limit", max = 500,
                        of = points_columns },
    number "left"     { "未销点位", en = "Points left", decimals = 0,
                        value = function(c)
                          local n = 0
                          for _, p in ipairs(c.fields.points or {}) do
                            if not (p.after and p.tested and p.after <= p.limit) then n = n + 1 end
                          end
                          return n
                        end },
    goal   "goal"     { "修复或管控目标", en = "Goal", required = true },
    date   "due"      { "完成期限", en = "Limit" },
  },

  states = { "初查", "列入名录", "管控修复", "效果评估", "移出名录", en = { "Survey", "Listed", "Control or restoration", "Effect", "Taken off the list" },
             working = "管控修复", closed = "移出名录" },

  actions = {
    action "list"   { "列入名录", en = "List", from = "初查", to = "列入名录", by = "office", never_by = "owner", sets = { "risk", "points" },
                      needs = { choice "risk" { "风险等级", en = "Risk", required = true, of = { "低", "中", "高" } },
                                rows "points" { "超标点位", en = "Points", required = true, max = 500,
                                  of = points_columns },
                                evidence "evidence" { "调查报告", en = "Report", of = { "调查报告", "监测报告", "文件" } } } },
    action "clean"  { "未超标，不列入", en = "Not contaminated", from = "初查", to = "移出名录", by = "office", never_by = "owner", needs = { text "reason" { "调查结论", en = "Finding", required = true } } },
    action "begin"  { "启动管控修复", en = "Begin", from = "列入名录", to = "管控修复", by = "owner", sets = { "way", "due" },
                      needs = { choice "way" { "处置方式", en = "Way", required = true, of = { "风险管控", "治理修复", "制度控制" } }, date "due" { "完成期限", en = "Limit", required = true } } },
    action "report" { "报告进展", en = "Report progress", from = "管控修复", by = "owner",
                      needs = { text "report" { "进展", en = "Progress", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = { "照片", "监测报告", "现场核查", "文件", "其他" }, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "test"   { "登记复测", en = "Enter tests", from = { "管控修复", "效果评估" }, by = { "office", "supervisor" }, never_by = "owner", sets = { "points" },
                      needs = { rows "points" { "超标点位", en = "Points", required = true, max = 500,
                                  of = points_columns },
                                evidence "evidence" { "复测报告", en = "Report", of = { "监测报告", "文件" } } },
                      guard = function(c)
                        local old = c.fields.points or {}
                        if #c.given.points < #old then return "点位不能减少（原" .. #old .. "个） | points cannot vanish" end
                        for i, p in ipairs(old) do
                          local q = c.given.points[i]
                          if q.point ~= p.point or q.factor ~= p.factor or q.value ~= p.value or q.limit ~= p.limit or q.sampled ~= p.sampled then
                            return "第" .. i .. "个点位的调查结果不能改动 | what the survey found cannot be changed: " .. p.point
                          end
                        end
                        for _, q in ipairs(c.given.points) do
                          if q.after and not q.tested then return "点位" .. q.point .. "的复测值没有复测日期 | a result without its day: " .. q.point end
                          if q.tested and q.tested > c.today then return "点位" .. q.point .. "的复测日期在今天之后 | tested in the future: " .. q.point end
                          if q.tested and q.tested <= (q.sampled or c.opened) then return "点位" .. q.point .. "的复测不晚于调查采样 | the test is not later than the survey's sample: " .. q.point end
                        end
                      end },
    action "finish" { "申请效果评估", en = "Ask for assessment", from = "管控修复", to = "效果评估", by = "owner",
                      needs = { text "report" { "完成情况", en = "Report", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = { "照片", "监测报告", "效果评估报告", "文件", "其他" } } } },
    action "return" { "退回", en = "Return", from = "效果评估", to = "管控修复", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    -- 名录内地块的许可核对：住宅与公共服务用地一律拦下，并留下核对记录。
    action "check"  { "许可核对", en = "Permit check", from = { "列入名录", "管控修复", "效果评估" }, by = { "office", "supervisor" },
                      needs = { choice "asked" { "申请用途", en = "Asked use", required = true, of = use_choices },
                                text "report" { "申请单位与事项", en = "Who asks for what", required = true } },
                      guard = function(c)
                        if c.given.asked == "住宅用地" or c.given.asked == "公共管理与公共服务用地（学校医院等）" then
                          return "地块在名录内，移出前不得作为" .. c.given.asked .. " | the plot is on the list: this use is not allowed before it is taken off"
                        end
                      end },
    action "remove" { "移出名录", en = "Take off the list", from = "效果评估", to = "移出名录", by = "supervisor", never_by = "owner", gate = "goal_met",
                      guard = function(c)
                        if (c.fields.left or 0) > 0 then return "还有" .. c.fields.left .. "个超标点位没有同点合格复测 | points without a later result within the limit: " .. c.fields.left end
                      end },
    action "found_again" { "复查超标", en = "Found again", from = "移出名录", reopens = true, by = { "office", "supervisor" }, never_by = "owner", needs = { text "reason" { "复查情况", en = "What was found", required = true } } },
  },

  clock    = { due = "due", counts = "calendar", yellow = 60 },
  evidence_kinds = 2,
  ladder   = { { -60, "调度", en = "Progress call", to = { "owner" }, rule = "期限前60日" }, { 1, "通报", en = "Circular", to = { "owner", "supervisor" }, rule = "逾期次日" } },
  report   = { every = "quarter", on_day = 10, by = "owner", action = "report", states = { "管控修复" } },
  lookback = { for_days = 365, reopen_to = "管控修复", on = "goal_broken", due_days = 180 },
  group    = "use",
  list     = { columns = { "number", "code", "title", "use", "risk", "way", "left", "listed", "owner", "due" } },
  excel    = { title = { "地块名称" }, code = { "地块编码" }, problem = { "污染情况", "主要污染物" }, use = { "规划用途", "用地性质" }, owner = { "责任单位", "土地使用权人" }, supervisor = { "监管单位" }, goal = { "目标", "修复目标" } },
  forms    = { form "sheet" { "地块档案表", en = "Plot sheet", rows = { { "地块名称", "title" }, { "编码", "code" }, { "规划用途", "use" }, { "污染情况", "problem" }, { "风险等级", "risk" }, { "处置方式", "way" },
                 { "超标点位", "points" }, { "未销点位", "left" }, { "用地限制", "restriction" } }, sign = { "责任单位（盖章）", "监管单位（盖章）" } } },
  public   = { "number", "title", "use", "risk", "way", "state", "restriction" },

  tests = {
    { "名录内地块拦下住宅许可；逐点复测合格才移出", start = "2026-03-02 09:00",
      case = { title = "原化肥厂地块", problem = "砷超标", use = "住宅用地", owner = "owner", supervisor = "supervisor", goal = "砷不超过第一类用地筛选值20 mg/kg" },
      steps = {
        { "list", by = "office", given = { risk = "高", points = { { point = "S1", factor = "砷", value = 119, limit = 20 }, { point = "S2", factor = "砷", value = 35, limit = 20 } }, evidence = { { kind = "调查报告", text = "详查", files = { 1 } } } },
          state = "列入名录", computed = { listed = true, left = 2 } },
        { "check", by = "office", given = { asked = "住宅用地", report = "某公司申请规划许可" }, fails = "case.gate_unmet" },
        { "check", by = "office", given = { asked = "绿地", report = "公园" } },
        { "begin", by = "owner", given = { way = "治理修复", due = "2026-12-31" }, state = "管控修复" },
        { "report", by = "owner", given = { report = "开挖完成" } },
        { "test", by = "supervisor", given = { points = { { point = "S1", factor = "砷", value = 19, limit = 20 }, { point = "S2", factor = "砷", value = 35, limit = 20 } } }, fails = "case.gate_unmet" },
        { "test", by = "supervisor", days = 90, given = { points = { { point = "S1", factor = "砷", value = 119, limit = 20, tested = "2026-05-30", after = 12 }, { point = "S2", factor = "砷", value = 35, limit = 20 } },
                                                           evidence = { { kind = "监测报告", text = "复测", files = { 1 } } } }, computed = { left = 1 } },
        { "test", by = "supervisor", given = { points = { { point = "S1", factor = "砷", value = 119, limit = 20, tested = "2026-05-30", after = 12 }, { point = "S2", factor = "砷", value = 35, limit = 20, tested = "2026-03-01", after = 9 } } }, fails = "case.gate_unmet" }, -- 调查之前的结果不算
        { "test", by = "supervisor", given = { points = { { point = "S1", factor = "砷", value = 119, limit = 20, tested = "2026-05-30", after = 12 }, { point = "S2", factor = "砷", value = 35, limit = 20, tested = "2027-03-01", after = 9 } } }, fails = "case.gate_unmet" },
        { "finish", by = "owner", given = { report = "完成", evidence = { { kind = "效果评估报告", text = "报告", files = { 2 } } } }, state = "效果评估" },
        { "remove", by = "supervisor", fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "S2未复测" }, state = "管控修复" },
        { "finish", by = "owner", given = { report = "补测", evidence = { { kind = "监测报告", text = "S2复测", files = { 4 } } } }, state = "效果评估" },
        { "test", by = "supervisor", given = { points = { { point = "S1", factor = "砷", value = 119, limit = 20, tested = "2026-05-30", after = 12 }, { point = "S2", factor = "砷", value = 35, limit = 20, tested = "2026-05-31", after = 20 } } }, computed = { left = 0 } },
        { "remove", by = "supervisor", state = "移出名录", computed = { listed = false } },
        { "found_again", by = "supervisor", days = 30, given = { reason = "施工中发现S3超标" }, rebounds = 1 },
      } },
    { "未超标的不列入", start = "2026-03-02 09:00", case = { title = "原仓库地块", problem = "疑似", use = "住宅用地", owner = "owner", supervisor = "supervisor", goal = "不超过筛选值" },
      steps = { { "clean", by = "owner_admin", given = { reason = "x" }, fails = "case.forbidden" }, { "clean", by = "office", given = { reason = "初步调查未超标" }, state = "移出名录" } } },
    { "缺规划用途", fails = "case.field_missing", case = { title = "地块", problem = "铅", owner = "owner", supervisor = "supervisor", goal = "达标" } },
  },
}
