"""A place as things: buildings with roofs, trees, vehicles; found in a scene (`from_maps`), kept as
a plan (`plan`), written as models and maps, drawn sharply.

Begin at `plan.Plan`.
"""
