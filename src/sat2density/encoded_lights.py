"""Lights on their way into pictures: each is encoded once, however many pictures it paints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import torch
from torch import Tensor

from sat2density.errors import InputError
from sat2density.images import is_path
from sat2density.light.lighting import Lighting, LightLike
from sat2density.sky import Lit, encoded

if TYPE_CHECKING:
    from sat2density.painting import Painting
    from sat2density.pipeline import Sat2Density


LightList = list[Lighting] | list[str] | list[Lit] | list[LightLike | Lit]
"""Lights, one for each of several views: each what is taken for one light. (A list of lights alone,
and of names alone, are listed because type checkers take a list for no list of a wider type.)
"""


def light_code(model: Painting, lighting: Lighting, seed: int | None = None) -> Tensor:
    """Encode one light that is no mix as its code z (1, z_size).

    Args:
        model: whose sky encoder.
        lighting: one light.
        seed: of the noise in the sky encoder; None takes the mean.

    """
    net = model.generator.sky_encoder
    dtype = next(net.parameters()).dtype
    histogram = lighting.histogram(model.rules.histogram).to(model.device, dtype)[None]
    noise = lighting.noise
    if noise is None and seed is not None:
        generator = torch.Generator().manual_seed(seed)
        noise = torch.randn(model.architecture.z_size, generator=generator)
    if noise is not None:
        noise = noise.reshape(1, -1).to(model.device, dtype)
    return net(histogram, noise).z


class EncodedLights:
    """Lights encoded; a light, and each part of a mix of lights, is encoded at its first use.

    Args:
        model: whose sky encoder and style layers.
        seed: see `Sat2Density.style`.

    """

    def __init__(self, model: Sat2Density, seed: int | None = None) -> None:
        self.model = model
        self.seed = seed
        # By identity: lights have no equality of their own. The light is kept, so that its id stays
        # its own.
        self._codes: dict[int, tuple[Lighting, Tensor]] = {}

    def lit(self, light: Lighting) -> Lit:
        """Return a light encoded, equal bit for bit to `Sat2Density.lit`.

        Args:
            light: a light, or a mix of lights.

        """
        return self.model.lit_by(self.style(light), light)

    @torch.no_grad()
    def style(self, light: Lighting) -> Tensor:
        """Return a light's style (1, style_size), equal bit for bit to `Sat2Density.style`.

        Args:
            light: a light, or a mix of lights.

        """
        return self.model.style_of([(self._code(part), weight) for part, weight in light.parts])

    def _code(self, part: Lighting) -> Tensor:
        if id(part) not in self._codes:
            self._codes[id(part)] = part, light_code(self.model, part, self.seed)
        return self._codes[id(part)][1]


class LightsInTurn(Sequence[Lit]):
    """A light for each of many pictures. Styles are encoded at once, so that what is no light is
    refused at once; skies, which are large, are made when they are asked for.

    Args:
        model: whose encoder reads them.
        lights: one for each picture.
        seed: see `Sat2Density.style`.

    Raises:
        InputError: one of them is no light.

    """

    def __init__(self, model: Sat2Density, lights: LightList, seed: int | None = None) -> None:
        self._model = model
        self._encoded = EncodedLights(model, seed)
        self._named: dict[str, Lighting] = {}
        self._lights: list[tuple[Tensor, Lighting] | Lit] = []
        self._last: tuple[Lighting, Lit] | None = None
        for number, light in enumerate(lights, 1):
            try:
                self._lights.append(self._styled(light))
            except InputError as error:
                raise InputError(f"light {number}: {error}") from error

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self._lights)

    @overload
    def __getitem__(self, index: int) -> Lit: ...

    @overload
    def __getitem__(self, index: slice) -> list[Lit]: ...

    def __getitem__(self, index: int | slice) -> Lit | list[Lit]:
        """Return the light of a picture, or a list of those of some."""
        if isinstance(index, slice):
            return [self._lit(light) for light in self._lights[index]]
        return self._lit(self._lights[index])

    def _styled(self, given: LightLike | Lit) -> tuple[Tensor, Lighting] | Lit:
        if isinstance(given, Lit) or (isinstance(given, Tensor) and given.ndim == 2):
            return encoded(self._model, given)
        light = self._named.get(str(given)) if is_path(given) else None
        if light is None:
            light = Lighting.of(given)
        if is_path(given):
            # Its sky is drawn, or its file read, once for all views that name it.
            self._named[str(given)] = light
        return self._encoded.style(light), light

    def _lit(self, light: tuple[Tensor, Lighting] | Lit) -> Lit:
        if isinstance(light, Lit):
            return light
        style, lighting = light
        # Neighbours often have one light; its sky is made once.
        if self._last is None or self._last[0] is not lighting:
            self._last = lighting, self._model.lit_by(style, lighting)
        return self._last[1]
