"""Everything that happens outside a turn: delivering, measuring, looking up, writing tickets."""
