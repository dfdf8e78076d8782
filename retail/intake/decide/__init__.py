"""What is decided over all records: columns, date orders, duplicates, returns, which lines count."""
