// Small helpers to build elements.

type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;
type Child = Node | string | null | undefined | false;

function apply(element: Element, attributes: Attributes, children: Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
}

export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  apply(element, attributes, children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  apply(element, attributes, children);
  return element;
}

const ICONS = {
  stand: "M12 3a3 3 0 1 1 0 6 3 3 0 0 1 0-6M8 21v-5l-1-1v-3a2 2 0 0 1 2-2h6a2 2 0 0 1 2 2v3l-1 1v5",
  draw: "M4 20c3-8 6 2 9-5s4-9 7-11M17 4h3v3",
  points: "M5 19 11 9l8 4M5 19h.01M11 9h.01M19 13h.01",
  undo: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 0 12",
  redo: "m15 7 5 5-5 5M20 12H10a6 6 0 0 0 0 12",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  play: "M8 5v14l11-7z",
  pause: "M8 5v14M16 5v14",
  loop: "M17 3l3 3-3 3M4 12a6 6 0 0 1 6-6h10M7 21l-3-3 3-3M20 12a6 6 0 0 1-6 6H4",
  help: "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17.5v.01",
  theme: "M12 4a8 8 0 1 0 8 8 6 6 0 0 1-8-8",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  close: "m6 6 12 12M18 6 6 18",
  add: "M12 5v14M5 12h14",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01",
  up: "m6 14 6-6 6 6",
  down: "m6 10 6 6 6-6",
  left: "m14 6-6 6 6 6",
  right: "m10 6 6 6-6 6",
  open: "M5 12V5h7M19 12v7h-7",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 9.7h4M4 14.3h4M16 9.7h4M16 14.3h4",
  larger: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
  smaller: "M20 10h-6V4M14 10l6-6M4 14h6v6M10 14l-6 6",
  ruler: "M3 16 16 3l5 5L8 21zM7 12l2 2M10 9l2 2M13 6l2 2",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 10a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7",
  light: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
  share: "M12 15V4M8 8l4-4 4 4M5 12v8h14v-8",
  solid: "M12 3 20 7.5v9L12 21l-8-4.5v-9zM12 12l8-4.5M12 12v9M12 12 4 7.5",
  path: "M6 19a2 2 0 1 0 0-.01M18 5a2 2 0 1 0 0-.01M8 19h8a3 3 0 0 0 0-7H8a3 3 0 0 1 0-7h8",
} as const;
export type Icon = keyof typeof ICONS;

export function icon(name: Icon): SVGSVGElement {
  const fill = name === "play" ? "currentColor" : "none";
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICONS[name], fill, stroke: "currentColor" }),
  );
}

/** A button with an icon, a label, or both; without visible text the label is its accessible name and tooltip. */
export function button(label: string, onclick: () => void, options: { icon?: Icon; bare?: boolean; kind?: string } = {}): HTMLButtonElement {
  const hidden = options.bare ? { "aria-label": label, title: label } : {};
  return h(
    "button",
    { type: "button", class: `button ${options.kind ?? ""} ${options.bare ? "bare" : ""}`, onclick, ...hidden },
    options.icon && icon(options.icon),
    !options.bare && h("span", {}, label),
  );
}

/** A row of choices of which one holds, usable by keyboard as radio buttons are. */
export class Choice<T extends string> {
  readonly element: HTMLFieldSetElement;
  private readonly inputs = new Map<T, HTMLInputElement>();
  private static count = 0;

  constructor(legend: string, entries: readonly (readonly [T, string, Icon?])[], onChoose: (value: T) => void) {
    const name = `choice-${Choice.count++}`;
    this.element = h("fieldset", { class: "choice" }, h("legend", { class: "hidden" }, legend));
    for (const [value, text, glyph] of entries) {
      const input = h("input", { type: "radio", name, value, class: "hidden", onchange: () => onChoose(value) });
      this.inputs.set(value, input);
      this.element.append(h("label", { title: text }, input, h("span", {}, glyph && icon(glyph), text)));
    }
  }

  set(value: T): void {
    for (const [name, input] of this.inputs) input.checked = name === value;
  }
}

export function card(title: string, ...children: Child[]): HTMLElement {
  const id = `card-${title.toLowerCase().replace(/\W+/g, "-")}`;
  return h("section", { class: "card", "aria-labelledby": id }, h("h2", { id }, title), ...children);
}

export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  return count < 1e6 ? `${Math.round(count / 1000)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

export function save(data: Blob, name: string): void {
  const url = URL.createObjectURL(data);
  h("a", { href: url, download: name }).click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

let sliders = 0;

/** A labelled range input with its value written beside it. */
export function slider(
  label: string,
  range: { min: number; max: number; step: number; value: number },
  show: (value: number) => string,
  oninput: (value: number) => void,
): { element: HTMLElement; input: HTMLInputElement; refresh: () => void } {
  const id = `slider-${sliders++}`;
  const output = h("output", { "aria-hidden": "true" }, show(range.value));
  const input = h("input", { type: "range", id, ...range });
  const refresh = (): void => {
    output.textContent = show(input.valueAsNumber);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    refresh();
    oninput(input.valueAsNumber);
  });
  refresh();
  return { element: h("div", { class: "slider" }, h("label", { for: id }, label), output, input), input, refresh };
}
