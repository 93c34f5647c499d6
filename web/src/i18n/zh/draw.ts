/* 双随机抽取 */
export const draw = {
  "draw.title": "双随机抽取",
  "draw.seed": "随机种子",
  "draw.seed.hint": "先公布、后抽取：用本局以外的人定的数，如某期彩票号码、某日收盘指数。一个种子只用一次。",
  "draw.try": "试抽",
  "draw.for_good": "正式抽取并立案",
  "draw.tier": "档次",
  "draw.objects": "对象",
  "draw.drawn": "抽中",
  "draw.rate": "应抽比例",
  "draw.realised": "实抽比例",
  "draw.object": "检查对象",
  "draw.officers": "执法人员",
  "draw.hash": "名单校验值",
  "draw.again": "任何人可凭公布的种子和名单用 bihuan ledger draw 重算。",
  "draw.was_dry": "这是试抽，还没有立案。",
  "draw.done": "已抽取并立案 {n} 件",
};
