"""Workbooks written: deal books from text, and values into existing files."""
