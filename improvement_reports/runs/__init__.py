"""Notebooks executed, and what each run gives."""
