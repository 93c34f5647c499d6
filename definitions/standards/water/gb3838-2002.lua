-- GB 3838-2002 table 1: the 24 basic items. "Still the edition in use" rests on one search that found nothing newer.
-- Codes after HJ 525 from a single public list, without the one for arsenic, which that list and others give differently.
-- Decimals: 总站水字〔2018〕87号 and 〔2020〕90号 as three code bases of one author cite them; { evaluation, hourly value }.
-- Dissolved oxygen class I is 90 % of saturation or 7.5 mg/L; practice tests 7.5 only, and so does this table.
-- pH has one range for all classes: a value is class I or beyond the last (practice; single source).
local ph = { 6, 9 }
return ruleset {
  id = "GB3838-2002", kind = "water.classes",
  title = "地表水环境质量标准", title_en = "Environmental quality standards for surface water",
  from = "2002-06-01", -- day from memory
  source = "GB 3838-2002", clause = "表1, 5", certainty = "confirmed", certainty_decimals = "single source",
  grades = { "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "劣Ⅴ" }, grades_en = { "I", "II", "III", "IV", "V", "worse than V" },
  variants = { "river", "lake" }, -- a river-like reservoir is judged as a river (环办〔2011〕22号)
  reference = 3, -- 优良 and exceedance multiples are against class III (环办〔2011〕22号)
  items = {
    { word = "ph", code = "w01001", name = "pH", name_en = "pH", unit = "", within = { ph, ph, ph, ph, ph }, decimals = { 0, 2 },
      certainty = "confirmed" },
    { word = "do", code = "w01009", name = "溶解氧", name_en = "DO", at_least = { 7.5, 6, 5, 3, 2 }, decimals = { 1, 2 } },
    { word = "codmn", code = "w01019", name = "高锰酸盐指数", name_en = "CODMn", at_most = { 2, 4, 6, 10, 15 }, decimals = { 1, 2 } },
    { word = "cod", code = "w01018", name = "化学需氧量", name_en = "COD", at_most = { 15, 15, 20, 30, 40 }, decimals = { 1, 2 } },
    { word = "bod5", code = "w01017", name = "五日生化需氧量", name_en = "BOD5", at_most = { 3, 3, 4, 6, 10 }, decimals = { 1 } },
    { word = "nh3n", code = "w21003", name = "氨氮", name_en = "NH3-N", at_most = { 0.15, 0.5, 1.0, 1.5, 2.0 }, decimals = { 2, 3 } },
    { word = "tp", code = "w21011", name = "总磷", name_en = "TP", decimals = { 3, 3 },
      at_most = { river = { 0.02, 0.1, 0.2, 0.3, 0.4 }, lake = { 0.01, 0.025, 0.05, 0.1, 0.2 } } },
    { word = "tn", code = "w21001", name = "总氮", name_en = "TN", decimals = { 2, 2 },
      at_most = { lake = { 0.2, 0.5, 1.0, 1.5, 2.0 } } }, -- lakes and reservoirs only, and not among the 21
    { word = "cu", code = "w20122", name = "铜", name_en = "Cu", at_most = { 0.01, 1.0, 1.0, 1.0, 1.0 }, decimals = { 3, 4 } },
    { word = "zn", code = "w20123", name = "锌", name_en = "Zn", at_most = { 0.05, 1.0, 1.0, 2.0, 2.0 }, decimals = { 3, 4 } },
    { word = "fluoride", code = "w21017", name = "氟化物", name_en = "fluoride", at_most = { 1.0, 1.0, 1.0, 1.5, 1.5 }, decimals = { 3, 4 } },
    { word = "se", code = "w20128", name = "硒", name_en = "Se", at_most = { 0.01, 0.01, 0.01, 0.02, 0.02 }, decimals = { 4, 5 } },
    { word = "as", name = "砷", name_en = "As", at_most = { 0.05, 0.05, 0.05, 0.1, 0.1 }, decimals = { 4, 5 }, first = true },
    { word = "hg", code = "w20111", name = "汞", name_en = "Hg", at_most = { 0.00005, 0.00005, 0.0001, 0.001, 0.001 }, decimals = { 5, 6 }, first = true },
    { word = "cd", code = "w20115", name = "镉", name_en = "Cd", at_most = { 0.001, 0.005, 0.005, 0.005, 0.01 }, decimals = { 5, 5 }, first = true },
    { word = "cr6", code = "w20117", name = "六价铬", name_en = "Cr(VI)", at_most = { 0.01, 0.05, 0.05, 0.05, 0.1 }, decimals = { 3, 4 }, first = true },
    { word = "pb", code = "w20120", name = "铅", name_en = "Pb", at_most = { 0.01, 0.01, 0.05, 0.05, 0.1 }, decimals = { 3, 4 }, first = true },
    { word = "cyanide", code = "w21016", name = "氰化物", name_en = "cyanide", at_most = { 0.005, 0.05, 0.2, 0.2, 0.2 }, decimals = { 3, 4 }, first = true },
    { word = "phenol", code = "w23002", name = "挥发酚", name_en = "volatile phenol", at_most = { 0.002, 0.002, 0.005, 0.01, 0.1 }, decimals = { 4, 5 } },
    { word = "oil", code = "w22001", name = "石油类", name_en = "petroleum", at_most = { 0.05, 0.05, 0.05, 0.5, 1.0 }, decimals = { 2, 3 } },
    { word = "las", code = "w19002", name = "阴离子表面活性剂", name_en = "anionic surfactant", at_most = { 0.2, 0.2, 0.2, 0.3, 0.3 }, decimals = { 2, 3 } },
    { word = "sulfide", code = "w21019", name = "硫化物", name_en = "sulfide", at_most = { 0.05, 0.1, 0.2, 0.5, 1.0 }, decimals = { 3, 4 } },
    { word = "faecal", code = "w02003", name = "粪大肠菌群", name_en = "faecal coliform", unit = "个/L", at_most = { 200, 2000, 10000, 20000, 40000 } },
  },
  selections = {
    -- table 1 without temperature, total nitrogen and faecal coliform (环办〔2011〕22号). The five that must be there are those of
    -- the "9+X" monitoring set that have limits: what did not exceed for two years need not be measured (single source).
    { id = "gb3838-21", title = "21项基本项目", title_en = "the 21 basic items", certainty = "confirmed",
      items = { "ph", "do", "codmn", "cod", "bod5", "nh3n", "tp", "cu", "zn", "fluoride", "se", "as", "hg", "cd", "cr6", "pb", "cyanide",
                "phenol", "oil", "las", "sulfide" },
      needs = { "ph", "do", "codmn", "nh3n", "tp" } },
    -- The national automatic network publishes a class of what is there: in 2020 without TP, in 2026 even of one item (seen in data).
    { id = "auto-5", title = "自动监测5项（按已有项目）", title_en = "five items of automatic stations, of what is there", certainty = "derived",
      items = { "ph", "do", "codmn", "nh3n", "tp" } },
    -- What this program judges by for itself: a station that has lost an analyser has no class.
    { id = "auto-5-whole", title = "自动监测5项（须齐全）", title_en = "five items of automatic stations, all of them", certainty = "derived",
      items = { "ph", "do", "codmn", "nh3n", "tp" }, needs = { "ph", "do", "codmn", "nh3n", "tp" } },
  },
  tests = {
    -- 5 and 环办〔2011〕22号: the worst item decides
    { of = { ph = 7.8, ["do"] = 6.0, codmn = 4.5, nh3n = 0.6, tp = 0.15 }, rest = 1, grade = 3, item = { codmn = 3, nh3n = 3, tp = 3, ["do"] = 2 },
      deciding = "codmn nh3n tp", over = "", attains = true, certainty = "confirmed", clause = "表1" },
    { of = { cod = 26, nh3n = 1.2, tp = 0.25, ["do"] = 4.0 }, rest = 1, grade = 4, over = "cod(0.3) tp(0.25) nh3n(0.2) do",
      over_zh = "化学需氧量(0.3)、总磷(0.25)、氨氮(0.2)、溶解氧", attains = false, clause = "5" },
    -- table 1: total phosphorus of rivers and of lakes
    { of = { tp = 0.06 }, rest = 1, variant = "river", item = { tp = 2 }, clause = "表1" },
    { of = { tp = 0.06 }, rest = 1, variant = "lake", item = { tp = 4 }, grade = 4, clause = "表1" },
    { of = { tn = 1.6 }, variant = "lake", item = { tn = 5 }, clause = "表1" }, { of = { tn = 1.6 }, variant = "river", item = { tn = 0 }, clause = "表1" },
    -- exactly on a limit, and a hair beyond
    { of = { tp = 0.2 }, item = { tp = 3 }, clause = "表1" }, { of = { tp = 0.200001 }, item = { tp = 4 }, clause = "表1" },
    { of = { ["do"] = 7.5 }, item = { ["do"] = 1 }, clause = "表1" }, { of = { ["do"] = 7.499999 }, item = { ["do"] = 2 }, clause = "表1" },
    { of = { ["do"] = 2 }, item = { ["do"] = 5 }, clause = "表1" }, { of = { ["do"] = 1.99 }, item = { ["do"] = 6 }, clause = "表1" },
    { of = { ph = 6 }, item = { ph = 1 }, clause = "表1" }, { of = { ph = 9 }, item = { ph = 1 }, clause = "表1" }, { of = { ph = 9.01 }, item = { ph = 6 }, clause = "表1" }, { of = { ph = 5.99 }, item = { ph = 6 }, clause = "表1" },
    { of = { hg = 0.00005 }, item = { hg = 1 }, clause = "表1" }, { of = { hg = 0.000051 }, item = { hg = 3 }, clause = "表1" },
    { of = { cod = 15 }, item = { cod = 1 }, clause = "表1" }, { of = { cod = 15.1 }, item = { cod = 3 }, clause = "表1" }, -- class II adds nothing to class I
    -- metals and cyanide come first, whatever their multiple
    { of = { cod = 60, pb = 0.06 }, rest = 1, grade = 6, over = "pb(0.2) cod(2)", clause = "5" },
    -- against the class that must be reached
    { of = { codmn = 5 }, rest = 1, target = 2, grade = 3, attains = false, over = "codmn(0.25)", clause = "5" },
    -- cannot be judged
    { of = {}, grade = 0, attains = "cannot", clause = "5" },
    { of = { ph = 7, ["do"] = 8, codmn = 2, nh3n = 0.1 }, selection = "gb3838-21", grade = 0, attains = "cannot", clause = "5" },
    { of = { ph = 7, ["do"] = 8, codmn = 2, nh3n = 0.1 }, selection = "auto-5", grade = 1, missing = "tp", certainty = "derived", clause = "5" },
    { of = { ph = 7, ["do"] = 8, codmn = 2, tp = 0.3 }, selection = "auto-5-whole", grade = 0, attains = false, missing = "nh3n", clause = "5" },
    { of = { ["do"] = 9.29 }, selection = "auto-5", grade = 1, missing = "ph codmn nh3n tp", clause = "5" }, { of = { ["do"] = 9.29 }, selection = "auto-5-whole", grade = 0, clause = "5" },
    -- rounding to the method's decimals before judging
    { round_of = "tp", value = 0.0034, gives = 0.003, clause = "表1" }, { round_of = "tp", value = 0.0035, gives = 0.004, clause = "表1" },
    { round_of = "tp", value = 0.0045, gives = 0.004, clause = "表1" }, { round_of = "tp", value = 0.00005, gives = 0.00005, clause = "表1" },
    { round_of = "ph", value = 8.5, gives = 8, clause = "表1" }, { round_of = "ph", value = 7.125, gives = 7.12, hourly = true, clause = "表1" },
    { of = { tp = 0.2004 }, round = true, item = { tp = 3 }, clause = "表1" }, { of = { tp = 0.2005 }, round = true, item = { tp = 3 }, clause = "表1" },
    { of = { tp = 0.2006 }, round = true, item = { tp = 4 }, clause = "表1" },
    { of = { ph = 7, ["do"] = 8, codmn = 2, nh3n = 0.1, tp = 0.01 }, round = true, grade = 1, certainty = "single source", clause = "5" },
  },
}
