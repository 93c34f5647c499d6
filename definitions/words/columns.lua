-- The heads of a rectification list's or a task list's columns, by what they hold. A head is recognised by the longest of these words in it
-- ("整改措施及要求" holds measures); heads of responsible units and of time limits are in frames.lua (role, limit).
return words {
  column = {
    { words = { "序号", "编号", "序", "项目编号" }, canon = "number" },
    { words = { "问题", "存在问题", "反馈问题", "问题描述", "问题表现", "突出问题", "督察发现问题", "具体问题", "整改问题", "问题清单", "反馈意见" }, canon = "problem" },
    { words = { "目标", "整改目标", "工作目标", "年度目标", "目标任务", "目标要求", "预期目标", "完成目标", "目标值" }, canon = "goal" },
    { words = { "措施", "整改措施", "工作措施", "主要措施", "具体措施", "主要做法", "整改内容", "工作举措", "具体举措", "举措" }, canon = "measures" },
    { words = { "任务", "重点任务", "工作任务", "主要任务", "任务内容", "工作内容", "项目名称", "项目", "事项", "工作事项", "建设内容", "任务名称", "整改任务", "整改事项", "内容" }, canon = "task" },
    { words = { "指标", "指标名称", "考核指标" }, canon = "indicator" },
    { words = { "进展", "进展情况", "整改进展", "完成情况", "整改情况", "备注" }, canon = "progress" },
  },
}
