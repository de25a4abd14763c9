// What the page knows, and who wants to hear of changes.

import { Looking } from "./looking";
import { PathModel } from "./path";
import type { Gaze, Job, Layer, LightWish, Look, Place, Result, Welcome } from "./protocol";
import type { Geo } from "./roam/geo";

/** "tile": another tile was entered; "window": another part of the map is seen; "ready": the server has it, at first, again, or anew. */
export type Topic = "tile" | "window" | "ready" | "place" | "light" | "lights" | "path" | "work" | "address" | "thumb" | "shape" | "play";

/** Where a tile's pixels came from, so that they can be sent again to a server that was restarted. */
export type TileSource = { example: string } | { picture: string; widthM?: number } | { map: string };

export interface Tile {
  title: string;
  /** address of the picture: of an example, or the pixels themselves as a data URL */
  url: string;
  source: TileSource;
}

export interface OwnLight {
  key: string;
  title: string;
  /** null after a reload of the page: the server has it */
  photo: File | null;
  mask: File | null;
  masked: boolean;
  skyShare: number;
}

export class State {
  tile: Tile | null = null;
  tileSerial = -1;
  place: Place = { east: 0, south: 0 };
  /** on a map: where one stands, and the track that is drawn; `place` is then that of the window around */
  geo: Geo | null = null;
  track: Geo[] = [];
  light: LightWish = { a: "", b: null, t: 0 };
  layer: Layer = "picture";
  look: Look = "painted";
  ownLights: OwnLight[] = [];
  thumbs = new Map<string, string>();
  results: Result[] = [];
  jobs = new Map<string, Job>();
  playing = false;
  loop = false;
  /** how far along the path, 0 to 1 */
  progress = 0;
  readonly path: PathModel;
  readonly looking: Looking;
  private readonly listeners = new Map<Topic, (() => void)[]>();

  constructor(readonly info: Welcome) {
    this.path = new PathModel(info.scene.extentM / 2);
    this.path.onChange = () => this.emit("path");
    this.looking = new Looking(info.scene.verticalFovDeg);
    this.light = { a: info.presets.includes("clear-noon") ? "clear-noon" : (info.presets[0] ?? ""), b: null, t: 0 };
  }

  on(topic: Topic, listener: () => void): void {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), listener]);
  }

  emit(topic: Topic): void {
    for (const listener of this.listeners.get(topic) ?? []) listener();
  }

  lightTitle(key: string): string {
    return this.ownLights.find((light) => light.key === key)?.title ?? titleCase(key);
  }

  /** The light of now in words; of two blended ones with their shares. */
  get lightName(): string {
    const { a, b, t } = this.light;
    if (b === null || t === 0) return this.lightTitle(a);
    if (t === 1) return this.lightTitle(b);
    return `${this.lightTitle(a)} ${Math.round((1 - t) * 100)} % + ${this.lightTitle(b)} ${Math.round(t * 100)} %`;
  }
}

export function titleCase(name: string): string {
  const words = name.replace(/-/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const MEMORY = "sat2density.page";

export interface Memory {
  tile: Tile;
  place: Place;
  light: LightWish;
  points: Place[];
  smoothingM: number;
  geo: Geo | null;
  track: Geo[];
  gaze: Gaze;
  look: Look;
  ownLights: Omit<OwnLight, "photo" | "mask">[];
}

/** Keep what is needed to go on after a reload of the page, in this tab alone. */
export function remember(state: State): void {
  if (!state.tile) return;
  const { tile, place, light, path, look, geo, track } = state;
  const ownLights = state.ownLights.map(({ key, title, masked, skyShare }) => ({ key, title, masked, skyShare }));
  const memory: Memory = { tile, place, light, points: path.points, smoothingM: path.smoothingM, geo, track, gaze: state.looking.gaze, look, ownLights };
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify(memory));
  } catch {
    sessionStorage.removeItem(MEMORY); // the tab's storage is full: a reload then starts anew
  }
}

export function recall(): Memory | null {
  try {
    return JSON.parse(sessionStorage.getItem(MEMORY) ?? "null") as Memory | null;
  } catch {
    return null;
  }
}
