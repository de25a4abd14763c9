// The left column: the tile from above, how to put things on it, and the path's own controls.

import type { Controller } from "../controller";
import { button, Choice, h, save, slider } from "../dom";
import { metres, placeText } from "../geometry";
import type { Stage } from "../stage";
import type { State } from "../state";
import { TileMap } from "../tilemap";

const FORMATS = ["csv", "json", "geojson"] as const;

export class MapPanel {
  readonly element: HTMLElement;
  readonly map: TileMap;
  private readonly where = h("output", { class: "where", "aria-live": "off" });
  private readonly length = h("output", { class: "length" });
  private readonly hint = h("p", { class: "note" });
  private readonly undo = button("Undo", () => this.state.path.undo(), { icon: "undo", bare: true });
  private readonly redo = button("Redo", () => this.state.path.redo(), { icon: "redo", bare: true });
  private readonly clear = button("Remove the path", () => this.state.path.clear(), { icon: "trash", bare: true });
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
    private readonly stage: Stage,
  ) {
    const { scene } = state.info;
    this.map = new TileMap(state.path, scene.extentM / 2, true);
    this.map.onStand = (place, moving) => {
      stage.walker.pause();
      controller.stand(place, moving);
    };
    const modes = [["stand", "Stand"], ["draw", "Draw"], ["points", "Points"]] as const;
    const mode = new Choice("What a click on the tile does", modes, (value) => {
      this.map.setMode(value);
      this.refresh();
    });
    mode.set("stand");
    this.pointTools.append(
      button("Insert a point", () => this.map.insertBeside(), { icon: "add" }),
      button("Delete the point", () => this.map.removeSelected(), { icon: "trash" }),
    );
    this.smoothing.input.addEventListener("pointerdown", () => state.path.mark());
    this.element = h(
      "section", { class: "card map-card", "aria-label": "Tile and path" },
      mode.element, this.map.element, this.where, this.hint, this.pointTools, this.pathTools(),
    );
    this.listen();
  }

  private pathTools(): HTMLElement {
    const format = h("select", { "aria-label": "Format of the path file" }, ...FORMATS.map((f) => h("option", { value: f }, f === "geojson" ? "GeoJSON" : f.toUpperCase())));
    format.classList.add("format");
    return h(
      "div", { class: "path-tools" },
      h("div", { class: "row between" },
        h("h2", {}, "Path"), this.length,
        h("div", { class: "row tight" }, this.undo, this.redo, this.clear)),
      this.smoothing.element,
      h("div", { class: "row" },
        button("Open …", () => this.file.click(), { icon: "open" }),
        button("Save", () => void this.write(format.value), { icon: "download" }), format, this.file),
    );
  }

  private listen(): void {
    const { state, stage } = this;
    const camera = (): void => {
      this.map.setCamera(state.place, stage.panorama.gaze, stage.panorama.horizontalFov);
      this.where.textContent = `Camera: ${placeText(state.place, state.info.scene.extentM / 2)} of the middle`;
    };
    state.on("place", camera);
    state.on("gaze", camera);
    state.on("tile", () => {
      if (state.tile) this.map.setTile(state.tile.url);
      camera();
    });
    state.on("path", () => this.refresh());
    this.map.setMode("stand");
    this.refresh();
    camera();
  }

  private refresh(): void {
    const { path } = this.state;
    this.map.refreshPath();
    this.undo.disabled = !path.canUndo;
    this.redo.disabled = !path.canRedo;
    this.clear.disabled = path.points.length === 0;
    this.pointTools.hidden = this.map.mode !== "points" || path.points.length < 2;
    this.smoothing.input.valueAsNumber = path.smoothingM;
    this.smoothing.refresh();
    this.length.textContent = path.line.length > 1 ? metres(path.lengthM) : "none yet";
    this.hint.textContent = {
      stand: "Click or drag on the tile to stand there.",
      draw: "Drag over the tile to draw a walk.",
      points: "Click to add waypoints, drag to move them, click the line to insert one.",
    }[this.map.mode];
  }

  private async read(): Promise<void> {
    const [file] = this.file.files ?? [];
    this.file.value = "";
    if (!file) return;
    const format = /\.(csv|json|geojson)$/i.exec(file.name)?.[1]?.toLowerCase() ?? "";
    try {
      const answer = await this.controller.link.post(`api/path/read?format=${format}`, file);
      const { points, notices } = (await answer.json()) as { points: [number, number][]; notices: string[] };
      const places = points.map(([east, south]) => ({ east, south }));
      this.state.path.draw(places);
      if (notices.length > 0) this.controller.onNotice(notices.join(" "), "info");
    } catch (error) {
      this.controller.onNotice(error instanceof Error ? error.message : String(error), "error");
    }
  }

  private async write(format: string): Promise<void> {
    try {
      const points = this.state.path.cameras(0.5).map((p) => [p.east, p.south]);
      const answer = await this.controller.link.post(`api/path/write?format=${format}`, JSON.stringify({ points }));
      save(await answer.blob(), `path.${format}`);
    } catch (error) {
      this.controller.onNotice(error instanceof Error ? error.message : String(error), "error");
    }
  }
}
