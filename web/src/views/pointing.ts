// Pointing into the view: a mark shows what lies under the pointer and how far away it is, a click walks there, a
// double click looks there, and two points can be measured.

import { h, svg } from "../dom";
import { metres } from "../geometry";
import type { Place } from "../protocol";
import { directionOf, eyeAt, facing, ringAround, spotOf, type Hit, type Point, type Spot, type Window } from "../sight";
import type { State } from "../state";
import type { Walker } from "../walker";

/** A pointer that moved further than this between press and release has dragged. */
const STILL_PX = 5;
/** A second click within this time makes it a double click. */
const DOUBLE_MS = 260;
const RING_M = 0.4;
const MIDDLE: Spot = { x: 0.5, y: 0.5 };

/** What is pointed into: an element that fills the view, and what is seen in its spots. */
export interface Surface {
  readonly element: HTMLElement;
  hit(spot: Spot, from: Place): Hit | null;
}

export class Pointing {
  /** Laid over the canvas. */
  readonly element: HTMLElement;
  onMeasuring: (on: boolean) => void = () => undefined;
  private readonly ring = svg("path", { class: "mark-ring" });
  private readonly lines = svg("g", { class: "measure-lines" });
  private readonly label = h("div", { class: "mark-label", hidden: true });
  private readonly result = h("output", { class: "measured" });
  private readonly board = svg("svg", { class: "pointing", "aria-hidden": "true" }, this.lines, this.ring);
  private readonly canvas: HTMLElement;
  private pressed: { x: number; y: number } | null = null;
  private clickTimer = 0;
  private ends: Point[] = [];
  private measuring = false;

  /** Without a walker it only measures: the view has a way of walking of its own. */
  constructor(
    private readonly state: State,
    private readonly surface: Surface,
    private readonly walker: Walker | null,
  ) {
    this.canvas = surface.element;
    this.element = h("div", { class: "over" }, this.board, this.label, this.result);
    this.listen();
  }

  get isMeasuring(): boolean {
    return this.measuring;
  }

  /** Begin or end measuring. */
  measure(on: boolean): void {
    this.measuring = on;
    this.ends = [];
    this.canvas.dataset.measuring = String(on);
    this.onMeasuring(on);
    this.refresh();
    if (on) (this.canvas.querySelector("canvas") ?? this.canvas).focus();
  }

  private listen(): void {
    const { canvas, state } = this;
    canvas.addEventListener("pointerdown", (event) => {
      this.pressed = event.isPrimary && event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
      this.unmark();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons === 0 && event.pointerType === "mouse" && (this.walker || this.measuring)) this.mark(this.spot(event));
    });
    canvas.addEventListener("pointerleave", () => this.unmark());
    canvas.addEventListener("pointerup", (event) => {
      const from = this.pressed;
      this.pressed = null;
      if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) < STILL_PX) this.clicked(this.spot(event), event.pointerType);
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
    state.looking.onTurn(() => this.refresh());
    state.on("place", () => {
      this.unmark();
      this.refresh();
    });
    for (const topic of ["tile", "window"] as const) state.on(topic, () => this.measure(false));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") this.act(MIDDLE);
    else if (event.key === "m") this.measure(!this.measuring);
    else if (event.key === "Escape" && this.measuring) this.measure(false);
    else return;
    event.preventDefault();
  }

  private spot(event: PointerEvent): Spot {
    const box = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  }

  /** The first click waits for a second one; measuring has no second meaning, and does not wait. */
  private clicked(spot: Spot, pointer: string): void {
    window.clearTimeout(this.clickTimer);
    if (this.measuring) {
      this.act(spot);
    } else if (this.clickTimer) {
      this.clickTimer = 0;
      this.walker?.face(facing(directionOf(this.window, spot)));
    } else if (this.walker) {
      if (pointer !== "mouse") this.mark(spot);
      this.clickTimer = window.setTimeout(() => {
        this.clickTimer = 0;
        this.act(spot);
      }, DOUBLE_MS);
    }
  }

  /** Walk to what is seen in a spot, or measure from or to it. */
  private act(spot: Spot): void {
    const hit = this.surface.hit(spot, this.state.place);
    if (!hit) return;
    if (!this.measuring) {
      this.walker?.goTo(hit, this.eye);
      return;
    }
    this.ends = this.ends.length === 2 ? [hit] : [...this.ends, hit];
    this.refresh();
  }

  private mark(spot: Spot): void {
    const hit = this.surface.hit(spot, this.state.place);
    if (!hit) {
      this.unmark();
      return;
    }
    this.ring.setAttribute("d", this.outline(hit));
    this.label.hidden = false;
    this.label.textContent = hit.ground ? metres(hit.away) : `${metres(hit.away)}, ${metres(hit.y)} high`;
    this.label.style.left = `${spot.x * 100}%`;
    this.label.style.top = `${spot.y * 100}%`;
  }

  private unmark(): void {
    this.ring.setAttribute("d", "");
    this.label.hidden = true;
  }

  private outline(hit: Hit): string {
    const radius = Math.max(RING_M, hit.away * 0.02);
    const corners = ringAround(hit, this.eye, radius).map((point) => this.seen(point));
    return corners.some((corner) => corner === null) ? "" : `M${corners.map((c) => `${c?.x ?? 0} ${c?.y ?? 0}`).join("L")}Z`;
  }

  /** The surfaces lie over each other, and only one of them is shown: each knows its own shape. */
  private get window(): Window {
    return { gaze: this.state.looking.gaze, aspect: this.canvas.clientWidth / Math.max(1, this.canvas.clientHeight) };
  }

  private get eye(): Point {
    const { scene } = this.state.info;
    return eyeAt(this.state.place, scene.extentM / 2, scene.cameraHeightM);
  }

  /** Where a point is seen, in pixels of the canvas. */
  private seen(point: Point): Spot | null {
    const spot = spotOf(this.window, this.eye, point);
    return spot && { x: spot.x * this.canvas.clientWidth, y: spot.y * this.canvas.clientHeight };
  }

  private refresh(): void {
    const spots = this.ends.map((end) => this.seen(end));
    const [a, b] = spots;
    const line = a && b ? svg("path", { class: "measure-line", d: `M${a.x} ${a.y}L${b.x} ${b.y}` }) : null;
    const dots = spots.filter((spot) => spot !== null).map(({ x, y }) => svg("circle", { class: "measure-end", cx: x, cy: y, r: 5 }));
    this.lines.replaceChildren(...(line ? [line] : []), ...dots);
    const text = this.measuring ? measured(this.ends) : "";
    if (this.result.textContent !== text) this.result.textContent = text;
  }
}

function measured([a, b]: readonly Point[]): string {
  if (!a) return "Click the first point (Enter: the middle of the view)";
  if (!b) return "Click the second point";
  const level = Math.hypot(b.x - a.x, b.z - a.z);
  const up = b.y - a.y;
  return `Distance ${metres(Math.hypot(level, up))}: ${metres(level)} level, ${metres(Math.abs(up))} ${up < 0 ? "down" : "up"}`;
}
