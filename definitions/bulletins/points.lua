-- 海洋、土壤、地下水监测通报: what was sampled by point and season. Shares of points and of area are two figures with two names.
local columns = { { "点位", "{point}", 16 }, { "区县", "{region}" }, { "时期", "{season}", 8 }, { "采样次数", "{samples}", 8 }, { "类别／结论", "{grade_name}", 20 },
  { "超标项目（倍数）", "{over}", 20 }, { "达标", "{attains?是:否:不判定}", 8 }, { "把握", "{certainty}", 12 }, { "说明", "{reason}", 14 }, { "据", "{@points.year}", 8 } }
local function part(key, name)
  return { heading = name, when = "points." .. key },
    { text = "规则 {points." .. key .. ".rule.id}（{points." .. key .. ".rule.source} {points." .. key .. ".rule.clause}）。点位 {points." .. key .. ".points} 个，评价 {points." .. key .. ".judged} 个。", when = "points." .. key },
    { rows = "points." .. key .. ".counts", columns = { { "类别", "{grade_name}", 24 }, { "点位数", "{points}" } } },
    { rows = "points." .. key .. ".rows", columns = columns }
end
local parts = {}
local function add(...) for _, p in ipairs({ ... }) do parts[#parts + 1] = p end end
add(part("sea", "一、近岸海域"))
add({ text = "点位优良比例：{points.sea.good_by_points:1}%（按点位数；同比 {points.sea.good_by_points_change:1} 个百分点）。", when = "points.sea" },
  { text = "面积优良比例：{points.sea.good_by_area:1}%（按代表面积；同比 {points.sea.good_by_area_change:1} 个百分点）。{points.sea.area_reason}", when = "points.sea" },
  { text = "两个比例口径不同，不得相互替代、相加或平均。水质状况：{points.sea.quality}。{points.sea.quality_reason}", when = "points.sea" })
add(part("groundwater", "二、地下水"))
add(part("soil_farm", "三、农用地土壤"))
add(part("soil_build", "四、建设用地土壤"))
add(part("drinking", "五、饮用水水源"))
add({ text = "时期值为该季各次采样的算术平均，全年值为当年各次采样的算术平均（做法，未查到出处）。" },
  { heading = "附录一　规则集与把握" }, { rules = true }, { heading = "附录二　数据凭据" }, { receipts = true })
return {
  id = "points", name = "海洋、土壤、地下水监测通报（年）", name_en = "Sea, soil, groundwater (year)", period = "year", landscape = true,
  title = "{city}{period}海洋、土壤、地下水监测通报", subtitle = "按 {known} 已知的监测结果编制", footer = "{command}", figures = { "points" }, parts = parts,
}
