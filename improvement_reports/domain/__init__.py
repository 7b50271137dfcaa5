"""The language of the field: statuses, numbers, tables, rows, references and markup. Nothing here touches a file."""
