// The saved page: what `sat2density.export.page` put into one file, to look at from disk without a server.

import { card, Choice, h } from "./dom";
import { Drawer } from "./drawer";
import { FloatingMap } from "./floatingmap";
import { distance, placeText } from "./geometry";
import { brand } from "./header";
import { compass } from "./hud";
import { inflate } from "./link";
import { addLooking, Looking } from "./looking";
import { Panorama, type Frame } from "./panorama";
import { PathModel } from "./path";
import { PlayBar } from "./panels/play";
import type { Place, SceneInfo, WeightsInfo } from "./protocol";
import { ShapeView } from "./shape";
import { ModelView, placeOf, spotOf } from "./views/model";
import type { WalkLight } from "./walk/light";
import { Stage, type StageView } from "./stage";
import { titleCase } from "./state";
import { themeButton } from "./theme";
import { TileMap } from "./tilemap";
import { LayerChoice } from "./views/layers";
import { addTurning, shapeCanvas } from "./views/shape";

const FORMAT = "sat2density page 1";
const FRAMES_PER_SECOND = 8;

interface SavedFrame extends Place {
  yaw: number;
  picture: string;
}

interface SavedStill extends SavedFrame {
  title: string;
  depth: string;
}

export interface Saved {
  format: string;
  title: string;
  light: string;
  weights: WeightsInfo;
  scene: SceneInfo;
  tile: string;
  walk: SavedFrame[];
  stills: SavedStill[];
  heights: { side: number; values: string };
  /** the model, base64 of a GLB, and the light of the page */
  city?: { model: string; light: WalkLight } | null;
}

/** What the page holds, if this is a saved page. */
export function savedPage(): Saved | null {
  const element = document.getElementById("sat2density-page");
  if (!element) return null;
  const saved = JSON.parse(element.textContent) as Saved;
  return saved.format === FORMAT ? saved : null;
}

export function startPage(root: HTMLElement, saved: Saved): void {
  try {
    new SavedViewer(saved).build(root);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    root.append(h("main", { class: "waiting" }, h("h1", {}, saved.title), h("p", {}, `The views cannot be drawn: ${reason}.`), h("img", { src: saved.tile, alt: "The tile" })));
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

async function bitmap(dataUrl: string): Promise<ImageBitmap> {
  return createImageBitmap(new Blob([bytesOf(dataUrl.slice(dataUrl.indexOf(",") + 1))], { type: "image/jpeg" }));
}

class SavedViewer {
  private readonly playState = { playing: false, loop: false, progress: 0 };
  private readonly path: PathModel;
  private readonly map: TileMap;
  private readonly looking: Looking;
  private readonly look = h("canvas", { class: "look", tabindex: 0, role: "application", "aria-label": "Panorama. Drag or use the arrow keys to look around, plus and minus to zoom." });
  private readonly solid = shapeCanvas();
  private readonly panorama: Panorama;
  private readonly shape: ShapeView;
  private readonly where = h("output", { class: "where" });
  private readonly stills: Choice<string>;
  private readonly layers: LayerChoice;
  private readonly play: PlayBar;
  private place: Place = { east: 0, south: 0 };
  private stage: Stage | null = null;
  private shown = 0;
  private timer = 0;

  constructor(private readonly saved: Saved) {
    const { scene, walk, stills } = saved;
    this.path = new PathModel(scene.extentM / 2);
    if (walk.length > 1) this.path.line = walk;
    this.map = new TileMap(this.path, scene.extentM / 2, false);
    this.looking = new Looking(scene.verticalFovDeg);
    this.panorama = new Panorama(this.look, scene, this.looking);
    this.shape = new ShapeView(this.solid, scene);
    this.stills = new Choice("Places to look around in", stills.map((still, i) => [String(i), still.title] as const), (i) => this.showStill(Number(i)));
    this.layers = new LayerChoice(["picture", "depth"], this.panorama.rangeM, (layer) => this.panorama.setLayer(layer));
    const length = this.path.line.length > 1 ? this.path.lengthM : 0;
    this.play = new PlayBar(this.playState, () => length, { toggle: () => this.toggle(), scrub: (share) => this.scrub(share) });
  }

  build(root: HTMLElement): void {
    const { saved } = this;
    const stage = new Stage(compass(this.looking), this.play.element);
    this.stage = stage;
    for (const view of this.views()) stage.add(view);
    stage.onView((key) => {
      if (key === "panorama") this.nearest(this.place);
    });
    const map = new FloatingMap();
    map.add({ key: "tile", title: "Tile", tools: h("h2", {}, "Tile"), element: h("div", { class: "tile-panel" }, this.map.element, this.where), setShown: () => undefined });
    const { scene } = saved;
    const about = `Light: ${titleCase(saved.light)}. The tile is taken as ${scene.extentM} m across, the camera as ${scene.cameraHeightM} m high: nominal, not surveyed. Drag the view to look around.`;
    const made = saved.weights.trained
      ? `Made by sat2density from this one picture, with the weights ${saved.weights.name}, trained on ${saved.weights.trainedOn}.`
      : "Made with a random, untrained network: the pictures mean nothing.";
    const drawer = new Drawer([
      { title: "Places", icon: "stand", content: [card("Places to look around in", this.stills.element)] },
      { title: "About", icon: "help", content: [card("About", h("p", { class: "note" }, made), h("p", { class: "note" }, about))] },
    ]);
    root.append(
      h("header", {}, brand(saved.title, saved.weights), h("div", { class: "panel page-tools row tight" }, themeButton())),
      h("main", {}, h("div", { class: "place" }, stage.element, map.element, drawer.element)));
    document.body.dataset.tile = "chosen";
    this.listen();
    void this.fillShape();
    this.showStill(0);
  }

  private views(): StageView[] {
    const panorama = h("div", {}, this.look, this.layers.legend);
    return [
      { key: "panorama", title: "Panorama", icon: "stand", walks: true, element: panorama, tools: this.layers.element,
        setShown: (shown) => this.panorama.setShown(shown), busy: () => "" },
      ...this.model(),
      { key: "shape", title: "Shape", icon: "image", walks: false, element: h("div", { class: "shape-ground" }, this.solid),
        setShown: (shown) => this.shape.setShown(shown), busy: () => "" },
    ];
  }

  /** The model to walk through, where the page holds one. */
  private model(): StageView[] {
    const { city, scene } = this.saved;
    if (!city) return [];
    return [new ModelView({
      eyeM: scene.cameraHeightM,
      key: () => "saved",
      load: () => Promise.resolve({ glb: bytesOf(city.model).buffer, middle: null }),
      light: () => Promise.resolve(city.light),
      spot: () => spotOf(this.place, scene.extentM),
      onSpot: (spot) => {
        this.place = placeOf(spot, scene.extentM);
        this.refresh();
      },
      onFault: (text) => (this.where.textContent = `The model cannot be drawn: ${text}`),
    }, this.looking, () => this.stage?.refresh())];
  }

  private listen(): void {
    addLooking(this.look, this.looking);
    addTurning(this.shape);
    this.map.setTile(this.saved.tile);
    this.map.refreshPath();
    this.looking.onTurn(() => this.refresh());
    this.map.onStand = (place) => this.nearest(place);
    this.look.addEventListener("keydown", (event) => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    const { gaze } = this.looking;
    const turns: Record<string, [number, number]> = { ArrowLeft: [-8, 0], ArrowRight: [8, 0], ArrowUp: [0, 6], ArrowDown: [0, -6] };
    const turn = turns[event.key];
    if (turn) this.looking.turn(gaze.yaw + turn[0], gaze.pitch + turn[1]);
    else if (event.key === "+" || event.key === "=") this.looking.zoom(gaze.fov * 0.9);
    else if (event.key === "-") this.looking.zoom(gaze.fov * 1.1);
    else return;
    event.preventDefault();
  }

  private refresh(): void {
    const { gaze } = this.looking;
    this.map.setCamera(this.place, gaze, this.looking.horizontalFov);
    this.shape.setCamera(this.place, gaze.yaw);
    this.where.textContent = `${placeText(this.place, this.saved.scene.extentM / 2)} of the middle`;
  }

  private async show(saved: SavedFrame, depth: string | null): Promise<void> {
    const turn = ++this.shown;
    const frame: Frame = { place: saved, picture: await bitmap(saved.picture) };
    if (depth !== null) frame.depth = new Uint16Array(await inflate(bytesOf(depth)));
    if (turn !== this.shown) return;
    this.place = saved;
    this.layers.element.hidden = depth === null;
    if (depth === null) this.panorama.setLayer("picture");
    this.layers.set(this.panorama.layer);
    this.panorama.show(frame);
    this.looking.turn(saved.yaw, this.looking.gaze.pitch);
    this.look.dataset.frames = String(this.shown);
  }

  private showStill(index: number): void {
    const still = this.saved.stills[index];
    if (!still) return;
    this.pause();
    this.stills.set(String(index));
    void this.show(still, still.depth);
  }

  /** Go to the place nearest to a click: a still or a picture of the walk. */
  private nearest(place: Place): void {
    const away = (frames: Place[]): [number, number] => {
      const distances = frames.map((frame) => distance(frame, place));
      const least = Math.min(...distances, Infinity);
      return [least, distances.indexOf(least)];
    };
    const [toStill, still] = away(this.saved.stills);
    const [toWalk, step] = away(this.saved.walk);
    if (toStill <= toWalk) this.showStill(still);
    else this.scrub(step / Math.max(1, this.saved.walk.length - 1));
  }

  private scrub(share: number): void {
    this.playState.progress = share;
    const frame = this.saved.walk[Math.round(share * (this.saved.walk.length - 1))];
    if (frame) void this.show(frame, null);
    this.stills.set("");
    this.play.refresh();
  }

  private toggle(): void {
    if (this.playState.playing) {
      this.pause();
      return;
    }
    this.playState.playing = true;
    if (this.playState.progress >= 1) this.playState.progress = 0;
    const steps = Math.max(1, this.saved.walk.length - 1);
    this.timer = window.setInterval(() => {
      const next = this.playState.progress + 1 / steps;
      this.scrub(next > 1.0001 ? (this.playState.loop ? 0 : 1) : Math.min(1, next));
      if (this.playState.progress >= 1 && !this.playState.loop) this.pause();
    }, 1000 / FRAMES_PER_SECOND);
    this.play.refresh();
  }

  private pause(): void {
    window.clearInterval(this.timer);
    this.playState.playing = false;
    this.play.refresh();
  }

  private async fillShape(): Promise<void> {
    const { side, values } = this.saved.heights;
    const codes = new Uint16Array(await inflate(bytesOf(values)));
    const data = { heights: Float32Array.from(codes, (code) => code / 100), side, solid: new Uint8Array(), solidShape: [0, 0, 0] as [number, number, number] };
    this.shape.setData(data, await bitmap(this.saved.tile));
    this.shape.setPath(this.path.line);
    this.solid.dataset.ready = "true";
  }
}

