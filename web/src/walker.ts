// Walking: keys held down move and turn, the path is played, and both ask for frames as fast as they come.

import type { Controller } from "./controller";
import type { Looking } from "./looking";
import { along, lengthM } from "./roam/geo";
import type { State } from "./state";

const STEP_M_PER_S = 3;
const TURN_DEG_PER_S = 75;
const TILT_DEG_PER_S = 45;
const FIRST_S = 0.05;
const TAP_M = 0.5;
const TAP_DEG = 10;

/** What a key does: metres ahead, metres to the right, degrees to the right, degrees up (a second, or a tap). */
const KEYS: Record<string, readonly [number, number, number, number]> = {
  KeyW: [1, 0, 0, 0], ArrowUp: [1, 0, 0, 0], KeyS: [-1, 0, 0, 0], ArrowDown: [-1, 0, 0, 0],
  KeyA: [0, -1, 0, 0], KeyD: [0, 1, 0, 0],
  ArrowLeft: [0, 0, -1, 0], KeyQ: [0, 0, -1, 0], ArrowRight: [0, 0, 1, 0], KeyE: [0, 0, 1, 0],
  KeyR: [0, 0, 0, 1], PageUp: [0, 0, 0, 1], KeyF: [0, 0, 0, -1], PageDown: [0, 0, 0, -1],
};

export class Walker {
  /** Metres a second along the path. */
  speed = 2;
  private readonly held = new Set<string>();
  private fast = false;
  private last = 0;
  private running = false;

  constructor(
    private readonly state: State,
    private readonly controller: Controller,
    private readonly looking: Looking,
  ) {
    window.addEventListener("keyup", (event) => {
      this.fast = event.shiftKey;
      this.release(event.code);
    });
    window.addEventListener("blur", () => this.held.clear());
  }

  keydown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    this.fast = event.shiftKey;
    if (event.code in KEYS) this.press(event.code);
    else if (event.key === "+" || event.key === "=") this.looking.zoom(this.looking.gaze.fov * 0.9);
    else if (event.key === "-") this.looking.zoom(this.looking.gaze.fov * 1.1);
    else if (event.key === "n" || event.key === "Home") this.looking.turn(0, 0);
    else return;
    event.preventDefault();
  }

  press(code: string): void {
    const key = KEYS[code];
    if (!this.state.tile || !key || this.held.has(code)) return;
    this.pause();
    this.held.add(code);
    this.go(key, FIRST_S); // even a key that is let go before the next frame does something
    this.run();
  }

  release(code: string): void {
    this.held.delete(code);
  }

  /** One step, for a button that was activated without being held (by a keyboard or a screen reader). */
  tap(code: string): void {
    const key = KEYS[code];
    if (!key || this.running) return;
    this.move(key[0] * TAP_M, key[1] * TAP_M, key[2] * TAP_DEG, 0);
    this.controller.ask(false);
  }

  play(): void {
    if (this.lengthM() === 0) return;
    if (this.state.progress >= 1) this.state.progress = 0;
    this.state.playing = true;
    this.state.emit("play");
    this.run();
  }

  pause(): void {
    if (!this.state.playing) return;
    this.state.playing = false;
    this.state.emit("play");
  }

  /** Stand on the path at `share` of its length, looking along it. */
  scrub(share: number, moving: boolean): void {
    if (this.lengthM() === 0) return;
    this.state.progress = share;
    if (this.state.geo) this.standOnTrack(share, moving);
    else {
      const { place, yaw } = this.state.path.at(share);
      this.looking.turn(yaw, this.looking.gaze.pitch);
      this.controller.stand(place, moving);
    }
    this.state.emit("play");
  }

  private standOnTrack(share: number, moving: boolean): void {
    const found = along(this.state.track, share * this.lengthM());
    if (!found) return;
    this.looking.turn(found.yaw, this.looking.gaze.pitch);
    this.controller.standOn(found.geo, moving);
  }

  /** Metres of what is walked along: the path on the tile, or the track on the map. */
  private lengthM(): number {
    const { state } = this;
    if (state.geo) return lengthM(state.track);
    return state.path.line.length > 1 ? state.path.lengthM : 0;
  }

  private run(): void {
    if (this.running) return;
    this.running = true;
    this.last = performance.now();
    requestAnimationFrame((now) => this.step(now));
  }

  private step(now: number): void {
    const seconds = Math.min(0.1, Math.max(0, (now - this.last) / 1000));
    this.last = now;
    if (this.state.playing) this.advance(seconds);
    this.go(this.wanted(), seconds);
    if (this.held.size > 0 || this.state.playing) {
      requestAnimationFrame((next) => this.step(next));
    } else {
      this.running = false;
      this.controller.ask(false);
    }
  }

  /** Move and turn for so many seconds, and ask for a frame if that leads somewhere else. */
  private go([ahead, right, turn, tilt]: readonly [number, number, number, number], seconds: number): void {
    const { geo, place } = this.state;
    const reach = STEP_M_PER_S * (this.fast ? 3 : 1) * seconds;
    this.move(ahead * reach, right * reach, turn * TURN_DEG_PER_S * seconds, tilt * TILT_DEG_PER_S * seconds);
    if (this.state.place !== place || this.state.geo !== geo) this.controller.ask(true);
  }

  private wanted(): [number, number, number, number] {
    const sum: [number, number, number, number] = [0, 0, 0, 0];
    for (const code of this.held) KEYS[code]?.forEach((value, i) => (sum[i] = (sum[i] ?? 0) + value));
    return sum;
  }

  private move(ahead: number, right: number, turn: number, tilt: number): void {
    const { gaze } = this.looking;
    if (turn || tilt) this.looking.turn(gaze.yaw + turn, gaze.pitch + tilt);
    if (!ahead && !right) return;
    const angle = (this.looking.gaze.yaw * Math.PI) / 180;
    const [east, south] = [ahead * Math.sin(angle) + right * Math.cos(angle), -ahead * Math.cos(angle) + right * Math.sin(angle)];
    this.controller.move(east, south);
  }

  private advance(seconds: number): void {
    const { state } = this;
    const length = Math.max(0.1, this.lengthM());
    let share = state.progress + (this.speed * seconds) / length;
    if (share >= 1 && state.loop) share %= 1;
    this.scrub(Math.min(1, share), true);
    if (share >= 1) this.pause();
  }
}
