import type { Key } from "@/i18n";
import { mayDispatch, me } from "@/state/session";

export interface NavItem { to: string; key: Key; names: string[]; icon: string }
/* Icons are single paths on a 24 grid, drawn with a line. */
const overview = "M4 13h4v7H4zM10 8h4v12h-4zM16 4h4v16h-4z";
const map = "M9 4 3 6.5v13.5l6-2.5 6 2.5 6-2.5V4l-6 2.5zM9 4v13.5M15 6.5V20";
const sites = "M12 21s7-6.2 7-11.5a7 7 0 1 0-14 0C5 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z";
const plans = "M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h7";
const cases = "M4 5h16v15H4zM8 3v4M16 3v4M8 13l3 3 5-6";
const people = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.4 3.6-7 8-7s8 2.6 8 7";
const rank = "M5 20V10M12 20V4M19 20v-7M3 20h18";
const leader = "M4 20h16M6 16l4-5 3 3 5-7M14 7h4v4";
const command = "M4 10v4h3l7 4V6l-7 4zM17 9a4 4 0 0 1 0 6";
const devices = "M4 6h16v9H4zM9 20h6M12 15v5";

const field = "M12 3a6 6 0 0 1 6 6c0 4.5-6 12-6 12S6 13.5 6 9a6 6 0 0 1 6-6zM9.5 9l2 2 3-3.5";

const all: NavItem[] = [
  { to: "/", key: "nav.overview", names: ["overview"], icon: overview },
  { to: "/map", key: "nav.map", names: ["map"], icon: map },
  { to: "/sites", key: "nav.sites", names: ["sites", "site", "quality"], icon: sites },
  { to: "/rank", key: "nav.rank", names: ["rank", "bulletins", "forecast"], icon: rank },
  { to: "/plans", key: "nav.plans", names: ["plans", "plan", "targets"], icon: plans },
  { to: "/ledgers", key: "nav.cases", names: ["ledgers", "cases", "case", "intake", "board", "calendar", "casemap", "statistics"], icon: cases },
  { to: "/field", key: "fieldwork.nav", names: ["field", "fieldrecord"], icon: field },
  { to: "/public", key: "nav.public", names: ["public", "report"], icon: people },
  { to: "/devices", key: "nav.devices", names: ["devices", "device"], icon: devices },
];
/* Whoever leads has it beside the overview; the others come to it from the ledgers. */
const lead: NavItem = { to: "/leader", key: "leader.nav", names: ["leader"], icon: leader };
/* The duty desk: whoever may send a finding on. */
const desk: NavItem = { to: "/command", key: "command.title", names: ["command"], icon: command };
/* Without signing in: the figures of the ledgers' home need a person, the list shows what is public. */
const visitor = ["/public", "/map", "/sites", "/rank", "/ledgers"];

export function navFor(signedIn: boolean): NavItem[] {
  if (signedIn) return [all[0], ...(me.value.role === "leader" ? [lead] : []), ...(mayDispatch.value ? [desk] : []), ...all.slice(1)];
  return all.filter((n) => visitor.includes(n.to)).map((n) => (n.to === "/ledgers" ? { ...n, to: "/cases" } : n)).sort((a, b) => Number(b.to === "/public") - Number(a.to === "/public"));
}
