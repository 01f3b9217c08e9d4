"""Applies what Beehive delivers to this machine. Standard library only; Debian 12 and later."""
