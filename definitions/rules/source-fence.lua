-- A radioactive source whose device reports a position outside its fence (ledger source_register). No text that could be read gives a time limit or a
-- distance: 60 s from the arrival of the position and no tolerance beyond the fence are our own choice. A silent device is found by device.silent.
return rule {
  ledger = "source_alarm", react_hours = 1, drafts = true,
  id = "source.fence", on = "source.fence", at_least_s = 60,
  when = function(e) return e.value > 0 end,
  severity = "high",
  title = "{source} 越出围栏 {value} 米（{holder}，{category}），自 {from}",
  title_en = "{source}: {value} m outside its fence ({holder}, {category}) since {from}",
  tests = {
    { of = { value = 1 }, finds = true, severity = "high" },
    { of = { value = 0 }, finds = false },
  },
}
