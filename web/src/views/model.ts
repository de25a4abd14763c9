// The view in which one walks through the model of the place: houses, trees and cars as things, drawn here.

import { button, h } from "../dom";
import type { Looking } from "../looking";
import type { Place } from "../protocol";
import { hitOf, directionOf, type Hit, type Spot } from "../sight";
import type { StageView } from "../stage";
import type { State } from "../state";
import { headsetButton } from "../walk/headset";
import { Legs } from "../walk/legs";
import type { WalkLight } from "../walk/light";
import { CityView } from "../walk/view";
import { Pointing, type Surface } from "./pointing";

/** Where the model comes from, and who wants to know where one stands. */
export interface ModelSource {
  extentM: number;
  eyeM: number;
  /** the place's GLB; a key that changes when the place becomes another one */
  key(): string;
  load(): Promise<ArrayBuffer>;
  light(): Promise<WalkLight>;
  place(): Place;
  onPlace(place: Place): void;
  onFault(text: string): void;
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
  private loaded = "";
  private loading = "";
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
    if (shown) void this.open();
  }

  busy(): string {
    return this.loading ? "Building the model …" : "";
  }

  /** The light or the place has become another one. */
  changed(): void {
    if (this.shown) void this.open();
  }

  /** The place was changed elsewhere: on the map, by the walking pad, along the path. */
  moved(): void {
    const { view } = this;
    if (!view || !this.shown) return;
    const half = this.source.extentM / 2;
    const { east, south } = this.source.place();
    const wish = { east: east * half, south: south * half };
    const far = Math.hypot(wish.east - view.spot.east, wish.south - view.spot.south);
    if (far < SAME_M) return;
    if (far < STRIDE_M) view.walk(wish);
    else view.stand(wish);
  }

  private async open(): Promise<void> {
    const key = this.source.key();
    if (this.loading === key) return;
    try {
      if (this.loaded !== key) await this.build(key);
      this.view?.setLight(await this.source.light());
      this.follow();
      this.moved();
    } catch (error) {
      this.source.onFault(error instanceof Error ? error.message : String(error));
    } finally {
      this.loading = "";
      this.refresh();
    }
  }

  private async build(key: string): Promise<void> {
    this.loading = key;
    this.refresh();
    const glb = await this.source.load();
    this.view?.dispose();
    const canvas = h("canvas", {
      class: "model-look", tabindex: 0, role: "application",
      "aria-label": "Model of the place. Drag to look around. W, A, S, D or the arrow keys walk and turn, a click on the ground walks there.",
    });
    this.view?.canvas.remove();
    this.element.prepend(canvas);
    const view = await CityView.open(canvas, glb, this.source.eyeM);
    this.view = view;
    this.loaded = key;
    const legs = new Legs(view, () => this.pointing?.isMeasuring ?? false);
    const above = button("From above", () => {
      this.pointing?.measure(false);
      view.setAbove(!view.above);
    });
    this.tools.replaceChildren(above, headsetButton(view, legs));
    const half = this.source.extentM / 2;
    const { east, south } = this.source.place();
    view.stand({ east: east * half, south: south * half });
    view.onDrawn = () => {
      above.setAttribute("aria-pressed", String(view.above));
      this.tell(view);
    };
  }

  /** Say where the model is seen from. */
  private tell(view: CityView): void {
    const half = this.source.extentM / 2;
    const { east, south } = this.source.place();
    if (Math.hypot(east * half - view.spot.east, south * half - view.spot.south) > SAME_M) this.source.onPlace({ east: view.spot.east / half, south: view.spot.south / half });
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
