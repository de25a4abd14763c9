"""Follow every link and anchor of built pages that stays within them.

    python tests/docs/check_links.py out/docs

`make docs` runs it. Links to other sites are not followed: nothing here needs a network.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """Collects a page's links and anchors."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element links to and what it can be linked by."""
        for name, value in attrs:
            if value and name in ("id", "name"):
                self.anchors.add(value)
            elif value and (name == "src" or (name == "href" and tag == "a")):
                self.links.append(value)


def broken_links(root: Path) -> list[str]:
    """Return "page: link" of every link below `root` that leads nowhere."""
    pages = {path.resolve(): Page(path) for path in sorted(root.rglob("*.html"))}
    broken = []
    for path, page in pages.items():
        if path.name == "404.html":  # its addresses count from the site's root
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or parts.path.startswith("/"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            known = pages[target].anchors if target in pages else None
            lost = bool(parts.fragment and known is not None)
            if not target.exists() or (lost and unquote(parts.fragment) not in known):
                broken.append(f"{path.relative_to(root.resolve())}: {link}")
    return broken


def main(arguments: list[str]) -> int:
    """Print broken links; the exit code says whether there were any."""
    root = Path(arguments[0])
    pages = len(list(root.rglob("*.html")))
    if pages == 0:
        print(f"{root}: there are no pages")
        return 1
    broken = broken_links(root)
    print("\n".join(broken) if broken else f"{pages} pages: every link within them leads somewhere")
    return int(bool(broken))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
