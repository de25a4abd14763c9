"""Data sets of satellite tiles with the panoramas taken in their middle; no torch when imported."""

from sat2density.data.cvact import CVACT
from sat2density.data.cvusa import CVUSA
from sat2density.data.folder import FolderDataset
from sat2density.data.opening import open_dataset
from sat2density.data.paired import PairedDataset
from sat2density.data.pairs import Pairs
from sat2density.data.sample import Sample, collate
from sat2density.data.suburb import Suburb

__all__ = [
    "CVACT",
    "CVUSA",
    "FolderDataset",
    "PairedDataset",
    "Pairs",
    "Sample",
    "Suburb",
    "collate",
    "open_dataset",
]
