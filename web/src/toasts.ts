// Short messages in a corner. They go away by themselves, but not while somebody reads (points at) them.

import { button, h } from "./dom";

const STAY_MS = { info: 6000, error: 10_000 } as const;
const MOST = 3;

export class Toasts {
  readonly element = h("div", { class: "notices", role: "alert" });

  /** Show a text, and, with `action`, a button that does something about it. */
  show(text: string, kind: keyof typeof STAY_MS, action?: { title: string; run: () => void }): void {
    const notice = h("div", { class: `notice ${kind}` }, h("span", {}, text));
    const leave = (): void => notice.remove();
    if (action) {
      notice.append(button(action.title, () => {
        leave();
        action.run();
      }));
    }
    notice.append(button("Dismiss", leave, { icon: "close", bare: true }));
    let timer = window.setTimeout(leave, STAY_MS[kind]);
    for (const event of ["pointerenter", "focusin"]) notice.addEventListener(event, () => window.clearTimeout(timer));
    for (const event of ["pointerleave", "focusout"]) {
      notice.addEventListener(event, () => {
        window.clearTimeout(timer);
        timer = window.setTimeout(leave, STAY_MS[kind]);
      });
    }
    this.element.append(notice);
    while (this.element.children.length > MOST) this.element.firstChild?.remove();
  }
}
