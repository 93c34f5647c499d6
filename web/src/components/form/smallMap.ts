/* A small map in a form or on a case: the city's own ground, one shape, and a tap that says where. No tiles, no network but the server's GeoJSON. */
import { defaults as controls } from "ol/control/defaults";
import ScaleLine from "ol/control/ScaleLine";
import Feature, { type FeatureLike } from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import LineString from "ol/geom/LineString";
import Point from "ol/geom/Point";
import Polygon from "ol/geom/Polygon";
import VectorLayer from "ol/layer/Vector";
import Map from "ol/Map";
import { fromLonLat, toLonLat, transformExtent } from "ol/proj";
import VectorSource from "ol/source/Vector";
import { Circle, Fill, Stroke, Style, Text } from "ol/style";
import View from "ol/View";
import { get } from "@/api/client";
import type { LonLat } from "@/lib/caseform";
import { lang } from "@/i18n";
import { css } from "@/state/theme";

export type ShapeKind = "point" | "area" | "track";
export interface Mark { at: LonLat; text: string }
const font = '12px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
const ground: Partial<Record<string, Promise<object>>> = {};
const layer = (name: string) => (ground[name] ??= get<object>(`geo/${name}`));

export class SmallMap {
  private readonly map: Map;
  private readonly shape = new VectorSource();
  private readonly marks = new VectorSource();

  constructor(box: HTMLElement, bounds: [number, number, number, number], tap?: (at: LonLat) => void) {
    const regions = new VectorSource(), rivers = new VectorSource();
    const dark = document.documentElement.classList.contains("dark");
    this.map = new Map({
      target: box,
      controls: controls({ attribution: false, rotate: false }).extend([new ScaleLine({ minWidth: 48 })]),
      layers: [
        new VectorLayer({ source: regions, style: (f) => new Style({ fill: new Fill({ color: css("--b-surface") }), stroke: new Stroke({ color: css("--b-line-2"), width: 1.2 }), text: this.named(f, css("--b-ink-3")) }), declutter: true }),
        new VectorLayer({ source: rivers, style: (f) => new Style({ stroke: new Stroke({ color: dark ? "#3b6f93" : "#8fbfdd", width: 1.6 }), text: this.named(f, dark ? "#6fa8cc" : "#2f77a8", true) }), declutter: true }),
        new VectorLayer({ source: this.marks, style: (f) => new Style({ image: new Circle({ radius: 4, fill: new Fill({ color: css("--b-ink-3") }) }), text: new Text({ text: String(f.get("text") ?? ""), font, offsetY: -12, fill: new Fill({ color: css("--b-ink-2") }), stroke: new Stroke({ color: css("--b-surface"), width: 3 }) }) }), declutter: true }),
        new VectorLayer({ source: this.shape, style: (f) => this.style(f.getGeometry()?.getType() ?? "", Boolean(f.get("end"))) }),
      ],
      view: new View({ center: fromLonLat([(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2]), zoom: 9, minZoom: 4, maxZoom: 18 }),
    });
    this.map.getView().fit(transformExtent(bounds, "EPSG:4326", "EPSG:3857"), { padding: [8, 8, 8, 8] });
    if (tap) {
      this.map.on("singleclick", (e) => {
        const [lon, lat] = toLonLat(e.coordinate);
        tap([Math.round(lon * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6]);
      });
      box.style.cursor = "crosshair";
    }
    const read = (json: object) => new GeoJSON().readFeatures(json, { featureProjection: "EPSG:3857" });
    void layer("regions").then((j) => regions.addFeatures(read(j))).catch(() => undefined);
    void layer("rivers").then((j) => rivers.addFeatures(read(j))).catch(() => undefined);
  }
  /* Names of districts and rivers: a point alone says nothing of where it is. */
  private named(f: FeatureLike, colour: string, line = false): Text {
    const name = String((lang.value === "en" ? f.get("name_en") : null) ?? f.get("name") ?? "");
    return new Text({ text: name, font, placement: line ? "line" : "point", overflow: !line, textBaseline: line ? "bottom" : "middle", fill: new Fill({ color: colour }), stroke: new Stroke({ color: css("--b-surface"), width: 3 }) });
  }
  private style(kind: string, end: boolean): Style {
    const colour = css("--b-accent");
    return new Style({
      stroke: new Stroke({ color: colour, width: 2.4 }),
      fill: new Fill({ color: colour + "33" }),
      image: new Circle({ radius: kind === "Point" && !end ? 7 : 4, fill: new Fill({ color: colour }), stroke: new Stroke({ color: css("--b-surface"), width: 2 }) }),
    });
  }
  mark(list: Mark[]): void {
    this.marks.clear();
    this.marks.addFeatures(list.map((m) => { const f = new Feature({ geometry: new Point(fromLonLat(m.at)) }); f.set("text", m.text); return f; }));
  }
  draw(kind: ShapeKind, points: LonLat[], fit: boolean, closest = 13): void {
    this.shape.clear();
    if (!points.length) return;
    const at = points.map((p) => fromLonLat(p));
    const add = (geometry: Point | LineString | Polygon, end = false) => { const f = new Feature({ geometry }); f.set("end", end); this.shape.addFeature(f); };
    if (kind === "point") add(new Point(at[0]));
    else {
      if (at.length > 1) add(kind === "area" && at.length > 2 ? new Polygon([[...at, at[0]]]) : new LineString(at));
      if (at.length <= 60) at.forEach((p) => add(new Point(p), true));
      else [at[0], at[at.length - 1]].forEach((p) => add(new Point(p), true));
    }
    const extent = this.shape.getExtent();
    if (fit && extent) this.map.getView().fit(extent, { padding: [28, 28, 28, 28], maxZoom: kind === "point" ? closest : Math.max(closest, 14) });
  }
  close(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }
}
