"""The command line: the last room, which may use all others."""
