"""Official statistics as they were known on a day, each value with its row."""
