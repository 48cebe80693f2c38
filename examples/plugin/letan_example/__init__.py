"""A leaf and a driver for Letan."""
