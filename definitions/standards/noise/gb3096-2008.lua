-- GB 3096-2008, LAeq in dB(A). Sudden noise at night may exceed the night's limit by 15 at most (its maximum: "burst").
-- 4b is for new railway lines approved from 2011-01-01; an existing line through a town: background without trains 70/55, as 4a.
return ruleset {
  id = "GB3096-2008", kind = "noise.zones",
  title = "声环境质量标准", title_en = "Environmental quality standard for noise",
  from = "2008-10-01", -- day from memory
  source = "GB 3096-2008", clause = "表1, 5.4", certainty = "confirmed",
  grades = { "达标", "超标" }, grades_en = { "within", "over" },
  variants = { "0", "1", "2", "3", "4a", "4b" },
  items = {
    { word = "day", name = "昼间等效声级", name_en = "Ld", unit = "dB(A)", plain = true,
      at_most = { ["0"] = { 50 }, ["1"] = { 55 }, ["2"] = { 60 }, ["3"] = { 65 }, ["4a"] = { 70 }, ["4b"] = { 70 } } },
    { word = "night", name = "夜间等效声级", name_en = "Ln", unit = "dB(A)", plain = true,
      at_most = { ["0"] = { 40 }, ["1"] = { 45 }, ["2"] = { 50 }, ["3"] = { 55 }, ["4a"] = { 55 }, ["4b"] = { 60 } } },
    { word = "burst", name = "夜间突发噪声最大声级", name_en = "largest sudden level at night", unit = "dB(A)", plain = true,
      at_most = { ["0"] = { 55 }, ["1"] = { 60 }, ["2"] = { 65 }, ["3"] = { 70 }, ["4a"] = { 70 }, ["4b"] = { 75 } } },
  },
  tests = {
    { variant = "0", of = { day = 50, night = 40 }, grade = 1, attains = true, clause = "表1" }, { variant = "0", of = { day = 50.1, night = 40 }, attains = false, over = "day", clause = "表1" },
    { variant = "1", of = { day = 55, night = 45 }, attains = true, clause = "表1" }, { variant = "1", of = { day = 55, night = 45.1 }, attains = false, over = "night", clause = "表1" },
    { variant = "2", of = { day = 60, night = 50, burst = 65 }, attains = true, clause = "5.4" }, { variant = "2", of = { day = 60, night = 50, burst = 65.1 }, attains = false, over = "burst", clause = "5.4" },
    { variant = "3", of = { day = 65, night = 55 }, attains = true, clause = "表1" }, { variant = "4a", of = { day = 70, night = 55 }, attains = true, clause = "表1" },
    { variant = "4a", of = { day = 70, night = 60 }, attains = false, clause = "表1" }, { variant = "4b", of = { day = 70, night = 60 }, attains = true, clause = "表1" },
  },
}
