/* The city on a canvas from the server's own GeoJSON: no tiles, no network. Labels carry the AQI; a case puts a ring with its light around
 * its site, and the shape of the ring's badge says the light a second time. */
import { defaults as controls } from "ol/control/defaults";
import ScaleLine from "ol/control/ScaleLine";
import Feature, { type FeatureLike } from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import LineString from "ol/geom/LineString";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import Map from "ol/Map";
import { fromLonLat, transformExtent } from "ol/proj";
import VectorSource from "ol/source/Vector";
import { Circle, Fill, RegularShape, Stroke, Style, Text } from "ol/style";
import View from "ol/View";
import { aqiColour, inkOn } from "@/lib/aqi";
import { nearest, reaches, type Section, type XY } from "@/lib/reach";
import { css } from "@/state/theme";
import type { CaseSummary, Lamp, SiteNow } from "@/api/types";

const font = (size: number, weight = 400) => `${weight} ${size}px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif`;
const kindColour: Record<string, string> = { river: "#2f7fc1", water_outlet: "#0e7c7b", gas_outlet: "#7a5ea8", radiation: "#a8572a", sea: "#1f5fa8", groundwater: "#5b7a99", soil: "#8a6d3b", drinking: "#2a9d8f" };
const worse: Lamp[] = ["grey", "green", "yellow", "red"];
/* The sea itself is a ground below the points that are sampled in it. */
const layerOf = (kind: string) => (kind === "sea" ? "sea_points" : kind);
type Ground = "sea" | "regions" | "rivers";

export class CityMap {
  private readonly map: Map;
  private readonly layers: Record<string, VectorLayer<VectorSource>> = {};
  private language = "zh";
  private placed: { key: string; at: globalThis.Map<Feature<Point>, number[]> } | null = null;
  private taken: number[][] = []; // where sites stand
  private sections: Section[] = [];
  private whole = true; // nothing was chosen yet: the first look is at the whole city

  /* padding: what stands over the map at its edges, so that the city is fitted into the rest */
  constructor(box: HTMLElement, click: (f: FeatureLike | null) => void, private readonly padding = innerWidth < 768 ? [120, 16, 88, 16] : [36, 64, 92, 244]) {
    const order: [string, (f: FeatureLike, r: number) => Style | Style[] | undefined, boolean][] = [
      ["sea", () => this.seaStyle(), false],
      ["regions", () => this.regionStyle(), false],
      ["rivers", (f, r) => this.riverStyle(f, r), true],
      ["radiation", (f, r) => this.siteStyle(f, r), true],
      ["soil", (f, r) => this.siteStyle(f, r), true],
      ["groundwater", (f, r) => this.siteStyle(f, r), true],
      ["sea_points", (f, r) => this.siteStyle(f, r), true],
      ["drinking", (f, r) => this.siteStyle(f, r), true],
      ["gas_outlet", (f, r) => this.siteStyle(f, r), true],
      ["water_outlet", (f, r) => this.siteStyle(f, r), true],
      ["river", (f, r) => this.siteStyle(f, r), true],
      ["air", (f, r) => this.siteStyle(f, r), true],
      ["case", (f) => this.caseStyle(f), true],
      ["names", (f, r) => this.areaName(f, r), false],
    ];
    for (const [name, style, declutter] of order)
      this.layers[name] = new VectorLayer({ source: new VectorSource(), style, declutter: declutter ? "names" : false, properties: { name } });
    this.map = new Map({
      target: box,
      layers: order.map(([n]) => this.layers[n]),
      controls: controls({ attribution: false, rotate: false }).extend([new ScaleLine({ minWidth: 60 })]),
      view: new View({ center: fromLonLat([120, 36]), zoom: 9, minZoom: 6, maxZoom: 17 }),
    });
    const at = (pixel: number[]) => this.map.forEachFeatureAtPixel(pixel, (f) => (f.get("site") ? f : undefined), { hitTolerance: 6 }) ?? null;
    this.map.on("singleclick", (e) => click(at(e.pixel)));
    this.map.on("pointermove", (e) => {
      if (!e.dragging) box.style.cursor = at(e.pixel) ? "pointer" : "";
    });
  }

  show(bounds: [number, number, number, number]): void {
    this.fit(transformExtent(bounds, "EPSG:4326", "EPSG:3857"));
  }
  private fit(extent: number[]): void {
    this.map.getView().fit(extent, { padding: this.padding });
  }
  centre(lng: number, lat: number): void {
    this.whole = false;
    const view = this.map.getView();
    view.animate({ center: fromLonLat([lng, lat]), zoom: Math.max(view.getZoom() ?? 11, 11.5), duration: 250 });
  }
  geo(name: Ground, json: object): void {
    const features = new GeoJSON().readFeatures(json, { featureProjection: "EPSG:3857" });
    const source = this.layers[name].getSource()!;
    source.addFeatures(features);
    if (name === "rivers") return;
    this.layers.names.getSource()!.addFeatures(
      features.flatMap((f) => {
        const at = f.get("label") as [number, number] | undefined;
        if (!Array.isArray(at)) return [];
        const p = this.point(at[0], at[1], { name: f.get("name"), name_en: f.get("name_en"), ground: name });
        return [p];
      }),
    );
    this.placed = null;
    // the city itself, not the box its file names: the sea around it is not worth the room
    const extent = source.getExtent();
    if (name === "regions" && this.whole && extent) this.fit(extent);
  }
  sites(sites: SiteNow[], cases: CaseSummary[], chosen: number | null, language: string): void {
    this.language = language;
    this.taken = sites.map((s) => fromLonLat([s.lng, s.lat]));
    this.sections = sites.filter((s) => s.kind === "river").map((s) => ({ at: fromLonLat([s.lng, s.lat]) as XY, colour: (s.water?.month.class != null && s.water.month.colour) || "" }));
    this.layers.names.changed();
    this.layers.rivers.changed();
    for (const kind of ["air", "river", "water_outlet", "gas_outlet", "radiation", "sea", "groundwater", "soil", "drinking"]) {
      const source = this.layers[layerOf(kind)].getSource()!;
      source.clear(true);
      source.addFeatures(sites.filter((s) => s.kind === kind).map((s) => this.point(s.lng, s.lat, { site: s.id, s, chosen: s.id === chosen })));
    }
    const lamps = new globalThis.Map<number, { lamp: Lamp; n: number }>();
    for (const c of cases) {
      if (!c.site) continue;
      const had = lamps.get(c.site.id);
      lamps.set(c.site.id, { lamp: had && worse.indexOf(had.lamp) > worse.indexOf(c.light) ? had.lamp : c.light, n: (had?.n ?? 0) + 1 });
    }
    const source = this.layers.case.getSource()!;
    source.clear(true);
    for (const s of sites) {
      const l = lamps.get(s.id);
      if (l) source.addFeature(this.point(s.lng, s.lat, { site: s.id, air: s.kind === "air", river: s.kind === "river", ...l }));
    }
  }
  toggle(name: string, on: boolean): void {
    this.layers[name === "region" ? "regions" : layerOf(name)]?.setVisible(on);
    if (name === "region") this.layers.names.setVisible(on);
  }
  restyle(): void {
    Object.values(this.layers).forEach((l) => l.changed());
  }
  close(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }

  private point(lng: number, lat: number, values: Record<string, unknown>): Feature<Point> {
    const f = new Feature({ geometry: new Point(fromLonLat([lng, lat])) });
    f.setProperties(values, true);
    return f;
  }
  private name(f: FeatureLike): string {
    return String((this.language === "en" ? f.get("name_en") : null) ?? f.get("name") ?? "");
  }
  /* The name of an area, where the file says that it should stand (`label`: [lng, lat]), moved a little where a site stands already. */
  private areaName(f: FeatureLike, resolution: number): Style {
    const dark = document.documentElement.classList.contains("dark");
    const sea = f.get("ground") === "sea";
    const name = this.name(f);
    const size = innerWidth < 768 ? 13 : 15;
    const [offsetX, offsetY] = this.places(resolution, size).get(f as Feature<Point>) ?? [0, 0];
    const colour = sea ? (dark ? "#4f8db3" : "#4c86ae") : css("--b-ink-2");
    const text = this.language === "en" ? name : [...name].join("\u2009");
    return new Style({
      text: new Text({ text, font: sea ? `italic ${font(size, 500)}` : font(size, 600), offsetX, offsetY, fill: new Fill({ color: colour }), stroke: new Stroke({ color: sea ? (dark ? "#0d2230" : "#dcebf3") : css("--b-surface"), width: 4 }), overflow: true }),
    });
  }
  /* How far, in pixels, each name has to move so that it stands clear of every site and of the names placed before it. */
  private places(resolution: number, size: number): globalThis.Map<Feature<Point>, number[]> {
    const key = [resolution, size, this.language, this.taken.length].join();
    if (this.placed?.key === key) return this.placed.at;
    const at = new globalThis.Map<Feature<Point>, number[]>();
    const boxes = this.taken.map(([x, y]) => ({ x: x / resolution, y: -y / resolution, w: 20, h: 12 }));
    const moves = [[0, 0], [0, -28], [0, 28], [-44, 0], [44, 0], [-44, -28], [44, -28], [-44, 28], [44, 28], [0, -52], [0, 52]];
    for (const f of this.layers.names.getSource()!.getFeatures() as Feature<Point>[]) {
      const [x, y] = f.getGeometry()!.getCoordinates();
      const w = (this.name(f).length * size * (this.language === "en" ? 0.58 : 1.12)) / 2;
      const h = size * 0.7;
      const hits = ([dx, dy]: number[]) => boxes.filter((b) => Math.abs(b.x - x / resolution - dx) < b.w + w && Math.abs(b.y + y / resolution - dy) < b.h + h).length;
      const best = moves.reduce((m, c) => (hits(c) < hits(m) ? c : m));
      at.set(f, best);
      boxes.push({ x: x / resolution + best[0], y: -y / resolution + best[1], w, h });
    }
    this.placed = { key, at };
    return at;
  }
  private seaStyle(): Style {
    const dark = document.documentElement.classList.contains("dark");
    return new Style({ fill: new Fill({ color: dark ? "#0d2230" : "#dcebf3" }), stroke: new Stroke({ color: dark ? "#24506b" : "#b5d3e4", width: 1 }) });
  }
  private regionStyle(): Style {
    return new Style({ fill: new Fill({ color: css("--b-surface") }), stroke: new Stroke({ color: css("--b-line-2"), width: 1.4 }) });
  }
  /* Of which river each section is: the nearest line, unless it stands too far from any. */
  private sectionsOf(river: Feature): Section[] {
    const lines = this.layers.rivers.getSource()!.getFeatures().flatMap((f) => (f.getGeometry() instanceof LineString ? [{ f, line: (f.getGeometry() as LineString).getCoordinates() as XY[] }] : []));
    return this.sections.filter((s) => {
      const by = lines.map((l) => ({ f: l.f, away: nearest(l.line, s.at).away })).sort((a, b) => a.away - b.away)[0];
      return by?.f === river && by.away < 4000;
    });
  }
  /* A line in the colours of its sections' classes, with arrows down the stream. */
  private riverLine(f: Feature, line: XY[], resolution: number): Style[] {
    const width = resolution < 60 ? 5 : 4;
    const unknown = css("--b-grey");
    const parts = reaches(line, this.sectionsOf(f));
    const styles = parts.map((p) => new Style({ geometry: new LineString(p.line), stroke: new Stroke({ color: p.colour || (this.sections.length ? unknown : "#5fa3d0"), width: p.colour ? width : 2.6, lineCap: "butt" }) }));
    for (const p of parts) {
      const i = Math.floor((p.line.length - 1) / 2);
      const [a, b] = [p.line[i], p.line[i + 1]];
      if (!b || Math.hypot(p.line[0][0] - p.line[p.line.length - 1][0], p.line[0][1] - p.line[p.line.length - 1][1]) / resolution < 60) continue;
      styles.push(new Style({ geometry: new Point([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]), image: new RegularShape({ points: 3, radius: 8, scale: [0.7, 1], rotation: Math.PI / 2 - Math.atan2(b[1] - a[1], b[0] - a[0]), fill: new Fill({ color: css("--b-surface") }), stroke: new Stroke({ color: p.colour || unknown, width: 1.6 }), declutterMode: "none" }) }));
    }
    return styles;
  }
  private riverStyle(f: FeatureLike, resolution: number): Style | Style[] {
    const line = f.getGeometry();
    const name = this.riverName(f);
    return line instanceof LineString ? [...this.riverLine(f as Feature, line.getCoordinates() as XY[], resolution), name] : name;
  }
  private riverName(f: FeatureLike): Style {
    const area = f.getGeometry()?.getType().includes("Polygon");
    return new Style({
      stroke: area ? new Stroke({ color: "#5fa3d0", width: 1 }) : undefined,
      fill: area ? new Fill({ color: "#cfe4f1" }) : undefined,
      text: area ? undefined : new Text({ text: this.name(f), font: font(12), placement: "line", repeat: 320, maxAngle: 0.6, fill: new Fill({ color: "#2f77a8" }), stroke: new Stroke({ color: css("--b-surface"), width: 3 }), textBaseline: "bottom" }),
    });
  }
  private caseStyle(f: FeatureLike): Style[] {
    const lamp = f.get("lamp") as Lamp;
    const colour = css(lamp === "yellow" ? "--b-yellow-mark" : "--b-" + lamp);
    const stroke = new Stroke({ color: css("--b-surface"), width: 1.5 });
    const fill = new Fill({ color: colour });
    const shift = f.get("air") ? [22, 14] : [11, 11];
    const badge =
      lamp === "red" ? new RegularShape({ points: 4, radius: 9, angle: Math.PI / 4, fill, stroke, displacement: shift, declutterMode: "obstacle" })
      : lamp === "yellow" ? new RegularShape({ points: 3, radius: 9, fill, stroke, displacement: shift, declutterMode: "obstacle" })
      : new Circle({ radius: 7, fill, stroke, displacement: shift, declutterMode: "obstacle" });
    return [
      new Style({ image: new Circle({ radius: f.get("air") ? 19 : f.get("river") ? 15 : 12, stroke: new Stroke({ color: colour, width: 2.2 }), fill: new Fill({ color: colour + "22" }), declutterMode: "none" }), zIndex: worse.indexOf(lamp) }),
      new Style({ image: badge, text: new Text({ text: String(f.get("n")), font: font(10, 600), fill: new Fill({ color: lamp === "yellow" ? "#111" : "#fff" }), offsetX: shift[0], offsetY: -shift[1] + 0.5, declutterMode: "none" }), zIndex: 10 + worse.indexOf(lamp) }),
    ];
  }
  private siteStyle(f: FeatureLike, resolution: number): Style | Style[] {
    const s = f.get("s") as SiteNow;
    const chosen = Boolean(f.get("chosen"));
    const ink = css("--b-ink");
    const surface = css("--b-surface");
    const label = resolution < 140 || chosen ? ((this.language === "en" ? s.name_en : null) ?? s.name) : "";
    const nameStyle = (y: number) =>
      new Style({ text: new Text({ text: label, font: font(11), offsetY: y, fill: new Fill({ color: css("--b-ink-2") }), stroke: new Stroke({ color: surface, width: 3 }) }) });
    if (s.kind === "air") {
      const aqi = s.air?.aqi ?? null;
      const colour = aqi === null ? css("--b-grey-soft") : aqiColour(aqi);
      return [
        new Style({
          text: new Text({
            text: aqi === null ? "—" : String(aqi), font: font(12, 700), padding: [3, 4, 2, 6], fill: new Fill({ color: aqi === null ? css("--b-ink-3") : inkOn(colour) }),
            backgroundFill: new Fill({ color: colour }), backgroundStroke: new Stroke({ color: chosen ? ink : "rgba(0,0,0,.35)", width: chosen ? 2.5 : 1 }), declutterMode: "obstacle",
          }),
          zIndex: aqi ?? 0,
        }),
        nameStyle(22),
      ];
    }
    const over = s.latest.some((l) => l.exceeds && l.valid);
    const fill = new Fill({ color: s.silent ? surface : over ? css("--b-red") : kindColour[s.kind] });
    const stroke = new Stroke({ color: chosen ? ink : s.silent ? css("--b-grey") : surface, width: chosen ? 2.5 : 1.5 });
    if (s.kind === "river") return this.sectionStyle(s, chosen, nameStyle(20));
    const image =
      s.kind === "water_outlet" ? new RegularShape({ points: 4, radius: 8, angle: Math.PI / 4, fill, stroke, declutterMode: "obstacle" })
      : new RegularShape({ points: 4, radius: 8, fill, stroke, declutterMode: "obstacle" });
    return [new Style({ image }), nameStyle(18)];
  }
  /* A section says its class; what cannot be judged, or has fallen silent, is grey or hollow and says so. */
  private sectionStyle(s: SiteNow, chosen: boolean, name: Style): Style[] {
    const month = s.water?.month;
    const known = month?.class != null;
    const colour = known ? (month.colour ?? "") : css("--b-grey-soft");
    const ink = css("--b-ink");
    const round = new Circle({ radius: 10, fill: new Fill({ color: colour }), stroke: new Stroke({ color: chosen ? ink : s.silent ? css("--b-yellow") : css("--b-surface"), width: chosen || s.silent ? 2.5 : 1.5, lineDash: s.silent && !chosen ? [3, 3] : undefined }), declutterMode: "obstacle" });
    return [new Style({ image: round, text: new Text({ text: known ? (month.class_name ?? "") : "—", font: font(11, 700), fill: new Fill({ color: known ? inkOn(colour) : css("--b-ink-3") }), offsetY: 0.5, declutterMode: "none" }) }), name];
  }
}
