// Choosing a tile: examples at once, a dropped or chosen picture through the crop tool.

import type { Controller } from "../controller";
import { cropTile } from "../crop";
import { button, h } from "../dom";
import { answered } from "../link";
import type { Example } from "../protocol";
import type { State } from "../state";

const MOST_BYTES = 40 * 2 ** 20;

export class TileChooser {
  readonly element: HTMLElement;
  /** what was chosen last: one that was chosen before, and whose picture still has not come, gives way to it */
  private chosen: AbortController | null = null;
  private readonly file = h("input", {
    type: "file", accept: "image/*,.tif,.tiff", class: "hidden", tabindex: -1, "aria-label": "Choose a satellite picture",
    onchange: () => {
      const [file] = this.file.files ?? [];
      if (file) void this.open(file);
      this.file.value = "";
    },
  });

  constructor(
    private readonly state: State,
    private readonly controller: Controller,
  ) {
    const { extentM } = state.info.scene;
    const back = button("Back to the tile", () => {
      document.body.dataset.tile = "chosen";
    }, { icon: "left" });
    back.hidden = true;
    state.on("tile", () => (back.hidden = false));
    this.element = h(
      "section",
      { class: "chooser", "aria-labelledby": "chooser-title" },
      h("h2", { id: "chooser-title" }, "Stand somewhere you have only seen from above"),
      h("p", {}, "Choose one satellite tile. The studio turns it into a volume, and you walk around in it."),
      h("div", { class: "row centred" }, back),
      h("div", { class: "examples" }, ...state.info.examples.map((example) => this.card(example))),
      h("div", { class: "drop" },
        h("p", {}, `Or drop a picture here: straight from above, north up, ${extentM} m across or wider.`),
        button("Choose a file …", () => this.file.click(), { icon: "image", kind: "primary" }),
        this.file),
    );
    this.acceptDrops();
  }

  private card(example: Example): HTMLElement {
    return h(
      "button",
      { type: "button", class: "example", onclick: () => void this.take(example) },
      h("img", { src: example.url, alt: "", width: 160, height: 160, loading: "lazy" }),
      h("strong", {}, example.title),
      h("small", {}, example.note),
    );
  }

  private async take(example: Example): Promise<void> {
    await this.guarded(example.title, async (signal) => {
      if (example.key === "opened") {
        const picture = await (await answered(example.url, { signal })).blob();
        const { bitmap, widthM } = await this.decode(picture);
        await this.cropAndEnter(bitmap, example.widthM ?? widthM, example.title, signal);
      } else {
        await this.controller.enter({ title: example.title, url: example.url, source: { example: example.key } });
      }
    });
  }

  private async open(file: File): Promise<void> {
    await this.guarded(file.name, async (signal) => {
      if (file.size > MOST_BYTES) throw new Error(`larger than ${MOST_BYTES / 2 ** 20} MB; make it smaller and try again.`);
      if (file.size === 0) throw new Error("it is empty; choose another file.");
      const { bitmap, widthM } = await this.decode(file);
      await this.cropAndEnter(bitmap, widthM, file.name, signal);
    });
  }

  /** The browser's own decoder first; what it cannot read (TIFF, 16 bit) the studio turns into a PNG, or refuses in words. */
  private async decode(data: Blob): Promise<{ bitmap: ImageBitmap; widthM: number | null }> {
    try {
      return { bitmap: await createImageBitmap(data), widthM: null };
    } catch {
      const answer = await this.controller.link.post("api/decode", data);
      const width = answer.headers.get("x-studio-width-m");
      return { bitmap: await createImageBitmap(await answer.blob()), widthM: width === null ? null : Number(width) };
    }
  }

  private async cropAndEnter(picture: ImageBitmap, widthM: number | null, title: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const cut = await cropTile(picture, this.state.info.scene, widthM);
    if (!cut) return;
    const source = cut.wide ? { picture: cut.wide.url, widthM: cut.wide.widthM } : { picture: cut.url };
    await this.controller.enter({ title, url: cut.url, source });
  }

  private async guarded(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.chosen?.abort();
    const mine = new AbortController();
    this.chosen = mine;
    document.body.classList.add("working");
    await this.controller.guarded(name, () => work(mine.signal).catch((error: unknown) => {
      if (!mine.signal.aborted) throw error;
    }));
    if (this.chosen === mine) document.body.classList.remove("working");
  }

  private acceptDrops(): void {
    const over = (on: boolean): void => void document.body.classList.toggle("dropping", on);
    window.addEventListener("dragover", (event) => {
      event.preventDefault();
      over(true);
    });
    window.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) over(false);
    });
    window.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      const [file] = event.dataTransfer?.files ?? [];
      if (file) void this.open(file);
    });
  }
}
