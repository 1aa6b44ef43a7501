"""What is answered, made from a state; nothing here knows of HTTP."""
