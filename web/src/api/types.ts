/* The HTTP API's shapes, as docs/api describes them. */

export type Role = "admin" | "leader" | "duty" | "reviewer" | "supervisor" | "responsible" | "public" | string;
export type Lamp = "green" | "yellow" | "red" | "grey";
export type SiteKind = "air" | "river" | "water_outlet" | "gas_outlet" | "sea" | "groundwater" | "soil" | "drinking";
export type Period = "realtime" | "minute" | "hour" | "day";

export interface Named { id: number; name: string; name_en?: string }
export interface Unit extends Named { code: string; kind?: string }
export interface Region extends Named { code: string; parent: number | string | null }

export interface Me { name: string | null; display?: string; role: Role; unit?: Unit | null; review_level?: number }
export interface City {
  name: string; name_en: string;
  bounds: [number, number, number, number]; centre: [number, number];
  regions: Region[]; units: Unit[];
}

export interface AqiItem { value: number | null; iaqi: number | null }
export interface AqiPoint {
  time: string; aqi: number | null; level: number | null; level_name?: string | null; level_name_en?: string | null;
  colour?: string | null; primary?: string[]; items?: Record<string, AqiItem>; rule?: string; certainty?: string | null; valid: boolean;
  reason?: string | null; reason_en?: string | null; provisional?: boolean;
}
export interface RegionNow extends Named { hour: AqiPoint | null }
export interface CityNow {
  name: string; name_en: string; hour: AqiPoint | null; day: AqiPoint | null; hours: AqiPoint[];
  regions: RegionNow[]; stations: { all: number; reporting: number; silent: number };
  water?: { month: WaterGroup | null; last_month: WaterGroup | null; year: WaterGroup | null };
}
export interface WaterGroup {
  from: string; to: string | null; running: boolean; sections: number; judged: number; counts: number[]; good: number | null; bad: number | null;
  quality: string | null; quality_en?: string | null; colour: string | null; by_mean: boolean; rule: string; certainty?: string | null;
  main: { factor: string; name: string; name_en?: string; multiple: number | null; share: number | null }[];
}
export interface WaterItem {
  factor: string; name: string; name_en?: string; unit: string; value: number | null; class: number | null; class_name: string | null;
  deciding: boolean; over: boolean; multiple: number | null; limit: number | null;
}
export interface WaterFigure {
  from: string; to: string | null; running: boolean; class: number | null; class_name: string | null; class_name_en?: string | null;
  quality: string | null; quality_en?: string | null; colour: string | null; attains: boolean | null; valid: number; due: number;
  limiting?: string; limiting_en?: string; deciding?: string; deciding_en?: string; items?: WaterItem[]; rule?: string; certainty?: string | null;
  reason: string | null; reason_en?: string | null;
}
export interface WaterNow { day: WaterFigure; month: WaterFigure; last_month: WaterFigure; year: WaterFigure }

export interface Latest {
  factor: string; name: string; name_en?: string; value: number | null; digits: string | null; unit: string; decimals?: number;
  time: string | null; period: Period; flag: string; flag_text?: string; valid: boolean; limit: number | null; lower: number | null;
  exceeds: boolean;
}
export interface Factor { code: string; name: string; name_en?: string; unit: string; decimals?: number }
export interface SiteNow {
  id: number; code: string; name: string; name_en?: string; kind: SiteKind; region: Named | null; unit: Unit | null;
  lng: number; lat: number; origin: "replay" | "simulated"; origin_note?: string; origin_note_en?: string;
  last_arrival: string | null; last_data?: string | null; silent: boolean; latest: Latest[]; air: AqiPoint | null; water?: WaterNow | null; target_class?: string | null;
  last_day?: SlotCounts; marks?: number; points?: SamplePoint[] | null; sampled?: { code: string; name: string; name_en: string; unit: string }[];
}
/* A point sampled by hand, over one season or the year. */
export interface SamplePoint {
  season: string; season_en: string; samples: number; grade: number | null; grade_name: string | null; grade_name_en: string | null; over: string | null; attains: boolean | null;
  reason: string | null; reason_en: string | null;
}
export interface BulletinKind { id: string; name: string; name_en: string; period: "year" | "month"; rules: "money" | "versions" | null }
export interface Bulletin {
  id: string; period: string; known: string; command: string; title: string; subtitle: string | null; footer: string | null;
  parts: { kind: "heading" | "text" | "table"; text?: string; columns?: string[]; rows?: string[][] }[];
  figures: { money?: { choices: { id: string; title: string; title_en: string }[] } };
}
/* What became of the periods the calendar expects (docs/missing.md). */
export type SlotKind = "valid" | "invalid" | "excepted" | "lost" | "not_sent";
export type SlotCounts = { expected: number } & Record<SlotKind, number>;
export interface Mark {
  check: string; title: string; title_en: string; factor: string; period: Period; time: string; count: number; text: string; text_en: string; certainty: string;
}
export interface Marks { site: number; checks: { id: string; title: string; title_en: string; source: string; clause: string; certainty: string }[]; marks: Mark[] }
export interface Review {
  id: number; site: Named; factor: string; kind: string; from: string; to: string; reason: string; reference: string; by: string; level: number; given: string;
  withdrawn: { at: string; by: string; reason: string } | null;
}
export interface Tiers { id: string; title: string; title_en: string; source: string; clause: string; certainty: string; decides: number; levels: { level: number; title: string; title_en: string }[] }
export interface Reviews { reviews: Review[]; tiers: Tiers | null; my_level: number }
export interface ReviewSide {
  days: { day: string; site: { aqi: number; level: number; primary: string[] } | null; city: { aqi: number; level: number; primary: string[] } | null }[];
  months: { month: string; means: { factor: string; name: string; name_en: string; unit: string; value: number | null; of: number }[]; quality: QualitySite }[];
}
export interface ReviewMoves { before: ReviewSide; after: ReviewSide }
export interface RateRule { id: string; title: string; title_en: string; pass: number | null; clause: string; clause_en: string; certainty: string }
export interface Rated { counts: SlotCounts; rates: { id: string; over: number; under: number; value: number | null; passes: boolean | null }[] }
export interface QualitySite extends Rated {
  site: Named; kind: SiteKind; unit: Unit | null; period: "hour" | "day"; rules: string | null; qc_passed: number; qc_failed: number;
  factors?: ({ factor: string; name: string; name_en: string } & Rated)[];
}
export interface Quality { from: string; to: string; known: string; rules: { id: string; title: string; title_en: string; source: string; rates: RateRule[] }[]; sites: QualitySite[] }
export interface LoadPart { of: string; kg: number | null; kg_substituted: number | null; kg_with: number | null; missing: number; filled: number }
export interface LoadFactor extends Omit<LoadPart, "of"> {
  factor: string; name: string; name_en: string; kg_replaced: number | null; no_row: number; no_history: number; kg_invalid: number;
  by_total: number; by_flow: number; without: number; counts: SlotCounts; parts?: LoadPart[];
}
export interface Load {
  site: number; from: string; to: string; period: "hour" | "day"; rule: string; rule_en: string; factors: LoadFactor[];
  substitution: { id: string; title: string; title_en: string; source: string; clause: string; certainty: string; every: "hour" | "day" } | null;
}
export interface SiteLimit { factor: string; upper: number | null; lower: number | null; basis: string; from?: string | null; to?: string | null }
export interface SitePage extends SiteNow { limits: SiteLimit[]; factors: Factor[]; cases: CaseSummary[] }

export type SeriesPoint = [time: number, value: number | null, flag: string, digits?: string | null, kind?: SlotKind];
export interface Series {
  site: number; factor: Factor; period: Period; from: string; to: string;
  limit: { upper: number | null; lower: number | null; basis?: string } | null; points: SeriesPoint[]; missing: number; counts?: SlotCounts;
}
export interface AqiSeries { site: number; period: "hour" | "day"; points: AqiPoint[] }
export interface AirYearItem {
  item: string; mean: number | null; percentile: { p: number; value: number | null } | null; valid_days: number; hours?: SlotCounts;
  limit_mean: number | null; limit_percentile: number | null; attains: boolean | null; reason?: string | null; reason_en?: string | null;
}
export interface AirYear {
  site: number; year: number; rule: string; certainty?: string | null; items: AirYearItem[];
  good_days: { good: number; valid: number; ratio: number | null }; heavy_days: number;
  days: { date: string; aqi: number | null; level: number | null; primary?: string | string[] | null }[];
}

export interface UnitCount { unit: Unit | string | null; open: number; overdue: number; rebounded: number }
export interface Counts {
  open: number; overdue: number; closed: number; closed_by_data: number; closed_on_paper: number; rebounded: number;
  lights: { green: number; yellow: number; red: number; grey?: number }; units: UnitCount[];
}

export type TargetState = "read" | "confirmed" | "rejected" | "doubt" | "note" | "task" | "unit";
export interface Target {
  id: number; plan: number; state: TargetState; kind: "target" | "task" | "note" | "doubt" | "unit"; quote: string; indicator?: string | null;
  region?: string | null; op?: string | null; value?: number | null; value2?: number | null; unit?: string | null;
  baseline?: string | number | null; modality?: "must" | "stretch" | null; by?: string | null; start: number; end: number;
  verb?: string | null; object?: string | null; units?: string[] | null; role?: string | null; problem?: string | null; goal?: string | null;
  measures?: string | null; supervisor?: string | null; number?: string | null; case?: number | null; parts?: Parts | null;
  bound?: string | null; owner?: string | null; reason?: string | null; confirmed_by?: string | null; confirmed_at?: string | null;
  path?: string[] | null; divided_from?: number | null; warning?: string | null; pace?: Pace | null;
}
export interface Part { region: string; value: number; weight?: number; owner?: string; target?: number }
export interface Parts { how: "sum" | "mean"; list: Part[]; total: number; difference: number; adds_up: boolean; confirmed?: boolean }
export interface Comparison {
  title: string; characters: number; copied: number; spans: { start: number; end: number; there: number }[]; copied_items: number[]; items: number;
  targets: { ours?: number; theirs?: number }[];
}
export interface Progress {
  bound: boolean; value?: number | null; unit?: string | null; as_of?: string | null;
  title?: string; title_en?: string; days?: { valid: number; elapsed: number; year: number; left?: number } | null; gap?: number | null; remaining_mean?: number | null;
  allowed_bad_days?: number | null; light?: Lamp; verdict?: "on_track" | "behind" | "impossible" | "met" | "cannot_judge";
  odds?: { met: number; years: number; from: number; to: number; brier: number; text: string; text_en: string } | null; certainty?: string;
  indicator?: string; text?: string; text_en?: string; receipt?: Record<string, unknown> | null; reason?: string | null;
  /* where no instrument measures: what people reported, or what verified projects cut (t) */
  reported?: { value: number; unit: string; on: string; case: number; number: string; source: string; method: string; by: string };
  emission?: {
    base_year: number; base: number; cut: number; added: number; net: number; wanted: number; short: number; waiting: number; case: number; number: string; source: string;
    projects: { case: number; number: string; title: string; cut: number; closed: string }[];
  };
}
export interface PacePoint { by: string; value: number; what?: string }
export interface Pace { kind: "linear" | "months" | "points"; points: PacePoint[] }
/* A row of the sheet of a month or a year: GET /situation. value: what this year asks; final: what the target asks in the end. */
export interface SituationRow {
  id: number; plan: number; kind: "target" | "task"; indicator: string | null; region?: string | null; op?: string | null; value: number | null; final: number | null; value2?: number | null;
  unit: string; by: string; baseline?: string | null; modality?: string | null; owner?: string | null; quote?: string | null; warning?: string | null; progress: Progress;
  how: "measured" | "reported" | "ledger" | "none"; rule: string; month: number | null; month_last_year: number | null; last_year: number | null; behind: boolean;
  pace: (Pace & { wanted: number | null; short: number | null; behind: boolean | null; text: string; text_en: string; next?: PacePoint }) | null;
  years?: { year: number; wanted: number; value: number | null; verdict: string }[];
  reason?: { text: string; measures: string; by: string; at: string }; supervised?: number[]; case?: number | null;
}
export interface Situation {
  period: string; from: string; to: string; rows: SituationRow[];
  summary: Record<"targets" | "met" | "on_track" | "behind" | "impossible" | "cannot_judge" | "measured" | "reported" | "ledger" | "none", number>;
}
export interface TargetProgress extends Target { progress: Progress | null }
export interface PlanSummary {
  id: number; title: string; created: string; targets: { read: number; confirmed: number; rejected: number }; doubts: number;
}
export interface Plan extends PlanSummary { text: string; items: Target[] }

export interface Goal {
  text: string; indicator?: string; site?: number; factor?: string; op?: string; value?: number | null; lower?: number | null;
  unit?: string; window?: number; period?: "hour" | "day";
}
export interface Finding {
  id: number; key: string; rule: string; severity: "high" | "medium" | "low"; state: "open" | "case" | "dismissed" | "over";
  site: Named | null; factor: string; title: string; title_en?: string; from: string; to: string; over: boolean;
  facts: Record<string, unknown> & { goal?: Goal }; case: number | null;
  /* where a case of it goes, and by when somebody has to say what becomes of it */
  ledger?: string; ledger_title?: string | null; ledger_title_en?: string | null; found?: string; react_by?: string; react_late?: boolean; opens_at?: string | null;
}

export interface CaseSite extends Named { lng?: number; lat?: number }
export interface CaseSummary {
  id: number; number: string; ledger: string; title: string; state: string; state_en?: string; light: Lamp; light_reason?: string;
  light_reason_en?: string; owner: Unit | null; supervisor?: Unit | null; opened: string; due: string | null; days_left: number | null;
  closed: string | null; closed_how: "data" | "paper" | null; rebounds: number; site: CaseSite | null; problem?: string;
  goal_text?: string;
  /* of the fields that were asked for by name */
  fields?: Record<string, unknown>;
}
export interface Need {
  secret?: boolean; // kept sealed; shown as ●●●●
  id: string; label: string; label_en?: string; type: string; choices?: string[]; required?: boolean; differs_from?: string | null;
  required_when?: { field: string; is: (string | number | boolean)[] }; hint?: string; hint_en?: string; unit?: string; decimals?: number;
  min?: number; max?: number; most?: number; ledger?: string; kinds?: string[]; computed?: boolean; columns?: Need[]; colours?: Record<string, string>; records?: Record<string, string | string[]>; default?: unknown;
}
export interface CaseAction {
  id: string; label: string; label_en?: string; allowed: boolean; why_not?: string | null; why_not_en?: string | null; needs?: Need[];
  who?: string; who_en?: string;
}
export interface CaseEvent {
  seq: number; at: string; actor: string; actor_display?: string | null; action: string; label?: string; label_en?: string;
  from?: string | null; to?: string | null; fields?: Record<string, unknown> | null; text?: string | null; text_en?: string | null; hash?: string | null;
  set?: Record<string, unknown>; children?: number[];
  /* made in the field: when and where by the record itself; `at` above is when it arrived */
  capture?: { at: string; hash: string; place: { lon: number; lat: number; accuracy?: number } | null; record: string };
}
export interface Gate {
  verdict: "met" | "not_met" | "cannot_judge"; have: number; need: number; text?: string; text_en?: string;
  last_broken?: string | null; last_value?: number | null; missing?: number; invalid?: number;
}
export interface CaseClock {
  id: string; label: string; label_en?: string; from: string | null; deadline: string | null; days_left: number | null; counts: "calendar" | "workdays"; light: Lamp;
  paused_days: number; extended_days: number; paused: boolean; stopped: string | null; why: string; why_en?: string; source: string | null; certainty: string | null;
}
export interface CaseRef { id: number; number: string; ledger: string; title?: string | null; state: string }
export interface CaseSource { number: string; ledger: string; source?: string; case: number; limits?: Record<string, unknown> }
export interface Case extends CaseSummary {
  fields?: Record<string, unknown>; goal?: Goal | null; gate?: Gate | null; watch?: { until: string; text?: string; text_en?: string; blind_since?: string | null; blind_why?: string | null; blind_why_en?: string | null } | null;
  actions?: CaseAction[]; events?: CaseEvent[]; definition?: string; definition_hash?: string; clocks?: CaseClock[] | null; misses?: number;
  missed?: { period: string; due: string }[] | null; sources?: CaseSource[] | null; merged_into?: { id: number; number: string } | null;
  parent?: CaseRef | null; children?: { n: number; closed: number } | null; progress?: number | null;
}
export interface CaseTreeNode extends CaseSummary {
  progress: number; copied?: number; flags?: { flag: string; text: string; text_en?: string }[]; children: CaseTreeNode[];
}
export interface Repeat { id: number; number: string; title: string; state: string; opened: string; score: number; words: number; metres: number | null; reasons: { zh: string; en: string }[] }
export interface Repeats { compared: number; repeats: Repeat[] }
export interface Attachment {
  id: number; name: string; type: string; mime: string; hash: string; uploader: string; field: string | null; size: number; width: number; height: number;
  picture: boolean; taken: string | null; lng: number | null; lat: number | null; created: string; case: number | null;
}
export interface Suspicion {
  id: number; kind: string; state: "open" | "dismissed" | "confirmed"; ledger: string; text: string; text_en: string; weight: number; found: string;
  decided: string | null; by: string | null; reason: string | null; cases: { id: number; number: string }[]; files: number[]; unit: Unit | string | null;
}
export interface Person { name: string; display: string; role: Role; unit: string | null }
export interface PublishedCase extends CaseSummary {
  fields: Record<string, unknown>; first: Record<string, unknown>;
  changes: { seq: number; at: string; action: string; label: string | null; label_en: string | null; hash: string; fields: Record<string, unknown> }[];
}
export interface LedgerField extends Need { required: boolean }
export interface LedgerDefinition {
  id: string; title: string; title_en?: string; about?: string | null; family?: string | null; fields: LedgerField[]; states: string[]; states_en?: string[]; closed: string;
  actions: { id: string; label: string; label_en?: string; from: string[]; to: string | null; by: string[]; needs?: Need[] }[];
  draw?: { fills: string[] } | null; deal?: { field: string; per: number } | null; intake?: string[];
  forms?: { id: string; label: string; label_en?: string }[]; clocks?: { id: string; label: string; label_en?: string }[];
}
export interface Draw {
  ledger: string; seed: string; dry: boolean; input_hash: string; event?: string;
  tiers: { tier: string; objects: number; drawn: number; rate: number; realised: number; tolerance: number; within: boolean }[];
  drawn: { code: string; tier: string; officers: string[]; case?: number }[];
  left_out?: DrawExcepted[]; kept?: DrawExcepted[];
}
export interface PermitAmounts {
  year: number; from: string; to: string;
  items: {
    item: string; permitted: number | null; permitted_from: string | null; outlets: number; measured: number | null; with: number | null; expected: number; valid: number;
    missing: number; filled: number; reported: number | null; verdict: "under" | "near" | "over" | "cannot"; passed_on: string | null; passes_on: string | null; projected: number | null;
    reports: { case: number; number: string; title: string; state: string; due: string; amount: number | null }[];
  }[];
}
export interface DrawExcepted { code: string; tier: string; by: string; named: string[] }
export interface Deal {
  ledger: string; dry?: boolean; per: number; left: number; complete: boolean;
  people: { name: string; display: string; held: number; given: { id: number; number: string; title: string }[] }[];
}
export interface Overlay {
  dry: boolean; zones: number; spots: number; outside: number; invalid: string[];
  hits: { spot: string; name: string; source: string; zone: string; m2: number; at: number[]; case: number | null; known: boolean }[];
}
export interface Overview {
  now: string; city: CityNow; targets: TargetProgress[]; counts: Counts; late: CaseSummary[]; findings: Finding[];
  outlets: { all: number; exceeding: number; silent: number }; rivers: { all: number; silent: number; exceeding: number };
}
export interface PublicPage { city: CityNow; counts: Counts; cases: CaseSummary[] }
export interface Device {
  mn: string; site: Named | null; edition: string; crc?: unknown; connected: boolean; last_arrival: string | null; frames: number;
  repeats: number; refused: Record<string, number>; clock_skew_ms: number | null;
  habits?: { st?: string; answers_wanted?: boolean; answers_requests?: boolean | null; interval_s?: Partial<Record<Period, number>> };
  throttled?: number; parts?: { open: number; complete: number; incomplete: number };
  gaps?: { open: number; filled: number; refused: number; given_up: number }; commands?: number;
}
export interface DeviceCommand {
  id: number; command: string; cn: number; args: string; by: string; qn: string; qn_rtn: number; exe_rtn: number; tries: number; uploads: number;
  state: "waiting" | "sent" | "ready" | "done" | "refused" | "failed" | "no_data" | "timeout" | "lost" | "not_sent"; data: string; why?: string; why_code?: string;
  asked: string; sent: string | null; ended: string | null;
}
export interface DeviceGap {
  state: "open" | "filled" | "refused" | "given_up"; period: "hour" | "day" | "minute"; from: string; to: string; slots: number; came: number;
  asked: number; failures: number; last_code: number; opened: string; last_asked: string | null; ended: string | null;
}
export interface Registration {
  edition: string; st: string[]; greet: boolean; over_time: number; re_count: number; rtd_interval: number; min_interval: number; decided: { by: string; at: string } | null;
}
export interface DeviceNote { cn: number; text: string; text_en: string; time: string; arrival: string; data: string }
export interface DevicePage extends Device {
  registration: Registration; notes: DeviceNote[];
  last_commands: DeviceCommand[]; gap_list: DeviceGap[]; incomplete: { cn: number; time: string; pnum: number; have: number[]; late: boolean }[];
}
export interface UnknownDevice { mn: string; first?: string; seen: string; frames: number }
export interface Devices {
  devices: Device[]; refused: { reason: string; frames: number }[]; unknown: UnknownDevice[]; ignored: { mn: string; by: string; at: string }[];
}
export interface ForwardTarget {
  name: string; address: string; line: string; waiting: number; waiting_bytes: number; oldest: string | null; in_flight: number;
  queued: number; delivered: number; dropped: number; sent: number; resent: number; acknowledged: number; last_acknowledged: string | null;
  held_devices: number; refused_requests: number; when_full: string; full: boolean; trouble: string; error: string; error_at: string | null;
}
export interface About {
  version: string; data: { what: string; what_en?: string; source: string; licence: string; url: string }[];
  rules: { id: string; kind?: string; title: string; title_en?: string; from: string | null; to: string | null; source: string; clause?: string; certainty: string; practice?: boolean }[];
  clock: { now: string; test: boolean };
}
export interface RuleSet {
  id: string; kind: string; title: string; title_en?: string; from: string | null; to: string | null; source: string; clause: string; certainty: string;
  practice: boolean; file: string; sm3: string; tests: number; held: boolean; clauses: { clause: string; tests: number }[]; failed?: string | null; figures?: Record<string, unknown>; vectors?: unknown[];
}
export interface Health { ok: boolean; store: string; message: string; records: number; forward?: string; forward_message?: string; uptime_s: number }

/* HJ 212-2025 */
export interface Encryption {
  seen: "none" | "raw" | "printed" | null; clear_uploads: number; must: boolean; test_device: boolean; device_says: string | null;
  key: { created: string; days: number; due_after_days: number; due: boolean; handed_out: string | null; previous_taken: boolean } | null;
}
export interface Join {
  id: number; state: "asked" | "sent" | "done" | "failed"; mn: string; logger: string; cpu: string; mac: string[]; connected: boolean;
  first: string; seen: string; frames: number; site: Named | null; by: string; qn_rtn: number; exe_rtn: number;
}
export interface Device { resent?: number; encryption?: Encryption }
export interface DevicePage {
  logger: { logger: string; cpu: string; mac: string[]; by: string; at: string } | null;
  resent_list: { period: Period; time: string; arrival: string }[];
}
export interface Devices { joins?: Join[] }

export interface RuleHead { id: string; title: string; title_en: string; source: string; clause: string; certainty: string; practice: boolean; from: string | null; to: string | null }
export interface DayCounts { days: number; valid: number; good: number; heavy: number; ratio: number | null }
export interface RankRow {
  id: number; code: string; name: string; name_en: string; stations: number; rank: number | null; from_end: number | null; index: number | null;
  largest: string | null; last_index: number | null; change: number | null; move: number | null; other_index: number | null; other_rank: number | null;
  deducted_index: number | null; deducted_days: number; good_days: DayCounts; other_good_days: DayCounts; last_good_ratio: number | null;
  items: Record<string, { value: number | null; last: number | null; single: number | null; valid_days: number }>; reason: string | null; reason_en: string | null;
}
export interface Ranking {
  from: string; to: string; running: boolean; level: "county" | "station"; rules: RuleHead; other: RuleHead | null; index_rules: string; other_index_rules: string | null;
  differences: { what: string; what_en?: string; other: string; used: string; clause: string }[]; choices: RuleHead[]; rows: RankRow[]; city: RankRow;
}
export interface MoneyLine { name: string; name_en: string; state: "counted" | "no_data" | "refused"; now: number | null; last: number | null; amount: number | null; text: string; text_en: string; certainty: string | null }
export interface MoneyPlace { id: number; code: string; name: string; name_en: string; score: number | null; factor: number; total: number | null; counted: number; refused: number; no_data: number; lines: MoneyLine[] }
export interface MoneyRule extends RuleHead { scheme: string; period: string; payer: string; payer_en: string; in_force: boolean; places?: MoneyPlace[] }
export interface Compensation { from: string; to: string; running: boolean; choices: MoneyRule[]; rules: MoneyRule[] }

/* Lists of the ledgers (GET /cases with all its filters, statistics, flow, a leader's page, imports) */
export interface FieldDefinition extends Need {
  unit?: string; decimals?: number; computed?: boolean; columns?: FieldDefinition[];
}
export interface LedgerField extends FieldDefinition { required: boolean }
export interface LedgerView { id: string; label: string; label_en?: string; filter: Record<string, unknown> | null; order?: string | null }
export interface LedgerDefinition {
  about?: string | null; family?: string | null; open_by?: string[]; may_open?: boolean; why_not_open?: string | null; why_not_open_en?: string | null;
  columns?: string[]; views?: LedgerView[]; group?: string | null; children?: string[]; score?: boolean; tables?: number;
}
export interface CrossField { field: string; label: string; label_en?: string; type: string; unit?: string | null }
export interface CrossCell { n: number; added?: number }
export interface CrossTable {
  id: string; label: string; label_en?: string; of_year: boolean; rows: CrossField; columns: CrossField; add: CrossField | null; cases: number; left_out: number;
  heads: string[]; lines: { key: string; unit: Unit | null; cells: CrossCell[]; sum: CrossCell }[];
}
export interface CrossTables { ledger: string; year: number; tables: CrossTable[] }
export interface ScoreShare { id: string; share: number | null; judged?: number; why?: string }
export interface ScoreUnit { unit: Unit; cases: number; waiting: number; points: number | null; grade: string | null; grade_en: string | null; items: ScoreShare[] }
export interface Score {
  ledger: string; from: string; to: string; items: { id: string; label: string; label_en?: string; points: number }[]; grades: [number, string, string][];
  units: ScoreUnit[]; cases?: (CaseSummary & { points: number | null; grade: string | null; grade_en: string | null; items: ScoreShare[] })[];
}
export interface CaseList { total: number; total_is_at_least?: boolean; cases: CaseSummary[] }
export interface CaseSum {
  all: number; open: number; overdue: number; closed: number; closed_by_data: number; closed_on_paper: number; rebounded: number;
  red: number; yellow: number; green: number; grey: number;
}
/* with, added: only when a field is added up; a flag is 1 or 0 */
export interface Added { with?: number; added?: number }
export interface StatRow extends CaseSum, Added { key: string; unit?: Unit | null }
export type StatBy = "ledger" | "state" | "light" | "unit" | "supervisor" | "group" | "month" | "closed" | "due" | "due_day";
export interface Statistics { by: StatBy; sum: CaseSum & Added; rows: StatRow[] }
export interface FlowMonth { month: string; begin: number; in: number; out: number; end: number }
export interface Flow { ledger: string; from: string; to: string; months: FlowMonth[]; groups: { group: string; months: FlowMonth[] }[] }
export interface Leader {
  quiet: number; overdue: CaseSummary[]; stuck: (CaseSummary & { quiet_days: number })[]; rebounded: CaseSummary[];
  units: (CaseSum & { unit: Unit })[];
}
export interface Workdays { from: string; to: string; days: { date: string; kind: "off" | "work"; name: string }[]; missing: number[] }
export interface BulkResult { id: number; ok: boolean; refused: { error?: { code: string; message: string; message_en?: string } } | null }
export interface ImportFault { row: number; column: string | null; heading: string | null; field: string | null; code: string; message: string; message_en: string }
export interface ImportSample { row: number; what: "new" | "changed"; case: number; number: string | null; fields: Record<string, unknown>; was: Record<string, unknown> | null }
export interface ImportPreview {
  id: number; ledger: string; name: string; state: "open" | "accepted" | "expired"; created: string; expires: string; sheet: number; heading_row: number;
  columns: { column: string; heading: string; means: "field" | "number" | "shown" | "unknown"; field: string | null; label: string | null; label_en: string | null }[];
  counts: { rows: number; new: number; changed: number; unchanged: number; faulty: number };
  faults_total: number; faults: ImportFault[]; sample: ImportSample[];
}
export interface ImportDone { id: number; opened: number; changed: number; unchanged: number; skipped: number }

export interface Notice {
  id: number; kind: string; number: string; title: string; title_en: string; text: string; text_en: string; case: number | null;
  created: string; read: string | null;
}
export interface Notices { notices: Notice[]; total: number; unread: number }
export type NoticeChannel = "email" | "webhook" | "command";
export interface NoticePreferences {
  email: string; webhook: string; command: string; quiet: { from: string; to: string } | null; offered: NoticeChannel[];
  off: Partial<Record<NoticeChannel, string[]>>; kinds: string[];
}
export interface Delivery {
  id: number; notice: number; kind: string; number: string; to: string | null; channel: NoticeChannel; address: string;
  state: "queued" | "failed" | "sent" | "given_up"; tries: number; next: string | null; error: string; created: string; updated: string;
}
