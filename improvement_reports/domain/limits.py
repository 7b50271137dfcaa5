"""How much is read of what people send: far above any real return, far below what would stop a machine.

The largest real table has 135 rows, the largest settings file 40 kB. Whatever is larger is refused in one sentence,
within seconds and 500 MB. Messages and tests take the numbers from here.
"""

MB = 1_000_000

# Files
MAX_TABLE_BYTES = 10 * MB  # a table of a return as CSV
MAX_OFFICIAL_BYTES = 60 * MB  # a table of official statistics: annual values of all authorities are 4 MB
MAX_WORKBOOK_BYTES = 10 * MB  # a workbook as it lies in the folder
MAX_WORKBOOK_UNPACKED = 30 * MB  # all of its parts together, unpacked: a workbook is a zip file
MAX_WORKBOOK_PARTS = 2000
MAX_SETTINGS_BYTES = 1 * MB  # a YAML file
MAX_NARRATIVE_BYTES = 50_000  # a section: some 8,000 words

# Tables
MAX_ROWS = 2000  # of a table of a return
MAX_OFFICIAL_ROWS = 250_000  # of a table of official statistics: annual values of all authorities are 61,710 rows
MAX_RETURN_ROWS = 5000  # of all its tables together
MAX_CLAIMS = 500  # each is looked up and computed: 500 take two seconds
MAX_COLUMNS = 100
MAX_TEXT = 2000  # characters of a cell
MAX_DIGITS = 15  # significant digits that spreadsheets and floats both keep exactly
MAX_WHOLE = 12  # digits before the decimal point: a thousand billion
MAX_DECIMALS = 6

# Settings
MAX_DEPTH = 20  # lists and names within each other
MAX_NODES = 50_000
MAX_SCALAR = 20_000  # characters of one text

# Narrative
MAX_REFERENCES = 300  # {{ … }} in one section
MAX_ARGUMENT = 200  # characters of a text between the brackets of a reference

# Messages
MAX_FAULTS = 100  # that are told at once; the rest is counted
