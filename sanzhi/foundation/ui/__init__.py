"""The ground of every screen: one frame, one set of components, forms, lists and formats."""
