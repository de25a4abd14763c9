// While nobody moves, the view is shown again at its own size, by weights whose painter can do that.

import type { Controller } from "./controller";

/** Nobody moves or turns for so long: they rest. */
const REST_MS = 450;
const WIDEST_DEG = 170;

export class Detail {
  /** The size of the view in pixels while a panorama is seen; null otherwise. */
  viewSize: () => { width: number; height: number } | null = () => null;
  private timer = 0;
  /** what was last asked for */
  private asked = "";

  constructor(private readonly controller: Controller) {}

  /** A frame is shown: a panorama takes the finer picture away. */
  shown(detailed: boolean): void {
    if (!detailed) this.asked = "";
    this.later();
  }

  /** Somebody turned: once they rest, that is kept, and the view is painted at its own size. */
  later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.controller.keep();
      this.ask();
    }, REST_MS);
  }

  private ask(): void {
    const { state, streamer } = this.controller;
    const size = this.viewSize();
    if (!state?.tile || !size || state.layer !== "picture" || !state.info.details.includes(state.look)) return;
    if (!streamer.idle) {
      this.later();
      return;
    }
    const { light, look, layer, looking } = state;
    const place = state.geo ?? state.place;
    const { yaw, pitch } = looking.gaze;
    const detail = { yaw, pitch, fov: Math.min(WIDEST_DEG, looking.horizontalFov), ...size };
    const wish = JSON.stringify([detail, place, light, look]);
    if (wish === this.asked) return;
    this.asked = wish;
    streamer.want({ place, light, look, detail, layer, moving: true });
  }
}
