-- River sections, the year so far, each by the class of the mean of its months (GB 3838 by the five items of automatic stations).
-- river.class is also bound by words: "碧溪河水质", "云临河入海口断面水质" name the sections that begin so; all of them must reach it.
local percent = { "%", "％", "百分点" }
return {
  indicator { id = "water.good.ratio", title = "地表水断面水质优良比例", title_en = "Share of river sections in classes I to III",
    value = "river.good.ratio", unit = "%", units = percent, decimals = 1,
    aliases = { "国控断面水质优良比例", "国考断面水质优良比例", "省控断面水质优良比例", "地表水优良比例", "地表水水质优良比例", "断面水质优良比例", "国考断面优良比例",
      "国控断面优良比例", "地表水优良水质比例", "地表水优良率", "断面优良率", "地表水达到或好于Ⅲ类水体比例" } },
  indicator { id = "water.bad.ratio", title = "劣Ⅴ类断面比例", title_en = "Share of river sections worse than class V",
    value = "river.bad.ratio", unit = "%", units = percent, decimals = 1,
    aliases = { "劣Ⅴ类水体比例", "劣V类断面比例", "劣Ⅴ类断面占比", "地表水劣Ⅴ类水体比例", "劣五类断面比例", "劣Ⅴ类比例" } },
  indicator { id = "water.class", title = "断面水质类别", title_en = "Class of a river section", value = "river.class", unit = "类",
    units = { "类", "" }, decimals = 0, aliases = {} },
}
