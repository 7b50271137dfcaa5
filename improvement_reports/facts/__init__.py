"""Numbers with their way back, and the narrative that may name them."""
