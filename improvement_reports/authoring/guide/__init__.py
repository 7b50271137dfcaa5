"""The guide “Your first report”, written from the code that it describes."""
