// VR, where the browser has WebXR: the headset looks, its thumbsticks walk and turn.

import { button } from "../dom";
import type { Legs } from "./legs";
import type { CityView } from "./view";

const DEAD = 0.2;
const TURN_DEG = 30;

/** A button that enters VR; hidden until a headset is known. */
export function headsetButton(view: CityView, legs: Legs): HTMLButtonElement {
  const element = button("VR", () => void enter(view, legs));
  element.hidden = true;
  void known().then((is) => (element.hidden = !is));
  return element;
}

async function known(): Promise<boolean> {
  const { xr } = navigator as { xr?: XRSystem };
  try {
    return (await xr?.isSessionSupported("immersive-vr")) ?? false;
  } catch {
    return false; // a page from disk, or a frame, may not ask
  }
}

async function enter(view: CityView, legs: Legs): Promise<void> {
  const { renderer } = view;
  const { xr } = navigator as { xr?: XRSystem };
  if (!xr) return;
  const session = await xr.requestSession("immersive-vr", { optionalFeatures: ["local-floor"] });
  view.above = false;
  renderer.xr.enabled = true;
  renderer.xr.setReferenceSpaceType("local-floor");
  await renderer.xr.setSession(session);
  let last = performance.now();
  let turned = false;
  renderer.setAnimationLoop((now: number) => {
    const seconds = Math.min(0.1, (now - last) / 1000);
    last = now;
    for (const { gamepad, handedness } of session.inputSources) {
      const [x = 0, y = 0] = gamepad?.axes.slice(-2) ?? [];
      if (handedness === "right") {
        if (Math.abs(x) > 0.6 && !turned) view.turn(view.gaze.yaw + TURN_DEG * Math.sign(x), 0);
        turned = Math.abs(x) > 0.6;
      } else if (Math.hypot(x, y) > DEAD) {
        legs.go([-y, x, 0, 0], seconds);
      }
    }
    view.drawNow();
  });
  session.addEventListener("end", () => {
    renderer.setAnimationLoop(null);
    renderer.xr.enabled = false;
    view.draw();
  });
}
