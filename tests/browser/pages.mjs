/* Opens every page of the browser client in Chromium at a desk's and a phone's size and prints TAP. A page fails on an uncaught error, an
 * error in the console, a request that fails, a key text that is missing, or (on the phone) anything wider than the screen.
 *   BIHUAN_URL       http://127.0.0.1:8088/   the server to look at
 *   BIHUAN_USER, BIHUAN_PASSWORD              an account of a role that may see everything
 *   BIHUAN_ROLES   duty,supervisor,chem      more accounts (same password) that open the pages of a day's work; none without it
 *   BIHUAN_WRITES   1: the server is the test's own, so cases may be opened and reports sent (cases.mjs)
 *   BIHUAN_ONLY     cases, plans, offline: only those
 *   BIHUAN_CHANGES   1                        the server is the test's own: lists are imported and cases acted on; nothing is changed without it
 *   BIHUAN_SHOTS     a folder for screenshots of what failed; none are made without it
 *   BIHUAN_SHOTS_ALL 1                        of every page
 *   CHROMIUM         /usr/bin/chromium */
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { caseTests } from "./cases.mjs";
import { offlineTests } from "./offline.mjs";
import { planTests } from "./plans.mjs";
import { lookAtLedgers } from "./ledgers.mjs";

// playwright-core is the client's development dependency and lives there
const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const base = (process.env.BIHUAN_URL ?? "http://127.0.0.1:8088/").replace(/\/?$/, "/");
const user = process.env.BIHUAN_USER ?? "";
const password = process.env.BIHUAN_PASSWORD ?? "";
const roles = (process.env.BIHUAN_ROLES ?? "").split(",").filter(Boolean);
const shots = process.env.BIHUAN_SHOTS ?? "";
const every = process.env.BIHUAN_SHOTS_ALL === "1" ? shots : "";
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"];
const sizes = [
  { name: "desk", width: 1440, height: 900, phone: false },
  { name: "phone", width: 390, height: 844, phone: true },
];

let n = 0;
let bad = 0;
function report(ok, name, why = []) {
  console.log(`${ok ? "ok" : "not ok"} ${++n} - ${name}`);
  for (const w of why) console.log("  # " + String(w).replace(/\n/g, "\n  # "));
  if (!ok) bad++;
}
if (!existsSync(executablePath)) {
  console.log(`1..0 # SKIP no Chromium at ${executablePath}`);
  process.exit(0);
}
if (!user || !password) {
  console.error("BIHUAN_USER and BIHUAN_PASSWORD are needed");
  process.exit(2);
}
if (shots) mkdirSync(shots, { recursive: true });

const browser = await chromium.launch({ executablePath, args });

/* Collects everything that must not happen while a page is open. */
function watch(page) {
  const faults = [];
  page.on("pageerror", (e) => faults.push("page error: " + e.message));
  page.on("console", (m) => m.type() === "error" && faults.push("console: " + m.text()));
  page.on("requestfailed", (r) => {
    const why = r.failure()?.errorText ?? "";
    if (why !== "net::ERR_ABORTED") faults.push(`request failed: ${r.url()} ${why}`); // aborted: the page was left
  });
  page.on("response", (r) => r.status() >= 400 && faults.push(`${r.status()} ${r.url()}`));
  page.on("request", (r) => /^https?:/.test(r.url()) && !r.url().startsWith(base) && faults.push("outside network: " + r.url()));
  return faults;
}
async function settle(page) {
  await page.waitForFunction(() => !document.querySelector(".el-skeleton") && document.querySelector("#main"), null, { timeout: 15_000 });
  await page.waitForTimeout(500);
}
async function tooWide(page) {
  return page.evaluate(() => {
    const w = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= w) return [];
    const clipped = (e) => {
      for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) if (/auto|scroll|hidden|clip/.test(getComputedStyle(p).overflowX)) return true;
      return false;
    };
    return [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > w + 1 && !clipped(e))
      .slice(0, 5)
      .map((e) => `wider than the screen: <${e.tagName.toLowerCase()} class="${e.className}"> ends at ${Math.round(e.getBoundingClientRect().right)}`);
  });
}
/* What must be seen without scrolling is inside its panel, and its panel on the screen. */
async function oneScreen(page) {
  const why = await page.evaluate(() => {
    const bad = [];
    const over = document.documentElement.scrollHeight - innerHeight;
    if (over > 1) bad.push(`the page scrolls by ${over} px`);
    for (const name of ["now", "year", "late"]) {
      const panel = document.querySelector(`.overview .panel.${name}`).getBoundingClientRect();
      if (panel.bottom > innerHeight + 1) bad.push(`${name} ends at ${Math.round(panel.bottom)} of ${innerHeight}`);
      for (const e of document.querySelectorAll(`.overview .panel.${name} :is(.rows > li, .regions li, .health, .units tr, .items)`)) {
        const r = e.getBoundingClientRect();
        if (r.bottom > panel.bottom + 1) bad.push(`${name}: <${e.tagName.toLowerCase()} class="${e.className}"> is cut off at ${Math.round(r.bottom)} of ${Math.round(panel.bottom)}`);
      }
    }
    for (const e of document.querySelectorAll(".overview .sub")) if (e.scrollWidth > e.clientWidth + 1) bad.push(`a target's figures are cut: ${e.innerText}`);
    return bad.slice(0, 5);
  });
  if (why.length) throw new Error(why.join("; "));
}
/* The words of the screen itself: what people wrote (titles, names, quotes) may be in any language. */
async function noChinese(page) {
  const left = await page.evaluate(() =>
    [...document.querySelectorAll("nav a, h1.visually-hidden, h2, th, dt, label, .el-button, .linkish, .tag, .lamp, .sub, .value small, .legend")]
      .filter((e) => e.getClientRects().length && !e.closest(".site-cases, .quote, .doc, .cases, .user"))
      .map((e) => e.innerText.trim())
      .filter((s) => /[\u4e00-\u9fff]/.test(s)),
  );
  if (left.length) throw new Error(`Chinese in the English screen: ${[...new Set(left)].slice(0, 6).join(" | ")}`);
}
/* A device that is connected, waited for at most 20 s (devices of a server that just started come within a minute), or the first one. */
async function sendsTime(context) {
  let devices = [];
  for (const until = Date.now() + 20_000; ; await new Promise((done) => setTimeout(done, 1000))) {
    devices = (await (await context.request.get(base + "api/v1/devices")).json()).devices;
    const up = devices.find((d) => d.connected && d.site);
    if (up) return { id: up.site.id, connected: true };
    if (Date.now() > until) return { id: devices[0]?.site?.id ?? 1, connected: false };
  }
}
async function chartHasData(page) {
  await page.waitForSelector("#pane-chart canvas", { timeout: 10_000 });
  const empty = await page.locator("#pane-chart .box").count();
  const missing = await page.locator("#pane-chart .tools").innerText();
  const n = await page.evaluate(() => document.querySelectorAll(".choices .el-radio-button.is-disabled.is-active").length);
  if (empty || n) throw new Error(`the first chart is empty or of a kind the site does not send: ${missing}`);
}
async function look(page, size, name, hash, texts, act) {
  const faults = watch(page);
  try {
    await page.goto(base + hash);
    await settle(page);
    if (act) await act(page);
    const body = await page.evaluate(() => document.body.innerText);
    for (const t of texts) if (!(t instanceof RegExp ? t.test(body) : body.includes(t))) faults.push(`text missing: ${t}`);
    if (size.phone) faults.push(...(await tooWide(page)));
    if (every) await page.screenshot({ path: join(shots, `${size.name}-${name}.png`), fullPage: size.phone && name !== "map" });
  } catch (e) {
    faults.push(e.message);
    if (shots) await page.screenshot({ path: join(shots, `${size.name}-${name}-failed.png`) }).catch(() => undefined);
  }
  report(faults.length === 0, `${size.name} ${name}`, faults);
}

const only = process.env.BIHUAN_ONLY ?? "";
/* Rows of tests that stand beside each other: a page mostly waits, and two cores have room for two. */
const beside = (...rows) => Promise.all(rows.map(async (row) => { for (const test of row) await test(); }));
try {
  const pagesAt = async (size) => {
    const context = await browser.newContext({ viewport: { width: size.width, height: size.height }, locale: "zh-CN", timezoneId: "UTC", deviceScaleFactor: 1, hasTouch: size.phone, isMobile: size.phone });
    const fresh = async (name, hash, texts, act) => {
      const page = await context.newPage();
      await look(page, size, name, hash, texts, act);
      await page.close();
    };
    await fresh("public", "#/public", ["数据销号", "书面销号", "反弹", "PM"]);
    await fresh("public-rank", "#/rank", ["综合指数", "两套规则并排"]);
    await fresh("public-cases", "#/cases", ["台账"]);
    await fresh("login", "#/", ["登录", "账号"]);

    const page = await context.newPage();
    await page.goto(base + "#/login");
    await page.fill("input[name=user]", user);
    await page.fill("input[name=password]", password);
    await page.click("button[type=submit]");
    const entered = await page.waitForFunction(() => location.hash === "#/" && document.querySelector(".overview"), null, { timeout: 15_000 }).then(() => true, () => false);
    report(entered, `${size.name} sign in`);
    await page.close();
    if (!entered) return;

    const ids = await (await context.newPage()).goto(base + "api/v1/sites").then(async (r) => (await r.json()).sites);
    const of = (kind) => ids.find((s) => s.kind === kind && !s.silent)?.id ?? ids.find((s) => s.kind === kind)?.id ?? ids[0].id;
    const json = async (path) => (await context.request.get(base + "api/v1/" + path)).json();
    const cases = (await json("cases?limit=100&ledger=rectification")).cases;
    const plans = (await json("plans")).plans;

    await fresh("overview", "#/", ["现在怎样", "全年能否完成", "谁晚了", "问题线索", "数据销号"], size.phone ? undefined : oneScreen);
    await fresh("command", "#/command", ["现在的线索", "指令", "下达", "签收", "反馈"], async (p) => {
      await p.waitForSelector(".city-map canvas");
      const place = p.locator(".places .place:not([disabled])").first();
      if (!(await place.count())) return;
      await place.click(); // a place's findings are marked, and the page stays
      await p.waitForSelector(".places > li.on");
    });
    await fresh("map", "#/map", ["图层"], (p) => p.waitForSelector("canvas"));
    await fresh("map-time", "#/map", ["现在"], async (p) => {
      await p.waitForSelector("canvas");
      await p.focus(".hour-slider input");
      await p.waitForFunction(() => document.querySelector(".hour-slider input").max !== "48" || !document.querySelector(".hour-slider b").innerText.includes("…"));
      for (let i = 0; i < 3; i++) await p.keyboard.press("ArrowLeft");
      await p.waitForFunction(() => /\d\d:00/.test(document.querySelector(".hour-slider b").innerText), null, { timeout: 8000 });
      for (let i = 0; i < 3; i++) await p.keyboard.press("ArrowRight");
      await p.waitForFunction(() => document.querySelector(".hour-slider b").innerText === "现在");
    });
    await fresh("map-card", `#/map?site=${of("water_outlet")}`, ["打开点位页"]);
    await fresh("sites", "#/sites", ["空气站", "河流断面", /实测回放|模拟/]);
    await fresh("site-air", `#/sites/${of("air")}`, ["空气质量指数", "现在", /实测回放|模拟/], (p) => p.waitForSelector("canvas"));
    await fresh("site-outlet", `#/sites/${of("water_outlet")}`, ["限值", "化学需氧量"], chartHasData);
    for (const kind of ["river", "gas_outlet"]) await fresh(`site-${kind}`, `#/sites/${of(kind)}`, ["最近到达"], chartHasData);
    const daily = ids.find((s) => s.latest.length && s.latest.every((l) => l.period === "day"));
    if (daily) await fresh("site-daily", `#/sites/${daily.id}`, ["这个点位不发送"], chartHasData);
    await fresh("site-table", `#/sites/${of("water_outlet")}`, size.phone ? [] : ["原始报文值", "标记"], async (p) => {
      await p.click("#tab-table");
      await p.waitForSelector("#pane-table table, #pane-table .box");
    });
    await fresh("plans", "#/plans", ["方案与目标"]);
    if (plans[0])
      await fresh("plan", `#/plans/${plans[0].id}`, ["目标", "存疑"], async (p) => {
        const tall = await p.evaluate(() => document.documentElement.scrollHeight - document.querySelector(".page").scrollHeight);
        if (tall > 120) throw new Error(`the page runs on for ${tall} px below its content`);
      });
    for (const [view, words] of [["sheet", ["目标调度", "上年同期", "达到进度"]], ["gap", ["下一节点", "年度计划与实际", "不能判定"]], ["behind", ["落后多少"]], ["emission", ["基准排放量", "构成项目"]], ["register", ["评价规则与版本", "上报"]]])
      await fresh(`targets-${view}`, `#/targets?view=${view}`, words);
    await fresh("targets-year", `#/targets?period=${new Date().getFullYear()}`, ["年度评估表", "本年计划"]);
    await fresh("cases", "#/cases", size.phone ? ["台账"] : ["台账", "编号", "导出"]);
    if (cases[0]) await fresh("case", `#/cases/${cases[0].id}`, [cases[0].number, "整改目标", "办理记录"]);
    const back = cases.find((c) => c.rebounds > 0 && !c.closed);
    if (back) await fresh("case-rebounded", `#/cases/${back.id}`, ["反弹", "数据反弹，重新打开", "佐证材料"], (p) => p.waitForSelector("canvas"));
    const proved = cases.find((c) => c.closed_how === "data");
    if (proved) await fresh("case-watched", `#/cases/${proved.id}`, ["数据销号", "回头看"], (p) => p.waitForSelector("canvas"));
    await lookAtLedgers(fresh, json, size, process.env.BIHUAN_CHANGES === "1");
    // dialogs are opened and left: nothing is sent, so the test may be run against a server in use
    await fresh("dispatch", "#/", [], async (p) => {
      const button = p.locator(".finding-list .do .el-button--primary").first();
      if (!(await button.count())) return;
      await button.click();
      await p.waitForSelector(".el-dialog:visible .el-form-item");
      await p.waitForTimeout(400);
    });
    if (cases[0])
      await fresh("case-action", `#/cases/${cases[0].id}`, [], async (p) => {
        const button = p.locator(".col .row > .el-button--primary").first();
        if (!(await button.count())) return;
        await button.click();
        await p.waitForSelector(".el-dialog:visible");
        await p.locator(".el-dialog:visible .el-dialog__footer .el-button--primary").scrollIntoViewIfNeeded();
        await p.waitForTimeout(400);
      });
    await fresh("devices", "#/devices", ["设备", "拒收", ...(size.phone ? [] : ["缺口", "状态"])]);
    const device = await sendsTime(context);
    await fresh("device", `#/devices/${device.id}`, ["向设备发命令", "数据缺口", "最近的命令", "协议"]);
    await fresh("device-sure", `#/devices/${device.id}`, [], async (p) => {
      if (!device.connected) return;
      await p.locator(".command-form .el-select").first().click();
      await p.locator(".el-select-dropdown__item", { hasText: "1012" }).click();
      await p.click(".command-form button[type=submit]");
      await p.waitForSelector(".el-message-box:visible"); // asked about, and left: nothing is sent
      await p.waitForTimeout(400);
      await p.locator(".el-message-box button", { hasText: "取消" }).click();
      await p.waitForSelector(".el-message-box", { state: "hidden" });
    });
    await fresh("site-device", `#/sites/${device.id}`, [/设备：(已|未)连接 · 缺口 \d/]);
    await fresh("rank", "#/rank?level=station", ["综合指数", "两套规则并排", "生态补偿推演", "元"]);
    await fresh("rank-county", "#/rank", ["空气站"], async (p) => {
      if (!(await p.locator(".index-bars .part").count())) throw new Error("the ranking has no bars");
      await p.waitForSelector("text=PM2.5 标准值 S，µg/m³");
      await p.locator(".data-table tbody a").first().click(); // a figure's place, then its stations: two steps to the records
      await p.waitForSelector('.data-table a[href*="#/sites/"]');
    });
    await fresh("quality", "#/quality?kind=water_outlet", ["数据质量", "传输有效率", "未发送", "未核实"]);
    await fresh("site-review", `#/sites/${of("water_outlet")}`, ["一致性标记", "审核意见", "本月数据到达情况"], async (p) => {
      await p.locator("button", { hasText: /^审核$/ }).click();
      await p.locator(".el-dialog button[type=submit]").click(); // without a reason nothing is sent
      await p.waitForSelector(".el-dialog [role=alert]");
    });
    await fresh("site-grid", `#/sites/${of("water_outlet")}`, ["传输丢失", "未发送"], async (p) => {
      await p.click("#tab-grid");
      await p.waitForSelector(".review-grid i[data-row]");
      await p.focus(".review-grid");
      for (const k of ["ArrowDown", "Shift+ArrowLeft", "Shift+ArrowLeft"]) await p.keyboard.press(k);
      const n = await p.locator(".review-grid i.on").count();
      if (n !== 3) throw new Error(`three periods were chosen, ${n} are marked`);
      await p.keyboard.press("Enter");
      await p.waitForSelector(".el-dialog:visible textarea"); // the review of that span; nothing is sent
    });
    await fresh("about", "#/about", ["规则集", "数据来源与许可", ...(size.phone ? [] : ["条款"])]);
    await fresh("rules", "#/rules?id=HJ633-2026&beside=HJ633-2012", ["规则目录", "HJ633-2012", "断点"]);
    await fresh("rules-words", "#/rules?id=HJ663-2026", ["数据有效性", "年有效天"], async (p) => {
      const raw = (await p.locator(".one th").allInnerTexts()).filter((x) => /[a-z]+_[a-z]+/.test(x));
      if (raw.length) throw new Error(`keys of the definition file: ${raw.join(", ")}`);
    });
    await fresh("missing", "#/no/such/page", ["没有这个页面"]);
    await fresh("english", "#/about", ["Rule sets", "Data sources"], async (p) => {
      await p.click("button.lang");
      await p.waitForTimeout(200);
      await noChinese(p);
    });
    await fresh("english-device", `#/devices/${device.id}`, ["Ask the device", "Recent commands", "Gaps"], noChinese);
    await fresh("english-overview", "#/", ["How is it now", "Will the year be met"], async (p) => {
      await p.waitForTimeout(300);
      await noChinese(p);
      if (!size.phone) await oneScreen(p);
      await p.evaluate(() => localStorage.removeItem("bihuan.lang"));
    });
    if (!size.phone) {
      await fresh("keys", "#/cases", ["快捷键"], (p) => p.keyboard.press("?").then(() => p.waitForTimeout(300)));
      await fresh("escape", "#/cases", [], async (p) => {
        await p.keyboard.press("?");
        await p.waitForSelector(".el-dialog:visible");
        await p.keyboard.press("Escape");
        await p.waitForSelector(".el-dialog", { state: "hidden" });
      });
      await fresh("search", "#/cases", [], async (p) => {
        await p.keyboard.press("/");
        await p.keyboard.type(ids[0].name.slice(0, 2));
        await p.waitForSelector(".search-box li");
      });
      const wall = await context.newPage();
      await wall.setViewportSize({ width: 1920, height: 1080 });
      await look(wall, size, "wall", "?wall#/", ["生态环境总览", "全年能否完成"], async (p) => {
        await oneScreen(p);
      });
      await wall.close();
      for (const [width, height] of [[1366, 768], [1920, 1080]]) {
        const p = await context.newPage();
        await p.setViewportSize({ width, height });
        await look(p, size, `overview-${width}`, "#/", ["现在怎样", "全年能否完成", "谁晚了"], oneScreen);
        await p.close();
      }
      await fresh("receipt", "#/", ["这个数的依据"], async (p) => {
        await p.locator(".rows .mark").first().click();
        await p.waitForSelector(".el-popover:visible dl");
      });
      await fresh("export", `#/sites/${of("water_outlet")}`, [], async (p) => {
        await p.waitForSelector("#pane-chart canvas");
        for (const [button, end] of [["CSV", ".csv"], ["PNG", ".png"]]) {
          const [file] = await Promise.all([p.waitForEvent("download", { timeout: 8000 }), p.locator("#pane-chart .save button", { hasText: button }).click()]);
          if (!file.suggestedFilename().endsWith(end)) throw new Error(`${button} gave ${file.suggestedFilename()}`);
        }
      });
      await fresh("columns", "#/cases", [], async (p) => {
        const heads = () => p.locator(".data-table thead th").count();
        const before = await heads();
        await p.locator(".data-table .tools button", { hasText: "选列" }).click();
        await p.locator(".el-popover:visible .pick", { hasText: "督导单位" }).click();
        await p.reload();
        await settle(p);
        const after = await heads();
        await p.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith("bihuan.columns.")).forEach((k) => localStorage.removeItem(k)));
        if (after !== before + 1) throw new Error(`${before} columns, one more chosen, ${after} after reloading`);
      });
      const cut = await context.newPage();
      await cut.route("**/api/v1/events", (r) => r.abort());
      await cut.goto(base + "#/");
      const told = await cut.waitForSelector(".away", { timeout: 10_000 }).then(() => true, () => false);
      if (every) await cut.screenshot({ path: join(shots, "desk-away.png") });
      await cut.unroute("**/api/v1/events");
      const healed = told && (await cut.waitForSelector(".away", { state: "detached", timeout: 20_000 }).then(() => true, () => false));
      report(told && healed, "desk a lost connection is said and heals by itself", told ? [] : ["no banner"]);
      await cut.close();
    }
    await context.close();
  };
  /* What a role may not do is absent or said: no page of its own may answer it with a refusal. */
  const pagesOf = async (name) => {
    const size = sizes[0];
    const context = await browser.newContext({ viewport: { width: size.width, height: size.height }, locale: "zh-CN", timezoneId: "UTC" });
    const entered = await context.request.post(base + "api/v1/login", { data: { user: name, password } });
    report(entered.ok(), `${name} sign in`, entered.ok() ? [] : [`${entered.status()}`]);
    const cases = (await (await context.request.get(base + "api/v1/cases?limit=100&ledger=rectification")).json()).cases;
    const plan = (await (await context.request.get(base + "api/v1/plans")).json()).plans[0];
    const back = cases.find((c) => c.rebounds > 0) ?? cases[0];
    const waiting = cases.find((c) => c.state === "申请验收" && c.goal_text.includes("连续")) ?? cases[0];
    for (const [page, hash, texts] of [
      ["overview", "#/", ["现在怎样"]],
      ["cases", "#/cases", ["编号"]],
      ["ledgers", "#/ledgers", ["台账", "在办"]],
      ["board", "#/cases/board?ledger=rectification", ["立案"]],
      ["statistics", "#/cases/statistics", ["合计"]],
      ["leader", "#/leader", ["停滞"]],
      ["case-rebounded", `#/cases/${back.id}`, ["销号条件", "办理"]],
      ["case-waiting", `#/cases/${waiting.id}`, ["销号条件", "办理"]],
      ["plan", `#/plans/${plan.id}`, ["目标"]],
      ["targets", "#/targets", ["目标调度", "年初至今"]],
      ["devices", "#/devices", ["设备"]],
    ]) {
      const p = await context.newPage();
      await look(p, size, `${name}-${page}`, hash, texts, async () => {
        const mute = await p.evaluate(() => [...document.querySelectorAll("main .el-button.is-disabled, main button:disabled")].filter((b) => b.getClientRects().length && !b.title && !b.closest("[title]")).map((b) => b.innerText));
        if (mute.length) throw new Error(`dead buttons without a reason: ${mute.join(", ")}`);
      });
      await p.close();
    }
    const device = await sendsTime(context);
    const p = await context.newPage();
    await look(p, size, `${name}-device`, `#/devices/${device.id}`, ["向设备发命令"], async () => {
      const send = p.locator(".command-form button[type=submit]");
      if (name !== "duty") {
        if (!(await send.isDisabled())) throw new Error("a role below duty may send commands");
        await p.waitForSelector("text=只有值班、领导和系统管理员");
      } else if (device.connected) {
        const before = (await p.locator(".command").count()) ? await p.locator(".command").first().getAttribute("data-id") : "";
        await send.click(); // the first choice reads the device's time (1011) and changes nothing there
        await p.waitForFunction((old) => {
          const c = document.querySelector('.command[data-command="get_time"]');
          return c && c.dataset.id !== old && c.dataset.state === "done" && /SystemTime/.test(c.innerText);
        }, before, { timeout: 20_000 });
      } else console.log("# skipped: no device is connected, so none was asked for its time");
    });
    await p.close();
    await context.close();
  };
  const caseTestsAt = (size) => caseTests({ browser, base, password, look, sizes: [size] });
  const writes = process.env.BIHUAN_WRITES;
  const asked = (what) => writes && (!only || only === what);
  if (!only) await beside([() => pagesAt(sizes[0])], [() => pagesAt(sizes[1]), ...roles.map((name) => () => pagesOf(name))]);
  await beside(
    asked("cases") ? sizes.map((size) => () => caseTestsAt(size)) : [],
    [
      ...(asked("plans") ? [() => planTests({ browser, base, password, look, sizes })] : []),
      ...(asked("offline") ? [() => offlineTests({ browser, base, password, report, shots, every, size: sizes[1] })] : []),
    ],
  );
} finally {
  await browser.close();
}
console.log(`1..${n}`);
console.log(`# ${n - bad} passed, ${bad} failed`);
process.exit(bad ? 1 : 0);
