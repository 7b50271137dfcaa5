"""The commands, by what they are for. Each loads what it needs when it is called, so that a call starts at once."""
