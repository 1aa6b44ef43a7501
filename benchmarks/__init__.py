"""What is measured, and how: whole commands as a user types them, several times, median and peak memory."""
