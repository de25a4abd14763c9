"""Making a generator ready for inference: precision and memory layout (helper A adds folding here, see pipeline.prepare)."""

from __future__ import annotations

from typing import Literal

import torch

from sat2density.models.generator import Generator


def prepare_for_inference(generator: Generator, precision: Literal["float32", "bfloat16", "auto"]) -> Generator:
    """Return `generator` in evaluation mode with weights in `precision` ("auto": bfloat16 on CUDA, else float32)."""
    on_cuda = next(generator.parameters()).is_cuda
    half = precision == "bfloat16" or (precision == "auto" and on_cuda)
    return generator.eval().to(torch.bfloat16 if half else torch.float32)
