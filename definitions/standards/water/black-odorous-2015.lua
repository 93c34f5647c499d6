-- Urban black and odorous water. The guide's redox potential (50 and -200 mV) is known from memory only, and a potential is negative:
-- it is not here. In water shallower than 25 cm transparency is compared with 40 % of the depth: water_black_transparency.
return ruleset {
  id = "black-odorous-2015", kind = "water.black",
  title = "城市黑臭水体分级", title_en = "Grades of urban black and odorous water",
  from = "2015-01-01", -- the guide's year; the day was not found
  source = "城市黑臭水体整治工作指南", clause = "表1", certainty = "single source",
  grades = { "非黑臭", "轻度黑臭", "重度黑臭" }, grades_en = { "not black and odorous", "light", "heavy" },
  items = {
    { word = "sd_cm", name = "透明度", name_en = "transparency", unit = "cm", at_least = { 25, 10 } },
    { word = "do", code = "w01009", name = "溶解氧", name_en = "DO", at_least = { 2.0, 0.2 } },
    { word = "nh3n", code = "w21003", name = "氨氮", name_en = "NH3-N", at_most = { 8, 15 }, strict = { 1 } },
  },
  tests = {
    { of = { sd_cm = 25, ["do"] = 2.0, nh3n = 7.99 }, grade = 1, attains = true, certainty = "single source" },
    { of = { sd_cm = 24.9, ["do"] = 2.0, nh3n = 7.99 }, grade = 2, deciding = "sd_cm" },
    { of = { sd_cm = 25, ["do"] = 2.0, nh3n = 8 }, grade = 2 }, { of = { sd_cm = 25, ["do"] = 2.0, nh3n = 15 }, grade = 2 },
    { of = { sd_cm = 25, ["do"] = 2.0, nh3n = 15.1 }, grade = 3 },
    { of = { sd_cm = 10, ["do"] = 0.2, nh3n = 1 }, grade = 2 }, { of = { sd_cm = 9.9, ["do"] = 3, nh3n = 1 }, grade = 3 },
    { of = { sd_cm = 30, ["do"] = 0.19, nh3n = 1 }, grade = 3, over = "do" },
  },
}
