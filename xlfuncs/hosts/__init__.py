"""Where the functions are shown: cells, spellings, spreadsheets, data frames."""
