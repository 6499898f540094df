"""Pure flows: what happens next to a case, and what each person is shown."""
