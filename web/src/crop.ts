// The crop tool: a square, turned so that north is up. Where the picture's width on the ground is known the square is as
// wide as the weights see: a little that is missing is mirrored outwards, and a picture that shows too little is refused.

import { h, slider } from "./dom";
import type { SceneInfo } from "./protocol";

const VIEW = 440;
const MOST_PIXELS = 1024;
/** Share of the weights' width that a picture must show, and pixels it must have there: as in images/tiles.py. */
const NARROWEST = 0.8;
const FEWEST_PIXELS = 32;

/** What was cut: the tile as it is shown, and, where the picture goes on around it, that with what the weights see beyond. */
export interface CutTile {
  url: string;
  wide: { url: string; widthM: number } | null;
}

/** Let a person cut the tile out of a picture of a width in metres (null: unknown); null when they change their mind. */
export async function cropTile(picture: ImageBitmap, scene: SceneInfo, widthM: number | null): Promise<CutTile | null> {
  const tool = new Crop(picture, scene, widthM);
  document.body.append(tool.dialog);
  tool.dialog.showModal();
  tool.draw();
  return new Promise((resolve) => {
    tool.dialog.addEventListener("close", () => {
      const cut = tool.dialog.returnValue === "use" ? tool.cut() : null;
      tool.dialog.remove();
      resolve(cut);
    });
  });
}

class Crop {
  readonly dialog: HTMLDialogElement;
  private readonly canvas = h("canvas", {
    width: VIEW, height: VIEW, class: "crop-canvas", tabindex: 0, role: "img",
    "aria-label": "The picture under the square that becomes the tile. Arrow keys move it.",
  });
  private readonly note = h("p", { class: "note", role: "status" });
  private readonly width = h("input", { type: "number", min: 1, max: 100000, step: "any", placeholder: "unknown", oninput: () => this.draw() });
  private readonly use = h("button", { class: "button primary", value: "use" }, "Use this square");
  private readonly zoomSlider = slider("Size of the square", { min: 5, max: 100, step: 0.5, value: 100 }, (v) => `${v.toFixed(0)} %`, () => this.draw());
  private readonly turnSlider = slider("Turn until north is up", { min: -180, max: 180, step: 0.5, value: 0 }, (v) => `${v.toFixed(1)}°`, () => this.draw());
  private centre: { x: number; y: number };

  constructor(
    private readonly picture: ImageBitmap,
    private readonly scene: SceneInfo,
    widthM: number | null,
  ) {
    if (widthM !== null) this.width.value = String(Number(widthM.toPrecision(6)));
    this.centre = { x: picture.width / 2, y: picture.height / 2 };
    this.dialog = h(
      "dialog",
      { class: "crop", "aria-labelledby": "crop-title" },
      h("h2", { id: "crop-title" }, "Cut out the tile"),
      h("p", {}, `The picture must look straight down, north up. These weights see a square of ${scene.extentM} m with the camera near its middle.`),
      h("div", { class: "crop-body" }, this.canvas, this.controls()),
      h("form", { method: "dialog", class: "row end" },
        h("button", { class: "button", value: "cancel" }, "Cancel"),
        this.use),
    );
    this.addDragging();
  }

  /** Side of the square in pixels of the picture: of the weights' width, where the picture's own is known. */
  private get side(): number {
    if (this.known) return this.scene.extentM / this.metresPerPixel;
    return (this.shorter * this.zoomSlider.input.valueAsNumber) / 100;
  }

  private get shorter(): number {
    return Math.min(this.picture.width, this.picture.height);
  }

  /** Whether the picture's width is said, and can be one. */
  private get known(): boolean {
    return this.width.value !== "" && this.width.validity.valid;
  }

  private get metresPerPixel(): number {
    return this.width.valueAsNumber / this.picture.width;
  }

  draw(): void {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    context.fillStyle = "#30363d";
    context.fillRect(0, 0, VIEW, VIEW);
    this.paint(context, VIEW, 0.8);
    const edge = VIEW * 0.1;
    context.fillStyle = "rgb(0 0 0 / 50%)";
    context.beginPath();
    context.rect(0, 0, VIEW, VIEW);
    context.rect(edge, edge, VIEW * 0.8, VIEW * 0.8);
    context.fill("evenodd");
    context.strokeStyle = "#fff";
    context.lineWidth = 2;
    context.strokeRect(edge, edge, VIEW * 0.8, VIEW * 0.8);
    context.fillStyle = "#fff";
    context.font = "bold 16px system-ui, sans-serif";
    context.textAlign = "center";
    context.fillText("N ↑", VIEW / 2, 28);
    this.tell();
  }

  cut(): CutTile {
    const { extentM, beyondM } = this.scene;
    const widthM = extentM + 2 * beyondM;
    const larger = widthM / extentM;
    const wide = this.known && beyondM > 0 && this.holds(this.side * larger);
    return { url: this.pixels(1), wide: wide ? { url: this.pixels(larger), widthM } : null };
  }

  /** The pixels of a square so many times as wide, as a picture's data URL. */
  private pixels(larger: number): string {
    const size = Math.round(Math.min(MOST_PIXELS, Math.max(this.scene.tileSize, this.side) * larger));
    const canvas = h("canvas", { width: size, height: size });
    const context = canvas.getContext("2d");
    if (context) this.paint(context, size, 1 / larger);
    return size > 512 ? canvas.toDataURL("image/jpeg", 0.95) : canvas.toDataURL("image/png");
  }

  /** Whether the picture shows all of a square of a side in pixels, turned and shifted as it is. */
  private holds(side: number): boolean {
    const angle = (-this.turnSlider.input.valueAsNumber * Math.PI) / 180;
    const reach = (side / 2) * (Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle)));
    const { x, y } = this.centre;
    const { width, height } = this.picture;
    return x - reach >= 0 && y - reach >= 0 && x + reach <= width && y + reach <= height;
  }

  private paint(context: CanvasRenderingContext2D, size: number, share: number): void {
    context.save();
    context.imageSmoothingQuality = "high";
    context.translate(size / 2, size / 2);
    context.rotate((this.turnSlider.input.valueAsNumber * Math.PI) / 180);
    const scale = (size * share) / this.side;
    context.scale(scale, scale);
    context.translate(-this.centre.x, -this.centre.y);
    if (this.known) this.paintMirrored(context);
    context.drawImage(this.picture, 0, 0);
    context.restore();
  }

  /** The picture mirrored outwards at its sides and corners: what stands there where the square is wider than it. */
  private paintMirrored(context: CanvasRenderingContext2D): void {
    const { width, height } = this.picture;
    for (const [column, row] of [[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 1], [1, -1], [1, 0], [1, 1]] as const) {
      context.save();
      context.translate(column * width + (column === 0 ? 0 : width), row * height + (row === 0 ? 0 : height));
      context.scale(column === 0 ? 1 : -1, row === 0 ? 1 : -1);
      context.drawImage(this.picture, 0, 0);
      context.restore();
    }
  }

  private tell(): void {
    const { known, side } = this;
    const { extentM } = this.scene;
    const refused = this.refusal();
    this.use.disabled = refused !== null;
    this.zoomSlider.input.disabled = known;
    const size = `${Math.round(side)} × ${Math.round(side)} pixels`;
    if (refused !== null) this.note.textContent = refused;
    else if (!known) this.note.textContent = `${size}. Say how wide the picture is on the ground, so that metres are true; otherwise the square is taken as ${extentM} m.`;
    else if (side > this.shorter) this.note.textContent = `${size}, ${extentM} m as these weights see; the picture shows ${(this.shorter * this.metresPerPixel).toFixed(1)} m, and its margin is mirrored outwards.`;
    else this.note.textContent = `${size}, ${extentM} m as these weights see.`;
  }

  /** Why the square cannot be used; null where it can. */
  private refusal(): string | null {
    const { extentM } = this.scene;
    if (!this.width.validity.valid) return "The width is a number of metres from 1 to 100000; leave it empty where it is unknown.";
    if (!this.known) return null;
    const shown = (this.shorter * this.metresPerPixel).toFixed(1);
    if (this.shorter < NARROWEST * this.side) return `The picture shows ${shown} m, and these weights see ${extentM} m: too much would have to be made up. Take one of at least ${NARROWEST * extentM} m.`;
    if (this.side < FEWEST_PIXELS) return `The picture shows ${shown} m, and ${extentM} m of it are ${Math.round(this.side)} pixels: too few to recognise anything. Take a finer one.`;
    return null;
  }

  private controls(): HTMLElement {
    return h(
      "div",
      { class: "crop-controls" },
      this.zoomSlider.element,
      this.turnSlider.element,
      h("label", { class: "field" }, h("span", {}, "Width of the whole picture on the ground, metres"), this.width),
      this.note,
    );
  }

  private shift(dx: number, dy: number): void {
    const angle = (-this.turnSlider.input.valueAsNumber * Math.PI) / 180;
    const scale = this.side / (VIEW * 0.8);
    const inside = (value: number, most: number): number => Math.min(most, Math.max(0, value));
    this.centre = {
      x: inside(this.centre.x - (dx * Math.cos(angle) - dy * Math.sin(angle)) * scale, this.picture.width),
      y: inside(this.centre.y - (dx * Math.sin(angle) + dy * Math.cos(angle)) * scale, this.picture.height),
    };
    this.draw();
  }

  private addDragging(): void {
    let last: { x: number; y: number } | null = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      last = { x: event.clientX, y: event.clientY };
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      const zoom = VIEW / this.canvas.clientWidth;
      this.shift((event.clientX - last.x) * zoom, (event.clientY - last.y) * zoom);
      last = { x: event.clientX, y: event.clientY };
    });
    this.canvas.addEventListener("pointerup", () => (last = null));
    this.canvas.addEventListener("keydown", (event) => {
      const moves: Record<string, [number, number]> = { ArrowLeft: [10, 0], ArrowRight: [-10, 0], ArrowUp: [0, 10], ArrowDown: [0, -10] };
      const move = moves[event.key];
      if (!move) return;
      event.preventDefault();
      this.shift(...move);
    });
  }
}
