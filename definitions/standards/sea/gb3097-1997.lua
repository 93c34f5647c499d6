-- GB 3097-1997. Much of classes 2 to 4 is from memory: each figure carries its mark. Phosphate has the same limit in classes 2 and 3, so a
-- value is never class 3 by it; a public code base with 0.015/0.030/0.045/0.060 is wrong (the published critical eutrophication
-- values fit only these).
local one_single = { "single source", "from memory" } -- class 1 / the rest
return ruleset {
  id = "GB3097-1997", kind = "sea.classes",
  title = "海水水质标准", title_en = "Sea water quality standard",
  from = "1998-07-01",
  source = "GB 3097-1997", clause = "表1", certainty = "confirmed",
  grades = { "一类", "二类", "三类", "四类", "劣四类" }, grades_en = { "class 1", "class 2", "class 3", "class 4", "worse than class 4" },
  reference = 2, -- 优良 is classes 1 and 2
  items = {
    { word = "ss_rise", name = "悬浮物质人为增量", name_en = "suspended matter, man-made increase", at_most = { 10, 10, 100, 150 } },
    { word = "coliform", name = "大肠菌群", name_en = "coliform", unit = "个/L", at_most = { 10000, 10000, 10000, false }, certainty = one_single },
    { word = "faecal", name = "粪大肠菌群", name_en = "faecal coliform", unit = "个/L", at_most = { 2000, 2000, 2000, false }, certainty = one_single },
    { word = "warming", name = "人为升温（夏季）", name_en = "man-made rise of temperature (summer)", unit = "°C", at_most = { 1, 1, 4, 4 }, plain = true, certainty = "from memory" },
    { word = "ph", name = "pH", name_en = "pH", unit = "", within = { { 7.8, 8.5 }, { 7.8, 8.5 }, { 6.8, 8.8 }, { 6.8, 8.8 } }, certainty = one_single },
    { word = "do", name = "溶解氧", name_en = "DO", at_least = { 6, 5, 4, 3 }, strict = true, certainty = { "confirmed", "confirmed", "from memory" } },
    { word = "cod", name = "化学需氧量", name_en = "COD", at_most = { 2, 3, 4, 5 } },
    { word = "bod5", name = "五日生化需氧量", name_en = "BOD5", at_most = { 1, 3, 4, 5 }, certainty = { "single source", "single source", "from memory" } },
    { word = "din", name = "无机氮", name_en = "inorganic nitrogen", at_most = { 0.20, 0.30, 0.40, 0.50 } },
    { word = "nh3", name = "非离子氨", name_en = "non-ionic ammonia", at_most = { 0.020, 0.020, 0.020, 0.020 }, certainty = one_single },
    { word = "dip", name = "活性磷酸盐", name_en = "active phosphate", at_most = { 0.015, 0.030, 0.030, 0.045 } },
    { word = "hg", name = "汞", name_en = "Hg", at_most = { 0.00005, 0.0002, 0.0002, 0.0005 }, certainty = one_single, first = true },
    { word = "cd", name = "镉", name_en = "Cd", at_most = { 0.001, 0.005, 0.010, 0.010 }, certainty = one_single, first = true },
    { word = "pb", name = "铅", name_en = "Pb", at_most = { 0.001, 0.005, 0.010, 0.050 }, certainty = one_single, first = true },
    { word = "cr6", name = "六价铬", name_en = "Cr(VI)", at_most = { 0.005, 0.010, 0.020, 0.050 }, certainty = one_single, first = true },
    { word = "cr", name = "总铬", name_en = "Cr", at_most = { 0.05, 0.10, 0.20, 0.50 }, certainty = one_single, first = true },
    { word = "as", name = "砷", name_en = "As", at_most = { 0.020, 0.030, 0.050, 0.050 }, certainty = one_single, first = true },
    { word = "cu", name = "铜", name_en = "Cu", at_most = { 0.005, 0.010, 0.050, 0.050 }, certainty = one_single },
    { word = "zn", name = "锌", name_en = "Zn", at_most = { 0.020, 0.050, 0.10, 0.50 }, certainty = one_single },
    { word = "se", name = "硒", name_en = "Se", at_most = { 0.010, 0.020, 0.020, 0.050 }, certainty = "from memory" },
    { word = "ni", name = "镍", name_en = "Ni", at_most = { 0.005, 0.010, 0.020, 0.050 }, certainty = "from memory" },
    { word = "cyanide", name = "氰化物", name_en = "cyanide", at_most = { 0.005, 0.005, 0.10, 0.20 }, certainty = "from memory", first = true },
    { word = "sulfide", name = "硫化物", name_en = "sulfide", at_most = { 0.02, 0.05, 0.10, 0.25 }, certainty = "from memory" },
    { word = "phenol", name = "挥发性酚", name_en = "volatile phenol", at_most = { 0.005, 0.005, 0.010, 0.050 }, certainty = "from memory" },
    { word = "oil", name = "石油类", name_en = "oil", at_most = { 0.05, 0.05, 0.30, 0.50 }, certainty = { "from memory", "single source", "from memory" } },
    { word = "las", name = "阴离子表面活性剂", name_en = "anionic surfactant", at_most = { 0.03, 0.10, 0.10, 0.10 }, certainty = "from memory" },
  },
  tests = {
    { of = { cod = 3, din = 0.30, dip = 0.030 }, grade = 2, attains = true, certainty = "confirmed" },
    { of = { dip = 0.032 }, grade = 4, over = "dip(0.07)" }, { of = { dip = 0.030 }, grade = 2 }, { of = { dip = 0.045 }, grade = 4 }, { of = { dip = 0.046 }, grade = 5 },
    { of = { ["do"] = 6 }, grade = 2 }, { of = { ["do"] = 6.01 }, grade = 1 }, { of = { ["do"] = 3 }, grade = 5, certainty = "from memory" },
    { of = { faecal = 2001 }, grade = 4 }, -- class 4 asks nothing of it
    { of = { ph = 7.8 }, grade = 1, certainty = "single source" }, { of = { ph = 7.79 }, grade = 3, certainty = "from memory" }, { of = { ph = 8.81 }, grade = 5 },
    { of = { pb = 0.0051, cod = 6 }, grade = 5, over = "pb(0.02) cod(1)" },
    { of = {}, grade = 0 },
  },
}
