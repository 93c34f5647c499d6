-- Examples of reference oxygen, as emission standards give it: C_ref = C x (21 - ref) / (21 - O2) (confirmed). A permit's own figure comes
-- first. From 21 % oxygen on there is no value; HJ 212-2025 8.1.1 d sends such a value as 9999.99, which is never judged.
return ruleset {
  id = "reference-oxygen", kind = "source.oxygen",
  title = "基准氧含量", title_en = "Reference oxygen content",
  from = "2014-07-01", -- of the boiler standard; from memory
  source = "各行业排放标准", clause = "基准氧含量", certainty = "single source",
  oxygen = {
    { word = "coal_boiler", name = "燃煤锅炉", name_en = "coal boiler", percent = 6 },
    { word = "oil_gas_boiler", name = "燃油、燃气锅炉", name_en = "oil or gas boiler", percent = 3 },
    { word = "waste_incinerator", name = "垃圾焚烧炉", name_en = "waste incinerator", percent = 11 },
  },
  tests = {
    { of = "coal_boiler", value = 30, o2 = 9, gives = 37.5 }, { of = "coal_boiler", value = 30, o2 = 6, gives = 30 },
    { of = "coal_boiler", value = 30, o2 = 21, gives = "none" }, { of = "coal_boiler", value = 30, o2 = 21.5, gives = "none" },
    { of = "waste_incinerator", value = 50, o2 = 11, gives = 50 }, { of = "oil_gas_boiler", value = 50, o2 = 12, gives = 100 },
    { of = "coal_boiler", value = 9999.99, o2 = 9, gives = "none" },
  },
}
