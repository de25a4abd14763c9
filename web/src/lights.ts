// Lights of one's own, given to the server, and the small pictures of this place in every light.

import type { Controller } from "./controller";
import type { Packet } from "./protocol";
import type { OwnLight, State } from "./state";

const THUMBS_AFTER_MS = 350;

export class Lights {
  private timer = 0;
  private awaited = false;

  constructor(private readonly controller: Controller) {}

  async add(light: OwnLight): Promise<void> {
    const { state } = this.controller;
    if (!state) return;
    await this.send(light);
    state.ownLights = [...state.ownLights.filter((own) => own.key !== light.key), light];
    state.emit("lights");
    this.ask();
  }

  /** Give the server all lights again; returns those whose photograph the page no longer has. */
  async resend(state: State): Promise<OwnLight[]> {
    const gone = state.ownLights.filter((light) => light.photo === null);
    state.ownLights = state.ownLights.filter((light) => light.photo !== null);
    for (const light of state.ownLights) await this.send(light);
    if (gone.length === 0) return gone;
    const lost = (name: string | null): boolean => gone.some((light) => light.key === name);
    if (lost(state.light.a) || lost(state.light.b)) state.light = { a: state.info.presets[0] ?? "", b: null, t: 0 };
    state.emit("lights");
    state.emit("light");
    return gone;
  }

  /** Ask for small pictures once somebody has stood here for a moment; not while they move. */
  later(resting: boolean): void {
    window.clearTimeout(this.timer);
    const onMap = this.controller.state?.geo != null;
    this.awaited = resting && onMap;
    if (resting && !onMap) this.start();
  }

  /** On a map it is the view, once it has come, that says where in its window somebody stands. */
  arrived(): void {
    if (this.awaited) this.start();
    this.awaited = false;
  }

  private start(): void {
    this.timer = window.setTimeout(() => this.ask(), THUMBS_AFTER_MS);
  }

  clear(state: State): void {
    for (const url of state.thumbs.values()) URL.revokeObjectURL(url);
    state.thumbs.clear();
  }

  take(packet: Packet, state: State): void {
    const picture = packet.parts.get("picture");
    const light = packet.header.light ?? "";
    if (!picture) return;
    const old = state.thumbs.get(light);
    if (old) URL.revokeObjectURL(old);
    state.thumbs.set(light, URL.createObjectURL(new Blob([picture.bytes], { type: picture.type })));
    state.emit("thumb");
  }

  private ask(): void {
    const { state, link } = this.controller;
    if (state?.tile) link.send({ do: "thumbs", ...state.place, look: state.look });
  }

  private async send(light: OwnLight): Promise<void> {
    const { link } = this.controller;
    let answer = light.photo && (await link.post(`api/light?key=${light.key}`, light.photo));
    if (light.mask) answer = await link.post(`api/light?key=${light.key}&mask=1`, light.mask);
    if (answer) light.skyShare = ((await answer.json()) as { skyShare: number }).skyShare;
  }
}
