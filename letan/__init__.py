"""How is one put together and started? Assembly and command line."""
