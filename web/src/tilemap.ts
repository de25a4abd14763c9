// The tile from above, with the camera, what it sees, and the path on it. Drawn as SVG, so that every waypoint is
// an element a keyboard and a screen reader can reach.

import { h, svg } from "./dom";
import { clampPlace, distance, placeText } from "./geometry";
import type { PathModel } from "./path";
import type { Gaze, Place } from "./protocol";

export type MapMode = "stand" | "draw" | "points";

const NUDGE = 0.02;
const FINE = 0.005;

export class TileMap {
  onStand: (place: Place, moving: boolean) => void = () => undefined;
  mode: MapMode = "stand";
  readonly element: HTMLElement;
  selected = -1;
  private readonly image = svg("image", { x: -1, y: -1, width: 2, height: 2, preserveAspectRatio: "none" });
  private readonly wedge = svg("path", { class: "wedge" });
  private readonly lineBack = svg("polyline", { class: "path-back" });
  private readonly line = svg("polyline", { class: "path-line" });
  private readonly points = svg("g", {});
  private readonly marker = svg("circle", { class: "marker", r: 0.032 });
  private readonly scaleBar = h("div", { class: "scale-bar", "aria-hidden": "true" });
  private readonly board: SVGSVGElement;
  private drawing: Place[] | null = null;
  private dragging = -1;

  constructor(
    private readonly path: PathModel,
    private readonly unitM: number,
    readonly editable: boolean,
  ) {
    this.board = svg(
      "svg",
      { viewBox: "-1 -1 2 2", class: "board", role: "group", "aria-label": "The tile from above, north up" },
      this.image, this.wedge, this.lineBack, this.line, this.marker, this.points,
    );
    const north = h("div", { class: "north", "aria-hidden": "true" }, "N");
    this.element = h("div", { class: "map" }, this.board, north, this.scaleBar);
    this.board.addEventListener("pointerdown", (event) => this.down(event));
    this.board.addEventListener("pointermove", (event) => this.moved(event));
    this.board.addEventListener("pointerup", () => this.up());
    this.board.addEventListener("pointercancel", () => this.up());
    this.showScale();
  }

  setTile(url: string): void {
    this.image.setAttribute("href", url);
  }

  setMode(mode: MapMode): void {
    this.mode = mode;
    this.element.dataset.mode = mode;
    this.refreshPath();
  }

  setCamera(place: Place, gaze: Gaze, horizontalFov: number): void {
    const at = { cx: place.east, cy: place.south };
    for (const [name, value] of Object.entries(at)) this.marker.setAttribute(name, String(value));
    const reach = 0.42;
    const edge = (degrees: number): string => {
      const angle = ((gaze.yaw + degrees) * Math.PI) / 180;
      return `${place.east + reach * Math.sin(angle)} ${place.south - reach * Math.cos(angle)}`;
    };
    const half = Math.min(179, horizontalFov) / 2;
    const large = half > 90 ? 1 : 0;
    this.wedge.setAttribute("d", `M${place.east} ${place.south}L${edge(-half)}A${reach} ${reach} 0 ${large} 1 ${edge(half)}Z`);
  }

  refreshPath(): void {
    const shown = this.drawing ?? this.path.line;
    const text = shown.map((p) => `${p.east.toFixed(4)},${p.south.toFixed(4)}`).join(" ");
    this.line.setAttribute("points", text);
    this.lineBack.setAttribute("points", text);
    if (!this.editable || this.mode === "stand") {
      this.points.replaceChildren();
      return;
    }
    const focused = this.points.contains(document.activeElement);
    this.selected = Math.min(this.selected, this.path.points.length - 1);
    this.points.replaceChildren(...this.path.points.map((place, index) => this.handle(place, index)));
    if (focused) (this.points.children[this.selected] as SVGElement | undefined)?.focus();
  }

  removeSelected(): void {
    if (this.selected < 0) return;
    this.path.remove(this.selected);
  }

  /** Put a point in the middle of the piece after the selected one (before it, at the end). */
  insertBeside(): void {
    const from = this.selected < this.path.points.length - 1 ? this.selected : this.selected - 1;
    const a = this.path.points[from];
    const b = this.path.points[from + 1];
    if (a && b) this.selected = this.path.insert({ east: (a.east + b.east) / 2, south: (a.south + b.south) / 2 });
    this.refreshPath();
  }

  private handle(place: Place, index: number): SVGElement {
    const where = `Waypoint ${index + 1} of ${this.path.points.length}, ${placeText(place, this.unitM)}`;
    const circle = svg("circle", {
      class: index === this.selected ? "waypoint selected" : "waypoint",
      cx: place.east,
      cy: place.south,
      r: 0.028,
      tabindex: 0,
      role: "button",
      "aria-label": `${where}. Arrow keys move it, Insert adds one, Delete removes it.`,
      onkeydown: (event: KeyboardEvent) => this.handleKey(event, index),
      onfocus: () => this.select(index),
    });
    return circle;
  }

  private select(index: number): void {
    this.selected = index;
    [...this.points.children].forEach((child, i) => child.classList.toggle("selected", i === index));
  }

  private handleKey(event: KeyboardEvent, index: number): void {
    const step = event.shiftKey ? FINE : NUDGE;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step],
    };
    const move = moves[event.key];
    const place = this.path.points[index];
    if (move && place) {
      if (!event.repeat) this.path.mark();
      this.path.move(index, { east: place.east + move[0], south: place.south + move[1] });
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.path.remove(index);
    } else if (event.key === "Insert" || event.key === "i") {
      this.insertBeside();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private toPlace(event: PointerEvent): Place {
    const box = this.board.getBoundingClientRect();
    return clampPlace({
      east: ((event.clientX - box.left) / box.width) * 2 - 1,
      south: ((event.clientY - box.top) / box.height) * 2 - 1,
    });
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || !this.editable) {
      if (!this.editable && event.button === 0) this.onStand(this.toPlace(event), false);
      return;
    }
    event.preventDefault(); // no text selection, no image dragging
    this.board.setPointerCapture(event.pointerId);
    const place = this.toPlace(event);
    if (this.mode === "stand") {
      this.drawing = null;
      this.dragging = 0;
      this.onStand(place, true);
    } else if (this.mode === "draw") {
      this.drawing = [place];
    } else {
      this.downOnPoints(place, event);
    }
  }

  private downOnPoints(place: Place, event: PointerEvent): void {
    const reach = (event.pointerType === "touch" ? 22 : 12) / (this.board.clientWidth / 2);
    const away = this.path.points.map((p) => distance(p, place));
    const nearest = away.indexOf(Math.min(...away));
    if (nearest >= 0 && (away[nearest] ?? 9) < reach) {
      this.path.mark();
      this.dragging = nearest;
    } else if (this.path.line.some((p) => distance(p, place) < reach * 0.7)) {
      this.dragging = this.path.insert(place);
    } else {
      this.path.add(place);
      this.dragging = this.path.points.length - 1;
    }
    this.selected = this.dragging;
    this.refreshPath();
    (this.points.children[this.selected] as SVGElement | undefined)?.focus();
  }

  private moved(event: PointerEvent): void {
    const place = this.toPlace(event);
    if (this.drawing) {
      const last = this.drawing.at(-1);
      if (!last || distance(last, place) > 0.01) this.drawing.push(place);
      this.refreshPath();
    } else if (this.dragging >= 0) {
      if (this.mode === "stand") this.onStand(place, true);
      else this.path.move(this.dragging, place);
    }
  }

  private up(): void {
    const drawn = this.drawing;
    const wasStanding = this.mode === "stand" && this.dragging >= 0;
    this.drawing = null;
    this.dragging = -1;
    if (drawn && drawn.length > 2) this.path.draw(drawn);
    else if (drawn) this.refreshPath();
    if (wasStanding) {
      const [east, south] = [Number(this.marker.getAttribute("cx")), Number(this.marker.getAttribute("cy"))];
      this.onStand({ east, south }, false);
    }
  }

  private showScale(): void {
    const side = this.unitM * 2;
    const length = [50, 20, 10, 5, 2, 1].find((m) => m <= side / 3.5) ?? 1;
    this.scaleBar.append(h("span", { style: `width:${(length / side) * 100}cqw` }), h("small", {}, `${length} m`));
  }
}
