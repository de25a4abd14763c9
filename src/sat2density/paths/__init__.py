"""Walks over a tile: trajectories of cameras, and the files that hold them."""
