"""Networks only: no rays, no files. The facts are in the method's section 4; the widths are in
`architecture`.
"""
