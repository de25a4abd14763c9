// Playing the walk: play, scrub, loop, speed. Used by the studio and by the saved page.

import { button, h, icon, slider } from "../dom";
import { metres } from "../geometry";

export interface Playable {
  playing: boolean;
  loop: boolean;
  progress: number;
}

export class PlayBar {
  readonly element: HTMLElement;
  private readonly toggle: HTMLButtonElement;
  private readonly loop: HTMLButtonElement;
  private readonly scrubber = h("input", { type: "range", min: 0, max: 1, step: "any", value: 0, "aria-label": "Position along the path" });
  private readonly position = h("output", { class: "position" });

  constructor(
    private readonly state: Playable,
    private readonly lengthM: () => number,
    actions: { toggle: () => void; scrub: (share: number, moving: boolean) => void; speed?: (metresPerSecond: number) => void },
  ) {
    this.toggle = button("Play", actions.toggle, { icon: "play", bare: true, kind: "primary" });
    this.loop = button("Loop", () => {
      state.loop = !state.loop;
      this.refresh();
    }, { icon: "loop", bare: true });
    this.scrubber.addEventListener("input", () => actions.scrub(this.scrubber.valueAsNumber, true));
    this.scrubber.addEventListener("change", () => actions.scrub(this.scrubber.valueAsNumber, false));
    const { speed } = actions;
    const pace = speed && slider("Speed", { min: 0.5, max: 8, step: 0.5, value: 2 }, (v) => `${v.toFixed(1)} m/s`, speed);
    if (pace) pace.element.classList.add("compact");
    this.element = h("div", { class: "play-bar", role: "group", "aria-label": "Play the path" },
      this.toggle, this.scrubber, this.position, this.loop, pace?.element);
    this.refresh();
  }

  refresh(): void {
    const length = this.lengthM();
    const { playing, loop, progress } = this.state;
    this.element.hidden = length <= 0;
    const label = playing ? "Pause" : "Play";
    if (this.toggle.title !== label) {
      this.toggle.replaceChildren(icon(playing ? "pause" : "play"));
      this.toggle.title = label;
      this.toggle.setAttribute("aria-label", label);
    }
    this.loop.setAttribute("aria-pressed", String(loop));
    this.scrubber.valueAsNumber = progress;
    const text = `${metres(progress * length)} of ${metres(length)}`;
    this.position.textContent = text;
    this.scrubber.setAttribute("aria-valuetext", text);
  }
}
