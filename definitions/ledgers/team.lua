-- 整改领导小组与工作专班台账：一个领导小组下设3至5个工作专班（督察整改工作要求），成员、任务、会议各有记录；
-- 不足三个专班的领导小组不能启用，任务过期没有结果次日亮黄灯，一个月没有会议次月列名。
local members_columns = {
  text "name" { "姓名", en = "Name", required = true, max = 40 }, unit "unit" { "单位", en = "Unit", required = true }, text "post" { "职务", en = "Post", required = true, max = 60 },
  choice "part" { "专班内分工", en = "Part", required = true, of = { "组长", "副组长", "召集人", "成员", "联络员" } },
}
local tasks_columns = {
  text "name" { "任务", en = "Task", required = true }, text "person" { "责任人", en = "Person", required = true, max = 40 }, date "due" { "时限", en = "Limit", required = true },
  case "about" { "整改事项", en = "Rectification", of = "rectification" }, date "done" { "完成日期", en = "Done on" }, text "proof" { "结果与佐证", en = "Result and proof" },
}
local meetings_columns = {
  date "on" { "日期", en = "On", required = true }, text "what" { "议题", en = "Subject", required = true }, text "decided" { "议定事项", en = "Decided", required = true },
  number "present" { "到会人数", en = "Present", required = true, min = 1, decimals = 0 }, text "paper" { "纪要文号", en = "Minutes", required = true, max = 80 },
}

local function heads(c)
  local n = 0
  for _, m in ipairs(c.fields.members) do if m.part == "组长" then n = n + 1 end end
  return n
end

-- 记录只可添加，前面的原样保留。
local function kept(old, new, keys)
  for i, o in ipairs(old or {}) do
    for _, k in ipairs(keys) do
      if not new[i] or new[i][k] ~= o[k] then return "第" .. i .. "行须原样保留 | row " .. i .. " stays as it was" end
    end
  end
end

return ledger {
  id = "team", title = "整改专班", en = "Rectification teams", family = "整改督察",
  about = "领导小组与3至5个工作专班：谁在里面、干什么、开过什么会、议定了什么。",
  number = "GZ-{year}-{seq:3}",
  open_by = { "leader", "office" },
  related = { teams = { ledger = "team", where = { group = "number" }, states = { "组建", "运行" } }, group_case = { ledger = "team", where = { number = "group" } } },
  guard = function(c)
    if heads(c) ~= 1 then return "组长须有且只有一名 | exactly one head" end
    local g = c.related.group_case[1]
    if g and (g.fields.kind ~= "领导小组" or g.closed) then return g.number .. " 不是在用的领导小组 | not a leading group in use" end
  end,
  fields = {
    choice "kind"     { "类别", en = "Kind", required = true, of = { "领导小组", "工作专班" } },
    text   "title"    { "名称", en = "Name", required = true, max = 100 },
    text   "problem"  { "职责", en = "What it is for", required = true },
    text   "paper"    { "成立文号", en = "Paper", required = true, max = 80 },
    case   "group"    { "所属领导小组", en = "Under", of = "team", required_when = { field = "kind", is = { "工作专班" } } },
    unit   "owner"    { "牵头单位", en = "Led by", required = true },
    unit   "supervisor" { "督办单位", en = "Watched by", required = true, differs_from = "owner" },
    rows   "members"  { "成员", en = "Members", required = true, max = 100, of = members_columns },
    rows   "tasks"    { "任务", en = "Tasks", max = 200, of = tasks_columns },
    rows   "meetings" { "会议记录", en = "Meetings", max = 200, of = meetings_columns },
    number "open_tasks" { "未完成任务", en = "Tasks open", unit = "项", decimals = 0, value = function(c)
                            local n = 0
                            for _, t in ipairs(c.fields.tasks or {}) do if not t.done then n = n + 1 end end
                            return n
                          end },
  },
  states = { "组建", "运行", "撤销", en = { "Being formed", "At work", "Dissolved" }, working = "运行", closed = "撤销" },
  actions = {
    action "begin"  { "启用", en = "Begin", from = "组建", to = "运行", by = { "leader", "office" },
                      guard = function(c)
                        local n = #c.related.teams
                        if c.fields.kind == "领导小组" and (n < 3 or n > 5) then return "领导小组下应有3至5个工作专班，现有" .. n .. "个 | three to five teams, not " .. n end
                      end },
    action "staff"  { "调整成员", en = "Change members", from = { "组建", "运行" }, by = { "leader", "office" }, sets = { "members" },
                      needs = { rows "members" { "全部成员", en = "All members", required = true, max = 100, of = members_columns }, text "reason" { "文号或事由", en = "Paper or reason", required = true } },
                      guard = function(c)
                        local n = 0
                        for _, m in ipairs(c.given.members) do if m.part == "组长" then n = n + 1 end end
                        if n ~= 1 then return "组长须有且只有一名 | exactly one head" end
                      end },
    action "assign" { "下达任务", en = "Set tasks", from = "运行", by = { "owner", "office" }, sets = { "tasks" },
                      needs = { rows "tasks" { "任务（含已有）", en = "All tasks", required = true, max = 200, of = tasks_columns } },
                      guard = function(c)
                        for i, t in ipairs(c.given.tasks) do
                          if t.done and t.done > c.today then return "第" .. i .. "项的完成日期在今天之后 | in the future: task " .. i end
                          if t.done and not t.proof then return "第" .. i .. "项完成须写结果与佐证 | what was done wants its proof: task " .. i end
                        end
                        return kept(c.fields.tasks, c.given.tasks, { "name", "due" })
                      end },
    action "meet"   { "登记会议", en = "Enter a meeting", from = "运行", by = { "owner", "office" }, sets = { "meetings" },
                      needs = { rows "meetings" { "会议记录（含已有）", en = "All meetings", required = true, max = 200, of = meetings_columns }, file "minutes" { "会议纪要", en = "Minutes" } },
                      guard = function(c)
                        if #c.given.meetings <= #(c.fields.meetings or {}) then return "须保留已有记录并加上本次 | keep the earlier records and add this one" end
                        for i, m in ipairs(c.given.meetings) do
                          if m.on > c.today then return "日期在今天之后 | in the future" end
                          if m.present > #c.fields.members then return "第" .. i .. "次到会人数多于成员 | more were present than are members: meeting " .. i end
                        end
                        return kept(c.fields.meetings, c.given.meetings, { "on", "what", "decided", "present", "paper" })
                      end },
    action "dissolve" { "撤销", en = "Dissolve", from = "运行", to = "撤销", by = "leader", never_by = "owner", needs = { text "reason" { "文号", en = "Paper", required = true } },
                        guard = function(c)
                          if (c.fields.open_tasks or 0) > 0 then return "还有" .. c.fields.open_tasks .. "项任务没有完成 | tasks are open" end
                          if #c.related.teams > 0 then return "还有工作专班没有撤销 | its teams come first" end
                        end },
  },
  clock  = { stages = "tasks", yellow = 3 },
  report = { every = "month", by = "owner", action = "meet", states = { "运行" } },
  group  = "kind",
  list   = { columns = { "number", "kind", "title", "group", "owner", "open_tasks", "members", "meetings" } },
  views  = { view "missed" { "一月无会", en = "No meeting in a month", filter = { missed = true } }, view "late" { "任务过期", en = "Tasks late", filter = { light = "yellow" } } },
  forms  = { form "card" { "专班任务与会议清单", en = "Tasks and meetings", rows = { { "名称", "title" }, { "成立文号", "paper" }, { "职责", "problem" }, { "成员", "members" }, { "任务", "tasks" }, { "会议记录", "meetings" } }, sign = { "牵头单位（盖章）" }, history = false, evidence = false } },
  public = { "number", "kind", "title", "problem", "owner", "state" },
  tests  = {
    { "不足三个专班不能启用；会议只添不改，任务完成要有佐证，有任务不能撤销", start = "2026-03-02 09:00", open_by = "leader",
      before = { { ledger = "team", open_by = "leader", case = { kind = "领导小组", title = "市整改领导小组", problem = "统筹", paper = "碧委〔2026〕1号", owner = "owner", supervisor = "supervisor", members = { { name = "甲", unit = "owner", post = "市长", part = "组长" } } },
                   steps = { { "begin", by = "leader", fails = "case.gate_unmet" } } },
                 { ledger = "team", open_by = "leader", case = { kind = "工作专班", title = "大气专班", problem = "p", paper = "x", group = "@1", owner = "owner", supervisor = "supervisor", members = { { name = "乙", unit = "owner", post = "局长", part = "组长" } } } },
                 { ledger = "team", open_by = "leader", case = { kind = "工作专班", title = "水专班", problem = "p", paper = "x", group = "@1", owner = "owner", supervisor = "supervisor", members = { { name = "丙", unit = "owner", post = "局长", part = "组长" } } } } },
      case = { kind = "工作专班", title = "宣传专班", problem = "公开整改进展", paper = "碧委〔2026〕2号", group = "@1", owner = "owner", supervisor = "supervisor",
               members = { { name = "丁", unit = "owner", post = "部长", part = "组长" }, { name = "戊", unit = "owner", post = "科长", part = "联络员" } } },
      steps = {
        { "assign", by = "owner", given = { tasks = {} }, fails = "case.no_such_action" },
        { "begin", by = "owner", fails = "case.forbidden" },
        { "begin", by = "leader", state = "运行" },
        { "staff", by = "leader", given = { members = { { name = "丁", unit = "owner", post = "部长", part = "成员" } }, reason = "x" }, fails = "case.gate_unmet" },
        { "staff", by = "leader", given = { members = { { name = "丁", unit = "owner", post = "副书记", part = "组长" }, { name = "戊", unit = "owner", post = "科长", part = "联络员" } }, reason = "碧委〔2026〕5号" } },
        { "assign", by = "owner", given = { tasks = { { name = "方案见报", person = "戊", due = "2026-03-10" } } }, computed = { open_tasks = 1 }, light = "green" },
        { "assign", by = "owner", given = { tasks = { { name = "方案见报", person = "戊", due = "2026-06-10" } } }, fails = "case.gate_unmet" },                                   -- 时限不能改
        { "assign", by = "owner", given = { tasks = { { name = "方案见报", person = "戊", due = "2026-03-10", done = "2026-03-02" } } }, fails = "case.gate_unmet" },             -- 没有佐证
        { "meet", by = "owner", given = { meetings = { { on = "2026-03-02", what = "部署", decided = "一周内见报", present = 5, paper = "纪要1号" } } }, fails = "case.gate_unmet" },  -- 两人到会五人
        { "meet", by = "owner", given = { meetings = { { on = "2026-03-02", what = "部署", decided = "一周内见报", present = 2, paper = "纪要1号" } } } },
        { "meet", by = "owner", given = { meetings = { { on = "2026-03-02", what = "改过的议题", decided = "一周内见报", present = 2, paper = "纪要1号" }, { on = "2026-03-02", what = "b", decided = "b", present = 2, paper = "c" } } }, fails = "case.gate_unmet" },
        { "dissolve", by = "leader", given = { reason = "x" }, fails = "case.gate_unmet" },
        { "dissolve", by = "owner_leader", given = { reason = "x" }, fails = "case.forbidden" },
        { "tick", days = 9, light = "yellow" },                                                                                                                                -- 03-11
        { "assign", by = "owner", given = { tasks = { { name = "方案见报", person = "戊", due = "2026-03-10", done = "2026-03-11", proof = "日报3版" } } }, light = "green", computed = { open_tasks = 0 } },
        { "tick", days = 51, events = { missed = 1 } },                                                                                                                        -- 四月没有会议
        { "dissolve", by = "leader", given = { reason = "碧委〔2026〕9号" }, state = "撤销" },
      } },
    { "专班须属于领导小组", fails = "case.field_missing", open_by = "leader", case = { kind = "工作专班", title = "t", problem = "p", paper = "x", owner = "owner", supervisor = "supervisor", members = { { name = "乙", unit = "owner", post = "局长", part = "组长" } } } },
    { "没有组长", fails = "case.gate_unmet", open_by = "leader", case = { kind = "领导小组", title = "t", problem = "p", paper = "x", owner = "owner", supervisor = "supervisor", members = { { name = "乙", unit = "owner", post = "局长", part = "成员" } } } },
  },
}
