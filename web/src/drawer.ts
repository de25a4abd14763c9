// The drawer: a rail of names, of which one at a time opens its panel over the view.

import { h, icon, type Icon } from "./dom";

export interface Panel {
  readonly title: string;
  readonly icon: Icon;
  readonly content: readonly HTMLElement[];
}

/** From this width on there is room for an open panel beside the middle of the view. */
const ROOMY = "(width >= 1180px)";

export class Drawer {
  readonly element: HTMLElement;
  private readonly tabs = new Map<string, HTMLButtonElement>();
  private readonly panels = new Map<string, HTMLElement>();

  constructor(panels: readonly Panel[]) {
    const rail = h("div", { class: "panel rail", role: "group", "aria-label": "Panels" });
    this.element = h("div", { class: "drawer" }, rail);
    for (const { title, icon: glyph, content } of panels) {
      const id = `panel-${title.toLowerCase()}`;
      const tab = h(
        "button", { type: "button", class: "tab", "aria-controls": id, onclick: () => this.toggle(title) },
        icon(glyph), h("span", {}, title),
      );
      const panel = h("div", { class: "panel drawer-panel", id }, ...content);
      this.tabs.set(title, tab);
      this.panels.set(title, panel);
      rail.append(tab);
      this.element.append(panel);
    }
    this.open(window.matchMedia(ROOMY).matches ? (panels[0]?.title ?? null) : null);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.leave();
    });
  }

  /** Open one panel, or none. */
  open(title: string | null): void {
    for (const [name, panel] of this.panels) {
      panel.hidden = name !== title;
      this.tabs.get(name)?.setAttribute("aria-expanded", String(name === title));
    }
    document.body.dataset.drawer = title === null ? "closed" : "open";
  }

  private toggle(title: string): void {
    this.open(this.panels.get(title)?.hidden ? title : null);
  }

  /** Close from the keyboard; the focus goes back to the panel's name. */
  private leave(): void {
    const opened = [...this.panels].find(([, panel]) => !panel.hidden)?.[0];
    if (opened === undefined) return;
    this.open(null);
    this.tabs.get(opened)?.focus();
  }
}
