// What the page and the server say to each other; the server's side is sat2density/apps/studio/connection.py.

export const PROTOCOL = 1;

/** A position on the tile in units: 1 is half the tile's side, east and south of its middle. */
export interface Place {
  east: number;
  south: number;
}

/** Where somebody looks: degrees clockwise from north, degrees above the horizon, vertical degrees of the window. */
export interface Gaze {
  yaw: number;
  pitch: number;
  fov: number;
}

export type Layer = "picture" | "depth" | "opacity" | "colour";
export const LAYERS: readonly Layer[] = ["picture", "depth", "opacity", "colour"];

/** How a place is shown: as the network paints it, or drawn from the things found in the tile. */
export type Look = "painted" | "model";

/** What a window shows: degrees (`fov` is horizontal) and pixels. */
export interface WindowWish {
  yaw: number;
  pitch: number;
  fov: number;
  width: number;
  height: number;
}

/** A light by name, or the share `t` of a second one mixed in. */
export interface LightWish {
  a: string;
  b: string | null;
  t: number;
}

export interface SceneInfo {
  extentM: number;
  cameraHeightM: number;
  maxHeightM: number;
  verticalFovDeg: number;
  panorama: [number, number];
  tileSize: number;
  /** metres beyond each side of the tile that the weights see too, where a picture has them */
  beyondM: number;
  pixelRule: "corner" | "centre";
}

export interface WeightsInfo {
  name: string;
  trained: boolean;
  trainedOn: string;
  licence: string;
}

export interface Example {
  key: string;
  title: string;
  note: string;
  url: string;
  /** of the whole picture on the ground; null where nobody said it */
  widthM: number | null;
}

export interface Result {
  token: string;
  name: string;
  kind: string;
  url: string;
  bytes: number;
  note: string;
}

export interface Job {
  job: string;
  what: string;
  title: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  done: number;
  total: number;
  leftS: number | null;
  text: string;
}

/** A kind of files that the scene can be had as. */
export interface FormatInfo {
  key: string;
  title: string;
  suffix: string;
  available: boolean;
  needsLight: boolean;
}

/** A kind of film along the path. */
export interface FilmInfo {
  key: string;
  title: string;
  label: string;
  widths: number[];
}

/** The map a studio was started on. */
export interface MapInfo {
  name: string;
  attribution: string;
  /** south, west, north, east in degrees */
  bounds: [number, number, number, number];
  middle: [number, number];
  minZoom: number;
  maxZoom: number;
}

export interface Welcome {
  kind: "welcome";
  session: string;
  fresh: boolean;
  tile: number | null;
  results: Result[];
  jobs: Job[];
  weights: WeightsInfo;
  scene: SceneInfo;
  map: MapInfo | null;
  /** keys of the visitor's own lights that the server still has */
  lights: string[];
  looks: Look[];
  /** the looks of which there are pictures of one window, at its size */
  details: Look[];
  presets: string[];
  examples: Example[];
  formats: FormatInfo[];
  films: FilmInfo[];
  /** whether the weights tell what stands where */
  things: boolean;
}

export type Message =
  | Welcome
  | { kind: "refused"; text: string }
  | { kind: "error"; about: string; seq?: number; text: string }
  | { kind: "dropped"; about: string; seq?: number }
  | ({ kind: "job" } & Job)
  | ({ kind: "result" } & Omit<Result, "kind"> & { result: string });

export interface Packet {
  header: {
    kind: "frame" | "thumb" | "shape";
    tile: number;
    seq?: number;
    east?: number;
    south?: number;
    lat?: number;
    lon?: number;
    look?: Look;
    detail?: WindowWish;
    light?: string;
    heights?: [number, number];
    solid?: [number, number, number];
  };
  parts: Map<string, { type: string; bytes: Uint8Array<ArrayBuffer> }>;
}
