"""What runs: one file per flow, and the `marsad` command that calls them."""
