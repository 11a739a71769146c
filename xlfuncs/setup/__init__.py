"""Putting the functions into Excel, and finding what keeps them from working."""
