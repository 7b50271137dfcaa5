"""What was published: frozen, compared, downloaded and verified."""
