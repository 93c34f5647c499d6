-- GB 36600-2018: building land, the seven metals of table 1. Its organic items are not here.
return ruleset {
  id = "GB36600-2018", kind = "soil.build",
  title = "土壤环境质量 建设用地土壤污染风险管控标准（试行）", title_en = "Soil environmental quality: risk control standard for development land (trial)",
  from = "2018-08-01",
  source = "GB 36600-2018", clause = "表1", certainty = "confirmed",
  grades = { "不高于筛选值", "高于筛选值", "高于管制值" }, grades_en = { "up to the screening value", "above screening", "above intervention" },
  variants = { "class1", "class2" }, -- dwelling, schools ... / industry, roads ...
  items = { -- { screening, intervention }
    { word = "as", name = "砷", name_en = "As", unit = "mg/kg", at_most = { class1 = { 20, 120 }, class2 = { 60, 140 } } },
    { word = "cd", name = "镉", name_en = "Cd", unit = "mg/kg", at_most = { class1 = { 20, 47 }, class2 = { 65, 172 } } },
    { word = "cr6", name = "六价铬", name_en = "Cr(VI)", unit = "mg/kg", at_most = { class1 = { 3.0, 30 }, class2 = { 5.7, 78 } } },
    { word = "cu", name = "铜", name_en = "Cu", unit = "mg/kg", at_most = { class1 = { 2000, 8000 }, class2 = { 18000, 36000 } } },
    { word = "pb", name = "铅", name_en = "Pb", unit = "mg/kg", at_most = { class1 = { 400, 800 }, class2 = { 800, 2500 } } },
    { word = "hg", name = "汞", name_en = "Hg", unit = "mg/kg", at_most = { class1 = { 8, 33 }, class2 = { 38, 82 } } },
    { word = "ni", name = "镍", name_en = "Ni", unit = "mg/kg", at_most = { class1 = { 150, 600 }, class2 = { 900, 2000 } } },
  },
  tests = {
    -- 119: the tender that reports it prints the multiple 0.93; (119 - 60) / 60 is 0.98
    { variant = "class2", of = { as = 119 }, grade = 2, over = "as(0.98)", certainty = "confirmed" },
    { variant = "class2", of = { as = 60 }, grade = 1, attains = true }, { variant = "class2", of = { as = 140 }, grade = 2 }, { variant = "class2", of = { as = 140.1 }, grade = 3 },
    { variant = "class1", of = { as = 20.1 }, grade = 2 }, { variant = "class1", of = { pb = 800 }, grade = 2 }, { variant = "class1", of = { pb = 801 }, grade = 3 },
    { variant = "class1", of = { cr6 = 3.0, hg = 8, ni = 150, cu = 2000, cd = 20 }, grade = 1 }, { variant = "class1", of = {}, grade = 0 },
  },
}
