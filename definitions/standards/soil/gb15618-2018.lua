-- GB 15618-2018: farm land, screening and intervention by use and pH. All figures from memory; their ranges agree with one public note, and
-- what is to be done (优先保护, 安全利用, 严格管控) is confirmed in words. pH bands 1 to 4: up to 5.5, 6.5, 7.5, above (soil_farm_variant).
-- Copper has its own figures for orchards; copper, nickel and zinc have no intervention value.
local function by_ph(paddy, other, orchard, intervention)
  local t = {}
  for i = 1, 4 do
    local top = intervention and intervention[i] or false
    t["paddy" .. i] = { paddy[i], top }
    t["other" .. i] = { other[i], top }
    t["orchard" .. i] = { orchard[i], top }
  end
  return t
end
return ruleset {
  id = "GB15618-2018", kind = "soil.farm",
  title = "土壤环境质量 农用地土壤污染风险管控标准（试行）", title_en = "Soil environmental quality: risk control standard for agricultural land (trial)",
  from = "2018-08-01",
  source = "GB 15618-2018", clause = "表1, 表3", certainty = "from memory",
  grades = { "优先保护（不高于筛选值）", "安全利用", "严格管控（高于管制值）" },
  grades_en = { "protect: up to the screening value", "use safely", "strict control: above intervention" },
  variants = { "paddy1", "paddy2", "paddy3", "paddy4", "other1", "other2", "other3", "other4", "orchard1", "orchard2", "orchard3", "orchard4" },
  items = {
    { word = "cd", name = "镉", name_en = "Cd", unit = "mg/kg", at_most = by_ph({ 0.3, 0.4, 0.6, 0.8 }, { 0.3, 0.3, 0.3, 0.6 }, { 0.3, 0.3, 0.3, 0.6 }, { 1.5, 2.0, 3.0, 4.0 }) },
    { word = "hg", name = "汞", name_en = "Hg", unit = "mg/kg", at_most = by_ph({ 0.5, 0.5, 0.6, 1.0 }, { 1.3, 1.8, 2.4, 3.4 }, { 1.3, 1.8, 2.4, 3.4 }, { 2.0, 2.5, 4.0, 6.0 }) },
    { word = "as", name = "砷", name_en = "As", unit = "mg/kg", at_most = by_ph({ 30, 30, 25, 20 }, { 40, 40, 30, 25 }, { 40, 40, 30, 25 }, { 200, 150, 120, 100 }) },
    { word = "pb", name = "铅", name_en = "Pb", unit = "mg/kg", at_most = by_ph({ 80, 100, 140, 240 }, { 70, 90, 120, 170 }, { 70, 90, 120, 170 }, { 400, 500, 700, 1000 }) },
    { word = "cr", name = "铬", name_en = "Cr", unit = "mg/kg", at_most = by_ph({ 250, 250, 300, 350 }, { 150, 150, 200, 250 }, { 150, 150, 200, 250 }, { 800, 850, 1000, 1300 }) },
    { word = "cu", name = "铜", name_en = "Cu", unit = "mg/kg", at_most = by_ph({ 50, 50, 100, 100 }, { 50, 50, 100, 100 }, { 150, 150, 200, 200 }) },
    { word = "ni", name = "镍", name_en = "Ni", unit = "mg/kg", at_most = by_ph({ 60, 70, 100, 190 }, { 60, 70, 100, 190 }, { 60, 70, 100, 190 }) },
    { word = "zn", name = "锌", name_en = "Zn", unit = "mg/kg", at_most = by_ph({ 200, 200, 250, 300 }, { 200, 200, 250, 300 }, { 200, 200, 250, 300 }) },
  },
  tests = {
    { variant = "paddy1", of = { cd = 0.3 }, grade = 1, certainty = "from memory", clause = "表1" }, { variant = "paddy1", of = { cd = 0.31 }, grade = 2, over = "cd(0.03)", clause = "表1" },
    { variant = "paddy1", of = { cd = 1.5 }, grade = 2, clause = "表1" }, { variant = "paddy1", of = { cd = 1.51 }, grade = 3, clause = "表3" },
    { variant = "other4", of = { cd = 0.6 }, grade = 1, clause = "表1" }, { variant = "paddy4", of = { as = 20 }, grade = 1, clause = "表1" }, { variant = "other4", of = { as = 26 }, grade = 2, clause = "表1" },
    { variant = "other2", of = { zn = 9999 }, grade = 2, clause = "表3" }, -- no intervention value
    { variant = "orchard1", of = { cu = 150 }, grade = 1, clause = "表1" }, { variant = "other1", of = { cu = 51 }, grade = 2, clause = "表1" }, { variant = "paddy3", of = { cr = 300, pb = 141 }, grade = 2, deciding = "pb", clause = "表1" },
    { variant = "paddy1", of = {}, grade = 0, clause = "表1" },
  },
}
