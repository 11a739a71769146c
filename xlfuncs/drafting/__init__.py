"""A deal's text files as they are drafted: made new with comments, and proofread."""
