// Stands in for Vega's transforms that no Vega-Lite specification can ask for (see tools/vendor_vega.py).
