// Asks for frames so that the newest place always wins: at most two requests are under way, and what lies between is
// never sent. Measures the frame rate and the delay from asking to showing.

import type { Layer, LightWish, Look, Place, WindowWish } from "./protocol";
import type { Geo } from "./roam/geo";

const IN_FLIGHT = 2;
const GIVE_UP_MS = 8000;
const RATE_WINDOW_MS = 1500;
const ALL: readonly Layer[] = ["picture", "colour", "depth", "opacity"];

export interface Wish {
  /** on the tile, or on Earth where the studio is on a map */
  place: Place | Geo;
  light: LightWish;
  look: Look;
  /** the picture of one window is wanted, not the panorama */
  detail?: WindowWish;
  layer: Layer;
  /** While moving only the layer that is shown is asked for; the rest follows when the motion ends. */
  moving: boolean;
}

export class Streamer {
  latencyMs = 0;
  private seq = 0;
  private shown = 0;
  private wanted: Wish | null = null;
  private readonly sent = new Map<number, number>();
  private arrivals: number[] = [];

  constructor(private readonly send: (message: object) => boolean) {}

  want(wish: Wish): void {
    this.wanted = wish;
    this.pump();
  }

  /** Whether a frame is newer than what is shown; notes its delay. */
  accept(seq: number): boolean {
    const asked = this.sent.get(seq);
    this.done(seq);
    if (seq <= this.shown) return false;
    this.shown = seq;
    const now = performance.now();
    if (asked !== undefined) this.latencyMs = now - asked;
    this.arrivals = [...this.arrivals.filter((t) => now - t < RATE_WINDOW_MS), now];
    return true;
  }

  /** A request was answered without a frame: replaced by a newer one, or failed. */
  done(seq: number): void {
    this.sent.delete(seq);
    this.pump();
  }

  /** Forget what was under way: the connection was lost. */
  reset(): void {
    this.sent.clear();
  }

  /** Whether nothing is asked for or under way. */
  get idle(): boolean {
    return this.wanted === null && this.sent.size === 0;
  }

  get framesPerSecond(): number {
    const now = performance.now();
    const recent = this.arrivals.filter((t) => now - t < RATE_WINDOW_MS);
    const first = recent[0];
    const last = recent.at(-1);
    return recent.length > 2 && first !== undefined && last !== undefined ? ((recent.length - 1) * 1000) / (last - first) : 0;
  }

  private pump(): void {
    const now = performance.now();
    for (const [seq, time] of this.sent) if (now - time > GIVE_UP_MS) this.sent.delete(seq);
    if (!this.wanted || this.sent.size >= IN_FLIGHT) return;
    const { place, light, look, detail, layer, moving } = this.wanted;
    const need = moving ? [layer] : ALL;
    const what = "lat" in place ? "roam" : "look";
    if (this.send({ do: what, seq: ++this.seq, ...place, light, need, look, ...(detail && { detail }) })) {
      this.sent.set(this.seq, now);
      this.wanted = null;
    }
  }
}
