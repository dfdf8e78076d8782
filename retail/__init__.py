"""Retail Report: a retailer's CSVs in, a static site of linked charts out.

Data moves one way: `intake` -> `aggregates` -> `frames` -> `segments` -> `charts` -> `render`.
`pipeline` is the table of contents.
"""

__version__ = "0.1.0"
