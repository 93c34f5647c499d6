-- 固体废物产生贮存台账：一个单位一种废物一年一户，逐批入库出库，期初 + 产生 + 接收 − 自行利用 − 自行处置 − 委外 = 期末。
-- 账与联单两头记：移出记在移出人账上（委外），接受记在接受人账上（接收），承运人账上承运 = 交付 + 在途 + 差额，三方由同一批联单核出。
--
-- 分类管理按 HJ 1259-2022：≥100 t/a 重点、≥10 t/a 简化、其余登记；本市平台纳管线：危险废物 ≥5 t/a、一般工业固废 ≥100 t/a（衢州 2020 要点的口径，可改）。
-- 贮存一年：固废法 2020 第81条约束持证经营单位，产废单位各地仍多按一年预警，故为开关。平衡容许值 max(1%, 0.01 t) 是归纳的。
local function totals(f)
  local into, out = 0, 0
  for _, b in ipairs(f.batches or {}) do
    into = into + b.amount
    if b.out then out = out + b.amount end
  end
  return into, out
end

local sorts = { "危险废物", "医疗废物", "一般工业固体废物" }
local store_days, warn_days = 365, 30
local included_from = { ["危险废物"] = 5, ["医疗废物"] = 0, ["一般工业固体废物"] = 100 }   -- t/a

local function same(a, b, of) return round(math.abs(a - b), 4) <= round(math.max(math.abs(of) * 0.01, 0.01), 4) end

-- 一方在本年度的联单：按这一方经手的日期归年（移出人、承运人按起运，接受人按到达）。
local function of_year(manifests, year, day)
  local found = {}
  for _, m in ipairs(manifests) do
    if m.fields[day] and m.fields[day]:sub(1, 4) == year .. "" then found[#found + 1] = m end
  end
  return found
end

-- 在库批次的到期日，由早到晚。
local function limits(f)
  local days = {}
  for _, b in ipairs(f.one_year and f.batches or {}) do
    if not b.out then days[#days + 1] = add_days(b.stored, store_days) end
  end
  table.sort(days)
  return days
end

local batches_columns = {
  text "batch" { "批次编码", en = "Batch", required = true, max = 30 }, date "stored" { "入库日期", en = "Stored", required = true },
  number "amount" { "数量", en = "Amount", required = true, unit = "t", min = 0 }, text "place" { "贮存设施", en = "Store" },
  date "out" { "出库日期", en = "Out" },
}

return ledger {
  id = "waste", title = "固体废物产生贮存", en = "Waste in store", family = "固废土壤",
  about = "产废、承运、处置单位的年度账户：纳管、物料平衡、贮存期限与联单互相核对；到期前预警，超期自动立事项；从未申报的计入覆盖率的分母。",
  number = "WF-{year}-{seq:5}",
  open_by = { "enterprise", "office" },
  related = { manifests = { ledger = "manifest", where = { producer = "enterprise", code = "code" } },
              inbound   = { ledger = "manifest", where = { receiver = "enterprise", code = "code" } },
              carried   = { ledger = "manifest", where = { carrier = "enterprise", code = "code" } },
              plots     = { ledger = "plot", where = { number = "plot" } } },

  fields = {
    unit   "enterprise" { "产生单位", en = "Producer", required = true },
    unit   "supervisor" { "监管单位", en = "Supervising unit", required = true, differs_from = "enterprise" },
    number "year"     { "年度", en = "Year", required = true, min = 2016, max = 2100, decimals = 0 },
    text   "title"    { "废物名称", en = "Waste", required = true, max = 100 },
    text   "code"     { "废物代码", en = "Waste code", required = true, max = 12 },
    choice "sort"     { "废物种类", en = "Sort", required = true, of = sorts, default = "危险废物" },
    choice "basis"    { "年产生量依据", en = "Basis", required = true, of = { "投产满3年：近3年最大", "投产1至3年：最大年", "新建或不满1年：环评与许可取大" } },
    number "yearly"   { "年产生量", en = "Yearly amount", required = true, unit = "t/a", min = 0, decimals = 3 },
    flag   "facility" { "有自行利用处置设施或持经营许可证", en = "Own plant or operating permit" },
    choice "class"    { "管理类别", en = "Class", of = { "重点监管", "简化管理", "登记管理" },
                        value = function(c)
                          local f = c.fields
                          if f.facility or f.yearly >= 100 then return "重点监管" end
                          return f.yearly >= 10 and "简化管理" or "登记管理"
                        end },
    flag   "included" { "纳入监管平台", en = "On the platform", value = function(c) return c.fields.yearly >= included_from[c.fields.sort] end },
    -- 覆盖率 = 已申报 ÷ (已申报 + 从未申报)，按本字段统计；从未申报的在分母里。
    choice "coverage" { "覆盖", en = "Coverage", of = { "纳管，已申报", "纳管，从未申报", "不纳管" },
                        value = function(c)
                          if c.fields.yearly < included_from[c.fields.sort] then return "不纳管" end
                          return c.fields.generated and "纳管，已申报" or "纳管，从未申报"
                        end },
    flag   "one_year" { "按一年贮存期预警", en = "Warn at one year", required = true },
    number "stock_begin" { "期初库存", en = "Stock at the begin", required = true, unit = "t", min = 0, decimals = 4 },
    number "generated" { "产生量", en = "Generated", unit = "t", min = 0, decimals = 4 },
    number "accepted" { "接收量", en = "Received", unit = "t", min = 0, decimals = 4 },
    number "own_use"  { "自行利用", en = "Own use", unit = "t", min = 0, decimals = 4 },
    number "own_disposal" { "自行处置", en = "Own disposal", unit = "t", min = 0, decimals = 4 },
    number "outside"  { "委外利用处置", en = "Given to others", unit = "t", min = 0, decimals = 4 },
    number "stock_end" { "期末库存（盘点）", en = "Stock found", unit = "t", min = 0, decimals = 4 },
    number "expected" { "账面期末", en = "Stock by the book", unit = "t", decimals = 4,
                        value = function(c)
                          local f = c.fields
                          return round(f.stock_begin + (f.generated or 0) + (f.accepted or 0) - (f.own_use or 0) - (f.own_disposal or 0) - (f.outside or 0), 4)
                        end },
    text   "balance"  { "平衡核对", en = "Balance",
                        value = function(c)
                          local f = c.fields
                          if not f.stock_end then return "未盘点，不能判定" end
                          local book = f.stock_begin + (f.generated or 0) + (f.accepted or 0) - (f.own_use or 0) - (f.own_disposal or 0) - (f.outside or 0)
                          local d, allowed = f.stock_end - book, math.max(book * 0.01, 0.01)
                          if round(math.abs(d), 4) <= round(allowed, 4) then return "平衡" end
                          return "不平衡：盘点比账面" .. (d > 0 and "多" or "少") .. round(math.abs(d), 4) .. "吨，容许" .. round(allowed, 4) .. "吨"
                        end },
    text   "against"  { "与联单核对", en = "Against the manifests",
                        value = function(c)
                          local f, t, got, n = c.fields, 0, 0, 0
                          for _, m in ipairs(of_year(c.related.manifests, f.year, "left")) do
                            if m.state == "办结" and m.fields.received then n, t = n + 1, t + m.fields.received end
                          end
                          for _, m in ipairs(of_year(c.related.inbound, f.year, "arrived")) do
                            if m.state == "办结" and m.fields.received then got = got + m.fields.received end
                          end
                          if not same(f.outside or 0, t, t) then return "不符：申报委外" .. (f.outside or 0) .. "吨，联单" .. n .. "份共" .. round(t, 4) .. "吨" end
                          if not same(f.accepted or 0, got, got) then return "不符：申报接收" .. (f.accepted or 0) .. "吨，联单接受" .. round(got, 4) .. "吨" end
                          return "相符（联单" .. n .. "份，" .. round(t, 4) .. "吨）"
                        end },
    -- 承运人的账：每一吨装上车的，不是交付了，就是在途，就是差额。
    text   "carriage" { "承运核对", en = "Carried",
                        value = function(c)
                          local up, down, road, n = 0, 0, 0, 0
                          for _, m in ipairs(of_year(c.related.carried, c.fields.year, "left")) do
                            local f = m.fields
                            if m.state ~= "填写" and m.state ~= "待承运" then
                              n, up = n + 1, up + f.sent
                              if f.received then down = down + f.received else road = road + f.sent end
                            end
                          end
                          if n == 0 then return "" end
                          local gap = round(up - down - road, 4)
                          return (same(up, down + road, up) and "平衡" or "不平衡") .. "：承运" .. round(up, 4) .. "吨 = 交付" .. round(down, 4) .. "吨 + 在途" .. round(road, 4) .. "吨 + 差额" .. gap .. "吨"
                        end },
    case   "plot"     { "所在地块", en = "Plot", of = "plot" },
    text   "plot_state" { "地块情况", en = "State of the plot",
                          value = function(c)
                            for _, p in ipairs(c.related.plots) do return p.number .. "（" .. p.state .. "）" .. (p.fields.restriction or "") end
                          end },
    rows   "batches"  { "贮存批次", en = "Batches", max = 500,
                        of = batches_columns },
    number "oldest"   { "最长在库天数", en = "Oldest in store", unit = "天", decimals = 0,
                        value = function(c)
                          local most = 0
                          for _, b in ipairs(c.fields.batches or {}) do
                            if not b.out then most = math.max(most, days_between(b.stored, c.today)) end
                          end
                          return most
                        end },
    text   "storage"  { "贮存期限", en = "Storage time",
                        value = function(c)
                          if not c.fields.one_year then return "不按一年预警" end
                          local late, soon = 0, 0
                          for _, b in ipairs(c.fields.batches or {}) do
                            local d = not b.out and days_between(b.stored, c.today) or 0
                            if d > store_days then late = late + 1 elseif d >= store_days - warn_days then soon = soon + 1 end
                          end
                          if late > 0 then return "超期贮存" .. late .. "批" end
                          return soon > 0 and "30天内到期" .. soon .. "批" or "正常"
                        end },
    date   "due"      { "最早到期", en = "First limit", value = function(c) return limits(c.fields)[1] end },
    -- 程序下次核对的日子：预警起点和到期次日，哪个先到是哪个。
    date   "look"     { "下次核对", en = "Next look",
                        value = function(c)
                          local next
                          for _, d in ipairs(limits(c.fields)) do
                            for _, day in ipairs({ add_days(d, -warn_days), add_days(d, 1) }) do
                              if day > c.today and (not next or day < next) then next = day end
                            end
                          end
                          return next
                        end },
    goal   "goal"     { "年度目标", en = "Goal" },
  },
  states = { "建账", "在册", "待核", "结账", en = { "New", "Kept", "Under check", "Closed" }, working = "在册", closed = "结账" },
  actions = {
    action "open_book" { "启用", en = "Begin", from = "建账", to = "在册", by = { "enterprise", "office" } },
    action "declare" { "申报", en = "Declare", from = "在册", by = { "enterprise", "office" }, sets = { "generated", "accepted", "own_use", "own_disposal", "outside", "stock_end" },
                       needs = { number "generated" { "产生量（累计）", en = "Generated", required = true, unit = "t", min = 0, decimals = 4 }, number "accepted" { "接收量", en = "Received", unit = "t", min = 0, decimals = 4 },
                                 number "own_use" { "自行利用", en = "Own use", unit = "t", min = 0, decimals = 4 }, number "own_disposal" { "自行处置", en = "Own disposal", unit = "t", min = 0, decimals = 4 },
                                 number "outside" { "委外利用处置", en = "Given to others", required = true, unit = "t", min = 0, decimals = 4 }, number "stock_end" { "期末库存（盘点）", en = "Stock found", required = true, unit = "t", min = 0, decimals = 4 } } },
    action "store"  { "登记批次", en = "Enter batches", from = "在册", by = { "enterprise", "office" }, sets = { "batches" },
                      needs = { rows "batches" { "贮存批次", en = "Batches", required = true, max = 500,
                                  of = batches_columns } },
                      guard = function(c)
                        local into, out = totals(c.given)
                        if out > into then return "出库多于入库 | more went out than came in" end
                        if #c.given.batches < #(c.fields.batches or {}) then return "批次不能删除 | batches cannot vanish" end
                      end },
    -- 到期前由此预警，超期的批次各立一件事项，一批只立一次；到期日由程序来做，人也可随时做。
    action "refresh" { "按今日核对", en = "Check as of today", from = { "在册", "待核" }, by = { "office", "supervisor", "enterprise" },
                       open = function(c)
                         local list, f, known = {}, c.fields, {}
                         for _, k in ipairs(c.children.list) do known[k.fields.title or ""] = true end
                         for _, b in ipairs(f.one_year and f.batches or {}) do
                           local title = "批次" .. b.batch .. "超期贮存"
                           if not b.out and add_days(b.stored, store_days) < c.today and not known[title] then
                             list[#list + 1] = { ledger = "zero", fields = { field = "固体废物", source = "监测发现", title = title, owner = f.enterprise, supervisor = f.supervisor, due = add_days(c.today, 30),
                               problem = c.number .. "：" .. f.title .. "批次" .. b.batch .. "，" .. b.stored .. "入库" .. b.amount .. "吨，贮存已满" .. days_between(b.stored, c.today) .. "天", goal = "超期批次依法转移处置", measures = { "签订处置合同", "按联单转移" } } }
                           end
                         end
                         return list
                       end },
    action "finish" { "申请结账", en = "Ask to close", from = "在册", to = "待核", by = "enterprise" },
    action "return" { "退回", en = "Return", from = "待核", to = "在册", by = { "supervisor", "office" }, needs = { text "reason" { "理由", en = "Why", required = true } } },
    action "close"  { "核对结账", en = "Close the book", from = "待核", to = "结账", by = { "supervisor", "office" }, never_by = "enterprise",
                      guard = function(c)
                        if c.fields.balance ~= "平衡" then return "物料不平衡或未盘点：" .. c.fields.balance .. " | the book does not balance" end
                        if contains({ "不符" }, c.fields.against) or c.fields.against:sub(1, 6) == "不符" then return "与联单不符：" .. c.fields.against .. " | the manifests say otherwise" end
                      end },
  },
  clock  = { due = "due", counts = "calendar", yellow = 30 },
  ladder = { { -30, "预警", en = "Warning", to = { "enterprise", "supervisor" }, rule = "贮存期满前30日" }, { 1, "督办", en = "Supervision order", to = { "enterprise", "supervisor" }, rule = "超期次日" } },
  wake   = { on = "look", action = "refresh" },
  tree   = { children = { "zero" } },
  report = { every = "month", on_day = 15, by = "enterprise", action = "declare", states = { "在册" } },
  group  = "coverage",
  list   = { columns = { "number", "enterprise", "year", "title", "code", "yearly", "class", "coverage", "expected", "stock_end", "balance", "against", "carriage", "storage" } },
  views  = { view "all" { "在册", en = "Kept", filter = { state = "在册" } }, view "late" { "超期贮存", en = "Past the limit", filter = { light = "red" } },
             view "never" { "纳管，从未申报", en = "Never declared", filter = { group = "纳管，从未申报" } } },
  excel  = { enterprise = { "产生单位", "单位名称", "企业名称" }, title = { "废物名称" }, code = { "废物代码" }, yearly = { "年产生量", "年产生量（吨）" }, stock_begin = { "期初库存", "年初贮存量" }, supervisor = { "监管单位" } },
  forms  = { form "account" { "固体废物年度账", en = "Account of the year", rows = { { "产生单位", "enterprise" }, { "废物名称", "title" }, { "废物代码", "code" }, { "管理类别", "class" }, { "期初库存（吨）", "stock_begin" }, { "产生（吨）", "generated" },
               { "委外（吨）", "outside" }, { "账面期末（吨）", "expected" }, { "盘点（吨）", "stock_end" }, { "平衡核对", "balance" }, { "与联单核对", "against" }, { "承运核对", "carriage" }, { "贮存期限", "storage" } }, sign = { "产生单位（盖章）" } } },
  public = { "number", "enterprise", "title", "class", "state" },
  tests  = {
    { "4.9吨不纳管、5.0吨纳管；99.9简化、100重点", open_by = "office", start = "2026-03-02 09:00",
      case = { enterprise = "owner", supervisor = "supervisor", year = 2026, title = "废矿物油", code = "900-249-08", basis = "投产满3年：近3年最大", yearly = 4.9, one_year = true, stock_begin = 0 },
      steps = { { "open_book", by = "owner", state = "在册", computed = { included = false, class = "登记管理", balance = "未盘点，不能判定" } } } },
    { "5.0吨纳管", open_by = "office", start = "2026-03-02 09:00",
      case = { enterprise = "owner", supervisor = "supervisor", year = 2026, title = "废矿物油", code = "900-249-08", basis = "投产满3年：近3年最大", yearly = 5, one_year = true, stock_begin = 0 },
      steps = { { "open_book", by = "owner", computed = { included = true, class = "登记管理" } } } },
    { "99.9吨为简化", open_by = "office", start = "2026-03-02 09:00",
      case = { enterprise = "owner", supervisor = "supervisor", year = 2026, title = "污泥", code = "336-064-17", basis = "投产满3年：近3年最大", yearly = 99.9, one_year = true, stock_begin = 0 },
      steps = { { "open_book", by = "owner", computed = { class = "简化管理" } } } },
    { "100吨为重点；少了的吨数与超期的批次都说出来", open_by = "office", start = "2026-03-02 09:00",
      case = { enterprise = "owner", supervisor = "supervisor", year = 2026, title = "污泥", code = "336-064-17", basis = "投产满3年：近3年最大", yearly = 100, one_year = true, stock_begin = 2 },
      steps = {
        { "open_book", by = "owner", computed = { class = "重点监管" } },
        { "declare", by = "owner", given = { generated = 30, outside = 0, stock_end = 31 }, computed = { expected = 32, balance = "不平衡：盘点比账面少1吨，容许0.32吨" } },
        { "finish", by = "owner", state = "待核" },
        { "close", by = "owner", fails = "case.forbidden" },
        { "close", by = "supervisor", fails = "case.gate_unmet" },
        { "return", by = "supervisor", given = { reason = "不平衡" } },
        { "store", by = "owner", given = { batches = { { batch = "HWRK20250220001", stored = "2025-02-20", amount = 1 }, { batch = "HWRK20250310001", stored = "2025-03-20", amount = 2 } } },
          computed = { storage = "超期贮存1批", oldest = 375 } },
        { "declare", by = "owner", given = { generated = 30, outside = 0, stock_end = 31.9 }, computed = { balance = "平衡" } },
        { "finish", by = "owner" }, { "close", by = "supervisor", state = "结账" },
      } },
    { "出库不能多于入库，批次不能删除；按今日核对", open_by = "office", start = "2026-03-02 09:00",
      case = { enterprise = "owner", supervisor = "supervisor", year = 2026, title = "污泥", code = "336-064-17", basis = "投产满3年：近3年最大", yearly = 100, one_year = true, stock_begin = 0 },
      steps = {
        { "open_book", by = "owner" },
        { "store", by = "owner", given = { batches = { { batch = "HWRK20260301001", stored = "2026-03-01", amount = 1 }, { batch = "HWRK20260301002", stored = "2026-03-01", amount = 2 } } } },
        { "store", by = "owner", given = { batches = { { batch = "HWRK20260301001", stored = "2026-03-01", amount = 1 } } }, fails = "case.gate_unmet" },
        { "refresh", by = "supervisor", days = 400, computed = { storage = "超期贮存2批" } },
      } },
    { "一般工业固废满100吨才纳管，99.9吨不纳管", open_by = "office", start = "2026-03-02 09:00", computed = { included = false, coverage = "不纳管" },
      case = { enterprise = "owner", supervisor = "supervisor", year = 2026, title = "炉渣", code = "900-002-S03", sort = "一般工业固体废物", basis = "投产满3年：近3年最大", yearly = 99.9, one_year = false, stock_begin = 0 } },
    { "一般工业固废100吨纳管，从未申报也在分母里，申报了才算覆盖", open_by = "office", start = "2026-03-02 09:00", computed = { included = true, coverage = "纳管，从未申报" },
      case = { enterprise = "owner", supervisor = "supervisor", year = 2026, title = "炉渣", code = "900-002-S03", sort = "一般工业固体废物", basis = "投产满3年：近3年最大", yearly = 100, one_year = false, stock_begin = 0 },
      steps = { { "open_book", by = "owner" }, { "declare", by = "owner", given = { generated = 0, outside = 0, stock_end = 0 }, computed = { coverage = "纳管，已申报" } } } },
    { "贮存满一年：到期前30天黄灯预警，超期次日红灯并自动立一件事项，一批一件", open_by = "office", start = "2026-03-02 09:00",
      case = { enterprise = "owner", supervisor = "supervisor", year = 2026, title = "污泥", code = "336-064-17", basis = "投产满3年：近3年最大", yearly = 100, one_year = true, stock_begin = 0 },
      steps = {
        { "open_book", by = "owner" },
        { "store", by = "owner", given = { batches = { { batch = "HWRK20260301001", stored = "2026-03-01", amount = 1 } } }, light = "green", computed = { due = "2027-03-01", look = "2027-01-30" } },
        { "tick", days = 333, light = "green", children = 0 },
        { "tick", days = 1, light = "yellow", computed = { storage = "30天内到期1批" }, children = 0 },
        { "tick", days = 30, light = "yellow", children = 0, computed = { storage = "30天内到期1批" } },
        { "tick", days = 1, light = "red", children = 1, computed = { storage = "超期贮存1批", look = false } },
        { "tick", days = 5, children = 1 }, { "refresh", by = "owner", children = 1 },
      } },
  },
}
