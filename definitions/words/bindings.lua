-- Which measure an indicator is: the first entry whose `any` occurs in the indicator (half-width, lower case), none of `none`, with one
-- of the units.
local ug = { "微克/立方米", "μg/m3", "µg/m3", "ug/m3", "微克每立方米" }
local mg = { "毫克/立方米", "mg/m3" }
local part = { "日均", "月均", "小时浓度", "下降", "达标率", "排放" }
return words {
  bindings = {
    { bound = "air.pm25.mean", any = { "pm2.5", "细颗粒物" }, none = part, units = ug },
    { bound = "air.pm10.mean", any = { "pm10", "可吸入颗粒物" }, none = part, units = ug },
    { bound = "air.so2.mean", any = { "so2", "二氧化硫" }, none = part, units = ug },
    { bound = "air.no2.mean", any = { "no2", "二氧化氮" }, none = part, units = ug },
    { bound = "air.co.p95", any = { "co", "一氧化碳" }, none = { "cod", "co2", "排放", "下降" }, units = mg },
    { bound = "air.o3.p90", any = { "o3", "臭氧" }, none = { "小时浓度", "下降", "排放" }, units = ug },
    { bound = "air.heavy_days.count", any = { "重污染天数", "重度及以上污染天数", "重度污染天数", "重污染天气天数" }, none = { "下降", "比例", "比率" }, units = { "天" } },
    { bound = "air.good_days.ratio", any = { "优良天数比", "优良天数占比", "空气质量优良率", "优良率" }, none = { "水", "断面", "海" }, units = { "%" } },
    { bound = "water.bad.ratio", any = { "劣Ⅴ类", "劣ⅴ类", "劣v类", "劣五类" }, none = { "海", "下降", "地下" }, units = { "%" } },
    { bound = "water.good.ratio", any = { "断面水质优良", "断面优良", "地表水优良", "地表水水质优良", "好于Ⅲ类", "好于ⅲ类" }, none = { "海", "地下", "下降", "市控", "水源" }, units = { "%" } },
    { bound = "water.source.ratio", any = { "饮用水水源", "饮用水源", "水源地水质", "水源水质" }, none = { "规范化", "下降", "下水" }, units = { "%" } },
    { bound = "soil.farmland.safe", any = { "受污染耕地", "耕地安全利用" }, none = { "下降" }, units = { "%" } },
    { bound = "soil.building.safe", any = { "建设用地安全利用", "污染地块安全利用", "污染地块再开发", "地块安全利用" }, none = { "耕地", "下降" }, units = { "%" } },
    { bound = "cases.complaints.ratio", any = { "信访件办结率", "信访办结率", "投诉办结率", "举报办结率", "信访举报办结率", "信访投诉办结率" }, none = { "满意" }, units = { "%" } },
    { bound = "cases.rectified.ratio", any = { "整改完成率", "整改率", "销号率", "整改办结率" }, none = { "满意", "隐患" }, units = { "%" } },
    { bound = "cases.rectified", work = true, any = { "反馈问题", "督察问题", "督察反馈", "整改销号", "问题整改", "整改事项", "警示片" }, none = { "信访", "隐患", "排污口" },
      units = { "个", "件", "项", "条" } },
    { bound = "air.good_days.count", any = { "优良天数" }, none = { "水", "比" }, units = { "天" } },
  },
}
