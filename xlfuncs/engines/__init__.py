"""Where a book is calculated: one small interface over several spreadsheet engines."""
