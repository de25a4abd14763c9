// The stage: it fills the page and shows one of several views. A further way of looking (a film, a live model) is one
// more `StageView` that is given to `add`; nothing else has to know of it.

import { Choice, h, type Icon } from "./dom";
import type { Pointing } from "./views/pointing";

/** One way of looking. */
export interface StageView {
  /** Its name in `Stage.setView`, and in the stage's `data-view`. */
  readonly key: string;
  /** What people read where they choose. */
  readonly title: string;
  readonly icon: Icon;
  /** Fills the stage while it is shown. */
  readonly element: HTMLElement;
  /** What stands beside the choice of views while it is shown: its layers, for instance. */
  readonly tools?: HTMLElement;
  /** Whether one stands and walks in it: compass and walking pad are laid over it. */
  readonly walks: boolean;
  /** Called when it begins and when it ends to be seen; what is hidden draws nothing. */
  setShown(shown: boolean): void;
  /** Where one can measure in it. */
  readonly pointing?: Pointing | null;
  /** A canvas with what is to be seen now in it, to be saved as a picture. */
  picture?(): HTMLCanvasElement | null;
  /** What is said in the middle while there is nothing to see yet; "" otherwise. */
  busy(): string;
}

export class Stage {
  readonly element: HTMLElement;
  private readonly frame = h("div", { class: "frame" });
  private readonly toolbar = h("div", { class: "toolbar" });
  private readonly busy = h("div", { class: "busy", role: "status" });
  private readonly views = new Map<string, StageView>();
  private readonly listeners: ((key: string) => void)[] = [];
  private shown: StageView | null = null;
  private before = "";

  /** `over`: what is laid over every view. */
  constructor(...over: HTMLElement[]) {
    this.element = h("section", { class: "stage", "aria-label": "View" }, this.toolbar, this.frame, this.busy, ...over);
  }

  /** Offer one more view; the first one is shown. */
  add(view: StageView): void {
    if (this.views.get(view.key) === view) return;
    this.views.set(view.key, view);
    view.element.classList.add("view");
    view.element.hidden = true;
    this.frame.append(view.element);
    if (this.shown) this.refreshTools();
    else this.setView(view.key);
  }

  /** Take a view away, and show the one before it. */
  remove(key: string): void {
    const view = this.views.get(key);
    if (!view) return;
    this.views.delete(key);
    if (this.shown === view) this.setView(this.views.has(this.before) ? this.before : ([...this.views.keys()][0] ?? ""));
    view.element.remove();
    this.refreshTools();
  }

  get view(): string {
    return this.shown?.key ?? "";
  }

  /** What is to be seen now; null where the view has no picture of its own. */
  picture(): HTMLCanvasElement | null {
    return this.shown?.picture?.() ?? null;
  }

  /** Where one can measure in what is shown. */
  get pointing(): Pointing | null {
    return this.shown?.pointing ?? null;
  }

  setView(key: string): void {
    const view = this.views.get(key);
    if (!view || view === this.shown) return;
    if (this.shown) {
      this.before = this.shown.key;
      this.shown.element.hidden = true;
      this.shown.setShown(false);
    }
    this.shown = view;
    this.element.dataset.view = key;
    this.element.dataset.walks = String(view.walks);
    this.element.dataset.pictures = String(view.picture !== undefined);
    view.element.hidden = false;
    view.setShown(true);
    this.refreshTools();
    for (const listener of this.listeners) listener(key);
    this.refresh();
  }

  onView(listener: (key: string) => void): void {
    this.listeners.push(listener);
  }

  /** Ask the view again what it waits for. */
  refresh(): void {
    this.busy.textContent = this.shown?.busy() ?? "";
  }

  private refreshTools(): void {
    const entries = [...this.views.values()].map((view) => [view.key, view.title, view.icon] as const);
    const choice = new Choice("View", entries, (key) => this.setView(key));
    choice.set(this.view);
    const focused = this.toolbar.contains(document.activeElement);
    const tools = this.shown?.tools;
    this.toolbar.replaceChildren(...(tools ? [choice.element, tools] : [choice.element]));
    if (focused) this.toolbar.querySelector<HTMLInputElement>("input:checked")?.focus();
  }
}
