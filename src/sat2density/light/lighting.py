"""`Lighting`: what the sky says about the light, from a photograph, a preset, a histogram, or a mix
of two.

A light made of pictures keeps its sky's pixels (at the size at which they are counted), so that it
serves weights of either histogram form; a light given as a histogram has that form alone.
"""

from __future__ import annotations

import base64
import dataclasses
import io
import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from sat2density.conventions import HistogramForm
from sat2density.errors import InputError, ShapeError, unknown_name
from sat2density.files import atomic_path
from sat2density.images import Picture, is_path
from sat2density.light.histogram import (
    FORMS,
    HISTOGRAM_SIZE,
    SKY_SIZE,
    histogram_of_bytes,
    sky_histogram,
)
from sat2density.light.photos import sky_of_photo, sky_pixels
from sat2density.light.presets import PRESETS, preset_panorama
from sat2density.reading import read_json

__all__ = ["PRESETS", "Lighting", "sky_histogram"]

FORMAT: Final = "sat2density light 1"


@dataclasses.dataclass(frozen=True, eq=False)
class Lighting:
    """The light of a scene. Build it with the named constructors.

    Attributes:
        name: what to call it in a picture's caption.
        sky: uint8 (128, 512, 4): the sky's colours, black elsewhere, and its mask; None where only
            counts are known.
        counts: float32 (270,) in the form `form`; None where pixels or components are known.
        form: the histogram form of `counts`.
        noise: (z,) the normal sample to use instead of z = mu (the released system's habit); None =
            deterministic.
        components: the lights of a mix with their weights; empty for a plain light.

    """

    name: str
    sky: np.ndarray | None = None
    counts: Tensor | None = None
    form: HistogramForm | None = None
    noise: Tensor | None = None
    components: tuple[tuple[Lighting, float], ...] = ()
    _counted: dict[HistogramForm, Tensor] = dataclasses.field(
        default_factory=dict, init=False, repr=False
    )

    @classmethod
    def from_photo(cls, photo: Picture, mask: Picture | None = None) -> Lighting:
        """Take the light of a ground photograph or panorama.

        Args:
            photo: a picture file, a PIL picture, an array (H, W, 3) of bytes or (3, H, W) of floats
                in [0, 1], or a tensor (3, H, W).
            mask: its sky mask, likewise, or (1, H, W), or (H, W); 1 = sky. None estimates it.

        Raises:
            InputError: a file cannot be read, the mask has other proportions than the photo, or
                there is no sky in it.

        """
        name, sky = sky_of_photo(photo, mask)
        return cls(name, sky=sky)

    @classmethod
    def of(cls, light: LightLike) -> Lighting:
        """Return the light that is meant: what `Scene.render` does with what it is given.

        Args:
            light: a Lighting; a text as `parse` reads it (a preset's name, a path); a picture as
                `from_photo` takes it; or (photo, mask).

        Raises:
            InputError: none of these, or one that cannot be used.

        Example:
            >>> Lighting.of("dusk")
            Lighting('dusk')

        """
        if isinstance(light, Lighting):
            return light
        if isinstance(light, list | tuple):
            photo, mask = _photo_and_mask(light)
            return cls.from_photo(photo, mask)
        return cls.parse(str(light)) if is_path(light) else cls.from_photo(light)

    def __repr__(self) -> str:
        """Return its name, and what it is made of where the name does not say it."""
        if self.components or self.sky is not None:
            return f"Lighting({self.name!r})"
        return f"Lighting({self.name!r}, histogram of the form {self.form!r})"

    @classmethod
    def preset(cls, name: str) -> Lighting:
        """Return one of the named lights.

        Args:
            name: one of `PRESETS`, such as "clear-noon".

        Raises:
            InputError: another name; the nearest one is named.

        """
        return cls(name, sky=sky_pixels(*preset_panorama(name)))

    @classmethod
    def from_histogram(
        cls,
        histogram: Tensor,
        noise: Tensor | None = None,
        form: HistogramForm = "released",
        name: str = "histogram",
    ) -> Lighting:
        """Take a histogram as it is: 270 values, blue, green, red; by default the raw counts of the
        released form.

        Args:
            histogram: 270 values of any shape: 90 of blue, of green, of red.
            noise: (z,) normal sample in place of z = mu; None is deterministic.
            form: what the values are, "released" (raw counts) or "unit" (shares).
            name: for captions.

        Raises:
            ShapeError: not 270 finite values, none of them negative.
            InputError: unknown form.

        """
        if form not in FORMS:
            raise unknown_name("histogram form", str(form), FORMS)
        counts = torch.as_tensor(histogram, dtype=torch.float32).detach().cpu().reshape(-1)
        if (
            counts.numel() != HISTOGRAM_SIZE
            or not torch.isfinite(counts).all()
            or bool((counts < 0).any())
        ):
            raise ShapeError(
                f"light: expected {HISTOGRAM_SIZE} finite counts of at least 0, got shape "
                f"{tuple(counts.shape)}"
            )
        return cls(name, counts=counts, form=form, noise=noise)

    @classmethod
    def mix(cls, a: Lighting, b: Lighting, t: float) -> Lighting:
        """Return the light between `a` (t = 0) and `b` (t = 1): the model mixes their codes z when
        it renders.

        Args:
            a: a light, or itself a mix.
            b: likewise.
            t: share of `b`, in [0, 1].

        Raises:
            InputError: t is outside [0, 1].

        """
        if not 0 <= t <= 1:
            raise InputError(f"light: the share t of a mix must lie in [0, 1], not {t!r}")
        components = [(part, weight * (1 - t)) for part, weight in a.parts]
        components += [(part, weight * t) for part, weight in b.parts]
        return cls(f"{a.name} {1 - t:.0%} + {b.name} {t:.0%}", components=tuple(components))

    @classmethod
    def parse(cls, text: str, sky_mask: str | Path | None = None) -> Lighting:
        """Read what a user gives as a light: a preset's name, PHOTO, PHOTO::MASK, or a saved
        light.json.

        Args:
            text: as above; a preset's name wins over a file of the same name (write ./NAME for the
                file).
            sky_mask: the mask of a single photo (`--sky-mask`), an error with anything else.

        Raises:
            InputError: none of these, or a file that cannot be used; a name that is nearly a preset
                is suggested.

        """
        if "::" in text:
            photo, _, mask = text.partition("::")
            if sky_mask is not None:
                raise InputError(
                    f"--sky-mask: '{text}' already names a mask after '::'; leave one of them out"
                )
            if not photo or not mask:
                raise InputError(
                    f"light '{text}': expected PHOTO::MASK, a picture and its sky mask"
                )
            return cls.from_photo(photo, mask)
        is_photo = text not in PRESETS and Path(text).suffix.lower() != ".json"
        if sky_mask is not None and not is_photo:
            raise InputError(
                f"--sky-mask: goes with a photo as --light, and '{text}' is none; leave it out"
            )
        if text in PRESETS:
            return cls.preset(text)
        if not is_photo:
            return cls.load(text)
        if not Path(text).suffix and not Path(text).exists():
            raise InputError(
                f"{unknown_name('light', text, PRESETS)}; or give a photo, PHOTO::MASK, or a "
                f"light.json"
            )
        return cls.from_photo(text, sky_mask)

    @property
    def is_preset(self) -> bool:
        """Whether it is one of `PRESETS`, whatever it was made from."""
        if self.sky is None or self.name not in PRESETS:
            return False
        return np.array_equal(self.sky, sky_pixels(*preset_panorama(self.name)))

    @property
    def parts(self) -> tuple[tuple[Lighting, float], ...]:
        """The plain lights this one is made of, with weights that sum to 1; a plain light is one
        part of weight 1.
        """
        return self.components or ((self, 1.0),)

    def histogram(self, form: HistogramForm) -> Tensor:
        """Return the 270 values that weights of this histogram form ask for (see
        `light.histogram`); counted once.

        Args:
            form: "released" or "unit".

        Returns:
            float32 (270,).

        Raises:
            InputError: unknown form; a light known by its histogram in the other form only; a mix
                (use its `parts`).

        """
        if form not in FORMS:
            raise unknown_name("histogram form", str(form), FORMS)
        if self.components:
            raise InputError(
                f"light '{self.name}': a mix has no histogram of its own; take those of its parts"
            )
        if self.sky is not None:
            if form not in self._counted:
                self._counted[form] = histogram_of_bytes(self.sky[..., :3], self.sky[..., 3], form)
            return self._counted[form]
        assert self.counts is not None
        if form != self.form:
            raise InputError(
                f"light '{self.name}': is a histogram of the form '{self.form}', which cannot be "
                f"turned into '{form}' "
                "as these weights need it; give the photo it came from, or a preset"
            )
        return self.counts

    def save(self, path: str | Path) -> None:
        """Write the light as JSON (the sky's pixels as a PNG in base64, or the counts), to be read
        by `load`.

        Args:
            path: file to write; one of that name is replaced.

        Raises:
            OutputError: the file cannot be written.

        """
        text = json.dumps({"format": FORMAT, **_to_dict(self)}, indent=1)
        with atomic_path(path) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> Lighting:
        """Read a light written by `save`; a preset saved by name is drawn again.

        Args:
            path: a file written by `save`.

        Raises:
            InputError: the file is missing, no JSON, or not such a light.

        """
        path = Path(path)
        values = read_json(path)
        if not isinstance(values, dict) or values.get("format") != FORMAT:
            raise InputError(
                f"{path}: is not a saved light ('format' is not '{FORMAT}'); save one with "
                f"Lighting.save"
            )
        try:
            return _from_dict(values)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error
        except (KeyError, TypeError, ValueError, OSError) as error:
            raise InputError(f"{path}: is damaged as a light ({error}); save it again") from error


LightLike = Lighting | Picture | tuple[Picture, Picture]
"""What is taken for a light; see `Lighting.of`."""


def _photo_and_mask(given: list[Any] | tuple[Any, ...]) -> tuple[Picture, Picture]:
    """Return the pair that is given for a light; refuse several lights where one is wanted."""
    named = any(isinstance(part, Lighting) or str(part) in PRESETS for part in given)
    if isinstance(given, list) or len(given) != 2 or named:
        raise InputError(
            f"a light: {len(given)} are given where one is wanted; a pair is (photograph, mask), "
            f"Lighting.mix mixes two, and scene.render and scene.walk take a list of lights"
        )
    return given


def _to_dict(light: Lighting) -> dict[str, Any]:
    values: dict[str, Any] = {"name": light.name}
    if light.noise is not None:
        values["noise"] = light.noise.reshape(-1).tolist()
    if light.components:
        values["mix"] = [
            {"weight": weight, "light": _to_dict(part)} for part, weight in light.components
        ]
    elif light.sky is not None:
        buffer = io.BytesIO()
        Image.fromarray(light.sky).save(buffer, "PNG")
        values["sky_png"] = base64.b64encode(buffer.getvalue()).decode("ascii")
    elif light.counts is not None:
        values.update(form=light.form, histogram=light.counts.tolist())
    return values


def _from_dict(values: dict[str, Any]) -> Lighting:
    name = str(values["name"])
    noise = (
        torch.tensor(values["noise"], dtype=torch.float32)
        if values.get("noise") is not None
        else None
    )
    if "mix" in values:
        components = tuple(
            (_from_dict(part["light"]), float(part["weight"])) for part in values["mix"]
        )
        if not components or abs(sum(weight for _, weight in components) - 1) > 1e-6:
            raise ValueError("the weights of its mix do not sum to 1")
        return Lighting(name, components=components)
    if "histogram" in values:
        return Lighting.from_histogram(
            torch.tensor(values["histogram"]), noise, values["form"], name
        )
    with Image.open(
        io.BytesIO(base64.b64decode(values["sky_png"], validate=True)), formats=("PNG",)
    ) as picture:
        if picture.size != SKY_SIZE or picture.mode != "RGBA":
            raise ValueError(f"its sky is not a {SKY_SIZE[0]}x{SKY_SIZE[1]} RGBA picture")
        return Lighting(name, sky=np.array(picture), noise=noise)
