/* A long plan checked by hand and by keys in Chromium: hundreds of objects one after the other, what is left, both panes in view. It changes the
 * server, so it runs only against a server of its own (BIHUAN_WRITES). BIHUAN_PLAN names a text to walk instead of the one made here. */
import { readFileSync } from "node:fs";

const streets = ["东山", "西岭", "南塘", "北桥", "临港", "青石", "白沙", "云溪"];
/* Targets, tasks and doubts under headings, so many that neither pane holds them. */
function longPlan() {
  const lines = ["2026年滨海市污染防治攻坚工作方案"];
  streets.forEach((s, i) => {
    lines.push(`${"一二三四五六七八"[i]}、${s}镇`);
    for (let k = 1; k <= 6; k++)
      lines.push(`（${"一二三四五六"[k - 1]}）治理任务。${s}镇第${k}断面总磷浓度不高于0.${k}毫克/升，生活污水治理率达到${60 + k}%以上。${3 + k}月底前，完成${10 * i + k}家企业整治，新建污水管网${k}.5公里，无害化处理率达100%以上。`);
  });
  return lines.join("\n");
}
const progress = (p) => p.locator(".progress .num").first().innerText().then((s) => s.match(/\d+/g).map(Number));
const inView = (p, id, pane) => p.evaluate(([i, s]) => {
  const e = document.querySelector(i)?.getBoundingClientRect(), box = document.querySelector(s).getBoundingClientRect();
  return !!e && e.top >= Math.max(0, box.top) - 1 && e.bottom <= Math.min(innerHeight, box.bottom) + 1;
}, [id, pane]);

const mark = (id) => `[data-ids~="${id.replace("list-", "")}"]`; // several objects may stand in one span of the text

export async function planTests({ browser, base, password, look, sizes }) {
  const text = process.env.BIHUAN_PLAN ? readFileSync(process.env.BIHUAN_PLAN, "utf8") : longPlan();
  for (const size of sizes) {
    const context = await browser.newContext({ viewport: { width: size.width, height: size.height }, locale: "zh-CN", timezoneId: "UTC", hasTouch: size.phone, isMobile: size.phone });
    await context.request.post(base + "api/v1/login", { data: { user: "duty", password } });
    const { id } = await (await context.request.post(base + "api/v1/plans", { data: { title: `逐条核对的长方案（${size.name}）`, text } })).json();
    const states = async () => (await (await context.request.get(`${base}api/v1/plans/${id}`)).json()).items;
    const p = await context.newPage();
    await look(p, size, "plan-long", `#/plans/${id}`, ["已核", "只看待核"], async () => {
      await p.waitForSelector(".objects li[id]");
      const [, all] = await progress(p);
      if (all < 10) throw new Error(`only ${all} targets were read`);
      const seen = [];
      for (let k = 1; k <= 8; k++) {
        const chosen = () => p.evaluate(() => document.querySelector(".objects li.chosen")?.id ?? "");
        const before = await chosen();
        if (!before) {
          if (size.phone) await p.locator(".objects li[id]").first().click({ position: { x: 40, y: 10 } });
          else await p.keyboard.press("j");
          await p.waitForSelector(".objects li.chosen");
        }
        const at = await chosen();
        seen.push(at);
        if (size.phone) await p.locator(`#${at} .el-button--primary`).tap();
        else await p.keyboard.press("y");
        await p.waitForFunction(([n, was]) => document.querySelector(".progress .num")?.textContent?.match(/\d+/)?.[0] === String(n) && document.querySelector(".objects li.chosen")?.id !== was, [k, at], { timeout: 8000 });
        const next = await chosen();
        if (!(await inView(p, `#${next}`, ".objects"))) throw new Error(`${next}, the next object, is out of sight after ${k}`);
        if (!(await inView(p, mark(next), ".text"))) throw new Error(`the text of ${next} is out of sight after ${k}`);
      }
      if (new Set(seen).size !== seen.length) throw new Error(`the same object was shown twice: ${seen}`);
      const done = (await states()).filter((x) => x.state === "confirmed").map((x) => `list-${x.id}`);
      if (seen.some((s) => !done.includes(s))) throw new Error("the server has not what was confirmed");
    });
    await look(p, size, "plan-left", `#/plans/${id}`, ["只看待核"], async () => {
      const rows = () => p.locator(".objects li[id]").count();
      await p.waitForSelector(".objects li[id]");
      const [was, all] = await progress(p);
      if (size.phone) await p.locator(".progress .el-checkbox").tap();
      else await p.keyboard.press("f");
      await p.waitForFunction((n) => document.querySelectorAll(".objects li[id]").length === n, all - was, { timeout: 5000 }).catch(async () => {
        throw new Error(`${await rows()} objects of ${all - was} that nobody has looked at`);
      });
      if (size.phone) return;
      await p.keyboard.press("u"); // the first that is left
      await p.waitForSelector(".objects li.chosen");
      const at = await p.evaluate(() => document.querySelector(".objects li.chosen").id);
      await p.keyboard.press("n");
      await p.locator(".el-dialog:visible textarea, .el-dialog:visible input").first().fill("与上文重复");
      await p.locator(".el-dialog:visible .el-button--primary").click();
      await p.waitForFunction((s) => !document.querySelector(".el-dialog:not([style*='none'])")?.getClientRects().length && document.querySelector(".objects li.chosen")?.id !== s, at);
      const [now] = await progress(p);
      if (now !== was + 1) throw new Error(`${now} decided after a rejection, not ${was + 1}`);
      await p.waitForTimeout(2200); // the page has read the plan again: nothing jumps back
      if ((await progress(p))[0] !== now) throw new Error("the count went back");
    });
    await look(p, size, "plan-tasks", `#/plans/${id}`, ["任务"], async () => {
      await p.waitForSelector(".objects li[id]");
      await p.locator(".el-tabs__item", { hasText: "任务" }).click();
      await p.waitForFunction(() => document.querySelector(".progress .num")?.textContent?.includes("0/"));
      await p.locator(".progress .el-button").click();
      await p.waitForSelector(".objects li.chosen");
      await p.locator(".objects li.chosen .el-button--primary").click();
      await p.waitForFunction(() => /已核 1\//.test(document.querySelector(".progress .num").textContent)); // a task has a state of its own until it is decided
    });
    if (!size.phone)
      await look(p, size, "plan-doubts", `#/plans/${id}`, ["存疑"], async () => {
        await p.waitForSelector(".objects li[id]");
        await p.locator(".el-tabs__item", { hasText: "存疑" }).click();
        await p.waitForSelector(".objects li.doubt .reason");
        const first = p.locator(".objects li.doubt").first();
        await first.click({ position: { x: 200, y: 10 } });
        if (!(await inView(p, mark(await first.getAttribute("id")), ".text"))) throw new Error("the doubtful passage is out of sight");
      });
    await context.close();
  }
}
