// The map one walks on: click to stand, draw a track, type and copy coordinates.

import type * as L from "leaflet";
import type { Controller } from "../controller";
import { button, Choice, h, save } from "../dom";
import type { MapContent } from "../floatingmap";
import { metres } from "../geometry";
import { answered } from "../link";
import type { MapInfo } from "../protocol";
import type { State } from "../state";
import type { Walker } from "../walker";
import { geoText, gpx, lengthM, readGeo, stepped, type Geo } from "./geo";
import type { Leaflet } from "./leaflet";

const WEDGE_PX = 46;
const WEDGE_STEPS = 8;
const ACCENT = "#ff8a1f";
/** Where one picture of the map does not come, many do not: one of them is told. */
const FAULTS_APART_MS = 20_000;

export class RoamPanel implements MapContent {
  readonly key = "map";
  readonly title = "Map";
  readonly element: HTMLElement;
  readonly tools: HTMLElement;
  private readonly host = h("div", { class: "slippy", role: "application", "aria-label": "Map, north up. Click to stand there." });
  private readonly map: L.Map;
  private readonly marker: L.CircleMarker;
  private readonly wedge: L.Polygon;
  private readonly line: L.Polyline;
  private readonly typed = h("input", {
    type: "text", class: "coordinates", "aria-label": "Latitude and longitude; Enter goes there", spellcheck: "false",
    onkeydown: (event: KeyboardEvent) => this.type(event),
    onchange: () => this.go(),
  });
  private readonly fault = h("p", { class: "fault", role: "alert" });
  private readonly length = h("output", { class: "length" });
  private readonly undo = button("Remove the last point", () => this.setTrack(this.state.track.slice(0, -1)), { icon: "undo", bare: true });
  private readonly clear = button("Remove the track", () => this.setTrack([]), { icon: "trash", bare: true });
  private readonly walk = button("Walk along the track", () => this.toggleWalk(), { icon: "play", bare: true });
  private readonly save = button("Save the track (GPX)", () => this.saveTrack(), { icon: "download", bare: true });
  private mode: "stand" | "draw" = "stand";
  private faultTold = false;

  constructor(
    private readonly leaflet: Leaflet,
    private readonly state: State,
    private readonly controller: Controller,
    private readonly walker: Walker,
    private readonly info: MapInfo,
  ) {
    const modes = [["stand", "Stand", "stand"], ["draw", "Track", "draw"]] as const;
    const mode = new Choice("What a click on the map does", modes, (value) => {
      this.mode = value;
      this.refreshTrack();
    });
    mode.set("stand");
    this.tools = mode.element;
    const copy = button("Copy the coordinates", () => void this.copy(), { icon: "copy", bare: true });
    this.element = h("div", { class: "roam-panel" },
      this.host,
      h("div", { class: "row tight" }, this.typed, copy),
      this.fault,
      h("div", { class: "row tight track-row" }, h("span", {}, "Track"), this.length, this.walk, this.undo, this.clear, this.save));
    this.map = this.makeMap();
    const style = { color: ACCENT, fillColor: ACCENT, interactive: false };
    this.wedge = leaflet.polygon([], { ...style, weight: 1, fillOpacity: 0.3 }).addTo(this.map);
    this.line = leaflet.polyline([], { color: ACCENT, weight: 3, interactive: false }).addTo(this.map);
    this.marker = leaflet.circleMarker([0, 0], { ...style, radius: 6, color: "#fff", weight: 2, fillOpacity: 1 }).addTo(this.map);
    this.listen();
  }

  setShown(shown: boolean): void {
    if (shown) window.requestAnimationFrame(() => this.map.invalidateSize());
  }

  private makeMap(): L.Map {
    const { bounds, minZoom, maxZoom, attribution } = this.info;
    const [south, west, north, east] = bounds;
    const map = this.leaflet.map(this.host, {
      zoomControl: true, attributionControl: attribution !== "", zoomSnap: 0.5, minZoom, maxZoom: maxZoom + 2,
      maxBounds: [[south - (north - south), west - (east - west)], [north + (north - south), east + (east - west)]],
    });
    const edges: L.LatLngBoundsExpression = [[south, west], [north, east]];
    const pictures = this.leaflet.tileLayer("map/{z}/{x}/{y}", { bounds: edges, minZoom, maxZoom: maxZoom + 2, maxNativeZoom: maxZoom, attribution: escaped(attribution) });
    pictures.on("tileerror", ({ tile }: L.TileErrorEvent) => void this.tellFault(tile.src));
    pictures.addTo(map);
    map.setView(this.state.geo ? [this.state.geo.lat, this.state.geo.lon] : this.info.middle, maxZoom - 1);
    if (attribution !== "") map.attributionControl.setPrefix(false);
    return map;
  }

  /** Say why a picture of the map did not come; Leaflet knows only that. */
  private async tellFault(address: string): Promise<void> {
    if (this.faultTold) return;
    this.faultTold = true;
    window.setTimeout(() => (this.faultTold = false), FAULTS_APART_MS);
    const reason = await answered(address, {}).then(() => "", (error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (reason !== "") this.controller.onNotice(`Some of the map's pictures did not come: ${reason}`, "error");
  }

  private listen(): void {
    const { state } = this;
    this.map.on("click", (event: L.LeafletMouseEvent) => {
      const geo = { lat: event.latlng.lat, lon: event.latlng.lng };
      if (this.mode === "draw") this.setTrack([...state.track, geo]);
      else this.stand(geo);
    });
    this.map.on("zoomend", () => this.refreshCamera());
    new ResizeObserver(() => this.map.invalidateSize()).observe(this.host);
    state.on("place", () => this.refreshCamera());
    state.looking.onTurn(() => this.refreshCamera());
    state.on("play", () => this.refreshTrack());
    this.refreshCamera();
    this.refreshTrack();
  }

  private stand(geo: Geo): void {
    this.walker.pause();
    this.fault.textContent = "";
    this.controller.standOn(geo, false);
  }

  private type(event: KeyboardEvent): void {
    event.stopPropagation(); // letters do not walk
    if (event.key === "Enter") this.go();
    if (event.key === "Escape" && this.state.geo) this.typed.value = geoText(this.state.geo);
  }

  private go(): void {
    if (this.state.geo && this.typed.value === geoText(this.state.geo)) return;
    const geo = readGeo(this.typed.value);
    if (typeof geo === "string") {
      this.fault.textContent = geo;
      return;
    }
    this.stand(geo);
    this.map.setView([geo.lat, geo.lon]);
  }

  private async copy(): Promise<void> {
    if (!this.state.geo) return;
    const text = geoText(this.state.geo);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      this.typed.select(); // no clipboard here: the text is ready to be copied by hand
      return;
    }
    this.controller.onNotice(`Copied: ${text}`, "info");
  }

  private refreshCamera(): void {
    const { geo } = this.state;
    if (!geo) return;
    this.marker.setLatLng([geo.lat, geo.lon]);
    this.wedge.setLatLngs(this.wedgeAt(geo));
    if (document.activeElement !== this.typed) this.typed.value = geoText(geo);
    if (!this.map.getBounds().pad(-0.15).contains([geo.lat, geo.lon])) this.map.panTo([geo.lat, geo.lon], { animate: false });
  }

  private wedgeAt(geo: Geo): L.LatLngExpression[] {
    const reach = (WEDGE_PX * 40_075_016 * Math.cos((geo.lat * Math.PI) / 180)) / 256 / 2 ** this.map.getZoom();
    const half = Math.min(170, this.state.looking.horizontalFov) / 2;
    const ring: L.LatLngExpression[] = [[geo.lat, geo.lon]];
    for (let i = 0; i <= WEDGE_STEPS; i++) {
      const angle = ((this.state.looking.gaze.yaw + half * ((2 * i) / WEDGE_STEPS - 1)) * Math.PI) / 180;
      const edge = stepped(geo, reach * Math.sin(angle), reach * Math.cos(angle));
      ring.push([edge.lat, edge.lon]);
    }
    return ring;
  }

  private setTrack(points: Geo[]): void {
    this.walker.pause();
    this.state.track = points;
    this.state.progress = 0;
    this.refreshTrack();
  }

  private refreshTrack(): void {
    const { track } = this.state;
    this.line.setLatLngs(track.map((point) => [point.lat, point.lon]));
    this.length.textContent = track.length > 1 ? metres(lengthM(track)) : this.mode === "draw" ? "click on the map" : "none yet";
    for (const one of [this.undo, this.clear]) one.disabled = track.length === 0;
    for (const one of [this.walk, this.save]) one.disabled = track.length < 2;
    this.host.dataset.mode = this.mode;
  }

  private toggleWalk(): void {
    if (this.state.playing) this.walker.pause();
    else this.walker.play();
  }

  private saveTrack(): void {
    save(new Blob([gpx(this.state.track, this.info.name)], { type: "application/gpx+xml" }), "track.gpx");
  }
}

function escaped(text: string): string {
  return h("span", {}, text).innerHTML; // Leaflet takes an attribution for HTML
}
