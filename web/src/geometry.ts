// Curves on the tile, in units (1 = half the tile's side), and how places and directions are written.

import type { Place } from "./protocol";

export const SPACING_M = 0.25;

export function clampPlace(place: Place): Place {
  const inside = (value: number): number => Math.min(1, Math.max(-1, value));
  return { east: inside(place.east), south: inside(place.south) };
}

export function distance(a: Place, b: Place): number {
  return Math.hypot(a.east - b.east, a.south - b.south);
}

export function lengthOf(points: readonly Place[]): number {
  let sum = 0;
  for (let i = 1; i < points.length; i++) sum += distance(points[i - 1] as Place, points[i] as Place);
  return sum;
}

export function mixPlaces(a: Place, b: Place, t: number): Place {
  return { east: a.east + (b.east - a.east) * t, south: a.south + (b.south - a.south) * t };
}

/** Degrees clockwise from north of the way from `a` to `b`. */
export function bearing(a: Place, b: Place): number {
  return (Math.atan2(b.east - a.east, a.south - b.south) * 180) / Math.PI;
}

/** [east, south] of a way so far ahead and so far to the right of who looks towards `yaw`. */
export function turnedWay(yaw: number, ahead: number, right: number): [number, number] {
  const angle = (yaw * Math.PI) / 180;
  return [ahead * Math.sin(angle) + right * Math.cos(angle), -ahead * Math.cos(angle) + right * Math.sin(angle)];
}

export function wrapDegrees(angle: number): number {
  return ((angle % 360) + 360) % 360;
}

/** The same points at even spacing along the straight lines between them; first and last are kept. */
export function resample(points: readonly Place[], spacing: number): Place[] {
  const total = lengthOf(points);
  const steps = Math.max(1, Math.round(total / spacing));
  const result: Place[] = [];
  let index = 1;
  let before = 0;
  for (let step = 0; step <= steps; step++) {
    const target = (total * step) / steps;
    let piece = distance(points[index - 1] as Place, points[index] as Place);
    while (before + piece < target && index < points.length - 1) {
      before += piece;
      index++;
      piece = distance(points[index - 1] as Place, points[index] as Place);
    }
    const share = piece > 0 ? Math.min(1, (target - before) / piece) : 0;
    result.push(mixPlaces(points[index - 1] as Place, points[index] as Place, share));
  }
  return result;
}

/** A point on the centripetal Catmull-Rom curve between p1 and p2 (Barry and Goldman's pyramid of mixes). */
function curvePoint(p0: Place, p1: Place, p2: Place, p3: Place, share: number): Place {
  const knot = (from: number, a: Place, b: Place): number => from + Math.max(1e-4, Math.sqrt(distance(a, b)));
  const t0 = 0;
  const t1 = knot(t0, p0, p1);
  const t2 = knot(t1, p1, p2);
  const t3 = knot(t2, p2, p3);
  const t = t1 + (t2 - t1) * share;
  const between = (a: Place, b: Place, ta: number, tb: number): Place => mixPlaces(a, b, (t - ta) / (tb - ta));
  const a1 = between(p0, p1, t0, t1);
  const a2 = between(p1, p2, t1, t2);
  const a3 = between(p2, p3, t2, t3);
  return between(between(a1, a2, t0, t2), between(a2, a3, t1, t3), t1, t2);
}

/** A smooth curve through all points, as a fine line. */
export function spline(points: readonly Place[]): Place[] {
  if (points.length < 3) return [...points];
  const at = (i: number): Place => points[Math.min(points.length - 1, Math.max(0, i))] as Place;
  const beyond = (a: Place, b: Place): Place => mixPlaces(a, b, -1);
  const result: Place[] = [];
  for (let i = 0; i < points.length - 1; i++) {
    const p0 = i > 0 ? at(i - 1) : beyond(at(0), at(1));
    const p3 = i < points.length - 2 ? at(i + 2) : beyond(at(i + 1), at(i));
    for (let step = 0; step < 16; step++) result.push(curvePoint(p0, at(i), at(i + 1), p3, step / 16));
  }
  result.push(at(points.length - 1));
  return result;
}

/** Average evenly spaced points with a Gaussian window of `sigma` points; the ends stay where they are. */
export function smooth(points: readonly Place[], sigma: number): Place[] {
  if (sigma < 0.1 || points.length < 3) return [...points];
  const last = points.length - 1;
  return points.map((_, i) => {
    const reach = Math.min(Math.ceil(3 * sigma), i, last - i); // a symmetric window: ends are kept, nothing is pulled in
    let weight = 0;
    let east = 0;
    let south = 0;
    for (let k = -reach; k <= reach; k++) {
      const w = Math.exp(-(k * k) / (2 * sigma * sigma));
      const p = points[i + k] as Place;
      weight += w;
      east += w * p.east;
      south += w * p.south;
    }
    return { east: east / weight, south: south / weight };
  });
}

/** Drop points that lie within `tolerance` of the line through the ones kept (Ramer, Douglas, Peucker). */
export function simplify(points: readonly Place[], tolerance: number): Place[] {
  const first = points[0];
  const last = points.at(-1);
  if (points.length < 3 || !first || !last) return [...points];
  const along = distance(first, last);
  let worst = 0;
  let where = 0;
  points.forEach((p, i) => {
    const cross = (last.east - first.east) * (first.south - p.south) - (first.east - p.east) * (last.south - first.south);
    const off = along > 0 ? Math.abs(cross) / along : distance(p, first);
    if (off > worst) [worst, where] = [off, i];
  });
  if (worst <= tolerance) return [first, last];
  return [...simplify(points.slice(0, where + 1), tolerance).slice(0, -1), ...simplify(points.slice(where), tolerance)];
}

/** Distance from `p` to the segment a-b. */
export function toSegment(p: Place, a: Place, b: Place): number {
  const squared = distance(a, b) ** 2;
  const dot = (p.east - a.east) * (b.east - a.east) + (p.south - a.south) * (b.south - a.south);
  return distance(p, mixPlaces(a, b, squared > 0 ? Math.min(1, Math.max(0, dot / squared)) : 0));
}

const COMPASS = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];

export function headingText(yaw: number): string {
  const degrees = Math.round(wrapDegrees(yaw)) % 360;
  return `${degrees}° ${COMPASS[Math.round(degrees / 45) % 8] ?? ""}`;
}

export function metres(value: number, digits = 1): string {
  return `${value.toFixed(digits)} m`;
}

export function placeText(place: Place, unitM: number): string {
  const part = (value: number, positive: string, negative: string): string =>
    `${metres(Math.abs(value) * unitM)} ${value < 0 ? negative : positive}`;
  return `${part(place.east, "east", "west")}, ${part(place.south, "south", "north")}`;
}
