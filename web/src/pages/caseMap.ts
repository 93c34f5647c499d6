/* Cases on the city's ground. Those that stand close become one mark with their number and their worst light, by its shape too. */
import type { FeatureLike } from "ol/Feature";
import Feature from "ol/Feature";
import { createEmpty, extend, getHeight, getWidth } from "ol/extent";
import GeoJSON from "ol/format/GeoJSON";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import OlMap from "ol/Map";
import { fromLonLat, transformExtent } from "ol/proj";
import Cluster from "ol/source/Cluster";
import VectorSource from "ol/source/Vector";
import { Circle, Fill, RegularShape, Stroke, Style, Text } from "ol/style";
import View from "ol/View";
import type { Lamp } from "@/api/types";
import { worst } from "@/lib/cluster";
import { css } from "@/state/theme";

export interface Placed { id: number; at: [number, number]; light: Lamp }
const font = (size: number, weight = 400) => `${weight} ${size}px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif`;
const members = (f: FeatureLike) => (f.get("features") as Feature<Point>[] | undefined) ?? [];

export class CaseMap {
  private readonly map: OlMap;
  private readonly points = new VectorSource<Feature<Point>>();
  private readonly ground: VectorLayer<VectorSource>[];
  private chosen = new Set<number>();
  private fitted = false;

  constructor(box: HTMLElement, choose: (ids: number[]) => void) {
    this.ground = (["sea", "regions", "rivers"] as const).map((name) => new VectorLayer({ source: new VectorSource(), style: (f) => this.groundStyle(f, name), properties: { name } }));
    const cases = new VectorLayer({ source: new Cluster({ source: this.points, distance: 36, minDistance: 12 }), style: (f) => this.style(f), properties: { name: "cases" } });
    this.map = new OlMap({ target: box, layers: [...this.ground, cases], view: new View({ center: fromLonLat([120, 36]), zoom: 9, minZoom: 6, maxZoom: 18 }) });
    const at = (pixel: number[]) => this.map.forEachFeatureAtPixel(pixel, (f) => f, { hitTolerance: 6, layerFilter: (l) => l.get("name") === "cases" });
    this.map.on("singleclick", (e) => {
      const f = at(e.pixel);
      const of = f ? members(f) : [];
      choose(of.map((x) => x.get("id") as number));
      if (of.length > 1) this.open(of);
    });
    this.map.on("pointermove", (e) => {
      if (!e.dragging) box.style.cursor = at(e.pixel) ? "pointer" : "";
    });
  }
  geo(name: "sea" | "regions" | "rivers", json: object): void {
    const source = this.ground.find((l) => l.get("name") === name)!.getSource()!;
    source.addFeatures(new GeoJSON().readFeatures(json, { featureProjection: "EPSG:3857" }));
    const extent = source.getExtent();
    if (name === "regions" && extent && !this.fitted) this.map.getView().fit(extent, { padding: [24, 24, 24, 24] });
  }
  show(bounds: [number, number, number, number]): void {
    this.map.getView().fit(transformExtent(bounds, "EPSG:4326", "EPSG:3857"), { padding: [24, 24, 24, 24] });
  }
  put(list: Placed[]): void {
    this.points.clear(true);
    this.points.addFeatures(
      list.map((p) => {
        const f = new Feature({ geometry: new Point(fromLonLat(p.at)) });
        f.setProperties({ id: p.id, light: p.light }, true);
        return f;
      }),
    );
  }
  choose(ids: number[]): void {
    this.chosen = new Set(ids);
    this.restyle();
  }
  restyle(): void {
    this.map.getLayers().forEach((l) => (l as VectorLayer<VectorSource>).changed());
  }
  close(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }
  /* A cluster that can be told apart nearer is gone into; one whose members stand on the same spot is only listed. */
  private open(of: Feature<Point>[]): void {
    const box = createEmpty();
    for (const f of of) extend(box, f.getGeometry()!.getExtent());
    if (getWidth(box) < 1 && getHeight(box) < 1) return;
    this.fitted = true;
    this.map.getView().fit(box, { padding: [80, 80, 80, 80], maxZoom: 15, duration: 250 });
  }
  private groundStyle(f: FeatureLike, name: string): Style {
    const dark = document.documentElement.classList.contains("dark");
    if (name === "sea") return new Style({ fill: new Fill({ color: dark ? "#0d2230" : "#dcebf3" }) });
    if (name === "rivers") return new Style({ stroke: new Stroke({ color: dark ? "#2f6f99" : "#8fc0e0", width: 1.8 }) });
    const label = f.get("name") as string | undefined;
    const text = document.documentElement.lang === "en" ? ((f.get("name_en") as string | undefined) ?? label) : label;
    return new Style({
      fill: new Fill({ color: css("--b-surface") }), stroke: new Stroke({ color: css("--b-line-2"), width: 1.2 }),
      text: text ? new Text({ text, font: font(13, 500), fill: new Fill({ color: css("--b-ink-3") }), stroke: new Stroke({ color: css("--b-surface"), width: 3 }), overflow: true }) : undefined,
    });
  }
  private style(f: FeatureLike): Style {
    const of = members(f);
    const lamp = worst(of.map((x) => x.get("light") as Lamp));
    const n = of.length;
    const on = of.some((x) => this.chosen.has(x.get("id") as number));
    const radius = n === 1 ? 8 : Math.min(22, 10 + Math.log2(n) * 2.2);
    const fill = new Fill({ color: css(lamp === "yellow" ? "--b-yellow-mark" : "--b-" + lamp) });
    const stroke = new Stroke({ color: on ? css("--b-ink") : css("--b-surface"), width: on ? 2.5 : 1.5 });
    const image =
      lamp === "red" ? new RegularShape({ points: 4, radius: radius * 1.25, angle: Math.PI / 4, fill, stroke })
      : lamp === "yellow" ? new RegularShape({ points: 3, radius: radius * 1.35, fill, stroke })
      : new Circle({ radius, fill: lamp === "grey" ? new Fill({ color: css("--b-grey") }) : fill, stroke });
    return new Style({
      image, zIndex: ["grey", "green", "yellow", "red"].indexOf(lamp) + (on ? 10 : 0),
      text: n > 1 ? new Text({ text: String(n), font: font(11, 700), offsetY: lamp === "yellow" ? 3 : 0.5, fill: new Fill({ color: lamp === "yellow" ? "#111" : "#fff" }) }) : undefined,
    });
  }
}
