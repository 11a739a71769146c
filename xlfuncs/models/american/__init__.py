"""American options: an exact boundary, a grid, a tree, and published approximations."""
