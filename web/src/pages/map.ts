/* The city on a canvas from the server's own GeoJSON: no tiles, no network. Labels carry the AQI; a case puts a ring with its light around
 * its site, and the shape of the ring's badge says the light a second time. */
import { defaults as controls } from "ol/control/defaults";
import ScaleLine from "ol/control/ScaleLine";
import Feature, { type FeatureLike } from "ol/Feature";
import GeoJSON from "ol/format/GeoJSON";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import Map from "ol/Map";
import { fromLonLat, transformExtent } from "ol/proj";
import VectorSource from "ol/source/Vector";
import { Circle, Fill, RegularShape, Stroke, Style, Text } from "ol/style";
import View from "ol/View";
import { aqiColour, inkOn } from "@/lib/aqi";
import { css } from "@/state/theme";
import type { CaseSummary, Lamp, SiteNow } from "@/api/types";

const font = (size: number, weight = 400) => `${weight} ${size}px "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif`;
const kindColour: Record<string, string> = { river: "#2f7fc1", water_outlet: "#0e7c7b", gas_outlet: "#7a5ea8" };
const worse: Lamp[] = ["grey", "green", "yellow", "red"];
type Ground = "sea" | "regions" | "rivers";

export class CityMap {
  private readonly map: Map;
  private readonly layers: Record<string, VectorLayer<VectorSource>> = {};
  private language = "zh";

  constructor(box: HTMLElement, click: (f: FeatureLike | null) => void) {
    const order: [string, (f: FeatureLike, r: number) => Style | Style[] | undefined, boolean][] = [
      ["sea", (f) => this.seaStyle(f), false],
      ["regions", (f) => this.regionStyle(f), false],
      ["rivers", (f) => this.riverStyle(f), true],
      ["case", (f) => this.caseStyle(f), false],
      ["gas_outlet", (f, r) => this.siteStyle(f, r), true],
      ["water_outlet", (f, r) => this.siteStyle(f, r), true],
      ["river", (f, r) => this.siteStyle(f, r), true],
      ["air", (f, r) => this.siteStyle(f, r), true],
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
    const small = innerWidth < 768;
    this.map.getView().fit(transformExtent(bounds, "EPSG:4326", "EPSG:3857"), { padding: small ? [56, 12, 24, 12] : [24, 48, 24, 248] });
  }
  centre(lng: number, lat: number): void {
    const view = this.map.getView();
    view.animate({ center: fromLonLat([lng, lat]), zoom: Math.max(view.getZoom() ?? 11, 11.5), duration: 250 });
  }
  geo(name: Ground, json: object): void {
    this.layers[name].getSource()?.addFeatures(new GeoJSON().readFeatures(json, { featureProjection: "EPSG:3857" }));
  }
  sites(sites: SiteNow[], cases: CaseSummary[], chosen: number | null, language: string): void {
    this.language = language;
    for (const kind of ["air", "river", "water_outlet", "gas_outlet"]) {
      const source = this.layers[kind].getSource()!;
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
      if (l) source.addFeature(this.point(s.lng, s.lat, { site: s.id, air: s.kind === "air", ...l }));
    }
  }
  toggle(name: string, on: boolean): void {
    this.layers[name === "region" ? "regions" : name]?.setVisible(on);
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
  /* The name of an area, where the file says that it should stand (`label`: [lng, lat]). */
  private areaName(f: FeatureLike, colour: string): Style {
    const at = f.get("label") as [number, number] | undefined;
    const text = new Text({ text: this.name(f), font: font(13, 500), fill: new Fill({ color: colour }), overflow: true });
    return new Style(Array.isArray(at) ? { geometry: new Point(fromLonLat(at)), text } : { text });
  }
  private seaStyle(f: FeatureLike): Style[] {
    const dark = document.documentElement.classList.contains("dark");
    return [new Style({ fill: new Fill({ color: dark ? "#0d2230" : "#dcebf3" }) }), this.areaName(f, dark ? "#4f8db3" : "#5b94ba")];
  }
  private regionStyle(f: FeatureLike): Style[] {
    return [new Style({ fill: new Fill({ color: css("--b-surface") }), stroke: new Stroke({ color: css("--b-line-2"), width: 1.2 }) }), this.areaName(f, css("--b-ink-3"))];
  }
  private riverStyle(f: FeatureLike): Style {
    const area = f.getGeometry()?.getType().includes("Polygon");
    return new Style({
      stroke: new Stroke({ color: "#7fb4d8", width: area ? 1 : 2.2 }),
      fill: area ? new Fill({ color: "#cfe4f1" }) : undefined,
      text: area ? undefined : new Text({ text: this.name(f), font: font(11), placement: "line", fill: new Fill({ color: "#4a86b0" }), stroke: new Stroke({ color: css("--b-surface"), width: 3 }), textBaseline: "bottom" }),
    });
  }
  private caseStyle(f: FeatureLike): Style[] {
    const lamp = f.get("lamp") as Lamp;
    const colour = css(lamp === "yellow" ? "--b-yellow-mark" : "--b-" + lamp);
    const stroke = new Stroke({ color: css("--b-surface"), width: 1.5 });
    const fill = new Fill({ color: colour });
    const shift = f.get("air") ? [22, 14] : [11, 11];
    const badge =
      lamp === "red" ? new RegularShape({ points: 4, radius: 9, angle: Math.PI / 4, fill, stroke, displacement: shift })
      : lamp === "yellow" ? new RegularShape({ points: 3, radius: 9, fill, stroke, displacement: shift })
      : new Circle({ radius: 7, fill, stroke, displacement: shift });
    return [
      new Style({ image: new Circle({ radius: f.get("air") ? 19 : 12, stroke: new Stroke({ color: colour, width: 2.2 }), fill: new Fill({ color: colour + "22" }) }) }),
      new Style({ image: badge, text: new Text({ text: String(f.get("n")), font: font(10, 600), fill: new Fill({ color: lamp === "yellow" ? "#111" : "#fff" }), offsetX: shift[0], offsetY: -shift[1] + 0.5 }), zIndex: 2 }),
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
    const image =
      s.kind === "river" ? new Circle({ radius: 6, fill, stroke, declutterMode: "obstacle" })
      : s.kind === "water_outlet" ? new RegularShape({ points: 4, radius: 8, angle: Math.PI / 4, fill, stroke, declutterMode: "obstacle" })
      : new RegularShape({ points: 4, radius: 8, fill, stroke, declutterMode: "obstacle" });
    return [new Style({ image }), nameStyle(18)];
  }
}
