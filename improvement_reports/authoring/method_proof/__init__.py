"""How often the rules of the method are wrong: simulated series, the rules on all of them at once, and the page with
the tables (`docs/method-proof.md`).
"""
