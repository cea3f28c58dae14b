"""Structural plasticity and growth."""
