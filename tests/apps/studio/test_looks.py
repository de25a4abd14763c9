"""What a visitor sees after each action: nothing covers the tile, and every control can be read
under hover, focus, press and when it is off, in light and dark.

Two faults that no test saw are the reason: a focus outline drawn in the tile's units (a black disc
over all of it), and a rule for hover that was stronger than that for primary buttons (white on
white).
"""

import io

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.browser

READABLE = 3.0
"""Least contrast of a control's strongest ink on its ground: antialiasing makes thin letters paler
than the 4.5 that their colours have.
"""
OFF = 1.5
"""Controls that are off are pale on purpose, but there."""
COVERED = 0.12
"""Share of the tile that one action with the pointer may change: markers, the field of view, a line
of a path.
"""


def picture(page, box=None):
    """What is to be seen on the screen, (H, W, 3) floats."""
    data = page.page.screenshot(clip=box)
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(float)


def luminance(colours):
    share = colours / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(pixels):
    """The strongest contrast to the ground, which is the most frequent colour; single pixels do not
    count.
    """
    colours, counts = np.unique(pixels.reshape(-1, 3) // 8 * 8 + 4, axis=0, return_counts=True)
    light = luminance(colours)
    ground = light[counts.argmax()]
    ratio = (np.maximum(light, ground) + 0.05) / (np.minimum(light, ground) + 0.05)
    order = np.argsort(-ratio)
    enough = np.cumsum(counts[order]) >= 4
    return float(ratio[order][enough.argmax()])


def test_the_measure_sees_white_on_white_and_black_on_white():
    page = np.full((20, 60, 3), 255.0)
    page[8:12, 10:50] = 250
    assert contrast(page) < 1.1
    page[8:12, 10:50] = 0
    assert contrast(page) > 15


def in_tile(page):
    page.locator(".example").first.click()
    page.locator(".crop [value=use]").click()
    page.wait_for_frame()


def changed(before, after):
    return float((np.abs(before - after).max(axis=2) > 24).mean())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_pointer_action_covers_the_tile(browser, served, scheme):
    page = browser.page(color_scheme=scheme)
    page.open(served)
    in_tile(page)
    page.locator(".board").scroll_into_view_if_needed()
    box = page.locator(".board").bounding_box()
    page.mode("Points")
    at = {
        "a first waypoint": lambda: page.click_tile(0.25, 0.3),
        "a second waypoint": lambda: page.click_tile(0.75, 0.35),
        "a third waypoint": lambda: page.click_tile(0.7, 0.8),
        "a waypoint on the line": lambda: page.click_tile(0.5, 0.325),
        "hover over a waypoint": lambda: page.mouse.move(*page.point(".board", (0.75, 0.35))),
        "a waypoint dragged": lambda: page.drag(".board", (0.25, 0.3), (0.3, 0.45)),
        "a waypoint pressed again": lambda: page.click_tile(0.3, 0.45),
        "one more by keyboard": lambda: page.keyboard.press("Insert"),
        "moved by keyboard": lambda: page.keyboard.press("ArrowDown"),
        "removed by keyboard": lambda: page.keyboard.press("Delete"),
        "standing elsewhere": lambda: (page.mode("Stand"), page.click_tile(0.4, 0.6)),
        "standing dragged": lambda: page.drag(".board", (0.4, 0.6), (0.5, 0.7)),
        "drawing": lambda: (page.mode("Draw"), page.drag(".board", (0.1, 0.9), (0.9, 0.85))),
    }
    before = picture(page, box)
    for action, do in at.items():
        do()
        page.settle(0.03)
        after = picture(page, box)
        assert changed(before, after) < COVERED, f"{action} changed the tile"
        assert (after.max(axis=2) < 24).mean() < 0.1, f"after {action} the tile is black"
        before = after
    page.finish()


CONTROLS = ".button, select, input:not([type=range]), .choice label span, .example"


def kinds(page):
    """One visible control of each kind, as (what it is, locator)."""
    found = page.evaluate(
        """(wanted) => {
            for (const old of document.querySelectorAll("[data-kind]")) delete old.dataset.kind;
            const seen = new Map();
            const open = document.querySelector("dialog[open]");
            for (const element of (open ?? document).querySelectorAll(wanted)) {
                const box = element.getBoundingClientRect();
                const shown = element.checkVisibility({ visibilityProperty: true });
                if (!shown || box.width < 8 || box.height < 8) continue;
                const input = element.previousElementSibling;
                const parts = [element.tagName, element.className, element.parentElement.className,
                    element.disabled, element.getAttribute("aria-pressed"), input?.checked];
                const kind = parts.join("|");
                if (seen.has(kind)) continue;
                element.dataset.kind = String(seen.size);
                seen.set(kind, `${element.tagName}.${element.className} "${
                    element.innerText || element.title || element.ariaLabel}"`);
            }
            return [...seen.values()];
        }""",
        CONTROLS,
    )
    return [(name, page.locator(f"[data-kind='{i}']").first) for i, name in enumerate(found)]


def look(page, control):
    page.settle(0.03)  # without motion, as here, colours change at once
    box = control.bounding_box()
    return contrast(picture(page, box))


def check_states(page, where, wrong, known, every_state):
    """Add to `wrong` whatever cannot be read in some state; kinds in `known` were looked at."""
    for name, control in kinds(page):
        if name in known:
            continue
        known.add(name)
        control.scroll_into_view_if_needed()
        off = control.is_disabled()

        def see(state, least, name=name, control=control):
            seen = look(page, control)
            if seen < least:
                wrong.append(f"{where}: {name}, {state}: {seen:.2f}")

        page.mouse.move(1, 1)
        see("at rest", OFF if off else READABLE)
        box = control.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        see("hover", OFF if off else READABLE)
        if off or not every_state:
            continue
        page.mouse.down()
        see("pressed", READABLE)
        page.mouse.move(1, 1)
        page.mouse.up()
        page.keyboard.press("Shift")  # the keyboard was used last: focus is shown
        control.evaluate("(element) => element.focus()")
        see("focus", READABLE)
        control.evaluate("(element) => { element.disabled = true; }")
        see("off", OFF)
        control.evaluate("(element) => { element.disabled = false; element.blur(); }")


@pytest.mark.parametrize(
    ("scheme", "every_state"),
    [
        ("light", True),
        ("dark", False),
        pytest.param("dark", True, marks=pytest.mark.long),
    ],
)
def test_every_control_can_be_read_in_every_state(browser, served, scheme, every_state):
    page = browser.page(color_scheme=scheme)
    page.allowed = ["400"]
    page.open(served)
    wrong, known = [], set()
    check_states(page, "chooser", wrong, known, every_state)
    page.locator(".example").first.click()
    page.locator("dialog.crop[open]").wait_for()
    check_states(page, "crop tool", wrong, known, every_state)
    page.locator(".crop [value=use]").click()
    page.wait_for_frame()
    page.mode("Points")
    page.click_tile(0.3, 0.3)
    page.click_tile(0.7, 0.3)
    page.wait_for_idle()
    page.drop_file("words.png", b"words", "image/png")
    page.locator(".notice").dispatch_event("pointerenter")  # whoever points at it keeps it
    for panel in ("Light", "Path", "Shape", "Make", "Share"):
        page.panel(panel)
        check_states(page, panel, wrong, known, every_state)
    page.finish()
    assert wrong == []


def test_the_pad_of_a_phone_can_be_read(browser, served):
    page = browser.page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.open(served)
    in_tile(page)
    button = page.get_by_role("button", name="Walk ahead")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    assert look(page, button) > READABLE
    page.finish()
