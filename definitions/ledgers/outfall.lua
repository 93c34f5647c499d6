-- 入河入海排污口台账：查、测、溯、治四步不能跳；每一步都要留下照片、样品、责任主体、治理和复测。
local samples_columns = {
  date "taken" { "采样日期", en = "Taken", required = true }, text "sample" { "样品编号", en = "Sample", required = true },
  text "factor" { "项目", en = "Factor", required = true }, number "value" { "结果", en = "Value", required = true },
  text "unit" { "单位", en = "Unit", required = true }, number "limit" { "限值", en = "Limit" },
}
local trace_by_choices = { "资料溯源", "人工排查", "技术溯源", "水质指纹" }
local way_choices = { "依法取缔", "清理合并", "规范整治", "保留" }
local proofs = { "照片", "监测报告", "现场核查", "文件", "其他" }

return ledger {
  id = "outfall", title = "入河入海排污口", en = "Outfalls", family = "水环境",
  about = "一口一档：排查、监测、溯源、整治，复测达标才销号。",
  number = "PK-{year}-{seq:5}",

  fields = {
    text   "code"     { "排污口编码", en = "Code", max = 40 },
    text   "title"    { "排污口名称", en = "Name", required = true, max = 100 },
    choice "kind"     { "类型", en = "Kind", required = true, of = { "工业排污口", "城镇污水处理厂排污口", "农业排口", "雨洪排口", "港口码头排口", "沟渠河港排口", "其他" } },
    choice "into"     { "去向", en = "Into", required = true, of = { "入河", "入湖库", "入海" } },
    text   "water"    { "受纳水体", en = "Water", required = true, max = 100 },
    point  "place"    { "位置", en = "Place", required = true },
    text   "problem"  { "排查情况", en = "Survey", required = true },
    file   "photos"   { "现场照片", en = "Photos", kinds = { "photo" } },
    rows   "samples"  { "监测结果", en = "Samples", max = 200,
                        of = samples_columns },
    text   "traced"   { "溯源结论", en = "Traced to" },
    choice "trace_by" { "溯源方法", en = "Traced by", of = trace_by_choices },
    unit   "owner"    { "责任主体（或兜底责任政府）", en = "Responsible unit" },
    unit   "supervisor" { "监管单位", en = "Supervising unit", differs_from = "owner" },
    choice "way"      { "整治方式", en = "Treatment", of = way_choices },
    goal   "goal"     { "整治目标", en = "Goal" },
    list   "measures" { "整治措施", en = "Measures" },
    date   "due"      { "整治期限", en = "Limit" },
    site   "site"     { "自动监测点位", en = "Site" },
  },

  states = { "查", "测", "溯", "治", "复测", "销号", en = { "Survey", "Measure", "Trace", "Treat", "Re-sample", "Closed" }, working = "治", closed = "销号" },

  actions = {
    action "surveyed" { "完成排查", en = "Surveyed", from = "查", to = "测", by = "office", sets = { "photos" },
                        needs = { file "photos" { "现场照片", en = "Photos", required = true, kinds = { "photo" } }, text "report" { "排查说明", en = "Report" } } },
    action "measured" { "完成监测", en = "Measured", from = "测", to = "溯", by = "office", sets = { "samples" },
                        needs = { rows "samples" { "监测结果", en = "Samples", required = true, max = 200,
                                    of = samples_columns } } },
    action "traced"   { "完成溯源", en = "Traced", from = "溯", to = "治", by = "office", never_by = "owner", sets = { "traced", "trace_by", "owner", "supervisor", "way", "goal", "measures", "due" },
                        needs = { text "traced" { "溯源结论", en = "Traced to", required = true }, choice "trace_by" { "溯源方法", en = "Traced by", required = true, of = trace_by_choices },
                                  unit "owner" { "责任主体", en = "Responsible unit", required = true }, unit "supervisor" { "监管单位", en = "Supervising unit", required = true, differs_from = "owner" },
                                  choice "way" { "整治方式", en = "Treatment", required = true, of = way_choices },
                                  goal "goal" { "整治目标", en = "Goal", required = true }, list "measures" { "整治措施", en = "Measures", required = true }, date "due" { "整治期限", en = "Limit", required = true } } },
    action "report"   { "整治进展", en = "Report progress", from = "治", by = "owner",
                        needs = { text "report" { "进展", en = "Progress", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "treated"  { "整治完成", en = "Treated", from = "治", to = "复测", by = "owner",
                        needs = { text "report" { "完成情况", en = "Report", required = true }, evidence "evidence" { "佐证材料", en = "Evidence", of = proofs, records = { ["现场核查"] = { "inspection", "patrol" } } } } },
    action "resample" { "复测", en = "Re-sample", from = "复测", by = { "office", "supervisor" }, never_by = "owner", sets = { "samples" },
                        needs = { rows "samples" { "全部监测结果（含复测）", en = "All samples", required = true, max = 200,
                                    of = samples_columns },
                                  evidence "evidence" { "复测报告", en = "Report", of = { "监测报告", "照片" } } },
                        guard = function(c)
                          local old = c.fields.samples or {}
                          if #c.given.samples <= #old then return "须保留原有监测结果并加上复测结果 | keep the earlier samples and add the new ones" end
                          for i, s in ipairs(old) do
                            local n = c.given.samples[i]
                            if n.taken ~= s.taken or n.sample ~= s.sample or n.factor ~= s.factor or n.value ~= s.value or n.unit ~= s.unit or n.limit ~= s.limit then
                              return "第" .. i .. "行是原有监测结果，不能改动 | an earlier sample stays what it was: row " .. i
                            end
                          end
                          for i = #old + 1, #c.given.samples do
                            local n = c.given.samples[i]
                            if n.taken > c.today then return "采样日期在今天之后 | taken in the future" end
                            for _, s in ipairs(old) do
                              if n.taken <= s.taken then return "复测须晚于原有采样（" .. s.taken .. "） | a re-sample is later than what was sampled before" end
                            end
                          end
                        end },
    action "return"   { "退回整治", en = "Return", from = "复测", to = "治", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "close"    { "销号", en = "Close", from = "复测", to = "销号", by = "supervisor", never_by = "owner", gate = "goal_met",
                        guard = function(c)
                          if (c.taken.resample or 0) == 0 then return "未复测，不能销号 | sample again first" end
                          -- 每个测过的项目看它最后一次采样，限值没写的用这个项目先前的限值。
                          local last, limit = {}, {}
                          for _, s in ipairs(c.fields.samples) do
                            limit[s.factor] = s.limit or limit[s.factor]
                            if not last[s.factor] or s.taken >= last[s.factor].taken then last[s.factor] = s end
                          end
                          for _, s in ipairs(c.fields.samples) do
                            local l, max = last[s.factor], limit[s.factor]
                            if max and l.value > max then return "复测" .. l.factor .. " " .. l.value .. l.unit .. " 超过限值 " .. max .. " | the last sample is above its limit: " .. l.factor end
                          end
                        end },
    action "found_again" { "复查发现反弹", en = "Found again", from = "销号", reopens = true, by = { "office", "supervisor" }, never_by = "owner", needs = { text "reason" { "复查情况", en = "What was found", required = true } } },
  },

  clock    = { due = "due", counts = "calendar", yellow = 15 },
  evidence_kinds = 2,
  ladder   = { { -30, "调度", en = "Progress call", to = { "owner" }, rule = "整治期限前30日" }, { 1, "通报", en = "Circular", to = { "owner", "supervisor" }, rule = "逾期次日" } },
  lookback = { for_days = 365, reopen_to = "治", on = "goal_broken", due_days = 60, recheck = { after_days = { 180 }, share = 0.1, by = "supervisor" } },
  group    = "kind",
  list     = { columns = { "number", "code", "title", "kind", "into", "water", "owner", "way", "due" } },
  forms    = { form "sheet" { "排污口登记表", en = "Outfall sheet",
                 rows = { { "编码", "code" }, { "名称", "title" }, { "类型", "kind" }, { "受纳水体", "water" }, { "排查情况", "problem" }, { "监测结果", "samples" }, { "溯源结论", "traced" },
                          { "责任主体", "owner" }, { "整治方式", "way" }, { "整治措施", "measures" } }, sign = { "填表人", "审核人" } } },
  excel    = { code = { "排污口编码", "编码" }, title = { "排污口名称", "名称" }, kind = { "类型", "排污口类型" }, into = { "去向" }, water = { "受纳水体" }, problem = { "排查情况", "存在问题" } },
  public   = { "number", "code", "title", "kind", "water", "owner", "way", "state", "closed" },

  tests = {
    { "四步不能跳，复测达标才销号", start = "2026-03-02 09:00",
      case = { title = "云临河左岸3号排口", kind = "雨洪排口", into = "入河", water = "云临河", place = { lon = 122.5, lat = 36.5 }, problem = "晴天有水流出，水色发黄" },
      steps = {
        { "measured", by = "office", given = { samples = { { taken = "2026-03-01", sample = "S1", factor = "氨氮", value = 6.2, unit = "mg/L", limit = 2 } } }, fails = "case.no_such_action" },
        { "surveyed", by = "office", given = { photos = { 1 } }, state = "测" },
        { "measured", by = "office", given = { samples = { { taken = "2026-03-01", sample = "S1", factor = "氨氮", value = 6.2, unit = "mg/L", limit = 2 } } }, state = "溯" },
        { "traced", by = "office", given = { traced = "上游小区雨污混接", trace_by = "人工排查", owner = "owner", supervisor = "supervisor", way = "规范整治", goal = "晴天无水排出，复测达标", measures = { "改造混接点3处" }, due = "2026-05-31" }, state = "治" },
        { "report", by = "owner", given = { report = "已改造2处" } },
        { "treated", by = "owner", given = { report = "已改造", evidence = { { kind = "照片", text = "改造后", files = { 1 } } } }, state = "复测" },
        { "close", by = "supervisor", fails = "case.gate_unmet" },
        { "resample", by = "owner", given = { samples = {} }, fails = "case.forbidden" },
        { "resample", by = "supervisor", given = { samples = { { taken = "2026-03-12", sample = "S2", factor = "氨氮", value = 0.4, unit = "mg/L", limit = 2 } } }, fails = "case.gate_unmet" }, -- 原有结果不能换掉
        { "resample", by = "supervisor", given = { samples = { { taken = "2026-03-01", sample = "S1", factor = "氨氮", value = 0.2, unit = "mg/L", limit = 2 }, { taken = "2026-03-12", sample = "S2", factor = "氨氮", value = 0.4, unit = "mg/L", limit = 2 } } }, fails = "case.gate_unmet" }, -- 也不能改
        { "resample", by = "supervisor", given = { samples = { { taken = "2026-03-01", sample = "S1", factor = "氨氮", value = 6.2, unit = "mg/L", limit = 2 }, { taken = "2026-03-01", sample = "S2", factor = "氨氮", value = 0.4, unit = "mg/L", limit = 2 } } }, fails = "case.gate_unmet" }, -- 复测须在其后
        { "resample", by = "supervisor", days = 10, given = { samples = { { taken = "2026-03-01", sample = "S1", factor = "氨氮", value = 6.2, unit = "mg/L", limit = 2 }, { taken = "2026-03-12", sample = "S2", factor = "氨氮", value = 2.4, unit = "mg/L", limit = 2 } },
                                                              evidence = { { kind = "监测报告", text = "复测", files = { 2 } } } } },
        { "close", by = "supervisor", fails = "case.gate_unmet" },                           -- 复测仍超标
        { "return", by = "supervisor", given = { reason = "仍超标" }, state = "治" },
        { "treated", by = "owner", given = { report = "再改造" }, state = "复测" },
        { "resample", by = "supervisor", days = 10, given = { samples = { { taken = "2026-03-01", sample = "S1", factor = "氨氮", value = 6.2, unit = "mg/L", limit = 2 }, { taken = "2026-03-12", sample = "S2", factor = "氨氮", value = 2.4, unit = "mg/L", limit = 2 },
                                                                          { taken = "2026-03-22", sample = "S3", factor = "氨氮", value = 0.8, unit = "mg/L", limit = 2 } } } },
        { "close", by = "supervisor", state = "销号" },
        { "found_again", by = "office", days = 60, given = { reason = "晴天又有水流出" }, state = "治", rebounds = 1 },
      } },
    { "缺位置", fails = "case.field_missing", case = { title = "无名排口", kind = "雨洪排口", into = "入河", water = "云临河", problem = "有水" } },
  },
}
