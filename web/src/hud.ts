// What is laid over the view: the compass, a pad to walk with where there is no keyboard, and what can be done with
// what is seen.

import { button, h, icon, save, svg } from "./dom";
import { headingText } from "./geometry";
import type { Looking } from "./looking";
import type { Stage } from "./stage";
import type { State } from "./state";
import type { Pointing } from "./views/pointing";
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

/** Measure, save the picture, full screen. */
export function viewTools(state: State, stage: Stage, pointings: readonly Pointing[], tell: (text: string, kind: "info" | "error") => void): HTMLElement {
  const measure = button("Measure between two points (M)", () => {
    if (!stage.pointing) stage.setView("panorama");
    const { pointing } = stage;
    pointing?.measure(!pointing.isMeasuring);
  }, { icon: "ruler", bare: true });
  measure.setAttribute("aria-pressed", "false");
  for (const pointing of pointings) {
    pointing.onMeasuring = (on) => measure.setAttribute("aria-pressed", String(on));
    stage.onView(() => pointing.isMeasuring && pointing.measure(false));
  }
  const picture = button("Save this picture", () => void savePicture(state, stage, tell), { icon: "camera", bare: true, kind: "save-picture" });
  return h("div", { class: "panel view-tools", role: "group", "aria-label": "This view" }, measure, picture, fullScreen());
}

async function savePicture(state: State, stage: Stage, tell: (text: string, kind: "info" | "error") => void): Promise<void> {
  const canvas = stage.picture(); // drawn in this very moment: a canvas forgets what it showed
  const data = await new Promise<Blob | null>((resolve) => {
    if (canvas) canvas.toBlob(resolve, "image/png");
    else resolve(null);
  });
  if (!data) return;
  const title = (state.tile?.title ?? "view").replace(/\.[^.]+$/, "").replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase();
  const name = `${title}-${stage.view}-${Math.round(state.looking.gaze.yaw)}.png`;
  save(data, name);
  tell(`${name} is saved, as large as the view is on this screen.`, "info");
}

function fullScreen(): HTMLButtonElement | null {
  if (!document.fullscreenEnabled) return null;
  const toggle = button("Full screen", () => {
    const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    done.catch(() => undefined); // the browser said no, and says so itself
  }, { icon: "larger", bare: true });
  document.addEventListener("fullscreenchange", () => {
    const on = document.fullscreenElement !== null;
    const label = on ? "Leave full screen" : "Full screen";
    toggle.replaceChildren(icon(on ? "smaller" : "larger"));
    toggle.title = label;
    toggle.setAttribute("aria-label", label);
  });
  return toggle;
}
