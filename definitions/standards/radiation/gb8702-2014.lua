-- GB 8702-2014, public exposure. 50 Hz: 200/f V/m and 5/f uT with f in kHz. Ambient gamma dose has no national limit (from memory): it is
-- held against the place's own natural range, radiation_background.
return ruleset {
  id = "GB8702-2014", kind = "radiation.field",
  title = "电磁环境控制限值", title_en = "Controlling limits for electromagnetic environment",
  from = "2015-01-01", -- day from memory
  source = "GB 8702-2014", clause = "表1", certainty = "confirmed",
  grades = { "达标", "超标" }, grades_en = { "within", "over" },
  items = {
    { word = "e_50hz", name = "工频电场强度", name_en = "electric field at 50 Hz", unit = "V/m", at_most = { 4000 } },
    { word = "b_50hz", name = "工频磁感应强度", name_en = "magnetic flux density at 50 Hz", unit = "µT", at_most = { 100 } },
    { word = "e_radio", name = "射频电场强度（30～3000 MHz）", name_en = "electric field, 30 to 3000 MHz", unit = "V/m", at_most = { 12 } },
    { word = "s_radio", name = "射频功率密度（30～3000 MHz）", name_en = "power density, 30 to 3000 MHz", unit = "W/m²", at_most = { 0.4 } },
  },
  tests = {
    { of = { e_50hz = 4000, b_50hz = 100 }, attains = true }, { of = { e_50hz = 4000.1 }, attains = false, over = "e_50hz(0)" },
    { of = { b_50hz = 110 }, attains = false, over = "b_50hz(0.1)" }, { of = { e_radio = 12, s_radio = 0.4 }, attains = true }, { of = { s_radio = 0.5 }, attains = false },
  },
}
