// The middle of the page: the 360-degree view or the shape, with what is laid over it.

import { scaleCss } from "./colours";
import type { Controller } from "./controller";
import { button, Choice, h, svg } from "./dom";
import { headingText } from "./geometry";
import { addLooking, Panorama } from "./panorama";
import type { Layer } from "./protocol";
import { ShapeView } from "./shape";
import type { State } from "./state";
import { Walker } from "./walker";

export class Stage {
  readonly element: HTMLElement;
  readonly panorama: Panorama;
  readonly shape: ShapeView;
  readonly walker: Walker;
  private readonly meter = h("output", { class: "meter", title: "Frames a second, and the time from asking for a view to seeing it" });
  private readonly needle = svg("g", {});
  private readonly face = button("Face north", () => this.panorama.turn(0, 0), { bare: true, kind: "compass" });
  private readonly facing = h("span", { class: "facing" });
  private readonly legend = h("div", { class: "legend" });
  private readonly busy = h("div", { class: "busy", role: "status" });
  private readonly lookCanvas = h("canvas", {
    tabindex: 0, class: "look", role: "application",
    "aria-label": "Panorama. Drag to look around. W, A, S, D or the arrow keys walk and turn, plus and minus zoom.",
  });
  private readonly shapeCanvas = h("canvas", {
    tabindex: 0, class: "shape", role: "application",
    "aria-label": "Shape of the surface. Drag to turn it. Arrow keys turn and tip it, plus and minus come nearer.",
  });

  constructor(
    private readonly state: State,
    private readonly controller: Controller,
  ) {
    this.panorama = new Panorama(this.lookCanvas, state.info.scene);
    this.shape = new ShapeView(this.shapeCanvas, state.info.scene);
    this.walker = new Walker(state, controller, this.panorama);
    addLooking(this.panorama);
    const frame = h("div", { class: "frame" }, this.lookCanvas, this.shapeCanvas, this.compass(), this.meter, this.legend, this.busy, this.pad());
    this.element = h("section", { class: "stage", "aria-label": "View" }, this.toolbar(), frame);
    this.listen();
    this.setView("panorama");
  }

  setView(view: "panorama" | "shape"): void {
    this.state.view = view;
    this.element.dataset.view = view;
    this.shape.setShown(view === "shape");
    this.panorama.setShown(view === "panorama");
    if (view === "shape") this.controller.askShape();
    this.state.emit("view");
    this.refreshBusy();
  }

  private toolbar(): HTMLElement {
    const view = new Choice("View", [["panorama", "Panorama", "stand"], ["shape", "Shape", "image"]] as const, (v) => this.setView(v));
    view.set("panorama");
    const names: readonly (readonly [Layer, string])[] = [
      ["picture", "Picture"], ["depth", "Depth"], ["opacity", "Opacity"], ["colour", "Projected colour"],
    ];
    const layer = new Choice("Layer", names, (value) => {
      this.state.layer = value;
      this.state.emit("layer");
    });
    layer.set("picture");
    layer.element.classList.add("layers");
    this.state.on("view", () => view.set(this.state.view));
    return h("div", { class: "toolbar" }, view.element, layer.element);
  }

  private compass(): HTMLElement {
    const { face } = this;
    this.needle.append(
      svg("path", { d: "M0-17 5 0-5 0Z", class: "north-needle" }),
      svg("path", { d: "M0 17 5 0-5 0Z", class: "south-needle" }),
      svg("path", { d: "M-2.6-19.5v-7l5.2 7v-7", class: "north-letter" }),
    );
    face.append(svg("svg", { viewBox: "-32 -32 64 64", "aria-hidden": "true" }, svg("circle", { r: 30, class: "dial" }), this.needle), this.facing);
    return face;
  }

  private pad(): HTMLElement {
    const keys: readonly (readonly [string, string, "up" | "down" | "left" | "right"])[] = [
      ["KeyW", "Walk ahead", "up"], ["ArrowLeft", "Turn left", "left"], ["KeyS", "Walk back", "down"], ["ArrowRight", "Turn right", "right"],
    ];
    const pad = h("div", { class: "pad", role: "group", "aria-label": "Walk" });
    for (const [code, label, glyph] of keys) {
      const key = button(label, () => this.walker.tap(code), { icon: glyph, bare: true });
      key.addEventListener("pointerdown", () => this.walker.press(code));
      for (const end of ["pointerup", "pointerleave", "pointercancel"]) key.addEventListener(end, () => this.walker.release(code));
      pad.append(key);
    }
    return pad;
  }

  private listen(): void {
    const { state } = this;
    this.controller.onFrame = (frame) => {
      this.panorama.show(frame);
      this.lookCanvas.dataset.frames = String(Number(this.lookCanvas.dataset.frames ?? 0) + 1);
      this.refreshBusy();
    };
    this.panorama.onTurn = () => {
      const yaw = this.panorama.gaze.yaw;
      this.needle.setAttribute("transform", `rotate(${-yaw})`);
      this.facing.textContent = headingText(yaw);
      this.face.setAttribute("aria-label", `${headingText(yaw)}: face north`);
      state.emit("gaze");
    };
    this.panorama.onTurn();
    state.on("layer", () => {
      this.panorama.setLayer(state.layer);
      this.refreshLegend();
    });
    state.on("tile", () => this.refreshBusy());
    state.on("shape", () => void this.fillShape());
    for (const topic of ["place", "gaze"] as const) state.on(topic, () => this.shape.setCamera(state.place, this.panorama.gaze.yaw));
    state.on("path", () => this.shape.setPath(state.path.line));
    this.lookCanvas.addEventListener("keydown", (event) => this.walker.keydown(event));
    this.shapeCanvas.addEventListener("keydown", (event) => this.shapeKey(event));
    window.setInterval(() => this.refreshMeter(), 250);
    this.refreshLegend();
  }

  private shapeKey(event: KeyboardEvent): void {
    const moves: Record<string, [number, number, number]> = {
      ArrowLeft: [-6, 0, 1], ArrowRight: [6, 0, 1], ArrowUp: [0, -4, 1], ArrowDown: [0, 4, 1], "+": [0, 0, 0.9], "=": [0, 0, 0.9], "-": [0, 0, 1.1],
    };
    const move = moves[event.key];
    if (event.key === "Home") this.shape.reset();
    else if (!move) return;
    else this.shape.orbit(...move);
    event.preventDefault();
  }

  private async fillShape(): Promise<void> {
    const { shape } = this.controller;
    if (!shape || !this.state.tile) return;
    const image = new Image();
    image.src = this.state.tile.url;
    await image.decode();
    this.shape.setData(shape, image);
    this.shape.setCamera(this.state.place, this.panorama.gaze.yaw);
    this.shape.setPath(this.state.path.line);
    this.shapeCanvas.dataset.ready = "true";
    this.refreshBusy();
  }

  private refreshBusy(): void {
    const waiting = this.state.view === "shape" ? !this.shape.ready : !this.panorama.hasFrame;
    this.busy.textContent = !this.state.tile || !waiting ? "" : this.state.view === "shape" ? "Measuring the surface …" : "Looking …";
  }

  private refreshMeter(): void {
    const { streamer } = this.controller;
    const fps = streamer.framesPerSecond;
    const rate = fps > 0 ? `${fps.toFixed(0)} frames/s · ` : "";
    this.meter.textContent = streamer.latencyMs > 0 ? `${rate}${streamer.latencyMs.toFixed(0)} ms` : "";
  }

  private refreshLegend(): void {
    const { layer } = this.state;
    const bar = (style: string, low: string, high: string, what: string): Node[] => [
      h("span", { class: "legend-title" }, what),
      h("span", { class: "legend-bar", style: `background:${style}` }),
      h("span", { class: "legend-ends" }, h("span", {}, low), h("span", {}, high)),
    ];
    const range = this.panorama.rangeM;
    const content: Record<Layer, Node[]> = {
      picture: [],
      depth: bar(scaleCss(), "0 m", `${range.toFixed(0)} m and more`, "Distance along the ray; dark grey: open sky"),
      opacity: bar("linear-gradient(to right, #000, #fff)", "0", "1", "Opacity: 0 sky, 1 solid"),
      colour: [h("span", { class: "legend-title" }, "The tile's own colours, projected by the density")],
    };
    this.legend.replaceChildren(...content[layer]);
  }
}
