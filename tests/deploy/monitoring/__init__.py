"""What the monitoring component declares, and what is checked of it."""
