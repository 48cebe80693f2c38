"""What staff, leaders and waiting citizens see in a browser, and the office's interface for programs."""
