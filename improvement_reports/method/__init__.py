"""One module for each rule of about/method: tables in, answers out."""
