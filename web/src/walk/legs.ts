// How one moves in the walk: keys that are held, drags that turn, taps that say where to go, thumbsticks in VR.

import { Frames } from "../frames";
import { turnedWay } from "../geometry";
import { Held, type Motion } from "../keys";
import type { Spot } from "./obstacles";
import type { CityView } from "./view";

const WALK_M_PER_S = 2.2;
const RUN = 2.5;
const TURN_DEG_PER_S = 80;
const DEG_PER_PIXEL = 0.16;
/** A press that moves less than this, in pixels, is a tap. */
const TAP_PIXELS = 6;
/** Frames of this length at most: after a stall nobody leaps. */
const LONGEST_S = 0.2;
const ARRIVED_M = 0.15;

export class Legs {
  private goal: Spot | null = null;
  private readonly frames = new Frames((frameMs) => this.step(frameMs), () => {
    if (!this.over) this.view.rest();
  });
  /** another view has taken its place */
  private over = false;

  /** `still`: whether taps mean something else just now than to walk; `held`: keys that are held already. */
  constructor(
    private readonly view: CityView,
    private readonly still: () => boolean = () => false,
    private readonly held = new Held(),
  ) {
    const { canvas } = view;
    canvas.addEventListener("keydown", (event) => this.held.keydown(event, view, (code) => this.press(code, true)));
    canvas.addEventListener("blur", () => {
      if (!this.over) this.held.clear();
    });
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      view.zoom(view.gaze.fov * Math.exp(event.deltaY / 900));
    }, { passive: false });
    this.drags(canvas);
  }

  /** Stop for good; the keys that are held go to the legs of the next view. */
  end(): Held {
    this.over = true;
    return this.held;
  }

  /** Go on, where keys are held. */
  goOn(): void {
    if (this.held.any) this.run();
  }

  /** Hold or release a direction, for buttons on the screen. */
  press(code: string, down: boolean): void {
    if (!down) {
      this.held.release(code);
      return;
    }
    this.goal = null;
    this.held.hold(code);
    this.run();
  }

  private drags(canvas: HTMLCanvasElement): void {
    let from: { x: number; y: number; yaw: number; pitch: number } | null = null;
    let moved = 0;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.focus();
      canvas.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY, yaw: this.view.gaze.yaw, pitch: this.view.gaze.pitch };
      moved = 0;
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x, y] = [event.clientX - from.x, event.clientY - from.y];
      moved = Math.max(moved, Math.hypot(x, y));
      if (moved < TAP_PIXELS) return;
      const step = DEG_PER_PIXEL * (this.view.gaze.fov / 65);
      this.view.turn(from.yaw - x * step, this.view.above ? from.pitch : from.pitch + y * step);
    });
    const end = (event: PointerEvent): void => {
      if (from && moved < TAP_PIXELS && event.type === "pointerup" && !this.still()) this.tap(event);
      from = null;
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
  }

  private tap(event: PointerEvent): void {
    const box = this.view.canvas.getBoundingClientRect();
    const wish = this.view.groundAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    if (!wish) return;
    if (this.view.above) {
      this.view.above = false;
      this.view.stand(wish);
    } else {
      this.goal = wish;
      this.run();
    }
  }

  private run(): void {
    if (!this.view.renderer.xr.isPresenting) this.frames.run();
  }

  private step(frameMs: number): boolean {
    if (this.over) return false;
    this.go(this.held.wanted(), Math.min(LONGEST_S, Math.max(0.001, frameMs / 1000)));
    this.view.adapt(frameMs);
    this.view.drawNow();
    return this.held.any || this.goal !== null;
  }

  /** Move and turn for so many seconds. */
  go([ahead, right, turn, tilt]: Motion, seconds: number): void {
    const { view } = this;
    if (turn || tilt) view.turn(view.gaze.yaw + turn * TURN_DEG_PER_S * seconds, view.gaze.pitch + tilt * TURN_DEG_PER_S * 0.6 * seconds);
    const reach = WALK_M_PER_S * (this.held.fast ? RUN : 1) * seconds;
    if (ahead || right) {
      const [east, south] = turnedWay(view.gaze.yaw, reach * ahead, reach * right);
      view.walk({ east: view.spot.east + east, south: view.spot.south + south });
    } else if (this.goal) {
      this.towards(this.goal, reach);
    }
  }

  private towards(goal: Spot, reach: number): void {
    const { east, south } = this.view.spot;
    const far = Math.hypot(goal.east - east, goal.south - south);
    const share = Math.min(1, reach / Math.max(far, 1e-6));
    const walked = this.view.walk({ east: east + share * (goal.east - east), south: south + share * (goal.south - south) });
    // There, or a wall is in the way.
    if (far - reach < ARRIVED_M || walked < 0.2 * reach) this.goal = null;
  }
}
