"""Runs a notebook's cells in order, without Jupyter, and keeps what they show.

python tests/helpers/notebooks.py NOTEBOOK     runs it where it lies and writes its outputs into it
"""

import ast
import base64
import contextlib
import io
import json
import sys
from pathlib import Path


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run(notebook):
    """Run a notebook (its JSON); its cells get their outputs. Returns the names they defined."""
    names = {"__name__": "__main__"}
    for number, cell in enumerate(code_cells(notebook), start=1):
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        text, value = io.StringIO(), None
        with contextlib.redirect_stdout(text):
            exec(compile(tree, f"cell {number}", "exec"), names)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
        cell["execution_count"] = number
        cell["outputs"] = outputs(text.getvalue(), value, number)
    return names


def outputs(text, value, number):
    found = []
    if text:
        found.append({"output_type": "stream", "name": "stdout", "text": text.splitlines(True)})
    if value is not None:
        data = {"text/plain": [repr(value)]}
        png = getattr(value, "_repr_png_", lambda: None)()
        if png is not None:
            data["image/png"] = base64.b64encode(png).decode()
        found.append(
            {
                "output_type": "execute_result",
                "execution_count": number,
                "data": data,
                "metadata": {},
            }
        )
    return found


if __name__ == "__main__":
    path = Path(sys.argv[1]).resolve()
    content = json.loads(path.read_text(encoding="utf-8"))
    with contextlib.chdir(path.parent):
        run(content)
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
