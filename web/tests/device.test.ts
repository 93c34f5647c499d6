import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { DeviceCommand, DeviceGap } from "@/api/types";
import { zh } from "@/i18n/zh";
import { argFault, commandOf, commands, dataPairs, defaults, deviceState, filled, gapAnswer, gapArgs, knows, mnTail, outcome, skewText, timeline, type CommandSpec } from "@/lib/device";
import { ms } from "@/lib/time";
import table from "../mock/device-commands.json";

const asked: DeviceCommand = {
  id: 1, command: "get_time", cn: 1011, args: "", by: "duty", state: "done", qn: "20261122133805542", qn_rtn: 1, exe_rtn: 1, tries: 1, uploads: 0,
  data: "SystemTime=20261122133805", asked: "2026-11-22T13:38:05+08:00", sent: "2026-11-22T13:38:05+08:00", ended: "2026-11-22T13:38:08+08:00",
};
const steps = (c: Partial<DeviceCommand>) => timeline({ ...asked, ...c }).map((s) => `${s.id} ${s.is}`);

commands.value = table.commands as CommandSpec[];

describe("the table of commands", () => {
  const program = new URL("../../build/bihuan", import.meta.url).pathname;
  it.skipIf(!existsSync(program))("of the stand-in server is the program's", () => {
    expect(table).toEqual(JSON.parse(execFileSync(program, ["device", "--commands", "--json"], { encoding: "utf8" })));
  });
  it("has a name, a consequence, a group and names of arguments for each", () => {
    for (const c of commands.value) {
      for (const x of [c.text, c.text_en, c.effect, c.effect_en, c.editions[0], ...c.args.flatMap((a) => [a.text, a.text_en])]) expect(x, c.word).toBeTruthy();
      expect(zh).toHaveProperty([`cmd.group.${c.group}`]);
    }
  });
  it("knows which edition has a command", () => {
    expect(knows(commandOf("keep_sample")!, "2017")).toBe(true);
    expect(knows(commandOf("keep_sample")!, "2025")).toBe(false);
    expect(knows(commandOf("get_info")!, "2005")).toBe(false);
    expect(knows(commandOf("get_time")!, "2005")).toBe(true);
  });
});

describe("arguments", () => {
  const arg = (c: string, name: string) => commandOf(c)!.args!.find((a) => a.name === name)!;
  it.each([
    ["set_realtime_interval", "RtdInterval", 30, true], ["set_realtime_interval", "RtdInterval", 29, false], ["set_realtime_interval", "RtdInterval", 30.5, false], ["set_realtime_interval", "RtdInterval", undefined, false],
    ["set_minute_interval", "MinInterval", 10, true], ["set_minute_interval", "MinInterval", 7, false],
    ["set_password", "NewPW", "abc123", true], ["set_password", "NewPW", "abc12", false], ["set_password", "NewPW", "abc;12", false], ["set_password", "NewPW", "密码密码密码", false],
    ["get_time", "PolId", undefined, true], ["get_time", "PolId", "w01018", true], ["get_time", "PolId", "w0", false],
    ["get_hours", "BeginTime", "rubbish", false], ["get_hours", "BeginTime", "2026-11-20T08:00:00", true],
  ] as const)("%s %s=%s", (c, name, v, good) => expect(argFault(arg(c, name), v) === "").toBe(good));
  it("does not end before it begins", () => {
    const end = arg("get_hours", "EndTime");
    expect(argFault(end, "2026-11-20T07:00:00", { BeginTime: "2026-11-20T08:00:00" })).not.toBe("");
    expect(argFault(end, "2026-11-20T08:00:00", { BeginTime: "2026-11-20T08:00:00" })).toBe("");
  });
  it("starts with what the device was seen to do, in China's time", () => {
    const now = ms("2026-11-22T13:38:05+08:00");
    expect(defaults(commandOf("set_realtime_interval")!, { realtime: 300 }, now)).toEqual({ RtdInterval: 300 });
    expect(defaults(commandOf("set_realtime_interval")!, { realtime: 5 }, now)).toEqual({ RtdInterval: 60 });
    expect(defaults(commandOf("set_minute_interval")!, { minute: 600 }, now)).toEqual({ MinInterval: 10 });
    expect(defaults(commandOf("get_hours")!, {}, now)).toEqual({ BeginTime: "2026-11-21T13:00:00", EndTime: "2026-11-22T12:00:00" });
    expect(defaults(commandOf("get_days")!, {}, now)).toEqual({ BeginTime: "2026-11-15T00:00:00", EndTime: "2026-11-21T00:00:00" });
    expect(filled(defaults(commandOf("set_time")!, {}, now))).toEqual({});
    for (const c of commands.value) for (const a of c.args) if (["number", "minutes", "time"].includes(a.type) && a.required && a.name !== "Ctime") expect(argFault(a, defaults(c, {}, now)[a.name]), c.word + a.name).toBe("");
  });
});

describe("a command's exchange", () => {
  it.each<[string, Partial<DeviceCommand>, string[]]>([
    ["waits", { state: "waiting", sent: null, ended: null, qn_rtn: 0, exe_rtn: 0, tries: 0, data: "" }, ["asked done", "sent now", "9011 not", "data not", "9012 not"]],
    ["is sent", { state: "sent", ended: null, qn_rtn: 0, exe_rtn: 0, data: "" }, ["asked done", "sent done", "9011 now", "data not", "9012 not"]],
    ["is answered", { state: "ready", ended: null, exe_rtn: 0, data: "" }, ["asked done", "sent done", "9011 done", "data now", "9012 now"]],
    ["is done", {}, ["asked done", "sent done", "9011 done", "data done", "9012 done"]],
    ["is refused", { state: "refused", qn_rtn: 3, exe_rtn: 0, data: "" }, ["asked done", "sent done", "9011 bad", "data not", "9012 not"]],
    ["has no data", { command: "get_hours", state: "no_data", exe_rtn: 100, data: "" }, ["asked done", "sent done", "9011 done", "data bad", "9012 bad"]],
    ["has no answer", { state: "timeout", qn_rtn: 0, exe_rtn: 0, data: "" }, ["asked done", "sent done", "9011 bad", "data not", "9012 not"]],
    ["has no result", { state: "timeout", exe_rtn: 0, data: "" }, ["asked done", "sent done", "9011 done", "data not", "9012 bad"]],
    ["was never sent", { state: "lost", sent: null, qn_rtn: 0, exe_rtn: 0, data: "", tries: 0 }, ["asked done", "sent bad", "9011 not", "data not", "9012 not"]],
    ["is a notice", { command: "stop_realtime", qn_rtn: 0, exe_rtn: 0, data: "" }, ["asked done", "sent done", "9013 done"]],
  ])("%s", (_name, c, want) => expect(steps(c)).toEqual(want));
  it("ends in a sentence", () => {
    expect(outcome(asked)).toBe("设备已执行，用时3秒。");
    expect(outcome({ ...asked, uploads: 5, ended: asked.asked })).toBe("设备已执行，补来 5 个时段的数据，用时不到 1 秒。");
    expect(outcome({ ...asked, state: "refused", qn_rtn: 3 })).toContain("QnRtn=3 密码错误");
    expect(outcome({ ...asked, state: "failed", exe_rtn: 42 })).toContain("ExeRtn=42。");
    expect(outcome({ ...asked, state: "timeout", qn_rtn: 0, tries: 4 })).toContain("发送 4 次");
  });
  it("reads a data area", () => {
    expect(dataPairs("SystemTime=20261122133805")).toEqual([{ name: "SystemTime", value: "2026-11-22 13:38:05" }]);
    expect(dataPairs("a=1,b=2;c")).toEqual([{ name: "a", value: "1" }, { name: "b", value: "2" }, { name: "c", value: "" }]);
    expect(dataPairs("")).toEqual([]);
  });
});

describe("gaps and state", () => {
  const gap = { period: "hour", from: "2026-11-20T08:00:00+08:00", to: "2026-11-20T12:00:00+08:00", slots: 4 } as DeviceGap;
  it("asks for a gap by its first and last period's start", () => {
    expect(gapArgs(gap)).toEqual({ BeginTime: "2026-11-20T08:00:00", EndTime: "2026-11-20T11:00:00" });
    expect(gapArgs({ ...gap, period: "minute", to: "2026-11-20T08:30:00+08:00", slots: 3 })).toEqual({ BeginTime: "2026-11-20T08:00:00", EndTime: "2026-11-20T08:20:00" });
  });
  it.each([[0, 0, "还没有问"], [1, 0, "没有应答"], [1, 100, "ExeRtn=100 没有数据"], [2, -2, "QnRtn=2 请求被拒绝"], [1, 77, "ExeRtn=77"]])("asked %i, code %i", (n, code, text) => expect(gapAnswer({ asked: n, last_code: code })).toBe(text));
  it("tells the worst first", () => {
    const d = { connected: true, clock_skew_ms: 98, gaps: { open: 0, filled: 2, refused: 0, given_up: 0 }, parts: { open: 0, complete: 3, incomplete: 0 } };
    expect(deviceState(d)).toBe("ok");
    expect(deviceState({ ...d, clock_skew_ms: -95_000 })).toBe("skew");
    expect(deviceState({ ...d, gaps: { ...d.gaps, open: 1 }, clock_skew_ms: -95_000 })).toBe("gaps");
    expect(deviceState({ ...d, parts: { ...d.parts, incomplete: 1 } })).toBe("parts");
    expect(deviceState({ ...d, connected: false })).toBe("away");
    expect(deviceState({ connected: true, clock_skew_ms: null })).toBe("ok");
  });
  it("shortens", () => {
    expect(mnTail("010000B1C11944195A420001")).toBe("…420001");
    expect(mnTail("420001")).toBe("420001");
    expect(skewText(98)).toBe("98 ms");
    expect(skewText(-95_000)).toBe("−2分钟");
    expect(skewText(null)).toBe("—");
  });
});
