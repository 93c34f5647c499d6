-- Words for a sea area by its share of points (HJ 442-2008, from memory; all five of the 2017 bulletin's areas agree). HJ 442.1 to .10-2020
-- took its place on 2021-03-01; what they say of words was not found, so nothing is in force after that.
-- The first rule one of whose lines holds gives the word. upto_N: at least so many percent in classes 1 to N; worse: at most so many
-- percent beyond class 4.
return ruleset {
  id = "HJ442-2008", kind = "sea.evaluation",
  title = "近岸海域环境监测规范", title_en = "Specification for offshore environmental monitoring",
  from = "2009-01-01", to = "2021-02-28", -- first day from memory
  source = "HJ 442-2008", clause = "海水水质状况分级", certainty = "from memory",
  rules = {
    { name = "优", name_en = "excellent", any = { { upto_1 = 60, upto_2 = 90 } } },
    { name = "良好", name_en = "good", any = { { upto_2 = 80 } } },
    { name = "一般", name_en = "fair", any = { { upto_2 = 60, worse = 30 }, { upto_3 = 90 } } },
    { name = "差", name_en = "poor", any = { { worse = 40 }, { upto_4 = 90 } } },
    { name = "极差", name_en = "very poor", any = { {} } },
  },
  tests = { -- 2017: shares of points in classes 1, 2, 3, 4 and beyond
    { points = { 19.8, 48.1, 14.8, 7.4, 9.9 }, is = "一般" }, { points = { 37.4, 45.1, 9.9, 5.5, 2.2 }, is = "良好" },
    { points = { 15.9, 31.0, 12.4, 9.7, 31.0 }, is = "差" }, { points = { 57.6, 18.2, 5.3, 3.8, 15.2 }, is = "一般" },
    { points = { 34.5, 33.3, 10.1, 6.5, 15.6 }, is = "一般" },
    { points = { 60, 30, 10, 0, 0 }, is = "优" }, { points = { 59.9, 30.1, 10, 0, 0 }, is = "良好" }, { points = { 0, 80, 0, 0, 20 }, is = "良好" },
    { points = { 0, 0, 60, 0, 40 }, is = "差" }, { points = { 0, 59, 0, 0, 41 }, is = "极差" }, { points = { 0, 70, 0, 0, 30 }, is = "一般" },
    { points = { 0, 50, 40, 10, 0 }, is = "一般" }, { points = { 0, 50, 39, 11, 0 }, is = "差" },
  },
}
