-- 指标数据上报台账：仪器测不到的数（海湾优良面积、安全利用率、工程量……）由人上报，写明谁、何时、据何文件、按什么办法。
-- 审核采用的才用来评判目标，页面上注明“上报”，与实测分开；没有上报的目标是“不能判定”。按原数评判，不先修约。
local proof = file "proof" { "依据文件", en = "Document it rests on", required = true, max = 10 }

return ledger {
  id = "figure", title = "指标数据上报", en = "Reported figures", family = "目标规划",
  about = "仪器测不到的指标数据由责任单位上报、监管单位审核，采用后用于评判目标，始终注明是上报而不是实测。",
  number = "SB-{year}-{seq:5}",
  open_by = { "office", "responsible", "supervisor" },
  -- 记账：同一指标同一截至日已经采用了别的数，先撤回那一条。
  related = { others = { ledger = "figure", where = { indicator = "indicator", on = "on" }, states = { "采用" } } },
  fields = {
    text   "indicator" { "指标", en = "Indicator", required = true, max = 100, hint = "与目标中的名称一致；任务写对象，如“污水管网”" },
    text   "region"   { "范围", en = "Place", max = 60, hint = "县市区或海湾；全市不填" },
    number "target"   { "目标编号", en = "Target", decimals = 0, min = 1, hint = "从目标调度页上报时自动带入" },
    text   "title"    { "上报数据", en = "Figure", value = function(c)
                          local f = c.fields
                          return (f.region or "") .. f.indicator .. "：" .. f.value .. f.unit .. "（截至" .. f.on .. "）"
                        end },
    choice "span"     { "时段", en = "Span", required = true, of = { "年初至截至日", "当月" }, default = "年初至截至日" },
    date   "on"       { "截至日期", en = "Up to", required = true },
    number "value"    { "数值", en = "Value", required = true, min = -1000000, max = 1000000, decimals = 6 },
    text   "unit"     { "计量单位", en = "Unit", required = true, max = 20 },
    text   "method"   { "评价规则或核算办法（名称与版本）", en = "Rule or method with its version", required = true, max = 200 },
    text   "source"   { "数据来源（文件、文号）", en = "Source", required = true, max = 200 },
    proof,
    text   "note"     { "说明", en = "Remark" },
    unit   "owner"    { "上报单位", en = "Reported by", required = true },
    unit   "supervisor" { "审核单位", en = "Checked by", required = true, differs_from = "owner" },
  },
  guard = function(c)
    if c.fields.on > c.today then return "截至日期在今天之后 | the date is in the future" end
  end,
  states = { "待审核", "退回", "采用", en = { "To be checked", "Sent back", "Adopted" }, working = "待审核", closed = "采用" },
  actions = {
    action "adopt"  { "审核采用", en = "Adopt", from = "待审核", to = "采用", by = "supervisor", never_by = "owner",
                      needs = { text "opinion" { "审核意见", en = "Opinion", required = true } },
                      guard = function(c)
                        for _, x in ipairs(c.related.others) do
                          if x.number ~= c.number and x.fields.region == c.fields.region and x.fields.span == c.fields.span then
                            return x.number .. " 已采用同一指标同一日期的数据，须先撤回 | " .. x.number .. " is adopted for the same day: recall it first"
                          end
                        end
                      end },
    action "return" { "退回", en = "Send back", from = "待审核", to = "退回", by = "supervisor", needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "correct" { "更正重报", en = "Correct", from = "退回", to = "待审核", by = "owner", sets = { "value", "method", "source", "proof" },
                       needs = { number "value" { "数值", en = "Value", required = true, min = -1000000, max = 1000000, decimals = 6 },
                                 text "method" { "评价规则或核算办法（名称与版本）", en = "Rule or method with its version", required = true, max = 200 },
                                 text "source" { "数据来源（文件、文号）", en = "Source", required = true, max = 200 }, proof } },
    action "recall" { "撤回采用", en = "Recall", from = "采用", reopens = true, by = { "office", "supervisor" }, never_by = "owner", needs = { text "reason" { "理由", en = "Why", required = true } } },
  },
  lookback = { for_days = 365, reopen_to = "退回" },
  group  = "indicator",
  list   = { columns = { "number", "indicator", "region", "value", "unit", "on", "span", "source", "owner" } },
  views  = { view "check" { "待审核", en = "To be checked", filter = { state = "待审核" } } },
  forms  = { form "sheet" { "指标数据上报单", en = "Report sheet", rows = { { "指标", "indicator" }, { "范围", "region" }, { "时段", "span" }, { "截至日期", "on" }, { "数值", "value" }, { "计量单位", "unit" },
             { "评价规则或核算办法", "method" }, { "数据来源", "source" }, { "说明", "note" } }, sign = { "上报单位（盖章）", "审核单位（盖章）" } } },
  excel  = { indicator = { "指标", "指标名称" }, region = { "范围", "地区" }, on = { "截至日期", "截止日期" }, value = { "数值", "现值" }, unit = { "计量单位", "单位" }, method = { "评价规则", "核算办法" },
             source = { "数据来源", "来源" }, owner = { "上报单位", "填报单位" }, supervisor = { "审核单位" } },
  tests  = {
    { "没有依据文件不能上报，自己不能审自己", start = "2026-07-02 09:00",
      case = { indicator = "受污染耕地安全利用率", on = "2026-06-30", value = 91.99, unit = "%", method = "按地块核算（本市办法2024版）", source = "碧农报〔2026〕7号", proof = { 1 }, owner = "owner", supervisor = "supervisor" },
      steps = {
        { "adopt", by = "owner", given = { opinion = "x" }, fails = "case.forbidden" },
        { "return", by = "supervisor", given = { reason = "文号不符" }, state = "退回" },
        { "correct", by = "owner", given = { value = 92, method = "按地块核算（本市办法2024版）", source = "碧农报〔2026〕8号", proof = { 2 } }, state = "待审核", computed = { title = "受污染耕地安全利用率：92%（截至2026-06-30）" } },
        { "adopt", by = "supervisor", given = { opinion = "与核算表一致" }, state = "采用" },
        { "recall", by = "owner", given = { reason = "x" }, fails = "case.forbidden" },
        { "recall", by = "supervisor", given = { reason = "核算有误" }, state = "退回", rebounds = 1 },
      } },
    { "同一日期只采用一个数", start = "2026-07-02 09:00",
      before = { { ledger = "figure", case = { indicator = "受污染耕地安全利用率", on = "2026-06-30", value = 91, unit = "%", method = "m", source = "s", proof = { 1 }, owner = "owner", supervisor = "supervisor" },
                   steps = { { "adopt", by = "supervisor", given = { opinion = "同意" }, state = "采用" } } } },
      case = { indicator = "受污染耕地安全利用率", on = "2026-06-30", value = 93, unit = "%", method = "m", source = "s", proof = { 1 }, owner = "owner", supervisor = "supervisor" },
      steps = { { "adopt", by = "supervisor", given = { opinion = "同意" }, fails = "case.gate_unmet" } } },
    { "没有依据文件", fails = "case.field_missing",
      case = { indicator = "受污染耕地安全利用率", on = "2026-01-01", value = 92, unit = "%", method = "m", source = "s", owner = "owner", supervisor = "supervisor" } },
    { "日期在以后", start = "2026-07-02 09:00", fails = "case.gate_unmet",
      case = { indicator = "受污染耕地安全利用率", on = "2026-07-31", value = 92, unit = "%", method = "m", source = "s", proof = { 1 }, owner = "owner", supervisor = "supervisor" } },
  },
}
