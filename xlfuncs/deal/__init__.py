"""The inputs of a deal, read from text files: frozen data, no arithmetic."""
