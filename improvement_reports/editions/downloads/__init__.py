"""The files of an edition for other tools: workbook, data package, crate and archive."""
