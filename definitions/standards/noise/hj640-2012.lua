-- City grades. The daytime break points are of the 2004 rule of the national centre (single source); that HJ 640-2012 keeps them under
-- these words, and all night figures, are from memory. A level is given to one decimal (50.1 begins the second grade).
local mem = "from memory"
return ruleset {
  id = "HJ640-2012", kind = "noise.city",
  title = "环境噪声监测技术规范 城市声环境常规监测", title_en = "Technical specification for city noise monitoring",
  from = "2013-03-01", -- day from memory
  source = "HJ 640-2012", clause = "城市区域、道路交通声环境等级划分", certainty = "from memory", certainty_decimals = mem,
  grades = { "一级 好", "二级 较好", "三级 一般", "四级 较差", "五级 差" }, grades_en = { "1 good", "2 rather good", "3 fair", "4 rather poor", "5 poor" },
  reference = 2,
  items = {
    { word = "region_day", name = "区域昼间", name_en = "region, day", unit = "dB(A)", at_most = { 50, 55, 60, 65 }, decimals = 1, plain = true },
    { word = "road_day", name = "道路昼间", name_en = "roads, day", unit = "dB(A)", at_most = { 68, 70, 72, 74 }, decimals = 1, plain = true },
    { word = "region_night", name = "区域夜间", name_en = "region, night", unit = "dB(A)", at_most = { 40, 45, 50, 55 }, decimals = 1, plain = true },
    { word = "road_night", name = "道路夜间", name_en = "roads, night", unit = "dB(A)", at_most = { 58, 60, 62, 64 }, decimals = 1, plain = true },
  },
  tests = {
    { of = { region_day = 50.0 }, round = true, grade = 1 }, { of = { region_day = 50.04 }, round = true, grade = 1 }, { of = { region_day = 50.1 }, round = true, grade = 2 },
    { of = { region_day = 65.0 }, round = true, grade = 4 }, { of = { region_day = 65.1 }, round = true, grade = 5 },
    { of = { road_day = 68.0 }, round = true, grade = 1 }, { of = { road_day = 74.1 }, round = true, grade = 5 },
    { of = { region_night = 45 }, round = true, grade = 2 }, { of = { road_night = 64.1 }, round = true, grade = 5, certainty = "from memory" },
  },
}
