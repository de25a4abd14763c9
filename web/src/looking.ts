// Where somebody looks. One gaze serves every way of looking in the stage: who changes the view keeps the direction.

import { wrapDegrees } from "./geometry";
import type { Gaze } from "./protocol";

export const NARROWEST = 20;
export const WIDEST = 100;
const FIRST_FOV = 75;
const UPRIGHT_FOV = 88; // a window that is higher than wide would show little of the horizon

export class Looking {
  gaze: Gaze = { yaw: 0, pitch: 0, fov: FIRST_FOV };
  private readonly listeners: (() => void)[] = [];
  private ratio = 1;

  /** `pictureFov`: vertical degrees of the pictures that are looked at. */
  constructor(private readonly pictureFov: number) {}

  onTurn(listener: () => void): void {
    this.listeners.push(listener);
  }

  turn(yaw: number, pitch: number): void {
    // half of what the window shows must stay inside the picture's own field of view
    const most = Math.max(0, Math.min(85, this.pictureFov / 2 - this.gaze.fov / 2 + (this.pictureFov >= 180 ? 90 : 0)));
    this.gaze = { ...this.gaze, yaw: wrapDegrees(yaw), pitch: Math.min(most, Math.max(-most, pitch)) };
    this.tell();
  }

  zoom(fov: number): void {
    const widest = Math.min(WIDEST, this.pictureFov);
    this.gaze = { ...this.gaze, fov: Math.min(widest, Math.max(NARROWEST, fov)) };
    this.turn(this.gaze.yaw, this.gaze.pitch);
  }

  /** Take over a whole gaze. */
  set(gaze: Gaze): void {
    this.zoom(gaze.fov);
    this.turn(gaze.yaw, gaze.pitch);
  }

  /** Width over height of the window that is looked through. */
  get aspect(): number {
    return this.ratio;
  }

  set aspect(ratio: number) {
    if (ratio < 1 && this.gaze.fov === FIRST_FOV) this.gaze = { ...this.gaze, fov: UPRIGHT_FOV };
    this.ratio = ratio;
    this.tell();
  }

  /** Horizontal degrees that the window shows. */
  get horizontalFov(): number {
    const half = Math.tan((this.gaze.fov * Math.PI) / 360) * this.ratio;
    return (Math.atan(half) * 360) / Math.PI;
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Drag, wheel and pinch on an element turn and zoom. */
export function addLooking(element: HTMLElement, looking: Looking): void {
  const fingers = new Map<number, { x: number; y: number }>();
  const spread = (): number => {
    const [a, b] = [...fingers.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  element.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const apart = spread();
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2 && apart > 0) looking.zoom((looking.gaze.fov * apart) / Math.max(1, spread()));
    if (fingers.size > 1) return;
    const degrees = looking.gaze.fov / element.clientHeight;
    looking.turn(looking.gaze.yaw - (event.clientX - before.x) * degrees, looking.gaze.pitch + (event.clientY - before.y) * degrees);
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    element.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      looking.zoom(looking.gaze.fov * Math.exp(event.deltaY / 1000));
    },
    { passive: false },
  );
}
