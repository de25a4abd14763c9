// A film that was made, played in the stage.

import { button, h } from "../dom";
import type { Result } from "../protocol";
import type { Stage, StageView } from "../stage";

export class FilmView implements StageView {
  readonly key = "film";
  readonly title = "Film";
  readonly icon = "film";
  readonly walks = false;
  readonly element = h("div", { class: "film" });
  readonly tools: HTMLElement;
  /** Room is wanted for it. */
  onPlay: () => void = () => undefined;
  private readonly name = h("span", { class: "film-name" });

  constructor(private readonly stage: Stage) {
    this.tools = h("div", { class: "film-tools" }, this.name, button("Close the film", () => this.close(), { icon: "close", bare: true }));
  }

  /** Whether a result can be played here. */
  static plays(result: Result): boolean {
    return /\.(mp4|gif)$/.test(result.name);
  }

  play(result: Result): void {
    this.name.textContent = result.name;
    this.element.dataset.token = result.token;
    this.element.replaceChildren(
      result.name.endsWith(".gif")
        ? h("img", { src: result.url, alt: result.note })
        : h("video", { src: result.url, controls: true, autoplay: true, loop: true, muted: true, playsinline: true, "aria-label": result.name }),
    );
    this.stage.add(this);
    this.stage.setView(this.key);
    this.onPlay();
  }

  /** Its file was removed. */
  gone(token: string): void {
    if (this.element.dataset.token === token) this.close();
  }

  close(): void {
    this.stage.remove(this.key);
    this.element.replaceChildren();
    delete this.element.dataset.token;
  }

  setShown(shown: boolean): void {
    const video = this.element.querySelector("video");
    if (shown) void video?.play().catch(() => undefined); // a browser may forbid it: then the controls are there
    else video?.pause();
  }

  busy(): string {
    return "";
  }
}
