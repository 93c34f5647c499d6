-- GB 18918-2002 with its amendment sheet, in force 2026-03-01. Instantaneous limits were added for COD, NH3-N, TN and TP, slightly above
-- the daily ones; their figures were not found, so that those four are unknown here and instantaneous attainment cannot be judged
-- (only missed, by pH, colour or coliform). pH, colour and faecal coliform are now instantaneous and no longer daily. How the 1A figure of
-- faecal coliform was changed was not seen: it stands as before, marked. Town plants below 500 m3/d follow provincial standards.
local function all(x) return { x, x, x, x } end
return ruleset {
  id = "GB18918-2002-A1", kind = "source.sewage",
  title = "城镇污水处理厂污染物排放标准（含修改单）", title_en = "Discharge standard for municipal wastewater treatment plants, as amended",
  from = "2026-03-01",
  source = "GB 18918-2002 修改单", clause = "表1, 表2, 修改单", certainty = "confirmed",
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
    { word = "faecal", code = "w02003", name = "粪大肠菌群", name_en = "faecal coliform", unit = "个/L", at_most = { 1000, 10000, 10000, false }, certainty = { "from memory", "confirmed" } },
    { word = "hg", name = "总汞", name_en = "Hg", at_most = all(0.001), first = true },
    { word = "alkyl_hg", name = "烷基汞", name_en = "alkyl mercury", at_most = all(0), first = true }, -- not to be detected: give 0
    { word = "cd", name = "总镉", name_en = "Cd", at_most = all(0.01), first = true },
    { word = "cr", name = "总铬", name_en = "Cr", at_most = all(0.1), first = true },
    { word = "cr6", name = "六价铬", name_en = "Cr(VI)", at_most = all(0.05), first = true },
    { word = "as", name = "总砷", name_en = "As", at_most = all(0.1), first = true },
    { word = "pb", name = "总铅", name_en = "Pb", at_most = all(0.1), first = true },
    { word = "cod_instant", name = "化学需氧量（瞬时）", name_en = "COD (instantaneous)", unknown = true },
    { word = "nh3n_instant", name = "氨氮（瞬时）", name_en = "NH3-N (instantaneous)", unknown = true },
    { word = "tn_instant", name = "总氮（瞬时）", name_en = "TN (instantaneous)", unknown = true },
    { word = "tp_instant", name = "总磷（瞬时）", name_en = "TP (instantaneous)", unknown = true },
  },
  selections = {
    { id = "daily", title = "日均值", title_en = "daily means",
      items = { "cod", "bod5", "ss", "grease", "oil", "las", "tn", "nh3n", "tp", "hg", "alkyl_hg", "cd", "cr", "cr6", "as", "pb" } },
    { id = "instant", title = "瞬时值", title_en = "instantaneous values",
      items = { "ph", "colour", "faecal", "cod_instant", "nh3n_instant", "tn_instant", "tp_instant" },
      needs = { "cod_instant", "nh3n_instant", "tn_instant", "tp_instant" } },
  },
  tests = {
    { variant = "new-warm", rest = 1, of = { alkyl_hg = 0.00001 }, grade = 5, clause = "表2" },
    { variant = "new-cold", rest = 1, of = { tn = 14, nh3n = 6 }, grade = 1, attains = true, clause = "表1" },
    { variant = "new-warm", rest = 1, of = { tn = 14, nh3n = 6 }, grade = 2, attains = false, over = "nh3n(0.2)", clause = "表1" },
    { variant = "new-warm", rest = 1, of = { ph = 9.5 }, grade = 1, attains = true, clause = "修改单" }, -- no daily pH any more
    { variant = "new-warm", selection = "instant", of = { ph = 9.5 }, grade = 0, attains = false, over = "ph", clause = "修改单" },
    { variant = "new-warm", selection = "instant", of = { ph = 7, colour = 10, faecal = 10 }, grade = 0, attains = "cannot",
      missing = "cod_instant nh3n_instant tn_instant tp_instant", clause = "修改单" },
  },
}
