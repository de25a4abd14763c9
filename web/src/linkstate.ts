// The part of the address after "#": it opens this tile, place, direction, light and look again. It never goes to the
// server, and holds no picture: of a picture of one's own it has the name alone.

import { clampPlace } from "./geometry";
import type { Gaze, LightWish, Look, Place } from "./protocol";
import type { Geo } from "./roam/geo";
import type { State, Tile } from "./state";

export interface Address {
  /** an example's key; null for a picture of somebody's own */
  example: string | null;
  title: string;
  place: Place;
  /** on a map */
  geo: Geo | null;
  gaze: Gaze;
  /** null: a photograph's, which a link does not hold */
  light: LightWish | null;
  look: Look;
}

/** The address of where somebody stands. */
export function addressOf(state: State, tile: Tile): string {
  const { place, geo, looking, light } = state;
  const numbers = (...values: number[]): string => values.map((value) => String(Number(value.toFixed(4)))).join(",");
  const { yaw, pitch, fov } = looking.gaze;
  const { source } = tile;
  const parts = [
    "example" in source ? `tile=${encodeURIComponent(source.example)}` : `${"map" in source ? "map" : "own"}=${encodeURIComponent(tile.title)}`,
    geo ? `on=${geo.lat.toFixed(6)},${geo.lon.toFixed(6)}` : `at=${numbers(place.east, place.south)}`,
    `look=${[yaw, pitch, fov].map((degrees) => Number(degrees.toFixed(1))).join(",")}`,
    `light=${encodeURIComponent(light.a)}`,
  ];
  if (light.b !== null) parts.push(`with=${encodeURIComponent(light.b)},${Number(light.t.toFixed(2))}`);
  if (state.look !== "painted") parts.push(`as=${state.look}`);
  return `#${parts.join("&")}`;
}

/** What an address says; null where it names no place. What is missing or makes no sense is left as it is at first. */
export function readAddress(hash: string, state: State): Address | null {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const example = said.get("tile");
  const own = said.get("own");
  const map = said.get("map");
  if ((example ?? own ?? map) === null || (map !== null && map !== state.info.map?.name)) return null;
  if (example !== null && !state.info.examples.some((known) => known.key === example)) return null;
  const [east = 0, south = 0] = numbersOf(said.get("at"));
  const { gaze } = state.looking;
  const [yaw = gaze.yaw, pitch = gaze.pitch, fov = gaze.fov] = numbersOf(said.get("look"));
  const [lat, lon] = numbersOf(said.get("on"));
  const geo = map !== null && lat !== undefined && lon !== undefined ? { lat, lon } : null;
  const title = own ?? map ?? state.info.examples.find((known) => known.key === example)?.title ?? "";
  const look = state.info.looks.find((known) => known === said.get("as")) ?? "painted";
  return { example, title, place: clampPlace({ east, south }), geo, gaze: { yaw, pitch, fov }, light: lightOf(said, state), look };
}

/** The tile or map that an address names and this studio does not have; null where there is none. */
export function absentIn(hash: string, state: State): string | null {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const { map, examples } = state.info;
  const [tile, wanted] = [said.get("tile"), said.get("map")];
  if (wanted !== null && wanted !== map?.name) return wanted;
  return tile !== null && (map !== null || !examples.some((known) => known.key === tile)) ? tile : null;
}

function lightOf(said: URLSearchParams, state: State): LightWish | null {
  const known = (name: string | undefined | null): name is string => state.info.presets.includes(name ?? "");
  const a = said.get("light");
  const [b, share] = (said.get("with") ?? "").split(",");
  const t = Number(share);
  if (!known(a)) return null;
  return known(b) && t >= 0 && t <= 1 ? { a, b, t } : { a, b: null, t: 0 };
}

function numbersOf(text: string | null): number[] {
  const numbers = (text ?? "").split(",").map(Number);
  return text !== null && numbers.every(Number.isFinite) ? numbers : [];
}

/** Whether an address is one in this tile. */
export function names(address: Address, tile: Tile): boolean {
  return "example" in tile.source ? tile.source.example === address.example : address.example === null && tile.title === address.title;
}
