"""Pure drawing: a view model in, an adaptive card out; all words of the furniture, in French and English."""
