-- A confirmed target that the rest of the year cannot save any more.
return rule {
  id = "target.impossible", on = "target",
  when = function(e) return e.verdict == "impossible" end,
  severity = function(e)
    if e.modality == "stretch" then return "medium" end
    return "high"
  end,
  title = "目标已无法完成：{text}",
  title_en = "Target can no longer be met: {text}",
  tests = {
    { of = { verdict = "impossible", modality = "must" }, finds = true, severity = "high" },
    { of = { verdict = "impossible", modality = "stretch" }, finds = true, severity = "medium" },
    { of = { verdict = "behind", modality = "must" }, finds = false },
  },
}
