-- 生态环境状况公报: a year of the air, the rivers, the sampled points, beside the year before, with what each figure was judged by.
local air = {
  { heading = "一、环境空气质量", when = "air" },
  { text = "{period}，全市环境空气质量优良天数 {air.ranking.city.good_days.good} 天（有效 {air.ranking.city.good_days.valid} 天），优良天数比例 {air.ranking.city.good_days.ratio:1}%，上年同期 {air.ranking.city.last_good_ratio:1}%；重度及以上污染 {air.ranking.city.good_days.heavy} 天。综合指数 {air.ranking.city.index:2}，同比 {air.ranking.city.change:1}%（{@air.year}）。", when = "air" },
  { text = "表1　空气质量级别天数", when = "air" },
  { rows = "air.levels", columns = { { "级别", "{name}", 20 }, { "天数", "{days}" }, { "占有效天数（%）", "{percent:1}", 16 } } },
  { text = "表2　六项污染物年评价（{air.year.rule}、{air.year.limits}；把握：{air.year.certainty}）", when = "air.year" },
  { rows = "air.year.items", columns = { { "项目", "{item}", 10 }, { "年均值", "{mean}" }, { "年均限值", "{limit_mean}" },
    { "百分位数", "{percentile.value}" }, { "百分位", "{percentile.p}" }, { "百分位限值", "{limit_percentile}", 12 }, { "有效天数", "{valid_days}" },
    { "达标", "{attains?达标:不达标:不判定}" }, { "说明", "{reason}", 24 }, { "据", "{@air.year}", 8 } } },
  { text = "浓度单位：CO 为 mg/m³，其余为 μg/m³。", when = "air.year" },
  { text = "表3　重度及以上污染日", when = "air.heavy" },
  { rows = "air.heavy", columns = { { "日期", "{date}", 16 }, { "AQI", "{aqi}" }, { "级别", "{level}", 14 }, { "首要污染物", "{primary}", 16 } },
    empty = "本期没有重度及以上污染日。" },
  { text = "表4　各区县空气质量（按综合指数排名，{air.ranking.rules.id}；把握：{air.ranking.rules.certainty}）", when = "air" },
  { rows = "air.ranking.rows", columns = { { "名次", "{rank}", 6 }, { "区县", "{name}", 14 }, { "综合指数", "{index:2}" }, { "同比（%）", "{change:1}" },
    { "优良率（%）", "{good_days.ratio:1}" }, { "上年（%）", "{last_good_ratio:1}" }, { "PM2.5", "{items.pm25.value}" }, { "PM10", "{items.pm10.value}" },
    { "SO₂", "{items.so2.value}" }, { "NO₂", "{items.no2.value}" }, { "CO", "{items.co.value}" }, { "O₃", "{items.o3.value}" }, { "未排名原因", "{reason}", 20 },
    { "据", "{@air.ranking}", 8 } } },
}
local rivers = {
  { heading = "二、地表水环境质量", when = "rivers.group" },
  { text = "全市监测断面（点位）{rivers.group.sections} 个，评价 {rivers.group.judged} 个，优良（达到或优于Ⅲ类）比例 {rivers.group.good:1}%，上年 {rivers.last.good:1}%；劣Ⅴ类比例 {rivers.group.bad:1}%，上年 {rivers.last.bad:1}%。总体水质{rivers.group.quality}（{rivers.group.rule}；把握：{rivers.group.certainty}；{@river.year}）。", when = "rivers.group" },
  { text = "表5　断面水质类别", when = "rivers.group" },
  { rows = "rivers.sections", columns = { { "断面", "{name}", 18 }, { "河流", "{river}" }, { "区县", "{region}" }, { "目标", "{target}", 6 },
    { "类别", "{figure.class_name}", 8 }, { "上年", "{last_class}", 8 }, { "水质", "{figure.quality}" }, { "达标", "{figure.attains?是:否:不判定}", 8 },
    { "超标项目（倍数）", "{figure.limiting}", 20 }, { "定类项目", "{figure.deciding}", 16 }, { "依据监测", "{figure.sampled?含人工采样:自动监测:—}", 12 }, { "说明", "{figure.reason}", 20 },
    { "据", "{@river.year}", 8 } } },
}
local columns = { { "点位", "{point}", 16 }, { "区县", "{region}" }, { "时期", "{season}", 8 }, { "采样次数", "{samples}", 8 }, { "类别／结论", "{grade_name}", 20 },
  { "超标项目（倍数）", "{over}", 20 }, { "达标", "{attains?是:否:不判定}", 8 }, { "把握", "{certainty}", 12 }, { "说明", "{reason}", 14 }, { "据", "{@points.year}", 8 } }
local points = {
  { heading = "三、饮用水水源", when = "points.drinking" },
  { text = "监测水源 {points.drinking.points} 个。表1 项目按Ⅲ类、表2 项目按限值评价，两者都达到为达标；表3 项目不在本系统。", when = "points.drinking" },
  { rows = "points.drinking.rows", columns = { columns[1], columns[2], columns[3], columns[4], columns[5], columns[6], { "表2 超标", "{over_extra}", 12 }, columns[7], columns[9], columns[10] } },
  { heading = "四、近岸海域", when = "points.sea" },
  { text = "监测点位 {points.sea.points} 个，评价 {points.sea.judged} 个。点位优良比例 {points.sea.good_by_points:1}%（同比 {points.sea.good_by_points_change:1} 个百分点）；面积优良比例 {points.sea.good_by_area:1}%（同比 {points.sea.good_by_area_change:1} 个百分点）。{points.sea.area_reason}两个比例口径不同，不得相互替代、相加或平均。", when = "points.sea" },
  { text = "水质状况：{points.sea.quality}。{points.sea.quality_reason}", when = "points.sea" },
  { rows = "points.sea.rows", columns = columns },
  { heading = "五、地下水", when = "points.groundwater" },
  { text = "监测点位 {points.groundwater.points} 个，评价 {points.groundwater.judged} 个（点位数口径）。", when = "points.groundwater" },
  { rows = "points.groundwater.counts", columns = { { "类别", "{grade_name}", 16 }, { "点位数", "{points}" } } },
  { rows = "points.groundwater.rows", columns = columns },
  { heading = "六、土壤", when = "points.soil_farm" },
  { text = "农用地点位 {points.soil_farm.points} 个（点位数口径，不代表面积）。", when = "points.soil_farm" },
  { rows = "points.soil_farm.rows", columns = columns },
  { text = "建设用地点位 {points.soil_build.points} 个（点位数口径，不代表面积）。", when = "points.soil_build" },
  { rows = "points.soil_build.rows", columns = columns },
  { text = "采样点位的时期值为该季各次采样的算术平均，全年值为当年各次采样的算术平均（做法，未查到出处）。", when = "points" },
}
local tail = {
  { heading = "附录一　规则集与把握" }, { text = "把握一栏：已核实为核对过原文；推导为由原文推得；单一来源为只在一处读到；未核实为凭记忆，未核对。" }, { rules = true },
  { heading = "附录二　数据凭据" }, { text = "表中“据”列为凭据号。凭据记录指标值所依据的规则集与全部输入的 SM3，可用 bihuan verify 复算。" }, { receipts = true },
}
local parts = {}
for _, list in ipairs({ air, rivers, points, tail }) do for _, p in ipairs(list) do parts[#parts + 1] = p end end
return {
  id = "annual", name = "生态环境状况公报（年）", name_en = "Annual status bulletin", period = "year", landscape = true,
  title = "{city}{period}生态环境状况公报", subtitle = "按 {known} 已知的监测结果编制",
  footer = "{command}", words = { pm25 = "PM2.5", pm10 = "PM10", so2 = "SO₂", no2 = "NO₂", co = "CO", o3 = "O₃" }, figures = { "air", "rivers", "points" }, parts = parts,
}
