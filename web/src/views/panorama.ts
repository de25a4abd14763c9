// The view in which one stands: the panorama that the server paints, with its layers.

import type { Controller } from "../controller";
import { Choice, h } from "../dom";
import { addLooking } from "../looking";
import { Panorama } from "../panorama";
import { LAYERS, type Look } from "../protocol";
import type { StageView } from "../stage";
import type { State } from "../state";
import type { Walker } from "../walker";
import { LayerChoice } from "./layers";
import { Pointing } from "./pointing";

const METER_MS = 250;
/** The server takes no larger sides. */
const LARGEST_SIDE = 2048;
const LOOKS: Record<Look, string> = { painted: "Painted", model: "Drawn" };

export class PanoramaView implements StageView {
  readonly key = "panorama";
  readonly title = "Panorama";
  readonly icon = "stand";
  readonly walks = true;
  readonly element: HTMLElement;
  readonly tools: HTMLElement;
  readonly panorama: Panorama;
  readonly pointing: Pointing;
  private readonly meter = h("output", { class: "meter", title: "Frames a second, and the time from asking for a view to seeing it" });
  private readonly canvas = h("canvas", {
    tabindex: 0, class: "look", role: "application",
    "aria-label": "Panorama. Drag to look around, click to walk there, double click to look there. W, A, S, D or the arrow keys walk and turn, Enter walks to the middle, M measures, plus and minus zoom.",
  });

  constructor(
    private readonly state: State,
    private readonly controller: Controller,
    walker: Walker,
    onFrame: () => void,
  ) {
    this.panorama = new Panorama(this.canvas, state.info.scene, state.looking);
    this.pointing = new Pointing(state, this.panorama, walker);
    const layers = new LayerChoice(LAYERS, this.panorama.rangeM, (layer) => {
      state.layer = layer;
      this.panorama.setLayer(layer);
    });
    this.tools = h("div", { class: "tool-row" }, this.looks(), layers.element);
    controller.detail.viewSize = () => this.size();
    this.element = h("div", {}, this.canvas, this.pointing.element, layers.legend, this.meter);
    for (const topic of ["tile", "window"] as const) state.on(topic, () => this.panorama.forgetDepth());
    addLooking(this.canvas, state.looking);
    this.canvas.addEventListener("keydown", (event) => walker.keydown(event));
    controller.onFrame = (frame) => {
      this.panorama.show(frame);
      this.canvas.dataset.frames = String(Number(this.canvas.dataset.frames ?? 0) + 1);
      onFrame();
    };
    window.setInterval(() => this.refreshMeter(), METER_MS);
  }

  /** Painted, or drawn from the things found in the tile, where the weights tell of any. */
  private looks(): HTMLElement | null {
    const { state, controller } = this;
    if (state.info.looks.length < 2) return null;
    const choice = new Choice("Look", state.info.looks.map((look) => [look, LOOKS[look]] as const), (look) => {
      state.look = look;
      controller.ask(false);
    });
    const refresh = (): void => choice.set(state.look);
    state.on("ready", refresh);
    refresh();
    return choice.element;
  }

  private size(): { width: number; height: number } | null {
    const { clientWidth, clientHeight } = this.canvas;
    const scale = Math.min(Math.min(2, window.devicePixelRatio), LARGEST_SIDE / Math.max(1, clientWidth, clientHeight));
    const [width, height] = [Math.round(clientWidth * scale), Math.round(clientHeight * scale)];
    return this.element.hidden || Math.min(width, height) < 16 ? null : { width, height };
  }

  picture(): HTMLCanvasElement {
    return this.panorama.picture();
  }

  setShown(shown: boolean): void {
    this.panorama.setShown(shown);
  }

  busy(): string {
    return this.state.tile && !this.panorama.hasFrame ? "Looking …" : "";
  }

  private refreshMeter(): void {
    const { streamer } = this.controller;
    const fps = streamer.framesPerSecond;
    const rate = fps > 0 ? `${fps.toFixed(0)} frames/s · ` : "";
    this.meter.textContent = streamer.latencyMs > 0 ? `${rate}${streamer.latencyMs.toFixed(0)} ms` : "";
  }
}
