// From a point of the window to a point of the world, and back. Metres, x east, y up, z south; the eye is at the
// camera's height over the tile.

import type { Gaze, Place } from "./protocol";

export interface Point {
  x: number;
  y: number;
  z: number;
}

/** What a ray meets. */
export interface Hit extends Point {
  /** along the ray, metres */
  away: number;
  /** whether it is the ground or nearly so: one can stand there */
  ground: boolean;
}

/** A position in the window: shares of its width and height, from the top left. */
export interface Spot {
  x: number;
  y: number;
}

const GROUND_M = 0.6;
const NEAREST_M = 0.05;

/** How a window looks out. */
export interface Window {
  gaze: Gaze;
  /** width over height */
  aspect: number;
}

function turned({ gaze }: Window): { sinYaw: number; cosYaw: number; sinPitch: number; cosPitch: number } {
  const yaw = (gaze.yaw * Math.PI) / 180;
  const pitch = (gaze.pitch * Math.PI) / 180;
  return { sinYaw: Math.sin(yaw), cosYaw: Math.cos(yaw), sinPitch: Math.sin(pitch), cosPitch: Math.cos(pitch) };
}

/** Unit direction of the ray through a spot. */
export function directionOf(window: Window, spot: Spot): Point {
  const reach = Math.tan((window.gaze.fov * Math.PI) / 360);
  const right = (2 * spot.x - 1) * reach * window.aspect;
  const above = (1 - 2 * spot.y) * reach;
  const { sinYaw, cosYaw, sinPitch, cosPitch } = turned(window);
  const ahead = cosPitch - above * sinPitch;
  const up = sinPitch + above * cosPitch;
  const length = Math.hypot(right, above, 1);
  return { x: (ahead * sinYaw + right * cosYaw) / length, y: up / length, z: (-ahead * cosYaw + right * sinYaw) / length };
}

/** The spot in which a point is seen from `eye`; null when it lies behind. */
export function spotOf(window: Window, eye: Point, point: Point): Spot | null {
  const { sinYaw, cosYaw, sinPitch, cosPitch } = turned(window);
  const [x, y, z] = [point.x - eye.x, point.y - eye.y, point.z - eye.z];
  const right = x * cosYaw + z * sinYaw;
  const level = x * sinYaw - z * cosYaw;
  const ahead = level * cosPitch + y * sinPitch;
  const above = y * cosPitch - level * sinPitch;
  if (ahead < NEAREST_M) return null;
  const reach = Math.tan((window.gaze.fov * Math.PI) / 360) * ahead;
  return { x: 0.5 + right / (2 * reach * window.aspect), y: 0.5 - above / (2 * reach) };
}

/** Where somebody's eye is. */
export function eyeAt(place: Place, unitM: number, heightM: number): Point {
  return { x: place.east * unitM, y: heightM, z: place.south * unitM };
}

export function hitOf(eye: Point, direction: Point, away: number): Hit {
  const point = { x: eye.x + direction.x * away, y: eye.y + direction.y * away, z: eye.z + direction.z * away };
  return { ...point, away, ground: point.y < GROUND_M };
}

/** Yaw and pitch of a direction, degrees. */
export function facing(direction: Point): { yaw: number; pitch: number } {
  return {
    yaw: (Math.atan2(direction.x, -direction.z) * 180) / Math.PI,
    pitch: (Math.asin(Math.min(1, Math.max(-1, direction.y))) * 180) / Math.PI,
  };
}

/** A ring around what was hit: flat on the ground, else upright and facing the eye. */
export function ringAround(hit: Hit, eye: Point, radius: number): Point[] {
  const towards = Math.hypot(eye.x - hit.x, eye.z - hit.z) || 1;
  const side = { x: (eye.z - hit.z) / towards, z: -(eye.x - hit.x) / towards };
  return Array.from({ length: 28 }, (_, i) => {
    const angle = (i / 28) * 2 * Math.PI;
    const [a, b] = [Math.cos(angle) * radius, Math.sin(angle) * radius];
    return hit.ground ? { x: hit.x + a, y: hit.y, z: hit.z + b } : { x: hit.x + side.x * a, y: hit.y + b, z: hit.z + side.z * a };
  });
}
