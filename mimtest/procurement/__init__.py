"""What a tender makes of requirements: the rows of a compliance table, clauses, terms of data spaces."""
