"""Narrow random checkpoints in the released layout."""

import zipfile

import torch

from sat2density.models.architecture import Architecture
from sat2density.models.discriminator import Discriminator
from sat2density.models.generator import Generator
from sat2density.weights import released

NARROW = Architecture(
    density_down=(4, 8, 8, 8),
    density_blocks=1,
    density_up=(8, 4, 4),
    density_layers=6,
    render_down=(4, 8, 8, 8),
    render_blocks=2,
    render_up=(6, 6, 6),
    sky_hidden=8,
    z_size=4,
    style_hidden=8,
    style_layers=1,
    style_size=8,
    disc_widths=(4, 8, 8, 8),
)
RUN = "run-20000101_000000-abcdefgh"


def released_checkpoint(arch=NARROW, views=2):
    """A random checkpoint as the released system saves it."""
    torch.manual_seed(0)
    generator, discriminator = Generator(arch), Discriminator(arch, views)
    names = released.renamed(generator.state_dict(), released.generator_keys(arch))
    disc_names = released.renamed(discriminator.state_dict(), released.discriminator_keys(views))
    return {
        "epoch": 3,
        "netG": {theirs: generator.state_dict()[ours].clone() for theirs, ours in names.items()},
        "netD": {
            theirs: discriminator.state_dict()[ours].clone() for theirs, ours in disc_names.items()
        },
    }


def zipped(
    model, path, member=f"{RUN}/files/checkpoint/model.pth", compression=zipfile.ZIP_DEFLATED
):
    """Zip a .pth as a release does."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr(f"{RUN}/files/config.yaml", "seed: 1\n")
        archive.write(model, member)
    return path
