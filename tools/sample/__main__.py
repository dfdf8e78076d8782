"""python -m tools.sample: write the bundled sample anew."""

from pathlib import Path

from tools.sample import write

write(Path(__file__).parents[2] / "data" / "sample")
