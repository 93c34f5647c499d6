/* A day in the field without a line, in Chromium with its network switched off: tasks are taken along, more than twenty records are made on the phone with
 * photos, signatures and places, the browser is restarted in between without a line, and after coming back everything is at the server once, under the
 * hashes of the moment it was made. Then a case that somebody else moved on, a photo that was changed on the phone, and the next user of the phone. */
import { createHash } from "node:crypto";
import { png } from "./cases.mjs";

const visits = 10, opened = 2;
const sm3 = (bytes) => createHash("sm3").update(bytes).digest("hex");
const field = (p, id) => p.locator(`[data-field="${id}"]:visible`).first();
const must = (ok, what) => {
  if (!ok) throw new Error(what);
};
async function until(f, what, seconds = 40) {
  for (let i = 0; i < seconds * 4; i++) {
    if (await f()) return;
    await new Promise((r) => setTimeout(r, 250));
  }
  throw new Error("waited in vain: " + (typeof what === "function" ? await what() : what));
}
async function pick(p, id, text) {
  await field(p, id).locator(".el-select").first().click();
  await p.locator(".el-select-dropdown__item:visible", { hasText: text }).first().click();
}
async function sign(p, id) {
  await field(p, id).locator("button").first().click();
  await field(p, id).locator("canvas").waitFor();
  await p.waitForTimeout(300);
  const box = await field(p, id).locator("canvas").boundingBox();
  await p.mouse.move(box.x + 30, box.y + 60);
  await p.mouse.down();
  for (let i = 0; i < 12; i++) await p.mouse.move(box.x + 30 + i * 18, box.y + 60 + 50 * Math.sin(i + Math.random()));
  await p.mouse.up();
  await field(p, id).locator(".two-buttons button").first().click();
  await field(p, id).locator("img").waitFor();
}
/* The records of the phone, opened with its own key. */
const inside = () => new Promise((done, fail) => {
  const open = indexedDB.open("bihuan.field", 1);
  open.onerror = () => fail(open.error);
  open.onsuccess = () => {
    const db = open.result, all = (part, what) => new Promise((ok) => (db.transaction(part).objectStore(part)[what]().onsuccess = (e) => ok(e.target.result)));
    (async () => {
      const [{ owner, key }] = await all("keys", "getAll");
      const names = await all("records", "getAllKeys"), sealed = await all("records", "getAll");
      const read = async (name, s) => JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: s.iv, additionalData: new TextEncoder().encode("records " + name) }, key, s.data)));
      done({ owner, files: await all("files", "getAllKeys"), records: (await Promise.all(names.map((n, i) => read(n, sealed[i])))).sort((a, b) => a.order - b.order) });
      db.close();
    })().catch(fail);
  };
});

export async function offlineTests({ browser, base, password, report, shots, every, size }) {
  const step = async (name, act) => {
    const why = await act().then(() => [], (e) => [e.stack.split("\n").filter((l, i) => !i || /offline.mjs/.test(l)).slice(0, 4).join(" ")]);
    if (why.length) await shot("failed-" + name.slice(0, 12).replace(/\W+/g, "-")).catch(() => undefined);
    report(!why.length, `field ${name}`, why);
    return !why.length;
  };
  const office = await browser.newContext();
  await office.request.post(base + "api/v1/login", { data: { user: "duty", password } });
  const json = async (path) => (await office.request.get(base + "api/v1/" + path)).json();
  const post = async (path, data, headers = {}) => {
    const r = await office.request.post(base + "api/v1/" + path, { data, headers });
    return { status: r.status(), body: await r.json() };
  };
  const mark = `外勤${Date.now() % 100000}`;
  const day = new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10);
  const cases = [];
  for (let i = 0; i < visits + 2; i++) {
    const r = await post("cases", { ledger: "inspection", fields: { kind: "专项检查", enterprise: "chem", title: `${mark}检查${i}`, problem: "排放口与治理设施", officers: ["督察科 秦川", "值班员 沈岚"], owner: "gov-lingang", supervisor: "bureau", due: day } });
    if (r.status !== 200) throw new Error(`a case for the day: ${JSON.stringify(r.body)}`);
    cases.push(r.body);
  }
  const context = await browser.newContext({ viewport: { width: size.width, height: size.height }, locale: "zh-CN", timezoneId: "Asia/Shanghai", hasTouch: true, isMobile: true, geolocation: { longitude: 120.3826, latitude: 36.0671, accuracy: 12 }, permissions: ["geolocation"] });
  let p = await context.newPage();
  const faults = [];
  const watch = (x) => x.on("pageerror", (e) => faults.push(e.message));
  watch(p);
  const shot = async (name) => (every || (shots && name.startsWith("failed-"))) && p.screenshot({ path: `${shots}/field-${name}.png` });
  const go = async (hash) => {
    await p.evaluate((h) => (location.hash = h), hash);
    await p.waitForTimeout(400);
  };
  const began = Date.now() - 9 * 3600_000;
  let hour = 0;
  const later = async (minutes) => p.clock.setFixedTime(began + (hour += minutes) * 60_000);
  const task = async (c, action) => {
    await go(`#/field/record?case=${c.id}`);
    await p.locator(`[data-step="${action}"]`).click();
    await p.locator("[data-finish]").waitFor();
  };
  const finish = async () => {
    await p.locator("[data-finish]").click();
    await p.waitForURL(/#\/field$/, { timeout: 10_000 });
  };
  const photos = [];
  const shoot = async (id, n) => {
    for (let i = 0; i < n; i++) {
      const bytes = png([photos.length * 7 % 256, 90 + photos.length, 200 - photos.length * 3], 60 + photos.length, 48);
      photos.push(bytes);
      const before = await field(p, id).locator("img").count();
      await field(p, id).locator("input[data-pick]").setInputFiles({ name: `现场${photos.length}.png`, mimeType: "image/png", buffer: bytes });
      await until(async () => (await field(p, id).locator("img").count()) === before + 1, "a photo is shown");
    }
  };
  const visit = async (c) => {
    await task(c, "visit");
    await finish();
  };
  const record = async (c, more = async () => undefined) => {
    await task(c, "record");
    await field(p, "items").locator("button", { hasText: "添加一行" }).click();
    await field(p, "items").locator("tbody input[type=text], tbody textarea").first().fill("治理设施运行");
    await field(p, "items").locator("tbody .el-select").first().click();
    await p.locator(".el-select-dropdown__item:visible", { hasText: /^合格$/ }).click();
    await p.locator(".el-select-dropdown__item:visible").first().waitFor({ state: "detached" }).catch(() => p.keyboard.press("Escape"));
    await pick(p, "result", "未发现违法");
    await shoot("photos", 2);
    await sign(p, "signed");
    await more();
    await finish();
  };

  const ready = await step("takes today's tasks along", async () => {
    await p.goto(base + "#/login");
    await p.locator('input[name="user"]').fill("supervisor");
    await p.locator('input[name="password"]').fill(password);
    await p.locator('button[type="submit"]').click();
    await p.waitForURL(/#\/$/);
    await go("#/field");
    await until(() => p.getByText("页面已存入本机").count(), "the pages are kept");
    await p.locator("button", { hasText: "带上今天的任务" }).click();
    await until(() => p.getByText("重新带一次").count(), () => p.locator(".field").innerText(), 90);
    for (const c of cases) must(await p.getByText(c.number).count(), `${c.number} is not among the tasks`);
    await shot("bag");
  });
  if (!ready) {
    await context.close();
    await office.close();
    return;
  }
  await step("makes records without a line", async () => {
    await context.setOffline(true);
    must(await p.evaluate(() => fetch("api/v1/me").then(() => false, () => true)), "the network is not off");
    await until(() => p.locator("[data-offline]").count(), "it is said to be off line");
    for (let i = 0; i < visits / 2; i++) {
      await later(20);
      await visit(cases[i]);
      await later(25);
      await record(cases[i]);
    }
    await shot("made");
  });
  await step("starts again without a line, with everything", async () => {
    /* half of a record is typed when the browser is closed */
    await task(cases[visits / 2], "visit");
    await until(async () => (await p.evaluate(inside)).records.some((r) => r.state === "draft"), "the half record is kept");
    await p.close();
    p = await context.newPage();
    watch(p);
    await later(10);
    await p.goto(base + "#/field");
    await until(() => p.locator("[data-offline]").count(), "the page opens and says that it is off line");
    const now = await p.evaluate(inside);
    must(now.owner === "supervisor" && now.records.filter((r) => r.state === "waiting").length === visits && now.records.filter((r) => r.state === "draft").length === 1, `records: ${now.records.map((r) => r.state)}`);
    await shot("restarted");
    const draft = p.locator('[data-record="draft"]');
    await draft.locator(".top").click();
    await draft.getByText("继续填写").click();
    await p.locator("[data-finish]").waitFor();
    await finish();
    await go(`#/field/record?case=${cases[0].id}`);
    await p.getByText("许可限值与近 90 天数据").click();
    await until(() => p.locator(".factors").count(), "limits and ninety days without a line");
    await shot("facts");
  });
  await step("goes on until the evening", async () => {
    await later(25);
    await record(cases[visits / 2]);
    for (let i = visits / 2 + 1; i < visits; i++) {
      await later(20);
      await visit(cases[i]);
      await later(25);
      await record(cases[i]);
    }
    for (let i = 0; i < opened; i++) {
      await later(5);
      await go("#/field/record?ledger=complaint");
      await field(p, "problem").waitFor();
      await field(p, "problem").locator("textarea").fill(`${mark}现场反映${i}：夜间异味`);
      await pick(p, "source", "来访");
      await shot("form");
      await finish();
      await go("#/field");
    }
    await later(5);
    await visit(cases[visits]);
    await later(5);
    await visit(cases[visits + 1]);
    await record(cases[visits + 1]);
  });
  let made = [];
  await step("looks after twenty records and more", async () => {
    made = (await p.evaluate(inside)).records;
    must(made.length >= 20 && made.every((r) => r.state === "waiting"), `${made.length} records: ${[...new Set(made.map((r) => r.state))]}`);
    must(made.every((r) => sm3(Buffer.from(r.text)) === r.hash), "a seal is not the SM3 of its words");
    const hashes = new Set(made.flatMap((r) => r.files.map((f) => f.sm3)));
    for (const b of photos) must(hashes.has(sm3(b)), "a photo's hash is not that of its bytes");
    must(made.filter((r) => r.files.length).every((r) => JSON.parse(r.text).place.lon === 120.3826), "a record without its place");
    await shot("evening");
  });
  const last = cases[visits + 1];
  await step("changes a photo on the phone, and somebody else moves a case on", async () => {
    const victim = made.find((r) => r.case?.id === last.id && r.files.length);
    const other = [...png([255, 0, 0], 33, 33)];
    await p.evaluate(async ({ name, other }) => {
      const db = await new Promise((ok) => (indexedDB.open("bihuan.field", 1).onsuccess = (e) => ok(e.target.result)));
      const [{ key, owner }] = await new Promise((ok) => (db.transaction("keys").objectStore("keys").getAll().onsuccess = (e) => ok(e.target.result)));
      const iv = crypto.getRandomValues(new Uint8Array(12)), full = `${owner}/${name}`;
      const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode("files " + full) }, key, Uint8Array.from(other));
      await new Promise((ok) => { const t = db.transaction("files", "readwrite"); t.objectStore("files").put({ iv, data }, full); t.oncomplete = ok; });
      db.close();
    }, { name: victim.files[0].sm3, other });
    const moved = await post(`cases/${cases[visits].id}/actions`, { action: "visit", fields: { visited: `${day}T00:01` } });
    must(moved.status === 200, JSON.stringify(moved.body));
  });
  await step("comes back, and everything is at the server once", async () => {
    await context.setOffline(false);
    const count = async (s) => p.locator(`[data-record="${s}"]`).count();
    await until(async () => (await count("done")) === made.length - 2 && (await count("waiting")) === 0, async () => `done ${await count("done")} of ${made.length}, waiting ${await count("waiting")}, refused ${await p.locator(".why").allInnerTexts()}`, 120);
    await shot("back");
    for (const r of made) {
      if (r.case && (r.case.id === last.id || r.case.id === cases[visits].id)) continue;
      const id = r.case?.id ?? (await json(`cases?ledger=complaint&q=${encodeURIComponent(r.fields.problem)}`)).cases.map((c, _, all) => (all.length === 1 ? c.id : 0))[0];
      const c = await json(`cases/${id}`);
      const its = c.events.filter((e) => e.capture?.hash === r.hash);
      must(its.length === 1, `${c.number}: ${its.length} events of the record ${r.hash.slice(0, 8)}`);
      must(its[0].capture.record === r.text && Date.parse(its[0].capture.at) === Date.parse(r.at), "the words or the time of the moment");
      must(Date.parse(its[0].at) >= Date.parse(its[0].capture.at), "it arrived before it was made");
      const files = (await json(`files?case=${id}`)).files.map((f) => f.hash);
      for (const f of r.files) must(files.filter((h) => h === f.sm3).length === 1, `${c.number}: the file ${f.sm3.slice(0, 8)} is there ${files.filter((h) => h === f.sm3).length} times`);
    }
  });
  await step("shows a conflict side by side and goes on as the person says", async () => {
    const card = p.locator('[data-record="conflict"]');
    await card.locator(".top").waitFor();
    if (!(await card.locator(".sides.both").count())) await card.locator(".top").click();
    await card.locator(".sides.both").waitFor();
    await card.scrollIntoViewIfNeeded();
    await shot("conflict");
    must(/值班员 沈岚|duty/.test(await card.innerText()), "who moved it on");
    /* the step was already taken: it cannot be taken twice, and nothing is lost */
    must(await card.getByText("仍按现场记录办理").isDisabled(), "a step that is not open any more is offered");
    const c = await json(`cases/${cases[visits].id}`);
    must(c.events.filter((e) => e.action === "visit").length === 1 && c.events.every((e) => !e.capture), "the server took it all the same");
  });
  await step("is refused a photo that was changed", async () => {
    const card = p.locator('[data-record="changed"]');
    must((await card.count()) === 1 && /校验值不符/.test(await card.innerText()), `${await card.count()} refused`);
    const c = await json(`cases/${last.id}`);
    must(c.state === "检查" && !c.events.some((e) => e.action === "record"), `the record was taken: ${c.state}`);
    await card.locator(".top").click();
    await card.scrollIntoViewIfNeeded();
    await shot("changed");
  });
  await step("is not readable by the next user of the phone", async () => {
    await p.locator("button.user").click();
    await p.locator(".menu button", { hasText: /退出/ }).click();
    await p.locator(".el-message-box__btns button.el-button--primary").click();
    await p.waitForURL(/#\/login/);
    await p.locator('input[name="user"]').fill("chem");
    await p.locator('input[name="password"]').fill(password);
    await p.locator('button[type="submit"]').click();
    await p.waitForURL(/#\/$/);
    await go("#/field");
    await p.getByText("本机还有 supervisor").waitFor();
    must((await p.locator("[data-record]").count()) === 0, "another's records are shown");
    const left = await p.evaluate(async () => {
      const db = await new Promise((ok) => (indexedDB.open("bihuan.field", 1).onsuccess = (e) => ok(e.target.result)));
      const all = (part, what) => new Promise((ok) => (db.transaction(part).objectStore(part)[what]().onsuccess = (e) => ok(e.target.result)));
      const [{ owner, key }] = await all("keys", "getAll"), [s] = await all("records", "getAll"), [name] = await all("records", "getAllKeys");
      const kept = (await all("kept", "getAllKeys")).filter((k) => k.startsWith("supervisor/")).length;
      const opens = await crypto.subtle.decrypt({ name: "AES-GCM", iv: s.iv, additionalData: new TextEncoder().encode("records " + name) }, key, s.data).then(() => true, () => false);
      return { owner, kept, opens, caches: (await Promise.all((await caches.keys()).map(async (n) => (await (await caches.open(n)).keys()).map((r) => r.url)))).flat().filter((u) => u.includes("/api/")).length };
    });
    must(left.owner === "chem" && left.kept === 0 && !left.opens && left.caches === 0, JSON.stringify(left));
    await shot("next-user");
  });
  report(faults.length === 0, "field without an error of a page", faults.slice(0, 5));
  await context.close();
  await office.close();
}
