"""data/raw in, checked and suppressed; data/processed out, month by month."""
