// The view from outside: the surface with the tile on it, to turn in the hand.

import type { Controller } from "../controller";
import { h } from "../dom";
import { ShapeView } from "../shape";
import type { StageView } from "../stage";
import type { State } from "../state";

const MOVES: Record<string, readonly [number, number, number]> = {
  ArrowLeft: [-6, 0, 1], ArrowRight: [6, 0, 1], ArrowUp: [0, -4, 1], ArrowDown: [0, 4, 1], "+": [0, 0, 0.9], "=": [0, 0, 0.9], "-": [0, 0, 1.1],
};

/** The canvas of a shape, turned by its own keys. */
export function shapeCanvas(): HTMLCanvasElement {
  return h("canvas", {
    tabindex: 0, class: "shape", role: "application",
    "aria-label": "Shape of the surface. Drag to turn it. Arrow keys turn and tip it, plus and minus come nearer.",
  });
}

export function addTurning(shape: ShapeView): void {
  shape.canvas.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (event.key === "Home") shape.reset();
    else if (!move) return;
    else shape.orbit(...move);
    event.preventDefault();
  });
}

export class ShapeStage implements StageView {
  readonly key = "shape";
  readonly title = "Shape";
  readonly icon = "image";
  readonly walks = false;
  readonly element: HTMLElement;
  readonly shape: ShapeView;
  private readonly canvas = shapeCanvas();
  private shown = false;

  constructor(
    private readonly state: State,
    private readonly controller: Controller,
    private readonly onFilled: () => void,
  ) {
    this.shape = new ShapeView(this.canvas, state.info.scene);
    this.element = h("div", { class: "shape-ground" }, this.canvas);
    addTurning(this.shape);
    state.on("shape", () => void this.fill());
    state.on("path", () => this.shape.setPath(state.path.line));
    state.on("place", () => this.refreshCamera());
    state.on("ready", () => this.shown && controller.askShape());
    state.looking.onTurn(() => this.refreshCamera());
  }

  setShown(shown: boolean): void {
    this.shown = shown;
    this.shape.setShown(shown);
    if (shown) this.controller.askShape();
  }

  picture(): HTMLCanvasElement {
    return this.shape.picture();
  }

  busy(): string {
    return this.state.tile && !this.controller.shape ? "Measuring the surface …" : "";
  }

  private refreshCamera(): void {
    this.shape.setCamera(this.state.place, this.state.looking.gaze.yaw);
  }

  private async fill(): Promise<void> {
    const { shape } = this.controller;
    if (!shape || !this.state.tile) return;
    const image = new Image();
    image.src = this.state.tile.url;
    await image.decode();
    this.shape.setData(shape, image);
    this.shape.setPath(this.state.path.line);
    this.refreshCamera();
    this.canvas.dataset.ready = "true";
    this.onFilled();
  }
}
