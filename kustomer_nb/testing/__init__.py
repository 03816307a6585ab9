"""Test cases of actions: collected from files, replayed without a network, and compared."""
