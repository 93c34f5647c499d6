-- 环办〔2011〕22号: what is made of classes. Method, words and the ratio table are confirmed; what is not says so beside it.
-- That five sections count as many is derived from "fewer than 5"; one city's page says "more than 5".
return ruleset {
  id = "HB2011-22", kind = "water.evaluation",
  title = "地表水环境质量评价办法（试行）", title_en = "Method of assessing surface water quality (trial)",
  from = "2011-01-01", -- the notice's year; the day was not found
  source = "环办〔2011〕22号", clause = "断面, 河流（流域）, 湖库, 主要污染指标, 变化趋势", certainty = "confirmed",
  quality = {
    { name = "优", name_en = "Excellent", colour_name = "蓝色", colour = "#2B7BE4" },
    { name = "良好", name_en = "Good", colour_name = "绿色", colour = "#2EA44F" },
    { name = "轻度污染", name_en = "Lightly polluted", colour_name = "黄色", colour = "#E6B800" },
    { name = "中度污染", name_en = "Moderately polluted", colour_name = "橙色", colour = "#F08C2E" },
    { name = "重度污染", name_en = "Heavily polluted", colour_name = "红色", colour = "#D64545" },
  },
  quality_of_class = { 1, 1, 2, 3, 4, 5 }, -- Ⅰ and Ⅱ are both 优
  colours = "from memory", -- the names; the shades are this program's
  few = 5, -- fewer sections are judged by the mean of each item
  good_class = 3, -- 优良比例: Ⅰ to Ⅲ
  main_items = 3,
  shares = { good_first = 90, good_second = 75, bad_second = 20, bad_third = 40 },
  change = { some = 10, clear = 20, certainty = "from memory" }, -- percentage points of (G2-G1)-(D2-D1)
  -- The fewest samples of a month, a quarter and a year (ice: a section that freezes). share: percent of an automatic station's values
  -- due that a mean needs; no rule for rivers was found, it is the 75 % that HJ 356 asks of outlets.
  samples = { month = 1, quarter = 2, year = 12, ice = 8, share = 75, certainty = "from memory" },
  tests = {
    { counts = { 4, 5, 5, 2, 0, 4 }, quality = 4, clause = "河流（流域）" }, -- G 70, D 20
    { counts = { 9, 0, 0, 1, 0, 0 }, quality = 1, clause = "河流（流域）" }, { counts = { 0, 0, 89, 11, 0, 0 }, quality = 2, clause = "河流（流域）" }, -- exactly 90; 89
    { counts = { 0, 0, 75, 0, 0, 25 }, quality = 2, clause = "河流（流域）" }, { counts = { 0, 0, 74, 26, 0, 0 }, quality = 3, clause = "河流（流域）" }, -- exactly 75; 74
    { counts = { 0, 0, 74, 7, 0, 19 }, quality = 3, clause = "河流（流域）" }, { counts = { 0, 0, 60, 1, 0, 39 }, quality = 4, clause = "河流（流域）" }, { counts = { 0, 0, 60, 0, 0, 40 }, quality = 5, clause = "河流（流域）" },
    { change = { 2, 1 }, is = "无明显变化", clause = "变化趋势" }, { change = { 3, 4 }, is = "有所变差", clause = "变化趋势" }, { change = { 3, 2 }, is = "有所好转", clause = "变化趋势" },
    { change = { 3, 5 }, is = "明显变差", clause = "变化趋势" }, { change = { 6, 2 }, is = "明显好转", clause = "变化趋势" }, { change = { 0, 3 }, is = "无法比较", clause = "变化趋势" },
    { shares = { 70, 5, 80, 5 }, is = "无明显变化", clause = "变化趋势" }, { shares = { 70, 5, 80, 4 }, is = "有所好转", clause = "变化趋势" }, { shares = { 70, 5, 85, 0 }, is = "有所好转", clause = "变化趋势" },
    { shares = { 70, 5, 86, 0 }, is = "明显好转", clause = "变化趋势" }, { shares = { 70, 0, 60, 11 }, is = "明显变差", clause = "变化趋势" }, { shares = { 70, 0, 62, 3 }, is = "有所变差", clause = "变化趋势" },
    -- A lake is judged by the mean of its points, however many: neither the worst of them nor the ratio decides.
    { table = "GB3838-2002", variant = "lake", points = { { tp = 0.02 }, { tp = 0.04 }, { tp = 0.12 } }, class = 4, clause = "湖库" },
    { table = "GB3838-2002", variant = "lake", points = { { tp = 0.01 }, { tp = 0.01 }, { tp = 0.01 }, { tp = 0.01 }, { tp = 0.01 }, { tp = 0.19 } }, class = 3, clause = "湖库" },
    { table = "GB3838-2002", variant = "river", points = { { tp = 0.02 }, { tp = 0.04 }, { tp = 0.12 } }, class = 2, clause = "湖库" }, -- a river-like reservoir
    -- The worst class first, of one class the larger multiple, three; heavy metals and cyanide before all; none of what is good.
    { table = "GB3838-2002", sections = { { codmn = 13.2, nh3n = 2.5, tp = 0.25, cod = 24 } }, class = 6, main = { "nh3n", "codmn", "tp" }, multiple = { 1.5, 1.2, 0.25 }, clause = "主要污染指标" },
    { table = "GB3838-2002", sections = { { nh3n = 2.5, pb = 0.06 } }, class = 6, main = { "pb", "nh3n" }, multiple = { 0.2, 1.5 }, clause = "主要污染指标" },
    { table = "GB3838-2002", sections = { { tp = 0.15 } }, class = 3, main = {}, clause = "主要污染指标" },
    { table = "GB3838-2002", sections = { { tp = 0.1 }, { tp = 0.4 } }, class = 4, main = { "tp" }, multiple = { 0.25 }, clause = "主要污染指标" },
    -- Five sections or more: by the share of sections beyond class III.
    { table = "GB3838-2002", sections = { { tp = 0.3, cod = 21, codmn = 7, nh3n = 9 }, { tp = 0.3, cod = 21, codmn = 7 }, { tp = 0.3, cod = 21 }, { tp = 0.3 }, {} },
      main = { "tp", "cod", "codmn" }, share = { 80, 60, 40 }, clause = "主要污染指标" },
    { mean_ph = { 7, 8 }, gives = 7.2596, clause = "断面" }, { mean_ph = { 7.5, 7.5 }, gives = 7.5, clause = "断面" },
  },
}
