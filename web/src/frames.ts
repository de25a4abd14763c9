// A loop of frames that runs as long as something moves.

export class Frames {
  private last = 0;
  private going = false;

  /** `frame` gets the milliseconds since the frame before it and the time, and says whether another one is to follow; `rest` comes after the last. */
  constructor(
    private readonly frame: (frameMs: number, now: number) => boolean,
    private readonly rest: () => void,
  ) {}

  get running(): boolean {
    return this.going;
  }

  /** Begin, unless it runs already. */
  run(): void {
    if (this.going) return;
    this.going = true;
    this.last = performance.now();
    requestAnimationFrame((now) => this.step(now));
  }

  private step(now: number): void {
    const frameMs = now - this.last;
    this.last = now;
    if (this.frame(frameMs, now)) {
      requestAnimationFrame((next) => this.step(next));
    } else {
      this.going = false;
      this.rest();
    }
  }
}
