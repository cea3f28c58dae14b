"""One file a command: `add_arguments(parser)` and `execute(options) -> exit status`."""
