-- Targets that no instrument of the city measures. The share and number of closed cases are counted in the ledgers named; what reaches the
-- city by other ways says so, and is "cannot be judged" until it is taken in.
local percent = { "%", "％", "百分点" }
local counted = { "个", "件", "项", "条", "处", "" }
local water = { reason = "水源地人工监测由公报评价，本项须上报",
  reason_en = "judged in the bulletins; to be reported here" }
local soil = { reason = "部门按地块核算的数据未接入，无法评判",
  reason_en = "the authorities' reckoning by plot is not taken in" }
return {
  indicator { id = "cases.rectified", title = "督察整改问题完成数", title_en = "Rectification cases closed", value = "cases.closed", unit = "件",
    units = counted, decimals = 0, ledgers = { "rectification" }, aliases = { "督察反馈问题整改", "督察整改问题完成数" } },
  indicator { id = "cases.rectified.ratio", title = "督察整改问题完成率", title_en = "Share of rectification cases closed",
    value = "cases.closed.ratio", unit = "%", units = percent, decimals = 1, ledgers = { "rectification" },
    aliases = { "整改完成率", "督察整改完成率", "督察反馈问题整改完成率", "问题整改率", "销号率", "整改销号率" } },
  indicator { id = "cases.complaints.ratio", title = "信访举报办结率", title_en = "Share of complaints settled", value = "cases.closed.ratio",
    unit = "%", units = percent, decimals = 1, ledgers = { "complaint", "petition" }, aliases = { "信访办结率", "信访件办结率", "投诉办结率", "举报办结率" } },
  indicator { id = "water.source.ratio", title = "集中式饮用水水源地水质达标率", title_en = "Drinking-water sources that attain their standard",
    value = "outside", unit = "%", units = percent, decimals = 1, reason = water.reason, reason_en = water.reason_en,
    aliases = { "县级饮用水水源地水质达标率", "市级饮用水水源地水质达标率", "集中式饮用水水源地水质达标率", "饮用水水源地水质达标率", "饮用水水源水质达标率" } },
  indicator { id = "soil.farmland.safe", title = "受污染耕地安全利用率", title_en = "Safe use of polluted farmland", value = "outside", unit = "%",
    units = percent, decimals = 1, reason = soil.reason, reason_en = soil.reason_en, aliases = { "受污染耕地安全利用率" } },
  indicator { id = "soil.building.safe", title = "重点建设用地安全利用率", title_en = "Safe use of building land under watch", value = "outside",
    unit = "%", units = percent, decimals = 1, reason = soil.reason, reason_en = soil.reason_en,
    aliases = { "重点建设用地安全利用率", "污染地块安全利用率", "建设用地安全利用率" } },
}
