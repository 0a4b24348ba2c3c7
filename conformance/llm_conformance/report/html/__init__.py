"""The report as one HTML page: a matrix of subjects and groups that opens to checks and to what was observed."""
