"""`decroche doctor`: what of an installation works, what does not, and what to do about it."""
