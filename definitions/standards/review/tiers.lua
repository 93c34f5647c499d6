-- 分级审核. Quzhou 2020 asks for it in one sentence (「实行数据分级审核」) and names no levels: that an operator looks first, the city second and
-- the province last, and that an operator's opinion moves nothing until the city has spoken, is from memory of how national automatic stations
-- are reviewed. `decides` is the lowest level that moves what is published; a lower level never overrides a higher one.
return ruleset {
  id = "review-tiers-2020", kind = "review.tiers",
  title = "自动监测数据分级审核", title_en = "Tiered review of automatic data",
  from = "2000-01-01",
  source = "衢州 2020 年工作方案：实行数据分级审核", clause = "级别、权限与定案级为本程序约定", certainty = "from memory",
  levels = {
    { title = "一级审核（运维）", title_en = "Level 1 (operator)", roles = { "responsible", "supervisor", "reviewer" }, units = { "operator" } },
    { title = "二级审核（市级）", title_en = "Level 2 (city)", roles = { "reviewer", "duty", "leader", "admin" } },
    { title = "三级审核（省级）", title_en = "Level 3 (province)", roles = { "reviewer", "leader" }, units = { "province" } },
  },
  decides = 2,
  untiered = 2, -- what was said before there were levels was the city's
  tests = {
    { role = "responsible", unit = "operator", level = 1 }, { role = "reviewer", unit = "operator", level = 1 }, { role = "duty", unit = "operator", level = 0 },
    { role = "reviewer", unit = "bureau", level = 2 }, { role = "admin", unit = "", level = 2 }, { role = "responsible", unit = "enterprise", level = 0 },
    { role = "supervisor", unit = "bureau", level = 0 }, { role = "reviewer", unit = "province", level = 3 }, { role = "responsible", unit = "province", level = 0 },
    { given = { 1 }, holds = 0 }, { given = { 1, 2 }, holds = 2 }, { given = { 2, 1 }, holds = 1 }, { given = { 2, 3, 2 }, holds = 2 },
    { given = { 2, 2 }, holds = 2 }, { given = { 3, 3, 1 }, holds = 2 }, { given = { 2, 0 }, holds = 1 },
  },
}
