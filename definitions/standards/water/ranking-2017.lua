-- 城市地表水环境质量排名技术规定（试行）. The document's number is confirmed; the formulas are of code bases of one author and memory; that a
-- city's rivers and lakes are weighted by the number of sections is from memory.
return ruleset {
  id = "CWQI-2017", kind = "water.ranking",
  title = "城市水质指数", title_en = "City water quality index",
  from = "2017-01-01", -- the document's year; the day was not found
  source = "环办监测〔2017〕51号", clause = "城市水质指数", certainty = "single source",
  selection = "gb3838-21", ph = { low = 6, neutral = 7, high = 9 },
  decimals = 4, -- of the printed index, which ranks
  tests = {
    { table = "GB3838-2002", rest = 3, of = { ph = 7 }, gives = 20 },
    { table = "GB3838-2002", rest = 3, of = { ph = 8 }, gives = 20.5 }, { table = "GB3838-2002", rest = 3, of = { ph = 6.5 }, gives = 20.5 },
    { table = "GB3838-2002", rest = 3, of = { ph = 7, ["do"] = 10 }, gives = 19.5 },
    { table = "GB3838-2002", variant = "lake", rest = 3, of = { ph = 7, tp = 0.1 }, gives = 21 },
    { change = { 7.1454, 3.49 }, gives = -51.157388 }, { change = { 10, 5 }, gives = -50 },
  },
}
