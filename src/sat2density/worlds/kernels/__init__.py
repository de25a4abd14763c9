"""Numba kernels of the procedural world: rays against geometry, materials, light. Plain arrays in,
plain arrays out.
"""
