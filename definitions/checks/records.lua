-- Consistency marks on records. `kind` is the arithmetic (src/measure/marks.c), the rest its bounds and words: `percent` of the expected
-- value or `least`, whichever is larger, is tolerated. {a} to {d} are the figures. A bound that no text gives is our own choice and
-- says so.
local function check(t) return t end
return {
  check { id = "order", kind = "order", title = "最小、平均、最大值次序", title_en = "Order of minimum, mean and maximum",
    text = "{factor} 最小 {a}、平均 {b}、最大 {c} {unit}：应为最小 ≤ 平均 ≤ 最大，无容差",
    text_en = "{factor}: minimum {a}, mean {b}, maximum {c} {unit}: minimum ≤ mean ≤ maximum must hold, no tolerance",
    source = "HJ 212-2017", clause = "xxxxxx-Min, -Avg, -Max 的含义", certainty = "confirmed" },
  check { id = "converted", kind = "converted", sites = { "gas_outlet" }, percent = 5, least = 0.2,
    title = "折算值与实测值", title_en = "Converted against measured",
    text = "{factor} 折算值 {a}；按实测 {b}、氧含量 {c} %、基准氧 {reference} % 应为 {d} {unit}，超出容差 {percent} %",
    text_en = "{factor}: converted value {a}; measured {b} at {c} % oxygen and reference {reference} % give {d} {unit}; tolerance {percent} %",
    source = "HJ 212-2017 附录 D；C·(21−O2ref)/(21−O2)", clause = "公式已核实；容差 5 % 为本系统取值", certainty = "confirmed" },
  check { id = "total", kind = "total", sites = { "water_outlet", "gas_outlet" }, percent = 10, least = 0.01,
    title = "累计值与流量、浓度", title_en = "Total against flow and concentration",
    text = "{factor} 累计值 {a}；按平均值 {b} 与 {c}（流量累计或秒数）应为 {d}，超出容差 {percent} %",
    text_en = "{factor}: total {a}; mean {b} with {c} (flow total, or seconds) gives {d}; tolerance {percent} %",
    source = "HJ 212-2017 附录 D；Σ Q·Δt", clause = "公式为附录 D；容差 10 % 为本系统取值", certainty = "confirmed" },
  check { id = "hour-mean", kind = "hour_mean", percent = 5, least = 0.15,
    -- a direction has no arithmetic mean
    except = { "a01008", "w00000", "a00000" }, title = "小时均值与分钟值", title_en = "Hour against its minutes",
    text = "{factor} 小时均值 {a}；{c} 个分钟值的平均为 {b} {unit}，超出容差 {percent} %",
    text_en = "{factor}: the hour's mean is {a}; its {c} minute values average {b} {unit}; tolerance {percent} %",
    source = "HJ 212-2017", clause = "小时值由分钟值得出；容差 5 % 为本系统取值", certainty = "own choice" },
  check { id = "hour-sum", kind = "hour_sum", percent = 5, least = 0.05,
    title = "小时累计与分钟累计", title_en = "Hour's total against its minutes'",
    text = "{factor} 小时累计 {a}；{c} 个分钟累计之和为 {b}，超出容差 {percent} %",
    text_en = "{factor}: the hour's total is {a}; its {c} minute totals add to {b}; tolerance {percent} %",
    source = "HJ 212-2017", clause = "xxxxxx-Cou 为时段累计；容差 5 % 为本系统取值", certainty = "own choice" },
  check { id = "clock", kind = "clock", seconds = 120, n = 5, title = "设备时钟", title_en = "Device clock",
    text = "设备时钟与平台相差 {a} s（快为正），连续 5 条以上，超出 {seconds} s",
    text_en = "the device's clock is {a} s from the platform's (ahead: positive), five records in a row or more; bound {seconds} s",
    source = "", clause = "120 s、5 条为本系统取值", certainty = "own choice" },
  check { id = "constant", kind = "constant", hours = 24,
    -- at low concentrations of air what an instrument cannot tell is replaced by these (from memory of HJ 817/818)
    floor = { a21026 = 2, a21004 = 2, a05024 = 2, a34002 = 2, a34004 = 2, a21005 = 0.3 }, title = "恒值", title_en = "Constant value",
    text = "{factor} 自该时起连续 {b} 小时均为 {a} {unit}（24 小时起标记）",
    text_en = "{factor} is {a} {unit} for {b} hours in a row from here on (marked from 24)",
    source = "空气站审核状态“恒值”", clause = "状态已核实；24 小时为本系统取值", certainty = "own choice" },
  check { id = "pm", kind = "pm", sites = { "air" }, title = "PM2.5 大于 PM10", title_en = "PM2.5 above PM10",
    text = "PM2.5 {a} µg/m³ 大于同一小时的 PM10 {b} µg/m³", text_en = "PM2.5 {a} µg/m³ is above PM10 {b} µg/m³ of the same hour",
    source = "HJ 818-2018（未能查阅）", clause = "标记以待审核", certainty = "from memory" },
  check { id = "negative", kind = "negative", title = "负值", title_en = "Negative value",
    -- temperature, pressure and oxidation potential may lie below zero
    except = { "a01001", "a01012", "a01013", "w01010" },
    text = "{factor} 为 {a} {unit}，浓度和流量不应为负", text_en = "{factor} is {a} {unit}: a concentration or flow is not negative",
    source = "HJ 818-2018（未能查阅）", clause = "仪器性能范围内的小负值可由审核认可", certainty = "from memory" },
}
