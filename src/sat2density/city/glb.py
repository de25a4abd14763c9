"""glTF 2.0 binary files, written from arrays: nodes, meshes, materials, one picture."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from sat2density.city.meshes import Arrays
from sat2density.reading import parse_json

_MAGIC: Final = 0x46546C67
_JSON, _BIN = 0x4E4F534A, 0x004E4942
_FLOAT, _UINT16, _UINT32 = 5126, 5123, 5125
_ARRAY, _ELEMENTS = 34962, 34963
_REPEAT, _CLAMP = 10497, 33071
_TYPES: Final = {1: "SCALAR", 3: "VEC3", 4: "VEC4", 2: "VEC2"}


class Document:
    """A glTF document that is being put together.

    Args:
        generator: names the program.
        extras: of the asset: what people should know of the file.

    """

    def __init__(self, generator: str, extras: dict[str, Any]) -> None:
        self.root: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": generator, "extras": extras},
            "scene": 0,
            "scenes": [{"nodes": []}],
            "nodes": [],
            "meshes": [],
            "materials": [],
            "accessors": [],
            "bufferViews": [],
        }
        self.data = bytearray()

    def view(self, data: bytes, target: int | None = None) -> int:
        """Add bytes to the buffer and return the number of their view.

        Args:
            data: any bytes; they begin at a multiple of four.
            target: what they are for, as glTF numbers it.

        """
        self.data += b"\0" * (-len(self.data) % 4)
        entry: dict[str, Any] = {
            "buffer": 0,
            "byteOffset": len(self.data),
            "byteLength": len(data),
        }
        if target is not None:
            entry["target"] = target
        self.data += data
        self.root["bufferViews"].append(entry)
        return len(self.root["bufferViews"]) - 1

    def accessor(self, values: np.ndarray, indices: bool = False, instances: bool = False) -> int:
        """Add an array and return its number.

        Args:
            values: (N, 1 to 4) or (N,) float32; or (N,) whole numbers.
            indices: whether it numbers corners.
            instances: whether it belongs to instances, which have no target.

        """
        if indices:
            kind = _UINT16 if values.max(initial=0) < 65535 else _UINT32
            values = values.astype(np.uint16 if kind == _UINT16 else np.uint32)
        else:
            kind, values = _FLOAT, np.ascontiguousarray(values, np.float32)
        target = None if instances else _ELEMENTS if indices else _ARRAY
        width = 1 if values.ndim == 1 else values.shape[1]
        entry: dict[str, Any] = {
            "bufferView": self.view(values.tobytes(), target),
            "componentType": kind,
            "count": len(values),
            "type": _TYPES[width],
        }
        if not indices and not instances:
            entry["min"] = [float(v) for v in np.atleast_1d(values.min(0))]
            entry["max"] = [float(v) for v in np.atleast_1d(values.max(0))]
        self.root["accessors"].append(entry)
        return len(self.root["accessors"]) - 1

    def material(self, name: str, **fields: Any) -> int:
        """Add a material and return its number.

        Args:
            name: of the material.
            **fields: of glTF's material; those of `pbrMetallicRoughness` under `pbr`.

        """
        entry = {"name": name, "pbrMetallicRoughness": fields.pop("pbr", {}), **fields}
        self.root["materials"].append(entry)
        return len(self.root["materials"]) - 1

    def mesh(self, name: str, primitives: Sequence[dict[str, Any]]) -> int:
        """Add a mesh and return its number.

        Args:
            name: of the mesh.
            primitives: see `primitive`.

        """
        self.root["meshes"].append({"name": name, "primitives": list(primitives)})
        return len(self.root["meshes"]) - 1

    def primitive(
        self,
        arrays: Arrays,
        material: int,
        period: float | None = None,
        coloured: bool = True,
    ) -> dict[str, Any]:
        """Return triangles of a mesh.

        Args:
            arrays: of the mesh.
            material: its number.
            period: metres that the material's picture covers (places are divided by it); None: it
                has none.
            coloured: whether the corners have colours of their own.

        """
        attributes = {
            "POSITION": self.accessor(arrays.positions),
            "NORMAL": self.accessor(arrays.normals),
        }
        if period is not None:
            attributes["TEXCOORD_0"] = self.accessor(arrays.places / period)
        if coloured:
            attributes["COLOR_0"] = self.accessor(arrays.colours)
        return {
            "attributes": attributes,
            "indices": self.accessor(arrays.indices, indices=True),
            "material": material,
        }

    def node(self, name: str, parent: int | None = None, **fields: Any) -> int:
        """Add a node and return its number.

        Args:
            name: of the node.
            parent: its parent's number; None puts it into the scene.
            **fields: of glTF's node.

        """
        number = len(self.root["nodes"])
        self.root["nodes"].append({"name": name, **fields})
        if parent is None:
            self.root["scenes"][0]["nodes"].append(number)
        else:
            self.root["nodes"][parent].setdefault("children", []).append(number)
        return number

    def texture(self, name: str, data: bytes, mime: str, repeated: bool = True) -> int:
        """Add a picture and return the number of the texture that shows it.

        Args:
            name: of the picture.
            data: of a PNG or JPEG file.
            mime: "image/png" or "image/jpeg".
            repeated: whether it goes on beyond its border.

        """
        wrap = _REPEAT if repeated else _CLAMP
        self.root.setdefault("images", []).append(
            {"name": name, "mimeType": mime, "bufferView": self.view(data)}
        )
        self.root.setdefault("samplers", []).append(
            {"magFilter": 9729, "minFilter": 9987, "wrapS": wrap, "wrapT": wrap}
        )
        self.root.setdefault("textures", []).append(
            {"source": len(self.root["images"]) - 1, "sampler": len(self.root["samplers"]) - 1}
        )
        return len(self.root["textures"]) - 1

    def use(self, extension: str) -> None:
        """Name an extension that the file uses but does not require.

        Args:
            extension: its name.

        """
        used = self.root.setdefault("extensionsUsed", [])
        if extension not in used:
            used.append(extension)

    def to_bytes(self) -> bytes:
        """Return the file."""
        root = dict(self.root)
        for key in ("meshes", "materials", "accessors", "bufferViews"):
            if not root[key]:
                del root[key]  # empty lists are not valid
        data = bytes(self.data) + b"\0" * (-len(self.data) % 4)
        if data:
            root["buffers"] = [{"byteLength": len(data)}]
        text = json.dumps(root, separators=(",", ":"), ensure_ascii=False).encode()
        text += b" " * (-len(text) % 4)
        chunks = struct.pack("<II", len(text), _JSON) + text
        if data:
            chunks += struct.pack("<II", len(data), _BIN) + data
        return struct.pack("<III", _MAGIC, 2, 12 + len(chunks)) + chunks


def read_root(data: bytes) -> dict[str, Any]:
    """Return the JSON of a file that `Document.to_bytes` made.

    Args:
        data: of the file.

    """
    (size,) = struct.unpack_from("<I", data, 12)
    root: dict[str, Any] = parse_json(data[20 : 20 + size].decode(), "the model")
    return root
