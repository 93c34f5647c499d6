-- Pollution sources: 传输有效率 = 传输率 × 有效率 (2013 national assessment training and code that cites the marking rules of 2022
-- agree). The mark of 75 % is from memory; many places ask 90 % today. Periods in which production was stopped leave the account.
return ruleset {
  id = "quality-sources", kind = "quality.rates", title = "污染源自动监控传输有效率", title_en = "Transmission and validity of sources",
  sites = { "water_outlet", "gas_outlet" },
  source = "2013 年国家重点监控企业考核；污染物排放自动监测设备标记规则（2022 年第 21 号）",
  clause = "传输率 × 有效率", certainty = "from memory",
  excepted_flags = "F", -- HJ 212-2017 table 8: out of service. Stopped hours leave the account (HJ 75-2017 capture rate, from memory)
  rates = {
    { id = "transmission", title = "传输率", title_en = "Transmission rate", of = { "valid", "invalid" },
      over = { "valid", "invalid", "lost", "not_sent" }, clause = "实收 ÷ 应收", clause_en = "received ÷ expected", certainty = "confirmed" },
    { id = "validity", title = "有效率", title_en = "Valid rate", of = { "valid" }, over = { "valid", "invalid" },
      clause = "有效 ÷ 实收", clause_en = "valid ÷ received", certainty = "confirmed" },
    { id = "effective", title = "传输有效率", title_en = "Effective transmission rate", product = { "transmission", "validity" }, pass = 75,
      clause = "传输率 × 有效率；75 % 凭记忆", clause_en = "transmission rate × valid rate; 75 % from memory", certainty = "from memory" },
  },
  tests = {
    { rate = "transmission", counts = { valid = 600, invalid = 48, lost = 12, not_sent = 60, excepted = 24 }, is = 90 },
    { rate = "validity", counts = { valid = 600, invalid = 48, not_sent = 72 }, is = 92.6 },
    { rate = "effective", counts = { valid = 540, invalid = 108, not_sent = 72 }, is = 75, passes = true },
    { rate = "effective", counts = { valid = 539, invalid = 109, not_sent = 72 }, is = 74.9, passes = false },
    { rate = "effective", counts = { not_sent = 72 }, is = 0, passes = false },
  },
}
