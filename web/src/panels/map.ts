// The tile as the floating map shows it: how to put things on it, where one stands, and the path that is drawn.

import type { Controller } from "../controller";
import { button, Choice, h } from "../dom";
import type { MapContent } from "../floatingmap";
import { metres, placeText } from "../geometry";
import type { State } from "../state";
import { TileMap, type MapMode } from "../tilemap";
import type { Walker } from "../walker";

export class TilePanel implements MapContent {
  readonly key = "tile";
  readonly title = "Tile";
  readonly element: HTMLElement;
  readonly tools: HTMLElement;
  readonly map: TileMap;
  private readonly where = h("output", { class: "where", "aria-live": "off" });
  private readonly length = h("output", { class: "length" });
  private readonly undo = button("Undo", () => this.state.path.undo(), { icon: "undo", bare: true });
  private readonly redo = button("Redo", () => this.state.path.redo(), { icon: "redo", bare: true });
  private readonly clear = button("Remove the path", () => this.state.path.clear(), { icon: "trash", bare: true });
  private readonly pathRow = h("div", { class: "row tight path-row" }, h("span", {}, "Path"), this.length, this.undo, this.redo, this.clear);

  constructor(
    private readonly state: State,
    controller: Controller,
    walker: Walker,
    private readonly onMode: (mode: MapMode) => void,
  ) {
    this.map = new TileMap(state.path, state.info.scene.extentM / 2, true);
    this.map.onStand = (place, moving) => {
      walker.pause();
      controller.stand(place, moving);
    };
    const modes = [["stand", "Stand", "stand"], ["draw", "Draw", "draw"], ["points", "Points", "points"]] as const;
    const mode = new Choice("What a click on the tile does", modes, (value) => {
      this.map.setMode(value);
      this.refresh();
      this.onMode(value);
    });
    mode.set("stand");
    this.tools = mode.element;
    this.element = h("div", { class: "tile-panel" }, this.map.element, this.where, this.pathRow);
    this.listen();
  }

  setShown(): void {
    // nothing runs while it is hidden
  }

  private listen(): void {
    const { state } = this;
    const { looking } = state;
    const camera = (): void => {
      this.map.setCamera(state.place, looking.gaze, looking.horizontalFov);
      this.where.textContent = `${placeText(state.place, state.info.scene.extentM / 2)} of the middle`;
    };
    state.on("place", camera);
    looking.onTurn(camera);
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
    this.pathRow.hidden = this.map.mode === "stand" && path.points.length === 0 && !path.canUndo;
    this.length.textContent = path.line.length > 1 ? metres(path.lengthM) : "none yet";
  }
}
