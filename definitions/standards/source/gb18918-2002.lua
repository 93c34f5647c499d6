-- GB 18918-2002 table 1, daily means of 24 h mixed samples, and the metals of class 1, until its amendment. Note 1 of the table, removal
-- instead of COD and BOD5 at grade 3 (COD over 60 % when the inflow is above 350, BOD5 over 50 % above 160): sewage_removal_holds.
local function all(x) return { x, x, x, x } end
return ruleset {
  id = "GB18918-2002", kind = "source.sewage",
  title = "城镇污水处理厂污染物排放标准", title_en = "Discharge standard of pollutants for municipal wastewater treatment plants",
  from = "2003-07-01", to = "2026-02-28", -- first day from memory
  source = "GB 18918-2002", clause = "表1, 表2", certainty = "confirmed",
  grades = { "一级A", "一级B", "二级", "三级", "超三级" }, grades_en = { "1A", "1B", "2", "3", "beyond 3" },
  variants = { "new-warm", "new-cold", "old-warm", "old-cold" }, -- plant from 2006-01-01 or before; water above 12 °C or not
  items = {
    { word = "cod", code = "w01018", name = "化学需氧量", name_en = "COD", at_most = { 50, 60, 100, 120 } }, -- grade 3: see the note on removal
    { word = "bod5", code = "w01017", name = "五日生化需氧量", name_en = "BOD5", at_most = { 10, 20, 30, 60 } },
    { word = "ss", code = "w01012", name = "悬浮物", name_en = "SS", at_most = { 10, 20, 30, 50 } },
    { word = "grease", name = "动植物油", name_en = "animal and vegetable oil", at_most = { 1, 3, 5, 20 } },
    { word = "oil", code = "w22001", name = "石油类", name_en = "petroleum", at_most = { 1, 3, 5, 15 } },
    { word = "las", code = "w19002", name = "阴离子表面活性剂", name_en = "anionic surfactant", at_most = { 0.5, 1, 2, 5 } },
    { word = "tn", code = "w21001", name = "总氮", name_en = "TN", at_most = { 15, 20, false, false } },
    { word = "nh3n", code = "w21003", name = "氨氮", name_en = "NH3-N", at_most = { -- water above 12 °C / up to 12 °C
      ["new-warm"] = { 5, 8, 25, false }, ["old-warm"] = { 5, 8, 25, false }, ["new-cold"] = { 8, 15, 30, false }, ["old-cold"] = { 8, 15, 30, false } } },
    { word = "tp", code = "w21011", name = "总磷", name_en = "TP", at_most = { -- plants from 2006-01-01 / before
      ["new-warm"] = { 0.5, 1, 3, 5 }, ["new-cold"] = { 0.5, 1, 3, 5 }, ["old-warm"] = { 1, 1.5, 3, 5 }, ["old-cold"] = { 1, 1.5, 3, 5 } } },
    { word = "colour", name = "色度", name_en = "colour", unit = "倍", at_most = { 30, 30, 40, 50 } },
    { word = "ph", code = "w01001", name = "pH", name_en = "pH", unit = "", within = { { 6, 9 }, { 6, 9 }, { 6, 9 }, { 6, 9 } } },
    { word = "faecal", code = "w02003", name = "粪大肠菌群", name_en = "faecal coliform", unit = "个/L", at_most = { 1000, 10000, 10000, false } },
    { word = "hg", name = "总汞", name_en = "Hg", at_most = all(0.001), first = true },
    { word = "alkyl_hg", name = "烷基汞", name_en = "alkyl mercury", at_most = all(0), first = true }, -- not to be detected: give 0
    { word = "cd", name = "总镉", name_en = "Cd", at_most = all(0.01), first = true },
    { word = "cr", name = "总铬", name_en = "Cr", at_most = all(0.1), first = true },
    { word = "cr6", name = "六价铬", name_en = "Cr(VI)", at_most = all(0.05), first = true },
    { word = "as", name = "总砷", name_en = "As", at_most = all(0.1), first = true },
    { word = "pb", name = "总铅", name_en = "Pb", at_most = all(0.1), first = true },
  },
  selections = { { id = "daily", title = "日均值", title_en = "daily means",
    items = { "cod", "bod5", "ss", "grease", "oil", "las", "tn", "nh3n", "tp", "colour", "ph", "faecal", "hg", "alkyl_hg", "cd", "cr", "cr6", "as", "pb" } } },
  tests = {
    { variant = "new-cold", rest = 1, of = { tn = 14, nh3n = 6 }, grade = 1, attains = true, certainty = "confirmed", clause = "表1" },
    { variant = "new-warm", rest = 1, of = { tn = 14, nh3n = 6 }, grade = 2, attains = false, over = "nh3n(0.2)", clause = "表1" },
    { variant = "new-warm", of = { cod = 50 }, grade = 1, clause = "表1" }, { variant = "new-warm", of = { cod = 50.1 }, grade = 2, clause = "表1" }, { variant = "new-warm", of = { cod = 60 }, target = 2, attains = true, clause = "表1" },
    { variant = "old-warm", of = { tp = 1 }, grade = 1, clause = "表1" }, { variant = "new-warm", of = { tp = 1 }, grade = 2, clause = "表1" },
    { variant = "new-warm", of = { tn = 99 }, grade = 3, clause = "表1" }, -- grades 2 and 3 ask nothing of it
    { variant = "new-warm", of = { ph = 9.1 }, grade = 5, over = "ph", clause = "表1" }, { variant = "new-warm", of = { alkyl_hg = 0.00001 }, grade = 5, clause = "表2" },
  },
}
