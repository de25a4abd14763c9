// The crop tool: a square, turned so that north is up, with its side in metres.

import { button, h, slider } from "./dom";

const VIEW = 440;
const MOST_PIXELS = 1024;

/** Let a person cut the tile out of a picture; null when they change their mind. */
export async function cropTile(picture: ImageBitmap, extentM: number, tileSize: number): Promise<string | null> {
  const tool = new Crop(picture, extentM, tileSize);
  document.body.append(tool.dialog);
  tool.dialog.showModal();
  tool.draw();
  return new Promise((resolve) => {
    tool.dialog.addEventListener("close", () => {
      const url = tool.dialog.returnValue === "use" ? tool.cut() : null;
      tool.dialog.remove();
      resolve(url);
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
  private readonly fitButton = button("", () => this.fit());
  private readonly zoomSlider = slider("Size of the square", { min: 5, max: 100, step: 0.5, value: 100 }, (v) => `${v.toFixed(0)} %`, () => this.draw());
  private readonly turnSlider = slider("Turn until north is up", { min: -180, max: 180, step: 0.5, value: 0 }, (v) => `${v.toFixed(1)}°`, () => this.draw());
  private centre: { x: number; y: number };

  constructor(
    private readonly picture: ImageBitmap,
    private readonly extentM: number,
    private readonly tileSize: number,
  ) {
    this.centre = { x: picture.width / 2, y: picture.height / 2 };
    this.dialog = h(
      "dialog",
      { class: "crop", "aria-labelledby": "crop-title" },
      h("h2", { id: "crop-title" }, "Cut out the tile"),
      h("p", {}, `The picture must look straight down, north up. These weights expect a square of ${extentM} m with the camera near its middle.`),
      h("div", { class: "crop-body" }, this.canvas, this.controls()),
      h("form", { method: "dialog", class: "row end" },
        h("button", { class: "button", value: "cancel" }, "Cancel"),
        h("button", { class: "button primary", value: "use" }, "Use this square")),
    );
    this.addDragging();
  }

  /** Side of the square in pixels of the picture. */
  private get side(): number {
    return (Math.min(this.picture.width, this.picture.height) * this.zoomSlider.input.valueAsNumber) / 100;
  }

  private get metresPerPixel(): number {
    return this.width.valueAsNumber > 0 ? this.width.valueAsNumber / this.picture.width : NaN;
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

  /** The square's pixels as a picture's data URL. */
  cut(): string {
    const size = Math.round(Math.min(MOST_PIXELS, Math.max(this.tileSize, this.side)));
    const canvas = h("canvas", { width: size, height: size });
    const context = canvas.getContext("2d");
    if (context) this.paint(context, size, 1);
    return size > 512 ? canvas.toDataURL("image/jpeg", 0.95) : canvas.toDataURL("image/png");
  }

  private paint(context: CanvasRenderingContext2D, size: number, share: number): void {
    context.save();
    context.imageSmoothingQuality = "high";
    context.translate(size / 2, size / 2);
    context.rotate((this.turnSlider.input.valueAsNumber * Math.PI) / 180);
    const scale = (size * share) / this.side;
    context.scale(scale, scale);
    context.drawImage(this.picture, -this.centre.x, -this.centre.y);
    context.restore();
  }

  private tell(): void {
    const known = this.metresPerPixel > 0;
    const metres = this.side * this.metresPerPixel;
    this.fitButton.disabled = !known;
    const size = `${Math.round(this.side)} × ${Math.round(this.side)} pixels`;
    if (!known) this.note.textContent = `${size}. Say how wide the picture is on the ground to see the square in metres; otherwise it is taken as ${this.extentM} m.`;
    else if (Math.abs(metres / this.extentM - 1) < 0.1) this.note.textContent = `${size}, ${metres.toFixed(1)} m: as the weights expect.`;
    else this.note.textContent = `${size}, ${metres.toFixed(1)} m, but the weights expect ${this.extentM} m: distances and heights will be off by that factor.`;
  }

  private fit(): void {
    const share = (this.extentM / this.metresPerPixel / Math.min(this.picture.width, this.picture.height)) * 100;
    this.zoomSlider.input.value = String(Math.min(100, Math.max(5, share)));
    this.zoomSlider.refresh();
    this.draw();
  }

  private controls(): HTMLElement {
    this.fitButton.querySelector("span")?.append(`Make the square ${this.extentM} m`);
    return h(
      "div",
      { class: "crop-controls" },
      this.zoomSlider.element,
      this.turnSlider.element,
      h("label", { class: "field" }, h("span", {}, "Width of the whole picture on the ground, metres"), this.width),
      this.fitButton,
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
