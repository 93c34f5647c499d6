/* The pages about ledgers: home, list, board, calendar, map, statistics, a leader's page; and, where the test may change data (a server of its own), a list
 * imported from Excel and an action on many cases. */
import { xlsx } from "./xlsx.mjs";

const text = (p, selector) => p.locator(selector).first().innerText();

async function leaderFits(p) {
  const why = await p.evaluate(() => {
    const bad = [];
    const over = document.documentElement.scrollHeight - innerHeight;
    if (over > 1) bad.push(`the page scrolls by ${over} px`);
    for (const e of document.querySelectorAll(".leader-page .panel, .leader-page .tile")) {
      const r = e.getBoundingClientRect();
      if (r.bottom > innerHeight + 1 || r.right > innerWidth + 1) bad.push(`<${e.className}> ends at ${Math.round(r.right)}, ${Math.round(r.bottom)}`);
    }
    return bad;
  });
  if (why.length) throw new Error(why.join("; "));
}
/* A figure and the list it opens say the same number. */
async function drills(p) {
  const link = p.locator(".statistics-page tbody td:nth-child(2) a").first();
  const n = (await link.innerText()).replace(/,/g, "");
  await link.click();
  await p.waitForSelector(".cases-page .pager");
  const total = await text(p, ".cases-page .pager");
  if (!total.replace(/,/g, "").includes(`共 ${n} 件`)) throw new Error(`the figure was ${n}, its list says ${total}`);
}

export async function lookAtLedgers(fresh, json, size, changes) {
  const defs = (await json("ledgers")).ledgers;
  const units = (await json("city")).units;
  const ledger = "rectification";
  const def = defs.find((l) => l.id === ledger);
  await fresh("ledgers", "#/ledgers", ["台账", ...new Set(defs.map((l) => l.family).filter(Boolean)), "在办", "数据销号"], async (p) => {
    const n = await p.locator(".ledgers .cards > li").count();
    if (n !== defs.length) throw new Error(`${n} ledgers of ${defs.length}`);
    await p.locator(".star").first().click();
    await p.waitForSelector("text=常用");
    await p.locator(".star.on").first().click();
  });
  await fresh("ledger-list", `#/cases?ledger=${ledger}`, size.phone ? [def.title] : [def.title, "编号", "剩余", "导出"]);
  await fresh("ledger-filters", `#/cases?ledger=${ledger}&overdue=1&due_from=2020-01-01&due_to=2099-12-31`, ["清除筛选", "保存为视图"], async (p) => {
    if (size.phone) await p.click(".phone");
    await p.waitForSelector(".second .el-range-editor");
  });
  await fresh("ledger-then", `#/cases?ledger=${ledger}&at=2026-03-01`, ["2026-03-01 当日终了时的情况", "回到现在"], async (p) => {
    if (await p.locator("td.mark").count()) throw new Error("a past day can be acted on");
  });
  await fresh("ledger-board", `#/cases/board?ledger=${ledger}`, [...def.states.slice(0, 2)], async (p) => {
    await p.waitForSelector(".case-card");
    const columns = await p.locator(".board .column").count();
    if (columns !== def.states.length) throw new Error(`${columns} columns for ${def.states.length} states`);
    await p.locator(".case-card .more").first().click();
    await p.waitForSelector(".el-popover:visible a:has-text('打开事项页')");
  });
  await fresh("ledger-calendar", "#/cases/calendar?month=2026-10", ["周一", "周日"], async (p) => {
    await p.waitForSelector(".day .name", { state: "attached" }); // the holidays of October; a phone has no room for their names
    await p.goto(p.url().replace("?month=2026-10", ""));
    const day = p.locator(".day.has").first();
    if (!(await day.count())) return;
    await day.click();
    await p.waitForSelector("aside li a");
    const n = (await text(p, "aside > a")).match(/\d+/)[0];
    await p.locator("aside > a").click();
    await p.waitForSelector(".cases-page .pager");
    const total = await text(p, ".cases-page .pager");
    if (!total.includes(`共 ${n} 件`)) throw new Error(`the day had ${n}, its list says ${total}`);
    await p.goBack();
    await p.waitForSelector(".day");
  });
  await fresh("ledger-map", "#/cases/map", [/图上 \d+ 件/], (p) => p.waitForSelector(".ground canvas"));
  await fresh("ledger-statistics", `#/cases/statistics?ledger=${ledger}`, ["存量与流量", "期末存量", "合计"], async (p) => {
    await p.waitForSelector(".flow canvas");
    const wrong = await p.evaluate(() => [...document.querySelectorAll(".flow tbody tr")].filter((r) => !/\d/.test(r.lastElementChild.innerText)).length);
    if (wrong) throw new Error(`${wrong} rows of the flow without a sum`);
  });
  await fresh("ledger-statistics-drill", `#/cases/statistics?ledger=${ledger}&by=unit`, [], drills);
  await fresh("ledger-statistics-all", "#/cases/statistics", [def.title], (p) => p.waitForSelector(".drawn canvas"));
  await fresh("leader", "#/leader", ["领导视图", "停滞", "书面销号", "数据销号", "反弹"], size.phone ? undefined : leaderFits);
  if (size.phone) return;
  await fresh("ledger-view", `#/cases?ledger=${ledger}&light=green`, [], async (p) => {
    await p.click(".keep");
    await p.fill(".ask input", "我的绿灯");
    await p.click(".ask button[type=submit]");
    await p.reload();
    await p.waitForSelector(".own.on:has-text('我的绿灯')");
    await p.click(".own .off");
    await p.waitForSelector(".own", { state: "detached" });
  });
  await fresh("ledger-export", `#/cases?ledger=${ledger}`, [], async (p) => {
    await p.click(".export");
    const [file] = await Promise.all([p.waitForEvent("download", { timeout: 15_000 }), p.locator(".formats button").first().click()]);
    if (!file.suggestedFilename().endsWith(".xlsx")) throw new Error(`the export gave ${file.suggestedFilename()}`);
  });
  if (!changes) return;

  const mark = "浏览器测试" + Date.now().toString(36);
  const row = (n, due, owner = units[1].name) => ["工业污染", "自查", `${mark}${n}`, "总排口氨氮超标", "稳定达标", "检修曝气系统", owner, units[2].name, due];
  const book = xlsx([["领域", "来源", "问题名称", "问题描述", "清零标准", "清零措施", "责任单位", "督导单位", "清零时限", "备注二"], row(1, "2027-03-31"), row(2, "2027年4月底"), row(3, "尽快"), row(4, "2027-05-31", "没有这个单位")]);
  await fresh("ledger-import", "#/cases?ledger=zero", [], async (p) => {
    await p.locator("button:has-text('导入')").click();
    await p.setInputFiles(".drop input", { name: "清单.xlsx", mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer: book });
    await p.waitForSelector(".faults tbody tr", { timeout: 15_000 });
    const counts = await p.locator(".import .cell b").allInnerTexts();
    if (counts.join() !== "2,0,0,2") throw new Error(`new, changed, unchanged, faulty: ${counts.join()}`);
    const faults = await p.locator(".faults tbody tr").allInnerTexts();
    if (!faults.some((x) => /^4\s+I\s+清零时限/.test(x)) || !faults.some((x) => /^5\s+G\s+责任单位/.test(x))) throw new Error(`faults: ${faults.join(" | ")}`);
    const accept = p.locator(".el-dialog__footer .el-button--primary");
    if (!(await accept.isDisabled())) throw new Error("faulty rows could be accepted without skipping them");
    await p.locator(".import .el-checkbox").click();
    await accept.click();
    await p.waitForSelector(".import .done:has-text('立案 2 件')", { timeout: 15_000 });
  });
  await fresh("ledger-bulk", `#/cases?ledger=zero&q=${encodeURIComponent(mark)}`, [], async (p) => {
    await p.locator("thead .el-checkbox").click();
    await p.locator(".picked .el-button").click();
    await p.waitForSelector(".el-dialog:visible .rows li");
    await p.locator(".el-dialog:visible .which .el-select").click();
    await p.locator(".el-select-dropdown:visible .el-select-dropdown__item", { hasText: "调整领域" }).click();
    await p.locator(".el-dialog:visible .el-form .el-select").first().click();
    await p.locator(".el-select-dropdown:visible .el-select-dropdown__item", { hasText: "大气扬尘" }).click();
    await p.locator(".el-dialog:visible textarea").fill("测试调整");
    await p.locator(".el-dialog__footer .el-button--primary").click();
    await p.waitForSelector("text=办理成功 2 件，未办 0 件", { timeout: 15_000 });
    await p.locator(".el-dialog__footer .el-button").first().click();
    await p.waitForFunction(() => [...document.querySelectorAll(".data-table tbody tr")].filter((r) => r.innerText.includes("大气扬尘")).length === 2, null, { timeout: 10_000 });
  });
}
