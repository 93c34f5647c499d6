-- Figures of the year so far, from valid natural days. `aliases` are the words a plan uses; the words of a target's indicator are
-- compared after spaces, brackets and subscripts are taken away. docs/rules.md says how to add one.
local ug = { "µg/m³", "μg/m³", "ug/m3", "μg/m3", "µg/m3", "微克/立方米", "微克每立方米" }
local mg = { "mg/m³", "mg/m3", "毫克/立方米", "毫克每立方米" }
local percent = { "%", "％", "百分点" }
local days = { "天", "日", "d" }

return {
  indicator { id = "air.pm25.mean", title = "PM2.5平均浓度", title_en = "PM2.5 mean", item = "pm25", value = "mean", unit = "µg/m³",
    units = ug, decimals = 1,
    aliases = { "细颗粒物(PM2.5)年均浓度", "PM2.5浓度", "PM2.5年均浓度", "PM2.5平均浓度", "PM2.5年平均浓度", "细颗粒物浓度", "细颗粒物年均浓度",
      "细颗粒物(PM2.5)浓度", "细颗粒物(PM2.5)平均浓度", "细颗粒物(PM2.5)年平均浓度", "PM2.5" } },
  indicator { id = "air.pm10.mean", title = "PM10平均浓度", title_en = "PM10 mean", item = "pm10", value = "mean", unit = "µg/m³",
    units = ug, decimals = 0,
    aliases = { "可吸入颗粒物(PM10)年均浓度", "PM10浓度", "PM10年均浓度", "PM10平均浓度", "可吸入颗粒物浓度", "可吸入颗粒物年均浓度",
      "可吸入颗粒物(PM10)浓度", "PM10" } },
  indicator { id = "air.so2.mean", title = "二氧化硫平均浓度", title_en = "SO2 mean", item = "so2", value = "mean", unit = "µg/m³",
    units = ug, decimals = 0,
    aliases = { "二氧化硫年均浓度", "二氧化硫浓度", "SO2浓度", "SO2年均浓度", "二氧化硫(SO2)年均浓度", "二氧化硫(SO2)浓度", "SO2", "二氧化硫" } },
  indicator { id = "air.no2.mean", title = "二氧化氮平均浓度", title_en = "NO2 mean", item = "no2", value = "mean", unit = "µg/m³",
    units = ug, decimals = 0,
    aliases = { "二氧化氮年均浓度", "二氧化氮浓度", "NO2浓度", "NO2年均浓度", "二氧化氮(NO2)年均浓度", "二氧化氮(NO2)浓度", "NO2", "二氧化氮" } },
  indicator { id = "air.co.p95", title = "一氧化碳日均值第95百分位数", title_en = "CO, 95th percentile of days", item = "co",
    value = "percentile", percentile = 95, unit = "mg/m³", units = mg, decimals = 1,
    aliases = { "一氧化碳浓度", "CO浓度", "一氧化碳第95百分位数浓度", "一氧化碳日均值第95百分位数", "CO第95百分位浓度", "一氧化碳(CO)浓度" } },
  indicator { id = "air.o3.p90", title = "臭氧日最大8小时平均第90百分位数", title_en = "Ozone, 90th percentile of daily 8 h maxima",
    item = "o3", value = "percentile", percentile = 90, unit = "µg/m³", units = ug, decimals = 0,
    aliases = { "臭氧浓度", "O3浓度", "臭氧(O3)浓度", "臭氧第90百分位数浓度", "臭氧日最大8小时平均第90百分位数", "臭氧日最大8小时第90百分位数浓度",
      "O3-8h第90百分位浓度" } },
  indicator { id = "air.good_days.ratio", title = "空气质量优良天数比例", title_en = "Share of good days", value = "good_days.ratio",
    unit = "%", units = percent, decimals = 1,
    aliases = { "空气质量优良天数比例", "优良天数比例", "空气质量优良率", "优良率", "空气优良天数比例", "环境空气质量优良天数比例", "城市空气质量优良天数比例",
      "空气质量优良天数比率", "优良天数比率", "空气质量优良天数占比" } },
  indicator { id = "air.good_days.count", title = "空气质量优良天数", title_en = "Good days", value = "good_days.count", unit = "天",
    units = days, decimals = 0, aliases = { "空气质量优良天数", "优良天数", "空气优良天数" } },
  indicator { id = "air.heavy_days.count", title = "重度及以上污染天数", title_en = "Days of heavy pollution", value = "heavy_days.count",
    above = 200, unit = "天", units = days, decimals = 0,
    aliases = { "重污染天数", "重度及以上污染天数", "重污染天气天数", "重度污染天数", "重度及以上污染天气天数" } },
}
