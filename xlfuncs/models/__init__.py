"""Valuation: option and warrant values, volatility."""
