"""Drivers for real hardware, one file each, behind the protocols of `robot.ports`."""
