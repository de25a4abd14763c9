// Keys that work wherever one is on the page.

/** `help` is shown by "?", `undo` and `redo` answer Ctrl+Z and Ctrl+Shift+Z (and Ctrl+Y). */
export function addShortcuts(actions: { help: () => void; undo: () => void; redo: () => void }): void {
  window.addEventListener("keydown", (event) => {
    const inDialog = document.querySelector("dialog[open]") !== null;
    if (event.defaultPrevented || event.altKey || inDialog || isWriting(event.target)) return;
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    if (!command && event.key === "?") actions.help();
    else if (command && key === "z") (event.shiftKey ? actions.redo : actions.undo)();
    else if (command && key === "y") actions.redo();
    else return;
    event.preventDefault();
  });
}

/** Whether keys belong to a field in which somebody writes. */
function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && !["radio", "range", "checkbox", "button"].includes(target.type);
}
