"""JupyterHub for HAL9: its configuration and the rules in it, as small pure modules."""
