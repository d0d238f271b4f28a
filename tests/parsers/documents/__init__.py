"""Documents of our own, made by tests: grids with merged cells as PDF, DOCX and XLSX."""
