"""Bytes of an input file become records of texts."""
