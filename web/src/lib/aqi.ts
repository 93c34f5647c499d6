/* The official AQI colours (HJ 633 annex A) and nothing else of our own: used only for AQI. */
export const aqiColours = ["#00E400", "#FFFF00", "#FF7E00", "#FF0000", "#99004C", "#7E0023"] as const;

export function aqiLevel(aqi: number | null | undefined): number | null {
  if (aqi === null || aqi === undefined) return null;
  const i = [50, 100, 150, 200, 300].findIndex((top) => aqi <= top);
  return i < 0 ? 6 : i + 1;
}
export function aqiColour(aqi: number | null | undefined): string {
  const level = aqiLevel(aqi);
  return level === null ? "" : aqiColours[level - 1];
}
/* Black or white, whichever can be read on the colour. */
export function inkOn(colour: string): string {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#111" : "#fff";
}

const items: Record<string, [string, string]> = {
  pm25: ["PM2.5", "µg/m³"], pm10: ["PM10", "µg/m³"], so2: ["SO2", "µg/m³"], no2: ["NO2", "µg/m³"], co: ["CO", "mg/m³"], o3: ["O3", "µg/m³"],
  o3_8h: ["O3-8h", "µg/m³"],
};
const lowered = (s: string) => s.replace(/^(SO|NO|O)(\d)/, (_, a: string, d: string) => a + "₀₁₂₃₄₅₆₇₈₉"[Number(d)]).replace("PM2.5", "PM₂.₅").replace("PM10", "PM₁₀");
export const itemName = (item: string) => lowered(items[item]?.[0] ?? item.toUpperCase());
export const itemUnit = (item: string) => items[item]?.[1] ?? "";
export const itemDecimals = (item: string) => (item === "co" ? 1 : 0);
export const itemOrder = ["pm25", "pm10", "o3_8h", "o3", "no2", "so2", "co"];
export const primaryNames = (p: string | string[] | null | undefined) => (p ? (Array.isArray(p) ? p : [p]) : []).map(itemName).join(" ");

/* The same colour for the same factor everywhere. Muted, so that AQI colours and lights stay the loudest. */
const factorColours: Record<string, string> = {
  a34004: "#8c5a3c", a34002: "#b98b4e", a05024: "#3a78b5", a21004: "#7a5ea8", a21026: "#5d7a34", a21005: "#6b7280",
  w01018: "#0e7c7b", w21003: "#5b6fb5", w21011: "#a3587b", w21001: "#7f7f2f", w01001: "#4f86a8", w01014: "#8a6d3b", w01009: "#2f8fbf",
  w01010: "#c0703a", w01019: "#2d8659", a21002: "#7a5ea8", a34013: "#8c5a3c", a19001: "#3a78b5", w00000: "#64748b", a00000: "#64748b",
};
/* On a dark ground the same hue, lighter by two fifths towards white. */
export function factorColour(code: string, onDark = false): string {
  const c = factorColours[code] ?? "#0e7c7b";
  if (!onDark) return c;
  return "#" + [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16)).map((v) => Math.round(v + (255 - v) * 0.4).toString(16).padStart(2, "0")).join("");
}
/* Item word of an air factor's code. */
export const airItemOf: Record<string, string> = { a34004: "pm25", a34002: "pm10", a21026: "so2", a21004: "no2", a21005: "co", a05024: "o3" };
