"""The printed papers of a trip as workbooks: made from what the API says, filled in by hand."""
