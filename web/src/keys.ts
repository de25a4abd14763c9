// Keys that move and turn, wherever one walks: in the painted view and in the model.

/** Ahead, to the right, turn to the right, look up. */
export type Motion = readonly [number, number, number, number];

const MOTIONS: Record<string, Motion> = {
  KeyW: [1, 0, 0, 0], ArrowUp: [1, 0, 0, 0], KeyS: [-1, 0, 0, 0], ArrowDown: [-1, 0, 0, 0],
  KeyA: [0, -1, 0, 0], KeyD: [0, 1, 0, 0],
  ArrowLeft: [0, 0, -1, 0], KeyQ: [0, 0, -1, 0], ArrowRight: [0, 0, 1, 0], KeyE: [0, 0, 1, 0],
  KeyR: [0, 0, 0, 1], PageUp: [0, 0, 0, 1], KeyF: [0, 0, 0, -1], PageDown: [0, 0, 0, -1],
};

export const motionOf = (code: string): Motion | undefined => MOTIONS[code];

interface Looker {
  readonly gaze: { readonly fov: number };
  zoom(fov: number): void;
  turn(yaw: number, pitch: number): void;
}

/** The keys that are held down. */
export class Held {
  /** Whether Shift is held. */
  fast = false;
  private readonly codes = new Set<string>();

  constructor() {
    window.addEventListener("keyup", (event) => {
      this.fast = event.shiftKey;
      this.release(event.code);
    });
    window.addEventListener("blur", () => this.clear());
  }

  get any(): boolean {
    return this.codes.size > 0;
  }

  has(code: string): boolean {
    return this.codes.has(code);
  }

  hold(code: string): void {
    this.codes.add(code);
  }

  release(code: string): void {
    this.codes.delete(code);
  }

  clear(): void {
    this.codes.clear();
  }

  /** What all keys that are held do together. */
  wanted(): Motion {
    const sum: [number, number, number, number] = [0, 0, 0, 0];
    for (const code of this.codes) MOTIONS[code]?.forEach((value, i) => (sum[i] = (sum[i] ?? 0) + value));
    return sum;
  }

  /** Answer a key: those that move go to `press`, those that zoom or look north to `looker`. */
  keydown(event: KeyboardEvent, looker: Looker, press: (code: string) => void): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    this.fast = event.shiftKey;
    if (event.code in MOTIONS) press(event.code);
    else if (event.key === "+" || event.key === "=") looker.zoom(looker.gaze.fov * 0.9);
    else if (event.key === "-") looker.zoom(looker.gaze.fov * 1.1);
    else if (event.key === "n" || event.key === "Home") looker.turn(0, 0);
    else return;
    event.preventDefault();
  }
}
