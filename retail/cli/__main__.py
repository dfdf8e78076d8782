"""`python -m retail.cli`."""

from __future__ import annotations

from retail.cli import main

main()
