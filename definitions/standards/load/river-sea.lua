-- Load of a river to the sea: mass is concentration × volume, month by month. The product is plain (derived); that three quarters of a month's
-- days must have a flow before their mean stands for the month is ours, after the validity of GB 3838's automatic stations.
return ruleset {
  id = "load-river-sea", kind = "load.sea",
  title = "入海河流污染物通量（流量×浓度）", title_en = "Load of rivers to the sea: flow × concentration",
  from = "2016-01-01", -- any data: the day is ours
  source = "水质量＝浓度×水量", clause = "月通量", certainty = "derived",
  flow = "flow", flow_share = 75, decimals = 2,
  items = { { word = "tn", name = "总氮", name_en = "total N" }, { word = "tp", name = "总磷", name_en = "total P" } },
  tests = { -- 10 m³/s × 2.5 g/m³ × 86 400 s × 30 d = 64.8 t
    { flow = 10, days = 30, concentration = 2.5, state = "whole", tonnes = 64.8 },
    { flow = 10, days = 30, known = 23, concentration = 2.5, state = "scaled", tonnes = 64.8 },
    { flow = 10, days = 30, known = 22, concentration = 2.5, state = "no_flow" },
    { flow = 10, days = 30, known = 0, concentration = 2.5, state = "no_flow" },
    { flow = 10, days = 30, state = "no_concentration" },
    { flow = 0, days = 31, concentration = 2.5, state = "whole", tonnes = 0 },
    { flow = 123.456, days = 31, concentration = 0.087, state = "whole", tonnes = 28.77 },
  },
}
