"""Networks only: no rays, no files. The facts are in the spec's section 4; the widths are in
`architecture`.
"""
