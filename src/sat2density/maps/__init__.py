"""Georeferenced maps: tiles cut out of rasters, tracks on Earth, heights of whole areas.

Needs the extra `[maps]`; what a module imports of it is imported in functions, so that commands
start at once and an error names the extra.
"""
