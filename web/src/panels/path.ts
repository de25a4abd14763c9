// The path's own controls: points, smoothing, files in and out. It is drawn on the tile.

import type { Controller } from "../controller";
import { button, card, h, save, slider } from "../dom";
import { metres } from "../geometry";
import type { State } from "../state";
import type { MapMode, TileMap } from "../tilemap";

const FORMATS = ["csv", "json", "geojson"] as const;

const HINTS: Record<MapMode, string> = {
  stand: "Click or drag on the tile to stand there. Choose Draw or Points above it to make a walk.",
  draw: "Drag over the tile to draw a walk.",
  points: "Click on the tile to add waypoints, drag to move them, click the line to insert one.",
};

export class PathPanel {
  readonly element: HTMLElement;
  private readonly hint = h("p", { class: "note" });
  private readonly pointTools = h("div", { class: "row" });
  private readonly smoothing = slider(
    "Smoothing", { min: 0, max: 4, step: 0.25, value: 1 }, (v) => metres(v, 2), (v) => this.state.path.smoothTo(v),
  );
  private readonly file = h("input", {
    type: "file", accept: ".csv,.json,.geojson", class: "hidden", tabindex: -1, "aria-label": "Choose a path file",
    onchange: () => void this.read(),
  });

  constructor(
    private readonly state: State,
    private readonly controller: Controller,
    private readonly map: TileMap,
  ) {
    const format = h("select", { "aria-label": "Format of the path file" }, ...FORMATS.map((f) => h("option", { value: f }, f === "geojson" ? "GeoJSON" : f.toUpperCase())));
    format.classList.add("format");
    this.pointTools.append(
      button("Insert a point", () => map.insertBeside(), { icon: "add" }),
      button("Delete the point", () => map.removeSelected(), { icon: "trash" }),
    );
    this.smoothing.input.addEventListener("pointerdown", () => state.path.mark());
    this.element = card(
      "Path",
      this.hint, this.pointTools, this.smoothing.element,
      h("div", { class: "row" },
        button("Open …", () => this.file.click(), { icon: "open" }),
        button("Save", () => void this.write(format.value), { icon: "download" }), format, this.file),
    );
    state.on("path", () => this.refresh());
    this.refresh();
  }

  refresh(): void {
    const { path } = this.state;
    this.pointTools.hidden = this.map.mode !== "points" || path.points.length < 2;
    this.smoothing.input.valueAsNumber = path.smoothingM;
    this.smoothing.refresh();
    this.hint.textContent = HINTS[this.map.mode];
  }

  private async read(): Promise<void> {
    const [file] = this.file.files ?? [];
    this.file.value = "";
    if (!file) return;
    const format = /\.(csv|json|geojson)$/i.exec(file.name)?.[1]?.toLowerCase() ?? "";
    await this.controller.guarded(file.name, async () => {
      const answer = await this.controller.link.post(`api/path/read?format=${format}`, file);
      const { points, notices } = (await answer.json()) as { points: [number, number][]; notices: string[] };
      this.state.path.draw(points.map(([east, south]) => ({ east, south })));
      if (notices.length > 0) this.controller.onNotice(`${file.name}: ${notices.join(" ")}`, "info");
    });
  }

  private async write(format: string): Promise<void> {
    const name = `path.${format}`;
    await this.controller.guarded(name, async () => {
      const points = this.state.path.cameras(0.5).map((p) => [p.east, p.south]);
      const answer = await this.controller.link.post(`api/path/write?format=${format}`, JSON.stringify({ points }));
      save(await answer.blob(), name);
    });
  }
}
