/* Forms, uploads, the outbox, history and the public's report in Chromium: these send, so they run only against a server of their own (BIHUAN_WRITES). */
import { deflateSync } from "node:zlib";

function crc(bytes) {
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0);
  }
  return ~c >>> 0;
}
/* A picture of one colour. */
export function png(colour = [14, 124, 123], width = 64, height = 48) {
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.concat(Array.from({ length: width }, () => Buffer.from(colour)))]);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))), chunk("IEND", Buffer.alloc(0))]);
}
const file = (name, colour) => ({ name, mimeType: "image/png", buffer: png(colour) });
const field = (p, id) => p.locator(`[data-field="${id}"]:visible`).first();
async function pick(p, id, text) {
  await field(p, id).locator(".el-select").first().click();
  await p.locator(".el-select-dropdown__item:visible", { hasText: text }).first().click();
}
async function seen(p, selector, what) {
  await p.waitForFunction((s) => [...document.querySelectorAll(s)].some((i) => i.complete && i.naturalWidth > 0), selector, { timeout: 10_000 }).catch(() => {
    throw new Error(`${what}: no picture at ${selector}`);
  });
}

export async function caseTests({ browser, base, password, look, sizes }) {
  for (const size of sizes) {
    const open = (more = {}) => browser.newContext({ viewport: { width: size.width, height: size.height }, locale: "zh-CN", timezoneId: "UTC", hasTouch: size.phone, isMobile: size.phone, geolocation: { longitude: 120.3826, latitude: 36.0671 }, permissions: ["geolocation"], ...more });
    const duty = await open();
    await duty.request.post(base + "api/v1/login", { data: { user: "duty", password } });
    const json = async (path) => (await duty.request.get(base + "api/v1/" + path)).json();
    const { ledgers } = await json("ledgers");
    const step = async (context, name, hash, texts, act) => {
      const p = await context.newPage();
      await look(p, size, name, hash, texts, act);
      await p.close();
    };

    /* every kind of field is asked for by an input of its own */
    const has = { text: "textarea, input", choice: ".el-select, .el-radio-group", unit: ".el-select", user: ".el-select", date: ".el-date-editor", time: ".el-date-editor", number: ".el-input-number", flag: ".el-radio-group", list: ".el-input-tag", goal: ".el-radio-group", site: ".el-select", point: ".shape", area: ".shape", track: ".shape", rows: ".rows", file: "input[type=file]", signature: ".sign", case: ".el-select" };
    const shown = new Set();
    await step(duty, "form-kinds", "#/cases", [], async (p) => {
      await p.locator("button", { hasText: "新建事项" }).first().click();
      await p.waitForSelector(".el-dialog:visible .which");
      for (const id of ["patrol", "permit", "complaint", "inspection", "accountability", "opinion", "credit", "grid"]) {
        const l = ledgers.find((x) => x.id === id);
        if (!l?.may_open) continue;
        await p.waitForFunction(() => ![...document.querySelectorAll(".el-select-dropdown__item")].some((x) => x.checkVisibility())); // the last list is shut
        await p.locator(".el-dialog:visible .which").click();
        await p.locator(".el-select-dropdown__item:visible", { hasText: new RegExp(`^${l.title}$`) }).first().click();
        await p.locator(".el-dialog:visible .which", { hasText: l.title }).waitFor();
        const asked = l.fields.filter((f) => !f.computed);
        await p.waitForFunction((n) => document.querySelectorAll(".el-dialog [data-field]").length === n, asked.length, { timeout: 15_000 });
        for (const f of asked) {
          if (!(await p.locator(`.el-dialog [data-field="${f.id}"]`).locator(has[f.type]).count())) throw new Error(`${id}.${f.id} (${f.type}) has no input`);
          shown.add(f.type);
        }
      }
      const missing = Object.keys(has).filter((k) => !shown.has(k));
      if (missing.length) throw new Error(`no form had: ${missing.join(", ")}`);
      await p.locator(".el-dialog:visible .el-dialog__footer .el-button--primary").click(); // nothing is filled in: every required field says so
      await p.waitForSelector(".el-dialog .el-form-item__error");
    });

    /* rows, typed, pasted and kept over a reload */
    const permit = ledgers.find((l) => l.id === "permit");
    await step(duty, "form-rows-draft", "#/cases", ["已恢复"], async (p) => {
      const begin = async () => {
        await p.locator("button", { hasText: "新建事项" }).first().click();
        await p.locator(".el-dialog:visible .which").click();
        await p.locator(".el-select-dropdown__item:visible", { hasText: permit.title }).first().click();
        await field(p, "limits").waitFor();
      };
      await begin();
      await field(p, "title").locator("input, textarea").first().fill("测试厂区");
      await field(p, "limits").locator("button", { hasText: "添加一行" }).click();
      await field(p, "limits").locator("tbody tr").first().locator("input").first().evaluate((e) => {
        const data = new DataTransfer();
        data.setData("text/plain", "DW001\t化学需氧量\t80\tmg/L\t2026-01-01\t许可证\nDW001\t氨氮\t15\tmg/L\t2026-01-01");
        e.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      });
      await p.waitForFunction(() => document.querySelectorAll('[data-field="limits"] tbody tr').length === 2);
      await p.waitForFunction(() => Object.keys(localStorage).some((k) => k.startsWith("bihuan.draft.") && localStorage[k].includes("氨氮")));
      await p.reload();
      await p.waitForTimeout(800);
      await begin();
      await p.waitForSelector(".restored");
      const n = await field(p, "limits").locator("tbody tr").count();
      if (n !== 2) throw new Error(`${n} rows came back`);
    });

    /* a complaint with a photo and a place, and both on its page */
    let made = null;
    await step(duty, "intake", "#/complaints/new", ["已登记"], async (p) => {
      await field(p, "problem").locator("textarea").fill(`${size.name} 望海路88号饭店油烟直排`);
      await pick(p, "source", "来信");
      await p.locator("button", { hasText: "更多内容" }).click();
      await field(p, "photos").locator("input[type=file]").first().setInputFiles([file("现场一.png", [200, 80, 40]), file("现场二.png", [40, 80, 200])]);
      await p.waitForFunction(() => document.querySelectorAll('[data-field="photos"] li img').length === 2 && !document.querySelector('[data-field="photos"] progress'));
      await seen(p, '[data-field="photos"] li img', "while it is typed");
      await field(p, "place").locator("button", { hasText: "用当前位置" }).click();
      await p.waitForFunction(() => document.querySelector('[data-field="place"] .said')?.textContent.includes("120.38"));
      await p.keyboard.press("Control+Enter");
      await p.waitForSelector(".done");
      made = Number((await p.locator(".done a").getAttribute("href")).split("/").pop());
    });
    if (made)
      await step(duty, "case-photos", `#/cases/${made}`, ["全部内容", "受理告知", "120.38", "办理记录"], async (p) => {
        await p.waitForSelector(".shape canvas");
        await seen(p, ".thumbs img", "on the case");
        await p.locator(".thumbs button").first().click();
        await seen(p, ".viewer img", "in the viewer");
        await p.keyboard.press("Escape");
        await p.waitForSelector(".viewer", { state: "detached" });
      });

    /* without a line what is sent waits, in sight, and goes out once */
    {
      const p = await duty.newPage();
      const mark = `${size.name}断线登记${Date.now() % 100000}`;
      await look(p, size, "outbox", "#/about", [], async () => undefined);
      await p.goto(base + "#/complaints/new");
      await field(p, "problem").waitFor();
      await field(p, "problem").locator("textarea").fill(mark);
      await pick(p, "source", "来访");
      await p.waitForTimeout(900);
      await duty.setOffline(true);
      await p.keyboard.press("Control+Enter");
      const kept = await p.waitForSelector("[data-outbox]", { timeout: 10_000 }).then(() => true, () => false);
      await p.evaluate(() => location.hash = "#/about");
      await p.waitForTimeout(300);
      const still = await p.locator("[data-outbox]").count();
      await duty.setOffline(false);
      const gone = await p.waitForSelector("[data-outbox]", { state: "detached", timeout: 30_000 }).then(() => true, () => false);
      const n = (await json("cases?ledger=complaint&q=" + encodeURIComponent(mark))).cases.length;
      await p.close();
      const q = await duty.newPage();
      await look(q, size, "outbox-sent", "#/about", [], async () => {
        if (!kept || !still || !gone || n !== 1) throw new Error(`kept ${kept}, in sight elsewhere ${still}, sent ${gone}, cases ${n}`);
      });
      await q.close();
    }

    /* history: what stood before an edit is beside it; a past day */
    const all = (await json("cases?ledger=rectification&limit=100")).cases;
    const back = all.find((c) => c.rebounds > 0);
    if (back) {
      await step(duty, "case-history", `#/cases/${back.id}`, ["时限", "办理记录", "许可限值与近90天数据"], async (p) => {
        await p.waitForSelector(".history li.reopen del");
        if (!(await p.locator(".history li.rung").count())) throw new Error("no rung in the history");
        await p.locator(".history .hash").first().click();
        if (!/[0-9a-f]{64}/.test(await p.locator(".history").innerText())) throw new Error("the hash does not open");
      });
      await step(duty, "case-past", `#/cases/${back.id}?at=${back.opened.slice(0, 10)}`, ["终了时的情形"], async (p) => {
        await p.waitForSelector(".then");
        if (await p.locator(".act").count()) throw new Error("a past day offers actions");
      });
    }
    await duty.close();

    /* nobody's login: the plan with its edits, a report with photo and place, followed by its number */
    const anybody = await open();
    await step(anybody, "public-plan", "#/public", ["整改方案公开", "首次公开", "我要举报"], async (p) => {
      const edited = p.locator('.plan li[data-edited="true"] .head').first();
      await edited.waitFor();
      await edited.click();
      await p.waitForSelector(".plan tr.changed ins");
    });
    await step(anybody, "report", "#/public/report", ["已收到", "登记"], async (p) => {
      await field(p, "problem").locator("textarea").fill("河边有人倾倒垃圾");
      await field(p, "photos").locator("input[type=file]").first().setInputFiles([file("垃圾.png", [90, 90, 30])]);
      await seen(p, '[data-field="photos"] li img', "of the report");
      await p.waitForFunction(() => !document.querySelector('[data-field="photos"] progress'));
      await field(p, "place").locator("button", { hasText: "用当前位置" }).click();
      await p.waitForFunction(() => document.querySelector('[data-field="place"] .said')?.textContent.includes("120.38"));
      await p.locator("button.go").click();
      const number = (await p.locator(".done .number").innerText()).split(/\s/)[0];
      await p.locator(".follow input").fill(number.toLowerCase());
      await p.locator(".follow button").click();
      await p.waitForSelector(".state");
    });
    await anybody.close();
  }
}
