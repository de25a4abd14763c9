// The map that floats over the view and stays in sight. What it shows can change: the tile, or another map that is
// given to `add`.

import { button, Choice, h, icon } from "./dom";

/** One map. */
export interface MapContent {
  readonly key: string;
  /** What people read where they choose, once there are several. */
  readonly title: string;
  /** Fills the panel's width. */
  readonly element: HTMLElement;
  /** What stands above it: what a click does, for instance. */
  readonly tools?: HTMLElement;
  /** Called when it begins and when it ends to be seen. */
  setShown(shown: boolean): void;
}

export class FloatingMap {
  readonly element: HTMLElement;
  private readonly choice = h("div", { class: "map-choice" });
  private readonly tools = h("div", { class: "map-tools" });
  private readonly body = h("div", { class: "map-body" });
  private readonly contents = new Map<string, MapContent>();
  private readonly size = button("Larger map", () => this.setLarge(this.element.dataset.size !== "large"), { icon: "larger", bare: true, kind: "map-size" });
  private shown: MapContent | null = null;

  constructor() {
    const head = h("div", { class: "map-head" }, this.tools, this.size);
    this.element = h("section", { class: "panel floating-map", "aria-label": "Map" }, this.choice, head, this.body);
    this.setLarge(false);
  }

  /** Offer one more map; the first one is shown. */
  add(content: MapContent): void {
    this.contents.set(content.key, content);
    if (!this.shown) this.show(content.key);
    this.refreshChoice();
  }

  show(key: string): void {
    const content = this.contents.get(key);
    if (!content || content === this.shown) return;
    this.shown?.setShown(false);
    this.shown = content;
    this.body.replaceChildren(content.element);
    this.tools.replaceChildren(...(content.tools ? [content.tools] : []));
    content.setShown(true);
  }

  setLarge(large: boolean): void {
    this.element.dataset.size = large ? "large" : "small";
    const label = large ? "Smaller map" : "Larger map";
    this.size.setAttribute("aria-label", label);
    this.size.title = label;
    this.size.replaceChildren(icon(large ? "smaller" : "larger"));
  }

  private refreshChoice(): void {
    this.choice.hidden = this.contents.size < 2;
    const choice = new Choice("Map", [...this.contents.values()].map((one) => [one.key, one.title] as const), (key) => this.show(key));
    choice.set(this.shown?.key ?? "");
    this.choice.replaceChildren(choice.element);
  }
}
