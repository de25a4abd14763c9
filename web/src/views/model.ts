// The view in which one walks through the model of the place: houses, trees and cars as things, drawn here.

import { button, h } from "../dom";
import type { Looking } from "../looking";
import type { Place } from "../protocol";
import type { Geo } from "../roam/geo";
import { hitOf, directionOf, type Hit, type Spot } from "../sight";
import type { StageView } from "../stage";
import type { State } from "../state";
import { headsetButton } from "../walk/headset";
import { Legs } from "../walk/legs";
import type { WalkLight } from "../walk/light";
import type * as obstacles from "../walk/obstacles";
import { CityView } from "../walk/view";
import { Pointing, type Surface } from "./pointing";

/** A model as it was loaded; on a map, where its middle lies. */
export interface Loaded {
  glb: ArrayBuffer;
  middle: Geo | null;
}

/** Where the model comes from, and who wants to know where one stands. */
export interface ModelSource {
  eyeM: number;
  /** changes when another model is to be seen: of another tile, or on a map of what is around the walker now */
  key(): string;
  load(): Promise<Loaded>;
  light(): Promise<WalkLight>;
  /** where one stands, metres east and south of a model's middle */
  spot(middle: Geo | null): obstacles.Spot;
  onSpot(spot: obstacles.Spot, middle: Geo | null): void;
  onFault(text: string): void;
}

/** A place on the tile in metres from its middle. */
export function spotOf({ east, south }: Place, extentM: number): obstacles.Spot {
  return { east: (east * extentM) / 2, south: (south * extentM) / 2 };
}

export function placeOf({ east, south }: obstacles.Spot, extentM: number): Place {
  return { east: (2 * east) / extentM, south: (2 * south) / extentM };
}

const SAME_M = 0.02;
/** Shorter ways are walked, and walls stop them; longer ones are jumps. */
const STRIDE_M = 1.5;

export class ModelView implements StageView, Surface {
  readonly key = "model";
  readonly title = "Model";
  readonly icon = "solid";
  readonly walks = true;
  readonly element = h("div", { class: "model-view" });
  readonly tools = h("div", { class: "row tight" });
  pointing: Pointing | null = null;
  private view: CityView | null = null;
  private legs: Legs | null = null;
  private middle: Geo | null = null;
  private loaded = "";
  private loading = "";
  /** the model that could not be had: it is not asked for again at every step */
  private failed = "";
  /** somebody jumped to where this model does not reach: the next one shows it */
  private beyond = false;
  private shown = false;

  constructor(
    private readonly source: ModelSource,
    private readonly looking: Looking,
    private readonly refresh: () => void,
  ) {
    looking.onTurn(() => this.follow());
  }

  /** Let people measure in it, beside where they measure in other views. */
  measureWith(state: State): Pointing {
    this.pointing = new Pointing(state, this, null);
    this.element.append(this.pointing.element);
    return this.pointing;
  }

  /** What is seen in a spot; nothing from above, where the eye is elsewhere. */
  hit(spot: Spot): Hit | null {
    const { view } = this;
    if (!view || view.above) return null;
    const away = view.awayAt(spot.x, spot.y);
    if (away === null) return null;
    const eye = { x: view.spot.east, y: this.source.eyeM, z: view.spot.south };
    const window = { gaze: view.gaze, aspect: this.element.clientWidth / Math.max(1, this.element.clientHeight) };
    return hitOf(eye, directionOf(window, spot), away);
  }

  picture(): HTMLCanvasElement | null {
    this.view?.drawNow();
    return this.view?.canvas ?? null;
  }

  setShown(shown: boolean): void {
    this.shown = shown;
    this.failed = "";
    if (shown) void this.open();
  }

  busy(): string {
    return this.loading ? "Building the model …" : "";
  }

  /** The light or the place has become another one. */
  changed(): void {
    this.failed = "";
    if (this.shown) void this.open();
  }

  /** The place was changed elsewhere: on the map, by the walking pad, along the path. */
  moved(): void {
    const { view } = this;
    if (!view || !this.shown) return;
    const wish = this.source.spot(this.middle);
    this.beyond = Math.max(Math.abs(wish.east), Math.abs(wish.south)) > view.extentM / 2;
    const far = Math.hypot(wish.east - view.spot.east, wish.south - view.spot.south);
    if (!this.beyond && far >= SAME_M) {
      if (far < STRIDE_M) view.walk(wish);
      else view.stand(wish);
    }
    this.keepUp();
  }

  /** Have the model that is to be seen from here now, unless it is there, or on its way. */
  private keepUp(): void {
    const key = this.source.key();
    if (this.shown && key !== this.loaded && key !== this.failed && !this.view?.renderer.xr.isPresenting) void this.open();
  }

  private async open(): Promise<void> {
    if (this.loading) return; // looked at again when that one is there
    const key = this.source.key();
    this.loading = key;
    try {
      if (this.loaded !== key) await this.build(key);
      this.view?.setLight(await this.source.light());
      this.follow();
      this.moved();
    } catch (error) {
      this.failed = key;
      this.source.onFault(error instanceof Error ? error.message : String(error));
    } finally {
      this.loading = "";
      this.refresh();
    }
    this.keepUp();
  }

  /** Load a model beside the one that is seen, and take its place. */
  private async build(key: string): Promise<void> {
    this.refresh();
    const [{ glb, middle }, light] = await Promise.all([this.source.load(), this.source.light()]);
    const canvas = h("canvas", {
      class: "model-look", tabindex: 0, role: "application",
      "aria-label": "Model of the place. Drag to look around. W, A, S, D or the arrow keys walk and turn, a click on the ground walks there.",
    });
    const view = await CityView.open(canvas, glb, this.source.eyeM);
    view.setLight(light);
    this.take(view, middle);
    this.loaded = key;
  }

  private take(view: CityView, middle: Geo | null): void {
    const { view: old, legs: before } = this;
    this.view = view;
    this.middle = middle;
    this.beyond = false;
    const legs = new Legs(view, () => this.pointing?.isMeasuring ?? false, before?.end());
    this.legs = legs;
    const above = button("From above", () => {
      this.pointing?.measure(false);
      view.setAbove(!view.above);
    });
    this.tools.replaceChildren(above, headsetButton(view, legs));
    if (old) {
      view.gaze = { ...old.gaze };
      view.above = old.above;
    }
    view.stand(this.source.spot(middle));
    this.element.prepend(view.canvas);
    if (document.activeElement === old?.canvas) view.canvas.focus();
    legs.goOn();
    old?.canvas.remove();
    old?.dispose();
    if (middle) this.element.dataset.middle = `${middle.lat},${middle.lon}`;
    view.onDrawn = () => {
      above.setAttribute("aria-pressed", String(view.above));
      this.tell(view);
    };
  }

  /** Say where the model is seen from. */
  private tell(view: CityView): void {
    if (this.beyond) return;
    const told = this.source.spot(this.middle);
    if (Math.hypot(told.east - view.spot.east, told.south - view.spot.south) > SAME_M) this.source.onSpot({ ...view.spot }, this.middle);
    const { yaw, pitch, fov } = this.looking.gaze;
    const { gaze } = view;
    if (Math.abs(fov - gaze.fov) > 0.01) this.looking.zoom(gaze.fov);
    if (Math.abs(yaw - gaze.yaw) > 0.01 || Math.abs(pitch - gaze.pitch) > 0.01) this.looking.turn(gaze.yaw, gaze.pitch);
  }

  /** Look where the other views look. */
  private follow(): void {
    const { view } = this;
    if (!view || !this.shown) return;
    const { yaw, pitch, fov } = this.looking.gaze;
    const { gaze } = view;
    if (Math.abs(yaw - gaze.yaw) < 0.01 && Math.abs(pitch - gaze.pitch) < 0.01 && Math.abs(fov - gaze.fov) < 0.01) return;
    view.gaze.fov = fov;
    view.turn(yaw, pitch);
  }
}
