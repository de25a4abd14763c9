"""What makes the networks fast on CPUs, behind one door: nothing outside `models` imports it, and
`models` imports the names in `__all__` alone (tests/models/cpu/test_door.py).

The networks do without: everything here computes what torch's own operations compute, up to
rounding. To put all of it off, set `SAT2DENSITY_CPU_ALGORITHMS=off` in the environment, or call
`use(())` before networks are made ready or trained; with names ("winograd,norm") only those are
used.

What each part earns: RenderNet of the released size, float32, one thread, `process_time`, one
512x128 picture, beside other programs, so within some 10 % (PYTHONPATH=src python
benchmarks/networks.py released --parts --repeats 1):

    without         a frame    a training step
    nothing          829 ms        4033 ms
    winograd        1057 ms        4182 ms
    few_outputs      898 ms        4216 ms
    upsampling       918 ms        6292 ms
    backward         802 ms        3557 ms
    norm             868 ms        4012 ms
    all of it       1446 ms        7126 ms

    winograd        residual blocks, from 256 channels on: sixteen products instead of 36
    few_outputs     the output convolution: its columns at once fill the vector unit
    upsampling      the decoder: nine products for each small pixel instead of 36
    backward        training: W / sigma is never kept, large ones are never made
    norm            training: norm, modulation and activation keep their input alone

`backward` and `norm` save memory, not time; at `small` (at most 256 channels) no part earns more
time than the noise. docs/performance.md and docs/decisions/networks.md have the measurements on a
quiet machine, and what was tried instead.
"""

from sat2density.models.cpu.algorithms import (
    ConvolutionAlgorithm,
    Direct,
    Norm,
    Upsampled,
    convolve,
)
from sat2density.models.cpu.choice import (
    PARTS,
    Part,
    products_pay,
    quickest,
    training_algorithm,
    use,
    uses,
)
from sat2density.models.cpu.few_outputs import columns_convolve, columns_of
from sat2density.models.cpu.norm import normed_activation
from sat2density.models.cpu.upsampling import stacked_taps, upsampled_products
from sat2density.models.cpu.winograd import winograd_convolve, winograd_weight

__all__ = [
    "PARTS",
    "ConvolutionAlgorithm",
    "Direct",
    "Norm",
    "Part",
    "Upsampled",
    "columns_convolve",
    "columns_of",
    "convolve",
    "normed_activation",
    "products_pay",
    "quickest",
    "stacked_taps",
    "training_algorithm",
    "upsampled_products",
    "use",
    "uses",
    "winograd_convolve",
    "winograd_weight",
]
