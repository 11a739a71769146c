"""Whole paths of the stock: conversions on many dates, and the best date to convert."""
