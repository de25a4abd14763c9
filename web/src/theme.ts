// Light and dark: as the system has it, until somebody chooses.

import { button } from "./dom";

const KEY = "sat2density.theme";

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a page opened from disk may have no storage
  }
}

export function themeButton(): HTMLButtonElement {
  const chosen = read();
  if (chosen) document.documentElement.dataset.theme = chosen;
  return button("Light or dark", () => {
    const next = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // the choice then holds for this visit only
    }
  }, { icon: "theme", bare: true });
}
