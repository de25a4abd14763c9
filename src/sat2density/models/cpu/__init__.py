"""What makes the networks fast on CPUs, behind one door: nothing outside `models` imports it, and
`models` imports the names in `__all__` alone (tests/models/cpu/test_door.py).

The networks do without: everything here computes what torch's own operations compute, up to
rounding. To put all of it off, set `SAT2DENSITY_CPU_ALGORITHMS=off` in the environment, or call
`use(())` before networks are made ready or trained; with names ("winograd,norm") only those are
used.

DOC_NUMBERS
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
