"""Prefect flows. Nothing in `retail` imports Prefect."""
