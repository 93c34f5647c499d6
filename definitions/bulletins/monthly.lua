-- 生态环境质量月报: a month of the air and the rivers beside the same month last year.
return {
  id = "monthly", name = "生态环境质量月报", name_en = "Monthly status report", period = "month", landscape = true,
  title = "{city}{period}生态环境质量月报", subtitle = "按 {known} 已知的监测结果编制", footer = "{command}", words = { pm25 = "PM2.5", pm10 = "PM10", so2 = "SO₂", no2 = "NO₂", co = "CO", o3 = "O₃" }, figures = { "air", "rivers" },
  parts = {
    { heading = "一、环境空气质量", when = "air" },
    { text = "{period}，全市优良天数 {air.ranking.city.good_days.good} 天（有效 {air.ranking.city.good_days.valid} 天），优良天数比例 {air.ranking.city.good_days.ratio:1}%，上年同期 {air.ranking.city.last_good_ratio:1}%；重度及以上污染 {air.ranking.city.good_days.heavy} 天；综合指数 {air.ranking.city.index:2}，同比 {air.ranking.city.change:1}%（{@air.ranking}）。", when = "air" },
    { rows = "air.levels", columns = { { "级别", "{name}", 20 }, { "天数", "{days}" }, { "占有效天数（%）", "{percent:1}", 16 } } },
    { rows = "air.ranking.rows", columns = { { "名次", "{rank}", 6 }, { "区县", "{name}", 14 }, { "综合指数", "{index:2}" }, { "同比（%）", "{change:1}" },
      { "优良率（%）", "{good_days.ratio:1}" }, { "上年（%）", "{last_good_ratio:1}" }, { "PM2.5", "{items.pm25.value}" }, { "PM10", "{items.pm10.value}" },
      { "SO₂", "{items.so2.value}" }, { "NO₂", "{items.no2.value}" }, { "CO", "{items.co.value}" }, { "O₃", "{items.o3.value}" }, { "未排名原因", "{reason}", 20 },
      { "据", "{@air.ranking}", 8 } } },
    { text = "CO 为日均值第95百分位，O₃ 为日最大8小时第90百分位，其余为月均值。", when = "air" },
    { rows = "air.heavy", columns = { { "重污染日", "{date}", 16 }, { "AQI", "{aqi}" }, { "级别", "{level}", 14 }, { "首要污染物", "{primary}", 16 } } },
    { heading = "二、地表水环境质量", when = "rivers.group" },
    { text = "监测断面 {rivers.group.sections} 个，评价 {rivers.group.judged} 个，优良比例 {rivers.group.good:1}%，上年同期 {rivers.last.good:1}%；劣Ⅴ类比例 {rivers.group.bad:1}%，上年同期 {rivers.last.bad:1}%（{@river.month}）。", when = "rivers.group" },
    { rows = "rivers.sections", columns = { { "断面", "{name}", 18 }, { "河流", "{river}" }, { "区县", "{region}" }, { "目标", "{target}", 6 },
      { "类别", "{figure.class_name}", 8 }, { "上年同期", "{last_class}", 8 }, { "水质", "{figure.quality}" }, { "达标", "{figure.attains?是:否:不判定}", 8 },
      { "超标项目（倍数）", "{figure.limiting}", 20 }, { "依据监测", "{figure.sampled?含人工采样:自动监测:—}", 12 }, { "说明", "{figure.reason}", 20 }, { "据", "{@river.month}", 8 } } },
    { heading = "附录一　规则集与把握" }, { rules = true },
    { heading = "附录二　数据凭据" }, { receipts = true },
  },
}
