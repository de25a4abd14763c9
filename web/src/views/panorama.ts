// The view in which one stands: the panorama that the server paints, with its layers.

import type { Controller } from "../controller";
import { h } from "../dom";
import { addLooking, type Looking } from "../looking";
import { Panorama } from "../panorama";
import { LAYERS } from "../protocol";
import type { StageView } from "../stage";
import type { State } from "../state";
import type { Walker } from "../walker";
import { LayerChoice } from "./layers";

const METER_MS = 250;

export class PanoramaView implements StageView {
  readonly key = "panorama";
  readonly title = "Panorama";
  readonly icon = "stand";
  readonly walks = true;
  readonly element: HTMLElement;
  readonly tools: HTMLElement;
  readonly panorama: Panorama;
  private readonly meter = h("output", { class: "meter", title: "Frames a second, and the time from asking for a view to seeing it" });
  private readonly canvas = h("canvas", {
    tabindex: 0, class: "look", role: "application",
    "aria-label": "Panorama. Drag to look around. W, A, S, D or the arrow keys walk and turn, plus and minus zoom.",
  });

  constructor(
    private readonly state: State,
    private readonly controller: Controller,
    looking: Looking,
    walker: Walker,
    onFrame: () => void,
  ) {
    this.panorama = new Panorama(this.canvas, state.info.scene, looking);
    const layers = new LayerChoice(LAYERS, this.panorama.rangeM, (layer) => {
      state.layer = layer;
      this.panorama.setLayer(layer);
    });
    this.tools = layers.element;
    this.element = h("div", {}, this.canvas, layers.legend, this.meter);
    addLooking(this.canvas, looking);
    this.canvas.addEventListener("keydown", (event) => walker.keydown(event));
    controller.onFrame = (frame) => {
      this.panorama.show(frame);
      this.canvas.dataset.frames = String(Number(this.canvas.dataset.frames ?? 0) + 1);
      onFrame();
    };
    window.setInterval(() => this.refreshMeter(), METER_MS);
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
