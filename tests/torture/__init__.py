"""What must hold however hard it is tried: a check a file (`rNN_*.py`), run by `make torture`."""
