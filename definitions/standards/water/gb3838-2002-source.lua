-- GB 3838-2002 table 2: what a source of drinking water must meet besides table 1. Of table 3 (80 items) nothing is here.
return ruleset {
  id = "GB3838-2002-T2", kind = "water.source",
  title = "集中式生活饮用水地表水源地补充项目", title_en = "Supplementary items of surface sources of drinking water",
  from = "2002-06-01", -- day from memory
  source = "GB 3838-2002", clause = "表2, 5", certainty = "confirmed",
  grades = { "达标", "超标" }, grades_en = { "within", "over" },
  items = {
    { word = "sulfate", name = "硫酸盐", name_en = "sulfate", at_most = { 250 } },
    { word = "chloride", name = "氯化物", name_en = "chloride", at_most = { 250 } },
    { word = "nitrate", name = "硝酸盐(以N计)", name_en = "nitrate (as N)", at_most = { 10 } },
    { word = "fe", name = "铁", name_en = "Fe", at_most = { 0.3 } },
    { word = "mn", name = "锰", name_en = "Mn", at_most = { 0.1 } },
  },
  selections = { { id = "all", title = "补充项目5项", title_en = "the five supplementary items",
    items = { "sulfate", "chloride", "nitrate", "fe", "mn" }, needs = { "sulfate", "chloride", "nitrate", "fe", "mn" } } },
  tests = {
    { of = { sulfate = 250, chloride = 250, nitrate = 10, fe = 0.3, mn = 0.1 }, grade = 1, attains = true, clause = "表2, 5" },
    { of = { sulfate = 250, chloride = 250, nitrate = 10, fe = 0.3, mn = 0.11 }, grade = 2, over = "mn(0.1)", attains = false, clause = "表2, 5" },
    { of = { sulfate = 250, chloride = 250, nitrate = 10, fe = 0.3 }, grade = 0, missing = "mn", attains = "cannot", clause = "表2, 5" },
    { of = { fe = 0.6 }, grade = 0, over = "fe(1)", attains = false, clause = "表2, 5" },
  },
}
