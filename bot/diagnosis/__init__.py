"""From symptoms and facts to a cause and the next step: pure, deterministic, driven by data."""
