-- Units as documents write them. count: can be the quantity of a task. low: a concentration, of which less is better. canon and factor
-- convert to one unit for comparison; the original is kept.
return words {
  unit = {
    { words = { "%", "个百分点", "百分点", "倍", "分", "位", "年", "小时", "天", "日", "分钟", "分贝", "db", "db(a)", "类", "级", "元/吨", "周", "名次", "月" } },
    { words = { "个月" } },
    { words = { "微克/立方米", "μg/m3", "µg/m3", "ug/m3", "微克每立方米", "毫克每立方米", "毫克每升", "微克/m3", "毫克/升", "mg/l", "毫克/立方米", "mg/m3", "微克/升", "μg/l", "微克", "毫克", "克/立方米", "ng/m3", "毫克/千克", "mg/kg", "吨/公顷", "吨/亩", "吨/平方公里", "吨/平方公里·月" }, low = true },
    { words = { "微克/立方米", "μg/m3", "ug/m3", "微克每立方米" }, canon = "微克/立方米", factor = 1 },
    { words = { "毫克/立方米", "mg/m3" }, canon = "毫克/立方米", factor = 1 },
    { words = { "毫克/升", "mg/l" }, canon = "毫克/升", factor = 1 },
    { words = { "名", "家", "项次", "处(个)", "个(处)", "宗", "轮次", "批次", "平方公里次", "对", "桩", "间", "万户", "万辆", "万个", "万人", "万人次", "万株", "万台", "万只", "万件", "艘次", "人(次)", "亩次", "桶", "站", "米次", "孔", "节", "列", "颗", "幅", "场(次)", "家(次)", "个", "条", "项", "处", "座", "件", "次", "台", "辆", "台套", "台(套)", "套", "户", "人", "人次", "所", "支", "部", "种", "份", "艘", "座次", "期", "场", "场次", "批", "批次", "轮", "轮次", "口",
      "株", "段", "根", "片", "块", "眼", "幢", "栋", "篇", "条次", "辆次", "家次", "处次", "点位", "眼井", "宗", "起", "例", "只", "尾", "组", "盏", "头", "股", "本", "张", "面", "枚", "余家", "余个", "多家", "余处", "余辆", "余台" }, count = true },
    { words = { "吨" }, count = true, canon = "吨", factor = 1 },
    { words = { "万吨" }, count = true, canon = "吨", factor = 10000 },
    { words = { "亩" }, count = true, canon = "公顷", factor = 0.0666666666667 },
    { words = { "万亩" }, count = true, canon = "公顷", factor = 666.666666667 },
    { words = { "公顷" }, count = true, canon = "公顷", factor = 1 },
    { words = { "万公顷" }, count = true, canon = "公顷", factor = 10000 },
    { words = { "平方公里", "平方千米" }, count = true, canon = "公顷", factor = 100 },
    { words = { "公里", "千米" }, count = true, canon = "公里", factor = 1 },
    { words = { "万公里" }, count = true, canon = "公里", factor = 10000 },
    { words = { "米" }, count = true, canon = "公里", factor = 0.001 },
    { words = { "蒸吨" }, count = true, canon = "兆瓦", factor = 0.7 },
    { words = { "吨标准煤", "吨标煤" }, count = true, canon = "吨标准煤", factor = 1 },
    { words = { "万吨标准煤", "万吨标煤" }, count = true, canon = "吨标准煤", factor = 10000 },
    { words = { "立方米", "平方米", "千克", "公斤", "千瓦", "兆瓦", "千瓦时", "千伏安", "元", "万千瓦", "万元", "亿元", "吨位", "延米", "标台", "升" }, count = true },
  },
  per = { "日", "天", "年", "小时", "h", "d", "a", "立方米", "m3", "升", "l", "公里", "亩", "公顷", "人", "吨", "平方公里", "平方千米", "平方公里·月", "千克", "kg", "万元", "平方米", "月", "平方公里·30天", "户" },
}
