// What is laid over a view in which one stands: the compass, and a pad to walk with where there is no keyboard.

import { button, svg, h } from "./dom";
import { headingText } from "./geometry";
import type { Looking } from "./looking";
import type { Walker } from "./walker";

export function compass(looking: Looking): HTMLElement {
  const needle = svg(
    "g", {},
    svg("path", { d: "M0-17 5 0-5 0Z", class: "north-needle" }),
    svg("path", { d: "M0 17 5 0-5 0Z", class: "south-needle" }),
    svg("path", { d: "M-2.6-19.5v-7l5.2 7v-7", class: "north-letter" }),
  );
  const facing = h("span", { class: "facing" });
  const face = button("Face north", () => looking.turn(0, 0), { bare: true, kind: "compass" });
  face.append(svg("svg", { viewBox: "-32 -32 64 64", "aria-hidden": "true" }, svg("circle", { r: 30, class: "dial" }), needle), facing);
  const refresh = (): void => {
    const { yaw } = looking.gaze;
    needle.setAttribute("transform", `rotate(${-yaw})`);
    facing.textContent = headingText(yaw);
    face.setAttribute("aria-label", `${headingText(yaw)}: face north`);
  };
  looking.onTurn(refresh);
  refresh();
  return face;
}

export function walkingPad(walker: Walker): HTMLElement {
  const keys: readonly (readonly [string, string, "up" | "down" | "left" | "right"])[] = [
    ["KeyW", "Walk ahead", "up"], ["ArrowLeft", "Turn left", "left"], ["KeyS", "Walk back", "down"], ["ArrowRight", "Turn right", "right"],
  ];
  const pad = h("div", { class: "pad", role: "group", "aria-label": "Walk" });
  for (const [code, label, glyph] of keys) {
    const key = button(label, () => walker.tap(code), { icon: glyph, bare: true });
    key.addEventListener("pointerdown", () => walker.press(code));
    for (const end of ["pointerup", "pointerleave", "pointercancel"]) key.addEventListener(end, () => walker.release(code));
    pad.append(key);
  }
  return pad;
}
