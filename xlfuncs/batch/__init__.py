"""Deal books refreshed by a script: what to set, how to run, what to report."""
