"""Décroche: the Teams bot that finds out why a desk phone cannot call, and gets it fixed."""
