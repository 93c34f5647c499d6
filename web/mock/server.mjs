/* A stand-in for the program, FOR DEVELOPMENT AND SCREENSHOTS ONLY: it serves web/dist and made-up, varied data in the shapes of
 * docs/api/openapi.yaml, with server-sent events. Nothing it says is measured or judged. Sign in with any user and the password "mock".
 *   node mock/server.mjs [port]     (default 8088; `npm run dev` sends /api there) */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const port = Number(process.argv[2] ?? 8088);
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const H = 3600_000;
const D = 24 * H;
const now = () => Date.now();
const iso = (t) => new Date(t + 8 * H).toISOString().slice(0, 19) + "+08:00";
const day = (t) => iso(t).slice(0, 10);
const floor = (t, step) => Math.floor((t + 8 * H) / step) * step - 8 * H;
/* The same number for the same words, so that a reload shows the same past. */
function rand(...words) {
  let h = 2166136261;
  for (const c of words.join("|")) h = Math.imul(h ^ c.charCodeAt(0), 16777619);
  h ^= h >>> 15; h = Math.imul(h, 2246822507); h ^= h >>> 13;
  return ((h >>> 0) % 100000) / 100000;
}

const regions = [["BW", "碧湾市", "Biwan", null], ["BW01", "海曲区", "Haiqu", "BW"], ["BW02", "云台区", "Yuntai", "BW"], ["BW03", "临港区", "Lingang", "BW"], ["BW04", "清河县", "Qinghe", "BW"], ["BW05", "青屿县", "Qingyu", "BW"], ["BW06", "高新区", "Gaoxin", "BW"]]
  .map(([code, name, name_en, parent], i) => ({ id: i + 1, code, name, name_en, parent }));
const units = [["sthj", "碧湾市生态环境局", "Biwan Ecology and Environment Bureau", "bureau"], ["dqk", "大气环境科", "Air Division", "department"], ["shk", "水生态环境科", "Water Division", "department"], ["zfzd", "生态环境执法支队", "Enforcement Detachment", "department"], ["hqqf", "海曲区人民政府", "Haiqu District Government", "district"], ["ytqf", "云台区人民政府", "Yuntai District Government", "district"], ["lgqf", "临港区人民政府", "Lingang District Government", "district"], ["qhxf", "清河县人民政府", "Qinghe County Government", "district"], ["wsc1", "碧湾市第一污水处理厂", "Biwan No. 1 Wastewater Plant", "enterprise"], ["hrd", "临港热电有限公司", "Lingang Heat and Power Co.", "enterprise"], ["yrc", "云台印染有限公司", "Yuntai Dyeing Co.", "enterprise"]]
  .map(([code, name, name_en, kind], i) => ({ id: i + 1, code, name, name_en, kind }));
const F = Object.fromEntries([["a34004", "细颗粒物(PM2.5)", "PM2.5", "µg/m³", 0], ["a34002", "可吸入颗粒物(PM10)", "PM10", "µg/m³", 0], ["a21026", "二氧化硫", "SO2", "µg/m³", 0], ["a21004", "二氧化氮", "NO2", "µg/m³", 0], ["a21005", "一氧化碳", "CO", "mg/m³", 1], ["a05024", "臭氧", "O3", "µg/m³", 0], ["w01018", "化学需氧量", "COD", "mg/L", 1], ["w21003", "氨氮", "NH3-N", "mg/L", 2], ["w21011", "总磷", "TP", "mg/L", 3], ["w01001", "pH", "pH", "", 1], ["w01009", "溶解氧", "DO", "mg/L", 1], ["w01019", "高锰酸盐指数", "CODMn", "mg/L", 1], ["a21002", "氮氧化物", "NOx", "mg/m³", 1], ["a34013", "颗粒物(烟尘)", "Particles", "mg/m³", 1]]
  .map(([code, name, name_en, unit, decimals]) => [code, { code, name, name_en, unit, decimals }]));
const kinds = {
  air: { factors: ["a34004", "a34002", "a05024", "a21004", "a21026", "a21005"], limits: {} },
  river: { factors: ["w01009", "w01019", "w21003", "w21011", "w01001"], limits: { w01009: [null, 5], w01019: [6, null], w21003: [1, null], w21011: [0.2, null], w01001: [9, 6] }, basis: "GB 3838-2002 表1 Ⅲ类" },
  water_outlet: { factors: ["w01018", "w21003", "w21011", "w01001"], limits: { w01018: [50, null], w21003: [5, null], w21011: [0.5, null], w01001: [9, 6] }, basis: "GB 18918-2002 表1 一级A" },
  gas_outlet: { factors: ["a21026", "a21002", "a34013"], limits: { a21026: [35, null], a21002: [50, null], a34013: [10, null] }, basis: "GB 13223-2011 表2" },
};
const base = { a34004: 38, a34002: 66, a21026: 9, a21004: 30, a21005: 0.7, a05024: 70, w01018: 34, w21003: 0.6, w21011: 0.12, w01001: 7.4, w01009: 7.2, w01019: 4.1, a21002: 36, a34013: 5.2 };
const siteRows = [
  ...["海曲监测站,Haiqu,2,119.42,35.22", "人民广场,People's Square,2,119.50,35.26", "云台山麓,Yuntai Foot,3,119.22,35.40", "印染工业园,Dyeing Park,3,119.30,35.46", "临港一站,Lingang No. 1,4,119.62,35.36", "临港码头,Lingang Quay,4,119.70,35.41", "清河城关,Qinghe Town,5,119.02,35.56", "清河北站,Qinghe North,5,119.10,35.66", "青屿一中,Qingyu School,6,119.45,35.60", "青屿渔港,Qingyu Harbour,6,119.60,35.63", "高新管委会,Gaoxin Office,7,119.28,35.24", "高新软件园,Gaoxin Software Park,7,119.18,35.28"].map((r) => ["air", r, "replay"]),
  ...["清河入市断面,Qinghe Inflow,5,119.06,35.60", "清河大桥断面,Qinghe Bridge,3,119.26,35.43", "碧溪河口断面,Bixi Mouth,2,119.47,35.21", "青溪断面,Qingxi,6,119.52,35.62"].map((r) => ["river", r, "simulated"]),
  ...["第一污水处理厂总排口,No. 1 Plant Outlet,2,119.46,35.235", "云台印染废水排口,Yuntai Dyeing Outlet,3,119.315,35.445", "临港化工园排口,Lingang Chemical Park Outlet,4,119.66,35.385", "清河食品厂排口,Qinghe Food Outlet,5,119.08,35.585"].map((r, i) => ["water_outlet", r, i === 0 ? "replay" : "simulated"]),
  ...["临港热电1号炉,Lingang Power Boiler 1,4,119.64,35.40", "临港热电2号炉,Lingang Power Boiler 2,4,119.648,35.404", "清河水泥窑尾,Qinghe Cement Kiln,5,119.12,35.61"].map((r) => ["gas_outlet", r, "simulated"]),
].map(([kind, r, origin], i) => {
  const [name, name_en, region, lng, lat] = r.split(",");
  return { id: i + 1, code: "S" + String(i + 1).padStart(3, "0"), kind, name, name_en, region: regions[region - 1], unit: kind === "air" ? units[0] : kind === "gas_outlet" ? units[9] : kind === "water_outlet" ? units[[8, 10, 6, 7][i % 4]] : units[4 + (i % 4)], lng: +lng, lat: +lat, origin };
});
const SILENT = new Set([8, 15]);
const named = (x) => x && { id: x.id, code: x.code, name: x.name, name_en: x.name_en };

function value(site, f, t, period) {
  const step = { realtime: 60_000, minute: 600_000, hour: H, day: D }[period];
  const k = floor(t, step);
  if (rand(site.id, f, k, "gap") < 0.02 || (SILENT.has(site.id) && t > now() - 9 * H)) return [null, ""];
  const hour = new Date(k + 8 * H).getUTCHours();
  const slow = Math.sin(k / (2.7 * D) + site.id * 0.4) * 0.45 + Math.sin(k / (11 * D)) * 0.3;
  const daily = f === "a05024" ? Math.sin(((hour - 8) / 24) * 2 * Math.PI) * 0.6 : Math.cos(((hour - 8) / 24) * 2 * Math.PI) * 0.22;
  let v = base[f] * (1 + (f.startsWith("w01001") ? 0.05 : 1) * ((site.kind === "air" ? slow : slow * 0.25) + daily * (site.kind === "air" ? 1 : 0.25) + (rand(site.id, f, k) - 0.5) * 0.22));
  if (site.id === 18 && f === "w01018" && t > now() - 20 * H && t < now() - 0.5 * H) v *= 1.55;
  if (site.id === 16 && f === "w21011") v *= 1.7;
  const flag = rand(site.id, k, "flag") < 0.015 ? "C" : rand(site.id, Math.floor(k / (5 * H)), "m") < 0.008 ? "M" : "N";
  return [Math.max(base[f] * 0.06, v), flag];
}
const digits = (f, v) => v.toFixed(F[f].decimals + 1);

const IAQI = [0, 50, 100, 150, 200, 300, 400, 500];
const BP = { pm25: [0, 35, 75, 115, 150, 250, 350, 500], pm10: [0, 50, 150, 250, 350, 420, 500, 600], so2: [0, 150, 500, 650, 800, 1600, 2100, 2620], no2: [0, 100, 200, 700, 1200, 2340, 3090, 3840], co: [0, 5, 10, 35, 60, 90, 120, 150], o3: [0, 160, 200, 300, 400, 800, 1000, 1200] };
const ITEM = { a34004: "pm25", a34002: "pm10", a21026: "so2", a21004: "no2", a21005: "co", a05024: "o3" };
const NAMES = [["优", "Excellent", "#00E400"], ["良", "Good", "#FFFF00"], ["轻度污染", "Lightly polluted", "#FF7E00"], ["中度污染", "Moderately polluted", "#FF0000"], ["重度污染", "Heavily polluted", "#99004C"], ["严重污染", "Severely polluted", "#7E0023"]];
function aqiPoint(sites, t, period) {
  const items = {};
  for (const [code, item] of Object.entries(ITEM)) {
    const vs = sites.map((s) => value(s, code, t, period)).filter(([v, f]) => v !== null && f === "N").map(([v]) => v);
    const v = vs.length ? vs.reduce((a, b) => a + b) / vs.length : null;
    let i = v === null ? null : BP[item].findIndex((b) => v <= b);
    if (v !== null) { i = Math.max(1, i); i = Math.ceil(IAQI[i - 1] + ((v - BP[item][i - 1]) / (BP[item][i] - BP[item][i - 1])) * (IAQI[i] - IAQI[i - 1])); }
    items[item] = { value: v === null ? null : +v.toFixed(item === "co" ? 1 : 0), iaqi: i };
  }
  const got = Object.entries(items).filter(([, x]) => x.iaqi !== null);
  if (got.length < 5) return { time: iso(t), aqi: null, level: null, items, valid: false, reason: "数据缺失：有效项目不足", reason_en: "Missing data: too few valid items", rule: "HJ633-2026" };
  const aqi = Math.max(...got.map(([, x]) => x.iaqi));
  const level = [50, 100, 150, 200, 300, 1e9].findIndex((b) => aqi <= b) + 1;
  const [n, e, c] = NAMES[level - 1];
  return { time: iso(t), aqi, level, level_name: n, level_name_en: e, colour: c, primary: aqi > 50 ? got.filter(([, x]) => x.iaqi === aqi).map(([k]) => k) : [], items, rule: "HJ633-2026", valid: true, reason: null };
}
const air = siteRows.filter((s) => s.kind === "air");
const lastHour = () => floor(now(), H) - H;
function cityNow() {
  const h = lastHour();
  return {
    name: "碧湾市", name_en: "Biwan", hour: aqiPoint(air, h, "hour"), day: { ...aqiPoint(air, floor(now(), D), "day"), provisional: true },
    hours: Array.from({ length: 24 }, (_, i) => (i === 7 ? { time: iso(h - (23 - i) * H), aqi: null, level: null, valid: false, reason: "有效点位不足", reason_en: "Too few valid stations" } : aqiPoint(air, h - (23 - i) * H, "hour"))),
    regions: regions.slice(1).map((r) => ({ id: r.id, name: r.name, name_en: r.name_en, hour: aqiPoint(air.filter((s) => s.region.id === r.id), h, "hour") })),
    stations: { all: air.length, reporting: air.filter((s) => !SILENT.has(s.id)).length, silent: air.filter((s) => SILENT.has(s.id)).length },
  };
}
function siteNow(s) {
  const k = kinds[s.kind];
  const silent = SILENT.has(s.id);
  const at = silent ? floor(now(), 60_000) - 9 * H - 300_000 : s.kind === "air" ? lastHour() : floor(now(), 60_000) - 60_000;
  const latest = k.factors.map((f) => {
    let [v, flag] = value(s, f, at, s.kind === "air" ? "hour" : "realtime");
    if (v === null) [v, flag] = [base[f], "N"];
    const [upper, lower] = k.limits[f] ?? [null, null];
    return { factor: f, name: F[f].name, name_en: F[f].name_en, value: v, digits: digits(f, v), unit: F[f].unit, decimals: F[f].decimals, time: iso(at), period: s.kind === "air" ? "hour" : "realtime", flag, flag_text: flag === "N" ? "正常" : "维护", valid: flag === "N", limit: upper, lower, exceeds: flag === "N" && ((upper !== null && v > upper) || (lower !== null && v < lower)) };
  });
  return { ...s, region: named(s.region), unit: named(s.unit), last_arrival: iso(at + 42_000), silent, origin_note: s.origin === "replay" ? (s.kind === "air" ? "UCI 北京多站点空气质量数据（CC BY 4.0），时间平移" : "公开的污水处理厂日报数据（Apache-2.0），时间平移") : "程序模拟，含预设的故障与超标", origin_note_en: s.origin === "replay" ? "Real measurements moved in time" : "Simulated, with planted faults and exceedances", latest, air: s.kind === "air" ? aqiPoint([s], lastHour(), "hour") : null };
}

/* ---- plans ---- */
const planText = `碧湾市2026年生态环境保护工作方案

一、总体要求
坚持精准治污、科学治污、依法治污，持续改善生态环境质量，让群众看得见、感受得到。𠮷祥里等老旧小区的环境整治一并推进。

二、主要目标
（一）大气环境。全市细颗粒物（PM2.5）年均浓度控制在35微克/立方米以下，力争达到33微克/立方米；优良天数比例达到82%以上；重度及以上污染天数不超过2天。臭氧浓度控制在150微克/立方米以下。
（二）水环境。国控断面优良水体比例达到100%，全面消除劣Ⅴ类断面；城市生活污水集中收集率达到75%以上。
（三）总量减排。氮氧化物重点工程减排量不低于1l20吨。

三、重点任务
（一）推进临港热电超低排放改造，2026年9月底前完成。（责任单位：临港区人民政府）
（二）完成印染工业园雨污分流改造，2026年10月底前建成投用。（责任单位：云台区人民政府）

四、保障措施
各区县按月调度、按季通报；对进度滞后的，予以约谈。
`;
function span(quote) {
  const u = planText.indexOf(quote);
  if (u < 0) throw new Error(quote);
  const start = Array.from(planText.slice(0, u)).length;
  return { start, end: start + Array.from(quote).length };
}
let targetId = 0;
const item = (kind, state, quote, o = {}) => ({ id: ++targetId, plan: 1, kind, state, quote, ...span(quote), indicator: null, region: "全市", op: null, value: null, value2: null, unit: null, baseline: null, modality: null, by: "2026-12-31", bound: null, owner: null, reason: null, confirmed_by: state === "confirmed" ? "李明" : null, confirmed_at: state === "confirmed" ? iso(now() - 40 * D) : null, ...o });
const items = [
  item("target", "confirmed", "细颗粒物（PM2.5）年均浓度控制在35微克/立方米以下", { indicator: "细颗粒物年均浓度", op: "<=", value: 35, unit: "微克/立方米", modality: "must", bound: "air.pm25.mean" }),
  item("target", "confirmed", "力争达到33微克/立方米", { indicator: "细颗粒物年均浓度", op: "<=", value: 33, unit: "微克/立方米", modality: "stretch", bound: "air.pm25.mean" }),
  item("target", "confirmed", "优良天数比例达到82%以上", { indicator: "优良天数比例", op: ">=", value: 82, unit: "%", modality: "must", bound: "air.good_days.ratio" }),
  item("target", "confirmed", "重度及以上污染天数不超过2天", { indicator: "重度及以上污染天数", op: "<=", value: 2, unit: "天", modality: "must", bound: "air.heavy_days" }),
  item("target", "confirmed", "臭氧浓度控制在150微克/立方米以下", { indicator: "臭氧浓度", op: "<=", value: 150, unit: "微克/立方米", modality: "must", bound: "air.o3.p90" }),
  item("target", "confirmed", "国控断面优良水体比例达到100%", { indicator: "国控断面优良水体比例", op: ">=", value: 100, unit: "%", modality: "must" }),
  item("target", "read", "全面消除劣Ⅴ类断面", { indicator: "劣Ⅴ类断面比例", op: "=", value: 0, unit: "%", modality: "must" }),
  item("target", "rejected", "城市生活污水集中收集率达到75%以上", { indicator: "生活污水集中收集率", op: ">=", value: 75, unit: "%", modality: "must", reason: "由住建部门考核，不在本系统计算" }),
  item("doubt", "doubt", "氮氧化物重点工程减排量不低于1l20吨", { indicator: "氮氧化物重点工程减排量", op: ">=", unit: "吨", reason: "数字中有字母：“1l20”，可能是 1120 或 1200，请核对原件" }),
  item("task", "task", "推进临港热电超低排放改造，2026年9月底前完成", { by: "2026-09-30", owner: "临港区人民政府" }),
  item("task", "task", "完成印染工业园雨污分流改造，2026年10月底前建成投用", { by: "2026-10-31", owner: "云台区人民政府" }),
  item("note", "note", "各区县按月调度、按季通报"),
];
const plans = [{ id: 1, title: "碧湾市2026年生态环境保护工作方案", created: iso(now() - 41 * D), text: planText }];
const summary = (p) => {
  const mine = items.filter((x) => x.plan === p.id);
  const n = (s) => mine.filter((x) => x.kind === "target" && x.state === s).length;
  return { id: p.id, title: p.title, created: p.created, targets: { read: n("read"), confirmed: n("confirmed"), rejected: n("rejected") }, doubts: mine.filter((x) => x.kind === "doubt").length };
};
const progressOf = {
  "air.pm25.mean": (t) => ({ bound: true, value: 34.2, unit: "µg/m³", as_of: day(now() - D), days: { valid: 318, elapsed: 325, year: 365 }, gap: 34.2 - t.value, remaining_mean: t.value === 35 ? 41.7 : 23.5, allowed_bad_days: null, light: t.value === 35 ? "green" : "yellow", verdict: t.value === 35 ? "on_track" : "behind", text: "年均至今 34.2 µg/m³", text_en: "34.2 µg/m³ to date", receipt: { rule: "GB3095-2026", clause: "表1、表4", days: { valid: 318, elapsed: 325 }, missing: 7, command: "bihuan evaluate --city --item pm25 --year 2026" } }),
  "air.good_days.ratio": () => ({ bound: true, value: 80.6, unit: "%", as_of: day(now() - D), days: { valid: 318, elapsed: 325, year: 365 }, gap: -1.4, remaining_mean: 92.5, allowed_bad_days: 3, light: "yellow", verdict: "behind", text: "优良天数比例 80.6%，低于目标 1.4 个百分点", text_en: "80.6%, 1.4 points below", receipt: { rule: "HJ633-2026", clause: "5.3", days: { valid: 318, elapsed: 325 } } }),
  "air.heavy_days": () => ({ bound: true, value: 4, unit: "天", as_of: day(now() - D), days: { valid: 318, elapsed: 325, year: 365 }, gap: 2, remaining_mean: null, allowed_bad_days: 0, light: "red", verdict: "impossible", text: "已有 4 天重度及以上污染，超过全年允许的 2 天，今年已不可能完成", text_en: "4 heavily polluted days already exceed the 2 allowed: it can no longer be met this year", receipt: { rule: "HJ633-2026" } }),
  "air.o3.p90": () => ({ bound: true, value: null, unit: "µg/m³", as_of: day(now() - D), days: { valid: 201, elapsed: 325, year: 365 }, gap: null, remaining_mean: null, allowed_bad_days: null, light: "grey", verdict: "cannot_judge", text: "有效天数 201 天，不足 324 天，不能评价", text_en: "Only 201 valid days of 324", receipt: null }),
};
const targets = () => items.filter((x) => x.kind === "target" && x.state === "confirmed").map((x) => ({ ...x, progress: progressOf[x.bound]?.(x) ?? { bound: false, reason: "系统内没有国控断面评价数据，暂不能自动计算" } }));

/* ---- ledger ---- */
const states = ["立案", "整改中", "申请验收", "验收", "公示", "销号"];
const need = (id, label, label_en, type) => ({ id, label, label_en, type });
const moves = [["accept", "接收", "Accept", ["立案"], "整改中", "owner", []], ["submit", "申请验收", "Submit", ["整改中"], "申请验收", "owner", [need("report", "整改报告", "Report", "text"), { ...need("evidence", "佐证材料", "Evidence", "evidence"), required: true, choices: ["照片", "监测报告", "现场核查", "文件"] }]], ["approve", "验收通过", "Approve", ["申请验收"], "验收", "supervisor", [need("opinion", "验收意见", "Opinion", "text")]], ["return", "退回", "Return", ["申请验收"], "整改中", "supervisor", [need("reason", "退回理由", "Reason", "text")]], ["publish", "公示", "Publish", ["验收"], "公示", "office", []], ["close", "销号", "Close", ["公示"], "销号", "office", []]]
  .map(([id, label, label_en, from, to, by, needs]) => ({ id, label, label_en, from, to, by, needs }));
const ledger = { id: "rectification", title: "督察整改", title_en: "Rectification", states, states_en: ["Filed", "Rectifying", "Acceptance requested", "Accepted", "Public notice", "Closed"], closed: "销号", actions: moves, fields: [{ ...need("source", "来源", "Source", "choice"), required: true, choices: ["中央督察", "省级督察", "自查"] }, { ...need("problem", "问题", "Problem", "text"), required: true }, { ...need("goal", "整改目标", "Goal", "goal"), required: true }, { ...need("measures", "整改措施", "Measures", "list"), required: true }, { ...need("owner", "责任单位", "Responsible unit", "unit"), required: true }, { ...need("supervisor", "督导单位", "Supervising unit", "unit"), required: true, differs_from: "owner" }, { ...need("due", "整改时限", "Due", "date"), required: true }] };
const cases = [];
function addEvent(c, at, actor, action, label, from, to, fields, text) {
  const prev = c.events.at(-1)?.hash ?? "";
  const e = { seq: c.events.length + 1, at: iso(at), actor, actor_display: actor === "system" ? null : actor, action, label, label_en: action, from, to, fields: fields ?? {}, text: text ?? null };
  c.events.push({ ...e, hash: createHash("sha256").update(prev + JSON.stringify(e)).digest("hex") });
}
function addCase(title, problem, goal, measures, owner, supervisor, dueIn, state, o = {}) {
  const id = cases.length + 1;
  const opened = now() - (o.ago ?? 60) * D;
  const c = { id, number: `ZG-2026-${String(id).padStart(4, "0")}`, ledger: "rectification", definition: "rectification", title, problem, goal, goal_text: goal.text, state, owner: named(units.find((u) => u.code === owner)), supervisor: named(units.find((u) => u.code === supervisor)), opened: iso(opened), dueMs: floor(now(), D) + dueIn * D, closed: o.closed ? iso(now() - o.closed * D) : null, closed_how: o.how ?? null, rebounds: o.rebounds ?? 0, siteId: goal.site ?? o.site ?? null, fields: { source: o.source ?? "省级督察", measures }, gate: o.gate ?? null, watch: o.closed ? { until: day(now() + 300 * D), text: "回头看期间指标再次不达标的，本事项自动重新打开。", text_en: "If the indicator breaks again, this case reopens by itself." } : null, events: [] };
  addEvent(c, opened, "duty", "open", "立案", null, "立案", {});
  if (state !== "立案") addEvent(c, opened + 1.3 * D, units.find((u) => u.code === owner).name, "accept", "接收", "立案", "整改中", {});
  if (o.refused) addEvent(c, now() - 2 * D, "li", "refused", "验收被拒绝", state, state, {}, o.refused);
  if (o.closed) addEvent(c, now() - o.closed * D, "office", "close", "销号", "公示", "销号", {});
  if (o.rebounds) addEvent(c, now() - 3 * H, "system", "rebound", "数据反弹，自动重新打开", "销号", "整改中", {}, "小时均值 71.8 mg/L，超过目标 50 mg/L");
  cases.push(c);
  return c;
}
addCase("云台印染废水排口化学需氧量超标", "云台印染有限公司废水排口化学需氧量多次超过排污许可限值，最高超标0.55倍。", { text: "化学需氧量小时均值稳定达到50 mg/L以下", indicator: "source.hour", site: 18, factor: "w01018", op: "<=", value: 50, lower: null, unit: "mg/L", window: 24, period: "hour" }, ["更换生化池曝气系统", "调节池增设在线预警，超标自动回流", "每周由第三方比对一次"], "yrc", "zfzd", -6, "整改中", { rebounds: 1, refused: "目标未达成：连续24小时有效均值达标，现有 9 小时；最近一次 71.8 mg/L", gate: { verdict: "not_met", have: 9, need: 24, text: "连续24小时有效均值达标，现有 9 小时；最近一次不达标为 71.8 mg/L", text_en: "24 valid hours in a row are needed, there are 9", last_broken: iso(now() - 10 * H), last_value: 44.1, missing: 1, invalid: 2 } });
addCase("临港热电1号炉氮氧化物小时均值超标", "1号炉负荷波动时氮氧化物小时均值超过50 mg/m³。", { text: "氮氧化物小时均值达到50 mg/m³以下", indicator: "source.hour", site: 21, factor: "a21002", op: "<=", value: 50, lower: null, unit: "mg/m³", window: 72, period: "hour" }, ["优化喷氨控制", "更换一层催化剂"], "hrd", "dqk", 9, "申请验收", { gate: { verdict: "met", have: 72, need: 72, text: "连续72小时有效均值达标", text_en: "72 valid hours in a row meet the goal", last_broken: null, last_value: 38.2, missing: 0, invalid: 1 } });
addCase("清河北站空气自动站数据中断", "清河北站自某时起无数据上报，影响县域评价。", { text: "恢复在线并连续24小时有数据", indicator: "site.online", site: 8, factor: "a34004", op: ">=", value: 1, lower: null, unit: "", window: 24, period: "hour" }, ["更换数采仪", "核对通信链路"], "qhxf", "dqk", 3, "立案", { gate: { verdict: "cannot_judge", have: 0, need: 24, text: "近24小时没有有效数据，不能判断", text_en: "No valid data in 24 hours: cannot be judged", missing: 24, invalid: 0 } });
const more = [["碧溪河口断面总磷偏高", "临港区雨污混接导致总磷偏高，群众反映强烈。", "hqqf", "shk", 40, "整改中", "省级督察"], ["印染工业园雨污管网错接", "园区内12处雨污管网错接，雨天溢流进入清河。", "ytqf", "shk", -21, "整改中", "中央督察"], ["清河沿岸畜禽养殖污染", "沿岸三家养殖场粪污贮存设施不足。", "qhxf", "shk", 75, "整改中", "省级督察"], ["海曲区餐饮油烟扰民", "人民广场周边餐饮油烟净化设施运行不正常。", "hqqf", "zfzd", 14, "申请验收", "自查"], ["临港化工园固废台账不全", "危险废物管理台账与转移联单不一致。", "lgqf", "zfzd", 30, "验收", "中央督察"], ["高新区建筑工地扬尘", "五处工地未落实六个百分之百。", "hqqf", "dqk", 5, "公示", "自查"], ["青屿县生活垃圾填埋场渗滤液积存", "渗滤液积存约1.2万吨，处理能力不足。", "qhxf", "shk", 120, "整改中", "中央督察"], ["码头散货堆场未封闭", "临港码头两处散货堆场未封闭。", "lgqf", "dqk", -2, "申请验收", "省级督察"]];
for (const [t, p, o, s, d, st, src] of more) addCase(t, p, { text: p.slice(0, 12) + "等问题整改到位" }, ["制定整改方案并倒排工期", "每月25日前报送进度"], o, s, d, st, { source: src, ago: 90 });
addCase("第一污水处理厂氨氮超标", "进水冲击导致总排口氨氮超标。", { text: "氨氮日均值达到5 mg/L以下", indicator: "source.day", site: 17, factor: "w21003", op: "<=", value: 5, lower: null, unit: "mg/L", window: 7, period: "day" }, ["投加碳源", "上游企业限排"], "wsc1", "shk", -30, "销号", { closed: 35, how: "data", ago: 120, gate: { verdict: "met", have: 7, need: 7, text: "连续7天有效日均值达标", text_en: "7 valid days in a row", missing: 0, invalid: 0 } });
addCase("排污许可证后管理台账缺失", "部分企业未按证载要求记录台账。", { text: "台账补充完整" }, ["逐户核查"], "zfzd", "sthj", -50, "销号", { closed: 55, how: "paper", ago: 150 });
function lightOf(c) {
  if (c.closed) return ["grey", "已销号", "closed"];
  const left = Math.round((c.dueMs - floor(now(), D)) / D);
  if (c.gate?.verdict === "cannot_judge") return ["grey", "无有效数据", "no valid data"];
  if (c.rebounds) return ["red", "数据反弹", "rebounded"];
  return left < 0 ? ["red", `逾期 ${-left} 天`, `${-left} days overdue`] : left <= 7 ? ["yellow", `${left} 天内到期`, `due in ${left} days`] : ["green", "", ""];
}
function caseSummary(c, full) {
  const [light, light_reason, light_reason_en] = lightOf(c);
  const s = siteRows.find((x) => x.id === c.siteId);
  const { dueMs, siteId, events, gate, watch, fields, goal, definition, supervisor, ...rest } = c;
  void siteId, events, gate, watch, fields, goal, definition;
  return { ...rest, light, light_reason, light_reason_en, ...(full ? { supervisor } : {}), due: day(dueMs), days_left: c.closed ? null : Math.round((dueMs - floor(now(), D)) / D), site: s ? { id: s.id, name: s.name, name_en: s.name_en, lng: s.lng, lat: s.lat } : null };
}
function caseFull(c, me) {
  if (!me) return { ...caseSummary(c), goal: c.goal };
  const actions = moves.filter((m) => m.from.includes(c.state)).map((m) => {
    const allowed = me.role === "admin" || (m.by === "owner" ? me.role === "responsible" : m.by === "supervisor" ? me.role === "supervisor" : true);
    return { id: m.id, label: m.label, label_en: m.label_en, needs: m.needs, allowed, why_not: allowed ? null : `由${m.by === "owner" ? "责任单位" + c.owner.name : "督导单位" + c.supervisor.name}办理`, why_not_en: allowed ? null : `For the ${m.by === "owner" ? "responsible" : "supervising"} unit` };
  });
  return { ...caseSummary(c, true), goal: c.goal, gate: c.gate, watch: c.watch, fields: { ...c.fields, owner: c.owner, supervisor: c.supervisor, problem: c.problem, due: day(c.dueMs), goal: c.goal }, definition: "rectification", actions, events: c.events };
}
function counts() {
  const open = cases.filter((c) => !c.closed);
  const lights = { green: 0, yellow: 0, red: 0, grey: 0 };
  open.forEach((c) => lights[lightOf(c)[0]]++);
  const over = (c) => c.dueMs < floor(now(), D);
  return { open: open.length, overdue: open.filter(over).length, closed: cases.length - open.length, closed_by_data: cases.filter((c) => c.closed_how === "data").length, closed_on_paper: cases.filter((c) => c.closed_how === "paper").length, rebounded: cases.filter((c) => c.rebounds).length, lights,
    units: units.map((u) => { const m = open.filter((c) => c.owner.code === u.code); return { unit: named(u), open: m.length, overdue: m.filter(over).length, rebounded: m.filter((c) => c.rebounds).length }; }).filter((u) => u.open) };
}
const site = (id) => siteRows.find((s) => s.id === id);
const finding = (id, severity, s, factor, title, title_en, ago, goal, over = false) => ({ id, key: "k" + id, rule: "source.hour.exceeds", severity, state: "open", site: s ? named(site(s)) : null, factor, title, title_en, from: iso(now() - ago * H), to: iso(now() - 0.6 * H), over, facts: goal ? { goal } : {}, case: null });
let findings = [
  finding(1, "high", 19, "w01018", "临港化工园排口化学需氧量小时均值 63.4 mg/L，超过限值 50 mg/L（0.27 倍）", "Lingang Chemical Park Outlet COD hourly mean 63.4 mg/L exceeds 50 mg/L", 3, { text: "化学需氧量小时均值达到50 mg/L以下", indicator: "source.hour", site: 19, factor: "w01018", op: "<=", value: 50, lower: null, unit: "mg/L", window: 24, period: "hour" }),
  finding(2, "high", null, "", "重度及以上污染天数 4 天，全年目标（不超过 2 天）已不可能完成", "4 heavily polluted days: the year's target can no longer be met", 30),
  finding(3, "medium", 8, "", "清河北站 9 小时没有数据上报", "Qinghe North has been silent for 9 hours", 9, { text: "恢复在线并连续24小时有数据", indicator: "site.online", site: 8, factor: "", op: ">=", value: 1, lower: null, unit: "", window: 24, period: "hour" }),
  finding(4, "medium", 16, "w21011", "青溪断面总磷 0.214 mg/L，超过Ⅲ类限值 0.2 mg/L（0.07 倍）", "Qingxi TP 0.214 mg/L exceeds class III 0.2 mg/L", 5),
  finding(5, "low", 12, "a34002", "高新软件园 PM10 小时值 1 小时内升高 1.8 倍", "PM10 at Gaoxin Software Park rose 1.8-fold in an hour", 2, undefined, true),
];

/* ---- geography: six districts cut from a grid with bent edges, one coast, three rivers ---- */
function geo(name) {
  const fc = (features) => ({ type: "FeatureCollection", features });
  const X = [118.92, 119.2, 119.38, 119.56, 119.76];
  const wob = (x, y) => [x + (rand(x, y, "x") - 0.5) * 0.03, y + (rand(x, y, "y") - 0.5) * 0.03];
  const edge = (a, b) => Array.from({ length: 7 }, (_, i) => wob(+(a[0] + ((b[0] - a[0]) * i) / 6).toFixed(3), +(a[1] + ((b[1] - a[1]) * i) / 6).toFixed(3)));
  const ring = (...p) => { const r = p.flatMap((a, i) => edge(a, p[(i + 1) % p.length]).slice(0, -1)); return [...r, r[0]]; };
  const boxes = [[[X[2], 35.16], [X[3], 35.14], [X[3], 35.34], [X[2], 35.34]], [[X[0] + 0.18, 35.34], [X[2], 35.34], [X[2], 35.52], [X[0] + 0.18, 35.52]], [[X[3], 35.26], [X[4], 35.36], [X[4], 35.52], [X[2], 35.52], [X[2], 35.34], [X[3], 35.34]], [[X[0], 35.52], [X[1], 35.52], [X[1], 35.76], [X[0], 35.74]], [[X[1], 35.52], [X[4] - 0.06, 35.52], [X[4] - 0.1, 35.72], [X[1], 35.76]], [[X[0] + 0.18, 35.18], [X[2], 35.16], [X[2], 35.34], [X[0] + 0.18, 35.34]]];
  if (name === "regions") return fc(boxes.map((b, i) => ({ type: "Feature", properties: { code: regions[i + 1].code, name: regions[i + 1].name, name_en: regions[i + 1].name_en }, geometry: { type: "Polygon", coordinates: [ring(...b)] } })));
  if (name === "sea") return fc([{ type: "Feature", properties: { name: "碧湾" }, geometry: { type: "Polygon", coordinates: [[[118.5, 34.9], [120.2, 34.9], [120.2, 36], [119.5, 36], [119.5, 35.5], [119.3, 35.2], [118.5, 35.1], [118.5, 34.9]]] } }]);
  if (name === "rivers") return fc([["清河", "Qinghe", [[118.95, 35.66], [119.06, 35.6], [119.14, 35.52], [119.26, 35.43], [119.36, 35.34], [119.42, 35.24], [119.47, 35.15]]], ["青溪", "Qingxi", [[119.3, 35.72], [119.42, 35.66], [119.52, 35.62], [119.68, 35.58]]], ["碧溪", "Bixi", [[119.12, 35.24], [119.26, 35.27], [119.37, 35.3]]]].map(([n, e, c]) => ({ type: "Feature", properties: { name: n, name_en: e }, geometry: { type: "LineString", coordinates: c } })));
  return null;
}

/* ---- HTTP ---- */
const sessions = new Map();
const streams = new Set();
const tell = (event, data) => { for (const s of streams) s.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`); };
setInterval(() => { for (const s of streams) s.write(": alive\n\n"); }, 15_000).unref();
setInterval(() => { const s = siteRows[Math.floor(Math.random() * siteRows.length)]; tell("observation", { site: s.id, time: iso(now()) }); }, 4000).unref();
const fail = (status, code, message, message_en) => { throw Object.assign(new Error(message), { status, code, message_en: message_en ?? message }); };
const roles = { admin: "admin", leader: "leader", duty: "duty", owner: "responsible", supervisor: "supervisor" };

const deviceCommands = JSON.parse(readFileSync(new URL("device-commands.json", import.meta.url), "utf8"));
const commandsOf = new Map();
let commandId = 0;
const deviceOf = (s) => ({ mn: "3709" + "0000000000" + String(1000 + s.id * 37), site: named(s), edition: s.id % 5 === 0 ? "2005" : "2017", crc: "hj212", connected: !SILENT.has(s.id), last_arrival: siteNow(s).last_arrival, frames: 18000 + s.id * 731, repeats: s.id % 4, refused: s.id === 18 ? { crc: 3, length: 1 } : {}, clock_skew_ms: s.id === 21 ? -95_000 : Math.round((rand(s.id, "skew") - 0.5) * 3000),
    habits: { st: "32", answers_wanted: true, answers_requests: null, interval_s: { realtime: 60, hour: 3600 } }, throttled: 0, parts: { open: 0, complete: 0, incomplete: 0 },
    gaps: { open: s.id % 7 === 0 ? 1 : 0, filled: s.id % 3, refused: 0, given_up: 0 }, commands: commandsOf.get(s.id)?.length ?? 0,
  });
/* Every request is carried out a second and a half after it was sent. */
function command(s, body, by) {
  if (SILENT.has(s.id)) fail(409, "device.offline", "设备未连接", "the device is not connected");
  const c = { id: ++commandId, command: body.command, cn: deviceCommands.commands.find((c) => c.word === body.command)?.cn ?? 0, args: Object.entries(body.args ?? {}).map(([k, v]) => `${k}=${v}`).join(";"), by, state: "sent", qn: "", qn_rtn: 0, exe_rtn: 0, tries: 1, uploads: 0, data: "", asked: iso(now()), sent: iso(now()), ended: null };
  commandsOf.set(s.id, [c, ...(commandsOf.get(s.id) ?? [])].slice(0, 16));
  setTimeout(() => Object.assign(c, { state: "done", qn_rtn: 1, exe_rtn: 1, ended: iso(now()), data: body.command === "get_time" ? "SystemTime=" + iso(now()).replace(/[-T:]/g, "").slice(0, 14) : "" }), 1500);
  return { id: c.id, state: "waiting" };
}
const gapsOf = (s) => (s.id % 7 ? [] : [{ state: "open", period: "hour", from: iso(floor(now(), H) - 3 * H), to: iso(floor(now(), H) - H), slots: 2, came: 0, asked: 1, failures: 1, last_code: 0, opened: iso(now() - H), last_asked: iso(now() - H / 2), ended: null }]);
async function api(method, path, query, body, me, res) {
  const p = path.split("/");
  const must = () => me ?? fail(401, "auth.required", "请先登录。", "Sign in first.");
  if (method === "POST") {
    if (p[0] === "devices" && p[2] === "commands") { must(); if (!["duty", "leader", "admin"].includes(me.role)) fail(403, "auth.forbidden", "当前角色无权进行此操作", "this role may not do that"); return command(siteRows.find((x) => x.id === +p[1]) ?? fail(404, "not_found", "没有找到。", "Not found."), body, me.name); }
    if (path === "login") {
      if (body.password !== "mock") fail(401, "auth.wrong", "账号或密码不对。", "Wrong account or password.");
      const role = roles[body.user] ?? "admin";
      const user = { name: body.user, display: { admin: "管理员", leader: "王局长", duty: "值班员" }[body.user] ?? body.user, role, unit: named(role === "responsible" ? units[10] : role === "supervisor" ? units[3] : units[0]) };
      const token = createHash("sha256").update(body.user + now()).digest("hex");
      sessions.set(token, user);
      res.setHeader("Set-Cookie", `bihuan_session=${token}; HttpOnly; SameSite=Strict; Path=/`);
      return { token, user };
    }
    if (path === "logout") { res.setHeader("Set-Cookie", "bihuan_session=; Max-Age=0; Path=/"); return {}; }
    must();
    if (path === "plans") { const id = plans.length + 1; plans.push({ id, title: body.title, created: iso(now()), text: body.text }); return { id }; }
    if (p[0] === "targets") {
      const t = items.find((x) => x.id === +p[1]) ?? fail(404, "not_found", "没有这个目标。");
      if (body.action === "correct") Object.assign(t, body.fields, t.kind === "doubt" ? { kind: "target" } : {});
      t.state = body.action === "reject" ? "rejected" : "confirmed";
      t.reason = body.fields?.reason ?? t.reason;
      Object.assign(t, { confirmed_by: me.display, confirmed_at: iso(now()) });
      return t;
    }
    if (p[0] === "findings") {
      const f = findings.find((x) => x.id === +p[1]) ?? fail(404, "not_found", "没有这条线索。");
      findings = findings.filter((x) => x !== f);
      setTimeout(() => tell("finding", { id: f.id }), 50);
      if (p[2] === "dismiss") return {};
      const c = addCase(f.title.slice(0, 24), body.problem, body.goal, body.measures, body.owner, body.supervisor, Math.round((Date.parse(body.due + "T00:00:00+08:00") - floor(now(), D)) / D), "立案", { ago: 0 });
      return { id: c.id, number: c.number };
    }
    if (path === "cases") { const f = body.fields; const c = addCase(f.problem.slice(0, 24), f.problem, f.goal, f.measures, f.owner, f.supervisor, Math.round((Date.parse(f.due + "T00:00:00+08:00") - floor(now(), D)) / D), "立案", { ago: 0, source: f.source }); return { id: c.id, number: c.number }; }
    if (p[0] === "cases" && p[2] === "actions") {
      const c = cases.find((x) => x.id === +p[1]) ?? fail(404, "not_found", "没有这个事项。");
      const m = moves.find((x) => x.id === body.action && x.from.includes(c.state)) ?? fail(409, "case.no_such_action", `“${c.state}”状态下不能做这个操作。`);
      if (m.id === "approve" && c.gate && c.gate.verdict !== "met") { addEvent(c, now(), me.display, "refused", "验收被拒绝", c.state, c.state, {}, c.gate.text); fail(409, "case.gate_unmet", "不能验收，还差：" + c.gate.text, "Cannot be accepted: " + c.gate.text_en); }
      addEvent(c, now(), me.display, m.id, m.label, c.state, m.to, body.fields);
      c.state = m.to;
      if (m.to === "销号") Object.assign(c, { closed: iso(now()), closed_how: c.goal.indicator ? "data" : "paper" });
      setTimeout(() => tell("case", { id: c.id }), 50);
      return caseFull(c, me);
    }
    fail(404, "not_found", "没有这个地址。");
  }
  const from = Date.parse(query.get("from") ?? "") || now() - 7 * D;
  const to = Date.parse(query.get("to") ?? "") || now();
  if (path === "me") return me ?? { name: null, role: "public" };
  if (path === "city") return { name: "碧湾市", name_en: "Biwan", bounds: [118.88, 35.1, 119.82, 35.78], centre: [119.36, 35.44], regions, units };
  if (p[0] === "geo") return geo(p[1]) ?? fail(404, "not_found", "没有这个图层。");
  if (path === "overview") { must(); return { now: iso(now()), city: cityNow(), targets: targets(), counts: counts(), late: cases.filter((c) => !c.closed && ["red", "yellow"].includes(lightOf(c)[0])).sort((a, b) => a.dueMs - b.dueMs).slice(0, 10).map((c) => caseSummary(c, true)), findings, outlets: { all: 7, exceeding: 1, silent: 0 }, rivers: { all: 4, silent: 1, exceeding: 1 } }; }
  if (path === "public") return { city: cityNow(), counts: counts(), cases: cases.map((c) => caseSummary(c)) };
  if (path === "sites") return { sites: siteRows.map(siteNow) };
  if (path === "quality") {
    must();
    const counts = (n) => ({ expected: n, valid: Math.round(n * 0.97), invalid: n - Math.round(n * 0.97) - 4, excepted: 1, lost: 1, not_sent: 2 });
    const rated = (n) => { const c = counts(n); const due = n - c.excepted; const r = (id, over, under, passes) => ({ id, over, under, value: under ? Math.round((10000 * over) / under) / 100 : null, passes }); return { counts: c, rates: [r("capture", c.valid + c.invalid, due, null), r("valid", c.valid, due, c.valid / due >= 0.95)] }; };
    const rows = siteRows.filter((s) => (!query.get("kind") || s.kind === query.get("kind")) && (!query.get("site") || s.id === +query.get("site")));
    return { from: iso(floor(now(), D) - 20 * D), to: iso(floor(now(), D) + 10 * D), known: iso(now()), rules: [{ id: "quality", title: "数据质量（示例）", title_en: "Data quality (example)", source: "mock", rates: [{ id: "capture", title: "捕获率", title_en: "Capture rate", pass: null, clause: "到达 ÷ 应有", certainty: "from memory" }, { id: "valid", title: "有效率", title_en: "Valid rate", pass: 95, clause: "有效 ÷ 应有", certainty: "from memory" }] }], sites: rows.map((s) => ({ site: { id: s.id, code: s.code, name: s.name, name_en: s.name_en }, kind: s.kind, unit: null, period: "hour", rules: "quality", qc_passed: 0, qc_failed: 0, ...rated(480 * 6) })) };
  }
  if (path === "reviews") { must(); return { reviews: [] }; }
  if (p[0] === "sites" && p[2] === "marks") { must(); return { site: +p[1], checks: [], marks: [] }; }
  if (p[0] === "sites") {
    const s = +p[1] === 0 ? null : (site(+p[1]) ?? fail(404, "not_found", "没有这个点位。", "No such site."));
    const group = s ? [s] : air;
    if (p[2] === "series") {
      const period = query.get("period") ?? "hour";
      const step = { realtime: 60_000, minute: 600_000, hour: H, day: D }[period];
      const f = query.get("factor");
      const calendar = period === "hour" || period === "day";
      let missing = 0;
      const points = [];
      for (let t = floor(from, step) + step; t <= to - step; t += step) { const [v, flag] = value(s, f, t, period); if (v === null) { missing++; if (calendar) points.push([t, null, "", null]); } else points.push([t, +v.toFixed(4), flag, digits(f, v)]); }
      const l = kinds[s.kind].limits[f];
      return { site: s.id, factor: F[f], period, from: iso(from), to: iso(to), limit: l ? { upper: l[0], lower: l[1], basis: kinds[s.kind].basis } : null, points, missing };
    }
    if (p[2] === "aqi") { const d = query.get("period") === "day"; const step = d ? D : H; const points = []; for (let t = floor(from, step) + step; t <= to - step; t += step) points.push(aqiPoint(group, t, d ? "day" : "hour")); return { site: +p[1], period: d ? "day" : "hour", points }; }
    if (p[2] === "year") {
      const y = +query.get("year");
      const days = [];
      for (let t = Date.parse(`${y}-01-01T00:00:00+08:00`); t < floor(now(), D); t += D) { const a = aqiPoint(group, t, "day"); days.push({ date: day(t), aqi: a.aqi, level: a.level, primary: a.primary?.[0] ?? null }); }
      const valid = days.filter((d) => d.aqi !== null);
      const it = (item, mean, p, v, lm, lp, attains, reason) => ({ item, mean, percentile: p ? { p, value: v } : null, valid_days: valid.length, limit_mean: lm, limit_percentile: lp, attains, reason });
      return { site: +p[1], year: y, rule: "GB3095-2026", items: [it("pm25", 34.2, 95, 82, 30, 60, false), it("pm10", 63.1, 95, 128, 60, 120, false), it("so2", 9.1, 98, 18, 20, 50, true), it("no2", 29.6, 98, 58, 30, 60, true), it("co", null, 95, 1.2, null, 4, true), it("o3_8h", null, 90, 151, null, 160, null, "有效天数不足，未满一年")], good_days: { good: valid.filter((d) => d.aqi <= 100).length, valid: valid.length, ratio: +((100 * valid.filter((d) => d.aqi <= 100).length) / valid.length).toFixed(1) }, heavy_days: valid.filter((d) => d.aqi > 200).length, days };
    }
    return { ...siteNow(s), limits: Object.entries(kinds[s.kind].limits).map(([factor, [upper, lower]]) => ({ factor, upper, lower, basis: kinds[s.kind].basis })), factors: kinds[s.kind].factors.map((f) => F[f]), cases: cases.filter((c) => c.siteId === s.id).map((c) => caseSummary(c, true)) };
  }
  if (path === "plans") { must(); return { plans: plans.map(summary) }; }
  if (p[0] === "plans") { must(); const pl = plans.find((x) => x.id === +p[1]) ?? fail(404, "not_found", "没有这个方案。", "No such plan."); return { ...summary(pl), text: pl.text, items: items.filter((x) => x.plan === pl.id) }; }
  if (path === "targets") { must(); return { targets: targets() }; }
  if (path === "findings") { must(); return { findings }; }
  if (path === "ledgers") return { ledgers: [ledger] };
  if (path === "cases") {
    const g = (k) => query.get(k) ?? "";
    const all = cases.filter((c) => (!g("state") || c.state === g("state")) && (!g("light") || lightOf(c)[0] === g("light")) && (!g("unit") || String(c.owner.id) === g("unit") || c.owner.code === g("unit")) && (!g("site") || String(c.siteId) === g("site")) && (!g("q") || (c.number + c.title + c.problem).includes(g("q"))));
    return { total: all.length, cases: all.slice(+g("offset") || 0, (+g("offset") || 0) + (+g("limit") || 100)).map((c) => caseSummary(c, !!me)) };
  }
  if (p[0] === "cases") return caseFull(cases.find((x) => x.id === +p[1]) ?? fail(404, "not_found", "没有这个事项。", "No such case."), me);
  if (path === "device-commands") { must(); return deviceCommands; }
  if (path === "devices") { must(); return { devices: siteRows.map(deviceOf), refused: [{ reason: "crc", frames: 14 }, { reason: "length", frames: 5 }, { reason: "unknown_mn", frames: 2 }], ignored: [], unknown: [{ first: iso(now() - 6 * H), mn: "37090000000000…9999", seen: iso(now() - 5 * H), frames: 2 }] }; }
  if (p[0] === "devices" && p.length === 2) { must(); const s = siteRows.find((x) => x.id === +p[1]) ?? fail(404, "not_found", "没有找到。", "Not found."); return { ...deviceOf(s), registration: { edition: deviceOf(s).edition, st: [], greet: true, over_time: 10, re_count: 3, rtd_interval: 60, min_interval: 10, decided: null }, notes: [{ cn: 2081, text: "数采仪开机时间", text_en: "logger start time", time: iso(now() - 5 * H), arrival: iso(now() - 5 * H), data: "RestartTime=20261122080000" }], last_commands: commandsOf.get(s.id) ?? [], gap_list: gapsOf(s), incomplete: [], logger: null, resent_list: [] }; }
  if (path === "about") return { version: "0.1.0-mock", data: [{ what: "12 个空气站的小时值（时间平移）", source: "Beijing Multi-Site Air Quality, UCI Machine Learning Repository", licence: "CC BY 4.0", url: "https://archive.ics.uci.edu/dataset/501/beijing+multi+site+air+quality+data" }, { what: "污水处理厂日报", source: "公开的污水处理厂运行数据", licence: "Apache-2.0", url: "" }, { what: "碧湾市边界、河流、点位", source: "本项目绘制（虚构）", licence: "Apache-2.0", url: "" }], rules: [{ id: "HJ633-2012", title: "环境空气质量指数（AQI）技术规定（试行）", from: "2016-01-01", to: "2026-02-28", source: "HJ 633-2012", certainty: "confirmed" }, { id: "HJ633-2026", title: "环境空气质量指数（AQI）技术规定", from: "2026-03-01", to: null, source: "HJ 633-2026", certainty: "confirmed" }, { id: "GB3095-2026", title: "环境空气质量标准", from: "2026-03-01", to: null, source: "GB 3095-2026 表1、表4", certainty: "confirmed" }, { id: "GB3095-2026-2031", title: "环境空气质量标准（第二阶段限值）", from: "2031-01-01", to: null, source: "GB 3095-2026", certainty: "from_memory" }], clock: { now: iso(now()), test: false } };
  if (path === "health") return { ok: true, store: "ok", message: "", records: 1284213, uptime_s: 93211 };
  return fail(404, "not_found", "没有这个地址。", "No such address.");
}

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
createServer(async (req, res) => {
  const url = new URL(req.url, "http://x");
  res.setHeader("Content-Security-Policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src 'self' blob:");
  if (!url.pathname.startsWith("/api/v1/")) {
    const file = join(dist, normalize(url.pathname === "/" ? "/index.html" : url.pathname));
    if (!file.startsWith(dist) || !existsSync(file) || !statSync(file).isFile()) { res.writeHead(404).end(); return; }
    res.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream");
    createReadStream(file).pipe(res);
    return;
  }
  const path = decodeURIComponent(url.pathname.slice(8));
  const me = sessions.get(/bihuan_session=([0-9a-f]+)/.exec(req.headers.cookie ?? "")?.[1]) ?? null;
  if (path === "events") {
    res.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    res.write(": hello\n\n");
    streams.add(res);
    req.on("close", () => streams.delete(res));
    return;
  }
  try {
    let text = "";
    for await (const chunk of req) text += chunk;
    const out = await api(req.method, path, url.searchParams, text ? JSON.parse(text) : {}, me, res);
    res.writeHead(200, { "Content-Type": "application/json; charset=utf-8" }).end(JSON.stringify(out));
  } catch (e) {
    res.writeHead(e.status ?? 500, { "Content-Type": "application/json; charset=utf-8" }).end(JSON.stringify({ error: { code: e.code ?? "internal", message: e.message, message_en: e.message_en ?? e.message } }));
  }
}).listen(port, "127.0.0.1", () => console.log(`mock on http://127.0.0.1:${port}/ (development only)`));
