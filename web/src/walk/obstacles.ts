// What stops a walker: the section of the model a little above the ground, as lines on the map.

import type * as THREE from "three";

/** [east, south, east, south] in metres */
export type Line = [number, number, number, number];
export interface Spot {
  east: number;
  south: number;
}

/** Half the width of a walker, metres. */
export const BODY_M = 0.35;
const CELL_M = 4;
const STEP_M = 0.2;

/** The lines in which triangles with corners in metres (y up) cross a height; round a closed body all run the same way. */
export function section(position: THREE.BufferAttribute | THREE.InterleavedBufferAttribute, index: THREE.BufferAttribute, heightM: number): Line[] {
  const lines: Line[] = [];
  for (let i = 0; i + 2 < index.count; i += 3) {
    let begin: [number, number] | null = null;
    let end: [number, number] | null = null;
    for (let k = 0; k < 3; k++) {
      const a = index.getX(i + k);
      const b = index.getX(i + ((k + 1) % 3));
      const ya = position.getY(a) - heightM;
      const yb = position.getY(b) - heightM;
      if (ya > 0 === yb > 0) continue;
      const t = ya / (ya - yb);
      const at: [number, number] = [position.getX(a) + t * (position.getX(b) - position.getX(a)), position.getZ(a) + t * (position.getZ(b) - position.getZ(a))];
      if (yb > 0) begin = at;
      else end = at;
    }
    if (begin && end) lines.push([...begin, ...end]);
  }
  return lines;
}

export class Obstacles {
  private readonly cells = new Map<string, Line[]>();
  private readonly rings: Line[][];

  /**
   * @param things the lines of each thing; those of a closed one go round it
   * @param limitM how far east and south of the middle one may go
   */
  constructor(
    things: Line[][],
    readonly limitM: number,
  ) {
    this.rings = things;
    for (const line of things.flat()) {
      const [a, b, c, d] = line;
      const [west, east] = [Math.min(a, c) - BODY_M, Math.max(a, c) + BODY_M].map((v) => Math.floor(v / CELL_M)) as [number, number];
      const [north, south] = [Math.min(b, d) - BODY_M, Math.max(b, d) + BODY_M].map((v) => Math.floor(v / CELL_M)) as [number, number];
      for (let x = west; x <= east; x++) {
        for (let y = north; y <= south; y++) {
          const key = `${x},${y}`;
          const cell = this.cells.get(key);
          if (cell) cell.push(line);
          else this.cells.set(key, [line]);
        }
      }
    }
  }

  /** Where a walker ends who wants to go from one place to another: walls stop and turn aside. */
  move(from: Spot, to: Spot): Spot {
    const long = Math.hypot(to.east - from.east, to.south - from.south);
    const steps = Math.max(1, Math.ceil(long / STEP_M));
    let at = from;
    for (let k = 0; k < steps; k++) {
      const next = this.pushed({ east: at.east + (to.east - from.east) / steps, south: at.south + (to.south - from.south) / steps });
      if (this.crosses(at, next)) break;
      at = next;
    }
    return at;
  }

  /** The free place nearest to a wish: out of houses, away from walls. */
  free(wish: Spot): Spot {
    const reach = 2 * this.limitM;
    for (let far = 0; far < reach; far += 0.5) {
      const count = Math.max(1, Math.round(far * 4));
      for (let k = 0; k < count; k++) {
        const turn = (2 * Math.PI * k) / count;
        const spot = this.bounded({ east: wish.east + far * Math.sin(turn), south: wish.south - far * Math.cos(turn) });
        if (!this.inside(spot) && this.near(spot).every((line) => distance(line, spot)[0] >= BODY_M)) return spot;
      }
    }
    return wish;
  }

  private bounded(spot: Spot): Spot {
    const inside = (value: number): number => Math.min(this.limitM, Math.max(-this.limitM, value));
    return { east: inside(spot.east), south: inside(spot.south) };
  }

  /** A spot pushed away from walls that are too near. */
  private pushed(spot: Spot): Spot {
    let at = this.bounded(spot);
    for (let turn = 0; turn < 3; turn++) {
      let moved = false;
      for (const line of this.near(at)) {
        const [far, east, south] = distance(line, at);
        if (far >= BODY_M || far < 1e-9) continue;
        const push = (BODY_M + 1e-4) / far;
        at = { east: east + (at.east - east) * push, south: south + (at.south - south) * push };
        moved = true;
      }
      if (!moved) break;
    }
    return this.bounded(at);
  }

  private crosses(a: Spot, b: Spot): boolean {
    return [...this.near(a), ...this.near(b)].some((line) => meet(line, a, b) || distance(line, b)[0] < 0.5 * BODY_M);
  }

  private near(spot: Spot): Line[] {
    return this.cells.get(`${Math.floor(spot.east / CELL_M)},${Math.floor(spot.south / CELL_M)}`) ?? [];
  }

  private inside(spot: Spot): boolean {
    // How often the lines go round the spot: parts of a house overlap.
    return this.rings.some((ring) => ring.reduce((turns, [a, b, c, d]) => {
      if (b > spot.south === d > spot.south || spot.east >= a + ((spot.south - b) / (d - b)) * (c - a)) return turns;
      return d > b ? turns + 1 : turns - 1;
    }, 0) !== 0);
  }
}

/** [metres, east, south] of the point of a line that lies nearest to a spot. */
function distance([a, b, c, d]: Line, spot: Spot): [number, number, number] {
  const [east, south] = [c - a, d - b];
  const long = east * east + south * south;
  const t = long > 0 ? Math.min(1, Math.max(0, ((spot.east - a) * east + (spot.south - b) * south) / long)) : 0;
  const at: [number, number] = [a + t * east, b + t * south];
  return [Math.hypot(spot.east - at[0], spot.south - at[1]), ...at];
}

function meet([a, b, c, d]: Line, p: Spot, q: Spot): boolean {
  const side = (x: number, y: number): number => (c - a) * (y - b) - (d - b) * (x - a);
  const other = (x: number, y: number): number => (q.east - p.east) * (y - p.south) - (q.south - p.south) * (x - p.east);
  return side(p.east, p.south) * side(q.east, q.south) < 0 && other(a, b) * other(c, d) < 0;
}
