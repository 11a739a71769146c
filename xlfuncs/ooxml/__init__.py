"""The anatomy of an .xlsx file: parts, cells and names, read without changing a byte."""
