-- Total emissions of a pollutant against a base year. `item` is the pollutant as the ledgers of base-year inventories (emission.lua) and of
-- treatment projects (industry.lua) write it; what is cut is the sum of the projects that were closed by verification.
local units = { "%", "％", "百分点", "吨", "t", "万吨" }
local function cut(id, item, title, en, aliases)
  return indicator { id = "emission." .. id, title = title .. "排放总量下降", title_en = en .. " emissions cut", value = "emission.cut", item = item, unit = "%", units = units,
    decimals = 2, aliases = aliases }
end
return {
  cut("so2", "SO₂", "二氧化硫", "SO2", { "二氧化硫排放量", "二氧化硫排放总量", "二氧化硫(SO2)排放量", "SO2排放量", "SO2排放总量", "二氧化硫总量" }),
  cut("nox", "NOx", "氮氧化物", "NOx", { "氮氧化物排放量", "氮氧化物排放总量", "氮氧化物(NOx)排放量", "NOx排放量", "NOx排放总量", "氮氧化物总量" }),
  cut("cod", "COD", "化学需氧量", "COD", { "化学需氧量排放量", "化学需氧量排放总量", "化学需氧量(COD)排放量", "COD排放量", "COD排放总量", "化学需氧量总量" }),
  cut("nh3n", "NH₃-N", "氨氮", "Ammonia nitrogen", { "氨氮排放量", "氨氮排放总量", "氨氮(NH3-N)排放量", "NH3-N排放量", "NH3-N排放总量", "氨氮总量" }),
  cut("vocs", "VOCs", "挥发性有机物", "VOCs", { "挥发性有机物排放量", "挥发性有机物排放总量", "挥发性有机物(VOCs)排放量", "VOCs排放量", "VOCs排放总量", "VOC排放量" }),
  cut("dust", "颗粒物", "颗粒物", "Particulates", { "颗粒物排放量", "颗粒物排放总量", "烟粉尘排放量", "烟粉尘排放总量" }),
}
