"""The words of the `marsad` command, a module for each group: they parse and call; what is called stands elsewhere."""
