"""Texts become typed columns: whole numbers, days, hashes."""
