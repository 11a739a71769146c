"""The sheets of a deal book, one module a sheet."""
