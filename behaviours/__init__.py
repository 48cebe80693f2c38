"""What can I do? Leaves, and the language that joins them."""
