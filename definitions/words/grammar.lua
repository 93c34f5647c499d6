-- How a value is put. `match` names tables of this folder in the order in which their words stand; adverbs and modal words may stand
-- between them; "?" may be absent, "|" is either, ".." skips any text. `figure` is a number with its unit (or a list of them), `class`
-- a water-quality class. `op` is the comparison; `low_op` holds for indicators of which less is better. The longest match wins.
return words {
  rules = {
    { name = "target.at_most", match = "atmost figure within?", op = "<=" },
    { name = "target.hold", match = "hold figure|class within? more?", op = "<=" },
    { name = "target.reach_within", match = "reach? figure within", op = "<=" },
    { name = "target.at_least", match = "atleast figure|class more?", op = ">=" },
    { name = "target.reach", match = "reach figure|class more?", op = ">=", low_op = "<=" },
    { name = "target.reach_about", match = "reach|hold|atmost figure about", op = "=" },
    { name = "target.aim", match = "modal|lead figure|class more?", op = ">=", low_op = "<=" },
    { name = "target.aim_within", match = "modal|lead figure within", op = "<=" },
    { name = "target.more", match = "figure more", op = ">=" },
    { name = "target.equal", match = "equal figure", op = "=" },
    { name = "target.equal_more", match = "equal figure more", op = ">=" },
    { name = "target.equal_within", match = "equal figure within", op = "<=" },
    { name = "target.below", match = "below figure", op = "<" },
    { name = "target.above", match = "above figure", op = ">" },
    { name = "target.better", match = "better figure|class", op = ">=", low_op = "<" },
    { name = "target.at_least_past", match = "atleast date|past level", op = ">=" },
    { name = "target.at_most_past", match = "atmost|hold date|past level", op = "<=" },
    { name = "target.below_past", match = "below date|past level?", op = "<" },
    { name = "target.above_past", match = "above date|past level?", op = ">" },
    { name = "target.better_past", match = "better date|past level?", op = ">", low_op = "<" },
    { name = "target.fall", match = "down figure more|within|about?", op = "decrease" },
    { name = "target.rise", match = "up figure more|within|about?", op = "increase" },
    { name = "target.improve", match = "improve figure more?", op = "increase", low_op = "decrease" },
    { name = "target.attain", match = "attain", op = "attain" },
    { name = "target.attain_class", match = "meet|reach class more? .. standard", op = "attain" },
    { name = "target.attain_standard", match = "meet|reach .. standard", op = "attain" },
    { name = "target.attain_quota", match = "meet|reach .. issued .. quota", op = "attain" },
  },
}
