"""Worksheet functions for private placements of convertible preferred stock and warrants."""
