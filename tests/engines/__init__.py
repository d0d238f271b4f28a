"""A re-parse in units of work: any cut, any order, any engine gives the items of one reading."""
