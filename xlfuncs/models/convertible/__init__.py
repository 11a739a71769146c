"""Convertibles with credit risk."""
