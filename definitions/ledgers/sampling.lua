-- 采样单台账：自动监测超标成案，同时下一张采样单——采什么、在哪里、按哪个方法、谁去、何时前；样品一瓶一号，交接逐手登记；
-- 实验室结果填进来，旁边就是同一小时的自动监测值（由程序填）。
--
-- 方法标准号凭记忆列出（HJ 91.1 见 2022 年以后标准的引用），下达前由监测机构核对；核对后的方法写在采样项目里，以它为准。
local methods = {
  w01001 = { "pH", "HJ 1147-2020 电极法" }, w01018 = { "化学需氧量", "HJ 828-2017 重铬酸盐法" }, w21003 = { "氨氮", "HJ 535-2009 纳氏试剂分光光度法" },
  w21011 = { "总磷", "GB/T 11893-1989 钼酸铵分光光度法" }, w21001 = { "总氮", "HJ 636-2012 碱性过硫酸钾消解紫外分光光度法" },
  a21026 = { "二氧化硫", "HJ 57-2017 定电位电解法" }, a21002 = { "氮氧化物", "HJ 693-2014 定电位电解法" }, a34013 = { "颗粒物", "HJ 836-2017 重量法" },
}

local items_columns = { text "factor" { "项目（编码）", en = "Factor", required = true, max = 20 }, text "method" { "方法标准（核对后）", en = "Method, as checked", max = 120 } }
local samples_columns = {
  text "sample" { "样品编号", en = "Sample", max = 40, hint = "由程序编号" }, text "factor" { "项目（编码）", en = "Factor", required = true, max = 20 },
  time "at" { "采样时间", en = "Taken at", required = true }, text "volume" { "采样量", en = "Amount", required = true, max = 40 },
  text "kept" { "保存方式", en = "Preserved", required = true, max = 80 }, text "seal" { "封签号", en = "Seal", required = true, max = 40 },
}
local results_columns = {
  text "sample" { "样品编号", en = "Sample", required = true, max = 40 }, number "value" { "实验室结果", en = "Laboratory", required = true, min = 0 },
  text "unit" { "单位", en = "Unit", required = true, max = 20 }, text "method" { "检测方法", en = "Method", required = true, max = 120 },
  number "automatic" { "同一小时自动监测值", en = "Automatic value of the hour", decimals = 6, hint = "由程序填" }, text "mark" { "自动监测标记", en = "Its mark", max = 4, hint = "由程序填" },
  number "limit" { "当日限值", en = "Limit of the day", decimals = 6, hint = "由程序填" },
}

-- 样品编号到采样的那一行。
local function sample_of(c, number)
  for _, s in ipairs(c.fields.samples or {}) do if s.sample == number then return s end end
end

local function named(code)
  return methods[code] and methods[code][1] or code
end

return ledger {
  id = "sampling", title = "采样单", en = "Sampling orders", family = "执法监管",
  about = "超标成案后的执法监测：采样、交接、检测逐手有据，实验室结果与同一小时的自动监测值并列。",
  number = "CY-{year}-{seq:5}",
  open_by = { "office", "supervisor" },
  fields = {
    text   "title"    { "采样任务", en = "Task", value = function(c)
                          local s = ""
                          for _, i in ipairs(c.fields.items or {}) do s = s .. (s == "" and "" or "、") .. named(i.factor) end
                          return s .. "采样"
                        end },
    text   "problem"  { "采样事由", en = "Why", required = true },
    unit   "enterprise" { "被采样单位", en = "Enterprise", required = true },
    site   "site"     { "采样点位", en = "Site", required = true },
    rows   "items"    { "采样项目", en = "Items", required = true, max = 20, of = items_columns },
    rows   "asked"    { "项目与方法", en = "Items and methods", max = 20,
                        of = { text "name" { "项目", en = "Item" }, text "method" { "方法标准", en = "Method" }, text "sure" { "依据", en = "How sure" } },
                        value = function(c)
                          local rows = {}
                          for n, i in ipairs(c.fields.items or {}) do
                            local known = methods[i.factor]
                            rows[n] = { name = named(i.factor), method = i.method or known and known[2] or "由监测机构确定", sure = i.method and "监测机构核对" or known and "凭记忆，下达前核对" or "未列" }
                          end
                          return rows
                        end },
    unit   "owner"    { "采样与检测机构", en = "Sampled and analysed by" },
    unit   "supervisor" { "下达单位", en = "Ordered by", required = true, differs_from = "enterprise" },
    list   "samplers" { "采样人员", en = "Samplers" },
    date   "sample_by" { "采样期限", en = "Sample by", value = function(c) return c.fields.sample_by or add_days(c.today, 1) end },
    rows   "samples"  { "样品", en = "Samples", max = 50, of = samples_columns },
    rows   "custody"  { "样品交接", en = "Chain of custody", max = 100,
                        of = { text "step" { "环节", en = "Step", required = true }, time "at" { "时间", en = "At", required = true }, text "from" { "交出", en = "From", required = true }, text "to" { "接收", en = "To", required = true },
                               text "state" { "样品状态", en = "State of the samples", required = true } } },
    rows   "results"  { "检测结果", en = "Results", max = 50, of = results_columns },
    rows   "beside"   { "与自动监测并列", en = "Beside the automatic values", max = 50,
                        of = { text "sample" { "样品编号", en = "Sample" }, text "name" { "项目", en = "Item" }, number "value" { "实验室", en = "Laboratory" }, number "automatic" { "自动监测", en = "Automatic" },
                               number "apart" { "相对误差", en = "Apart", unit = "%", decimals = 1 }, text "says" { "结论", en = "Says" } },
                        value = function(c)
                          local rows = {}
                          for n, r in ipairs(c.fields.results or {}) do
                            local s, valid = sample_of(c, r.sample), r.automatic and (r.mark or "N") == "N"
                            local says = not r.limit and "没有当日限值" or (r.value > r.limit and "实验室超限值 " or "实验室未超限值 ") .. r.limit
                            rows[n] = { sample = r.sample, name = named(s and s.factor or ""), value = r.value, automatic = r.automatic,
                                        apart = valid and r.automatic ~= 0 and round((r.value - r.automatic) * 100 / r.automatic, 1) or nil,
                                        says = says .. (not r.automatic and "；这一小时没有自动监测值" or not valid and "；自动监测值带标记 " .. r.mark .. "，不比" or "") }
                          end
                          return rows
                        end },
    text   "failed"   { "未能采样原因", en = "Why no sample" },
    -- 采样是查清事实，不计整改完成率。
    number "weight"   { "权重", en = "Weight", default = 0, min = 0 },
  },
  states = { "待派", "待采", "送检", "检测", "复核", "办结", en = { "To be assigned", "To be taken", "On the way", "In the laboratory", "Under review", "Done" }, working = "待采", closed = "办结" },
  actions = {
    action "assign" { "派采样", en = "Assign", from = { "待派", "待采" }, to = "待采", by = { "office", "supervisor" }, never_by = "enterprise", sets = { "owner", "samplers", "items" },
                      needs = { unit "owner" { "采样与检测机构", en = "Sampled and analysed by", required = true }, list "samplers" { "采样人员", en = "Samplers", required = true },
                                rows "items" { "采样项目（核对方法）", en = "Items, methods checked", max = 20, of = items_columns } },
                      guard = function(c)
                        if #c.given.samplers < 2 then return "采样人员不得少于两人 | two samplers at least" end
                        if c.given.owner == c.fields.enterprise then return "不能由被采样单位采样 | the enterprise does not sample itself" end
                      end },
    action "take"   { "采样", en = "Take the samples", from = "待采", to = "送检", by = "owner", never_by = "enterprise", sets = { "samples" },
                      needs = { rows "samples" { "样品", en = "Samples", required = true, max = 50, of = samples_columns }, file "photos" { "采样照片", en = "Photos", kinds = { "photo" } } },
                      guard = function(c)
                        for n, s in ipairs(c.given.samples) do
                          if s.at > c.today .. "T23:59" then return "第" .. n .. "个样品的采样时间在今天之后 | in the future: sample " .. n end
                          for k = 1, n - 1 do if c.given.samples[k].seal == s.seal then return "封签号" .. s.seal .. "用了两次 | a seal is used once" end end
                        end
                        for _, i in ipairs(c.fields.items) do
                          local had
                          for _, s in ipairs(c.given.samples) do had = had or s.factor == i.factor end
                          if not had then return "缺项目 " .. named(i.factor) .. " 的样品 | no sample for " .. i.factor end
                        end
                      end,
                      set = function(c)
                        local rows, seals = c.given.samples, ""
                        for n, s in ipairs(rows) do
                          s.sample = c.number .. "-" .. (n < 10 and "0" or "") .. n
                          seals = seals .. (n == 1 and "" or "、") .. s.seal
                        end
                        return { samples = rows, custody = { { step = "采样封签", at = rows[#rows].at, from = "采样现场", to = c.fields.samplers[1] .. "、" .. c.fields.samplers[2], state = "封签 " .. seals } } }
                      end },
    action "fail"   { "未能采样", en = "No sample", from = "待采", to = "复核", by = "owner", sets = { "failed" }, needs = { text "failed" { "原因（停产、无水等）", en = "Why", required = true } } },
    action "receive" { "样品接收", en = "Receive", from = "送检", to = "检测", by = "owner", never_by = "enterprise",
                       needs = { text "receiver" { "接收人", en = "Received by", required = true, max = 40 }, time "at" { "接收时间", en = "At", required = true }, flag "sealed" { "封签完好", en = "Seals whole" } },
                       guard = function(c)
                         if contains(c.fields.samplers, c.given.receiver) then return "接收人不能是采样人员 | a sampler does not receive his own samples" end
                         if not c.given.sealed then return "封签不完好的样品不能接收，重新采样 | broken seals: take the samples again" end
                         for _, s in ipairs(c.fields.samples) do if s.at > c.given.at then return "接收早于采样 | received before it was taken" end end
                       end,
                       set = function(c)
                         local rows = c.fields.custody
                         rows[#rows + 1] = { step = "送检接收", at = c.given.at, from = c.fields.samplers[1], to = c.given.receiver, state = "封签完好" }
                         return { custody = rows }
                       end },
    action "again"  { "重新采样", en = "Take them again", from = { "送检", "检测", "复核" }, to = "待采", by = { "supervisor", "office" }, needs = { text "reason" { "理由", en = "Why", required = true } },
                      set = function(c) return { results = {} } end },
    action "result" { "填报结果", en = "Enter the results", from = { "检测", "复核" }, to = "复核", by = "owner", never_by = "enterprise", sets = { "results" },
                      needs = { rows "results" { "检测结果", en = "Results", required = true, max = 50, of = results_columns }, file "report" { "检测报告", en = "Report" } },
                      guard = function(c)
                        for n, r in ipairs(c.given.results) do
                          if not sample_of(c, r.sample) then return "没有样品 " .. r.sample .. " | no such sample: " .. r.sample end
                          for k = 1, n - 1 do if c.given.results[k].sample == r.sample then return "样品 " .. r.sample .. " 填了两次 | entered twice: " .. r.sample end end
                        end
                        if #c.given.results < #c.fields.samples then return "还有样品没有结果 | a sample has no result yet" end
                      end },
    action "close"  { "审核办结", en = "Close", from = "复核", to = "办结", by = { "supervisor", "office" }, never_by = { "owner", "enterprise" } },
  },
  clocks = { clock "sample" { "采样", en = "Sampling", from = "open", days = 1, stops = { "take", "fail" }, source = "本市约定", certainty = "derived" },
             clock "result" { "出具结果", en = "Results", from = "receive", days = 5, counts = "workdays", stops = { "result" }, source = "本市约定", certainty = "derived" } },
  clock  = { yellow = 1 },
  ladder = { { 1, "督办", en = "Supervision order", to = { "owner", "supervisor" }, rule = "逾期次日" } },
  list   = { columns = { "number", "title", "enterprise", "owner", "samplers", "sample_by", "beside" } },
  views  = { view "late" { "逾期", en = "Overdue", filter = { light = "red" } }, view "review" { "待审核", en = "To be reviewed", filter = { state = "复核" } } },
  forms  = { form "order" { "采样单", en = "Sampling order",
               rows = { { "编号", "number" }, { "采样事由", "problem" }, { "被采样单位", "enterprise" }, { "采样点位", "site" }, { "项目与方法", "asked" }, { "采样与检测机构", "owner" }, { "采样人员", "samplers" }, { "采样期限", "sample_by" }, { "现场情况", "" } },
               sign = { "采样人员", "被采样单位签名", "下达单位（盖章）" }, history = false, evidence = false },
             form "custody" { "样品交接单", en = "Chain of custody", rows = { { "编号", "number" }, { "采样点位", "site" }, { "样品", "samples" }, { "样品交接", "custody" } }, sign = { "交出", "接收" }, history = false, evidence = false },
             form "report" { "执法监测结果", en = "Results", rows = { { "编号", "number" }, { "被采样单位", "enterprise" }, { "采样点位", "site" }, { "检测结果", "results" }, { "与自动监测并列", "beside" }, { "未能采样原因", "failed" } },
               sign = { "采样与检测机构（盖章）", "审核" }, history = false, evidence = false } },
  tests  = {
    { "两人采样、一瓶一号、逐手交接，结果逐瓶填，与自动监测并列", start = "2026-03-02 09:00",
      case = { problem = "化学需氧量小时均值超标", enterprise = "other", site = 1, items = { { factor = "w01018" }, { factor = "w99999" } }, supervisor = "supervisor" },
      computed = { sample_by = "2026-03-03", asked = { { name = "化学需氧量", method = "HJ 828-2017 重铬酸盐法", sure = "凭记忆，下达前核对" }, { name = "w99999", method = "由监测机构确定", sure = "未列" } } },
      clocks = { sample = "2026-03-03" },
      steps = {
        { "assign", by = "other_admin", given = { owner = "owner", samplers = { "甲", "乙" } }, fails = "case.forbidden" },
        { "assign", by = "supervisor", given = { owner = "owner", samplers = { "甲" } }, fails = "case.gate_unmet" },
        { "assign", by = "supervisor", given = { owner = "other", samplers = { "甲", "乙" } }, fails = "case.gate_unmet" },
        { "assign", by = "supervisor", given = { owner = "owner", samplers = { "甲", "乙" }, items = { { factor = "w01018", method = "HJ 828-2017" }, { factor = "w21003" } } }, state = "待采" },
        { "take", by = "other", given = { samples = { { factor = "w01018", at = "2026-03-02 10:00", volume = "500 mL", kept = "硫酸酸化", seal = "F001" } } }, fails = "case.forbidden" },
        { "take", by = "owner", given = { samples = { { factor = "w01018", at = "2026-03-02 10:00", volume = "500 mL", kept = "硫酸酸化", seal = "F001" } } }, fails = "case.gate_unmet" }, -- 缺氨氮
        { "take", by = "owner", given = { samples = { { factor = "w01018", at = "2026-03-02 10:00", volume = "500 mL", kept = "硫酸酸化", seal = "F001" }, { factor = "w21003", at = "2026-03-02 10:05", volume = "250 mL", kept = "硫酸酸化", seal = "F001" } } }, fails = "case.gate_unmet" }, -- 封签重号
        { "take", by = "owner", given = { samples = { { factor = "w01018", at = "2026-03-09 10:00", volume = "500 mL", kept = "硫酸酸化", seal = "F001" }, { factor = "w21003", at = "2026-03-02 10:05", volume = "250 mL", kept = "硫酸酸化", seal = "F002" } } }, fails = "case.gate_unmet" }, -- 明天的样
        { "take", by = "owner", given = { samples = { { factor = "w01018", at = "2026-03-02 10:00", volume = "500 mL", kept = "硫酸酸化", seal = "F001", sample = "自编号" }, { factor = "w21003", at = "2026-03-02 10:05", volume = "250 mL", kept = "硫酸酸化", seal = "F002" } } }, state = "送检",
          computed = { samples = { { sample = "CY-2026-00001-01", factor = "w01018", at = "2026-03-02T10:00", volume = "500 mL", kept = "硫酸酸化", seal = "F001" }, { sample = "CY-2026-00001-02", factor = "w21003", at = "2026-03-02T10:05", volume = "250 mL", kept = "硫酸酸化", seal = "F002" } } } },
        { "receive", by = "owner", given = { receiver = "甲", at = "2026-03-02 14:00", sealed = true }, fails = "case.gate_unmet" },
        { "receive", by = "owner", given = { receiver = "丙", at = "2026-03-02 14:00" }, fails = "case.gate_unmet" },
        { "receive", by = "owner", given = { receiver = "丙", at = "2026-03-02 09:00", sealed = true }, fails = "case.gate_unmet" },
        { "receive", by = "owner", given = { receiver = "丙", at = "2026-03-02 14:00", sealed = true }, state = "检测", clocks = { result = "2026-03-09" } },
        { "result", by = "owner", given = { results = { { sample = "CY-2026-00001-01", value = 95, unit = "mg/L", method = "HJ 828-2017", automatic = 100, limit = 80 } } }, fails = "case.gate_unmet" }, -- 少一瓶
        { "result", by = "owner", given = { results = { { sample = "CY-2026-00001-01", value = 95, unit = "mg/L", method = "HJ 828-2017" }, { sample = "CY-2026-00009-01", value = 1, unit = "mg/L", method = "HJ 535-2009" } } }, fails = "case.gate_unmet" },
        { "result", by = "owner", given = { results = { { sample = "CY-2026-00001-01", value = 95, unit = "mg/L", method = "HJ 828-2017" }, { sample = "CY-2026-00001-01", value = 60, unit = "mg/L", method = "HJ 828-2017" } } }, fails = "case.gate_unmet" },
        { "result", by = "owner", given = { results = { { sample = "CY-2026-00001-01", value = 95, unit = "mg/L", method = "HJ 828-2017", automatic = 100, mark = "N", limit = 80 }, { sample = "CY-2026-00001-02", value = 4, unit = "mg/L", method = "HJ 535-2009", automatic = 3, mark = "D", limit = 8 } } }, state = "复核",
          computed = { beside = { { sample = "CY-2026-00001-01", name = "化学需氧量", value = 95, automatic = 100, apart = -5, says = "实验室超限值 80" },
                                  { sample = "CY-2026-00001-02", name = "氨氮", value = 4, automatic = 3, says = "实验室未超限值 8；自动监测值带标记 D，不比" } } } },
        { "close", by = "owner_supervisor", fails = "case.forbidden" },
        { "again", by = "supervisor", given = { reason = "平行样偏差大" }, state = "待采", computed = { beside = false } },
        { "fail", by = "owner", state = "待采", fails = "case.field_missing" },
        { "fail", by = "owner", given = { failed = "停产无水" }, state = "复核" },
        { "close", by = "other_admin", fails = "case.forbidden" },
        { "close", by = "supervisor", state = "办结" },
      } },
    { "没有采样项目不能下达", fails = "case.field_missing", case = { problem = "p", enterprise = "other", site = 1, supervisor = "supervisor" } },
  },
}
