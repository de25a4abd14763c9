// The light: presets with thumbnails of this very place, photographs of one's own, and a slider between two lights.

import type { Controller } from "../controller";
import { button, card, h, slider } from "../dom";
import { titleCase, type OwnLight, type State } from "../state";

const MOST_OWN = 8;

export class LightPanel {
  readonly element: HTMLElement;
  private readonly strip = h("div", { class: "lights", role: "radiogroup", "aria-label": "Light" });
  private readonly second = h("select", { id: "second-light", onchange: () => this.chooseSecond() });
  private readonly mix = slider("Share of the second light", { min: 0, max: 1, step: 0.01, value: 0 }, (v) => `${Math.round(v * 100)} %`, (v) => this.mixTo(v, true));
  private readonly photo = this.fileInput("Choose a ground photograph", (file) => void this.addPhoto(file));
  private readonly mask = this.fileInput("Choose a sky mask", (file) => void this.addMask(file));
  private readonly own = h("div", { class: "own" });
  private readonly name = h("output", { class: "light-name" });
  private maskFor = "";

  constructor(
    private readonly state: State,
    private readonly controller: Controller,
  ) {
    this.mix.input.addEventListener("change", () => this.mixTo(this.mix.input.valueAsNumber, false));
    this.element = card(
      "Light",
      this.strip,
      h("div", { class: "blend" },
        h("label", { class: "field", for: "second-light" }, h("span", {}, "Blend with")), this.second, this.mix.element, this.name),
      h("div", { class: "row" }, button("Light of a photograph …", () => this.photo.click(), { icon: "image" })),
      this.own, this.photo, this.mask,
    );
    state.on("lights", () => this.build());
    state.on("light", () => this.refresh());
    state.on("thumb", () => this.refreshThumbs());
    state.on("tile", () => this.refreshThumbs());
    this.build();
  }

  private fileInput(label: string, take: (file: File) => void): HTMLInputElement {
    const input = h("input", { type: "file", accept: "image/*,.tif,.tiff", class: "hidden", tabindex: -1, "aria-label": label });
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      input.value = "";
      if (file) take(file);
    });
    return input;
  }

  private get names(): string[] {
    return [...this.state.info.presets, ...this.state.ownLights.map((light) => light.key)];
  }

  private build(): void {
    this.strip.replaceChildren(
      ...this.names.map((name) => {
        const input = h("input", { type: "radio", name: "light", value: name, class: "hidden", onchange: () => this.choose(name) });
        return h("label", { class: "light", "data-light": name }, input, h("img", { alt: "", class: "thumb" }), h("span", {}, this.state.lightTitle(name)));
      }),
    );
    this.second.replaceChildren(h("option", { value: "" }, "nothing"), ...this.names.map((n) => h("option", { value: n }, this.state.lightTitle(n))));
    this.own.replaceChildren(
      ...this.state.ownLights.map((light) =>
        h("div", { class: "row between" },
          h("small", {}, `${light.title}: ${light.masked ? "the mask marks" : "sky found in"} ${Math.round(light.skyShare * 100)} % of it`),
          button(light.masked ? "Other mask …" : "Add its sky mask …", () => {
            this.maskFor = light.key;
            this.mask.click();
          })),
      ),
    );
    this.refresh();
    this.refreshThumbs();
  }

  private refresh(): void {
    const { a, b, t } = this.state.light;
    for (const input of this.strip.querySelectorAll("input")) input.checked = input.value === a;
    this.second.value = b ?? "";
    this.mix.input.valueAsNumber = t;
    this.mix.input.disabled = b === null;
    this.mix.refresh();
    this.refreshName();
  }

  private refreshName(): void {
    this.name.textContent = this.state.light.b === null ? "" : this.state.lightName;
  }

  private refreshThumbs(): void {
    for (const item of this.strip.querySelectorAll<HTMLElement>(".light")) {
      const url = this.state.thumbs.get(item.dataset.light ?? "");
      const image = item.querySelector("img");
      if (url && image) image.src = url;
      else image?.removeAttribute("src");
    }
  }

  private choose(name: string): void {
    this.state.light = { ...this.state.light, a: name };
    this.changed(false);
  }

  private chooseSecond(): void {
    const b = this.second.value || null;
    const t = b === null ? 0 : this.state.light.t || 0.5;
    this.state.light = { ...this.state.light, b, t };
    this.changed(false);
  }

  private mixTo(t: number, moving: boolean): void {
    this.state.light = { ...this.state.light, t };
    this.refreshName();
    if (!moving) this.state.emit("light");
    this.controller.ask(moving && this.state.layer === "picture");
  }

  private changed(moving: boolean): void {
    this.state.emit("light");
    this.controller.ask(moving);
  }

  private async addPhoto(file: File): Promise<void> {
    const taken = new Set(this.state.ownLights.map((light) => light.key));
    const key = Array.from({ length: MOST_OWN }, (_, i) => `own-${i + 1}`).find((k) => !taken.has(k)) ?? "own-1";
    const title = titleCase(file.name.replace(/\.[^.]+$/, "")).slice(0, 24);
    await this.send(file.name, { key, title, photo: file, mask: null, masked: false, skyShare: 0 });
  }

  private async addMask(mask: File): Promise<void> {
    const light = this.state.ownLights.find((own) => own.key === this.maskFor);
    if (light) await this.send(mask.name, { ...light, mask, masked: true });
  }

  private async send(name: string, light: OwnLight): Promise<void> {
    await this.controller.guarded(name, async () => {
      await this.controller.lights.add(light);
      this.choose(light.key);
    });
  }
}
