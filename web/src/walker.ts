// Walking: keys held down move and turn, the path is played, and both ask for frames as fast as they come.

import type { Controller, Standpoint } from "./controller";
import { Frames } from "./frames";
import { turnedWay, wrapDegrees } from "./geometry";
import { Held, motionOf, type Motion } from "./keys";
import { along, lengthM } from "./roam/geo";
import type { Hit, Point } from "./sight";
import type { State } from "./state";

const STEP_M_PER_S = 3;
const TURN_DEG_PER_S = 75;
const TILT_DEG_PER_S = 45;
const FIRST_S = 0.05;
/** Frames of this length at most: after a stall nobody leaps. */
const LONGEST_S = 0.1;
const TAP_M = 0.5;
const TAP_DEG = 10;
/** So far one stays away from a wall or a tree that was clicked. */
const KEEP_AWAY_M = 1.5;
const LONGEST_GLIDE_S = 1.4;

interface Glide {
  from: Standpoint;
  yaw: number;
  pitch: number;
  eastM: number;
  southM: number;
  turn: number;
  tilt: number;
  seconds: number;
  began: number;
}

export class Walker {
  /** Metres a second along the path. */
  speed = 2;
  private readonly held = new Held();
  private readonly frames = new Frames((frameMs, now) => this.step(frameMs, now), () => this.controller.ask(false));
  private gliding: Glide | null = null;

  constructor(
    private readonly state: State,
    private readonly controller: Controller,
  ) {}

  keydown(event: KeyboardEvent): void {
    this.held.keydown(event, this.state.looking, (code) => this.press(code));
  }

  press(code: string): void {
    const key = motionOf(code);
    if (!this.state.tile || !key || this.held.has(code)) return;
    this.pause();
    this.gliding = null;
    this.held.hold(code);
    this.go(key, FIRST_S); // even a key that is let go before the next frame does something
    this.frames.run();
  }

  release(code: string): void {
    this.held.release(code);
  }

  /** One step, for a button that was activated without being held (by a keyboard or a screen reader). */
  tap(code: string): void {
    const key = motionOf(code);
    if (!key || this.frames.running) return;
    this.move(key[0] * TAP_M, key[1] * TAP_M, key[2] * TAP_DEG, 0);
    this.controller.ask(false);
  }

  play(): void {
    if (this.lengthM() === 0) return;
    if (this.state.progress >= 1) this.state.progress = 0;
    this.state.playing = true;
    this.state.emit("play");
    this.frames.run();
  }

  pause(): void {
    if (!this.state.playing) return;
    this.state.playing = false;
    this.state.emit("play");
  }

  /** Walk to what was pointed at, and stop before it where it cannot be stood on. */
  goTo(hit: Hit, eye: Point): void {
    const [eastM, southM] = [hit.x - eye.x, hit.z - eye.z];
    const share = hit.ground ? 1 : Math.max(0, 1 - KEEP_AWAY_M / Math.max(Math.hypot(eastM, southM), 1e-6));
    const onTile = this.state.geo ? 1 : withinTile(eye, hit, this.state.info.scene.extentM / 2);
    this.glide(eastM * Math.min(share, onTile), southM * Math.min(share, onTile), 0, 0);
  }

  /** Turn to a direction. */
  face({ yaw, pitch }: { yaw: number; pitch: number }): void {
    const { gaze } = this.state.looking;
    this.glide(0, 0, wrapDegrees(yaw - gaze.yaw + 180) - 180, pitch - gaze.pitch);
  }

  /** Go and turn in about a second; at once for those who want no motion. */
  private glide(eastM: number, southM: number, turn: number, tilt: number): void {
    this.pause();
    const { place, geo, looking } = this.state;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const seconds = calm ? 0 : Math.min(LONGEST_GLIDE_S, 0.3 + Math.hypot(eastM, southM) * 0.08);
    const { yaw, pitch } = looking.gaze;
    this.gliding = { from: { place, geo }, yaw, pitch, eastM, southM, turn, tilt, seconds, began: performance.now() };
    if (calm) this.glideOn(Infinity);
    else this.frames.run();
  }

  private glideOn(now: number): void {
    const glide = this.gliding;
    if (!glide) return;
    const share = Math.min(1, (now - glide.began) / 1000 / Math.max(glide.seconds, 1e-3));
    const eased = share * share * (3 - 2 * share);
    if (glide.turn || glide.tilt) this.state.looking.turn(glide.yaw + glide.turn * eased, glide.pitch + glide.tilt * eased);
    if (share >= 1) this.gliding = null;
    if (glide.eastM || glide.southM) this.controller.standFrom(glide.from, glide.eastM * eased, glide.southM * eased, share < 1);
  }

  /** Stand on the path at `share` of its length, looking along it. */
  scrub(share: number, moving: boolean): void {
    if (this.lengthM() === 0) return;
    this.state.progress = share;
    if (this.state.geo) {
      this.standOnTrack(share, moving);
    } else {
      const { place, yaw } = this.state.path.at(share);
      this.state.looking.turn(yaw, this.state.looking.gaze.pitch);
      this.controller.stand(place, moving);
    }
    this.state.emit("play");
  }

  private standOnTrack(share: number, moving: boolean): void {
    const found = along(this.state.track, share * this.lengthM());
    if (!found) return;
    this.state.looking.turn(found.yaw, this.state.looking.gaze.pitch);
    this.controller.standOn(found.geo, moving);
  }

  /** Metres of what is walked along: the path on the tile, or the track on the map. */
  private lengthM(): number {
    const { state } = this;
    if (state.geo) return lengthM(state.track);
    return state.path.line.length > 1 ? state.path.lengthM : 0;
  }

  private step(frameMs: number, now: number): boolean {
    const seconds = Math.min(LONGEST_S, Math.max(0, frameMs / 1000));
    if (this.state.playing) this.advance(seconds);
    this.glideOn(now);
    this.go(this.held.wanted(), seconds);
    return this.held.any || this.state.playing || this.gliding !== null;
  }

  /** Move and turn for so many seconds, and ask for a frame if that leads somewhere else. */
  private go([ahead, right, turn, tilt]: Motion, seconds: number): void {
    const { geo, place } = this.state;
    const reach = STEP_M_PER_S * (this.held.fast ? 3 : 1) * seconds;
    this.move(ahead * reach, right * reach, turn * TURN_DEG_PER_S * seconds, tilt * TILT_DEG_PER_S * seconds);
    if (this.state.place !== place || this.state.geo !== geo) this.controller.ask(true);
  }

  private move(ahead: number, right: number, turn: number, tilt: number): void {
    const { gaze } = this.state.looking;
    if (turn || tilt) this.state.looking.turn(gaze.yaw + turn, gaze.pitch + tilt);
    if (!ahead && !right) return;
    this.controller.move(...turnedWay(this.state.looking.gaze.yaw, ahead, right));
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

/** The share of the way to a point that still lies on the tile, whose sides are `half` metres away from its middle. */
function withinTile(from: Point, to: Point, half: number): number {
  const most = (a: number, b: number): number => (Math.abs(b) <= half ? 1 : (Math.sign(b) * half - a) / (b - a));
  return Math.max(0, Math.min(most(from.x, to.x), most(from.z, to.z)));
}
