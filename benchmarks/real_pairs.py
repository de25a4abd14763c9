"""A folder of real pairs (FOLDER/NAME/{sat,pano,sky}.png) as a data set in the `Pairs` layout, to
evaluate weights on.

    python benchmarks/real_pairs.py FOLDER /tmp/pairs
    sat2density evaluate suburb-small /tmp/pairs --save-pictures /tmp/pictures

The scene is the weights' (`--scene suburb`: 40 m): the released 30 m of CVACT are nominal, and fits
of flat ground on such pairs put a tile nearer 40 to 45 m. The pictures are copied, so OUT belongs
outside any repository.
"""

import argparse
import json
import shutil
from pathlib import Path

from sat2density.scene_spec import SceneSpec

KINDS = ("sat", "pano", "sky")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--scene", default="suburb", help="name or JSON of the scene the weights belong to"
    )
    options = parser.parse_args()
    names = sorted(path.parent.name for path in options.folder.glob("*/sat.png"))
    if not names:
        parser.error(f"{options.folder}: holds no NAME/sat.png")
    if options.out.exists():
        parser.error(f"{options.out}: is there already")
    for kind in KINDS:
        (options.out / kind).mkdir(parents=True)
        for name in names:
            shutil.copy(options.folder / name / f"{kind}.png", options.out / kind / f"{name}.png")
    (options.out / "splits").mkdir()
    (options.out / "splits" / "test.txt").write_text("".join(f"{name}\n" for name in names))
    (options.out / "scene.json").write_text(
        json.dumps(SceneSpec.read(options.scene).to_dict(), indent=1)
    )
    print(f"{len(names)} pairs in {options.out}")


if __name__ == "__main__":
    main()
