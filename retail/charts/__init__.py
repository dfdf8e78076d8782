"""Small tables become charts: every figure of the site, drawn from one report.

What draws, `charts.drawing` and the chart modules that it names, loads Altair; nothing else does.
"""

from retail.charts.figure import Figure

__all__ = ["Figure"]
