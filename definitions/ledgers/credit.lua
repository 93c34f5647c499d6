-- 企业环境信用评价台账：一家企业一年一户，记分逐项有出处（处罚决定），等级由当年有效的办法判定；修复自修复日起算，历史不抹。
--
-- 山东 2016 年办法（2017-03-01 起施行）：0 分绿、1–11 分黄、12 分及以上红（确证）；2021 年修订为绿蓝黄黑四级，分值线未查到，须由本市填写。
-- 国家 2013 年试行办法：绿蓝黄红四级，分数带未查到；一票否决为红（确证）。
local veto = "环境犯罪、未批先建、未验先投、总量超限、暗管偷排、非法处置危废等"

local repairs_columns = {
  text "source" { "处罚编号", en = "Penalty", required = true }, date "on" { "修复日期", en = "From", required = true },
  text "paper" { "修复决定文号", en = "Paper", required = true },
}

return ledger {
  id = "credit", title = "企业环境信用", en = "Environmental credit", family = "执法监管",
  about = "按当年办法逐项记分定级，可申诉、可修复，等级决定双随机的抽查比例。",
  number = "XY-{year}-{seq:4}",
  related = { penalties = { ledger = "penalty", where = { enterprise = "enterprise" } } },

  fields = {
    unit   "enterprise" { "企业", en = "Enterprise", required = true },
    number "year"     { "评价年度", en = "Year", required = true, min = 2014, max = 2100, decimals = 0 },
    unit   "owner"    { "评价单位", en = "Rating office", required = true },
    text   "title"    { "名称", en = "Title", value = function(c) return c.fields.enterprise .. " " .. c.fields.year .. "年度信用" end },
    choice "method"   { "评价办法", en = "Method", required = true, of = { "山东2016年办法", "山东2021年办法（本市填写分值线）", "国家2013年试行办法" } },
    number "blue"     { "蓝标起点", en = "Blue from", min = 0, decimals = 0, required_when = { field = "method", is = { "山东2021年办法（本市填写分值线）" } } },
    number "yellow"   { "黄标起点", en = "Yellow from", min = 0, decimals = 0, required_when = { field = "method", is = { "山东2021年办法（本市填写分值线）" } } },
    number "black"    { "黑标起点", en = "Black from", min = 0, decimals = 0, required_when = { field = "method", is = { "山东2021年办法（本市填写分值线）" } } },
    flag   "vetoed"   { "一票否决", en = "Veto" },
    text   "veto"     { "否决情形", en = "Why vetoed", required_when = { field = "vetoed", is = { true } }, hint = veto },
    rows   "items"    { "记分明细", en = "Items", max = 200,
                        of = { text "source" { "出处", en = "Source" }, text "what" { "事由", en = "What" }, number "points" { "分值", en = "Points" }, date "on" { "日期", en = "On" }, text "state" { "效力", en = "State" } },
                        value = function(c)
                          local rows = {}
                          for _, p in ipairs(c.related.penalties) do
                            local f = p.fields
                            if f.points and f.points > 0 and f.found and f.found:sub(1, 4) == c.fields.year .. "" then
                              local mended = false
                              for _, r in ipairs(c.fields.repairs or {}) do mended = mended or (r.source == p.number and r.on <= c.today) end
                              rows[#rows + 1] = { source = p.number, what = f.title, points = f.points, on = f.found, state = mended and "已修复" or "有效" }
                            end
                          end
                          return rows
                        end },
    date   "look"     { "下次计算", en = "Next look",
                        value = function(c)
                          local next
                          for _, r in ipairs(c.fields.repairs or {}) do if r.on > c.today and (not next or r.on < next) then next = r.on end end
                          return next
                        end },
    rows   "repairs"  { "信用修复", en = "Repairs", max = 100,
                        of = repairs_columns },
    number "points"   { "年度记分", en = "Points", decimals = 0,
                        value = function(c)
                          local n = 0
                          for _, i in ipairs(c.fields.items or {}) do if i.state == "有效" then n = n + i.points end end
                          return n
                        end },
    choice "card"     { "等级", en = "Card", of = { "绿", "蓝", "黄", "红", "黑", "不能判定" },
                        value = function(c)
                          local f, n = c.fields, 0
                          for _, i in ipairs(f.items or {}) do if i.state == "有效" then n = n + i.points end end
                          if f.method == "山东2016年办法" then
                            if f.year < 2017 then return "不能判定" end                   -- 2017-03-01 起施行
                            return n == 0 and "绿" or n <= 11 and "黄" or "红"
                          end
                          if f.method == "国家2013年试行办法" then return f.vetoed and "红" or "不能判定" end
                          if not (f.blue and f.yellow and f.black) then return "不能判定" end
                          return n >= f.black and "黑" or n >= f.yellow and "黄" or n >= f.blue and "蓝" or "绿"
                        end },
    text   "working"  { "评定过程", en = "Working",
                        value = function(c)
                          local s, n = "", 0
                          for _, i in ipairs(c.fields.items or {}) do
                            s = s .. i.source .. "（" .. i.what .. "，" .. i.on .. "）" .. i.points .. "分" .. (i.state == "有效" and "" or "，已修复不计") .. "；"
                            if i.state == "有效" then n = n + i.points end
                          end
                          -- 2016年办法在2021年1月修订，新分值线未查到：沿用的要说出来。
                          local kept = c.fields.method == "山东2016年办法" and c.fields.year > 2020 and "；所用办法2021年1月已修订，由本市沿用" or ""
                          return (s == "" and "无记分事项；" or s) .. "合计" .. n .. "分" .. kept
                        end },
  },
  states = { "评价", "告知", "申诉复核", "公布", "归档", en = { "Rating", "Notice", "Appeal", "Published", "Filed" }, working = "评价", met = { "公布" }, closed = "归档" },
  actions = {
    action "rate"   { "重新计算", en = "Compute again", from = { "评价", "申诉复核", "公布" }, by = { "office", "owner" } },
    action "notify" { "告知企业", en = "Tell the enterprise", from = "评价", to = "告知", by = { "office", "owner" } },
    action "appeal" { "申诉", en = "Appeal", from = "告知", to = "申诉复核", by = "enterprise", needs = { text "reason" { "申诉理由", en = "Why", required = true } } },
    action "settle" { "复核", en = "Settle the appeal", from = "申诉复核", to = "告知", by = "leader", never_by = { "owner", "enterprise" }, needs = { text "opinion" { "复核意见", en = "Opinion", required = true } } },
    action "publish" { "公布", en = "Publish", from = "告知", to = "公布", by = "office", never_by = { "owner", "enterprise" },
                       guard = function(c)
                         if c.fields.card == "不能判定" then return "等级不能判定：所选办法没有分值线 | the method chosen has no thresholds" end
                       end },
    action "repair" { "信用修复", en = "Repair", from = "公布", by = "office", never_by = { "owner", "enterprise" }, sets = { "repairs" },
                      needs = { rows "repairs" { "信用修复（含已有）", en = "All repairs", required = true, max = 100,
                                  of = repairs_columns } },
                      guard = function(c)
                        for i, r in ipairs(c.fields.repairs or {}) do
                          local n = c.given.repairs[i]
                          if not n or n.source ~= r.source or n.on ~= r.on or n.paper ~= r.paper then return "修复记录不能删改（第" .. i .. "行） | repairs stay as they were: row " .. i end
                        end
                      end },
    action "file"   { "归档", en = "File", from = "公布", to = "归档", by = "leader", never_by = { "owner", "enterprise" } },
  },
  -- 修复日到了，由程序重新计算，等级自那一天起改变。
  wake   = { on = "look", action = "rate" },
  group  = "card",
  list   = { columns = { "number", "enterprise", "year", "method", "points", "card" } },
  excel  = { enterprise = { "企业", "企业名称" }, year = { "评价年度", "年度" }, method = { "评价办法" }, owner = { "评价单位" } },
  forms  = { form "notice" { "环境信用评价告知书", en = "Notice of rating", rows = { { "企业", "enterprise" }, { "年度", "year" }, { "评价办法", "method" }, { "记分明细", "items" }, { "评定过程", "working" }, { "等级", "card" } }, sign = { "评价单位（盖章）", "企业签收" }, history = false, evidence = false } },
  public = { "number", "enterprise", "year", "points", "card", "state" },
  tests  = {
    { "0分绿、11分黄、12分红，逐项有出处；修复自修复日起改等级，历史还在", start = "2026-06-01 09:00",
      before = { { ledger = "penalty", case = { title = "超标排放", enterprise = "other", problem = "p", law = "l", found = "2026-02-01", owner = "owner", supervisor = "supervisor", goal = "g" } } },
      case = { enterprise = "other", year = 2026, owner = "owner", method = "山东2016年办法" },
      steps = {
        { "rate", by = "office", computed = { points = 0, card = "绿", working = "无记分事项；合计0分；所用办法2021年1月已修订，由本市沿用" } },
        { "notify", by = "office", state = "告知" },
        { "appeal", by = "other", given = { reason = "记分事项已撤销" }, state = "申诉复核" },
        { "settle", by = "owner_leader", given = { opinion = "x" }, fails = "case.forbidden" },
        { "settle", by = "leader", given = { opinion = "无记分事项，维持" }, state = "告知" },
        { "publish", by = "office", state = "公布" },
        { "repair", by = "office", given = { repairs = { { source = "CF-2025-0009", on = "2026-05-20", paper = "碧环信修〔2026〕2号" }, { source = "CF-2025-0011", on = "2026-05-21", paper = "碧环信修〔2026〕3号" } } } },
        { "repair", by = "office", given = { repairs = { { source = "CF-2025-0009", on = "2026-05-20", paper = "碧环信修〔2026〕2号" } } }, fails = "case.gate_unmet" },
        { "repair", by = "office", given = { repairs = { { source = "CF-2025-0009", on = "2026-05-01", paper = "碧环信修〔2026〕2号" }, { source = "CF-2025-0011", on = "2026-05-21", paper = "碧环信修〔2026〕3号" } } }, fails = "case.gate_unmet" },
        { "repair", by = "office", given = { repairs = { { source = "CF-2025-0009", on = "2026-05-20", paper = "碧环信修〔2026〕2号" }, { source = "CF-2025-0011", on = "2026-05-21", paper = "碧环信修〔2026〕3号" },
                                                         { source = "CF-2025-0012", on = "2026-06-20", paper = "碧环信修〔2026〕4号" } } }, computed = { look = "2026-06-20" } },
        { "tick", days = 18, computed = { look = "2026-06-20" } }, { "tick", days = 1, computed = { look = false } },
        { "file", by = "other_leader", fails = "case.forbidden" },
        { "file", by = "leader", state = "归档" },
      } },
    { "2021年办法没有分值线就不能判定", fails = "case.field_missing", case = { enterprise = "other", year = 2026, owner = "owner", method = "山东2021年办法（本市填写分值线）" } },
    { "国家试行办法没有分数带，除一票否决外不能判定，不能公布", start = "2026-06-01 09:00", case = { enterprise = "other", year = 2026, owner = "owner", method = "国家2013年试行办法" },
      steps = { { "rate", by = "office", computed = { card = "不能判定" } }, { "notify", by = "office" }, { "publish", by = "office", fails = "case.gate_unmet" } } },
  },
}
