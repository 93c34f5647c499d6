-- How forecasts of several models are blended and held against persistence. No Chinese text of it was read: the window, the least number of days and
-- the weights (one over mean absolute error + 1 AQI, of the days observed before the issue) are our own choice.
return ruleset {
  id = "forecast-blend-1", kind = "forecast.blend",
  title = "多模式预报检验与集成", title_en = "Verification and blend of several models' forecasts",
  from = "2013-01-01",
  source = "本系统取值", clause = "权重＝1÷(平均绝对误差＋1)，只用起报日之前已有实况的日子；误差大于持续性预报者标出",
  certainty = "own choice",
  window_days = 30, least_days = 5, threshold = 100,
  tests = {
    -- too few days: the same weights
    { forecasts = { { 100, 100 }, { 200, 200 } }, aqi = { 100, -1 }, blend = 150 },
    -- a model that was right weighs 21 times one that was 20 off: (100×21 + 200)/22
    { forecasts = { { 50, 60, 70, 80, 90, 100 }, { 70, 80, 90, 100, 110, 200 } }, aqi = { 50, 60, 70, 80, 90, -1 }, blend = 105 },
    -- what was observed after the issue weighs nothing: at lead 2 only three of five days were known
    { forecasts = { { 50, 60, 70, 80, 90, 100 }, { 70, 80, 90, 100, 110, 200 } }, aqi = { 50, 60, 70, 80, 90, -1 }, lead = 2, blend = 150 },
    { forecasts = { { 100, -1 }, { 200, 200 } }, aqi = { 100, -1 }, blend = -1 },
  },
}
