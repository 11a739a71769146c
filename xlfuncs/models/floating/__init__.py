"""Preferred stock that converts at a floating price: its value and its shares."""
