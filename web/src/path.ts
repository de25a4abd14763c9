// The walk: control points a person edits, and the even, smoothed line that is walked. Every change can be undone.

import { SPACING_M, clampPlace, bearing, distance, lengthOf, resample, simplify, smooth, spline, toSegment } from "./geometry";
import type { Place } from "./protocol";

interface Version {
  points: Place[];
  smoothingM: number;
}

const HISTORY = 100;
const DRAWN_TOLERANCE_M = 0.3;
export const MAX_POINTS = 1900;

export class PathModel {
  onChange: () => void = () => undefined;
  points: Place[] = [];
  smoothingM = 1;
  /** The line that is walked, at even spacing; empty while there are fewer than two points. */
  line: Place[] = [];
  private past: Version[] = [];
  private future: Version[] = [];

  constructor(public unitM: number) {}

  get lengthM(): number {
    return lengthOf(this.line) * this.unitM;
  }
  get canUndo(): boolean {
    return this.past.length > 0;
  }
  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Remember the present for undo; call before a change, once per gesture. */
  mark(): void {
    this.past = [...this.past.slice(1 - HISTORY), this.version()];
    this.future = [];
  }

  set(points: readonly Place[]): void {
    this.points = points.map(clampPlace);
    this.refresh();
  }

  add(place: Place): void {
    this.mark();
    this.set([...this.points, place]);
  }

  /** Put a point into the nearest piece of the line; returns its index. */
  insert(place: Place): number {
    let best = this.points.length;
    let nearest = Infinity;
    for (let i = 1; i < this.points.length; i++) {
      const away = toSegment(place, this.points[i - 1] as Place, this.points[i] as Place);
      if (away < nearest) [nearest, best] = [away, i];
    }
    this.mark();
    this.set([...this.points.slice(0, best), place, ...this.points.slice(best)]);
    return best;
  }

  move(index: number, place: Place): void {
    this.set(this.points.map((old, i) => (i === index ? place : old)));
  }

  remove(index: number): void {
    this.mark();
    this.set(this.points.filter((_, i) => i !== index));
  }

  clear(): void {
    if (this.points.length === 0) return;
    this.mark();
    this.set([]);
  }

  /** Replace everything by a line drawn by hand. */
  draw(raw: readonly Place[]): void {
    this.mark();
    this.set(simplify(raw, DRAWN_TOLERANCE_M / this.unitM));
  }

  smoothTo(amountM: number): void {
    this.smoothingM = amountM;
    this.refresh();
  }

  undo(): void {
    this.travel(this.past, this.future);
  }
  redo(): void {
    this.travel(this.future, this.past);
  }

  /** Where the walk is at `share` of its length, and which way it goes there. */
  at(share: number): { place: Place; yaw: number } {
    const last = this.line.length - 1;
    const position = Math.min(1, Math.max(0, share)) * last;
    const index = Math.min(last - 1, Math.floor(position));
    const a = this.line[index] as Place;
    const b = this.line[index + 1] as Place;
    const part = position - index;
    const ahead = this.line[Math.min(last, index + 4)] as Place; // a metre ahead, so that the gaze does not jitter
    const place = { east: a.east + (b.east - a.east) * part, south: a.south + (b.south - a.south) * part };
    return { place, yaw: distance(place, ahead) > 1e-6 ? bearing(place, ahead) : bearing(a, b) };
  }

  /** The walk as at most `MAX_POINTS` points `spacingM` apart, for the server. */
  cameras(spacingM: number): Place[] {
    const spacing = Math.max(spacingM / this.unitM, lengthOf(this.line) / MAX_POINTS);
    return resample(this.line, spacing);
  }

  private version(): Version {
    return { points: this.points, smoothingM: this.smoothingM };
  }

  private travel(from: Version[], to: Version[]): void {
    const version = from.pop();
    if (!version) return;
    to.push(this.version());
    this.smoothingM = version.smoothingM;
    this.set(version.points);
  }

  private refresh(): void {
    const distinct = this.points.filter((p, i) => i === 0 || distance(p, this.points[i - 1] as Place) > 1e-6);
    if (distinct.length < 2) {
      this.line = [];
    } else {
      const even = resample(spline(distinct), SPACING_M / this.unitM);
      this.line = smooth(even, this.smoothingM / SPACING_M).map(clampPlace);
    }
    this.onChange();
  }
}
