// Where one is when the page opens: where its address leads, or, after a reload, where this tab was.

import type { Controller } from "./controller";
import { absentIn, addressOf, names, readAddress, type Address } from "./linkstate";
import type { MapInfo, Welcome } from "./protocol";
import { recall, type Memory, type State, type Tile } from "./state";

export class Arrival {
  /** where a link leads, while its picture is not chosen yet */
  private expected: Address | null = null;

  constructor(private readonly controller: Controller) {}

  /** Where a link leads in a tile that is entered now. */
  expectedIn(tile: Tile): Address | null {
    const { expected } = this;
    this.expected = null;
    return expected && names(expected, tile) ? expected : null;
  }

  /** At the start: go where the address says, or, after a reload, back to where this tab was. */
  async goOn(state: State, message: Welcome): Promise<void> {
    window.addEventListener("hashchange", () => void this.follow(state, this.read(state)));
    const { hash } = location;
    const address = this.read(state);
    const memory = message.map ? onMap(recall(), message.map) : onTile(recall());
    if (message.map) {
      this.beginOnMap(state, message.map, memory, message);
    } else if (memory !== null && (address === null || names(address, memory.tile))) {
      await this.restore(state, memory, message);
    } else {
      await this.follow(state, address);
      return;
    }
    // an address is rounded: what it was made of is better, unless somebody changed it
    if (address && state.tile && names(address, state.tile) && hash !== addressOf(state, state.tile)) this.arrive(state, address);
  }

  private read(state: State): Address | null {
    const { hash } = location;
    const absent = absentIn(hash, state);
    if (absent !== null) this.controller.onNotice(`This link shows a place in ${absent}, which this studio does not have.`, "error");
    return readAddress(hash, state);
  }

  private beginOnMap(state: State, map: MapInfo, memory: Memory | null, message: Welcome): void {
    state.tile = { title: map.name, url: "", source: { map: map.name } };
    if (memory) this.takeUp(state, memory, message);
    state.track = memory?.track ?? [];
    state.emit("tile");
    this.controller.standOn(memory?.geo ?? { lat: map.middle[0], lon: map.middle[1] }, false);
    state.emit("ready");
  }

  private async restore(state: State, memory: Memory, message: Welcome): Promise<void> {
    state.tile = memory.tile;
    state.place = memory.place;
    this.takeUp(state, memory, message);
    state.path.smoothTo(memory.smoothingM);
    state.path.set(memory.points);
    await this.controller.resend(state, message.tile);
    if (state.tileSerial >= 0) state.emit("tile");
    else state.tile = null;
  }

  /** Direction, look, light, and the photographs that the server still has. */
  private takeUp(state: State, memory: Memory, message: Welcome): void {
    const has = (own: { key: string }): boolean => message.lights.includes(own.key);
    state.ownLights = memory.ownLights.filter(has).map((own) => ({ ...own, photo: null, mask: null }));
    const known = (name: string | null): boolean => name === null || message.presets.includes(name) || state.ownLights.some((own) => own.key === name);
    if (known(memory.light.a) && known(memory.light.b)) state.light = memory.light;
    this.missLights(memory.ownLights.filter((own) => !has(own)));
    state.look = message.looks.includes(memory.look) ? memory.look : state.look;
    state.looking.set(memory.gaze);
    state.emit("lights");
    state.emit("light");
  }

  missLights(lights: readonly { title: string }[]): void {
    if (lights.length === 0) return;
    const titles = lights.map((light) => light.title).join(", ");
    this.controller.onNotice(`The studio was started anew and does not have your photographs any more (${titles}); add them again.`, "info");
  }

  /** Go to what an address names; a picture of somebody's own has to be chosen again first. */
  private async follow(state: State, address: Address | null): Promise<void> {
    if (!address) return;
    if (state.tile && names(address, state.tile)) {
      this.arrive(state, address);
      return;
    }
    const example = state.info.examples.find((known) => known.key === address.example);
    if (example) {
      await this.controller.guarded(example.title, () => this.controller.enter({ title: example.title, url: example.url, source: { example: example.key } }, address));
      return;
    }
    this.expected = address;
    this.controller.onNotice(`This link shows a place in ${address.title}. A link does not hold the picture: choose it here, and you stand there.`, "info");
  }

  arrive(state: State, { place, geo, gaze, light, look }: Address): void {
    if (light) state.light = light;
    state.look = look;
    state.looking.set(gaze);
    state.emit("light");
    if (geo) this.controller.standOn(geo, false);
    else this.controller.stand(place, false);
  }
}

function onMap(memory: Memory | null, map: MapInfo): Memory | null {
  if (!memory?.geo || !("map" in memory.tile.source) || memory.tile.title !== map.name) return null;
  const { lat, lon } = memory.geo;
  const [south, west, north, east] = map.bounds; // another part of the same server's map has the same name
  return lat >= south && lat <= north && lon >= west && lon <= east ? memory : null;
}

function onTile(memory: Memory | null): Memory | null {
  return memory && "map" in memory.tile.source ? null : memory;
}
