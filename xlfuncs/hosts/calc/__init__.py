"""LibreOffice Calc: the functions as an add-in in Python, packed as an extension."""
