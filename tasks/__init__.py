"""What a flow does: one package per step, in the order of the data, and the frames that pass between them."""
